//! The code generator for x86-64 with AVX2 or AVX-512: loops over vectors of 256 and 512 bits.
//!
//! A loop is cut at its function calls into phases, as for the portable generator; each phase is a function of
//! machine code, and Rust calls one after the other with a table of pointers. Making a kernel takes some
//! microseconds: lowering, one walk that gives out registers, and bytes. What the lowering has no form for
//! goes to the portable generator, which is also what this one is tested against, bit for bit.
#![expect(unsafe_code, reason = "kernels take raw pointers")]

mod allocate;
mod code;
mod encode;
mod functions;
mod listing;
mod loops;
mod lower;
mod machine;
mod schedule;

use smallvec::SmallVec;

use self::encode::{Assembler, Frame, VECTOR};
use self::lower::{Layout, Pool};
pub(super) use self::machine::Level;
use super::segment::{self, Call, CallOut, Phase, Segments};
use super::{CodegenError, Loop, Sinks};
use crate::dtype::Prim;
use crate::ir::interp::{REDUCE_BLOCK, REDUCE_LANES};
use crate::ir::{Binary, Graph, Inst, Unary, Value, eval};
use crate::math::tile::{self, TileFn1, TileFn2};

/// Bytes of a tile of 64-bit elements between phases. 4 KiB keeps eight of them inside a 32 KiB L1 cache.
const SLOT_BYTES: usize = 4096;

/// A loop as machine code.
pub(super) struct Native {
    code: code::Code,
    shape: Shape,
    phases: Vec<PhaseCode>,
    slots_at: usize,
    buffers_at: usize,
    scratch_bytes: usize,
}

/// What one phase runs.
struct PhaseCode {
    calls: Vec<CallCode>,
    /// Where the function of the loop starts, if the phase has a loop.
    start: Option<usize>,
    /// Elements that a tail has fewer than.
    group: usize,
    /// The arrays that the loop reads and writes, by their pointers, and the bytes of their elements.
    reads: Vec<(usize, usize)>,
    writes: Vec<(usize, usize)>,
}

struct CallCode {
    function: TileFunction,
    args: [usize; 2],
    out: usize,
}

enum TileFunction {
    One(TileFn1),
    Two(TileFn2),
}

/// Decisions about a loop.
struct Shape {
    level: Level,
    /// Elements of a vector.
    lanes: usize,
    /// The table of pointers has the inputs, the tiles between phases and the outputs.
    n_inputs: usize,
    n_slots: usize,
    n_pointers: usize,
    slot_bytes: usize,
    /// The uniform inputs, and the bytes of an element.
    uniform: Vec<(usize, usize)>,
    has_calls: bool,
    /// How many bytes each pointer goes on from one tile to the next.
    steps: Vec<usize>,
}

/// Compiles the loop for a level, or returns `None` if it holds something that has no form here.
pub(super) fn compile(body: &Loop, level: Level) -> Result<Option<Native>, CodegenError> {
    let Some((shape, assembled)) = assemble(body, level, false) else { return Ok(None) };
    let code = code::Code::new(&assembled.bytes)?;
    let slots_at = assembled.frame_bytes;
    let buffers_at = slots_at + shape.n_slots * shape.slot_bytes;
    let n_buffers = if level == Level::Avx2 { shape.n_pointers } else { 0 };
    let scratch_bytes = buffers_at + n_buffers * VECTOR;
    let phases = assembled.phases;
    Ok(Some(Native { code, shape, phases, slots_at, buffers_at, scratch_bytes }))
}

/// Describes the loop, or returns `None` if it holds something that has no form here.
pub(super) fn describe(body: &Loop, level: Level) -> Option<String> {
    let (shape, assembled) = assemble(body, level, false)?;
    let bits = 8 * level.bytes();
    let mut text = format!("{} elements per iteration in {bits} bits", shape.lanes);
    let calls = assembled.phases.iter().map(|phase| phase.calls.len()).sum::<usize>();
    if calls > 0 {
        let s = if calls == 1 { "" } else { "s" };
        let tile = shape.tile();
        text.push_str(&format!(", {calls} function call{s} per tile of {tile}"));
    }
    Some(text)
}

