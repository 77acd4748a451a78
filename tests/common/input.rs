//! Inputs of golden files: values, and where they lie.

use numjit::testing::Values;
use numjit::{ArrayRef, ByteOrder, Complex, DType, Scalar, Weak};

use super::element;

/// `a f64 [2,3] F = 1 2 3 4 5 6`, or without a shape a single value: `k f64 = 2`; `k weak = 2` has no dtype.
pub(crate) struct Input {
    pub(crate) name: String,
    /// In the order of the indices.
    pub(crate) values: Values,
    pub(crate) is_single: bool,
    pub(crate) weak: Option<Weak>,
    memory: Vec<u8>,
    offset: usize,
    strides: Vec<isize>,
    order: ByteOrder,
}

impl Input {
    /// Reads the line of a header.
    pub(crate) fn read(text: &str) -> Option<Input> {
        let (left, right) = text.split_once('=')?;
        let left = left.trim();
        let (name, left) = left.split_once(' ')?;
        if left.trim() == "weak" {
            return Input::weak(name, right.trim());
        }
        let (dtype, left) = left.trim().split_once(' ').unwrap_or((left.trim(), ""));
        let dtype = DType::from_name(dtype)?;
        let words = element::words(right);
        let elements: Vec<Vec<u8>> =
            words.iter().map(|word| element::parse(dtype, word)).collect::<Option<_>>()?;
        if left.is_empty() {
            let values = Values::new(dtype, &[], elements.into_iter().next()?);
            return Some(Input::placed(name, values, true, ""));
        }
        let (shape, layout) = left.trim().strip_prefix('[')?.split_once(']')?;
        let shape = lengths(shape)?;
        let count: usize = shape.iter().product();
        let bytes: Vec<u8> = elements.into_iter().cycle().take(count).flatten().collect();
        (bytes.len() == count * dtype.size())
            .then(|| Input::placed(name, Values::new(dtype, &shape, bytes), false, layout.trim()))
    }

    /// Reads a number without a dtype.
    fn weak(name: &str, word: &str) -> Option<Input> {
        let weak = element::weak(word)?;
        let (dtype, plain) = match weak {
            Weak::Int(_) => (DType::I64, "0"),
            Weak::Float(_) => (DType::F64, word),
            _ => (DType::C128, word), // tidy: `Weak` is open
        };
        let values = Values::new(dtype, &[], element::parse(dtype, plain)?);
        Some(Input { weak: Some(weak), ..Input::placed(name, values, true, "") })
    }

    /// Puts the values where the words of `layout` say.
    fn placed(name: &str, values: Values, is_single: bool, layout: &str) -> Input {
        let (shape, size) = (values.shape(), values.dtype().size());
        let has = |word: &str| layout.split(' ').any(|other| other == word);
        let step = if has("step") { 2 } else { 1 };
        let mut strides = vec![0_isize; shape.len()];
        let mut next = (size * step).cast_signed();
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        if !has("F") {
            axes.reverse();
        }
        for axis in axes {
            strides[axis] = next;
            next *= shape[axis].max(1).cast_signed() * step.cast_signed();
        }
        let mut offset = usize::from(has("unaligned"));
        if has("reversed") {
            for (stride, &len) in strides.iter_mut().zip(shape) {
                offset += stride.cast_unsigned() * len.saturating_sub(1);
                *stride = -*stride;
            }
        }
        let mut memory = vec![0; next.cast_unsigned() + size + 1];
        let order = if has("swapped") { ByteOrder::Swapped } else { ByteOrder::Native };
        for index in 0..values.len() {
            let mut at = offset;
            let mut rest = index;
            for (&len, &stride) in shape.iter().zip(&strides).rev() {
                at = at.wrapping_add_signed((rest % len).cast_signed() * stride);
                rest /= len;
            }
            let mut bytes = values.element(index).to_vec();
            if order == ByteOrder::Swapped {
                bytes.chunks_exact_mut(values.dtype().alignment()).for_each(<[u8]>::reverse);
            }
            memory[at..at + size].copy_from_slice(&bytes);
        }
        Input {
            name: name.to_owned(),
            values,
            is_single,
            weak: None,
            memory,
            offset,
            strides,
            order,
        }
    }

    pub(crate) fn dtype(&self) -> DType {
        self.values.dtype()
    }

    /// Returns the input as a program gives it.
    pub(crate) fn operand(&self) -> (&str, ArrayRef<'_>) {
        let array = match self.weak {
            Some(number) => ArrayRef::weak(number),
            None if self.is_single => self.single(),
            None => self.array(),
        };
        (&self.name, array)
    }

    fn array(&self) -> ArrayRef<'_> {
        let shape = self.values.shape();
        let (dtype, order) = (self.dtype(), self.order);
        ArrayRef::from_bytes(&self.memory, dtype, self.offset, shape, &self.strides, order)
            .expect("there is room for all elements")
    }

    fn single(&self) -> ArrayRef<'_> {
        let bytes = self.values.element(0);
        macro_rules! number {
            ($type:ty, $at:expr) => {{
                let size = size_of::<$type>();
                let word = bytes[$at * size..($at + 1) * size].try_into();
                <$type>::from_ne_bytes(word.expect("the size of the dtype"))
            }};
        }
        let scalar: Scalar = match self.dtype() {
            DType::Bool => (bytes[0] != 0).into(),
            DType::I8 => number!(i8, 0).into(),
            DType::I16 => number!(i16, 0).into(),
            DType::I32 => number!(i32, 0).into(),
            DType::I64 => number!(i64, 0).into(),
            DType::U8 => number!(u8, 0).into(),
            DType::U16 => number!(u16, 0).into(),
            DType::U32 => number!(u32, 0).into(),
            DType::U64 => number!(u64, 0).into(),
            DType::F32 => number!(f32, 0).into(),
            DType::F64 => number!(f64, 0).into(),
            DType::C64 => return ArrayRef::from(Complex::new(number!(f32, 0), number!(f32, 1))),
            DType::C128 => return ArrayRef::from(Complex::new(number!(f64, 0), number!(f64, 1))),
            time @ (DType::Datetime(_) | DType::Timedelta(_)) => {
                return ArrayRef::single(time, number!(i64, 0)).expect("times are counts");
            }
            _ => return self.array(), // tidy: strings are arrays without axes
        };
        ArrayRef::from(scalar)
    }
}

/// Reads `2,3`.
pub(crate) fn lengths(text: &str) -> Option<Vec<usize>> {
    let lengths = text.split(',').map(str::trim).filter(|length| !length.is_empty());
    lengths.map(|length| length.parse().ok()).collect()
}
