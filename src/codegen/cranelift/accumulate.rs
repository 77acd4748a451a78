//! The accumulators of a reduction, as values that a vector loop carries around.
//!
//! The extremes of floats have two parts. The larger (or smaller) one of accumulator and element is a single
//! instruction if NaN is left out, and whether there was a NaN is a mask for all lanes together: the
//! chain from one iteration to the next is as short as that of a sum. Where the mask is set in the end,
//! the first vector of accumulators becomes NaN. That is what `max` and `min` of the IR give: they keep
//! the accumulator unless the element beats it, and a NaN in any lane is the result of the block.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{self as clif, InstBuilder};
use cranelift_frontend::FunctionBuilder;

use super::arithmetic::beats;
use super::vector::{Lanes, Mask, Vector, vector_type};
use super::widths::{Parts, as_type, int_type, moved_down, n_parts, splat_bits};
use crate::dtype::{Prim, Scalar};
use crate::ir::interp::REDUCE_LANES;
use crate::ir::{Graph, Reduce, Value, eval};

/// One reduction of a loop.
pub(super) struct Accumulator {
    op: Reduce,
    prim: Prim,
    /// Bytes of a lane; for masks those of the values that come in.
    size: usize,
}

impl Accumulator {
    /// Makes the accumulators of a loop over values of a graph.
    pub(super) fn all(graph: &Graph, sinks: &[(Reduce, Value)]) -> Vec<Accumulator> {
        let sizes = mask_sizes(graph);
        (sinks.iter())
            .map(|&(op, value)| Accumulator {
                op,
                prim: graph.prim(value),
                size: sizes[value.index()],
            })
            .collect()
    }

    fn is_float_extreme(&self) -> bool {
        self.prim.is_float() && matches!(self.op, Reduce::Max | Reduce::Min)
    }

    fn n_sums(&self, lanes: &Lanes) -> usize {
        n_parts(lanes.lanes, self.size)
    }

    /// How many values are carried.
    pub(super) fn n_carried(&self, lanes: &Lanes) -> usize {
        self.n_sums(lanes) + usize::from(self.is_float_extreme())
    }

    /// The values that are carried into the first iteration.
    pub(super) fn initial(&self, b: &mut FunctionBuilder, lanes: &Lanes) -> Parts {
        let mut carried = match eval::identity(self.op, self.prim) {
            Scalar::Bool(x) => {
                let bits = if x { u64::MAX } else { 0 };
                let part = splat_bits(b, int_type(self.size), bits, 8);
                (0..self.n_sums(lanes)).map(|_| part).collect()
            }
            // tidy: the other prims
            number => {
                let number = lanes.constant(b, number);
                self.parts(b, lanes, &number)
            }
        };
        if self.is_float_extreme() {
            carried.push(splat_bits(b, int_type(self.size), 0, 8));
        }
        carried
    }

    /// The values that are carried on after an element has come to each lane.
    pub(super) fn step(
        &self,
        b: &mut FunctionBuilder,
        lanes: &Lanes,
        carried: &[clif::Value],
        elements: &Vector,
    ) -> Parts {
        let op = eval::combiner(self.op);
        if !self.is_float_extreme() {
            let sums = self.vector(Parts::from_slice(carried));
            let sums = lanes.binary(b, op, self.prim, &sums, elements);
            return self.parts(b, lanes, &sums);
        }
        let elements = self.parts(b, lanes, elements);
        let (&nan, sums) = carried.split_last().expect("the mask is carried last");
        let mut next: Parts = (sums.iter().zip(&elements))
            .map(|(&sum, &element)| beats(b, op, self.prim, element, sum))
            .collect();
        let mut nan = nan;
        for pair in elements.chunks(2) {
            // Two vectors for the price of one: unordered if either lane is NaN.
            let other = *pair.last().expect("chunks are not empty");
            let unordered = b.ins().fcmp(FloatCC::Unordered, pair[0], other);
            nan = b.ins().bor(nan, unordered);
        }
        next.push(nan);
        next
    }

    /// The accumulators after the last iteration.
    pub(super) fn finish(&self, b: &mut FunctionBuilder, carried: &[clif::Value]) -> Vector {
        if !self.is_float_extreme() {
            return self.vector(Parts::from_slice(carried));
        }
        let (&nan, sums) = carried.split_last().expect("the mask is carried last");
        let mut sums = Parts::from_slice(sums);
        // All ones is a NaN.
        let nan = as_type(b, nan, vector_type(self.prim));
        sums[0] = b.ins().bor(sums[0], nan);
        Vector::Numbers(sums)
    }

    /// Combines the eight accumulators at `address` by strides 4, 2, 1 and returns the result as a scalar.
    pub(super) fn fold(
        &self,
        b: &mut FunctionBuilder,
        lanes: &Lanes,
        address: clif::Value,
    ) -> clif::Value {
        let op = eval::combiner(self.op);
        let (mut parts, size) = match lanes.load(b, self.prim, address) {
            Vector::Numbers(parts) => (parts, self.prim.size()),
            Vector::Mask(mask) => (mask.parts(b, lanes.lanes, 1), 1),
        };
        let wrap = |parts| match self.prim {
            Prim::Bool => Vector::Mask(Mask::of(size, parts)),
            _ => Vector::Numbers(parts), // tidy: the numbers
        };
        let combine = |b: &mut FunctionBuilder, low: Parts, high: Parts| -> Parts {
            match lanes.binary(b, op, self.prim, &wrap(low), &wrap(high)) {
                Vector::Numbers(parts) => parts,
                Vector::Mask(mask) => mask.parts(b, lanes.lanes, size),
            }
        };
        while parts.len() > 1 {
            let high = parts.drain(parts.len() / 2..).collect();
            parts = combine(b, parts, high);
        }
        let mut stride = (REDUCE_LANES * size).min(16) / 2;
        while stride >= size {
            let high = moved_down(b, parts[0], stride);
            parts = combine(b, parts, std::iter::once(high).collect());
            stride /= 2;
        }
        let result = b.ins().extractlane(parts[0], 0);
        if self.prim == Prim::Bool { b.ins().band_imm_u(result, 1) } else { result }
    }

    fn vector(&self, parts: Parts) -> Vector {
        if self.prim == Prim::Bool {
            Vector::Mask(Mask::of(self.size, parts))
        } else {
            Vector::Numbers(parts)
        }
    }

    fn parts(&self, b: &mut FunctionBuilder, lanes: &Lanes, value: &Vector) -> Parts {
        match value {
            Vector::Numbers(parts) => parts.clone(),
            Vector::Mask(mask) => mask.parts(b, lanes.lanes, self.size),
        }
    }
}

/// For each value the bytes of its lanes: for `bool` those of the narrowest of the values that it is made
/// of, in which it comes.
fn mask_sizes(graph: &Graph) -> Vec<usize> {
    let mut sizes: Vec<usize> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let mut size = None;
        if graph.prim(value) == Prim::Bool {
            graph.inst(value).for_each_operand(|operand| {
                let of_operand = sizes[operand.index()];
                size = Some(size.map_or(of_operand, |size: usize| size.min(of_operand)));
            });
        }
        sizes.push(size.unwrap_or(graph.prim(value).size()));
    }
    sizes
}
