//! Calls the fast forms of functions, for those who have chosen [`Math::Fast`](crate::ops::Math). Functions of `f32`
//! have none: they are shorter anyway.

use super::finish;
use crate::dtype::Prim;
use crate::ir::{Binary, Graph, GraphBuilder, Inst, Unary, Value};
use crate::math::{Op1, Op2};

pub(super) fn run(graph: &Graph) -> Graph {
    let mut builder = GraphBuilder::like(graph);
    let mut new: Vec<Value> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let inst = graph.inst(value).map_operands(|operand: Value| new[operand.index()]);
        let inst = match inst {
            _ if graph.prim(value) != Prim::F64 => inst,
            Inst::Unary(Unary::Call(func), x) if Op1::fast(func).is_some() => {
                Inst::Unary(Unary::Fast(func), x)
            }
            Inst::Binary(Binary::Call(func), x, y) if Op2::fast(func).is_some() => {
                Inst::Binary(Binary::Fast(func), x, y)
            }
            other => other, // tidy: everything else is as it is
        };
        new.push(builder.push(inst));
    }
    finish(builder, graph, |value| new[value.index()])
}
