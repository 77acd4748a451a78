//! AVX-512: what functions in line need beside plain instructions: rows of tables, and a way out for rare
//! arguments.
//!
//! The way out of a place is a few instructions at the end of the function: they leave the arguments, the results
//! and the mask in scratch memory and call a routine that all of a kernel's places share. It keeps every register
//! and calls [`mend`], which runs the function's own loop over the arguments.

use super::encode::{
    Assembler, Condition, END, INDEX, LIMIT, Label, Register, SCRATCH, SPARE, TABLE,
};
use super::encode::{BASES, BLOCK, COUNT};
use super::machine::{
    self, EVEN_PAIRS, INSERT_128, Inst, Length, ODD_PAIRS, Operand, Place, RARE, TAIL_MASK,
    TEST_MASK,
};
use crate::math::tile::TileFn1;

/// What lies at the start of the work memory, as the code leaves it.
#[repr(C)]
struct Work {
    x: [f64; 8],
    result: [f64; 8],
    mask: u64,
    function: TileFn1,
}

/// Bytes of the work memory: arguments, addresses of rows, registers.
pub(super) const WORK_BYTES: usize = ROWS + 64 + 32 * 64;
const RESULT: usize = 64;
const MASK: usize = 128;
const FUNCTION: usize = 136;
const ROWS: usize = 192;
const REGISTERS: usize = ROWS + 64;

/// A place of rare arguments: where its way out starts, where it leads back, and what it works on.
pub(super) struct WayOut {
    start: Label,
    back: Label,
    x: Operand,
    result: Operand,
    function: TileFn1,
}

/// Computes the function for a vector of arguments and replaces the results that the mask has.
///
/// # Safety
/// `work` is what the generated code has left, and used by nothing else.
unsafe extern "sysv64" fn mend(work: *mut Work) {
    // SAFETY: the caller's promise.
    let work = unsafe { &mut *work };
    let mut computed = [0.0; 8];
    let (from, to) = (work.x.as_ptr().cast(), computed.as_mut_ptr().cast());
    // SAFETY: eight elements each, and the function is one of `f64`.
    unsafe { (work.function)(from, to, 8) };
    for (lane, (result, computed)) in work.result.iter_mut().zip(computed).enumerate() {
        if work.mask & (1 << lane) != 0 {
            *result = computed;
        }
    }
}

fn scratch(work: usize, at: usize) -> Place {
    debug_assert!(at + 64 <= work);
    Place::Work(u32::try_from(at).expect("it is small"))
}

fn store(register: Operand, at: usize) -> Inst {
    let place = Operand::Place(scratch(WORK_BYTES, at));
    Inst::new(machine::store(usize::MAX), Length::Z, place, Operand::None, register)
}

fn load(register: Operand, at: usize) -> Inst {
    let place = Operand::Place(scratch(WORK_BYTES, at));
    Inst::new(machine::load(usize::MAX), Length::Z, register, Operand::None, place)
}

/// Emits an instruction that takes several. `work` is where the work memory lies in scratch memory; `has_rows` says
/// that the addresses are there already.
pub(super) fn several(
    assembler: &mut Assembler,
    inst: &Inst,
    work: usize,
    has_rows: bool,
    function: impl Fn(u8) -> TileFn1,
    ways_out: &mut Vec<WayOut>,
) {
    let none = |_: u32| SPARE;
    if inst.op == RARE {
        let number = inst.immediate.expect("it says which function");
        let (start, back) = (assembler.label(), assembler.label());
        assembler.is_mask_zero(TEST_MASK);
        assembler.jump_if(Condition::NotZero, start);
        assembler.bind(back);
        let function = function(number);
        ways_out.push(WayOut { start, back, x: inst.x, result: inst.to, function });
        return;
    }
    let odd = usize::from(inst.op != EVEN_PAIRS);
    if !has_rows {
        assembler.vector(&store(inst.y, ROWS), none);
    }
    for pair in 0..4 {
        assembler.load(SPARE, SCRATCH, work + ROWS + 8 * (2 * pair + odd));
        let row = Operand::Place(Place::Row);
        if pair == 0 {
            let load = machine::load(16);
            let first = Inst::new(load, Length::X, inst.to, Operand::None, row);
            assembler.vector(&first, none);
        } else {
            let mut next = Inst::new(INSERT_128, Length::Z, inst.to, inst.to, row);
            next.immediate = Some(u8::try_from(pair).expect("below four"));
            assembler.vector(&next, none);
        }
    }
}

/// Returns whether an instruction reads the rows whose addresses the one before it has left.
pub(super) fn shares_rows(before: &Inst, inst: &Inst) -> bool {
    before.op == EVEN_PAIRS && inst.op == ODD_PAIRS && before.y == inst.y && before.to != inst.y
}

/// Emits the ways out of a function; `routine` is what they share.
pub(super) fn ways_out(assembler: &mut Assembler, ways: Vec<WayOut>, work: usize, routine: Label) {
    let none = |_: u32| SPARE;
    for way in ways {
        assembler.bind(way.start);
        assembler.vector(&store(way.x, 0), none);
        assembler.vector(&store(way.result, RESULT), none);
        assembler.get_mask(TEST_MASK);
        assembler.store_spare(SCRATCH, work + MASK);
        assembler.set_spare(way.function as usize as u64);
        assembler.store_spare(SCRATCH, work + FUNCTION);
        assembler.call(routine);
        assembler.vector(&load(way.result, RESULT), none);
        assembler.jump(way.back);
    }
}

/// Emits the routine: it changes no register but `SPARE` and the mask of tests.
pub(super) fn routine(assembler: &mut Assembler, label: Label, work: usize) {
    let none = |_: u32| SPARE;
    // What a callee need not keep; `BASES` has one of those.
    let general: [Register; 8] = [INDEX, LIMIT, SCRATCH, COUNT, TABLE, END, BLOCK, BASES[0]];
    assembler.bind(label);
    for register in general {
        assembler.push(register);
    }
    assembler.get_mask(TAIL_MASK);
    assembler.push(SPARE);
    for register in 0..32 {
        let at = REGISTERS + 64 * register as usize;
        assembler.vector(&store(Operand::V(register), at), none);
    }
    let start = i32::try_from(work).expect("scratch memory is small");
    assembler.sum(TABLE, SCRATCH, start);
    assembler.zero_upper();
    assembler.set_spare(mend as *const () as usize as u64);
    assembler.call_spare();
    assembler.pop(SPARE);
    assembler.set_mask(TAIL_MASK);
    for &register in general.iter().rev() {
        assembler.pop(register);
    }
    for register in 0..32 {
        let at = REGISTERS + 64 * register as usize;
        assembler.vector(&load(Operand::V(register), at), none);
    }
    assembler.return_();
}
