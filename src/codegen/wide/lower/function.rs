//! AVX-512: elementary functions in line, from their recordings.
//!
//! What a recording leaves out, it leaves out for rare arguments: those lanes are found by a mask, and computed
//! by the function's own loop, which the code calls for one vector. So the bits are those of a call. In line are
//! the functions for which rare arguments are rare in any column one would compute them of, and of which that takes no
//! longer than a call per tile.

use std::sync::OnceLock;

use super::super::machine::{self, Inst as Machine, Length, Operand, TEST_MASK};
use super::mask::{EQUAL, LESS, LESS_OR_EQUAL, Mask};
use super::{Lowered, Lowerer};
use crate::dtype::Prim;
use crate::ir::{Unary, eval};
use crate::math::Op1;
use crate::math::elementary::Function1;
use crate::math::elementary::graph::{self, Node, Recording, Step, Table};
use crate::math::tile::{self, TileFn1};

/// Declares which functions are written in line, with one place for the recording of each.
macro_rules! in_line {
    ($($name:ident)*) => {
        fn recording(function: Function1) -> Option<&'static Recording> {
            match function {
                $(Function1::$name => {
                    static RECORDING: OnceLock<Recording> = OnceLock::new();
                    Some(RECORDING.get_or_init(|| graph::record1::<f64>(function)))
                })*
                _ => None, // tidy: functions that are called
            }
        }
    };
}

in_line! {
    Exp Exp2 Exp10 Expm1 Log Log2 Log10 Log1p Sin Cos Tan Cosh Cbrt SinFast CosFast TanFast
}

/// Returns the recording of a function that is written in line, and its loop.
pub(in super::super) fn in_line(op: Unary, prim: Prim) -> Option<(&'static Recording, TileFn1)> {
    let (Some(Op1::Function(function)), Prim::F64) = (eval::math1(op), prim) else { return None };
    let recording = recording(function)?;
    // Rows of four would need another way to look up; and whatever an argument is, its row must exist.
    let has_form = |step: &Step| match step {
        Step::Lookup(_, table) => table.step == 2 && table.rows().is_power_of_two(),
        _ => true, // tidy: everything else
    };
    if !recording.steps().iter().all(has_form) {
        return None;
    }
    Some((recording, tile::tile1(Op1::Function(function), prim)?))
}

/// Where a function was written in line.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Rare {
    pub(in super::super) function: TileFn1,
}

