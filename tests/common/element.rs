//! Elements as words: `7`, `-0.5`, `true`, `1+2j`, `'mu'`, `NaT`.

use numjit::{Complex, DType, Scalar, Weak};

/// Splits a line into words; blanks between quotes do not separate.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        is_quoted ^= c == '\'';
        match words.last_mut() {
            Some(word) if is_quoted || !c.is_whitespace() => word.push(c),
            Some(_) | None => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns the bytes of the element that a word stands for.
pub(crate) fn parse(dtype: DType, word: &str) -> Option<Vec<u8>> {
    macro_rules! number {
        ($type:ty) => {
            Some(word.parse::<$type>().ok()?.to_ne_bytes().to_vec())
        };
    }
    let padded = |mut bytes: Vec<u8>| {
        let fits = bytes.len() <= dtype.size();
        bytes.resize(dtype.size(), 0);
        fits.then_some(bytes)
    };
    let text = || word.strip_prefix('\'')?.strip_suffix('\'');
    match dtype {
        DType::Bool => Some(vec![word.parse::<bool>().ok()?.into()]),
        DType::I8 => number!(i8),
        DType::I16 => number!(i16),
        DType::I32 => number!(i32),
        DType::I64 => number!(i64),
        DType::U8 => number!(u8),
        DType::U16 => number!(u16),
        DType::U32 => number!(u32),
        DType::U64 => number!(u64),
        DType::F32 => number!(f32),
        DType::F64 => number!(f64),
        DType::C64 => {
            let (re, im) = complex(word)?;
            let (re, im): (f32, f32) = (re.parse().ok()?, im.parse().ok()?);
            Some([re.to_ne_bytes(), im.to_ne_bytes()].concat())
        }
        DType::C128 => {
            let (re, im) = complex(word)?;
            let (re, im): (f64, f64) = (re.parse().ok()?, im.parse().ok()?);
            Some([re.to_ne_bytes(), im.to_ne_bytes()].concat())
        }
        DType::Datetime(_) | DType::Timedelta(_) if word == "NaT" => {
            Some(i64::MIN.to_ne_bytes().to_vec())
        }
        DType::Datetime(_) | DType::Timedelta(_) => number!(i64),
        DType::Bytes(_) => padded(text()?.as_bytes().to_vec()),
        DType::Str(_) => padded(text()?.chars().flat_map(|c| u32::from(c).to_ne_bytes()).collect()),
        other => panic!("the harness does not know {other}"), // tidy: `DType` is open
    }
}

/// Returns the number without a dtype that a word stands for: `7`, `0.5` or `1+2j`.
pub(crate) fn weak(word: &str) -> Option<Weak> {
    if let Ok(number) = word.parse::<i128>() {
        return Some(Weak::Int(number));
    }
    if let Ok(number) = word.parse::<f64>() {
        return Some(Weak::Float(number));
    }
    let (re, im) = complex(word)?;
    Some(Weak::Complex(Complex::new(re.parse().ok()?, im.parse().ok()?)))
}

/// Splits `1+2j` between the parts.
fn complex(word: &str) -> Option<(&str, &str)> {
    let Some(body) = word.strip_suffix('j') else { return Some((word, "0")) };
    let is_between = |&(at, c): &(usize, char)| {
        at > 0 && matches!(c, '+' | '-') && !body[..at].ends_with(['e', 'E'])
    };
    let between = body.char_indices().rev().find(is_between);
    Some(between.map_or(("0", body), |(at, _)| body.split_at(at)))
}

/// Returns the word for an element, with so many digits of floats or as many as read back.
pub(crate) fn print(dtype: DType, bytes: &[u8], digits: Option<usize>) -> String {
    macro_rules! whole {
        ($type:ty) => {
            <$type>::from_ne_bytes(bytes.try_into().expect("the size of the dtype")).to_string()
        };
    }
    let f32_at = |at: usize| {
        let word = bytes[4 * at..4 * at + 4].try_into().expect("four bytes");
        float(Scalar::F32(f32::from_ne_bytes(word)), digits)
    };
    let f64_at = |at: usize| {
        let word = bytes[8 * at..8 * at + 8].try_into().expect("eight bytes");
        float(Scalar::F64(f64::from_ne_bytes(word)), digits)
    };
    let complex = |re: String, im: String| {
        let plus = if im.starts_with('-') { "" } else { "+" };
        format!("{re}{plus}{im}j")
    };
    match dtype {
        DType::Bool => (bytes[0] != 0).to_string(),
        DType::I8 => whole!(i8),
        DType::I16 => whole!(i16),
        DType::I32 => whole!(i32),
        DType::I64 => whole!(i64),
        DType::U8 => whole!(u8),
        DType::U16 => whole!(u16),
        DType::U32 => whole!(u32),
        DType::U64 => whole!(u64),
        DType::F32 => f32_at(0),
        DType::F64 => f64_at(0),
        DType::C64 => complex(f32_at(0), f32_at(1)),
        DType::C128 => complex(f64_at(0), f64_at(1)),
        DType::Datetime(_) | DType::Timedelta(_) => match whole!(i64) {
            count if count == i64::MIN.to_string() => "NaT".to_owned(),
            count => count,
        },
        DType::Bytes(_) => {
            let text = String::from_utf8_lossy(bytes);
            format!("'{}'", text.trim_end_matches('\0'))
        }
        DType::Str(_) => {
            let unit = |c: &[u8]| u32::from_ne_bytes(c.try_into().expect("four bytes"));
            let text: String = (bytes.chunks_exact(4))
                .map(|c| char::from_u32(unit(c)).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            format!("'{}'", text.trim_end_matches('\0'))
        }
        other => panic!("the harness does not know {other}"), // tidy: `DType` is open
    }
}

fn float(element: Scalar, digits: Option<usize>) -> String {
    match (element, digits) {
        (Scalar::F64(x), Some(digits)) if x.is_finite() => shortest(rounded(x, digits)),
        (Scalar::F32(x), Some(digits)) if x.is_finite() => shortest(rounded(x.into(), digits)),
        (Scalar::F64(x), _) => shortest(x),
        (Scalar::F32(x), _) => shortest(x),
        (other, _) => other.to_string(), // tidy: `Scalar` is open to new variants
    }
}

fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1).parse().expect("a printed float is a float")
}

/// The shortest text that reads back, without `.0`; exponents where that has many zeros.
fn shortest<T: std::fmt::Display + std::fmt::LowerExp + Into<f64> + Copy>(x: T) -> String {
    let size = x.into().abs();
    match size {
        _ if x.into().is_nan() => "nan".to_owned(),
        _ if size != 0.0 && size.is_finite() && !(1e-5..1e16).contains(&size) => format!("{x:e}"),
        _ => format!("{x}"),
    }
}
