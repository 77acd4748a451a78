//! The portable code generator. The only folder that imports Cranelift.

mod accumulate;
mod arithmetic;
mod code;
mod constants;
mod convert;
mod function;
mod isa;
mod scalar;
mod vector;
mod widths;

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_frontend::FunctionBuilderContext;

use self::isa::Host;
use super::segment::{self, Segments};
use super::{CodegenError, Loop, Sinks};
use crate::dtype::Prim;
use crate::ir::interp::REDUCE_BLOCK;
use crate::ir::{Inst, Value};

/// Whether loops may use vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vectors {
    /// Where the whitelist of the host allows.
    Host,
    Never,
}

/// Bytes of a scratch slot holding a tile of 64-bit elements. 4 KiB keeps eight temporaries inside a
/// 32 KiB L1 cache, and the cost per call (a few ns per 512 elements) is out of sight; speed is flat
/// from 64 to 4096 elements.
const SLOT_BYTES: usize = 4096;

/// Loop bodies up to this many instructions are unrolled to two vectors of each value or more, which
/// hides the latency of short chains; larger bodies fill the registers by themselves.
const UNROLL_LIMIT: usize = 40;

/// Bodies up to this many get four vectors of each 64-bit value: what such a loop costs beside its loads
/// and stores is the loop itself (`2*a + 3*b` at 10³: 0.196 against 0.222 ns; Zen 5, 2026-11-22).
const UNROLL_TWICE_LIMIT: usize = 4;

/// A loop as machine code.
pub(super) struct Native {
    code: code::Code,
    /// Read by the code.
    _constants: constants::ConstantTable,
    max_elements: usize,
    scratch_bytes: usize,
}

impl Native {
    pub(super) fn max_elements(&self) -> usize {
        self.max_elements
    }

    pub(super) fn scratch_bytes(&self) -> usize {
        self.scratch_bytes
    }

    /// # Safety
    /// As [`TileKernel::call`](super::TileKernel::call).
    #[expect(unsafe_code, reason = "kernels take raw pointers")]
    pub(super) unsafe fn call(
        &self,
        inputs: &[*const u8],
        outputs: &[*mut u8],
        scratch: *mut u8,
        n: usize,
    ) {
        debug_assert!(n <= self.max_elements);
        // SAFETY: the caller's promise is what the generated function needs.
        unsafe { self.code.call(inputs, outputs, scratch, n) }
    }
}

/// Compiles the loop, or returns `None` on a machine that Cranelift has no code for.
pub(super) fn compile(body: &Loop, vectors: Vectors) -> Result<Option<Native>, CodegenError> {
    let Some(host) = isa::host() else { return Ok(None) };
    let shape = Shape::of(body, host, vectors);
    let mut context = shape.context(body, host);
    let code = code::Code::new(host.isa(&body.graph), &mut context)?;
    Ok(Some(Native {
        code,
        max_elements: shape.max_elements(),
        scratch_bytes: shape.scratch_bytes(),
        _constants: shape.constants,
    }))
}

/// Returns the CLIF of the loop, or `None` on a machine that Cranelift has no code for.
pub(super) fn clif(body: &Loop, vectors: Vectors) -> Option<String> {
    let host = isa::host()?;
    Some(Shape::of(body, host, vectors).context(body, host).func.display().to_string())
}

/// Returns the machine code of the loop as text, or `None` on a machine without.
pub(super) fn disassembly(body: &Loop, vectors: Vectors) -> Option<String> {
    let host = isa::host()?;
    let mut context = Shape::of(body, host, vectors).context(body, host);
    context.set_disasm(true);
    let compiled = context.compile(&**host.isa(&body.graph), &mut ControlPlane::default()).ok()?;
    compiled.vcode.clone()
}

