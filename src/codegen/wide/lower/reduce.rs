//! Reductions: eight accumulators for each, in one register or in parts, kept from one iteration to the next.

use super::super::encode::VECTOR;
use super::super::machine::{self, Inst as Machine, Length, Level, Operand, Place, TAIL_MASK};
use super::mask::Mask;
use super::{Lowered, Lowerer};
use crate::dtype::Prim;
use crate::ir::interp::REDUCE_LANES;
use crate::ir::{Reduce, Value, eval};

/// The accumulators of the sinks of a loop.
#[derive(Clone, Debug)]
pub(crate) struct Accumulators {
    /// For each sink its values, lane 0 of the first being accumulator 0. They are the first values of the
    /// code, in the order of sinks and parts.
    parts: Vec<Vec<u32>>,
    /// For each sink the bytes of a lane: of the prim, or of the masks that come.
    sizes: Vec<usize>,
}

impl Accumulators {
    /// Returns how many values they are.
    pub(crate) fn len(&self) -> usize {
        self.parts.iter().map(Vec::len).sum()
    }
}

impl Lowerer<'_> {
    /// Makes room for the accumulators of the sinks; before anything is lowered.
    pub(in super::super) fn accumulators(&mut self, sinks: &[(Reduce, Value)]) -> Accumulators {
        let n_parts = REDUCE_LANES / self.lanes;
        let sizes: Vec<usize> = (sinks.iter())
            .map(|&(_, value)| match self.body.graph.prim(value) {
                // The widest, so that masks that come need only be widened.
                Prim::Bool => self.level.bytes() / self.lanes,
                prim => prim.size(), // tidy: numbers
            })
            .map(|size| size.min(8))
            .collect();
        let parts =
            (sizes.iter()).map(|&size| (0..n_parts).map(|_| self.fresh(size)).collect()).collect();
        Accumulators { parts, sizes }
    }

    /// Sets all accumulators to what a reduction starts from.
    pub(in super::super) fn start(
        &mut self,
        accumulators: &Accumulators,
        sinks: &[(Reduce, Value)],
    ) {
        for (parts, &(op, value)) in accumulators.parts.iter().zip(sinks) {
            let identity = self.identity(op, self.body.graph.prim(value));
            for &part in parts {
                let bytes = self.source(part).bytes;
                let (to, y) = (Operand::V(part), Operand::V(identity));
                let load = machine::load(VECTOR);
                let length = Length::of(bytes);
                self.code.insts.push(Machine::new(load, length, to, Operand::None, y));
            }
        }
    }

    /// Combines the elements of part `part` of the lanes, which were lowered just before, with the
    /// accumulators; in a tail only those that there are.
    pub(in super::super) fn step(
        &mut self,
        accumulators: &Accumulators,
        sinks: &[(Reduce, Value)],
        part: usize,
        is_tail: bool,
    ) -> Option<()> {
        for (at, &(op, value)) in sinks.iter().enumerate() {
            let prim = self.body.graph.prim(value);
            let size = accumulators.sizes[at];
            let mut element = match self.lowered(value) {
                Lowered::Number(x) => x,
                Lowered::Mask(_) => self.mask_of(value, size)?,
            };
            if is_tail {
                element = self.only_tail(element, self.body.graph.prim(value), op, size, part)?;
            }
            let sum = accumulators.parts[at][part];
            let combined = self.combine(op, prim, size, sum, element)?;
            // Straight into the accumulator: the last instruction is the last to read it.
            let last = self.last();
            assert_eq!(last.to, Operand::V(combined), "what combines comes last");
            last.to = Operand::V(sum);
        }
        Some(())
    }

    fn identity(&mut self, op: Reduce, prim: Prim) -> u32 {
        match eval::identity(op, prim) {
            crate::dtype::Scalar::Bool(x) => self.repeated(if x { u64::MAX } else { 0 }, 1),
            number => self.scalar(number), // tidy: numbers
        }
    }

    /// Replaces elements beyond the end of the tail by what changes nothing.
    fn only_tail(
        &mut self,
        element: u32,
        prim: Prim,
        op: Reduce,
        size: usize,
        part: usize,
    ) -> Option<u32> {
        let identity = self.identity(op, prim);
        if self.level == Level::Avx512 {
            let masked = self.rvm(machine::mask_blend(size)?, size, identity, element);
            self.last().masked = Some((TAIL_MASK, false));
            return Some(masked);
        }
        let at = tail_mask_offset(size) + part * self.lanes * size;
        let at = u32::try_from(at).expect("a few bytes");
        let mask = self.at(Place::TailMask(at), size);
        Some(self.blend(size, mask, element, identity))
    }

    fn combine(&mut self, op: Reduce, prim: Prim, size: usize, x: u32, y: u32) -> Option<u32> {
        let op = eval::combiner(op);
        if prim == Prim::Bool {
            self.combine_masks(op, size, x, y)
        } else {
            self.binary(op, prim, x, y)
        }
    }

    /// Combines the eight accumulators of each sink by strides 4, 2, 1 and stores the results, from this
    /// pointer on.
    pub(in super::super) fn fold(
        &mut self,
        accumulators: &Accumulators,
        sinks: &[(Reduce, Value)],
        pointer: u32,
    ) -> Option<()> {
        let lanes = self.lanes;
        for (at, &(op, value)) in sinks.iter().enumerate() {
            self.lanes = lanes;
            let prim = self.body.graph.prim(value);
            let size = accumulators.sizes[at];
            let mut parts = accumulators.parts[at].clone();
            while parts.len() > 1 {
                let high = parts.split_off(parts.len() / 2);
                for (low, high) in parts.iter_mut().zip(high) {
                    *low = self.combine(op, prim, size, *low, high)?;
                }
            }
            let mut sum = parts[0];
            while self.lanes > 1 {
                let high = self.upper_half(sum, self.lanes * size);
                self.lanes /= 2;
                sum = self.combine(op, prim, size, sum, high)?;
            }
            if prim == Prim::Bool {
                let mask = self.mask_lanes(Mask::Lanes { value: sum, size }, 1)?;
                let one = self.repeated(1, 1);
                sum = self.rvm(machine::AND, 1, mask, one);
            }
            let size = prim.size();
            let pointer = pointer + u32::try_from(at).expect("few sinks");
            let place = Place::Block { pointer, size: u8::try_from(size).expect("at most 8") };
            let (to, y) = (Operand::Place(place), Operand::V(sum));
            let mut inst = Machine::new(machine::store(size), Length::X, to, Operand::None, y);
            inst.immediate = (size <= 2).then_some(0);
            self.code.insts.push(inst);
        }
        self.lanes = lanes;
        Some(())
    }
}

/// Returns where the masks of a tail for lanes of this size lie among all of them.
pub(in super::super) fn tail_mask_offset(size: usize) -> usize {
    // Eight lanes of 1, of 2, of 4 and of 8 bytes.
    8 * (size - 1)
}

/// Returns the masks of a tail of a reduction of so many elements, in all sizes.
pub(in super::super) fn tail_masks(rest: usize) -> [u8; 8 * (1 + 2 + 4 + 8)] {
    let mut masks = [0; 8 * (1 + 2 + 4 + 8)];
    for size in [1, 2, 4, 8] {
        let start = tail_mask_offset(size);
        masks[start..start + rest.min(8) * size].fill(0xff);
    }
    masks
}