/// Returns the machine code of the loop as text, or `None` if the loop holds something that has no form here.
pub(super) fn disassembly(body: &Loop, level: Level) -> Option<String> {
    let (_, assembled) = assemble(body, level, true)?;
    assembled.listing.map(|lines| lines.join("\n"))
}

/// The most steps of functions that are written in line in one loop.
const MOST_IN_LINE: usize = 600;

fn is_nothing_but_a_call(body: &Loop) -> bool {
    let Sinks::Store(values) = &body.sinks else { return false };
    let is_call_of_input = |value: Value| match *body.graph.inst(value) {
        Inst::Unary(_, x) => matches!(body.graph.inst(x), Inst::Input(_)),
        _ => false, // tidy: no functions of one argument
    };
    values.len() == 1 && is_call_of_input(values[0])
}

/// Returns how many steps the functions have that could be written in line.
fn in_line_steps(graph: &Graph) -> usize {
    let steps = graph.values().filter_map(|value| match *graph.inst(value) {
        Inst::Unary(op, _) => lower::in_line(op, graph.prim(value)),
        _ => None, // tidy: no functions of one argument
    });
    steps.map(|(recording, _)| recording.steps().len()).sum()
}

struct Assembled {
    bytes: Vec<u8>,
    phases: Vec<PhaseCode>,
    /// Bytes of scratch memory before the tiles between phases.
    frame_bytes: usize,
    listing: Option<Vec<String>>,
}

fn assemble(body: &Loop, level: Level, is_listed: bool) -> Option<(Shape, Assembled)> {
    // Long bodies keep few values in registers; and where there is nothing but a call, the function's own loop, which
    // works on two vectors at a time, takes 0.9 of the time.
    let in_line = level == Level::Avx512
        && in_line_steps(&body.graph) <= MOST_IN_LINE
        && !is_nothing_but_a_call(body);
    let is_call = |graph: &Graph, value: Value| match *graph.inst(value) {
        Inst::Unary(op, _) if in_line && lower::in_line(op, graph.prim(value)).is_some() => false,
        _ => is_call(graph, value), // tidy: all others
    };
    let segments = segment::segment(body, &is_call);
    let shape = Shape::of(body, &segments, level);
    let mut uniform = vec![None; body.uniform.len()];
    for (number, &(input, _)) in (0_u32..).zip(&shape.uniform) {
        uniform[input] = Some(number);
    }
    let slot = (segments.slot.iter())
        .map(|slot| slot.map(|slot| u32::try_from(shape.n_inputs).expect("few") + slot))
        .collect();
    let layout = Layout { uniform, slot };
    let tail_masks = shape.uniform.len() * VECTOR;
    let spills = match level {
        // The masks of a tail, and what the load of the last one reads beyond.
        Level::Avx2 => tail_masks + 3 * VECTOR,
        Level::Avx512 => tail_masks,
    };
    let work = spills;
    let spills =
        if in_line_steps(&body.graph) > 0 { spills + functions::WORK_BYTES } else { spills };
    let mut assembler = Assembler::new(level, Frame { tail_masks, work, spills });
    assembler.listing = is_listed.then(Vec::new);
    let mut pool = Pool::default();
    let mut emitter = loops::Emitter {
        level,
        lanes: shape.lanes,
        body,
        layout: &layout,
        n_pointers: shape.n_pointers,
        pool: &mut pool,
        assembler: &mut assembler,
        n_spills: 0,
        rare: Vec::new(),
        work,
        ways_out: Vec::new(),
        routine: None,
    };
    let mut phases = Vec::new();
    for (at, phase) in segments.phases.iter().enumerate() {
        let is_last = at + 1 == segments.phases.len();
        phases.push(shape.phase(body, &segments, phase, is_last, &mut emitter)?);
    }
    emitter.shared();
    let frame_bytes = spills + emitter.n_spills as usize * VECTOR;
    let listing = assembler.listing.take();
    let bytes = assembler.assemble(&pool.vectors);
    Some((shape, Assembled { bytes, phases, frame_bytes, listing }))
}

