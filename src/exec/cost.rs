//! How long a loop will take: good enough to decide whether threads are worth waking.

use crate::codegen::Loop;
use crate::ir::{Binary, Inst, Unary};

/// Returns an estimate of the time per element of a loop, in picoseconds on one core.
///
/// The weights are those of 128-bit code on an x86-64 core (Zen 5, 2026-11-22), from cache; they give 0.33 ns
/// for `2*a + 3*b`, which takes 0.22, and 1.9 for the quadratic formula, which takes 1.4. An error of a
/// factor of two moves the point where threads start by as much, no more.
pub(crate) fn picoseconds_per_element(body: &Loop) -> u64 {
    let graph = &body.graph;
    let mut total = 50;
    for value in graph.values() {
        let width = graph.prim(value).size() as u64;
        // Per element of a vector instruction of which the core starts several per cycle.
        let light = 5 * width;
        total += match *graph.inst(value) {
            Inst::Input(_) => 2 * light,
            Inst::Const(_)
            | Inst::Index(..)
            | Inst::Reduce(..)
            | Inst::ReducePair(..)
            | Inst::Count(..) => 0,
            Inst::Cast(..) | Inst::Select(..) => light,
            Inst::Unary(op, _) => match op {
                Unary::Neg
                | Unary::Abs
                | Unary::Not
                | Unary::Floor
                | Unary::Ceil
                | Unary::Trunc
                | Unary::Rint => light,
                Unary::Sqrt => 20 * light,
                Unary::BitCount => 300,
                Unary::Call(_) | Unary::Fast(_) => 4_000,
            },
            Inst::Binary(op, ..) => match op {
                Binary::Add
                | Binary::Sub
                | Binary::Mul
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
                | Binary::Copysign => light,
                Binary::Div => 14 * light,
                Binary::FloorDiv | Binary::Rem | Binary::Fmod => 4_000,
                Binary::Gcd | Binary::Lcm => 20_000,
                Binary::Pow | Binary::Call(_) | Binary::Fast(_) | Binary::Part(_) => 10_000,
            },
        };
    }
    total
}
