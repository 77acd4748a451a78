//! Values in memory of any layout: gaps, negative and zero strides, any nesting of the axes, elements
//! that are not aligned or have their bytes in the other order.

use super::values::{Random, Values, for_each_index};
use crate::dtype::DType;
use crate::engine::array_ref::{ArrayMut, ArrayRef, ByteOrder};

/// An array somewhere in a piece of memory.
#[derive(Clone)]
pub struct Placed {
    dtype: DType,
    shape: Vec<usize>,
    memory: Vec<u8>,
    offset: usize,
    strides: Vec<isize>,
    order: ByteOrder,
}

impl Placed {
    /// Places values in a random layout; axes along which they repeat may have zero strides.
    pub fn new(values: &Values, random: &mut Random) -> Placed {
        let repeats: Vec<bool> = (0..values.shape().len())
            .map(|axis| random.once_in(2) && does_repeat(values, axis))
            .collect();
        let mut placed = Placed::layout(values.dtype(), values.shape(), &repeats, random);
        placed.write(values);
        if placed.dtype == DType::Bool {
            // Any byte but 0 is true.
            let truth = 1 + u8::try_from(random.below(255)).expect("it is below 255");
            placed.memory.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = truth);
        }
        placed
    }

    /// Makes room for values, in a random layout and full of something else.
    pub fn blank(dtype: DType, shape: &[usize], random: &mut Random) -> Placed {
        Placed::layout(dtype, shape, &vec![false; shape.len()], random)
    }

    fn layout(dtype: DType, shape: &[usize], repeats: &[bool], random: &mut Random) -> Placed {
        let (ndim, size) = (shape.len(), dtype.size());
        // From the innermost axis on.
        let nesting: Vec<usize> = match random.below(4) {
            0 => (0..ndim).collect(),
            1 => random.permutation(ndim),
            _ => (0..ndim).rev().collect(), // tidy: a range of numbers
        };
        let is_wild = random.once_in(2);
        let mut odd = |n: usize| if is_wild && random.once_in(n) { 1 + random.below(3) } else { 0 };
        let mut unit = size + odd(4);
        let mut strides = vec![0_isize; ndim];
        let mut offset = odd(3);
        let before = offset;
        for axis in nesting {
            if repeats[axis] {
                continue;
            }
            let stride = unit * (1 + odd(4));
            let len = shape[axis];
            let backwards = odd(3) > 0;
            strides[axis] = if backwards { -stride.cast_signed() } else { stride.cast_signed() };
            if backwards && len > 0 {
                offset += stride * (len - 1);
            }
            unit = stride * len.max(1) + if odd(4) > 0 { size } else { 0 };
            if len == 1 && odd(3) > 0 {
                // Nobody goes there.
                strides[axis] = -1_000_003;
                offset = offset.min(before + offset);
            }
        }
        let swapped = odd(4) > 0 && dtype != DType::Bool;
        let order = if swapped { ByteOrder::Swapped } else { ByteOrder::Native };
        let memory = vec![0xA5; before + unit + 3];
        let mut placed = Placed { dtype, shape: shape.to_vec(), memory, offset, strides, order };
        if dtype == DType::Bool {
            placed.memory.fill(0);
        }
        placed
    }

    fn write(&mut self, values: &Values) {
        let mut number = 0;
        let mut memory = std::mem::take(&mut self.memory);
        self.for_each_place(|place, size| {
            memory[place..place + size].copy_from_slice(&self.in_order(values.element(number)));
            number += 1;
        });
        self.memory = memory;
    }

    /// Returns the elements.
    pub fn read(&self) -> Values {
        let mut bytes = Vec::new();
        self.for_each_place(|place, size| {
            bytes.extend(self.in_order(&self.memory[place..place + size]));
        });
        Values::new(self.dtype, &self.shape, bytes)
    }

    /// Returns whether the memory differs in elements only.
    pub fn has_same_gaps(&self, other: &Placed) -> bool {
        let (mut x, mut y) = (self.memory.clone(), other.memory.clone());
        self.for_each_place(|place, size| {
            x[place..place + size].fill(0);
            y[place..place + size].fill(0);
        });
        x == y
    }

    fn for_each_place(&self, mut f: impl FnMut(usize, usize)) {
        for_each_index(&self.shape, |index| {
            let steps =
                index.iter().zip(&self.strides).map(|(&at, &stride)| at.cast_signed() * stride);
            f(self.offset.strict_add_signed(steps.sum()), self.dtype.size());
        });
    }

    /// Reverses the bytes of each word if they lie in the other order.
    fn in_order(&self, element: &[u8]) -> Vec<u8> {
        match self.order {
            ByteOrder::Native => element.to_vec(),
            ByteOrder::Swapped => (element.chunks(self.dtype.alignment()))
                .flat_map(|word| word.iter().rev().copied())
                .collect(),
        }
    }

    /// Returns the array as an input.
    ///
    /// # Panics
    /// Never: the layout is inside the memory.
    pub fn input(&self) -> ArrayRef<'_> {
        ArrayRef::from_bytes(
            &self.memory,
            self.dtype,
            self.offset,
            &self.shape,
            &self.strides,
            self.order,
        )
        .expect("the layout is inside the memory")
    }

    /// Returns the array as an output.
    ///
    /// # Panics
    /// If elements share memory.
    pub fn output(&mut self) -> ArrayMut<'_> {
        ArrayMut::from_bytes(
            &mut self.memory,
            self.dtype,
            self.offset,
            &self.shape,
            &self.strides,
            self.order,
        )
        .expect("the layout is inside the memory")
    }

    /// Returns where the element at index zero begins, the strides in bytes, and the order of the bytes.
    pub fn layout_parts(&self) -> (usize, &[isize], ByteOrder) {
        (self.offset, &self.strides, self.order)
    }

    /// Returns the memory around the elements.
    pub fn memory(&self) -> &[u8] {
        &self.memory
    }

    /// Returns an array of the same layout in other memory.
    ///
    /// # Panics
    /// If there is less of it.
    pub fn with_memory(mut self, memory: Vec<u8>) -> Placed {
        assert!(memory.len() >= self.memory.len());
        self.memory = memory;
        self
    }

    /// Returns how the array lies in memory.
    pub fn describe(&self) -> String {
        let Placed { shape, strides, offset, order, .. } = self;
        format!("shape {shape:?}, strides {strides:?}, from {offset}, {order:?}")
    }
}

fn does_repeat(values: &Values, axis: usize) -> bool {
    let shape = values.shape();
    if values.len() == 0 || shape[axis] == 1 {
        return false;
    }
    let inner: usize = shape[axis + 1..].iter().product();
    let len = shape[axis];
    (0..values.len()).all(|number| {
        let first = number - number / inner % len * inner;
        values.element(number) == values.element(first)
    })
}
