//! One instruction of the IR as CLIF on 128-bit vectors.
//!
//! A value of `lanes` elements is a list of vectors: `f64` and `i64` two lanes each, `f32` and `i32`
//! four. A `bool` is a list of masks, all ones or all zeros per lane, 64 or 32 bits wide: whichever the
//! comparison gave, converted when the other width is asked for.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{
    self as clif, ConstantData, Endianness, InstBuilder, MemFlagsData, types,
};
use cranelift_frontend::FunctionBuilder;
use smallvec::SmallVec;

use super::constants::ConstantTable;
use super::scalar::{self, clif_type, compare_codes};
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Graph, Inst, Reduce, Unary, Value};

pub(super) type Parts = SmallVec<[clif::Value; 4]>;

/// The value of an instruction in all lanes.
#[derive(Clone, Debug)]
pub(super) enum Vector {
    Numbers(Parts),
    Mask(Mask),
}

/// Truth in all lanes, as at least one of the two forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Mask {
    /// `I64X2`.
    wide: Option<Parts>,
    /// `I32X4`.
    narrow: Option<Parts>,
}

impl Vector {
    fn numbers(&self) -> &Parts {
        match self {
            Vector::Numbers(parts) => parts,
            Vector::Mask(_) => unreachable!("the verifier keeps bool and numbers apart"),
        }
    }

    fn mask(&self) -> &Mask {
        match self {
            Vector::Mask(mask) => mask,
            Vector::Numbers(_) => unreachable!("the verifier keeps bool and numbers apart"),
        }
    }
}

/// Returns the vector type of a number.
pub(super) fn vector_type(prim: Prim) -> clif::Type {
    match prim {
        Prim::I32 => types::I32X4,
        Prim::I64 => types::I64X2,
        Prim::F32 => types::F32X4,
        Prim::F64 => types::F64X2,
        Prim::Bool => unreachable!("bool has masks"),
    }
}

fn mask_type(size: usize) -> clif::Type {
    if size == 8 { types::I64X2 } else { types::I32X4 }
}

/// Emission for a fixed number of lanes.
pub(super) struct Lanes<'a> {
    pub(super) constants: &'a ConstantTable,
    /// The address of the constants.
    pub(super) table: Option<clif::Value>,
    /// 2 (only without `bool` in memory and 32-bit values), 4 or 8.
    pub(super) lanes: usize,
    /// Flags of loads and stores of elements.
    pub(super) flags: MemFlagsData,
}

