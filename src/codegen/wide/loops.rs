//! The loops around lowered code: one function of machine code for each loop of a kernel.
//!
//! ```text
//! fn(table: *const *mut u8, n: usize, scratch: *mut u8)      System V
//!   store    groups of `unroll` vectors, then single vectors, then a tail of fewer elements
//!   reduce   for each block of 128 elements: eight accumulators, groups as above, the results
//!            of strides 4, 2, 1; one partial result per block
//! ```
//!
//! A tail with AVX-512 is the same code with masked loads and stores. With AVX2 it works on copies of the last
//! elements, of full length, whose pointers are in a second table behind the first.

use super::allocate::{self, Setting};
use super::encode::{
    Assembler, BASES, BLOCK, COUNT, Condition, END, INDEX, LIMIT, Label, Register, SPARE, TABLE,
};
use super::functions::{self, WayOut};
use super::lower::{Accumulators, Code, Layout, Lowerer, Pool, Rare};
use super::machine::{Form, Inst, Level, Operand, Place, TAIL_MASK};
use crate::codegen::Loop;
use crate::codegen::segment::Phase;
use crate::dtype::Prim;
use crate::ir::interp::{REDUCE_BLOCK, REDUCE_LANES};
use crate::ir::{Reduce, Value};

/// Bodies of up to so many instructions are repeated four times or more, which hides what the loop itself costs;
/// up to the second limit twice.
const SHORT: usize = 12;
const LONG: usize = 60;

/// What the functions of a kernel have in common.
pub(super) struct Emitter<'a> {
    pub(super) level: Level,
    /// Elements of a vector.
    pub(super) lanes: usize,
    pub(super) body: &'a Loop,
    pub(super) layout: &'a Layout,
    /// The length of the first table of pointers.
    pub(super) n_pointers: usize,
    pub(super) pool: &'a mut Pool,
    pub(super) assembler: &'a mut Assembler,
    /// The most vectors of scratch memory that a function keeps values in.
    pub(super) n_spills: u32,
    /// The functions in line.
    pub(super) rare: Vec<Rare>,
    /// Where work memory lies in scratch memory.
    pub(super) work: usize,
    /// The ways out of the function that is being emitted, and the routine that all share.
    pub(super) ways_out: Vec<WayOut>,
    pub(super) routine: Option<Label>,
}

/// One function while it is made.
struct Function {
    /// The registers of the pointers of arrays.
    bases: Vec<(u32, Register)>,
    pushed: Vec<Register>,
    pinned: Vec<(Place, u8)>,
    fixed: Vec<(u32, u8)>,
}

impl Function {
    fn base(&self, pointer: u32) -> Option<Register> {
        self.bases.iter().find(|&&(of, _)| of == pointer).map(|&(_, register)| register)
    }
}

