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
    /// More elements than memory can hold.
    TooLarge { span: Span, shape: Shape },
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

    /// Returns every node and where it stands, those it is made of first.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&ShapeNode, Span)> {
        self.nodes.iter().zip(self.spans.iter().copied())
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

    /// Returns what a subscript is applied to, and the subscript, if the shape is the result of one.
    pub(crate) fn subscript(&self, id: ShapeId) -> Option<(ShapeId, &[IndexItem])> {
        match *self.node(id) {
            ShapeNode::Indexed(of, index) => Some((of, self.index(index))),
            ShapeNode::Scalar
            | ShapeNode::Param(_)
            | ShapeNode::Broadcast(_)
            | ShapeNode::Reduced(..) => None,
        }
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

impl Shapes {
    /// Returns every shape, given those of the parameters.
    ///
    /// # Errors
    /// The first one that does not exist.
    pub(crate) fn infer(&self, params: &[&[usize]]) -> Result<Vec<Shape>, ShapeError> {
        let mut shapes: Vec<Shape> = Vec::with_capacity(self.nodes.len());
        for (node, &span) in self.nodes.iter().zip(&self.spans) {
            let shape = match node {
                ShapeNode::Scalar => Shape::new(),
                ShapeNode::Param(param) => Shape::from_slice(params[*param as usize]),
                ShapeNode::Broadcast(parts) => self.common(parts, &shapes, span)?,
                ShapeNode::Reduced(of, axes) => {
                    let of = &shapes[of.0 as usize];
                    let axes = self.axes(*axes);
                    let reduced = resolve(axes, of.len(), span)?;
                    left(of, reduced, axes.keepdims)
                }
                ShapeNode::Indexed(of, index) => {
                    let of = &shapes[of.0 as usize];
                    let places = places(self.index(*index), of.len(), span)?;
                    let len = |place: &Option<usize>| place.map_or(1, |axis| of[axis]);
                    places.iter().map(len).collect()
                }
            };
            shapes.push(shape);
        }
        Ok(shapes)
    }

    fn common(&self, parts: &[ShapeId], shapes: &[Shape], span: Span) -> Result<Shape, ShapeError> {
        let of = |id: &ShapeId| &shapes[id.0 as usize];
        let common = broadcast(parts.iter().map(|id| of(id).as_slice()));
        let common = common.ok_or_else(|| ShapeError::Broadcast {
            span,
            shapes: parts.iter().map(|id| of(id).clone()).collect(),
            spans: parts.iter().map(|&id| self.span(id)).collect(),
        })?;
        if is_too_large(&common) {
            return Err(ShapeError::TooLarge { span, shape: common });
        }
        Ok(common)
    }
}

/// Returns the common shape: trailing axes align, an axis of length 1 stretches. `None` if two differ.
pub(crate) fn broadcast<'a>(shapes: impl Iterator<Item = &'a [usize]>) -> Option<Shape> {
    let mut common = Shape::new();
    for shape in shapes {
        while common.len() < shape.len() {
            common.insert(0, 1);
        }
        let start = common.len() - shape.len();
        for (have, &len) in common[start..].iter_mut().zip(shape) {
            match (*have, len) {
                (have, len) if have == len => {}
                (1, len) => *have = len,
                (_, 1) => {}
                _ => return None, // tidy: numbers
            }
        }
    }
    Some(common)
}

/// Whether there are more elements than memory can hold, if each has 16 bytes. Lengths of zero do not make
/// the others harmless: what is left of a reduction has only those.
fn is_too_large(shape: &[usize]) -> bool {
    let product = |n: usize, &len: &usize| n.checked_mul(len.max(1));
    shape.iter().try_fold(16, product).is_none_or(|bytes| bytes > isize::MAX.cast_unsigned())
}

/// Returns which axes of this many a reduction removes, as a bit set; bit i is axis i.
pub(crate) fn resolve(axes: &Axes, ndim: usize, span: Span) -> Result<u64, ShapeError> {
    let Some(named) = &axes.axes else {
        return Ok(if ndim == 64 { u64::MAX } else { (1 << ndim) - 1 });
    };
    let mut set = 0_u64;
    for &axis in named {
        // A single value takes part as if it had one axis, as in NumPy.
        let count = i64::try_from(ndim.max(1)).expect("there are at most 64 axes");
        if !(-count..count).contains(&axis) {
            return Err(ShapeError::NoAxis { span, axis, ndim });
        }
        let bit = 1 << axis.rem_euclid(count);
        if set & bit != 0 {
            return Err(ShapeError::AxisTwice { span, axis });
        }
        set |= bit;
    }
    Ok(if ndim == 0 { 0 } else { set })
}

/// Returns the shape without the reduced axes, or with length 1 in their place.
pub(crate) fn left(shape: &[usize], reduced: u64, keepdims: bool) -> Shape {
    (shape.iter().enumerate())
        .filter_map(|(axis, &len)| match (reduced >> axis & 1 == 1, keepdims) {
            (false, _) => Some(len),
            (true, true) => Some(1),
            (true, false) => None,
        })
        .collect()
}

