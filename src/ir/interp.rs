//! The interpreter: evaluates graphs one element at a time. It is the oracle that generated code is
//! tested against, the way to run where no code can be generated, and the evaluator of what is the
//! same for all elements.
//!
//! # The order of a reduction
//!
//! Floating-point sums depend on their order, so the order is part of the semantics. The elements
//! are cut into blocks of [`REDUCE_BLOCK`], the last one shorter; [`reduce_block`] reduces a block to
//! a partial result, and [`combine_tree`] combines the partial results. The order depends only on
//! the number of elements: not on threads, tiles, vector width or the machine.

use super::eval::{binary, cast, combine, identity, select, unary};
use super::{Graph, Inst, Reduce, Value};
use crate::dtype::{Prim, Scalar};

/// The number of elements that are reduced to one partial result before partial results are
/// combined in a tree.
///
/// A sum of n elements then rounds each element about 128/8 + 3 + log2(n/128) times: as accurate as
/// pairwise summation, NumPy's, which has blocks of the same length and as many accumulators.
pub(crate) const REDUCE_BLOCK: usize = 128;

/// The number of accumulators in a block: eight hide the latency of a floating-point addition.
pub(crate) const REDUCE_LANES: usize = 8;

/// Evaluates every value of a graph without reductions for one element.
///
/// `inputs` are the element of each input; `slots` receives the values, by index. Callers keep
/// `slots` from element to element so that it is allocated once.
///
/// # Panics
/// If the graph reduces or counts.
pub(crate) fn element(graph: &Graph, inputs: &[Scalar], slots: &mut Vec<Scalar>) {
    slots.clear();
    for value in graph.values() {
        let result = match *graph.inst(value) {
            Inst::Input(index) => inputs[index as usize],
            Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => {
                panic!("{value} is not elementwise; this is a bug in numjit\n{graph}")
            }
            Inst::Const(_)
            | Inst::Cast(..)
            | Inst::Unary(..)
            | Inst::Binary(..)
            | Inst::Select(..)
            | Inst::Index(..) => compute(graph, value, |operand| Some(slots[operand.index()]))
                .expect("operands come before their users"),
        };
        slots.push(result);
    }
}

/// Evaluates, in order, every value whose operands are all known; the others stay `None`.
///
/// `known` has a slot for each value. Constants are always known; an input, a reduction of elements or
/// pairs and a count are known only if the caller has filled their slot. A slot that is filled is kept.
pub(crate) fn uniform(graph: &Graph, known: &mut [Option<Scalar>]) {
    assert_eq!(known.len(), graph.len(), "one slot for each value");
    for value in graph.values() {
        if known[value.index()].is_none() {
            known[value.index()] = compute(graph, value, |operand| known[operand.index()]);
        }
    }
}

/// Computes a value from its operands, or returns `None` if one of them or the value itself cannot
/// be known from inside the graph.
fn compute(graph: &Graph, value: Value, get: impl Fn(Value) -> Option<Scalar>) -> Option<Scalar> {
    match *graph.inst(value) {
        Inst::Const(scalar) => Some(scalar),
        Inst::Cast(x, prim) => Some(cast(get(x)?, prim)),
        Inst::Unary(op, x) => Some(unary(op, get(x)?)),
        Inst::Binary(op, x, y) => Some(binary(op, get(x)?, get(y)?)),
        Inst::Select(c, x, y) => Some(select(get(c)?, get(x)?, get(y)?)),
        Inst::Index(x, _) => get(x),
        Inst::Input(_) | Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => None,
    }
}

/// Reduces a block of at most [`REDUCE_BLOCK`] elements of a prim in the order of generated code.
///
/// Element i goes to lane i mod 8, each lane starting from the identity; then lanes 4 apart are
/// combined, lanes 2 apart, and the last two.
pub(crate) fn reduce_block(
    op: Reduce,
    prim: Prim,
    elements: impl Iterator<Item = Scalar>,
) -> Scalar {
    let mut lanes = [identity(op, prim); REDUCE_LANES];
    for (i, element) in elements.enumerate() {
        debug_assert!(i < REDUCE_BLOCK, "a block has at most {REDUCE_BLOCK} elements");
        let lane = &mut lanes[i % REDUCE_LANES];
        *lane = combine(op, *lane, element);
    }
    let mut stride = REDUCE_LANES / 2;
    while stride > 0 {
        for lane in 0..stride {
            lanes[lane] = combine(op, lanes[lane], lanes[lane + stride]);
        }
        stride /= 2;
    }
    lanes[0]
}

