//! Values that the command line gives to names of the formula: `--set cut=2.5`.

use std::str::FromStr;

use numjit::{ArrayRef, Complex, DType, Scalar};

use crate::args::dtype_named;
use crate::moment;

/// `NAME=VALUE`, or `NAME:DTYPE=VALUE`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(Scalar),
    Complex(Complex<f64>),
    Complex32(Complex<f32>),
    Text(String),
    /// A moment or a duration.
    Time(DType, i64),
}

impl Setting {
    /// Returns the value as an input.
    pub(crate) fn array(&self) -> ArrayRef<'_> {
        match &self.value {
            Value::Number(scalar) => ArrayRef::from(*scalar),
            Value::Complex(z) => ArrayRef::from(z),
            Value::Complex32(z) => ArrayRef::from(z),
            Value::Text(text) => ArrayRef::from(text.as_str()),
            Value::Time(dtype, count) => {
                ArrayRef::single(*dtype, *count).expect("times are counts of 64 bits")
            }
        }
    }

    /// Whether the value is text, which is an array without axes rather than a number.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.value, Value::Text(_))
    }

    /// Returns the value and its name.
    pub(crate) fn pair(&self) -> (&str, ArrayRef<'_>) {
        (&self.name, self.array())
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Setting, String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE, e.g. cut=2.5")?;
        let (name, dtype) = match name.split_once(':') {
            Some((name, dtype)) => (name, Some(dtype.trim())),
            None => (name, None),
        };
        let (name, value) = (name.trim().to_owned(), value.trim());
        if matches!(dtype, Some("str" | "U")) {
            return Ok(Setting { name, value: Value::Text(value.to_owned()) });
        }
        let dtype = dtype.map(dtype_named).transpose()?;
        match (of_dtype(value, dtype)?, dtype) {
            (Some(value), _) => Ok(Setting { name, value }),
            (None, Some(dtype)) => Err(format!("`{value}` is not a value of dtype {dtype}")),
            (None, None) => Err(format!(
                "`{value}` is not a number, true or false; text is given as {name}:str={value}"
            )),
        }
    }
}

/// Reads a value of a dtype, or of the one that its spelling shows.
fn of_dtype(value: &str, dtype: Option<DType>) -> Result<Option<Value>, String> {
    fn number<T: FromStr + Into<Scalar>>(value: &str) -> Option<Value> {
        value.parse::<T>().ok().map(|number| Value::Number(number.into()))
    }
    Ok(match dtype {
        None => boolean(value)
            .or_else(|| number::<i64>(value))
            .or_else(|| number::<f64>(value))
            .or_else(|| complex(value).map(Value::Complex)),
        Some(DType::Bool) => boolean(value),
        Some(DType::I8) => number::<i8>(value),
        Some(DType::I16) => number::<i16>(value),
        Some(DType::I32) => number::<i32>(value),
        Some(DType::I64) => number::<i64>(value),
        Some(DType::U8) => number::<u8>(value),
        Some(DType::U16) => number::<u16>(value),
        Some(DType::U32) => number::<u32>(value),
        Some(DType::U64) => number::<u64>(value),
        Some(DType::F32) => number::<f32>(value),
        Some(DType::F64) => number::<f64>(value),
        Some(DType::C128) => complex(value).map(Value::Complex),
        Some(DType::C64) => {
            complex(value).map(|z| Value::Complex32(Complex::new(z.re as f32, z.im as f32)))
        }
        Some(dtype @ DType::Datetime(unit)) => {
            moment::parse_datetime(value, unit).map(|count| Value::Time(dtype, count))
        }
        Some(dtype @ DType::Timedelta(_)) => {
            value.parse().ok().map(|count| Value::Time(dtype, count))
        }
        Some(other) => {
            return Err(format!("values of dtype {other} cannot be given here; text is `str`"));
        }
    })
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" => Some(Value::Number(Scalar::Bool(true))),
        "false" | "False" => Some(Value::Number(Scalar::Bool(false))),
        _ => None,
    }
}

/// Reads `1.5`, `2j`, `1.5-2j`.
fn complex(text: &str) -> Option<Complex<f64>> {
    let Some(body) = text.strip_suffix(['j', 'J']) else {
        return Some(Complex::new(text.parse().ok()?, 0.0));
    };
    // The sign between the parts is the last one that is not of an exponent.
    let is_between = |&(at, byte): &(usize, u8)| {
        at > 0 && matches!(byte, b'+' | b'-') && !matches!(body.as_bytes()[at - 1], b'e' | b'E')
    };
    let bytes = body.as_bytes().iter().copied().enumerate();
    let between = bytes.rev().find(is_between);
    let (re, im) = between.map_or(("0", body), |(at, _)| body.split_at(at));
    Some(Complex::new(re.parse().ok()?, im.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Value> {
        text.parse::<Setting>().ok().map(|setting| setting.value)
    }

    #[test]
    fn settings_take_the_dtype_of_their_value() {
        assert_eq!(parse("a=3"), Some(Value::Number(Scalar::I64(3))));
        assert_eq!(parse("a = -3.5"), Some(Value::Number(Scalar::F64(-3.5))));
        assert_eq!(parse("a=True"), Some(Value::Number(Scalar::Bool(true))));
        assert_eq!(parse("a=1e-3-2j"), Some(Value::Complex(Complex::new(1e-3, -2.0))));
        assert_eq!(parse("a=2j"), Some(Value::Complex(Complex::new(0.0, 2.0))));
        assert_eq!(parse("a=b"), None);
        assert_eq!(parse("a"), None);
    }

    #[test]
    fn settings_take_the_dtype_that_is_said() {
        assert_eq!(parse("a:f32=3"), Some(Value::Number(Scalar::F32(3.0))));
        assert_eq!(parse("a:u8=255"), Some(Value::Number(Scalar::U8(255))));
        assert_eq!(parse("a:u8=256"), None);
        assert_eq!(parse("a:i32=3.5"), None);
        assert_eq!(parse("a:str=b=c"), Some(Value::Text("b=c".to_owned())));
        let time = parse("t:datetime64[D]=1970-01-03");
        assert!(matches!(time, Some(Value::Time(DType::Datetime(_), 2))), "{time:?}");
        assert!(matches!(parse("t:timedelta64[s]=-5"), Some(Value::Time(DType::Timedelta(_), -5))));
        assert_eq!(parse("t:datetime64[D]=1970-02-30"), None);
    }
}
