//! Which dtype a number of Python has beside arrays.
//!
//! NumPy's rule: it has the dtype of what it meets, if that is of its kind or a higher one. A kernel has one
//! dtype for each input, so here it is found from all inputs at once. Where these have one dtype, results are
//! NumPy's; where they differ, a part of the program may be computed in a wider dtype than in NumPy.

use numjit::{ArrayRef, Complex, DType};
use smallvec::SmallVec;

use crate::operand::Number;

/// Gives numbers the dtypes that they have beside the other inputs; `numbers` says which inputs they are.
pub(crate) fn settle<'v>(
    vars: &mut [(&str, ArrayRef<'v>)],
    numbers: &SmallVec<[(usize, Number); 2]>,
) {
    let is_number = |at: usize| numbers.iter().any(|&(number, _)| number == at);
    let mut others = Others::default();
    for (at, (_, array)) in vars.iter().enumerate() {
        if !is_number(at) {
            others.add(array.dtype());
        }
    }
    for &(at, number) in numbers {
        if let Some(array) = others.number(number) {
            vars[at].1 = array;
        }
    }
}

/// What there is besides numbers of Python.
#[derive(Default)]
struct Others {
    /// The smallest integer dtype.
    integer: Option<DType>,
    /// Whether there are integers that only `float64` holds.
    is_wide: bool,
    single: bool,
    double: bool,
}

impl Others {
    fn add(&mut self, dtype: DType) {
        match dtype {
            DType::F32 | DType::C64 => self.single = true,
            DType::F64 | DType::C128 => self.double = true,
            dtype if dtype.is_int() => {
                self.is_wide |= dtype.size() > 2;
                if self.integer.is_none_or(|integer| dtype.size() < integer.size()) {
                    self.integer = Some(dtype);
                }
            }
            _ => {} // truth values, strings and times do not change numbers
        }
    }

    /// Returns a number as it is beside the others, if that is not what it is alone.
    fn number(&self, number: Number) -> Option<ArrayRef<'static>> {
        let is_single = self.single && !self.double && !self.is_wide;
        match number {
            Number::Float(x) if is_single => Some(ArrayRef::from(x as f32)),
            Number::Complex(re, im) if is_single => {
                Some(ArrayRef::from(Complex { re: re as f32, im: im as f32 }))
            }
            Number::Int(x) if self.integer.is_none() && is_single => Some(ArrayRef::from(x as f32)),
            Number::Int(x) => integer(x, self.integer?),
            Number::Float(_) | Number::Complex(..) => None,
        }
    }
}

/// Returns an integer in this dtype, if it fits.
pub(crate) fn integer(x: i128, dtype: DType) -> Option<ArrayRef<'static>> {
    macro_rules! fit {
        ($type:ty) => {
            <$type>::try_from(x).ok().map(ArrayRef::from)
        };
    }
    match dtype {
        DType::I8 => fit!(i8),
        DType::I16 => fit!(i16),
        DType::I32 => fit!(i32),
        DType::I64 => fit!(i64),
        DType::U8 => fit!(u8),
        DType::U16 => fit!(u16),
        DType::U32 => fit!(u32),
        DType::U64 => fit!(u64),
        _ => None, // no integers
    }
}
