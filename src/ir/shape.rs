//! Shapes as expressions.
//!
//! Values say what is computed, shapes over what: the passes may drop an input from the values
//! (`a*0 + b` reads only `b` in integers), but never from the shape of a result. A [`Shapes`] holds, for
//! each result and reduction of a program, how its shape follows from the shapes of the parameters.
//! Lengths are known when a kernel runs, so [`Shapes::infer`] is part of every run.

use smallvec::SmallVec;

use crate::diag::Span;
use crate::ops::{Axes, IndexItem};

/// Lengths of axes, the outermost first.
pub(crate) type Shape = SmallVec<[usize; 4]>;

/// Index of a shape in its [`Shapes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ShapeId(pub(crate) u32);

/// Index of a set of axes in its [`Shapes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AxesId(pub(crate) u32);

/// Index of a subscript in its [`Shapes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct IndexId(pub(crate) u32);

/// How a shape follows from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShapeNode {
    /// No axes: a single value.
    Scalar,
    /// That of a parameter.
    Param(u32),
    /// The common shape of all: trailing axes align, an axis of length 1 stretches.
    Broadcast(SmallVec<[ShapeId; 4]>),
    /// What is left after a reduction.
    Reduced(ShapeId, AxesId),
    /// What a subscript makes of it.
    Indexed(ShapeId, IndexId),
}

/// The shapes of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes {
    nodes: Vec<ShapeNode>,
    /// Where in the text each one comes from.
    spans: Vec<Span>,
    axes: Vec<Axes>,
    indices: Vec<Vec<IndexItem>>,
}

/// Why shapes do not fit, and the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShapeError {
    /// `shapes` are of the operands of a broadcast that do not fit each other.
    Broadcast { span: Span, shapes: Vec<Shape>, spans: Vec<Span> },
    /// There is no such axis in this many dimensions.
    NoAxis { span: Span, axis: i64, ndim: usize },
    /// An axis is named twice.
    AxisTwice { span: Span, axis: i64 },
    /// A subscript has more entries than there are axes.
    TooManyIndices { span: Span, given: usize, ndim: usize },
    /// More than [`MAX_NDIM`] axes.
    TooManyAxes { span: Span },
}

/// As many axes as NumPy has.
pub(crate) const MAX_NDIM: usize = 64;

impl Shapes {
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: ShapeId) -> &ShapeNode {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn span(&self, id: ShapeId) -> Span {
        self.spans[id.0 as usize]
    }

    pub(crate) fn axes(&self, id: AxesId) -> &Axes {
        &self.axes[id.0 as usize]
    }

    pub(crate) fn index(&self, id: IndexId) -> &[IndexItem] {
        &self.indices[id.0 as usize]
    }

    /// Returns whether there is such a shape.
    pub(crate) fn has(&self, id: ShapeId) -> bool {
        (id.0 as usize) < self.nodes.len()
    }

    /// Returns whether there is such a set of axes.
    pub(crate) fn has_axes(&self, id: AxesId) -> bool {
        (id.0 as usize) < self.axes.len()
    }

    /// Returns whether there is such a subscript.
    pub(crate) fn has_index(&self, id: IndexId) -> bool {
        (id.0 as usize) < self.indices.len()
    }

    /// Returns the shape that this node describes; equal nodes are one shape. `span` is where it stands.
    pub(crate) fn push(&mut self, node: ShapeNode, span: Span) -> ShapeId {
        let at = self.nodes.iter().rposition(|known| *known == node).unwrap_or_else(|| {
            self.nodes.push(node);
            self.spans.push(span);
            self.nodes.len() - 1
        });
        ShapeId(u32::try_from(at).expect("node limits keep it small"))
    }

    /// Returns the common shape of several.
    pub(crate) fn broadcast(&mut self, shapes: &[ShapeId], span: Span) -> ShapeId {
        let mut all: SmallVec<[ShapeId; 4]> = SmallVec::new();
        for &shape in shapes {
            if *self.node(shape) != ShapeNode::Scalar && !all.contains(&shape) {
                all.push(shape);
            }
        }
        match all[..] {
            [] => self.push(ShapeNode::Scalar, span),
            [one] => one,
            _ => self.push(ShapeNode::Broadcast(all), span), // tidy: two or more
        }
    }

    pub(crate) fn push_axes(&mut self, axes: Axes) -> AxesId {
        let at = self.axes.iter().position(|known| *known == axes).unwrap_or_else(|| {
            self.axes.push(axes);
            self.axes.len() - 1
        });
        AxesId(u32::try_from(at).expect("node limits keep it small"))
    }

    pub(crate) fn push_index(&mut self, items: Vec<IndexItem>) -> IndexId {
        let at = self.indices.iter().position(|known| *known == items).unwrap_or_else(|| {
            self.indices.push(items);
            self.indices.len() - 1
        });
        IndexId(u32::try_from(at).expect("node limits keep it small"))
    }
}
