//! Along which axes values vary: what a plan knows of shapes.
//!
//! Lengths are not known when a plan is made, only how many axes there are and which have length 1, so
//! that one plan serves arrays of all lengths. Axes are numbered from the last one, since those align.

use smallvec::{SmallVec, smallvec};

use crate::diag::Span;
use crate::ir::shape::{ShapeError, ShapeId, ShapeNode, Shapes, places, resolve};
use crate::ops::{Axes, IndexItem};

/// The number of axes, and those whose length is not 1: bit i is axis i from the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Pattern {
    pub(crate) ndim: u8,
    pub(crate) varying: u64,
}

impl Pattern {
    pub(crate) fn of(shape: &[usize]) -> Pattern {
        let bit = |(axis, &len): (usize, &usize)| u64::from(len != 1) << axis;
        Pattern {
            ndim: u8::try_from(shape.len()).expect("arrays have at most 64 axes"),
            varying: shape.iter().rev().enumerate().map(bit).sum(),
        }
    }

    /// The pattern of arrays of this many axes, none of length 1.
    pub(crate) fn full(ndim: u8) -> Pattern {
        Pattern { ndim, varying: if ndim == 64 { u64::MAX } else { (1 << ndim) - 1 } }
    }

    /// Returns whether there is only one element.
    pub(crate) fn is_single(self) -> bool {
        self.varying == 0
    }

    pub(super) fn broadcast(self, other: Pattern) -> Pattern {
        Pattern { ndim: self.ndim.max(other.ndim), varying: self.varying | other.varying }
    }

    /// What is left after a reduction.
    pub(super) fn reduced(self, axes: &Axes, span: Span) -> Result<Pattern, ShapeError> {
        let removed = self.removed(axes, span)?;
        if axes.keepdims {
            return Ok(Pattern { ndim: self.ndim, varying: self.varying & !removed });
        }
        let mut left = Pattern::default();
        for axis in (0..self.ndim).filter(|axis| removed >> axis & 1 == 0) {
            left.varying |= (self.varying >> axis & 1) << left.ndim;
            left.ndim += 1;
        }
        Ok(left)
    }

    /// Returns the axes that a reduction removes, numbered from the last.
    pub(super) fn removed(self, axes: &Axes, span: Span) -> Result<u64, ShapeError> {
        let from_front = resolve(axes, self.ndim.into(), span)?;
        if self.ndim == 0 {
            return Ok(0);
        }
        Ok(from_front.reverse_bits() >> (64 - self.ndim))
    }

    /// What a subscript makes of it, and for each axis of the operand the one it becomes.
    pub(super) fn indexed(
        self,
        items: &[IndexItem],
        span: Span,
    ) -> Result<(Pattern, Placement), ShapeError> {
        let places = places(items, self.ndim.into(), span)?;
        let mut axes: Placement = smallvec![0; self.ndim.into()];
        let mut result = Pattern { ndim: narrow(places.len()), varying: 0 };
        for (axis, place) in places.iter().rev().enumerate() {
            if let Some(front) = place {
                let own = usize::from(self.ndim) - 1 - front;
                axes[own] = narrow(axis);
                result.varying |= (self.varying >> own & 1) << axis;
            }
        }
        Ok((result, axes))
    }
}

fn narrow(axis: usize) -> u8 {
    u8::try_from(axis).expect("arrays have at most 64 axes")
}

/// For each axis of a value, from the last, the axis of the space it runs along. Axes beyond the end are
/// where they are: the empty placement moves nothing.
pub(crate) type Placement = SmallVec<[u8; 4]>;

/// Returns where an axis of a value runs.
pub(crate) fn placed(placement: &[u8], axis: u8) -> u8 {
    placement.get(usize::from(axis)).copied().unwrap_or(axis)
}

/// Returns the axes along which a value varies, in the numbering of the space.
pub(super) fn placed_set(placement: &[u8], pattern: Pattern) -> u64 {
    (0..pattern.ndim)
        .filter(|axis| pattern.varying >> axis & 1 == 1)
        .map(|axis| 1 << placed(placement, axis))
        .fold(0, |set, bit: u64| set | bit)
}