/// Describes the shape of the loop, or returns `None` on a machine that Cranelift has no code for.
pub(super) fn describe(body: &Loop, vectors: Vectors) -> Option<String> {
    let host = isa::host()?;
    let shape = Shape::of(body, host, vectors);
    let phases = &shape.segments.phases;
    let is_vector = |phase: &segment::Phase| {
        phase.values.iter().all(|&value| host.is_vector(&body.graph, value))
    };
    let mut text = match shape.lanes {
        1 => "scalar loop".to_owned(),
        lanes if phases.iter().all(is_vector) => format!("{lanes} elements per iteration"),
        _ => "scalar loop where an operation has no vector form".to_owned(),
    };
    let calls = phases.iter().map(|phase| phase.calls.len()).sum::<usize>();
    if calls > 0 {
        let tile = shape.max_elements();
        let s = if calls == 1 { "" } else { "s" };
        text.push_str(&format!(", {calls} function call{s} per tile of {tile}"));
    }
    Some(text)
}

/// Returns the name of the architecture, if Cranelift has code for it.
pub(super) fn architecture() -> Option<String> {
    isa::host().map(|host| host.architecture())
}

/// Decisions about a loop.
struct Shape {
    segments: Segments,
    lanes: usize,
    slot_bytes: usize,
    constants: constants::ConstantTable,
}

impl Shape {
    fn of(body: &Loop, host: &Host, vectors: Vectors) -> Shape {
        let segments = segment::segment(body, &|graph, value| host.is_call(graph, value));
        let lanes = match vectors {
            Vectors::Host if host.vectors => lanes(body, &segments),
            Vectors::Host | Vectors::Never => 1,
        };
        // More temporaries than the cache holds make smaller tiles.
        let slot_bytes = match segments.n_slots {
            0..=8 => SLOT_BYTES,
            9..=16 => SLOT_BYTES / 2,
            17.. => SLOT_BYTES / 4,
        };
        assert!((slot_bytes / 8).is_multiple_of(REDUCE_BLOCK));
        let constants = constants::ConstantTable::new(&body.graph);
        Shape { segments, lanes, slot_bytes, constants }
    }

    fn max_elements(&self) -> usize {
        let has_calls = self.segments.phases.iter().any(|phase| !phase.calls.is_empty());
        if has_calls { self.slot_bytes / 8 } else { usize::MAX }
    }

    fn scratch_bytes(&self) -> usize {
        self.segments.n_slots as usize * self.slot_bytes
    }

    fn context(&self, body: &Loop, host: &Host) -> Context {
        let mut context = Context::new();
        let plan = function::Plan {
            body,
            segments: &self.segments,
            host,
            lanes: self.lanes,
            slot_bytes: self.slot_bytes,
            constants: &self.constants,
        };
        function::emit(&plan, &mut context.func, &mut FunctionBuilderContext::new());
        context
    }
}

/// Chooses the elements of a vector iteration.
fn lanes(body: &Loop, segments: &Segments) -> usize {
    if let Sinks::Reduce(_) = body.sinks {
        return 8; // the accumulators of a reduction, whatever the prim
    }
    let graph = &body.graph;
    let values =
        || segments.phases.iter().flat_map(|phase| phase.values.iter().chain(&phase.loads));
    let is_work = |value: &&Value| !matches!(graph.inst(**value), Inst::Input(_) | Inst::Const(_));
    let work = values().filter(is_work).count();
    let small = work <= UNROLL_LIMIT;
    let in_memory = |value: &Value| {
        matches!(graph.inst(*value), Inst::Input(_))
            || segments.slot[value.index()].is_some()
            || body.stores(*value)
    };
    // The widest lanes decide; a mask that is only passed on has the width of what was compared.
    let in_lanes = values().filter(|&value| graph.prim(*value) != Prim::Bool || in_memory(value));
    let widest = in_lanes.clone().map(|&value| graph.prim(value).size()).max().unwrap_or(1);
    let all_wide = in_lanes.clone().all(|&value| graph.prim(value).size() == 8);
    match (widest, small) {
        (8, true) if all_wide && work <= UNROLL_TWICE_LIMIT => 8,
        (8, true) if all_wide => 4,
        (8, false) if all_wide => 2,
        // What is narrower needs at least 4 bytes of memory per iteration.
        (8 | 4, true) => 8,
        (8 | 4, false) => 4,
        (size, true) => 32 / size,  // tidy: a size
        (size, false) => 16 / size, // tidy: a size
    }
}