impl Shape {
    fn of(body: &Loop, segments: &Segments, level: Level) -> Shape {
        let graph = &body.graph;
        let computed = segments.phases.iter().flat_map(|p| p.values.iter().chain(&p.loads));
        let widest = computed.map(|&value| graph.prim(value).size()).max().unwrap_or(8);
        let fits = level.bytes() / widest;
        let lanes = match body.sinks {
            Sinks::Store(_) => fits,
            Sinks::Reduce(_) => fits.min(REDUCE_LANES),
        };
        let slot_bytes = match segments.n_slots {
            0..=8 => SLOT_BYTES,
            9..=16 => SLOT_BYTES / 2,
            17.. => SLOT_BYTES / 4,
        };
        assert!((slot_bytes / 8).is_multiple_of(REDUCE_BLOCK));
        let n_slots = segments.n_slots as usize;
        let n_inputs = graph.inputs().len();
        let n_pointers = n_inputs + n_slots + body.outputs().len();
        let uniform = (0..n_inputs).filter(|&input| body.uniform[input]);
        let uniform = uniform.map(|input| (input, graph.inputs()[input].prim.size())).collect();
        let has_calls = segments.phases.iter().any(|phase| !phase.calls.is_empty());
        let tile = slot_bytes / 8;
        let mut steps = vec![0; n_pointers];
        for (input, step) in steps.iter_mut().enumerate().take(n_inputs) {
            let size = graph.inputs()[input].prim.size();
            *step = if body.uniform[input] { 0 } else { tile * size };
        }
        let results = match body.sinks {
            Sinks::Store(_) => tile,
            Sinks::Reduce(_) => tile / REDUCE_BLOCK,
        };
        for (step, prim) in steps[n_inputs + n_slots..].iter_mut().zip(body.outputs()) {
            *step = results * prim.size();
        }
        Shape { level, lanes, n_inputs, n_slots, n_pointers, slot_bytes, uniform, has_calls, steps }
    }

    /// Elements that run through all phases before the next do.
    fn tile(&self) -> usize {
        if self.has_calls { self.slot_bytes / 8 } else { usize::MAX }
    }

    fn phase(
        &self,
        body: &Loop,
        segments: &Segments,
        phase: &Phase,
        is_last: bool,
        emitter: &mut loops::Emitter,
    ) -> Option<PhaseCode> {
        let graph = &body.graph;
        let pointer = |value: Value| match *graph.inst(value) {
            Inst::Input(input) if !body.uniform[input as usize] => input as usize,
            _ => {
                // tidy: everything else lies in a slot
                let slot = segments.slot[value.index()].expect("the value has a slot");
                self.n_inputs + slot as usize
            }
        };
        let first_output = self.n_inputs + self.n_slots;
        let calls: Option<Vec<CallCode>> = (phase.calls.iter())
            .map(|call| {
                let out = match call.out {
                    CallOut::Slot => pointer(call.value),
                    CallOut::Output(at) => first_output + at,
                };
                let mut args = call.args.iter().map(|&arg| pointer(arg));
                let args = [args.next().unwrap_or(0), args.next().unwrap_or(0)];
                Some(CallCode { function: tile_function(graph, call)?, args, out })
            })
            .collect();
        let calls = calls?;
        let narrow = |at: usize| u32::try_from(at).expect("node limits bound the operands");
        let mut stores: Vec<(Value, u32, Prim)> = (phase.spills.iter())
            .map(|&value| (value, narrow(pointer(value)), graph.prim(value)))
            .collect();
        let start = emitter.start();
        let mut group = self.lanes;
        let mut has_loop = true;
        match &body.sinks {
            Sinks::Reduce(sinks) if is_last => {
                assert!(stores.is_empty(), "nothing is left for after the last loop");
                group = REDUCE_LANES;
                emitter.reduce_loop(phase, sinks, narrow(first_output))?;
            }
            Sinks::Store(_) | Sinks::Reduce(_) => {
                if let (Sinks::Store(values), true) = (&body.sinks, is_last) {
                    let is_written =
                        |at| phase.calls.iter().any(|call| call.out == CallOut::Output(at));
                    for (at, &value) in values.iter().enumerate().filter(|&(at, _)| !is_written(at))
                    {
                        stores.push((value, narrow(first_output + at), graph.prim(value)));
                    }
                }
                has_loop = !stores.is_empty();
                if has_loop {
                    emitter.store_loop(phase, &stores)?;
                }
            }
        }
        let loads = phase.loads.iter().map(|&value| (pointer(value), graph.prim(value).size()));
        let inputs = phase.values.iter().filter_map(|&value| match *graph.inst(value) {
            Inst::Input(input) if !body.uniform[input as usize] => {
                Some((input as usize, graph.prim(value).size()))
            }
            _ => None, // tidy: what is not an array
        });
        Some(PhaseCode {
            calls,
            start: has_loop.then_some(start),
            group,
            reads: loads.chain(inputs).collect(),
            writes: stores.iter().map(|&(_, at, prim)| (at as usize, prim.size())).collect(),
        })
    }
}

