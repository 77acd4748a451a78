//! Elements as plain memory, and random ones: what the oracle computes with, and what results are
//! compared as.

use std::fmt;

use crate::dtype::{Complex, DType, Prim, Scalar};
use crate::engine::array::Array;
use crate::exec::memory::Buffer;
use crate::exec::run::Owned;

/// Marsaglia's xorshift64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts a sequence; every seed is another one.
    pub fn new(seed: u64) -> Random {
        // Neighboring seeds would give similar first numbers.
        let mut random = Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| _ = random.bits());
        random
    }

    /// Returns 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number from 0 to 1, which is not among them.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Returns a number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.bits() >> 11) % n as u64) as usize
    }

    /// Returns whether something happens that does so once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Returns one of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Returns the numbers below `n` in a random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        (1..n).for_each(|at| all.swap(at, self.below(at + 1)));
        all
    }

    /// Returns an element of a dtype, one time in three one at which something may go wrong.
    pub fn element(&mut self, dtype: DType) -> Vec<u8> {
        if self.once_in(3) {
            let edges = edges(dtype);
            return edges[self.below(edges.len())].clone();
        }
        match dtype {
            DType::Bytes(n) => {
                let len = self.below(n as usize + 1);
                (0..n as usize).map(|at| if at < len { self.pick(b"abmn ") } else { 0 }).collect()
            }
            DType::Str(n) => {
                let len = self.below(n as usize + 1);
                let unit = |at: usize| {
                    if at < len { self.pick(&['a', 'b', 'm', 'é', '𝄞']) } else { '\0' }
                };
                (0..n as usize).map(unit).flat_map(|unit| u32::from(unit).to_ne_bytes()).collect()
            }
            _ => {
                // tidy: numbers
                let prim = dtype.prim().expect("strings are above");
                let parts = dtype.size() / prim.size();
                (0..parts).flat_map(|_| bytes(self.number(prim))).collect()
            }
        }
    }

    fn number(&mut self, prim: Prim) -> Scalar {
        let unit = self.unit();
        match prim {
            Prim::Bool => Scalar::Bool(unit < 0.5),
            Prim::F32 => Scalar::F32((unit * 20.0 - 10.0) as f32),
            Prim::F64 => Scalar::F64(unit * 20.0 - 10.0),
            _ => Scalar::wrapped((unit * 200.0 - 100.0) as i128, prim), // tidy: integers
        }
    }
}