impl Lanes<'_> {
    /// The vectors that hold a value of elements of this size.
    pub(super) fn n_parts(&self, size: usize) -> usize {
        self.lanes * size / 16
    }

    pub(super) fn constant(&self, b: &mut FunctionBuilder, scalar: Scalar) -> Vector {
        let prim = scalar.prim();
        if let Scalar::Bool(x) = scalar {
            let word = splat_bits(b, types::I32X4, if x { u64::MAX } else { 0 }, 4);
            let narrow: Parts = (0..self.lanes.div_ceil(4)).map(|_| word).collect();
            let word = splat_bits(b, types::I64X2, if x { u64::MAX } else { 0 }, 8);
            let wide: Parts = (0..self.lanes / 2).map(|_| word).collect();
            return Vector::Mask(Mask { wide: Some(wide), narrow: Some(narrow) });
        }
        let ty = vector_type(prim);
        let part = match (self.table, self.constants.offset(scalar)) {
            (Some(table), Some(offset)) => b.ins().load(ty, MemFlagsData::trusted(), table, offset),
            (None, _) | (_, None) => splat_bits(b, ty, scalar.to_bits(), prim.size()),
        };
        Vector::Numbers((0..self.n_parts(prim.size())).map(|_| part).collect())
    }

    /// Copies a scalar into all lanes.
    pub(super) fn splat(&self, b: &mut FunctionBuilder, prim: Prim, x: clif::Value) -> Vector {
        if prim == Prim::Bool {
            let wide = b.ins().uextend(types::I64, x);
            let all = b.ins().ineg(wide);
            let word = b.ins().splat(types::I64X2, all);
            let wide: Parts = (0..self.lanes / 2).map(|_| word).collect();
            let narrow = as_type(b, word, types::I32X4);
            let narrow: Parts = (0..self.lanes.div_ceil(4)).map(|_| narrow).collect();
            return Vector::Mask(Mask { wide: Some(wide), narrow: Some(narrow) });
        }
        let part = b.ins().splat(vector_type(prim), x);
        Vector::Numbers((0..self.n_parts(prim.size())).map(|_| part).collect())
    }

    /// Loads `lanes` elements from `address`.
    pub(super) fn load(
        &self,
        b: &mut FunctionBuilder,
        prim: Prim,
        address: clif::Value,
    ) -> Vector {
        if prim != Prim::Bool {
            let ty = vector_type(prim);
            let parts = (0..self.n_parts(prim.size()))
                .map(|part| b.ins().load(ty, self.flags, address, offset(16 * part)))
                .collect();
            return Vector::Numbers(parts);
        }
        let bytes = if self.lanes == 8 {
            b.ins().uload8x8(self.flags, address, 0)
        } else {
            assert_eq!(self.lanes, 4);
            let word = b.ins().load(types::I32, self.flags, address, 0);
            let vector = b.ins().scalar_to_vector(types::I32X4, word);
            let bytes = as_type(b, vector, types::I8X16);
            b.ins().uwiden_low(bytes)
        };
        let mut narrow = Parts::new();
        for part in 0..self.lanes / 4 {
            let wide =
                if part == 0 { b.ins().uwiden_low(bytes) } else { b.ins().uwiden_high(bytes) };
            // 0 or 1 to 0 or all ones.
            narrow.push(b.ins().ineg(wide));
        }
        Vector::Mask(Mask { wide: None, narrow: Some(narrow) })
    }

    /// Stores `lanes` elements at `address`.
    pub(super) fn store(&self, b: &mut FunctionBuilder, value: &Vector, address: clif::Value) {
        let mask = match value {
            Vector::Numbers(parts) => {
                for (at, &part) in parts.iter().enumerate() {
                    b.ins().store(self.flags, part, address, offset(16 * at));
                }
                return;
            }
            Vector::Mask(mask) => mask,
        };
        let parts = self.mask_parts(b, mask, 4);
        let high = *parts.last().expect("there are at least four lanes");
        let words = b.ins().snarrow(parts[0], high);
        let bytes = b.ins().snarrow(words, words);
        let ones = splat_bits(b, types::I8X16, 0x0101_0101_0101_0101, 8);
        let bytes = b.ins().band(bytes, ones);
        let (ty, element) = if self.lanes == 8 { (types::I64X2, 8) } else { (types::I32X4, 4) };
        assert_eq!(self.lanes, element);
        let vector = as_type(b, bytes, ty);
        let word = b.ins().extractlane(vector, 0);
        b.ins().store(self.flags, word, address, 0);
    }

    /// Emits the instruction. `operand` gives the vector of an operand.
    pub(super) fn inst<'v>(
        &self,
        b: &mut FunctionBuilder,
        graph: &Graph,
        value: Value,
        operand: impl Fn(Value) -> &'v Vector,
    ) -> Vector {
        match *graph.inst(value) {
            Inst::Const(scalar) => self.constant(b, scalar),
            Inst::Cast(x, to) => self.cast(b, operand(x), graph.prim(x), to),
            Inst::Unary(op, x) => self.unary(b, op, graph.prim(x), operand(x)),
            Inst::Binary(op @ (Binary::Shl | Binary::Shr), x, y) => {
                let count = graph.constant(y).expect("the whitelist wants a constant count");
                Vector::Numbers(each(operand(x).numbers(), |x| shift(b, op, x, count)))
            }
            Inst::Binary(op, x, y) => self.binary(b, op, graph.prim(x), operand(x), operand(y)),
            Inst::Select(c, x, y) => {
                self.select(b, graph.prim(x), operand(c).mask(), operand(x), operand(y))
            }
            Inst::Input(_) | Inst::Reduce(..) | Inst::Count(..) => {
                unreachable!("inputs are loaded, and loops have no reductions inside")
            }
        }
    }

    fn cast(&self, b: &mut FunctionBuilder, x: &Vector, from: Prim, to: Prim) -> Vector {
        let parts = match (from, to) {
            (Prim::Bool, Prim::I32 | Prim::I64 | Prim::F32 | Prim::F64) => {
                let one = match to {
                    Prim::I32 | Prim::I64 | Prim::Bool => 1,
                    Prim::F32 => u64::from(1f32.to_bits()),
                    Prim::F64 => 1f64.to_bits(),
                };
                let size = to.size();
                let masks = self.mask_parts(b, x.mask(), size);
                each(&masks, |mask| {
                    let one = splat_bits(b, mask_type(size), one, size);
                    let bits = b.ins().band(mask, one);
                    as_type(b, bits, vector_type(to))
                })
            }
            (Prim::I32, Prim::I64) => halves(b, x.numbers(), |b, low| b.ins().swiden_low(low)),
            (Prim::I32, Prim::F64) => halves(b, x.numbers(), |b, low| {
                let wide = b.ins().swiden_low(low);
                b.ins().fcvt_from_sint(types::F64X2, wide)
            }),
            (Prim::F32, Prim::F64) => halves(b, x.numbers(), |b, low| b.ins().fvpromote_low(low)),
            (Prim::I64, Prim::F64) | (Prim::I32, Prim::F32) => {
                each(x.numbers(), |x| b.ins().fcvt_from_sint(vector_type(to), x))
            }
            (
                Prim::Bool | Prim::I32 | Prim::I64 | Prim::F32 | Prim::F64,
                Prim::Bool | Prim::I32 | Prim::I64 | Prim::F32 | Prim::F64,
            ) => unreachable!("the whitelist rejects a cast from {from} to {to}"),
        };
        Vector::Numbers(parts)
    }

    fn unary(&self, b: &mut FunctionBuilder, op: Unary, prim: Prim, x: &Vector) -> Vector {
        if let Vector::Mask(mask) = x {
            assert_eq!(op, Unary::Not, "the only instruction on one bool");
            let (size, parts) = self.some_parts(mask);
            let flipped = each(&parts, |x| b.ins().bnot(x));
            return Vector::Mask(mask_of(size, flipped));
        }
        let float = prim.is_float();
        let size = prim.size();
        let sign = 1u64 << (8 * size - 1);
        Vector::Numbers(each(x.numbers(), |x| match op {
            Unary::Neg if float => {
                // One instruction with the mask from memory; `fneg` would build the mask each time.
                let mask = splat_bits(b, vector_type(prim), sign, size);
                b.ins().bxor(x, mask)
            }
            Unary::Neg => b.ins().ineg(x),
            Unary::Abs if float => {
                let mask = splat_bits(b, vector_type(prim), !sign, size);
                b.ins().band(x, mask)
            }
            Unary::Abs => b.ins().iabs(x),
            Unary::Not => b.ins().bnot(x),
            Unary::Sqrt => b.ins().sqrt(x),
            Unary::Floor => b.ins().floor(x),
            Unary::Ceil => b.ins().ceil(x),
            Unary::Trunc => b.ins().trunc(x),
            Unary::Rint => b.ins().nearest(x),
            Unary::Call(_) => unreachable!("calls are not part of a loop body"),
        }))
    }

    fn binary(
        &self,
        b: &mut FunctionBuilder,
        op: Binary,
        prim: Prim,
        x: &Vector,
        y: &Vector,
    ) -> Vector {
        if let (Vector::Mask(x), Vector::Mask(y)) = (x, y) {
            return Vector::Mask(self.logic(b, op, x, y));
        }
        let (x, y) = (x.numbers(), y.numbers());
        let size = prim.size();
        let float = prim.is_float();
        match op {
            Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => {
                let (float_cc, int_cc) = compare_codes(op, prim);
                let parts = pairs(x, y, |x, y| {
                    if float { b.ins().fcmp(float_cc, x, y) } else { b.ins().icmp(int_cc, x, y) }
                });
                return Vector::Mask(mask_of(size, parts));
            }
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Max
            | Binary::Min
            | Binary::Copysign => {}
            Binary::FloorDiv
            | Binary::Rem
            | Binary::Fmod
            | Binary::Pow
            | Binary::Shl
            | Binary::Shr
            | Binary::Call(_) => unreachable!("the whitelist rejects {op:?}"),
        }
        Vector::Numbers(pairs(x, y, |x, y| number_op(b, op, prim, x, y)))
    }

    /// Operations on two `bool`.
    fn logic(&self, b: &mut FunctionBuilder, op: Binary, x: &Mask, y: &Mask) -> Mask {
        // The width both have, else the one that needs fewer vectors.
        let size = if x.narrow.is_none() && y.narrow.is_none() || self.lanes < 4 { 8 } else { 4 };
        let x = self.mask_parts(b, x, size);
        let y = self.mask_parts(b, y, size);
        let parts = pairs(&x, &y, |x, y| match op {
            Binary::And | Binary::Min => b.ins().band(x, y),
            Binary::Or | Binary::Max => b.ins().bor(x, y),
            Binary::Xor | Binary::Ne => b.ins().bxor(x, y),
            Binary::Eq => {
                let differ = b.ins().bxor(x, y);
                b.ins().bnot(differ)
            }
            Binary::Lt => {
                let not_x = b.ins().bnot(x);
                b.ins().band(not_x, y)
            }
            Binary::Le => {
                let not_x = b.ins().bnot(x);
                b.ins().bor(not_x, y)
            }
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::FloorDiv
            | Binary::Rem
            | Binary::Fmod
            | Binary::Pow
            | Binary::Shl
            | Binary::Shr
            | Binary::Copysign
            | Binary::Call(_) => unreachable!("the verifier rejects {op:?} on bool"),
        });
        mask_of(size, parts)
    }

    fn select(
        &self,
        b: &mut FunctionBuilder,
        prim: Prim,
        condition: &Mask,
        x: &Vector,
        y: &Vector,
    ) -> Vector {
        if let (Vector::Mask(x), Vector::Mask(y)) = (x, y) {
            let size = if self.lanes < 4 { 8 } else { 4 };
            let c = self.mask_parts(b, condition, size);
            let x = self.mask_parts(b, x, size);
            let y = self.mask_parts(b, y, size);
            let parts = (0..c.len()).map(|at| b.ins().bitselect(c[at], x[at], y[at])).collect();
            return Vector::Mask(mask_of(size, parts));
        }
        let masks = self.mask_parts(b, condition, prim.size());
        let (x, y) = (x.numbers(), y.numbers());
        let parts = (0..masks.len())
            .map(|at| {
                let mask = as_type(b, masks[at], vector_type(prim));
                b.ins().bitselect(mask, x[at], y[at])
            })
            .collect();
        Vector::Numbers(parts)
    }

    /// Combines the partial results of a reduction, lane by lane.
    pub(super) fn combine(
        &self,
        b: &mut FunctionBuilder,
        op: Reduce,
        prim: Prim,
        x: &Vector,
        y: &Vector,
    ) -> Vector {
        self.binary(b, scalar::combining(op), prim, x, y)
    }

    /// Returns the CLIF values that carry an accumulator around a loop.
    pub(super) fn carried(&self, b: &mut FunctionBuilder, value: &Vector) -> Parts {
        match value {
            Vector::Numbers(parts) => parts.clone(),
            Vector::Mask(mask) => self.mask_parts(b, mask, 4),
        }
    }

    /// Makes a vector of what [`carried`](Lanes::carried) gave.
    pub(super) fn uncarried(&self, prim: Prim, parts: Parts) -> Vector {
        if prim == Prim::Bool { Vector::Mask(mask_of(4, parts)) } else { Vector::Numbers(parts) }
    }

    /// The CLIF type of the values of [`carried`](Lanes::carried), and how many there are.
    pub(super) fn carried_type(&self, prim: Prim) -> (clif::Type, usize) {
        if prim == Prim::Bool {
            (types::I32X4, self.lanes / 4)
        } else {
            (vector_type(prim), self.n_parts(prim.size()))
        }
    }

    /// The mask in whichever form it has, with the size of its lanes.
    fn some_parts(&self, mask: &Mask) -> (usize, Parts) {
        match (&mask.narrow, &mask.wide) {
            (Some(narrow), _) if self.lanes >= 4 => (4, narrow.clone()),
            (_, Some(wide)) => (8, wide.clone()),
            (Some(_), None) | (None, None) => unreachable!("a mask has a form that fits the lanes"),
        }
    }

    /// The mask as vectors with lanes of `size` bytes.
    fn mask_parts(&self, b: &mut FunctionBuilder, mask: &Mask, size: usize) -> Parts {
        match (size, &mask.narrow, &mask.wide) {
            (4, Some(narrow), _) => narrow.clone(),
            (8, _, Some(wide)) => wide.clone(),
            (4, None, Some(wide)) => wide
                .chunks(2)
                .map(|pair| {
                    // Even 32-bit lanes of both.
                    let low = as_type(b, pair[0], types::I8X16);
                    let high = as_type(b, pair[1], types::I8X16);
                    let picked = shuffle(b, low, high, [0, 2, 4, 6]);
                    as_type(b, picked, types::I32X4)
                })
                .collect(),
            (8, Some(narrow), None) => halves(b, narrow, |b, low| b.ins().swiden_low(low)),
            (_, _, _) => unreachable!("a mask has a form, and lanes of 4 or 8 bytes"),
        }
    }
}

