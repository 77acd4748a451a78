//! What is right where numexpr is not.
//!
//! Each rule names the entry of the list of defects in `docs/for-numexpr-users.md` that it is about.

use numjit::DType;

use crate::case::Case;
use crate::value::Number;

/// Why the answer to a whole case is not numexpr's, if it is not.
pub(crate) fn excluded(case: &Case) -> Option<&'static str> {
    let expr = case.expr.as_str();
    match &case.answer {
        Err((exception, _)) if exception == "SystemError" => {
            Some("min and max of int32 have a value")
        }
        Err((_, message))
            if message.starts_with("unsupported operand type(s) for")
                && message.contains("'int' and '")
                && ["&", "|", "^", "//"].iter().any(|op| expr.contains(op)) =>
        {
            Some("numbers may stand to the left of & | ^ //")
        }
        Err((_, message)) if message == "data type must provide an itemsize" => {
            Some("a string alone is a result")
        }
        // CPython's words; ours say what is wrong.
        Err((exception, _)) if exception == "SyntaxError" => {
            Some("the words of a SyntaxError are ours")
        }
        Ok(data) if data.dtype == DType::F32 && case.has(DType::I64) && case.has(DType::F32) => {
            Some("int64 with float32 is float64")
        }
        Ok(_) if expr.starts_with("abs(") && (case.has(DType::I32) || case.has(DType::I64)) => {
            Some("abs keeps integers")
        }
        Ok(_) if case.optimization != "aggressive" && is_float_power(expr) => {
            Some("kinds are those of the default optimization")
        }
        Ok(_) | Err(_) => None,
    }
}

/// `x**2.0`: a constant exponent that is a float decides the kind as `optimization` says.
fn is_float_power(expr: &str) -> bool {
    expr.split_once("**").is_some_and(|(_, exponent)| {
        exponent.contains('.') && exponent.trim_start_matches('-').parse::<f64>().is_ok()
    })
}

/// What an element is, where it is not what numexpr says it is.
pub(crate) fn corrected(case: &Case, of: &[Number]) -> Option<Number> {
    let expr: String = case.expr.chars().filter(|c| !c.is_whitespace()).collect();
    let is_f32 = case.answer.as_ref().is_ok_and(|data| data.dtype == DType::F32);
    match (expr.as_str(), of) {
        // The remainder of integers overflows on the way.
        ("x%y", &[Number::Int(x), Number::Int(y)]) => Some(Number::Int(floored(x, y))),
        // floor(x / y) is not the quotient rounded down, nor x - y * that the remainder.
        ("x//y", &[Number::Float(x), Number::Float(y)]) if y != 0.0 => {
            Some(Number::Float(if is_f32 {
                f64::from(divided(x as f32, y as f32).0)
            } else {
                divided(x, y).0
            }))
        }
        ("x%y", [x, y]) if is_float(x) || is_float(y) => {
            let (x, y) = (real(x)?, real(y)?);
            Some(Number::Float(if is_f32 {
                f64::from(divided(x as f32, y as f32).1)
            } else {
                divided(x, y).1
            }))
        }
        // Powers of integers stay at the ends of the range, or are the smallest integer.
        ("x**y", &[Number::Int(x), Number::Int(y)]) => power(case, x, y),
        (expr, &[Number::Int(x)]) if expr.starts_with("x**") => {
            power(case, x, expr["x**".len()..].parse().ok()?)
        }
        // Bytes are compared as signed numbers, and nothing is less than an empty string.
        ("x<y", [Number::Bytes(x), Number::Bytes(y)]) => Some(Number::Bool(x < y)),
        ("x<=y", [Number::Bytes(x), Number::Bytes(y)]) => Some(Number::Bool(x <= y)),
        ("x>y", [Number::Bytes(x), Number::Bytes(y)]) => Some(Number::Bool(x > y)),
        ("x>=y", [Number::Bytes(x), Number::Bytes(y)]) => Some(Number::Bool(x >= y)),
        _ => None,
    }
}

fn is_float(x: &Number) -> bool {
    matches!(x, Number::Float(_))
}

fn real(x: &Number) -> Option<f64> {
    match *x {
        Number::Bool(x) => Some(u8::from(x).into()),
        Number::Int(x) => Some(x as f64),
        Number::Float(x) => Some(x),
        Number::Complex(..) | Number::Bytes(_) => None,
    }
}

