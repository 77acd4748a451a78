//! Recorded cases: formulas, inputs as bytes, and what another library gives for them.
//!
//! `tools/record_numpy_cases.py` explains the format. [`read`] gives every [`Case`]; a runner makes arrays
//! of its inputs, evaluates the formula, and lets [`Case::check`] judge what came out. Nothing here
//! evaluates anything.

use std::io::Read;

use numjit::DType;
use serde_json::Value as Json;

/// A formula and what it gives.
#[derive(Debug)]
pub(crate) struct Case {
    /// The line of the file, from 1.
    pub(crate) line: usize,
    pub(crate) group: String,
    pub(crate) expr: String,
    pub(crate) inputs: Vec<(String, Buffer)>,
    pub(crate) into: Option<Target>,
    pub(crate) expected: Expected,
    bound: Bound,
}

/// An array as bytes.
#[derive(Clone, Debug)]
pub(crate) struct Buffer {
    pub(crate) layout: Layout,
    /// Where the first element starts.
    pub(crate) offset: usize,
    pub(crate) data: Vec<u8>,
}

/// What an array is made of.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) dtype: DType,
    pub(crate) shape: Vec<usize>,
    /// In bytes; C order if the record has none.
    pub(crate) strides: Vec<isize>,
    /// Whether the record says how it is laid out.
    pub(crate) has_strides: bool,
    /// Whether the elements are big-endian.
    pub(crate) swapped: bool,
}

/// An array that the result is cast into.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) layout: Layout,
    /// NumPy's name of the rule.
    pub(crate) casting: String,
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// The results, each in C order.
    Values(Vec<Buffer>),
    /// The type of the exception.
    Error(String),
}

/// How far from the recorded values results may be.
#[derive(Debug, PartialEq)]
enum Bound {
    /// Equal bits, but any NaN equals any other.
    Exact,
    /// Units of the last place; of complex numbers, of the larger part.
    Units(f64),
}

/// A result to judge: its elements in C order.
pub(crate) struct Outcome<'a> {
    pub(crate) dtype: DType,
    pub(crate) shape: &'a [usize],
    /// In bytes, where the result is an array of its own.
    pub(crate) strides: Option<&'a [isize]>,
    pub(crate) data: &'a [u8],
}

/// Reads the lines of a compressed file.
pub(crate) fn read(compressed: &[u8]) -> Vec<Case> {
    let mut decoder =
        ruzstd::decoding::StreamingDecoder::new(compressed).expect("the file is compressed");
    let mut text = String::new();
    decoder.read_to_string(&mut text).expect("the file is whole");
    let parse = |(index, line): (usize, &str)| {
        let json = serde_json::from_str(line).expect("each line is JSON");
        case(index + 1, &json)
    };
    text.lines().enumerate().map(parse).collect()
}

impl Case {
    /// Compares the results of the formula, or the message of its error, with what is expected.
    pub(crate) fn check(&self, outcome: Result<&[Outcome<'_>], &str>) -> Result<(), String> {
        match (&self.expected, outcome) {
            (Expected::Error(_), Err(_)) => Ok(()),
            (Expected::Error(kind), Ok(got)) => {
                Err(format!("want {kind}, got {}{:?}", got[0].dtype, got[0].shape))
            }
            (Expected::Values(_), Err(message)) => Err(format!("error: {message}")),
            (Expected::Values(want), Ok(got)) => {
                if want.len() != got.len() {
                    return Err(format!("{} results, want {}", got.len(), want.len()));
                }
                want.iter().zip(got).try_for_each(|(want, got)| self.check_array(want, got))
            }
        }
    }

    fn check_array(&self, want: &Buffer, got: &Outcome<'_>) -> Result<(), String> {
        let layout = &want.layout;
        if got.dtype != layout.dtype || got.shape != layout.shape {
            let (dtype, shape) = (layout.dtype, &layout.shape);
            return Err(format!("{}{:?}, want {dtype}{shape:?}", got.dtype, got.shape));
        }
        if let (true, Some(strides)) = (layout.has_strides, got.strides) {
            // The stride of a single element means nothing.
            let differ =
                |axis: &usize| layout.shape[*axis] > 1 && strides[*axis] != layout.strides[*axis];
            if (0..layout.shape.len()).any(|axis| differ(&axis)) {
                return Err(format!("strides {strides:?}, want {:?}", layout.strides));
            }
        }
        let size = item_size(layout.dtype);
        if got.data.len() != want.data.len() {
            return Err(format!("{} bytes, want {}", got.data.len(), want.data.len()));
        }
        let elements = got.data.chunks_exact(size.max(1)).zip(want.data.chunks_exact(size.max(1)));
        for (index, (got, want)) in elements.enumerate() {
            let reverse = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
            let want = if layout.swapped { reverse(want) } else { want.to_vec() };
            if !self.is_close(layout.dtype, got, &want) {
                let (got, want) = (show(layout.dtype, got), show(layout.dtype, &want));
                return Err(format!("element {index} is {got}, want {want}"));
            }
        }
        Ok(())
    }

    fn is_close(&self, dtype: DType, got: &[u8], want: &[u8]) -> bool {
        if got == want {
            return true;
        }
        let (got, want) = (floats(dtype, got), floats(dtype, want));
        if got.is_empty() {
            return false;
        }
        let size = want.iter().fold(0.0_f64, |size, part| size.max(part.abs()));
        got.iter().zip(&want).all(|(&got, &want)| match self.bound {
            _ if got.is_nan() || want.is_nan() => got.is_nan() && want.is_nan(),
            Bound::Exact => got.to_bits() == want.to_bits(),
            Bound::Units(_) if got == want => true,
            Bound::Units(units) => {
                let unit =
                    unit_in_last_place(dtype, if size.is_finite() { size } else { want.abs() });
                // What is expected is itself rounded, by half a unit; beyond the largest number, infinity.
                let top = largest(dtype);
                let clamp = |x: f64| x.clamp(-top, top);
                (clamp(got) - clamp(want)).abs() <= (units + 0.5) * unit
            }
        })
    }
}

/// Returns the number of bytes of an element.
pub(crate) fn item_size(dtype: DType) -> usize {
    match dtype {
        DType::Bool | DType::I8 | DType::U8 => 1,
        DType::I16 | DType::U16 => 2,
        DType::I32 | DType::U32 | DType::F32 => 4,
        DType::C128 => 16,
        DType::Bytes(length) => length as usize,
        DType::Str(length) => 4 * length as usize,
        _ => 8, // tidy: the enum is open to other crates; all that is left
    }
}

/// Returns the parts of an element that is made of floats.
fn floats(dtype: DType, bytes: &[u8]) -> Vec<f64> {
    let single = |b: &[u8]| f64::from(f32::from_le_bytes(b.try_into().expect("four bytes")));
    let double = |b: &[u8]| f64::from_le_bytes(b.try_into().expect("eight bytes"));
    match dtype {
        DType::F32 | DType::C64 => bytes.chunks_exact(4).map(single).collect(),
        DType::F64 | DType::C128 => bytes.chunks_exact(8).map(double).collect(),
        _ => Vec::new(), // tidy: the enum is open to other crates
    }
}

fn is_single(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::C64)
}

