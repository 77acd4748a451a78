//! How long a loop will take: good enough to decide whether threads are worth waking.

use crate::codegen::Loop;
use crate::ir::{Binary, Inst, Unary};

/// Returns an estimate of the time per element of a loop, in picoseconds on one core.
///
/// The weights are those of 128-bit code on a 3 GHz x86-64 core, from cache; an error of a factor of
/// two moves the point where threads start by as much, no more.
pub(crate) fn picoseconds_per_element(body: &Loop) -> u64 {
    let graph = &body.graph;
    let mut total = 100;
    for value in graph.values() {
        let width = graph.dtype(value).size() as u64;
        // Per element of a vector instruction that the core starts once per cycle.
        let light = 20 * width;
        total += match *graph.inst(value) {
            Inst::Input(_) => 2 * light,
            Inst::Const(_) | Inst::Reduce(..) | Inst::Count(..) => 0,
            Inst::Cast(..) | Inst::Select(..) => light,
            Inst::Unary(op, _) => match op {
                Unary::Neg
                | Unary::Abs
                | Unary::Not
                | Unary::Floor
                | Unary::Ceil
                | Unary::Trunc
                | Unary::Rint => light,
                Unary::Sqrt => 9 * light,
                Unary::Call(_) => 10_000,
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
                Binary::Div => 5 * light,
                Binary::FloorDiv | Binary::Rem | Binary::Fmod => 8_000,
                Binary::Pow | Binary::Call(_) => 20_000,
            },
        };
    }
    total
}
