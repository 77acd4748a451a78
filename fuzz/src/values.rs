//! Variables made of a few bytes.
//!
//! The dtype of a variable follows from the first letter of its name; the header says their shapes and
//! layouts: its first byte chooses the shape that all have in common, the second for each variable whether it
//! has that shape, a stretched one or none, the third begins the random numbers.

use numjit::testing::{Placed, Random, Values};
use numjit::{Array, ArrayRef, Complex, DType, TimeUnit};

/// Around the widths of vectors, the lengths of tiles and blocks, and chunks; the rows first.
const SHAPES: [&[usize]; 24] = [
    &[10],
    &[0],
    &[1],
    &[2],
    &[3],
    &[4],
    &[5],
    &[7],
    &[8],
    &[9],
    &[16],
    &[33],
    &[100],
    &[1025],
    &[4099],
    &[70_001],
    &[],
    &[3, 4],
    &[1, 9],
    &[17, 2],
    &[0, 3],
    &[2, 3, 5],
    &[129, 1, 3],
    &[2, 1, 3, 4],
];

/// Longer arrays take the interpreter too long.
const SHORT: usize = 5000;

/// How an input is given.
enum Given {
    /// In the order of the indices; without axes a single value.
    Array(Array),
    /// In any layout.
    Placed(Placed),
}

pub(crate) struct Inputs<'a> {
    columns: Vec<(&'a str, Values, Given)>,
    len: usize,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(header: &[u8], names: &'a [String]) -> Inputs<'a> {
        let byte = |at: usize| header.get(at).copied().unwrap_or(b'0');
        let shape = SHAPES[usize::from(byte(0)) % SHAPES.len()];
        let mut random = Random::new(byte(2).into());
        let mut columns = Vec::new();
        for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.starts_with('_')) {
            let dtype = dtype(name);
            let shape = match byte(1) >> (2 * (at % 4)) & 3 {
                0 | 1 => shape.to_vec(),
                2 => Vec::new(),
                // Axes of length 1 stretch.
                _ => shape.iter().map(|&len| if random.once_in(2) { 1 } else { len }).collect(),
            };
            columns.push(column(name, dtype, &shape, &mut random));
        }
        // Once in a while something does not fit.
        match byte(2) {
            0xfe => columns.push(column("surplus", DType::I32, &[], &mut random)),
            0xff => {
                if let Some(first) = columns.first_mut() {
                    *first = column(first.0, DType::F64, &[2], &mut random);
                }
            }
            _ => {}
        }
        let len = shape.iter().product();
        Inputs { columns, len }
    }

    pub(crate) fn vars(&self) -> Vec<(&str, ArrayRef<'_>)> {
        (self.columns.iter())
            .map(|(name, _, how)| match how {
                Given::Array(array) => (*name, single_or_array(array)),
                Given::Placed(placed) => (*name, placed.input()),
            })
            .collect()
    }

    pub(crate) fn values(&self) -> Vec<(&str, &Values)> {
        self.columns.iter().map(|(name, values, _)| (*name, values)).collect()
    }

    pub(crate) fn is_short(&self) -> bool {
        self.len <= SHORT
    }

    /// Whether the arrays can be cut into batches of rows.
    pub(crate) fn are_rows(&self) -> bool {
        let is_single = |values: &Values| values.shape().is_empty() && !values.dtype().is_string();
        self.columns.iter().all(|(_, v, _)| is_single(v) || v.shape() == [self.len])
            && self.columns.iter().any(|(_, v, _)| v.shape() == [self.len])
    }

    /// The rows in three batches, one of them empty where there are few.
    pub(crate) fn batches(&self) -> Vec<Vec<(&str, Array)>> {
        let cuts = [0, self.len / 3, self.len / 3 + self.len / 2, self.len];
        (cuts.windows(2))
            .map(|cut| {
                let rows = |values: &Values| {
                    let is_single = values.shape().is_empty();
                    let rows = if is_single { values.clone() } else { values.rows(cut[0], cut[1]) };
                    rows.to_array()
                };
                self.columns.iter().map(|(name, values, _)| (*name, rows(values))).collect()
            })
            .collect()
    }

    pub(crate) fn rows(&self) -> usize {
        self.len
    }
}

/// An array as an input; without axes, a single value.
pub(crate) fn single_or_array(array: &Array) -> ArrayRef<'_> {
    match (array.shape(), array.dtype()) {
        ([], DType::C64) => array.to_vec::<Complex<f32>>().expect("it is c64")[0].into(),
        ([], DType::C128) => array.to_vec::<Complex<f64>>().expect("it is c128")[0].into(),
        ([], dtype @ (DType::Datetime(_) | DType::Timedelta(_))) => {
            let count = array.get(0).expect("it has one");
            ArrayRef::single(dtype, count).expect("the count has the size")
        }
        _ => array.into(),
    }
}

fn column<'a>(
    name: &'a str,
    dtype: DType,
    shape: &[usize],
    random: &mut Random,
) -> (&'a str, Values, Given) {
    let n = shape.iter().product();
    let bytes = (0..n).flat_map(|_: usize| random.element(dtype)).collect();
    let values = Values::new(dtype, shape, bytes);
    let given = if random.once_in(2) {
        Given::Array(values.to_array())
    } else {
        Given::Placed(Placed::new(&values, random))
    };
    (name, values, given)
}

fn dtype(name: &str) -> DType {
    match name.as_bytes()[0] {
        b'p' | b'q' => DType::Bool,
        b'i' | b'j' => DType::I32,
        b'k'..=b'n' => DType::I64,
        b'f'..=b'h' => DType::F32,
        b'o' => DType::I8,
        b'r' => DType::I16,
        b'u' => DType::U8,
        b'v' => DType::U16,
        b'U' => DType::U32,
        b'w' => DType::U64,
        b'z' => DType::C128,
        b'Z' => DType::C64,
        b's' => DType::Str(4),
        b'S' => DType::Bytes(3),
        b't' => DType::Datetime(TimeUnit::Second),
        b'T' => DType::Timedelta(TimeUnit::Millisecond),
        _ => DType::F64,
    }
}