fn largest(dtype: DType) -> f64 {
    if is_single(dtype) { f64::from(f32::MAX) } else { f64::MAX }
}

fn unit_in_last_place(dtype: DType, size: f64) -> f64 {
    if is_single(dtype) {
        let size = (size as f32).min(f32::MAX.next_down());
        f64::from(size.next_up() - size)
    } else {
        let size = size.min(f64::MAX.next_down());
        size.next_up() - size
    }
}

fn show(dtype: DType, bytes: &[u8]) -> String {
    let floats = floats(dtype, bytes);
    if !floats.is_empty() {
        return format!("{floats:?}");
    }
    let mut whole = [0; 8];
    if bytes.len() > 8 {
        return format!("{bytes:?}");
    }
    whole[..bytes.len()].copy_from_slice(bytes);
    format!("{} ({dtype})", i64::from_le_bytes(whole))
}

fn case(line: usize, json: &Json) -> Case {
    let inputs = json["in"].as_object().expect("inputs have names");
    let expected = match (&json["err"], &json["out"]) {
        (Json::String(kind), _) => Expected::Error(kind.clone()),
        (_, Json::Array(all)) => Expected::Values(all.iter().map(buffer).collect()),
        (_, one) => Expected::Values(vec![buffer(one)]),
    };
    let into = json
        .get("into")
        .map(|json| Target { layout: layout(json), casting: text(json, "casting") });
    Case {
        line,
        group: text(json, "group"),
        expr: text(json, "expr"),
        inputs: inputs.iter().map(|(name, json)| (name.clone(), buffer(json))).collect(),
        into,
        expected,
        bound: bound(&json["ulp"]),
    }
}

fn bound(json: &Json) -> Bound {
    let units = match json {
        Json::String(name) => {
            let mut functions = numjit::functions();
            let known = functions.find(|function| function.name == name);
            // Complex functions are within 6, reductions of a few dozen elements within 16.
            known
                .and_then(|function| function.max_ulp)
                .map_or(16.0, |units| f64::from(units).max(6.0))
        }
        number => number.as_f64().unwrap_or(0.0),
    };
    if units == 0.0 { Bound::Exact } else { Bound::Units(units) }
}

fn buffer(json: &Json) -> Buffer {
    let offset = json["offset"].as_u64().unwrap_or(0);
    let data = text(json, "data");
    let digits: Vec<u8> =
        data.chars().map(|c| c.to_digit(16).expect("hexadecimal") as u8).collect();
    Buffer {
        layout: layout(json),
        offset: usize::try_from(offset).expect("it lies in the buffer"),
        data: digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect(),
    }
}

fn layout(json: &Json) -> Layout {
    let name = text(json, "dtype");
    let dtype = DType::from_name(&name).unwrap_or_else(|| panic!("unknown dtype {name}"));
    let numbers = |key: &str| -> Option<Vec<i64>> {
        json[key].as_array()?.iter().map(Json::as_i64).collect()
    };
    let shape: Vec<usize> = numbers("shape")
        .expect("an array has a shape")
        .into_iter()
        .map(|length| usize::try_from(length).expect("a length"))
        .collect();
    let strides =
        numbers("strides").map(|all| all.into_iter().map(|stride| stride as isize).collect());
    Layout {
        dtype,
        has_strides: strides.is_some(),
        strides: strides.unwrap_or_else(|| c_order(&shape, item_size(dtype))),
        shape,
        swapped: json["swapped"] == Json::Bool(true),
    }
}

fn c_order(shape: &[usize], item_size: usize) -> Vec<isize> {
    let mut stride = item_size as isize;
    let mut strides: Vec<isize> = Vec::with_capacity(shape.len());
    for &length in shape.iter().rev() {
        strides.push(stride);
        stride *= length.max(1) as isize;
    }
    strides.reverse();
    strides
}

fn text(json: &Json, key: &str) -> String {
    json[key].as_str().unwrap_or_else(|| panic!("no {key} in {json}")).to_owned()
}
