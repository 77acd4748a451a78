//! The elements of results as text: with all digits, to be read back, or short, for people.

use std::borrow::Cow;

use numjit::{Array, Complex, DType, Scalar};

use crate::moment;
use crate::number::{self, short};

/// Digits of floats for people.
const DIGITS: usize = 7;

/// An array whose elements are asked for one by one.
pub(crate) struct Cells<'a> {
    array: &'a Array,
    special: Special<'a>,
}

/// What is not one number.
enum Special<'a> {
    No,
    Strings(Vec<String>),
    C64(Cow<'a, [Complex<f32>]>),
    C128(Cow<'a, [Complex<f64>]>),
}

impl<'a> Cells<'a> {
    pub(crate) fn new(array: &'a Array) -> Cells<'a> {
        let special = match array.dtype() {
            DType::Bytes(_) | DType::Str(_) => {
                Special::Strings(array.to_strings().unwrap_or_default())
            }
            DType::C64 => Special::C64(elements(array)),
            DType::C128 => Special::C128(elements(array)),
            _ => Special::No,
        };
        Cells { array, special }
    }

    /// Returns the element with the digits that read back as it.
    pub(crate) fn exact(&self, index: usize) -> String {
        match &self.special {
            Special::Strings(strings) => strings[index].clone(),
            Special::C64(z) => {
                complex(Scalar::F32(z[index].re), Scalar::F32(z[index].im), &|x| x.to_string())
            }
            Special::C128(z) => {
                complex(Scalar::F64(z[index].re), Scalar::F64(z[index].im), &|x| x.to_string())
            }
            Special::No => self.number(index, |value| value.to_string()),
        }
    }

    /// Returns the element with few digits.
    pub(crate) fn short(&self, index: usize) -> String {
        let digits = |x: Scalar| short(x.to_f64(), DIGITS);
        match &self.special {
            Special::Strings(strings) => format!("{:?}", strings[index]),
            Special::C64(z) => complex(Scalar::F32(z[index].re), Scalar::F32(z[index].im), &digits),
            Special::C128(z) => {
                complex(Scalar::F64(z[index].re), Scalar::F64(z[index].im), &digits)
            }
            Special::No => self.number(index, number::element),
        }
    }

    fn number(&self, index: usize, print: impl Fn(Scalar) -> String) -> String {
        let value = self.array.get(index).expect("the caller counts");
        match (self.array.dtype(), value) {
            (DType::Datetime(unit), Scalar::I64(count)) => moment::datetime(count, unit),
            (DType::Timedelta(unit), Scalar::I64(count)) => moment::timedelta(count, unit),
            (_, value) => print(value),
        }
    }
}

fn elements<T: numjit::Element>(array: &Array) -> Cow<'_, [T]> {
    match array.as_slice() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(array.to_vec().expect("the caller looked at the dtype")),
    }
}

/// `1.5+2j`, as Python.
fn complex(re: Scalar, im: Scalar, print: &dyn Fn(Scalar) -> String) -> String {
    let im = print(im);
    let plus = if im.starts_with('-') { "" } else { "+" };
    format!("{}{plus}{im}j", print(re))
}
