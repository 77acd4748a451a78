//! Truth values: masks, all ones or all zeros in the lanes of a vector.
//!
//! A comparison of AVX-512 gives a bit per lane in a register of its own kind. There is one of those for it,
//! so such a comparison waits until something needs it, and is made again for each that does: to choose
//! between two values right from the bits, or to become a vector of whatever lanes are wanted.

use super::super::machine::{self, Inst as Machine, Length, Level, Op, Operand, TEST_MASK};
use super::{Lowered, Lowerer};
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Value};

/// A truth value in every lane.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mask {
    /// The same in all.
    All(bool),
    /// A vector of lanes of this size.
    Lanes { value: u32, size: usize },
    /// AVX-512: a comparison that was not made yet.
    Test(Test),
}

/// A comparison of lanes of a size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Test {
    op: Op,
    predicate: u8,
    size: usize,
    x: u32,
    y: u32,
}

/// Predicates of comparisons of floats: false if an operand is NaN, but for "not equal" and "unordered".
pub(super) const EQUAL: u8 = 0x00;
pub(super) const UNORDERED: u8 = 0x03;
pub(super) const NOT_EQUAL: u8 = 0x04;
pub(super) const LESS: u8 = 0x11;
pub(super) const LESS_OR_EQUAL: u8 = 0x12;
pub(super) const GREATER_OR_EQUAL: u8 = 0x1d;