impl Lowerer<'_> {
    pub(super) fn function(
        &mut self,
        recording: &Recording,
        function: TileFn1,
        x: u32,
    ) -> Option<u32> {
        let mut steps = Steps { values: vec![None; recording.steps().len()], pairs: Vec::new(), x };
        for (at, &step) in recording.steps().iter().enumerate() {
            let value = self.step_of(recording, &mut steps, step)?;
            steps.values[at] = Some(value);
        }
        let Lowered::Number(result) = steps.get(recording.result()) else {
            unreachable!("functions give numbers")
        };
        let Some((&first, more)) = recording.rare().split_first() else { return Some(result) };
        let Lowered::Mask(first) = steps.get(first) else { unreachable!("masks are masks") };
        if more.is_empty()
            && let Mask::Test(test) = first
        {
            self.test(test);
        } else {
            let mut any = self.mask_lanes(first, 8)?;
            for &mask in more {
                let Lowered::Mask(mask) = steps.get(mask) else { unreachable!("masks are masks") };
                let mask = self.mask_lanes(mask, 8)?;
                any = self.rvm(machine::OR, 8, any, mask);
            }
            let (mask, any) = (Operand::Mask(TEST_MASK), Operand::V(any));
            self.code.insts.push(Machine::new(machine::TEST_BITS, Length::Z, mask, any, any));
        }
        let number = u8::try_from(self.rare.len()).ok()?;
        self.rare.push(Rare { function });
        let to = self.rvm(machine::RARE, 8, steps.x, steps.x);
        let last = self.last();
        last.tied = Operand::V(result);
        last.immediate = Some(number);
        Some(to)
    }

    fn step_of(&mut self, recording: &Recording, steps: &mut Steps, step: Step) -> Option<Lowered> {
        let number = |x: u32| Some(Lowered::Number(x));
        let mask = |mask: Mask| Some(Lowered::Mask(mask));
        match step {
            Step::Argument(_) => number(steps.x),
            Step::Constant(bits) => number(self.repeated(bits, 8)),
            Step::Add(x, y) => number(self.two(machine::float_add(8)?, steps, x, y)),
            Step::Sub(x, y) => number(self.two(machine::float_sub(8)?, steps, x, y)),
            Step::Mul(x, y) => number(self.two(machine::float_mul(8)?, steps, x, y)),
            Step::Div(x, y) => number(self.two(machine::float_div(8)?, steps, x, y)),
            Step::IntAdd(x, y) => number(self.two(machine::int_add(8)?, steps, x, y)),
            Step::IntSub(x, y) => number(self.two(machine::int_sub(8)?, steps, x, y)),
            Step::And(x, y) => number(self.two(machine::AND, steps, x, y)),
            Step::Or(x, y) => number(self.two(machine::OR, steps, x, y)),
            Step::Xor(x, y) => number(self.two(machine::XOR, steps, x, y)),
            Step::Neg(x) => {
                let x = steps.number(x);
                number(self.unary(Unary::Neg, Prim::F64, x)?)
            }
            Step::Sqrt(x) => number(self.rm(machine::float_sqrt(8)?, 8, steps.number(x))),
            Step::Rint(x) => {
                let x = steps.number(x);
                number(self.unary(Unary::Rint, Prim::F64, x)?)
            }
            Step::Shl(x, by) => {
                number(self.shifted(machine::SHIFT_LEFT_64, steps.number(x), by)?)
            }
            Step::Shr(x, by) => {
                number(self.shifted(machine::SHIFT_RIGHT_64, steps.number(x), by)?)
            }
            Step::MulAdd(x, y, z) => number(self.fused(recording, steps, x, y, z)),
            Step::Lt(x, y) => mask(self.compare_floats(LESS, 8, steps.number(x), steps.number(y))),
            Step::Le(x, y) => {
                mask(self.compare_floats(LESS_OR_EQUAL, 8, steps.number(x), steps.number(y)))
            }
            Step::Eq(x, y) => mask(self.compare_floats(EQUAL, 8, steps.number(x), steps.number(y))),
            Step::IntEq(x, y) => {
                let (x, y) = (steps.number(x), steps.number(y));
                mask(self.compare(crate::ir::Binary::Eq, Prim::I64, x, y))
            }
            Step::MaskAnd(x, y) => mask(self.two_masks(machine::AND, steps, x, y)?),
            Step::MaskOr(x, y) => mask(self.two_masks(machine::OR, steps, x, y)?),
            Step::MaskNot(x) => mask(self.negated(steps.mask(x), 8)?),
            Step::Select(choice, x, y) => {
                let (x, y) = (steps.number(x), steps.number(y));
                number(self.choose(steps.mask(choice), 8, x, y)?)
            }
            Step::Lookup(index, table) => number(self.lookup(steps, index, table)?),
        }
    }

    fn two(&mut self, op: machine::Op, steps: &Steps, x: Node, y: Node) -> u32 {
        self.rvm(op, 8, steps.number(x), steps.number(y))
    }

    fn two_masks(&mut self, op: machine::Op, steps: &Steps, x: Node, y: Node) -> Option<Mask> {
        let (x, y) = (self.mask_lanes(steps.mask(x), 8)?, self.mask_lanes(steps.mask(y), 8)?);
        Some(Mask::Lanes { value: self.rvm(op, 8, x, y), size: 8 })
    }

    fn shifted(&mut self, op: machine::Op, x: u32, by: u32) -> Option<u32> {
        let shifted = self.rm(op, 8, x);
        self.with_immediate(u8::try_from(by).ok()?);
        Some(shifted)
    }

    /// `x * y + z`; what is negated before is negated by the instruction.
    fn fused(&mut self, recording: &Recording, steps: &Steps, x: Node, y: Node, z: Node) -> u32 {
        let plain = |node: Node| match recording.steps()[node.0 as usize] {
            Step::Neg(of) => (true, of),
            _ => (false, node), // tidy: everything else
        };
        let ((minus_x, x), (minus_y, y), (minus_z, z)) = (plain(x), plain(y), plain(z));
        let signs = usize::from(minus_x != minus_y) * 2 + usize::from(minus_z);
        let to = self.rvm(machine::FMA[signs], 8, steps.number(y), steps.number(z));
        self.last().tied = Operand::V(steps.number(x));
        to
    }

    /// The column of rows of two: both are made from the same rows.
    fn lookup(&mut self, steps: &mut Steps, index: Node, table: Table) -> Option<u32> {
        let address = table.address() as u64;
        let known = steps.pairs.iter().find(|rows| (rows.index, rows.address) == (index, address));
        let (even, odd) = match known {
            Some(rows) => (rows.even, rows.odd),
            None => {
                let offset = self.shifted(machine::SHIFT_LEFT_64, steps.number(index), 4)?;
                let start = self.repeated(address, 8);
                let rows = self.rvm(machine::int_add(8)?, 8, offset, start);
                let even = self.rm(machine::EVEN_PAIRS, 8, rows);
                let odd = self.rm(machine::ODD_PAIRS, 8, rows);
                steps.pairs.push(Pairs { index, address, even, odd });
                (even, odd)
            }
        };
        let op = if table.offset == 0 { machine::UNPACK_LOW } else { machine::UNPACK_HIGH };
        Some(self.rvm(op, 8, even, odd))
    }
}

/// What the steps of a recording have become.
struct Steps {
    values: Vec<Option<Lowered>>,
    pairs: Vec<Pairs>,
    x: u32,
}

/// Rows of a table.
struct Pairs {
    index: Node,
    address: u64,
    even: u32,
    odd: u32,
}

impl Steps {
    fn get(&self, node: Node) -> Lowered {
        self.values[node.0 as usize].expect("operands come before their users")
    }

    fn number(&self, node: Node) -> u32 {
        match self.get(node) {
            Lowered::Number(x) => x,
            Lowered::Mask(_) => unreachable!("a mask is no number"),
        }
    }

    fn mask(&self, node: Node) -> Mask {
        match self.get(node) {
            Lowered::Mask(mask) => mask,
            Lowered::Number(_) => unreachable!("a number is no mask"),
        }
    }
}