/// Returns for each axis of a subscript's result the axis of the operand that it is, `None` for a new one.
pub(crate) fn places(
    items: &[IndexItem],
    ndim: usize,
    span: Span,
) -> Result<Vec<Option<usize>>, ShapeError> {
    let given = items.iter().filter(|item| **item == IndexItem::Full).count();
    if given > ndim {
        return Err(ShapeError::TooManyIndices { span, given, ndim });
    }
    let mut spare = ndim - given;
    let mut axis = 0;
    let mut places = Vec::with_capacity(items.len() + spare);
    let mut take = |places: &mut Vec<Option<usize>>, count: usize| {
        places.extend((axis..axis + count).map(Some));
        axis += count;
    };
    for item in items {
        match item {
            IndexItem::Full => take(&mut places, 1),
            IndexItem::NewAxis => places.push(None),
            IndexItem::Ellipsis => take(&mut places, std::mem::take(&mut spare)),
        }
    }
    take(&mut places, spare);
    if places.len() > MAX_NDIM {
        return Err(ShapeError::TooManyAxes { span });
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(lens: &[usize]) -> Shape {
        Shape::from_slice(lens)
    }

    #[test]
    fn trailing_axes_align_and_ones_stretch() {
        let both = |a: &[usize], b: &[usize]| broadcast([a, b].into_iter());
        assert_eq!(both(&[3, 1], &[4]), Some(shape(&[3, 4])));
        assert_eq!(both(&[], &[2, 2]), Some(shape(&[2, 2])));
        assert_eq!(both(&[0], &[1]), Some(shape(&[0])));
        assert_eq!(both(&[0], &[7, 1]), Some(shape(&[7, 0])));
        assert_eq!(both(&[3], &[4]), None);
        assert_eq!(both(&[0], &[7]), None);
    }

    #[test]
    fn more_elements_than_memory_holds_are_no_shape() {
        let mut shapes = Shapes::default();
        let span = Span::default();
        let params = [0, 1].map(|param| shapes.push(ShapeNode::Param(param), span));
        shapes.broadcast(&params, span);
        let infer = |a: &[usize], b: &[usize]| shapes.infer(&[a, b]).map(|all| all[2].clone());
        assert_eq!(infer(&[1 << 29, 1], &[1 << 29]), Ok(shape(&[1 << 29, 1 << 29])));
        let too_large = |lens: &[usize]| Err(ShapeError::TooLarge { span, shape: shape(lens) });
        assert_eq!(infer(&[1 << 32, 1], &[1 << 32]), too_large(&[1 << 32, 1 << 32]));
        assert_eq!(infer(&[0, 1 << 32, 1], &[1 << 32]), too_large(&[0, 1 << 32, 1 << 32]));
    }

    #[test]
    fn axes_count_from_either_end() {
        let of = |axes: &[i64]| Axes { axes: Some(axes.into()), keepdims: false };
        let span = Span::default();
        assert_eq!(resolve(&of(&[0, -1]), 3, span), Ok(0b101));
        assert_eq!(resolve(&of(&[]), 3, span), Ok(0));
        assert_eq!(resolve(&Axes { axes: None, keepdims: true }, 64, span), Ok(u64::MAX));
        let missing = ShapeError::NoAxis { span, axis: 3, ndim: 3 };
        assert_eq!(resolve(&of(&[3]), 3, span), Err(missing));
        let twice = ShapeError::AxisTwice { span, axis: -1 };
        assert_eq!(resolve(&of(&[2, -1]), 3, span), Err(twice));
        assert_eq!(left(&[2, 3, 4], 0b101, false), shape(&[3]));
        assert_eq!(left(&[2, 3, 4], 0b101, true), shape(&[1, 3, 1]));
    }

    #[test]
    fn subscripts_insert_axes() {
        use IndexItem::{Ellipsis, Full, NewAxis};
        let of = |items: &[IndexItem], ndim| places(items, ndim, Span::default()).unwrap();
        assert_eq!(of(&[Full, NewAxis], 1), [Some(0), None]);
        assert_eq!(of(&[Full, NewAxis], 2), [Some(0), None, Some(1)]);
        assert_eq!(of(&[Ellipsis, NewAxis], 2), [Some(0), Some(1), None]);
        assert_eq!(of(&[NewAxis], 0), [None]);
        assert!(places(&[Full], 0, Span::default()).is_err());
    }

    #[test]
    fn shapes_follow_from_those_of_the_parameters() {
        let mut shapes = Shapes::default();
        let span = Span::default();
        let x = shapes.push(ShapeNode::Param(0), span);
        let y = shapes.push(ShapeNode::Param(1), span);
        let column = shapes.push_index(vec![IndexItem::Full, IndexItem::NewAxis]);
        let column = shapes.push(ShapeNode::Indexed(y, column), span);
        let both = shapes.broadcast(&[x, column, x], span);
        let axes =
            shapes.push_axes(Axes { axes: Some([0].into_iter().collect()), keepdims: false });
        let sums = shapes.push(ShapeNode::Reduced(both, axes), span);
        let inferred = shapes.infer(&[&[5], &[3]]).unwrap();
        assert_eq!(inferred[both.0 as usize], shape(&[3, 5]));
        assert_eq!(inferred[sums.0 as usize], shape(&[5]));
        assert!(matches!(shapes.infer(&[&[2, 5], &[3]]), Err(ShapeError::Broadcast { .. })));
    }
}
