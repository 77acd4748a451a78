//! Inputs of an expression out of a few bytes.
//!
//! Three bytes, the first line of an input of the target `evaluate`, choose the length of the arrays,
//! what is an array and what a number, and the values. The dtype of a variable goes by the first letter
//! of its name: `p q` are bool, `i j` i32, `k l m n` i64, `f g h` f32, all others f64. Names that begin
//! with `_` are not given.

use numjit::testing::{array, elements, scalar};
use numjit::{Array, ArrayRef, DType, Kernel, Result, Scalar};

/// Around the widths of vectors, the lengths of tiles and blocks, and (the last one) of chunks.
const LENGTHS: [usize; 16] = [10, 0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 100, 1025, 4099, 70_001];

/// Longer arrays take the interpreter too long.
const SHORT: usize = 5000;

pub(crate) struct Inputs<'a> {
    columns: Vec<(&'a str, Array)>,
    len: usize,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(header: &[u8], names: &'a [String]) -> Inputs<'a> {
        let byte = |at: usize| header.get(at).copied().unwrap_or(b'0');
        let len = LENGTHS[usize::from(byte(0)) % LENGTHS.len()];
        let mut random = Random(byte(2).into());
        let mut columns = Vec::new();
        for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.starts_with('_')) {
            let dtype = dtype(name);
            let mut values =
                |n: usize| (0..n).map(|_| random.value(dtype)).collect::<Vec<Scalar>>();
            let column = match byte(1) >> (2 * (at % 4)) & 3 {
                0 | 1 => array(dtype, &values(len)),
                2 => scalar(values(1)[0]),
                _ => array(dtype, &values(1)),
            };
            columns.push((name.as_str(), column));
        }
        // Once in a while something does not fit.
        match byte(2) {
            0xfe => columns.push(("surplus", scalar(Scalar::I32(1)))),
            0xff => {
                if let Some((_, column)) = columns.first_mut() {
                    *column = array(DType::F64, &[Scalar::F64(1.0), Scalar::F64(2.0)]);
                }
            }
            _ => {}
        }
        Inputs { columns, len }
    }

    pub(crate) fn vars(&self) -> Vec<(&str, ArrayRef<'_>)> {
        self.columns.iter().map(|(name, column)| (*name, ArrayRef::from(column))).collect()
    }

    pub(crate) fn columns(&self) -> Vec<(&str, &Array)> {
        self.columns.iter().map(|(name, column)| (*name, column)).collect()
    }

    pub(crate) fn is_short(&self) -> bool {
        self.len <= SHORT
    }

    /// Whether the arrays can be cut into batches of rows.
    pub(crate) fn have_one_length(&self) -> bool {
        self.columns.iter().all(|(_, column)| column.is_scalar() || column.len() == self.len)
            && self.columns.iter().any(|(_, column)| !column.is_scalar())
    }

    /// The rows in three batches, one of them empty where there are few.
    pub(crate) fn batches(&self) -> Vec<Vec<(&str, Array)>> {
        let cuts = [0, self.len / 3, self.len / 3 + self.len / 2, self.len];
        (cuts.windows(2))
            .map(|cut| {
                let rows = |column: &Array| {
                    if column.is_scalar() {
                        column.clone()
                    } else {
                        array(column.dtype(), &elements(column)[cut[0]..cut[1]])
                    }
                };
                self.columns.iter().map(|(name, column)| (*name, rows(column))).collect()
            })
            .collect()
    }
}

/// Runs the kernel into an array like `result` that is full of something else.
pub(crate) fn run_into(
    kernel: &Kernel,
    vars: &[(&str, ArrayRef<'_>)],
    result: &Array,
) -> Result<Array> {
    let n = result.len();
    let filled = match result.dtype() {
        DType::Bool => {
            let mut out = vec![true; n];
            kernel.run_into(vars, &mut out)?;
            array(DType::Bool, &out.into_iter().map(Scalar::from).collect::<Vec<_>>())
        }
        DType::I32 => {
            let mut out = vec![77; n];
            kernel.run_into(vars, &mut out)?;
            array(DType::I32, &out.into_iter().map(Scalar::I32).collect::<Vec<_>>())
        }
        DType::I64 => {
            let mut out = vec![77; n];
            kernel.run_into(vars, &mut out)?;
            array(DType::I64, &out.into_iter().map(Scalar::I64).collect::<Vec<_>>())
        }
        DType::F32 => {
            let mut out = vec![77.0; n];
            kernel.run_into(vars, &mut out)?;
            array(DType::F32, &out.into_iter().map(Scalar::F32).collect::<Vec<_>>())
        }
        DType::F64 => {
            let mut out = vec![77.0; n];
            kernel.run_into(vars, &mut out)?;
            array(DType::F64, &out.into_iter().map(Scalar::F64).collect::<Vec<_>>())
        }
        other => panic!("{other} is new"),
    };
    Ok(if result.is_scalar() { scalar(filled.get(0).expect("it has one")) } else { filled })
}

pub(crate) fn concat(dtype: DType, parts: &[Array]) -> Array {
    array(dtype, &parts.iter().flat_map(elements).collect::<Vec<Scalar>>())
}

fn dtype(name: &str) -> DType {
    match name.as_bytes()[0] {
        b'p' | b'q' => DType::Bool,
        b'i' | b'j' => DType::I32,
        b'k'..=b'n' => DType::I64,
        b'f'..=b'h' => DType::F32,
        _ => DType::F64,
    }
}

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Half of the values are the ones that things go wrong with.
    fn value(&mut self, dtype: DType) -> Scalar {
        let (choice, bits) = (self.next(), self.next());
        let is_special = choice & 1 == 0;
        let at = |n: usize| (choice >> 8) as usize % n;
        let narrow = bits as i32;
        match dtype {
            DType::Bool => Scalar::Bool(bits & 1 == 1),
            DType::I32 if is_special => {
                let special = [0, 1, -1, 2, 31, 32, -32, 33, i32::MIN, i32::MIN + 1, i32::MAX];
                Scalar::I32(special[at(special.len())])
            }
            DType::I32 => Scalar::I32(narrow >> (choice >> 8 & 31)),
            DType::I64 if is_special => {
                let wide = 1 << 53;
                let special =
                    [0, 1, -1, 2, 63, 64, -64, wide + 1, i64::MIN, i64::MIN + 1, i64::MAX];
                Scalar::I64(special[at(special.len())])
            }
            DType::I64 => Scalar::I64(bits.cast_signed() >> (choice >> 8 & 63)),
            DType::F32 if is_special => {
                let special = [0.0, -0.0, 1.0, -1.0, f32::INFINITY, f32::NAN, 1e-45, f32::MAX, 0.5];
                Scalar::F32(special[at(special.len())] * if bits & 1 == 1 { -1.0 } else { 1.0 })
            }
            DType::F32 => Scalar::F32((narrow as f32 / 65536.0) / f32::from(choice as u8 | 1)),
            DType::F64 if is_special => {
                let special =
                    [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NAN, 5e-324, f64::MAX, 0.5];
                Scalar::F64(special[at(special.len())] * if bits & 1 == 1 { -1.0 } else { 1.0 })
            }
            DType::F64 => Scalar::F64(f64::from(narrow) / 65536.0 / f64::from(choice as u8 | 1)),
            other => panic!("{other} is new"),
        }
    }
}
