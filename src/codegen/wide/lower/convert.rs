//! Conversions between numbers, as `ir::eval::cast` defines them.

use super::super::machine::{self, Level};
use super::Lowerer;
use super::mask::{GREATER_OR_EQUAL, UNORDERED};
use crate::dtype::Prim;

impl Lowerer<'_> {
    pub(super) fn convert(&mut self, x: u32, from: Prim, to: Prim) -> Option<u32> {
        match (from.is_float(), to.is_float()) {
            (false, false) => self.resize(x, from.size(), to.size(), !from.is_unsigned()),
            (false, true) => self.int_to_float(x, from, to),
            (true, false) => self.float_to_int(x, from, to),
            (true, true) => Some(match (from, to) {
                (Prim::F32, Prim::F64) => self.resizing(machine::F32_TO_F64, 8, 8, x),
                (Prim::F64, Prim::F32) => self.resizing(machine::F64_TO_F32, 8, 4, x),
                _ => x, // tidy: the same
            }),
        }
    }

    fn int_to_float(&mut self, x: u32, from: Prim, to: Prim) -> Option<u32> {
        let wide = to == Prim::F64;
        match from {
            Prim::I8 | Prim::I16 | Prim::U8 | Prim::U16 => {
                let x = self.resize(x, from.size(), 4, !from.is_unsigned())?;
                self.int_to_float(x, Prim::I32, to)
            }
            Prim::I32 if wide => Some(self.resizing(machine::I32_TO_F64, 8, 8, x)),
            Prim::I32 => Some(self.rm(machine::I32_TO_F32, 4, x)),
            _ if self.level == Level::Avx512 => Some(match (from, wide) {
                (Prim::U32, true) => self.resizing(machine::U32_TO_F64, 8, 8, x),
                (Prim::U32, false) => self.rm(machine::U32_TO_F32, 4, x),
                (Prim::I64, true) => self.rm(machine::I64_TO_F64, 8, x),
                (Prim::I64, false) => self.resizing(machine::I64_TO_F32, 8, 4, x),
                (_, true) => self.rm(machine::U64_TO_F64, 8, x),
                (_, false) => self.resizing(machine::U64_TO_F32, 8, 4, x), // tidy: u64
            }),
            Prim::U32 if wide => {
                let x = self.resize(x, 4, 8, false)?;
                self.wide_int_to_f64(x, Prim::U64)
            }
            Prim::I64 | Prim::U64 if wide => self.wide_int_to_f64(x, from),
            // Through f64 it would be rounded twice.
            _ => None, // tidy: what is left
        }
    }

    /// AVX2: both halves become floats exactly, by putting them where the digits of 2^52 and 2^84 are; the
    /// addition in the end rounds.
    fn wide_int_to_f64(&mut self, x: u32, from: Prim) -> Option<u32> {
        const TWO_52: u64 = 0x4330_0000_0000_0000;
        const TWO_84: u64 = 0x4530_0000_0000_0000;
        let low_half = self.repeated(0xffff_ffff, 8);
        let low = self.rvm(machine::AND, 8, x, low_half);
        let two_52 = self.repeated(TWO_52, 8);
        let low = self.rvm(machine::OR, 8, low, two_52);
        let high = self.rm(machine::SHIFT_RIGHT_64, 8, x);
        self.with_immediate(32);
        // The sign bit flipped is the upper half plus 2^31.
        let is_signed = from == Prim::I64;
        let exponent = if is_signed { TWO_84 | 0x8000_0000 } else { TWO_84 };
        let exponent = self.repeated(exponent, 8);
        let high = self.rvm(machine::XOR, 8, high, exponent);
        let surplus = f64::from_bits(TWO_84)
            + f64::from_bits(TWO_52)
            + if is_signed { 2_f64.powi(63) } else { 0.0 };
        let surplus = self.float(Prim::F64, surplus);
        let high = self.rvm(machine::float_sub(8)?, 8, high, surplus);
        Some(self.rvm(machine::float_add(8)?, 8, high, low))
    }

    /// Cuts towards zero and stays at the ends of the range; NaN is 0.
    fn float_to_int(&mut self, x: u32, from: Prim, to: Prim) -> Option<u32> {
        let size = from.size();
        let zero = self.repeated(0, 1);
        if self.level == Level::Avx512 && matches!(to, Prim::U32 | Prim::U64) {
            // The second operand if one is NaN; what is too large gives all ones, the greatest.
            let x = self.rvm(machine::float_max(size)?, size, x, zero);
            return Some(match (from, to) {
                (Prim::F64, Prim::U32) => self.resizing(machine::F64_TO_U32, 8, 4, x),
                (Prim::F64, _) => self.rm(machine::F64_TO_U64, 8, x),
                (_, Prim::U32) => self.rm(machine::F32_TO_U32, 4, x),
                (_, _) => self.resizing(machine::F32_TO_U64, 8, 8, x), // tidy: f32 to u64
            });
        }
        match to {
            Prim::I64 if self.level == Level::Avx512 => {
                let (op, limit) = if from == Prim::F64 {
                    (machine::F64_TO_I64, 2_f64.powi(63))
                } else {
                    (machine::F32_TO_I64, 2_f64.powi(63))
                };
                let cut = self.resizing(op, 8, 8, x);
                self.mend(x, cut, from, limit, 8)
            }
            Prim::I64 | Prim::U32 | Prim::U64 => None,
            Prim::I32 if from == Prim::F32 => {
                let cut = self.rm(machine::F32_TO_I32, 4, x);
                self.mend(x, cut, from, 2_f64.powi(31), 4)
            }
            Prim::I32 | Prim::I8 | Prim::I16 | Prim::U8 | Prim::U16 => {
                let (least, greatest) = to.int_range().expect("an integer");
                // Both ends are floats of either width: 16 bits, or 32 of an f64.
                let least = self.float(from, least as f64);
                let greatest = self.float(from, greatest as f64);
                let is_nan = self.compare_floats(UNORDERED, size, x, x);
                let x = self.choose(is_nan, size, zero, x)?;
                let x = self.rvm(machine::float_max(size)?, size, x, least);
                let x = self.rvm(machine::float_min(size)?, size, x, greatest);
                let cut = match from {
                    Prim::F64 => self.resizing(machine::F64_TO_I32, 8, 4, x),
                    _ => self.rm(machine::F32_TO_I32, 4, x), // tidy: f32
                };
                self.resize(cut, 4, to.size(), true)
            }
            Prim::Bool | Prim::F32 | Prim::F64 => unreachable!("not an integer: {to}"),
        }
    }

    /// Mends what the processor makes of numbers beyond the range: it gives the smallest integer for all.
    fn mend(&mut self, x: u32, cut: u32, from: Prim, limit: f64, size: usize) -> Option<u32> {
        let limit = self.float(from, limit);
        let too_large = self.compare_floats(GREATER_OR_EQUAL, from.size(), x, limit);
        let greatest = self.repeated((1 << (8 * size - 1)) - 1, size);
        let cut = self.choose(too_large, size, greatest, cut)?;
        let is_nan = self.compare_floats(UNORDERED, from.size(), x, x);
        let zero = self.repeated(0, 1);
        self.choose(is_nan, size, zero, cut)
    }
}
