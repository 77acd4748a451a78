//! Elements as Python writes them, and as they lie in memory.

use numjit::DType;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Number {
    Bool(bool),
    Int(i64),
    Float(f64),
    Complex(f64, f64),
    Bytes(Vec<u8>),
}

/// Reads what Python's `repr` wrote of an element.
pub(crate) fn parse(text: &str, dtype: DType) -> Number {
    match dtype {
        DType::Bool => Number::Bool(text == "True"),
        DType::F32 | DType::F64 => Number::Float(float(text)),
        DType::C64 | DType::C128 => complex(text),
        DType::Bytes(_) => Number::Bytes(byte_string(text)),
        _ => Number::Int(text.parse().expect("an integer")),
    }
}

fn float(text: &str) -> f64 {
    text.parse().expect("a float of Python is one of Rust")
}

/// `2j`, `(1+2j)`, `(-0-infj)`, `(nan+nanj)`.
fn complex(text: &str) -> Number {
    let text = text.trim_start_matches('(').trim_end_matches(')');
    let text = text.strip_suffix('j').expect("an imaginary unit");
    // The sign between the parts is the last that is not in an exponent.
    let split = (text.char_indices().skip(1))
        .filter(|&(at, c)| (c == '+' || c == '-') && !text[..at].ends_with('e'))
        .map(|(at, _)| at)
        .last();
    match split {
        Some(at) => Number::Complex(float(&text[..at]), float(&text[at..])),
        None => Number::Complex(0.0, float(text)),
    }
}

/// `b'a\x00b'`.
fn byte_string(text: &str) -> Vec<u8> {
    let mut rest = &text[2..text.len() - 1];
    let mut bytes = Vec::new();
    while let Some(c) = rest.chars().next() {
        let length = if c != '\\' {
            bytes.push(c as u8);
            1
        } else if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&hex[..2], 16).expect("two hexadecimal digits"));
            4
        } else {
            bytes.push(match rest.as_bytes()[1] {
                b'n' => b'\n',
                b't' => b'\t',
                b'r' => b'\r',
                other => other,
            });
            2
        };
        rest = &rest[length..];
    }
    bytes
}

impl Number {
    pub(crate) fn bytes(&self, dtype: DType) -> Vec<u8> {
        match (self, dtype) {
            (Number::Bool(x), _) => vec![u8::from(*x)],
            (Number::Int(x), _) => x.to_le_bytes()[..dtype.size()].to_vec(),
            (Number::Float(x), DType::F32) => (*x as f32).to_le_bytes().to_vec(),
            (Number::Float(x), _) => x.to_le_bytes().to_vec(),
            (Number::Complex(re, im), DType::C64) => {
                [(*re as f32).to_le_bytes(), (*im as f32).to_le_bytes()].concat()
            }
            (Number::Complex(re, im), _) => [re.to_le_bytes(), im.to_le_bytes()].concat(),
            (Number::Bytes(text), _) => {
                let mut bytes = text.clone();
                bytes.resize(dtype.size(), 0);
                bytes
            }
        }
    }

    /// Reads an element from memory.
    pub(crate) fn from_bytes(bytes: &[u8], dtype: DType) -> Number {
        let f64_at =
            |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        match dtype {
            DType::Bool => Number::Bool(bytes[0] != 0),
            DType::I32 => {
                Number::Int(i32::from_le_bytes(bytes.try_into().expect("four bytes")).into())
            }
            DType::I64 => Number::Int(i64::from_le_bytes(bytes.try_into().expect("eight bytes"))),
            DType::F32 => {
                Number::Float(f32::from_le_bytes(bytes.try_into().expect("four bytes")).into())
            }
            DType::F64 => Number::Float(f64_at(0)),
            DType::C128 => Number::Complex(f64_at(0), f64_at(8)),
            DType::Bytes(_) => {
                let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                Number::Bytes(bytes[..end].to_vec())
            }
            other => panic!("{other} is no dtype of a result"),
        }
    }

    /// Returns the distance in units in the last place of this dtype; of complex numbers in those of the
    /// larger part, since the error of a part goes with the size of the number.
    pub(crate) fn distance(&self, other: &Number, dtype: DType) -> f64 {
        match (self, other) {
            (Number::Float(x), Number::Float(y)) => ulps(*x, *y, unit(x.abs(), dtype)),
            (Number::Complex(a, b), Number::Complex(c, d)) => {
                let unit = unit(a.abs().max(b.abs()), DType::F64);
                ulps(*a, *c, unit).max(ulps(*b, *d, unit))
            }
            (x, y) => {
                if x == y {
                    0.0
                } else {
                    f64::INFINITY
                }
            }
        }
    }
}

/// Returns the unit in the last place of a float.
fn unit(x: f64, dtype: DType) -> f64 {
    if dtype == DType::F32 {
        let x = (x as f32).min(f32::MAX);
        f64::from(x.next_up()) - f64::from(x)
    } else {
        let x = x.min(f64::MAX);
        if x == f64::MAX { x - x.next_down() } else { x.next_up() - x }
    }
}

fn ulps(x: f64, y: f64, unit: f64) -> f64 {
    if x.is_nan() && y.is_nan() || x == y && x.is_sign_negative() == y.is_sign_negative() {
        return 0.0;
    }
    if x == y {
        // Zeros of two signs.
        return 0.5;
    }
    let distance = (x - y).abs() / unit;
    if distance.is_nan() { f64::INFINITY } else { distance }
}