/// Returns the patterns of all shapes, given those of the parameters.
pub(super) fn infer(shapes: &Shapes, params: &[Pattern]) -> Result<Vec<Pattern>, ShapeError> {
    let mut patterns: Vec<Pattern> = Vec::with_capacity(shapes.len());
    for (node, span) in shapes.nodes() {
        let of = |id: ShapeId| patterns[id.0 as usize];
        patterns.push(match node {
            ShapeNode::Scalar => Pattern::default(),
            ShapeNode::Param(param) => params[*param as usize],
            ShapeNode::Broadcast(parts) => {
                parts.iter().map(|&part| of(part)).fold(Pattern::default(), Pattern::broadcast)
            }
            ShapeNode::Reduced(shape, axes) => of(*shape).reduced(shapes.axes(*axes), span)?,
            ShapeNode::Indexed(shape, index) => of(*shape).indexed(shapes.index(*index), span)?.0,
        });
    }
    Ok(patterns)
}

/// Returns for each shape the first one that is the same for all parameters of these patterns: what
/// broadcasts without stretching is of one shape.
///
/// That lengths agree is checked by every run, since the broadcast is among the shapes it infers.
pub(super) fn same(shapes: &Shapes, patterns: &[Pattern]) -> Vec<ShapeId> {
    let number = |at: usize| ShapeId(u32::try_from(at).expect("there are fewer than nodes"));
    let mut first: Vec<usize> = (0..patterns.len()).collect();
    for (at, (node, _)) in shapes.nodes().enumerate() {
        let ShapeNode::Broadcast(parts) = node else { continue };
        for part in parts {
            let part = part.0 as usize;
            if patterns[part] == patterns[at] {
                let (one, other) = (first[part], first[at]);
                let least = one.min(other);
                for known in &mut first[..=at] {
                    if *known == one || *known == other {
                        *known = least;
                    }
                }
            }
        }
    }
    first.into_iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reductions_close_the_ranks() {
        let axes = |list: &[i64], keepdims| Axes { axes: Some(list.into()), keepdims };
        let pattern = Pattern::of(&[2, 1, 4]);
        assert_eq!(pattern, Pattern { ndim: 3, varying: 0b101 });
        let span = Span::default();
        assert_eq!(pattern.reduced(&axes(&[0], false), span), Ok(Pattern::of(&[1, 4])));
        assert_eq!(pattern.reduced(&axes(&[-1], false), span), Ok(Pattern::of(&[2, 1])));
        assert_eq!(pattern.reduced(&axes(&[0, 2], true), span), Ok(Pattern::of(&[1, 1, 1])));
        assert!(pattern.reduced(&axes(&[3], false), span).is_err());
        assert_eq!(pattern.removed(&axes(&[0], false), span), Ok(0b100));
    }

    #[test]
    fn what_does_not_stretch_is_of_one_shape() {
        let mut shapes = Shapes::default();
        let span = Span::default();
        let params: Vec<ShapeId> = (0..3).map(|p| shapes.push(ShapeNode::Param(p), span)).collect();
        let both = shapes.broadcast(&params[1..], span);
        let all = shapes.broadcast(&params, span);
        let columns = [Pattern::full(1); 3];
        let of = |params: &[Pattern]| {
            same(&shapes, &infer(&shapes, params).expect("there are no axes to name"))
        };
        assert_eq!(of(&columns), [params[0]; 5]);
        let mut mixed = columns;
        mixed[0] = Pattern::full(2);
        assert_eq!(of(&mixed), [params[0], params[1], params[1], params[1], params[0]]);
        assert_eq!((both.0, all.0), (3, 4));
    }

    #[test]
    fn subscripts_move_axes() {
        use IndexItem::{Full, NewAxis};
        let (pattern, axes) =
            Pattern::of(&[5]).indexed(&[Full, NewAxis], Span::default()).expect("it has an axis");
        assert_eq!(pattern, Pattern::of(&[5, 1]));
        assert_eq!(axes[..], [1]);
        assert_eq!(placed_set(&axes, Pattern::of(&[5])), 0b10);
    }
}