fn mask_of(size: usize, parts: Parts) -> Mask {
    if size == 8 {
        Mask { wide: Some(parts), narrow: None }
    } else {
        Mask { wide: None, narrow: Some(parts) }
    }
}

fn number_op(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    match op {
        Binary::Max | Binary::Min if prim.is_float() => {
            let code = if op == Binary::Max {
                FloatCC::GreaterThanOrEqual
            } else {
                FloatCC::LessThanOrEqual
            };
            let holds = b.ins().fcmp(code, x, y);
            let nan = b.ins().fcmp(FloatCC::Unordered, x, x);
            let first = b.ins().bor(holds, nan);
            let first = as_type(b, first, vector_type(prim));
            b.ins().bitselect(first, x, y)
        }
        // The same CLIF instructions take numbers and vectors.
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::Div
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Max
        | Binary::Min => scalar::binary(b, op, prim, x, y),
        Binary::Copysign => {
            let size = prim.size();
            let sign = 1u64 << (8 * size - 1);
            let ty = vector_type(prim);
            let sign_mask = splat_bits(b, ty, sign, size);
            let rest_mask = splat_bits(b, ty, !sign, size);
            let sign = b.ins().band(y, sign_mask);
            let rest = b.ins().band(x, rest_mask);
            b.ins().bor(sign, rest)
        }
        Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
        | Binary::Eq
        | Binary::Ne
        | Binary::Lt
        | Binary::Le
        | Binary::Call(_) => unreachable!("{op:?} is handled before"),
    }
}

