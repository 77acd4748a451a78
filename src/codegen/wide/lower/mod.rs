//! Instructions of the IR to instructions of the machine, over values without registers yet.
//!
//! Every value of a loop has the same number of lanes, as many as a register has of the widest of them, so
//! each is exactly one register or a part of one; that is why nothing here is about halves. What lies in
//! memory (an element of an array, a constant, a uniform input) is a value that no instruction defines: the
//! allocator loads it or lets an instruction read it where it lies.
//!
//! Lowering gives up (`None`) on what has no short form here; the loop then goes to the portable generator.

mod convert;
mod function;
mod mask;
mod number;
mod reduce;

use rustc_hash::FxHashMap;

use self::mask::Mask;
use super::encode::VECTOR;
use super::machine::{self, Inst as Machine, Length, Level, Op, Operand, Place};
use super::schedule::schedule;
use crate::codegen::Loop;
use crate::codegen::segment::Phase;
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Inst, Unary, Value};

pub(super) use self::function::{Rare, in_line};
pub(super) use self::reduce::{Accumulators, tail_masks};

/// Instructions in order, and what their values are.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) insts: Vec<Machine>,
    pub(super) values: Vec<Source>,
}

/// What a value of the machine code is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    /// Where it lies, if no instruction computes it.
    pub(super) place: Option<Place>,
    pub(super) bytes: usize,
}

/// The constants of a function.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) vectors: Vec<[u8; VECTOR]>,
    known: FxHashMap<[u8; VECTOR], u32>,
}

impl Pool {
    /// Returns the number of the vector with the low `size` bytes of `bits` in every lane.
    fn repeated(&mut self, bits: u64, size: usize) -> u32 {
        let mut vector = [0; VECTOR];
        for lane in vector.chunks_exact_mut(size) {
            lane.copy_from_slice(&bits.to_le_bytes()[..size]);
        }
        let vectors = &mut self.vectors;
        *self.known.entry(vector).or_insert_with(|| {
            vectors.push(vector);
            u32::try_from(vectors.len() - 1).expect("node limits keep it small")
        })
    }
}

/// Where arrays and uniform inputs of a loop are found.
#[derive(Debug)]
pub(super) struct Layout {
    /// For each input its number among the uniform ones, if it is one.
    pub(super) uniform: Vec<Option<u32>>,
    /// For each value of the graph the array that it is kept in between phases.
    pub(super) slot: Vec<Option<u32>>,
}

/// What a value of the graph has become.
#[derive(Clone, Copy, Debug)]
enum Lowered {
    Number(u32),
    Mask(Mask),
}

/// Lowers the body of one loop.
pub(super) struct Lowerer<'a> {
    pub(super) level: Level,
    /// Elements in an iteration.
    pub(super) lanes: usize,
    body: &'a Loop,
    layout: &'a Layout,
    pool: &'a mut Pool,
    /// The functions in line.
    rare: &'a mut Vec<Rare>,
    code: Code,
    places: FxHashMap<Place, u32>,
    lowered: Vec<Option<Lowered>>,
    /// The first element, counted from the one of the iteration.
    ahead: usize,
}

