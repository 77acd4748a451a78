//! One instruction of the IR as CLIF on 128-bit vectors.
//!
//! A value of `lanes` elements is a list of vectors with lanes of the size of its prim; where it needs
//! less than one vector, the low lanes count. A `bool` is a list of masks, all ones or all zeros per lane, as
//! wide as whatever was compared, and moved to other widths when they are asked for.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;

use super::constants::ConstantTable;
use super::scalar::{clif_type, compare_codes};
use super::widths::{Parts, as_type, each, int_type, n_parts, pairs, resize_mask, splat_bits};
use super::{arithmetic, convert};
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Graph, Inst, Unary, Value};

/// The value of an instruction in all lanes.
#[derive(Clone, Debug)]
pub(super) enum Vector {
    Numbers(Parts),
    Mask(Mask),
}

/// Truth in all lanes, in at least one width.
#[derive(Clone, Debug, Default)]
pub(super) struct Mask {
    /// With lanes of 1, 2, 4 and 8 bytes.
    forms: [Option<Parts>; 4],
}

impl Mask {
    const SIZES: [usize; 4] = [1, 2, 4, 8];

    /// Makes a mask with lanes of `size` bytes.
    pub(super) fn of(size: usize, parts: Parts) -> Mask {
        let mut mask = Mask::default();
        mask.forms[size.trailing_zeros() as usize] = Some(parts);
        mask
    }

    /// The same vectors for every width.
    fn splat(b: &mut FunctionBuilder, lanes: usize, word: clif::Value) -> Mask {
        let forms = Mask::SIZES.map(|size| {
            let part = as_type(b, word, int_type(size));
            Some((0..n_parts(lanes, size)).map(|_| part).collect())
        });
        Mask { forms }
    }

    /// The least width in which it is there.
    fn size(&self) -> usize {
        let at = self.forms.iter().position(Option::is_some).expect("a mask has a form");
        Mask::SIZES[at]
    }

    /// The mask as vectors with lanes of `size` bytes.
    pub(super) fn parts(&self, b: &mut FunctionBuilder, lanes: usize, size: usize) -> Parts {
        // From the nearest wider one, for packing is cheap; else from the widest.
        let wider = (Mask::SIZES.iter().zip(&self.forms))
            .find(|&(&has, form)| has >= size && form.is_some());
        let nearest = wider
            .or_else(|| (Mask::SIZES.iter().zip(&self.forms)).rfind(|(_, form)| form.is_some()));
        let (&has, form) = nearest.expect("a mask has a form");
        let form = form.as_ref().expect("it was looked for");
        resize_mask(b, lanes, form, has, size)
    }
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
        Prim::I8 | Prim::U8 => types::I8X16,
        Prim::I16 | Prim::U16 => types::I16X8,
        Prim::I32 | Prim::U32 => types::I32X4,
        Prim::I64 | Prim::U64 => types::I64X2,
        Prim::F32 => types::F32X4,
        Prim::F64 => types::F64X2,
        Prim::Bool => unreachable!("bool has masks"),
    }
}

/// Emission for a fixed number of lanes.
pub(super) struct Lanes<'a> {
    pub(super) constants: &'a ConstantTable,
    /// The address of the constants.
    pub(super) table: Option<clif::Value>,
    /// A power of two such that what lies in memory has at least 4 bytes per iteration.
    pub(super) lanes: usize,
    /// Flags of loads and stores of elements.
    pub(super) flags: MemFlagsData,
}

