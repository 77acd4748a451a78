//! Cuts a graph into stages, each one pass over memory.
//!
//! A reduction in the middle of an expression separates what comes before from what comes after:
//! `a - mean(a)` is a pass that sums `a` and a pass that subtracts. A part that varies along fewer axes
//! than what it is used in, as `exp(x)` in `exp(x)[:, None] * y`, is computed once by a stage of its own.
//! Values with a single element (from single inputs, constants and whole reductions) are computed between
//! the stages, by the interpreter. Which axes have length 1 is known when the plan is made, lengths are
//! not. Pure: no pointers.

mod extract;
pub(crate) mod pattern;
mod sweep;

pub(crate) use pattern::{Pattern, Placement, placed};

use crate::codegen::Loop;
use crate::ir::shape::{ShapeError, ShapeId};
use crate::ir::{Graph, Inst, Over, Reduce, ReducePair, Value};

/// The stages of a graph, for inputs of some patterns.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) graph: Graph,
    /// Of the parameters.
    pub(crate) patterns: Vec<Pattern>,
    /// In an order in which each has what it needs.
    pub(crate) stages: Vec<Stage>,
    /// For each value whether it is a single element that a stage, an output or another such value reads.
    pub(crate) wanted: Vec<bool>,
    /// Whether any value is wanted that is not a parameter.
    pub(crate) has_single_work: bool,
    /// The shapes of the outputs as in the text, which say what operands they have.
    pub(crate) output_shapes: Vec<ShapeId>,
    /// For each output whether it has a single element, which no stage stores.
    pub(crate) single_outputs: Vec<bool>,
}

/// One pass over memory.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) space: Space,
    /// Of the space.
    pub(crate) pattern: Pattern,
    /// How many stages have to come before; stages of one level need nothing of each other.
    pub(crate) level: usize,
    pub(crate) body: Loop,
    /// Where each input of the loop comes from.
    pub(crate) inputs: Vec<Leaf>,
    pub(crate) sink: Sink,
}

/// Where the lengths of a stage come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// This shape of the graph.
    Shape(ShapeId),
    /// What the inputs of the loop have in common.
    Inputs,
}

/// An input of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub(crate) source: LeafSource,
    /// Where its axes run in the space.
    pub(crate) placement: Placement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeafSource {
    /// This input of the graph.
    Input(u32),
    /// This value of the graph, a single element.
    Single(Value),
    /// This value of the graph, which an earlier stage has stored.
    Stored(Value),
}

/// Where the results of a stage go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sink {
    /// To parts of outputs of the graph: `(output, part)` for each of the first values the loop stores. The
    /// elements are also reduced, all of them, where there are folds.
    Outputs { parts: Vec<(usize, usize)>, folds: Vec<Fold> },
    /// This value is kept for later stages.
    Keep(Value),
    /// The loop reduces all axes; its sinks are these values of the graph.
    Whole(Vec<Value>),
    /// The loop stores elements, which `folds` reduce.
    Folds { over: Over, folds: Vec<Fold> },
}

/// A reduction of what a loop stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fold {
    pub(crate) op: FoldOp,
    /// The results: values of the graph. Those of a pair that nothing reads are missing.
    pub(crate) results: [Option<Value>; 2],
    /// Which sinks of the loop are its elements.
    pub(crate) operands: [usize; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoldOp {
    One(Reduce),
    Pair(PairOp),
}

/// What a [`ReducePair`] computes, whatever part is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PairOp {
    Prod,
    Min,
    Max,
    ArgMin,
    ArgMax,
}

impl PairOp {
    /// Returns what is computed and which part of it.
    pub(crate) fn of(op: ReducePair) -> (PairOp, usize) {
        match op {
            ReducePair::ProdRe => (PairOp::Prod, 0),
            ReducePair::ProdIm => (PairOp::Prod, 1),
            ReducePair::MinRe => (PairOp::Min, 0),
            ReducePair::MinIm => (PairOp::Min, 1),
            ReducePair::MaxRe => (PairOp::Max, 0),
            ReducePair::MaxIm => (PairOp::Max, 1),
            ReducePair::ArgMin => (PairOp::ArgMin, 0),
            ReducePair::ArgMax => (PairOp::ArgMax, 0),
        }
    }
}

impl Plan {
    /// Makes the plan of a graph for parameters of these patterns.
    ///
    /// # Errors
    /// When an axis does not exist.
    pub(crate) fn new(graph: Graph, patterns: Vec<Pattern>) -> Result<Plan, ShapeError> {
        let shapes = pattern::infer(graph.shapes(), &patterns)?;
        let output_shapes = graph.outputs().iter().map(|output| output.shape).collect();
        let same = pattern::same(graph.shapes(), &shapes);
        let graph = graph.with_shapes(&same);
        let swept = sweep::Sweep::run(&graph, &shapes, &patterns)?;
        let stages = extract::stages(&graph, &shapes, &swept);
        let has_single_work = (graph.values().zip(&swept.wanted))
            .any(|(value, &wanted)| wanted && !matches!(graph.inst(value), Inst::Input(_)));
        let single_outputs =
            graph.outputs().iter().map(|o| shapes[o.shape.0 as usize].is_single()).collect();
        let wanted = swept.wanted;
        Ok(Plan { graph, patterns, stages, wanted, has_single_work, output_shapes, single_outputs })
    }

    /// Returns how many times the parameters have to be passed over: stages of one level go together.
    pub(crate) fn passes(&self) -> usize {
        self.stages.iter().map(|stage| stage.level + 1).max().unwrap_or(0)
    }
}