/// Combines partial results: adjacent pairs, again and again, an odd one at the end carried over.
/// `None` for none. `partials` is scratch afterwards.
pub(crate) fn combine_tree<T: Copy>(partials: &mut [T], combine: impl Fn(T, T) -> T) -> Option<T> {
    let mut len = partials.len();
    while len > 1 {
        for i in 0..len / 2 {
            partials[i] = combine(partials[2 * i], partials[2 * i + 1]);
        }
        if len % 2 == 1 {
            partials[len / 2] = partials[len - 1];
        }
        len = len.div_ceil(2);
    }
    partials.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::dtype::DType;
    use crate::ir::shape::ShapeNode;
    use crate::ir::{Binary, GraphBuilder, Output, Over, Parts, Unary};
    use crate::ops::Axes;

    #[test]
    fn an_element_passes_through_every_instruction() {
        let mut b = GraphBuilder::new(&[Prim::F64, Prim::I32]);
        let x = b.push(Inst::Input(0));
        let n = b.push(Inst::Input(1));
        let n = b.cast(n, Prim::F64);
        let product = b.binary(Binary::Mul, x, n);
        let root = b.unary(Unary::Sqrt, product);
        let less = b.binary(Binary::Lt, x, n);
        let result = b.select(less, root, x);
        let graph = b.finish(Vec::new());
        let mut slots = Vec::new();
        element(&graph, &[Scalar::F64(2.0), Scalar::I32(8)], &mut slots);
        assert_eq!(slots[result.index()], Scalar::F64(4.0));
        element(&graph, &[Scalar::F64(9.0), Scalar::I32(8)], &mut slots);
        assert_eq!(slots[result.index()], Scalar::F64(9.0));
    }

    #[test]
    fn only_what_follows_from_known_values_becomes_known() {
        let mut b = GraphBuilder::new(&[Prim::F64]);
        let shape = b.shapes().push(ShapeNode::Param(0), Span::default());
        let axes = b.shapes().push_axes(Axes { axes: None, keepdims: false });
        let over = Over { shape, axes };
        let x = b.push(Inst::Input(0));
        let sum = b.push(Inst::Reduce(Reduce::Sum, x, over));
        let count = b.push(Inst::Count(over, Prim::F64));
        let mean = b.binary(Binary::Div, sum, count);
        let difference = b.binary(Binary::Sub, x, mean);
        let parts = Parts::Real(difference);
        let graph = b.finish(vec![Output { dtype: DType::F64, parts, shape }]);
        let mut known = vec![None; graph.len()];
        known[sum.index()] = Some(Scalar::F64(6.0));
        uniform(&graph, &mut known);
        assert_eq!(known[mean.index()], None);
        known[count.index()] = Some(Scalar::F64(4.0));
        uniform(&graph, &mut known);
        assert_eq!(known[mean.index()], Some(Scalar::F64(1.5)));
        assert_eq!(known[difference.index()], None);
    }

    #[test]
    fn a_block_is_summed_in_eight_lanes() {
        // Lane 0 takes 2^53 and then 1, which is lost; lane 1 takes -2^53 and 1, which is not.
        let big = 9_007_199_254_740_992.0;
        let mut elements = [0.0; 10];
        (elements[0], elements[8], elements[1], elements[9]) = (big, 1.0, -big, 1.0);
        let sum = reduce_block(Reduce::Sum, Prim::F64, elements.into_iter().map(Scalar::F64));
        assert_eq!(sum, Scalar::F64(1.0));
        let straight: f64 = [big, -big, 1.0, 1.0].into_iter().sum();
        assert_eq!(straight, 2.0);
    }

    #[test]
    fn partial_results_combine_in_neighbouring_pairs() {
        let big = 9_007_199_254_740_992.0;
        // ((2^53 + 1) + (-2^53 + 1)) + 5
        let mut partials = [big, 1.0, -big, 1.0, 5.0].map(Scalar::F64);
        let sum = combine_tree(&mut partials, |x, y| combine(Reduce::Sum, x, y));
        assert_eq!(sum, Some(Scalar::F64(6.0)));
    }

    #[test]
    fn negative_zeros_sum_to_zero_as_numpys_do() {
        let sum = reduce_block(Reduce::Sum, Prim::F64, [Scalar::F64(-0.0); 3].into_iter());
        assert_eq!(sum, Scalar::F64(0.0));
    }

    #[test]
    fn a_nan_anywhere_is_the_extreme() {
        for at in 0..20 {
            let elements = (0..20).map(|i| Scalar::F64(if i == at { f64::NAN } else { 1.0 }));
            for op in [Reduce::Min, Reduce::Max] {
                assert!(reduce_block(op, Prim::F64, elements.clone()).to_f64().is_nan(), "{at}");
            }
        }
    }
}