impl Lanes<'_> {
    fn n_parts(&self, size: usize) -> usize {
        n_parts(self.lanes, size)
    }

    pub(super) fn constant(&self, b: &mut FunctionBuilder, scalar: Scalar) -> Vector {
        let prim = scalar.prim();
        if let Scalar::Bool(x) = scalar {
            let word = splat_bits(b, types::I64X2, if x { u64::MAX } else { 0 }, 8);
            return Vector::Mask(Mask::splat(b, self.lanes, word));
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
            return Vector::Mask(Mask::splat(b, self.lanes, word));
        }
        let part = b.ins().splat(vector_type(prim), x);
        Vector::Numbers((0..self.n_parts(prim.size())).map(|_| part).collect())
    }

    /// Loads `lanes` elements from `address`.
    pub(super) fn load(&self, b: &mut FunctionBuilder, prim: Prim, address: clif::Value) -> Vector {
        let ty = if prim == Prim::Bool { types::I8X16 } else { vector_type(prim) };
        let bytes = self.lanes * prim.size();
        let parts: Parts = if let Some((scalar, word)) = partial(bytes) {
            let low = b.ins().load(scalar, self.flags, address, 0);
            let low = b.ins().scalar_to_vector(word, low);
            std::iter::once(as_type(b, low, ty)).collect()
        } else {
            (0..bytes / 16)
                .map(|part| b.ins().load(ty, self.flags, address, offset(16 * part)))
                .collect()
        };
        if prim == Prim::Bool {
            // 0 or 1 to 0 or all ones.
            return Vector::Mask(Mask::of(1, each(&parts, |part| b.ins().ineg(part))));
        }
        Vector::Numbers(parts)
    }

    /// Stores `lanes` elements at `address`.
    pub(super) fn store(&self, b: &mut FunctionBuilder, value: &Vector, address: clif::Value) {
        let parts = match value {
            Vector::Numbers(parts) => parts.clone(),
            Vector::Mask(mask) => {
                let ones = splat_bits(b, types::I8X16, 1, 1);
                let masks = mask.parts(b, self.lanes, 1);
                each(&masks, |mask| b.ins().band(mask, ones))
            }
        };
        let size = 16 / b.func.dfg.value_type(parts[0]).lane_count() as usize;
        if let Some((_, word)) = partial(self.lanes * size) {
            let words = as_type(b, parts[0], word);
            let low = b.ins().extractlane(words, 0);
            b.ins().store(self.flags, low, address, 0);
            return;
        }
        for (at, &part) in parts.iter().enumerate() {
            b.ins().store(self.flags, part, address, offset(16 * at));
        }
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
            Inst::Cast(x, to) => convert::cast(b, self.lanes, operand(x), graph.prim(x), to),
            Inst::Index(x, _) => operand(x).clone(),
            Inst::Unary(op, x) => self.unary(b, op, graph.prim(x), operand(x)),
            Inst::Binary(op @ (Binary::Shl | Binary::Shr), x, y) => {
                let count = graph.constant(y).expect("the whitelist wants a constant count");
                let shift = |x| arithmetic::shift(b, op, graph.prim(value), x, count);
                Vector::Numbers(each(operand(x).numbers(), shift))
            }
            // A number that is known not to be NaN is spared the question.
            Inst::Binary(op @ (Binary::Max | Binary::Min), x, y) if is_known_float(graph, y) => {
                let (x, y) = (operand(x).numbers(), operand(y).numbers());
                let beats = |x, y| arithmetic::beats(b, op, graph.prim(value), y, x);
                Vector::Numbers(pairs(x, y, beats))
            }
            Inst::Binary(op, x, y) => self.binary(b, op, graph.prim(x), operand(x), operand(y)),
            Inst::Select(c, x, y) => {
                self.select(b, graph.prim(x), operand(c).mask(), operand(x), operand(y))
            }
            Inst::Input(_) | Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => {
                unreachable!("inputs are loaded, and loops have no reductions inside")
            }
        }
    }

    fn unary(&self, b: &mut FunctionBuilder, op: Unary, prim: Prim, x: &Vector) -> Vector {
        match x {
            Vector::Mask(mask) => {
                assert_eq!(op, Unary::Not, "the only instruction on one bool");
                let size = mask.size();
                let parts = mask.parts(b, self.lanes, size);
                Vector::Mask(Mask::of(size, each(&parts, |x| b.ins().bnot(x))))
            }
            Vector::Numbers(parts) => {
                Vector::Numbers(each(parts, |x| arithmetic::unary(b, op, prim, x)))
            }
        }
    }

    pub(super) fn binary(
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
                return Vector::Mask(Mask::of(size, parts));
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
            | Binary::Gcd
            | Binary::Lcm
            | Binary::Call(_)
            | Binary::Fast(_)
            | Binary::Part(_) => unreachable!("the whitelist rejects {op:?}"),
        }
        Vector::Numbers(pairs(x, y, |x, y| arithmetic::binary(b, op, prim, x, y)))
    }

    /// Operations on two `bool`.
    fn logic(&self, b: &mut FunctionBuilder, op: Binary, x: &Mask, y: &Mask) -> Mask {
        // The width that needs fewest vectors, of those that are there.
        let size = x.size().min(y.size());
        let x = x.parts(b, self.lanes, size);
        let y = y.parts(b, self.lanes, size);
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
            | Binary::Gcd
            | Binary::Lcm
            | Binary::Copysign
            | Binary::Call(_)
            | Binary::Fast(_)
            | Binary::Part(_) => unreachable!("the verifier rejects {op:?} on bool"),
        });
        Mask::of(size, parts)
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
            let size = condition.size().min(x.size()).min(y.size());
            let c = condition.parts(b, self.lanes, size);
            let x = x.parts(b, self.lanes, size);
            let y = y.parts(b, self.lanes, size);
            let parts = (0..c.len()).map(|at| b.ins().bitselect(c[at], x[at], y[at])).collect();
            return Vector::Mask(Mask::of(size, parts));
        }
        let masks = condition.parts(b, self.lanes, prim.size());
        let (x, y) = (x.numbers(), y.numbers());
        let parts = (0..masks.len())
            .map(|at| {
                let mask = as_type(b, masks[at], vector_type(prim));
                b.ins().bitselect(mask, x[at], y[at])
            })
            .collect();
        Vector::Numbers(parts)
    }
}

/// Returns whether the value is a float constant other than NaN.
fn is_known_float(graph: &Graph, value: Value) -> bool {
    graph.prim(value).is_float() && graph.constant(value).is_some_and(|c| !c.to_f64().is_nan())
}

/// Returns how less than a vector is moved: as which scalar, in the lowest lane of which vector.
fn partial(bytes: usize) -> Option<(clif::Type, clif::Type)> {
    match bytes {
        4 => Some((types::I32, types::I32X4)),
        8 => Some((types::I64, types::I64X2)),
        other => {
            assert!(other.is_multiple_of(16), "{other} bytes per iteration");
            None
        }
    }
}

fn offset(bytes: usize) -> i32 {
    i32::try_from(bytes).expect("a few vectors")
}

/// Returns the size in bytes of an element in memory, as a shift.
pub(super) fn log2_size(prim: Prim) -> i64 {
    i64::from(clif_type(prim).bytes().trailing_zeros())
}
