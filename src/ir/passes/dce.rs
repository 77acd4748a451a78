//! Drops values that no output needs. The inputs of the graph stay: they are its signature.

use super::finish;
use crate::ir::{Graph, GraphBuilder, Value};

pub(super) fn run(graph: &Graph) -> Graph {
    let mut live = vec![false; graph.len()];
    for output in graph.outputs() {
        output.parts.values().into_iter().for_each(|value| live[value.index()] = true);
    }
    for value in graph.values().rev() {
        if live[value.index()] {
            graph.inst(value).for_each_operand(|operand| live[operand.index()] = true);
        }
    }
    let mut builder = GraphBuilder::like(graph);
    let mut new: Vec<Option<Value>> = vec![None; graph.len()];
    let find = |new: &[Option<Value>], value: Value| {
        new[value.index()].expect("operands of live values live")
    };
    for value in graph.values().filter(|value| live[value.index()]) {
        let inst = graph.inst(value).map_operands(|operand| find(&new, operand));
        new[value.index()] = Some(builder.push(inst));
    }
    finish(builder, graph, |value| find(&new, value))
}
