//! What is known of the shapes of results before a run.

use super::kernel::Kernel;
use crate::ir::shape::{ShapeId, ShapeNode};
use crate::ir::{self, Graph};

impl Kernel {
    /// Returns whether the (first) result is a single value even when all inputs are arrays: a reduction
    /// of all axes, or an expression of constants.
    pub fn is_scalar(&self) -> bool {
        is_single_shape(self.graph(), self.graph().outputs()[0].shape)
    }

    /// Returns whether an element of a result depends on one element of each input, and the shape of every
    /// result is that to which the inputs broadcast.
    pub fn is_elementwise(&self) -> bool {
        let shapes = self.graph().shapes();
        // For each shape which parameters it is made of, if it is made of nothing else.
        let mut made_of: Vec<Option<Vec<bool>>> = Vec::with_capacity(shapes.len());
        for (node, _) in shapes.nodes() {
            let mut params = vec![false; self.compiled_inputs().len()];
            let is_plain = match node {
                ShapeNode::Scalar => true,
                ShapeNode::Param(param) => {
                    params[*param as usize] = true;
                    true
                }
                ShapeNode::Broadcast(parts) => parts.iter().all(|part| {
                    let Some(part) = &made_of[part.0 as usize] else { return false };
                    params.iter_mut().zip(part).for_each(|(all, part)| *all |= part);
                    true
                }),
                ShapeNode::Indexed(..) | ShapeNode::Reduced(..) => false,
            };
            made_of.push(is_plain.then_some(params));
        }
        let every = |params: &Vec<bool>| {
            params.iter().zip(self.compiled_inputs()).all(|(is_in, input)| *is_in || input.single)
        };
        let is_whole =
            |output: &ir::Output| made_of[output.shape.0 as usize].as_ref().is_some_and(every);
        made_of.iter().all(Option::is_some) && self.graph().outputs().iter().all(is_whole)
    }
}

/// Whether a shape has no axes whatever the parameters are.
fn is_single_shape(graph: &Graph, shape: ShapeId) -> bool {
    let shapes = graph.shapes();
    let mut single: Vec<bool> = Vec::with_capacity(shapes.len());
    for (node, _) in shapes.nodes() {
        single.push(match node {
            ShapeNode::Scalar => true,
            ShapeNode::Param(_) | ShapeNode::Indexed(..) => false,
            ShapeNode::Broadcast(parts) => parts.iter().all(|part| single[part.0 as usize]),
            ShapeNode::Reduced(_, axes) => {
                let axes = shapes.axes(*axes);
                axes.axes.is_none() && !axes.keepdims
            }
        });
    }
    single[shape.0 as usize]
}