impl Native {
    pub(super) fn scratch_bytes(&self) -> usize {
        self.scratch_bytes
    }

    /// # Safety
    /// As [`TileKernel::call`](super::TileKernel::call).
    pub(super) unsafe fn call(
        &self,
        inputs: &[*const u8],
        outputs: &[*mut u8],
        scratch: *mut u8,
        n: usize,
    ) {
        let shape = &self.shape;
        assert_eq!(inputs.len(), shape.n_inputs);
        assert_eq!(outputs.len(), shape.n_pointers - shape.n_inputs - shape.n_slots);
        let mut table: SmallVec<[*mut u8; 32]> = SmallVec::new();
        table.extend(inputs.iter().map(|input| input.cast_mut()));
        let slot = |at| scratch.wrapping_add(self.slots_at + at * shape.slot_bytes);
        table.extend((0..shape.n_slots).map(slot));
        table.extend_from_slice(outputs);
        if shape.level == Level::Avx2 {
            table.extend_from_slice(&table.clone());
        }
        for (at, &(input, size)) in shape.uniform.iter().enumerate() {
            // SAFETY: a uniform input has one element, of this size.
            let element = unsafe { std::slice::from_raw_parts(inputs[input], size) };
            let vector = scratch.wrapping_add(at * VECTOR);
            // SAFETY: scratch memory begins with a vector for each uniform input.
            let vector = unsafe { std::slice::from_raw_parts_mut(vector, VECTOR) };
            for lane in vector.chunks_exact_mut(size) {
                lane.copy_from_slice(element);
            }
        }
        let mut left = n;
        while left > 0 {
            let n = left.min(shape.tile());
            // SAFETY: the table points to arrays of `left` elements, of which these are the first, and to tiles in
            // scratch memory that have room for as many.
            unsafe { self.tile(&mut table, scratch, n) };
            left -= n;
            for (pointer, &step) in table.iter_mut().zip(&shape.steps) {
                *pointer = pointer.wrapping_add(step);
            }
        }
    }