impl Lowerer<'_> {
    /// Returns the vector of a value of the graph that is `bool`, in lanes of this size.
    pub(super) fn mask_of(&mut self, value: Value, size: usize) -> Option<u32> {
        let Lowered::Mask(mask) = self.lowered(value) else {
            unreachable!("{value} is not bool; this is a bug in numjit")
        };
        let lanes = self.mask_lanes(mask, size)?;
        if let Mask::Test(_) = mask {
            // Made once for all that need a vector.
            self.lowered[value.index()] = Some(Lowered::Mask(Mask::Lanes { value: lanes, size }));
        }
        Some(lanes)
    }

    /// Returns a mask as a vector of lanes of this size.
    pub(super) fn mask_lanes(&mut self, mask: Mask, size: usize) -> Option<u32> {
        match mask {
            Mask::All(x) => Some(self.repeated(if x { u64::MAX } else { 0 }, 1)),
            Mask::Lanes { value, size: from } => self.resize(value, from, size, true),
            Mask::Test(test) => {
                self.test(test);
                let op = machine::mask_to_lanes(size)?;
                let (to, length) = (self.fresh(size), self.length(size));
                let mask = Operand::Mask(TEST_MASK);
                let inst = Machine::new(op, length, Operand::V(to), Operand::None, mask);
                self.code.insts.push(inst);
                Some(to)
            }
        }
    }

    fn mask(&self, value: Value) -> Mask {
        match self.lowered(value) {
            Lowered::Mask(mask) => mask,
            Lowered::Number(_) => unreachable!("{value} is not bool; this is a bug in numjit"),
        }
    }

    /// Returns the size of the lanes in which a mask is at hand; 1 for what is the same in all.
    fn mask_size(&self, value: Value) -> usize {
        match self.mask(value) {
            Mask::All(_) => 1,
            Mask::Lanes { size, .. } | Mask::Test(Test { size, .. }) => size,
        }
    }

    /// Makes a comparison, into the mask register.
    pub(super) fn test(&mut self, test: Test) {
        let (x, y) = (Operand::V(test.x), Operand::V(test.y));
        let length = self.length(test.size);
        let mut inst = Machine::new(test.op, length, Operand::Mask(TEST_MASK), x, y);
        inst.immediate = Some(test.predicate);
        self.code.insts.push(inst);
    }

    /// Compares floats by a predicate.
    pub(super) fn compare_floats(&mut self, predicate: u8, size: usize, x: u32, y: u32) -> Mask {
        let op = machine::float_compare(size).expect("floats have 4 or 8 bytes");
        match self.level {
            Level::Avx512 => Mask::Test(Test { op, predicate, size, x, y }),
            Level::Avx2 => {
                let value = self.rvm(op, size, x, y);
                self.with_immediate(predicate);
                Mask::Lanes { value, size }
            }
        }
    }

    /// Compares numbers.
    pub(super) fn compare(&mut self, op: Binary, prim: Prim, x: u32, y: u32) -> Mask {
        let size = prim.size();
        let (float, int) = match op {
            Binary::Eq => (EQUAL, 0),
            Binary::Lt => (LESS, 1),
            Binary::Le => (LESS_OR_EQUAL, 2),
            _ => (NOT_EQUAL, 4), // tidy: comparisons
        };
        if prim.is_float() {
            return self.compare_floats(float, size, x, y);
        }
        if self.level == Level::Avx512 {
            let table = if prim.is_unsigned() {
                machine::unsigned_compare
            } else {
                machine::signed_compare
            };
            let op = table(size).expect("integers have 1, 2, 4 or 8 bytes");
            return Mask::Test(Test { op, predicate: int, size, x, y });
        }
        let equal = machine::int_equal(size).expect("integers have 1, 2, 4 or 8 bytes");
        let value = match op {
            Binary::Eq => self.rvm(equal, size, x, y),
            Binary::Lt => self.greater(prim, y, x),
            Binary::Le => {
                let greater = self.greater(prim, x, y);
                self.not(size, greater)
            }
            _ => {
                // tidy: the last one
                let equal = self.rvm(equal, size, x, y);
                self.not(size, equal)
            }
        };
        Mask::Lanes { value, size }
    }

    /// AVX2: the lanes of integers where `x > y`.
    pub(super) fn greater(&mut self, prim: Prim, mut x: u32, mut y: u32) -> u32 {
        let size = prim.size();
        if prim.is_unsigned() {
            // Signed order, once zero is where the smallest number was.
            let top = self.repeated(1 << (8 * size - 1), size);
            x = self.rvm(machine::XOR, size, x, top);
            y = self.rvm(machine::XOR, size, y, top);
        }
        let op = machine::int_greater(size).expect("integers have 1, 2, 4 or 8 bytes");
        self.rvm(op, size, x, y)
    }

    /// Flips all bits.
    pub(super) fn not(&mut self, size: usize, x: u32) -> u32 {
        let ones = self.repeated(u64::MAX, 1);
        self.rvm(machine::XOR, size, x, ones)
    }

    pub(super) fn not_mask(&mut self, x: Value) -> Option<Mask> {
        self.negated(self.mask(x), self.mask_size(x))
    }

    /// Returns the opposite of a mask; what becomes a vector has lanes of this size.
    pub(super) fn negated(&mut self, mask: Mask, size: usize) -> Option<Mask> {
        match mask {
            Mask::All(x) => Some(Mask::All(!x)),
            // Predicates and their opposites differ in one bit; those of floats then are true for NaN.
            Mask::Test(test) => Some(Mask::Test(Test { predicate: test.predicate ^ 4, ..test })),
            Mask::Lanes { .. } => {
                let lanes = self.mask_lanes(mask, size)?;
                Some(Mask::Lanes { value: self.not(size, lanes), size })
            }
        }
    }

    /// Combines two masks, in the wider lanes of the two: widening takes one instruction.
    pub(super) fn bool_binary(&mut self, op: Binary, x: Value, y: Value) -> Option<Mask> {
        let size = self.mask_size(x).max(self.mask_size(y));
        let (x, y) = (self.mask_of(x, size)?, self.mask_of(y, size)?);
        let value = self.combine_masks(op, size, x, y)?;
        Some(Mask::Lanes { value, size })
    }

    /// Combines vectors of masks of one size.
    pub(super) fn combine_masks(&mut self, op: Binary, size: usize, x: u32, y: u32) -> Option<u32> {
        match op {
            Binary::And | Binary::Min => Some(self.rvm(machine::AND, size, x, y)),
            Binary::Or | Binary::Max => Some(self.rvm(machine::OR, size, x, y)),
            Binary::Xor | Binary::Ne => Some(self.rvm(machine::XOR, size, x, y)),
            Binary::Lt => Some(self.rvm(machine::AND_NOT, size, x, y)),
            Binary::Eq => {
                let differ = self.rvm(machine::XOR, size, x, y);
                Some(self.not(size, differ))
            }
            Binary::Le => {
                let not = self.not(size, x);
                Some(self.rvm(machine::OR, size, not, y))
            }
            _ => None, // tidy: no operations on bool
        }
    }

    /// Returns `x` where the condition holds, else `y`.
    pub(super) fn select(&mut self, condition: Value, size: usize, x: u32, y: u32) -> Option<u32> {
        if let Mask::Test(test) = self.mask(condition) {
            self.test(test);
            return self.blend_tested(size, x, y);
        }
        let mask = self.mask_of(condition, size)?;
        Some(self.blend(size, mask, x, y))
    }

    /// Returns `x` in the lanes of a mask, else `y`.
    pub(super) fn choose(&mut self, mask: Mask, size: usize, x: u32, y: u32) -> Option<u32> {
        if let Mask::Test(test) = mask {
            self.test(test);
            return self.blend_tested(size, x, y);
        }
        let mask = self.mask_lanes(mask, size)?;
        Some(self.blend(size, mask, x, y))
    }

    /// Right after a test: `x` where it holds, else `y`.
    fn blend_tested(&mut self, size: usize, x: u32, y: u32) -> Option<u32> {
        let blended = self.rvm(machine::mask_blend(size)?, size, y, x);
        self.last().masked = Some((TEST_MASK, false));
        Some(blended)
    }

    /// Returns `x` where the bits of the vector are set, else `y`.
    pub(super) fn blend(&mut self, size: usize, mask: u32, x: u32, y: u32) -> u32 {
        match self.level {
            Level::Avx512 => {
                let to = self.rvm(machine::TERNARY, size, x, y);
                let inst = self.last();
                inst.tied = Operand::V(mask);
                inst.immediate = Some(0b1100_1010);
                to
            }
            Level::Avx2 => {
                let to = self.rvm(machine::BLEND, size, y, x);
                self.last().z = Operand::V(mask);
                to
            }
        }
    }

    pub(super) fn select_mask(&mut self, c: Value, x: Value, y: Value) -> Option<Mask> {
        let size = self.mask_size(c).max(self.mask_size(x)).max(self.mask_size(y));
        let (x, y) = (self.mask_of(x, size)?, self.mask_of(y, size)?);
        let c = self.mask_of(c, size)?;
        Some(Mask::Lanes { value: self.blend(size, c, x, y), size })
    }

    /// Returns where a number is not zero; NaN is not.
    pub(super) fn is_not_zero(&mut self, x: Value, prim: Prim) -> Option<Mask> {
        let x = self.number(x);
        let zero = self.scalar(Scalar::small(0, prim));
        Some(self.compare(Binary::Ne, prim, x, zero))
    }

    /// Returns 1 where the value is true, else 0.
    pub(super) fn bool_as(&mut self, x: Value, to: Prim) -> Option<u32> {
        let mask = self.mask_of(x, to.size())?;
        let one = self.scalar(Scalar::small(1, to));
        Some(self.rvm(machine::AND, to.size(), mask, one))
    }

    /// Moves integers or masks from lanes of one size to lanes of another.
    pub(super) fn resize(&mut self, x: u32, from: usize, to: usize, signed: bool) -> Option<u32> {
        match (from, to) {
            _ if from == to => Some(x),
            _ if from < to => {
                let table = match (to / from, signed) {
                    (2, true) => machine::widen_signed,
                    (2, false) => machine::widen_unsigned,
                    (4, true) => machine::widen_signed_4,
                    (4, false) => machine::widen_unsigned_4,
                    (_, true) => machine::widen_signed_8,
                    (_, false) => machine::widen_unsigned_8,
                };
                Some(self.resizing(table(from)?, to, to, x))
            }
            _ if self.level == Level::Avx512 => {
                let table = match from / to {
                    2 => machine::narrow,
                    4 => machine::narrow_4,
                    _ => machine::narrow_8, // tidy: eight
                };
                Some(self.resizing(table(from)?, from, to, x))
            }
            _ => {
                // tidy: AVX2
                let half = self.halve(x, from);
                self.resize(half, from / 2, to, signed)
            }
        }
    }

    /// AVX2: the low halves of lanes of this size.
    fn halve(&mut self, x: u32, size: usize) -> u32 {
        let x = match size {
            8 => x,
            _ => {
                // What is left fits, so that it is not changed by the saturation. tidy: sizes
                let low = self.repeated((1 << (4 * size)) - 1, size);
                self.rvm(machine::AND, size, x, low)
            }
        };
        let high =
            if self.length(size) == Length::Y { self.upper_half(x, self.lanes * size) } else { x };
        let to = self.fresh(size / 2);
        let op = match size {
            8 => machine::SHUFFLE_32,
            4 => machine::PACK_32,
            _ => machine::PACK_16, // tidy: two
        };
        let (x, y) = (Operand::V(x), Operand::V(high));
        let mut inst = Machine::new(op, Length::X, Operand::V(to), x, y);
        inst.immediate = (size == 8).then_some(0x88);
        self.code.insts.push(inst);
        to
    }

    /// Returns the upper half of a value of so many bytes, at the start of a register.
    pub(super) fn upper_half(&mut self, x: u32, bytes: usize) -> u32 {
        self.code.values.push(super::Source { place: None, bytes: bytes / 2 });
        let to = u32::try_from(self.code.values.len() - 1).expect("node limits keep it small");
        let (op, length, immediate) = match bytes {
            64 => (machine::EXTRACT_256, Length::Z, 1),
            32 => (machine::EXTRACT_128, Length::Y, 1),
            _ => {
                // tidy: within a register
                let half = u8::try_from(bytes / 2).expect("at most 8");
                (machine::SHIFT_RIGHT_BYTES, Length::X, half)
            }
        };
        let operands = (Operand::V(to), Operand::None, Operand::V(x));
        let mut inst = Machine::new(op, length, operands.0, operands.1, operands.2);
        inst.immediate = Some(immediate);
        self.code.insts.push(inst);
        to
    }
}