/// The remainder with the sign of the divisor; 0 for a divisor of 0.
fn floored(x: i64, y: i64) -> i64 {
    if y == 0 {
        return 0;
    }
    let rem = x.wrapping_rem(y);
    if rem != 0 && (rem < 0) != (y < 0) { rem + y } else { rem }
}

/// Wraps; a negative exponent gives the quotient cut towards zero.
fn power(case: &Case, x: i64, y: i64) -> Option<Number> {
    let data = case.answer.as_ref().ok()?;
    if y < 0 && x == -1 {
        return Some(Number::Int(if y % 2 == 0 { 1 } else { -1 }));
    }
    let y = u32::try_from(y).ok()?;
    Some(match data.dtype {
        DType::I32 => Number::Int((x as i32).wrapping_pow(y).into()),
        DType::I64 => Number::Int(x.wrapping_pow(y)),
        _ => return None,
    })
}

/// NumPy's quotient rounded down, and the remainder that goes with it.
fn divided<T: Float>(x: T, y: T) -> (T, T) {
    let mut rem = x.rem(y);
    if y.is_zero() {
        return (x.over(y), rem);
    }
    let mut quotient = x.minus(rem).over(y);
    if rem.is_zero() {
        rem = rem.with_sign_of(y);
    } else if y.is_negative() != rem.is_negative() {
        rem = rem.plus(y);
        quotient = quotient.minus(T::ONE);
    }
    if quotient.is_zero() {
        return (quotient.with_sign_of(x.over(y)), rem);
    }
    (quotient.rounded_down(), rem)
}

trait Float: Copy {
    const ONE: Self;
    fn rem(self, y: Self) -> Self;
    fn over(self, y: Self) -> Self;
    fn plus(self, y: Self) -> Self;
    fn minus(self, y: Self) -> Self;
    fn is_zero(self) -> bool;
    fn is_negative(self) -> bool;
    fn with_sign_of(self, y: Self) -> Self;
    fn rounded_down(self) -> Self;
}

macro_rules! float {
    ($type:ty) => {
        impl Float for $type {
            const ONE: Self = 1.0;
            fn rem(self, y: Self) -> Self {
                self % y
            }
            fn over(self, y: Self) -> Self {
                self / y
            }
            fn plus(self, y: Self) -> Self {
                self + y
            }
            fn minus(self, y: Self) -> Self {
                self - y
            }
            fn is_zero(self) -> bool {
                self == 0.0
            }
            fn is_negative(self) -> bool {
                self < 0.0
            }
            fn with_sign_of(self, y: Self) -> Self {
                Self::copysign(0.0, y)
            }
            fn rounded_down(self) -> Self {
                let floor = self.floor();
                if self - floor > 0.5 { floor + 1.0 } else { floor }
            }
        }
    };
}

float!(f32);
float!(f64);

/// Functions that numexpr computes with textbook formulas for complex numbers: wrong on branch cuts, and
/// `nan` for infinities.
const INVERSE: &[&str] = &[
    "sqrt", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "log", "log2", "log10",
    "log1p",
];

/// Why an element may be something else than numexpr's.
pub(crate) fn excused(case: &Case, of: &[Number], want: &Number) -> Option<&'static str> {
    let expr = case.expr.as_str();
    let complex = |x: &Number| matches!(x, Number::Complex(..));
    if matches!(want, Number::Complex(..)) || of.iter().any(complex) {
        let finite = |x: &Number| match *x {
            Number::Complex(re, im) => re.is_finite() && im.is_finite(),
            Number::Float(x) => x.is_finite(),
            Number::Bool(_) | Number::Int(_) | Number::Bytes(_) => true,
        };
        if !of.iter().all(finite) || !finite(want) {
            return Some("complex infinities, NaNs and divisions by zero are C99's");
        }
        let on_axis = |x: &Number| match *x {
            Number::Complex(re, im) => re == 0.0 || im == 0.0,
            _ => true,
        };
        if INVERSE.iter().any(|name| expr.starts_with(&format!("{name}(")))
            && of.iter().all(on_axis)
        {
            return Some("branch cuts are C99's");
        }
        let zero = |x: &Number| matches!(*x, Number::Complex(0.0, 0.0)) || real(x) == Some(0.0);
        if expr.contains("**") && of.first().is_some_and(zero) {
            return Some("complex powers of zero are NumPy's");
        }
    }
    let zeros = matches!(*want, Number::Float(0.0));
    if zeros && (expr.starts_with("maximum") || expr.starts_with("minimum")) {
        return Some("which of two zeros is larger is not specified");
    }
    None
}