    /// Computes `n` elements, at most a tile.
    ///
    /// # Safety
    /// As [`call`](Native::call), where the table is complete and has its arrays.
    unsafe fn tile(&self, table: &mut [*mut u8], scratch: *mut u8, n: usize) {
        for phase in &self.phases {
            for call in &phase.calls {
                let [x, y] = call.args.map(|arg| table[arg].cast_const());
                let out = table[call.out];
                match call.function {
                    // SAFETY: each is an array of `n` elements of the prim that the function was chosen for: of
                    // the caller, or a tile in scratch memory. The result lies apart or where an argument does.
                    TileFunction::One(function) => unsafe { function(x, out, n) },
                    // SAFETY: the same.
                    TileFunction::Two(function) => unsafe { function(x, y, out, n) },
                }
            }
            let Some(start) = phase.start else { continue };
            let rest = n % phase.group;
            let copies_tail = self.shape.level == Level::Avx2 && rest > 0;
            if copies_tail {
                // SAFETY: the caller's promise.
                unsafe { self.copy_tail(phase, table, scratch, n, rest) };
            }
            // SAFETY: a function of this interface starts there. It accesses `n` elements of the arrays of the
            // table, scratch memory as laid out, and with AVX2 the copies of tails that the second table
            // points to.
            unsafe { self.code.call(start, table.as_ptr(), n, scratch) };
            if !copies_tail {
                continue;
            }
            for &(pointer, size) in &phase.writes {
                let from = self.buffer(scratch, pointer).cast_const();
                let to = table[pointer].wrapping_add((n - rest) * size);
                // SAFETY: the buffer has that many elements, and so has the array from there on.
                unsafe { std::ptr::copy_nonoverlapping(from, to, rest * size) };
            }
        }
    }

    /// Copies the last elements of all arrays that a phase reads, and points the second table to the copies:
    /// so that element `n - rest` is the first of them.
    ///
    /// # Safety
    /// As [`call`](Native::call); the table is complete.
    unsafe fn copy_tail(
        &self,
        phase: &PhaseCode,
        table: &mut [*mut u8],
        scratch: *mut u8,
        n: usize,
        rest: usize,
    ) {
        let masks = lower::tail_masks(rest);
        let to = scratch.wrapping_add(self.shape.uniform.len() * VECTOR);
        // SAFETY: the masks have their place there, behind the uniform inputs.
        unsafe { std::ptr::copy_nonoverlapping(masks.as_ptr(), to, masks.len()) };
        let before = n - rest;
        for &(pointer, size) in phase.reads.iter().chain(&phase.writes) {
            let buffer = self.buffer(scratch, pointer);
            table[self.shape.n_pointers + pointer] = buffer.wrapping_sub(before * size);
        }
        for &(pointer, size) in &phase.reads {
            let from = table[pointer].wrapping_add(before * size).cast_const();
            // SAFETY: the array has `n` elements, of which these are the last; a buffer has room for a group.
            unsafe {
                std::ptr::copy_nonoverlapping(from, self.buffer(scratch, pointer), rest * size)
            };
        }
    }

    /// AVX2: room for the tail of an array.
    fn buffer(&self, scratch: *mut u8, pointer: usize) -> *mut u8 {
        scratch.wrapping_add(self.buffers_at + pointer * VECTOR)
    }
}

/// Returns whether an instruction is computed by a function that is called once per tile.
fn is_call(graph: &Graph, value: Value) -> bool {
    match *graph.inst(value) {
        Inst::Unary(op, _) => matches!(op, Unary::Call(_) | Unary::Fast(_)),
        Inst::Binary(op, ..) => match op {
            Binary::Call(_)
            | Binary::Fast(_)
            | Binary::Part(_)
            | Binary::Pow
            | Binary::Gcd
            | Binary::Lcm => true,
            Binary::FloorDiv | Binary::Rem | Binary::Fmod => graph.prim(value).is_float(),
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
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
            | Binary::Copysign => false,
        },
        Inst::Input(_)
        | Inst::Const(_)
        | Inst::Cast(..)
        | Inst::Select(..)
        | Inst::Index(..)
        | Inst::Reduce(..)
        | Inst::ReducePair(..)
        | Inst::Count(..) => false,
    }
}

/// Returns the function that a call is of.
fn tile_function(graph: &Graph, call: &Call) -> Option<TileFunction> {
    let prim = graph.prim(call.args[0]);
    match *graph.inst(call.value) {
        Inst::Unary(op, _) => {
            eval::math1(op).and_then(|op| tile::tile1(op, prim)).map(TileFunction::One)
        }
        Inst::Binary(op, ..) => {
            eval::math2(op).and_then(|op| tile::tile2(op, prim)).map(TileFunction::Two)
        }
        _ => None, // tidy: what is not a call
    }
}