impl<'a> Lowerer<'a> {
    pub(super) fn new(
        level: Level,
        lanes: usize,
        body: &'a Loop,
        layout: &'a Layout,
        pool: &'a mut Pool,
        rare: &'a mut Vec<Rare>,
    ) -> Lowerer<'a> {
        Lowerer {
            level,
            lanes,
            body,
            layout,
            pool,
            rare,
            code: Code::default(),
            places: FxHashMap::default(),
            lowered: vec![None; body.graph.len()],
            ahead: 0,
        }
    }

    /// Returns the code, without what computes nothing that is used; the first values are.
    pub(super) fn finish(mut self, n_fixed: usize) -> Code {
        let mut is_used = vec![false; self.code.values.len()];
        is_used[..n_fixed].fill(true);
        let mut is_tested = false;
        let mut kept = Vec::with_capacity(self.code.insts.len());
        for inst in self.code.insts.into_iter().rev() {
            let keep = match inst.to {
                Operand::V(value) => is_used[value as usize],
                Operand::Mask(_) => std::mem::take(&mut is_tested),
                Operand::Place(_) | Operand::None => true,
            };
            if !keep {
                continue;
            }
            is_tested |= inst.reads_test();
            for operand in [inst.x, inst.y, inst.z, inst.tied] {
                if let Operand::V(value) = operand {
                    is_used[value as usize] = true;
                }
            }
            kept.push(inst);
        }
        kept.reverse();
        self.code.insts = kept;
        if !self.rare.is_empty() {
            schedule(&mut self.code, self.level);
        }
        self.code
    }

    /// Lowers all that a phase computes, for the elements from `ahead` on.
    pub(super) fn phase(&mut self, phase: &Phase, ahead: usize) -> Option<()> {
        self.ahead = ahead;
        for &value in &phase.loads {
            let pointer = self.layout.slot[value.index()].expect("what is loaded has a slot");
            let lowered = self.array(pointer, self.body.graph.prim(value));
            self.lowered[value.index()] = Some(lowered);
        }
        for &value in &phase.values {
            let lowered = self.inst(value)?;
            self.lowered[value.index()] = Some(lowered);
        }
        Some(())
    }

    /// Makes a value ready for memory. Every value that is stored is made ready before the first is stored,
    /// since an output may be an input.
    pub(super) fn ready(&mut self, value: Value) -> Option<u32> {
        let ready = match self.lowered(value) {
            Lowered::Number(x) => x,
            Lowered::Mask(_) => {
                let mask = self.mask_of(value, 1)?;
                let one = self.repeated(1, 1);
                self.rvm(machine::AND, 1, mask, one)
            }
        };
        if matches!(self.source(ready).place, Some(Place::Array { .. })) {
            let size = self.body.graph.prim(value).size();
            return Some(self.rm(machine::load(VECTOR), size, ready));
        }
        Some(ready)
    }

    /// Stores a value that was made ready into the array with this pointer.
    pub(super) fn store(&mut self, ready: u32, pointer: u32, prim: Prim) {
        let size = prim.size();
        let place = self.element(pointer, size);
        let bytes = self.lanes * size;
        let (to, y) = (Operand::Place(place), Operand::V(ready));
        let op = machine::store(bytes);
        self.code.insts.push(Machine::new(op, Length::of(bytes), to, Operand::None, y));
    }

    fn element(&self, pointer: u32, size: usize) -> Place {
        let size = u8::try_from(size).expect("at most 8");
        let ahead = u32::try_from(self.ahead).expect("a few vectors");
        Place::Array { pointer, size, ahead }
    }

    fn array(&mut self, pointer: u32, prim: Prim) -> Lowered {
        let place = self.element(pointer, prim.size());
        self.memory(place, prim)
    }

    fn memory(&mut self, place: Place, prim: Prim) -> Lowered {
        let value = self.at(place, prim.size());
        if prim == Prim::Bool {
            // 0 and 1 in memory, 0 and -1 in registers.
            let zero = self.repeated(0, 1);
            let mask = self.rvm(machine::int_sub(1).expect("bytes"), 1, zero, value);
            return Lowered::Mask(Mask::Lanes { value: mask, size: 1 });
        }
        Lowered::Number(value)
    }

    fn inst(&mut self, value: Value) -> Option<Lowered> {
        let graph = &self.body.graph;
        let prim = graph.prim(value);
        let number = |x: Option<u32>| x.map(Lowered::Number);
        match *graph.inst(value) {
            Inst::Input(input) => Some(match self.layout.uniform[input as usize] {
                Some(uniform) => self.memory(Place::Uniform(uniform), prim),
                None => self.array(input, prim),
            }),
            Inst::Const(Scalar::Bool(x)) => Some(Lowered::Mask(Mask::All(x))),
            Inst::Const(scalar) => Some(Lowered::Number(self.scalar(scalar))),
            Inst::Index(x, _) => Some(self.lowered(x)),
            Inst::Cast(x, to) => match (graph.prim(x), to) {
                (Prim::Bool, Prim::Bool) => Some(self.lowered(x)),
                (Prim::Bool, _) => number(self.bool_as(x, to)),
                (from, Prim::Bool) => Some(Lowered::Mask(self.is_not_zero(x, from)?)),
                (from, to) => number(self.convert(self.number(x), from, to)),
            },
            Inst::Unary(Unary::Not, x) if prim == Prim::Bool => {
                Some(Lowered::Mask(self.not_mask(x)?))
            }
            Inst::Unary(op, x) => {
                let x = self.number(x);
                match in_line(op, prim).filter(|_| self.level == Level::Avx512) {
                    Some((recording, function)) => number(self.function(recording, function, x)),
                    None => number(self.unary(op, prim, x)),
                }
            }
            Inst::Binary(op @ (Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le), x, y) => {
                let of = graph.prim(x);
                let mask = if of == Prim::Bool {
                    self.bool_binary(op, x, y)?
                } else {
                    self.compare(op, of, self.number(x), self.number(y))
                };
                Some(Lowered::Mask(mask))
            }
            Inst::Binary(op, x, y) if prim == Prim::Bool => {
                Some(Lowered::Mask(self.bool_binary(op, x, y)?))
            }
            Inst::Binary(op, x, y) => number(self.binary(op, prim, self.number(x), self.number(y))),
            Inst::Select(c, x, y) if prim == Prim::Bool => {
                Some(Lowered::Mask(self.select_mask(c, x, y)?))
            }
            Inst::Select(c, x, y) => {
                let (x, y) = (self.number(x), self.number(y));
                number(self.select(c, prim.size(), x, y))
            }
            Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => {
                unreachable!("loops have no reductions inside")
            }
        }
    }

    fn lowered(&self, value: Value) -> Lowered {
        self.lowered[value.index()].expect("operands come before their users")
    }

    fn number(&self, value: Value) -> u32 {
        match self.lowered(value) {
            Lowered::Number(x) => x,
            Lowered::Mask(_) => unreachable!("{value} is bool; this is a bug in numjit"),
        }
    }

    fn source(&self, value: u32) -> Source {
        self.code.values[value as usize]
    }

    /// Returns the value that lies at a place.
    fn at(&mut self, place: Place, size: usize) -> u32 {
        let bytes = self.lanes * size;
        let values = &mut self.code.values;
        *self.places.entry(place).or_insert_with(|| {
            values.push(Source { place: Some(place), bytes });
            u32::try_from(values.len() - 1).expect("node limits keep it small")
        })
    }

    /// Returns the constant with these bits in every lane.
    fn repeated(&mut self, bits: u64, size: usize) -> u32 {
        let constant = self.pool.repeated(bits, size);
        self.at(Place::Constant(constant), VECTOR / self.lanes)
    }

    fn scalar(&mut self, scalar: Scalar) -> u32 {
        self.repeated(scalar.to_bits(), scalar.prim().size())
    }

    /// A new value with lanes of this size.
    fn fresh(&mut self, size: usize) -> u32 {
        self.code.values.push(Source { place: None, bytes: self.lanes * size });
        u32::try_from(self.code.values.len() - 1).expect("node limits keep it small")
    }

    fn length(&self, size: usize) -> Length {
        Length::of(self.lanes * size)
    }

    /// Emits an instruction with two operands, of lanes of this size.
    fn rvm(&mut self, op: Op, size: usize, x: u32, y: u32) -> u32 {
        let to = self.fresh(size);
        let length = self.length(size);
        let operands = (Operand::V(to), Operand::V(x), Operand::V(y));
        self.code.insts.push(Machine::new(op, length, operands.0, operands.1, operands.2));
        to
    }

    /// Emits an instruction with one operand, of lanes of this size.
    fn rm(&mut self, op: Op, size: usize, x: u32) -> u32 {
        self.resizing(op, size, size, x)
    }

    /// Emits an instruction with one operand, whose result has lanes of another size than its longer side.
    fn resizing(&mut self, op: Op, longer: usize, result: usize, x: u32) -> u32 {
        let to = self.fresh(result);
        let length = self.length(longer);
        let operands = (Operand::V(to), Operand::None, Operand::V(x));
        self.code.insts.push(Machine::new(op, length, operands.0, operands.1, operands.2));
        to
    }

    /// Gives the last instruction an immediate.
    fn with_immediate(&mut self, immediate: u8) {
        self.last().immediate = Some(immediate);
    }

    fn last(&mut self) -> &mut Machine {
        self.code.insts.last_mut().expect("one was emitted just before")
    }
}
