//! Arithmetic on numbers.

use super::super::machine::{self, Level, Op};
use super::Lowerer;
use super::mask::UNORDERED;
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Unary};

/// Ways to round to whole numbers, without an exception for what is not one.
const TO_NEAREST: u8 = 0x8;
const DOWN: u8 = 0x9;
const UP: u8 = 0xa;
const TO_ZERO: u8 = 0xb;

impl Lowerer<'_> {
    pub(super) fn unary(&mut self, op: Unary, prim: Prim, x: u32) -> Option<u32> {
        let size = prim.size();
        match op {
            Unary::Neg if prim.is_float() => {
                let sign = self.sign(size);
                Some(self.rvm(machine::XOR, size, x, sign))
            }
            Unary::Neg => {
                let zero = self.repeated(0, 1);
                Some(self.rvm(machine::int_sub(size)?, size, zero, x))
            }
            Unary::Abs if prim.is_float() => {
                let rest = self.repeated((1 << (8 * size - 1)) - 1, size);
                Some(self.rvm(machine::AND, size, x, rest))
            }
            Unary::Abs if prim.is_unsigned() => Some(x),
            Unary::Abs if size == 8 && self.level == Level::Avx2 => {
                // x ^ m - m, where m is -1 for negative numbers.
                let zero = self.repeated(0, 1);
                let negative = self.greater(prim, zero, x);
                let flipped = self.rvm(machine::XOR, size, x, negative);
                Some(self.rvm(machine::int_sub(size)?, size, flipped, negative))
            }
            Unary::Abs => Some(self.rm(machine::int_abs(size)?, size, x)),
            Unary::Not => Some(self.not(size, x)),
            Unary::Sqrt => Some(self.rm(machine::float_sqrt(size)?, size, x)),
            Unary::Floor => self.round(size, x, DOWN),
            Unary::Ceil => self.round(size, x, UP),
            Unary::Trunc => self.round(size, x, TO_ZERO),
            Unary::Rint => self.round(size, x, TO_NEAREST),
            Unary::BitCount | Unary::Call(_) | Unary::Fast(_) => None,
        }
    }

    fn round(&mut self, size: usize, x: u32, how: u8) -> Option<u32> {
        let rounded = self.rm(machine::float_round(size)?, size, x);
        self.with_immediate(how);
        Some(rounded)
    }

    /// The sign bit of every lane.
    fn sign(&mut self, size: usize) -> u32 {
        self.repeated(1 << (8 * size - 1), size)
    }

    pub(super) fn binary(&mut self, op: Binary, prim: Prim, x: u32, y: u32) -> Option<u32> {
        let size = prim.size();
        let is_float = prim.is_float();
        let simple: Option<Op> = match op {
            Binary::Add if is_float => machine::float_add(size),
            Binary::Sub if is_float => machine::float_sub(size),
            Binary::Mul if is_float => machine::float_mul(size),
            Binary::Div => machine::float_div(size),
            Binary::Add => machine::int_add(size),
            Binary::Sub => machine::int_sub(size),
            Binary::Mul if size == 8 && self.level == Level::Avx2 => return self.mul_64(x, y),
            Binary::Mul => machine::int_mul(size),
            Binary::And => Some(machine::AND),
            Binary::Or => Some(machine::OR),
            Binary::Xor => Some(machine::XOR),
            Binary::Max | Binary::Min if is_float => return self.float_extreme(op, size, x, y),
            Binary::Max | Binary::Min => return self.int_extreme(op, prim, x, y),
            Binary::Shl if self.has_shift(size, false) => machine::shift_left(size),
            Binary::Shr if prim.is_unsigned() && self.has_shift(size, false) => {
                machine::shift_right(size)
            }
            Binary::Shr if !prim.is_unsigned() && self.has_shift(size, true) => {
                machine::shift_arithmetic(size)
            }
            Binary::Copysign => return Some(self.copysign(size, x, y)),
            Binary::Shl
            | Binary::Shr
            | Binary::FloorDiv
            | Binary::Rem
            | Binary::Fmod
            | Binary::Pow
            | Binary::Eq
            | Binary::Ne
            | Binary::Lt
            | Binary::Le
            | Binary::Gcd
            | Binary::Lcm
            | Binary::Call(_)
            | Binary::Fast(_)
            | Binary::Part(_) => None,
        };
        Some(self.rvm(simple?, size, x, y))
    }

    /// Returns whether lanes of this size can be shifted by counts of their own. Counts beyond the width give
    /// what the IR says: zero, or the sign.
    fn has_shift(&self, size: usize, arithmetic: bool) -> bool {
        match (size, self.level) {
            (4, _) => true,
            (8, Level::Avx2) => !arithmetic,
            (2 | 8, Level::Avx512) => true,
            _ => false, // tidy: bytes, and two of them with AVX2
        }
    }

    fn copysign(&mut self, size: usize, x: u32, y: u32) -> u32 {
        let sign = self.sign(size);
        let of_y = self.rvm(machine::AND, size, y, sign);
        let of_x = self.rvm(machine::AND_NOT, size, sign, x);
        self.rvm(machine::OR, size, of_x, of_y)
    }

    /// AVX2: the low 64 bits of products, from those of halves.
    fn mul_64(&mut self, x: u32, y: u32) -> Option<u32> {
        let add = machine::int_add(8)?;
        let half = |e: &mut Self, x| {
            let to = e.rm(machine::SHIFT_RIGHT_64, 8, x);
            e.with_immediate(32);
            to
        };
        let (x_high, y_high) = (half(self, x), half(self, y));
        let low_high = self.rvm(machine::MUL_LOW, 8, x, y_high);
        let high_low = self.rvm(machine::MUL_LOW, 8, x_high, y);
        let cross = self.rvm(add, 8, low_high, high_low);
        let cross = self.rm(machine::SHIFT_LEFT_64, 8, cross);
        self.with_immediate(32);
        let low = self.rvm(machine::MUL_LOW, 8, x, y);
        Some(self.rvm(add, 8, low, cross))
    }

    /// `x` unless `y` beats it, or is a NaN. The instruction gives its second operand if one is NaN or both
    /// are zeros, so a NaN in `x` is kept and one in `y` is put in.
    pub(super) fn float_extreme(&mut self, op: Binary, size: usize, x: u32, y: u32) -> Option<u32> {
        let op =
            if op == Binary::Max { machine::float_max(size)? } else { machine::float_min(size)? };
        let extreme = self.rvm(op, size, y, x);
        let is_nan = self.compare_floats(UNORDERED, size, y, y);
        self.choose(is_nan, size, y, extreme)
    }

    fn int_extreme(&mut self, op: Binary, prim: Prim, x: u32, y: u32) -> Option<u32> {
        let size = prim.size();
        let is_max = op == Binary::Max;
        if size == 8 && self.level == Level::Avx2 {
            let greater = self.greater(prim, x, y);
            let (yes, no) = if is_max { (x, y) } else { (y, x) };
            return Some(self.blend(size, greater, yes, no));
        }
        let op = match (is_max, prim.is_unsigned()) {
            (true, false) => machine::signed_max(size),
            (false, false) => machine::signed_min(size),
            (true, true) => machine::unsigned_max(size),
            (false, true) => machine::unsigned_min(size),
        };
        Some(self.rvm(op?, size, x, y))
    }

    /// The constant of a float prim nearest to a number.
    pub(super) fn float(&mut self, prim: Prim, x: f64) -> u32 {
        let scalar = if prim == Prim::F32 { Scalar::F32(x as f32) } else { Scalar::F64(x) };
        self.scalar(scalar)
    }
}