/// Returns the elements of a dtype at which something may go wrong.
pub fn edges(dtype: DType) -> Vec<Vec<u8>> {
    const FLOATS: &[f64] = &[
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        2.0,
        -3.0,
        1e-310,
        5e-324,
        1e300,
        -1e300,
        1e-40,
        3.5e38,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        9_007_199_254_740_993.0,
    ];
    const PARTS: &[f64] =
        &[0.0, -0.0, 1.0, -2.5, 1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    const INTS: &[i128] =
        &[0, 1, -1, 2, -2, 3, 7, 31, 32, 33, 63, 64, -64, 1 << 24, (1 << 24) + 1, (1 << 53) + 1];
    let float = |prim: Prim, x: f64| {
        bytes(if prim == Prim::F32 { Scalar::F32(x as f32) } else { Scalar::F64(x) })
    };
    match dtype {
        DType::Bytes(n) => (["", "a", "mu", "mum", "b"].iter())
            .map(|text| (0..n as usize).map(|at| *text.as_bytes().get(at).unwrap_or(&0)).collect())
            .collect(),
        DType::Str(n) => (["", "a", "mu", "mum", "é"].iter())
            .map(|text| {
                let units = text.chars().map(u32::from).chain(std::iter::repeat(0));
                units.take(n as usize).flat_map(u32::to_ne_bytes).collect()
            })
            .collect(),
        DType::Datetime(_) | DType::Timedelta(_) => [0, 1, -1, 7, i64::MAX, i64::MIN, -86_400_000]
            .map(|count: i64| count.to_ne_bytes().to_vec())
            .to_vec(),
        DType::C64 | DType::C128 => {
            let prim = dtype.prim().expect("it has parts");
            (PARTS.iter())
                .flat_map(|&re| {
                    PARTS.iter().map(move |&im| [float(prim, re), float(prim, im)].concat())
                })
                .collect()
        }
        DType::F32 | DType::F64 => {
            let prim = dtype.prim().expect("it is a float");
            FLOATS.iter().map(|&x| float(prim, x)).collect()
        }
        DType::Bool => vec![vec![0], vec![1]],
        DType::I8
        | DType::I16
        | DType::I32
        | DType::I64
        | DType::U8
        | DType::U16
        | DType::U32
        | DType::U64 => {
            let prim = dtype.prim().expect("it is an integer");
            let (least, greatest) = prim.int_range().expect("it is an integer");
            let all = INTS.iter().copied().chain([least, greatest]);
            let mut all: Vec<Vec<u8>> = all.map(|x| bytes(Scalar::wrapped(x, prim))).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}

/// Elements in the order of their indices, as they lie in the memory of this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Values {
    dtype: DType,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Values {
    /// Makes values of their bytes.
    ///
    /// # Panics
    /// If there are more or fewer bytes than elements take.
    pub fn new(dtype: DType, shape: &[usize], bytes: Vec<u8>) -> Values {
        assert_eq!(shape.iter().product::<usize>() * dtype.size(), bytes.len());
        Values { dtype, shape: shape.to_vec(), bytes }
    }

    /// The elements of an array.
    pub fn of(array: &Array) -> Values {
        Values::new(array.dtype(), array.shape(), array.to_bytes())
    }

    /// Returns the dtype.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Returns the lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Returns the bytes of an element.
    pub fn element(&self, index: usize) -> &[u8] {
        let size = self.dtype.size();
        &self.bytes[index * size..(index + 1) * size]
    }

    /// Returns the number of elements.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns a part of an element: of complex numbers the real (0) or the imaginary one (1).
    pub(super) fn part(&self, index: usize, part: usize) -> Scalar {
        let prim = self.dtype.prim().expect("strings have no parts");
        scalar(prim, &self.element(index)[part * prim.size()..(part + 1) * prim.size()])
    }

    /// Returns whether both are the same to the last bit, up to the sign and payload of NaN.
    pub fn same(&self, other: &Values) -> bool {
        if self.dtype != other.dtype || self.shape != other.shape {
            return false;
        }
        let prim = match self.dtype.prim() {
            Some(prim) if prim.is_float() && self.bytes != other.bytes => prim,
            Some(_) | None => return self.bytes == other.bytes,
        };
        let parts = |values: &Values| -> Vec<Scalar> {
            values.bytes.chunks_exact(prim.size()).map(|bytes| scalar(prim, bytes)).collect()
        };
        let both_nan = |x: Scalar, y: Scalar| x.to_f64().is_nan() && y.to_f64().is_nan();
        parts(self).into_iter().zip(parts(other)).all(|(x, y)| x == y || both_nan(x, y))
    }

    /// Returns the values at the indices that `f` makes of those of the result.
    fn gather(&self, shape: &[usize], mut f: impl FnMut(&[usize]) -> usize) -> Values {
        let mut bytes = Vec::with_capacity(shape.iter().product::<usize>() * self.dtype.size());
        for_each_index(shape, |index| bytes.extend_from_slice(self.element(f(index))));
        Values::new(self.dtype, shape, bytes)
    }

    /// Returns the values with axes repeated, so that they have this shape.
    pub fn stretched(&self, shape: &[usize]) -> Values {
        self.gather(shape, |index| position(index, &self.shape))
    }

    /// Returns the values with their axes in another order: axis `i` of the result is axis `axes[i]`.
    pub fn permuted(&self, axes: &[usize]) -> Values {
        let shape: Vec<usize> = axes.iter().map(|&axis| self.shape[axis]).collect();
        let mut original = vec![0; axes.len()];
        self.gather(&shape, |index| {
            axes.iter().zip(index).for_each(|(&axis, &at)| original[axis] = at);
            position(&original, &self.shape)
        })
    }

    /// Returns the rows `start..end`.
    pub fn rows(&self, start: usize, end: usize) -> Values {
        let mut shape = self.shape.clone();
        shape[0] = end - start;
        let row: usize = self.shape[1..].iter().product::<usize>() * self.dtype.size();
        Values { dtype: self.dtype, shape, bytes: self.bytes[start * row..end * row].to_vec() }
    }

    /// Returns the values as an array in C order.
    pub fn to_array(&self) -> Array {
        let buffer = match self.dtype {
            DType::Bytes(_) => Buffer::from(self.bytes.clone()),
            DType::Str(_) => Buffer::from(self.words(u32::from_ne_bytes)),
            DType::Bool => Buffer::from(self.words(|[byte]: [u8; 1]| byte != 0)),
            DType::I8 => Buffer::from(self.words(i8::from_ne_bytes)),
            DType::I16 => Buffer::from(self.words(i16::from_ne_bytes)),
            DType::I32 => Buffer::from(self.words(i32::from_ne_bytes)),
            DType::I64 | DType::Datetime(_) | DType::Timedelta(_) => {
                Buffer::from(self.words(i64::from_ne_bytes))
            }
            DType::U8 => Buffer::from(self.words(u8::from_ne_bytes)),
            DType::U16 => Buffer::from(self.words(u16::from_ne_bytes)),
            DType::U32 => Buffer::from(self.words(u32::from_ne_bytes)),
            DType::U64 => Buffer::from(self.words(u64::from_ne_bytes)),
            DType::F32 => Buffer::from(self.words(f32::from_ne_bytes)),
            DType::F64 => Buffer::from(self.words(f64::from_ne_bytes)),
            DType::C64 => Buffer::from(pairs(self.words(f32::from_ne_bytes))),
            DType::C128 => Buffer::from(pairs(self.words(f64::from_ne_bytes))),
        };
        Array::new(Owned::contiguous(self.dtype, buffer, &self.shape))
    }

    fn words<const N: usize, T>(&self, word: impl Fn([u8; N]) -> T) -> Vec<T> {
        (self.bytes.chunks_exact(N)).map(|c| word(c.try_into().expect("chunks of N"))).collect()
    }
}

fn pairs<T: Copy>(parts: Vec<T>) -> Vec<Complex<T>> {
    parts.chunks_exact(2).map(|pair| Complex::new(pair[0], pair[1])).collect()
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_array().fmt(f)
    }
}

/// Calls `f` for each index of a shape, the last axis running fastest.
pub(super) fn for_each_index(shape: &[usize], mut f: impl FnMut(&[usize])) {
    let mut index = vec![0; shape.len()];
    for _ in 0..shape.iter().product() {
        f(&index);
        for (at, &len) in index.iter_mut().zip(shape).rev() {
            *at += 1;
            if *at < len {
                break;
            }
            *at = 0;
        }
    }
}

/// Returns the number of the element of `shape` that stands at an index of a shape that it broadcasts to.
pub(super) fn position(index: &[usize], shape: &[usize]) -> usize {
    let own = &index[index.len() - shape.len()..];
    (own.iter().zip(shape)).fold(0, |all, (&at, &len)| all * len + if len == 1 { 0 } else { at })
}

/// Returns the bytes of a value, in the order of the machine.
pub(super) fn bytes(x: Scalar) -> Vec<u8> {
    match x {
        Scalar::Bool(x) => vec![x.into()],
        Scalar::I8(x) => x.to_ne_bytes().to_vec(),
        Scalar::I16(x) => x.to_ne_bytes().to_vec(),
        Scalar::I32(x) => x.to_ne_bytes().to_vec(),
        Scalar::I64(x) => x.to_ne_bytes().to_vec(),
        Scalar::U8(x) => x.to_ne_bytes().to_vec(),
        Scalar::U16(x) => x.to_ne_bytes().to_vec(),
        Scalar::U32(x) => x.to_ne_bytes().to_vec(),
        Scalar::U64(x) => x.to_ne_bytes().to_vec(),
        Scalar::F32(x) => x.to_ne_bytes().to_vec(),
        Scalar::F64(x) => x.to_ne_bytes().to_vec(),
    }
}

fn scalar(prim: Prim, bytes: &[u8]) -> Scalar {
    fn word<const N: usize>(bytes: &[u8]) -> [u8; N] {
        bytes.try_into().expect("as many bytes as the prim has")
    }
    match prim {
        Prim::Bool => Scalar::Bool(bytes[0] != 0),
        Prim::I8 => Scalar::I8(i8::from_ne_bytes(word(bytes))),
        Prim::I16 => Scalar::I16(i16::from_ne_bytes(word(bytes))),
        Prim::I32 => Scalar::I32(i32::from_ne_bytes(word(bytes))),
        Prim::I64 => Scalar::I64(i64::from_ne_bytes(word(bytes))),
        Prim::U8 => Scalar::U8(u8::from_ne_bytes(word(bytes))),
        Prim::U16 => Scalar::U16(u16::from_ne_bytes(word(bytes))),
        Prim::U32 => Scalar::U32(u32::from_ne_bytes(word(bytes))),
        Prim::U64 => Scalar::U64(u64::from_ne_bytes(word(bytes))),
        Prim::F32 => Scalar::F32(f32::from_ne_bytes(word(bytes))),
        Prim::F64 => Scalar::F64(f64::from_ne_bytes(word(bytes))),
    }
}