fn shift(b: &mut FunctionBuilder, op: Binary, x: clif::Value, count: Scalar) -> clif::Value {
    let ty = b.func.dfg.value_type(x);
    let width = i64::from(ty.lane_bits());
    let count = match count {
        Scalar::I32(c) => i64::from(c),
        Scalar::I64(c) => c,
        Scalar::Bool(_) | Scalar::F32(_) | Scalar::F64(_) => {
            unreachable!("the verifier wants an integer count")
        }
    };
    let in_range = (0..width).contains(&count);
    if op == Binary::Shl {
        if in_range { b.ins().ishl_imm_u(x, count) } else { splat_bits(b, ty, 0, 8) }
    } else {
        let count = if in_range { count } else { width - 1 };
        b.ins().sshr_imm_u(x, count)
    }
}

/// A vector constant: the low `size` bytes of `bits` in every lane. It lies in memory beside the code,
/// so it costs no register.
fn splat_bits(b: &mut FunctionBuilder, ty: clif::Type, bits: u64, size: usize) -> clif::Value {
    let bytes = bits.to_le_bytes();
    let data: Vec<u8> = bytes[..size].iter().copied().cycle().take(16).collect();
    let constant = b.func.dfg.constants.insert(ConstantData::from(data.as_slice()));
    b.ins().vconst(ty, constant)
}