impl Emitter<'_> {
    /// Returns where the next function starts.
    pub(super) fn start(&mut self) -> usize {
        self.assembler.align(32);
        self.assembler.bytes.len()
    }

    /// Emits the loop of a phase that stores values: each with the number of its pointer.
    pub(super) fn store_loop(
        &mut self,
        phase: &Phase,
        stores: &[(Value, u32, Prim)],
    ) -> Option<()> {
        let mut lowerer =
            Lowerer::new(self.level, self.lanes, self.body, self.layout, self.pool, &mut self.rare);
        lowerer.phase(phase, 0)?;
        let ready: Option<Vec<u32>> =
            stores.iter().map(|&(value, ..)| lowerer.ready(value)).collect();
        for (ready, &(_, pointer, prim)) in ready?.into_iter().zip(stores) {
            lowerer.store(ready, pointer, prim);
        }
        let code = lowerer.finish(0);
        let function = self.begin(&[&code], Vec::new(), true);
        let body = self.allocate(&code, &function, false);
        let tail = self.allocate(&code, &function, true);

        let unroll = unroll(body.len(), 4);
        self.groups(&function, &body, self.lanes, unroll, COUNT);
        let done = self.assembler.label();
        self.assembler.compare(INDEX, COUNT);
        self.assembler.jump_if(Condition::GreaterOrEqual, done);
        self.tail(&function, &tail, COUNT);
        self.assembler.bind(done);
        self.finish(&function);
        Some(())
    }

    /// Emits the loop of a phase that reduces values; the results go where the pointers from the given one
    /// on point.
    pub(super) fn reduce_loop(
        &mut self,
        phase: &Phase,
        sinks: &[(Reduce, Value)],
        pointer: u32,
    ) -> Option<()> {
        let n_parts = REDUCE_LANES / self.lanes;
        if sinks.len() * n_parts > usize::from(self.level.registers()) / 2 {
            return None;
        }
        let mut accumulators = None;
        let mut lower = |what: &mut dyn FnMut(&mut Lowerer, &Accumulators) -> Option<()>| {
            let mut lowerer = Lowerer::new(
                self.level,
                self.lanes,
                self.body,
                self.layout,
                self.pool,
                &mut self.rare,
            );
            let all = lowerer.accumulators(sinks);
            what(&mut lowerer, &all)?;
            let n_fixed = all.len();
            accumulators = Some(all);
            Some(lowerer.finish(n_fixed))
        };
        let start = lower(&mut |lowerer, all| {
            lowerer.start(all, sinks);
            Some(())
        })?;
        let mut steps = |is_tail: bool| {
            lower(&mut |lowerer, all| {
                for part in 0..n_parts {
                    lowerer.phase(phase, part * lowerer.lanes)?;
                    lowerer.step(all, sinks, part, is_tail)?;
                }
                Some(())
            })
        };
        let (body, tail) = (steps(false)?, steps(true)?);
        let fold = lower(&mut |lowerer, all| lowerer.fold(all, sinks, pointer))?;
        let n_fixed = accumulators.map_or(0, |all| all.len());
        // From the last register down; the allocator begins with the first.
        let registers = (0..self.level.registers()).rev();
        let fixed = (0..).zip(registers).take(n_fixed).collect();
        let function = self.begin(&[&body, &fold], fixed, false);
        let [start, body, fold] =
            [&start, &body, &fold].map(|code| self.allocate(code, &function, false));
        let tail = self.allocate(&tail, &function, true);

        let (next, done) = (self.assembler.label(), self.assembler.label());
        self.assembler.zero(BLOCK);
        self.assembler.compare(INDEX, COUNT);
        self.assembler.jump_if(Condition::GreaterOrEqual, done);
        self.assembler.bind(next);
        self.assembler.sum(END, INDEX, i32::try_from(REDUCE_BLOCK).expect("128"));
        self.assembler.minimum(END, COUNT);
        self.insts(&function, &start, 0, 0);
        let unroll = unroll(body.len(), 8);
        self.groups(&function, &body, REDUCE_LANES, unroll, END);
        let whole = self.assembler.label();
        self.assembler.compare(INDEX, END);
        self.assembler.jump_if(Condition::GreaterOrEqual, whole);
        self.tail(&function, &tail, END);
        self.assembler.bind(whole);
        self.insts(&function, &fold, 0, 0);
        self.assembler.add(BLOCK, 1);
        self.assembler.copy(INDEX, END);
        self.assembler.compare(INDEX, COUNT);
        self.assembler.jump_if(Condition::Less, next);
        self.assembler.bind(done);
        self.finish(&function);
        Some(())
    }

    /// Emits the entry of a function: saves registers, loads pointers and what is pinned.
    fn begin(&mut self, codes: &[&Code], fixed: Vec<(u32, u8)>, is_store: bool) -> Function {
        let mut pointers: Vec<u32> = codes.iter().flat_map(|code| used_pointers(code)).collect();
        pointers.sort_unstable();
        pointers.dedup();
        // Loops that store have no blocks, whose registers can hold pointers.
        let free: &[Register] = if is_store { &[END, BLOCK] } else { &[] };
        let registers = free.iter().chain(&BASES).copied();
        let bases: Vec<(u32, Register)> = pointers.into_iter().zip(registers).collect();
        let pushed: Vec<Register> =
            bases.iter().map(|&(_, register)| register).filter(|r| r.is_saved()).collect();
        let taken: Vec<u8> = fixed.iter().map(|&(_, register)| register).collect();
        let pins = allocate::pins(codes[0], self.level, fixed.len());
        let registers = (0..self.level.registers()).rev().filter(|r| !taken.contains(r));
        let pinned: Vec<(Place, u8)> = pins.into_iter().zip(registers).collect();

        for &register in &pushed {
            self.assembler.push(register);
        }
        for &(pointer, register) in &bases {
            self.assembler.load(register, TABLE, 8 * pointer as usize);
        }
        let function = Function { bases, pushed, pinned, fixed };
        let setting = self.setting(&function, false);
        let loads: Vec<Inst> = (function.pinned.iter())
            .map(|&(place, register)| allocate::load(place, self.level.bytes(), register, &setting))
            .collect();
        self.insts(&function, &loads, 0, 0);
        self.assembler.zero(INDEX);
        function
    }

    fn finish(&mut self, function: &Function) {
        self.assembler.finish(&function.pushed);
        let ways = std::mem::take(&mut self.ways_out);
        if !ways.is_empty() {
            let routine = *self.routine.get_or_insert_with(|| self.assembler.label());
            functions::ways_out(self.assembler, ways, self.work, routine);
        }
    }

    /// Emits what the functions of the kernel share.
    pub(super) fn shared(&mut self) {
        if let Some(routine) = self.routine {
            functions::routine(self.assembler, routine, self.work);
        }
    }

    fn setting<'b>(&self, function: &'b Function, is_tail: bool) -> Setting<'b> {
        let (fixed, pinned) = (&function.fixed[..], &function.pinned[..]);
        // With AVX2 a tail has elements of arrays like any other group.
        let is_tail = is_tail && self.level == Level::Avx512;
        Setting { level: self.level, fixed, pinned, is_tail }
    }

    fn allocate(&mut self, code: &Code, function: &Function, is_tail: bool) -> Vec<Inst> {
        let allocated = allocate::allocate(code, &self.setting(function, is_tail));
        self.n_spills = self.n_spills.max(allocated.n_spills);
        allocated.insts
    }

    /// Emits loops over `step` elements at a time while so many are left before `end`.
    fn groups(
        &mut self,
        function: &Function,
        body: &[Inst],
        step: usize,
        unroll: usize,
        end: Register,
    ) {
        for unroll in if unroll > 1 { vec![unroll, 1] } else { vec![1] } {
            let (head, after) = (self.assembler.label(), self.assembler.label());
            let advance = i32::try_from(step * unroll).expect("a few vectors");
            self.assembler.sum(LIMIT, end, -advance);
            self.assembler.compare(INDEX, LIMIT);
            self.assembler.jump_if(Condition::Greater, after);
            self.assembler.align(32);
            self.assembler.bind(head);
            for copy in 0..unroll {
                self.insts(function, body, copy * step, 0);
            }
            self.assembler.add(INDEX, advance);
            self.assembler.compare(INDEX, LIMIT);
            self.assembler.jump_if(Condition::LessOrEqual, head);
            self.assembler.bind(after);
        }
    }

    /// Emits the tail: what is left before `end`, fewer elements than a vector has.
    fn tail(&mut self, function: &Function, tail: &[Inst], end: Register) {
        if self.level == Level::Avx512 {
            self.assembler.copy(LIMIT, end);
            self.assembler.subtract(LIMIT, INDEX);
            self.assembler.low_bits(TAIL_MASK);
            self.insts(function, tail, 0, 0);
            return;
        }
        for &(pointer, register) in &function.bases {
            let at = self.n_pointers + pointer as usize;
            self.assembler.load(register, TABLE, 8 * at);
        }
        self.insts(function, tail, 0, self.n_pointers);
    }

    /// Emits instructions for the elements from `ahead` on, with the pointers of a table that starts so far
    /// into the first.
    fn insts(&mut self, function: &Function, insts: &[Inst], ahead: usize, table: usize) {
        let ahead_by = u32::try_from(ahead).expect("a few vectors");
        let shifted = |operand| match operand {
            Operand::Place(Place::Array { pointer, size, ahead }) => {
                Operand::Place(Place::Array { pointer, size, ahead: ahead + ahead_by })
            }
            other => other, // tidy: the same for all
        };
        for (at, inst) in insts.iter().enumerate() {
            if let Form::Several(_) = inst.op.form {
                let rare = &self.rare;
                let function = |number: u8| rare[usize::from(number)].function;
                let (work, ways_out) = (self.work, &mut self.ways_out);
                let before = at.checked_sub(1).map(|before| &insts[before]);
                let has_rows = before.is_some_and(|before| functions::shares_rows(before, inst));
                functions::several(self.assembler, inst, work, has_rows, function, ways_out);
                continue;
            }
            let inst = Inst { to: shifted(inst.to), y: shifted(inst.y), ..*inst };
            let pointer = pointer(inst.to).or(pointer(inst.y));
            let spare = pointer.filter(|&pointer| function.base(pointer).is_none());
            if let Some(pointer) = spare {
                self.assembler.load(SPARE, TABLE, 8 * (table + pointer as usize));
            }
            self.assembler.vector(&inst, |pointer| function.base(pointer).unwrap_or(SPARE));
        }
    }
}

/// How many times a body of so many instructions is repeated.
fn unroll(len: usize, most: usize) -> usize {
    if len <= SHORT {
        most
    } else if len <= LONG {
        2
    } else {
        1
    }
}

fn used_pointers(code: &Code) -> impl Iterator<Item = u32> + '_ {
    let read = code.values.iter().filter_map(|value| value.place);
    let written = code.insts.iter().filter_map(|inst| match inst.to {
        Operand::Place(place) => Some(place),
        Operand::V(_) | Operand::Mask(_) | Operand::None => None,
    });
    read.chain(written).filter_map(|place| pointer(Operand::Place(place)))
}

/// The number of the pointer that an operand needs.
fn pointer(operand: Operand) -> Option<u32> {
    match operand {
        Operand::Place(Place::Array { pointer, .. } | Place::Block { pointer, .. }) => {
            Some(pointer)
        }
        Operand::Place(_) | Operand::V(_) | Operand::Mask(_) | Operand::None => None,
    }
}
