//! Puts the operands of commutative operations in one order, so that `a + b` and `b + a` are one
//! value: older values first, constants last.
//!
//! Swapping is exact: IEEE addition and multiplication commute, up to which of two NaNs comes through.
//! `max` and `min` commute on integers and `bool` only, for on floats they give the first of two zeros.

use super::{Rewriter, rewrite};
use crate::ir::{Binary, Graph, Inst, Value};

pub(super) fn run(graph: &Graph) -> Graph {
    rewrite(graph, 1)
}

pub(super) fn rule(rw: &mut Rewriter, inst: Inst) -> Option<Value> {
    let Inst::Binary(op, x, y) = inst else { return None };
    let key = |value| (rw.as_constant(value).is_some(), value);
    let swap = commutes(op, rw.prim(x).is_float()) && key(x) > key(y);
    swap.then(|| rw.binary(op, y, x))
}

fn commutes(op: Binary, is_float: bool) -> bool {
    match op {
        Binary::Add
        | Binary::Mul
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Eq
        | Binary::Ne => true,
        Binary::Max | Binary::Min => !is_float,
        Binary::Sub
        | Binary::Div
        | Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
        | Binary::Lt
        | Binary::Le
        | Binary::Copysign
        // The C library does not promise hypot(x, y) = hypot(y, x).
        | Binary::Call(_) | Binary::Fast(_) | Binary::Part(_) => false,
    }
}