fn as_type(b: &mut FunctionBuilder, x: clif::Value, ty: clif::Type) -> clif::Value {
    if b.func.dfg.value_type(x) == ty {
        return x;
    }
    let flags = MemFlagsData::new().with_endianness(Endianness::Little);
    b.ins().bitcast(ty, flags, x)
}

/// Picks four of the eight 32-bit lanes of two vectors of bytes.
fn shuffle(b: &mut FunctionBuilder, x: clif::Value, y: clif::Value, lanes: [u8; 4]) -> clif::Value {
    let bytes: Vec<u8> = lanes.iter().flat_map(|lane| (0..4).map(move |k| 4 * lane + k)).collect();
    let mask = b.func.dfg.immediates.push(ConstantData::from(bytes.as_slice()));
    b.ins().shuffle(x, y, mask)
}

/// Widens vectors of four lanes into pairs of vectors of two.
fn halves(
    b: &mut FunctionBuilder,
    parts: &Parts,
    widen_low: impl Fn(&mut FunctionBuilder, clif::Value) -> clif::Value,
) -> Parts {
    let mut wide = Parts::new();
    for &part in parts {
        wide.push(widen_low(b, part));
        // The high half, moved down: conversions of the low half are single instructions.
        let ty = b.func.dfg.value_type(part);
        let bytes = as_type(b, part, types::I8X16);
        let moved = shuffle(b, bytes, bytes, [2, 3, 2, 3]);
        let high = as_type(b, moved, ty);
        wide.push(widen_low(b, high));
    }
    wide
}

fn each(parts: &Parts, f: impl FnMut(clif::Value) -> clif::Value) -> Parts {
    parts.iter().copied().map(f).collect()
}

fn pairs(
    x: &Parts,
    y: &Parts,
    mut f: impl FnMut(clif::Value, clif::Value) -> clif::Value,
) -> Parts {
    x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect()
}

fn offset(bytes: usize) -> i32 {
    i32::try_from(bytes).expect("eight lanes are 64 bytes")
}

/// Returns the size in bytes of an element in memory, as a shift.
pub(super) fn log2_size(prim: Prim) -> i64 {
    i64::from(clif_type(prim).bytes().trailing_zeros())
}
