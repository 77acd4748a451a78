//! The passes that make a graph cheaper to run, in one list: [`PIPELINE`].
//!
//! A pass is a function from graph to graph. Most are a set of local rules: [`rewrite`] rebuilds the
//! graph in order and offers every instruction, its operands already rewritten, to the rules. Each of
//! these passes applies the rules of the passes before it as well, so what one has established a
//! later one never undoes, and running the pipeline twice changes nothing more.
//!
//! Every rule keeps every bit of every result, except the sign and payload of NaNs (which are
//! unspecified) and, in `powers`, what its documentation bounds.

mod canonicalize;
mod dce;
mod fast;
mod powers;
mod simplify;
mod strength;

#[cfg(test)]
mod tests;

use super::{Binary, Graph, GraphBuilder, Inst, Output, Unary, Value};
use crate::dtype::{Prim, Scalar};
use crate::math::Math;

/// A step of the pipeline.
pub(crate) struct Pass {
    /// What `explain` calls it.
    pub(crate) name: &'static str,
    pub(crate) run: fn(&Graph) -> Graph,
}

/// Every pass, in the order in which they run.
pub(crate) const PIPELINE: &[Pass] = &[
    Pass { name: "canonicalize", run: canonicalize::run },
    Pass { name: "simplify", run: simplify::run },
    Pass { name: "powers", run: powers::run },
    Pass { name: "strength", run: strength::run },
    Pass { name: "dce", run: dce::run },
];

/// Runs the pipeline; `trace` sees the graph after each pass.
pub(crate) fn run(graph: &Graph, math: Math, mut trace: impl FnMut(&'static str, &Graph)) -> Graph {
    let mut graph = graph.clone();
    for pass in PIPELINE {
        graph = (pass.run)(&graph);
        trace(pass.name, &graph);
    }
    if math == Math::Fast {
        graph = fast::run(&graph);
        trace("fast", &graph);
    }
    graph
}

/// A local rule: returns the value to use in place of an instruction, or `None` to leave it.
///
/// A rule that fires must return something that no rule turns back, and must read nothing but the
/// instruction and what its operands are made of.
type Rule = fn(&mut Rewriter, Inst) -> Option<Value>;

/// The rules of `canonicalize`, then those of each later pass.
const RULES: [Rule; 4] = [canonicalize::rule, simplify::rule, powers::rule, strength::rule];

/// A graph under construction whose instructions go through rules.
struct Rewriter {
    builder: GraphBuilder,
    rules: &'static [Rule],
}

impl Rewriter {
    /// Returns the value of an instruction after the rules.
    fn push(&mut self, inst: Inst) -> Value {
        if let Some(scalar) = self.builder.fold(inst) {
            return self.builder.constant(scalar);
        }
        for rule in self.rules {
            if let Some(value) = rule(self, inst) {
                return value;
            }
        }
        self.builder.push(inst)
    }

    fn constant(&mut self, scalar: impl Into<Scalar>) -> Value {
        self.builder.constant(scalar)
    }

    fn unary(&mut self, op: Unary, x: Value) -> Value {
        self.push(Inst::Unary(op, x))
    }

    fn binary(&mut self, op: Binary, x: Value, y: Value) -> Value {
        self.push(Inst::Binary(op, x, y))
    }

    fn select(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        self.push(Inst::Select(condition, then, otherwise))
    }

    fn prim(&self, value: Value) -> Prim {
        self.builder.prim(value)
    }

    fn inst(&self, value: Value) -> Inst {
        *self.builder.inst(value)
    }

    /// Returns the constant that the value is, if it is one.
    fn as_constant(&self, value: Value) -> Option<Scalar> {
        self.builder.as_constant(value)
    }

    /// Returns the integer constant that the value is, if it is one.
    fn as_int(&self, value: Value) -> Option<i128> {
        self.as_constant(value)?.to_int()
    }

    /// Returns whether the value is an integer constant with all bits set: -1, or the largest if it is
    /// unsigned.
    fn is_all_ones(&self, value: Value) -> bool {
        self.as_constant(value)
            .is_some_and(|c| c.prim().is_int() && c.to_bits() == u64::MAX >> (64 - bits(c.prim())))
    }
}

/// Returns the width of an integer.
fn bits(prim: Prim) -> u32 {
    8 * u32::try_from(prim.size()).expect("a few bytes")
}

/// Rebuilds a graph with the first `count` rules.
fn rewrite(graph: &Graph, count: usize) -> Graph {
    let mut rewriter = Rewriter { builder: GraphBuilder::like(graph), rules: &RULES[..count] };
    let mut new = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let inst = graph.inst(value).map_operands(|operand: Value| new[operand.index()]);
        let replacement = rewriter.push(inst);
        debug_assert_eq!(rewriter.builder.prim(replacement), graph.prim(value), "{value}\n{graph}");
        new.push(replacement);
    }
    finish(rewriter.builder, graph, |value| new[value.index()])
}

/// Finishes a graph with the outputs of another.
fn finish(builder: GraphBuilder, graph: &Graph, mut new: impl FnMut(Value) -> Value) -> Graph {
    let outputs = graph.outputs().iter();
    let outputs = outputs.map(|out| Output { parts: out.parts.map(&mut new), ..out.clone() });
    builder.finish(outputs.collect())
}
