//! Replaces integer operations that have no instruction, or a slow one, by shifts and masks.

use super::{Rewriter, rewrite};
use crate::dtype::Scalar;
use crate::ir::{Binary, Graph, Inst, Value};

pub(super) fn run(graph: &Graph) -> Graph {
    rewrite(graph, 4)
}

pub(super) fn rule(rw: &mut Rewriter, inst: Inst) -> Option<Value> {
    let Inst::Binary(op, x, y) = inst else { return None };
    let prim = rw.prim(x);
    match op {
        // x // 2^k = x >> k: an arithmetic shift rounds towards minus infinity, as `//` does; a logical
        // one cuts, which is the same where nothing is negative.
        Binary::FloorDiv => {
            let k = power_of_two(rw.as_int(y)?)?;
            let count = rw.constant(Scalar::wrapped(k, prim));
            Some(rw.binary(Binary::Shr, x, count))
        }
        // x % 2^k = x & (2^k - 1): the low bits of two's complement count up from a multiple of 2^k.
        Binary::Rem | Binary::Fmod if op == Binary::Rem || prim.is_unsigned() => {
            let k = power_of_two(rw.as_int(y)?)?;
            let mask = rw.constant(Scalar::wrapped((1 << k) - 1, prim));
            Some(rw.binary(Binary::And, x, mask))
        }
        // x * 2^k = x << k modulo 2^width. Vectors of 64-bit integers and of bytes have no product.
        Binary::Mul => {
            let k = power_of_two(rw.as_int(y)?)?;
            let count = rw.constant(Scalar::wrapped(k, prim));
            Some(rw.binary(Binary::Shl, x, count))
        }
        // 2**n = 1 << n: both wrap to 0 above the width, and 2**-n is cut to 0.
        Binary::Pow if rw.as_int(x) == Some(2) => {
            let one = rw.constant(Scalar::small(1, prim));
            Some(rw.binary(Binary::Shl, one, y))
        }
        Binary::Add
        | Binary::Sub
        | Binary::Div
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Eq
        | Binary::Ne
        | Binary::Lt
        | Binary::Le
        | Binary::Max
        | Binary::Min
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Copysign
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => None,
    }
}

/// Returns k if `n` is 2^k.
fn power_of_two(n: i128) -> Option<i128> {
    (n > 0 && n & (n - 1) == 0).then(|| n.trailing_zeros().into())
}
