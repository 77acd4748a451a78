//! Loop nests: which axes a stage runs over, in which order, and where each operand lies along them.
//!
//! Axes of length 1 are dropped, the others ordered so that memory is walked as it lies, and neighbours
//! that every operand walks evenly become one. A contiguous array of any number of axes is then one loop,
//! and so is a transposed one beside its like. Pure: no pointers, offsets in bytes.

use smallvec::SmallVec;

use super::view::Strides;

/// Distances of each operand along one axis.
type PerOperand = SmallVec<[isize; 8]>;

/// Axes, the outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nest {
    pub(crate) axes: SmallVec<[Axis; 4]>,
    /// Where the first element of each operand lies, from its element at index zero: not zero where an
    /// axis is walked backwards.
    pub(crate) offsets: PerOperand,
}

/// One loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Axis {
    pub(crate) len: usize,
    pub(crate) strides: PerOperand,
    /// Which axis of the space it was (the outermost of those that became one).
    pub(crate) axis: usize,
}

/// In which order a nest runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As the elements are numbered, the last axis innermost: where the order shows in the result.
    Canonical,
    /// As memory lies.
    Memory,
}

impl Nest {
    /// Makes the nest of a space; each operand has a stride for every axis of it.
    pub(crate) fn new<'a>(
        lens: &[usize],
        operands: impl Iterator<Item = &'a Strides> + Clone,
        order: Order,
    ) -> Nest {
        let axes = (lens.iter().enumerate())
            .filter(|&(_, &len)| len != 1)
            .map(|(axis, &len)| {
                let strides = operands.clone().map(|strides| strides[axis]).collect();
                Axis { len, strides, axis }
            })
            .collect();
        let mut nest = Nest { axes, offsets: operands.map(|_| 0).collect() };
        if order == Order::Memory {
            nest.sort();
            nest.unflip();
        }
        nest.coalesce();
        nest
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.len).product()
    }

    /// Puts axes with small strides inside, as NumPy's iterator does: an insertion sort by the operands
    /// that move along both axes, the order as it is where they disagree.
    fn sort(&mut self) {
        // By position from the inside.
        self.axes.reverse();
        for from in 1..self.axes.len() {
            let mut to = from;
            for inner in (0..from).rev() {
                match goes_inside(&self.axes[from], &self.axes[inner]) {
                    Some(true) => to = inner,
                    Some(false) => break,
                    None => {}
                }
            }
            self.axes[to..=from].rotate_right(1);
        }
        self.axes.reverse();
    }

    /// Walks axes forwards along which no operand moves forwards.
    fn unflip(&mut self) {
        if self.len() == 0 {
            return; // Its strides may be anything.
        }
        for axis in &mut self.axes {
            let backwards = axis.strides.iter().all(|&stride| stride <= 0);
            if !backwards || axis.strides.iter().all(|&stride| stride == 0) {
                continue;
            }
            for (offset, stride) in self.offsets.iter_mut().zip(&mut axis.strides) {
                *offset += (axis.len - 1).cast_signed() * *stride;
                *stride = -*stride;
            }
        }
    }

    /// Makes one loop of two where every operand's outer step is its inner loop's whole way.
    fn coalesce(&mut self) {
        let mut at = 1;
        while at < self.axes.len() {
            let (outer, inner) = (&self.axes[at - 1], &self.axes[at]);
            let len = inner.len.cast_signed();
            let mut pairs = outer.strides.iter().zip(&inner.strides);
            if pairs.all(|(&outer, &inner)| inner.checked_mul(len) == Some(outer)) {
                let inner = self.axes.remove(at);
                let merged = &mut self.axes[at - 1];
                merged.len *= inner.len;
                merged.strides = inner.strides;
            } else {
                at += 1;
            }
        }
    }
}

/// Returns whether `axis` belongs inside `inner`; `None` if no operand moves along both.
fn goes_inside(axis: &Axis, inner: &Axis) -> Option<bool> {
    let mut verdict = None;
    for (&outside, &inside) in axis.strides.iter().zip(&inner.strides) {
        if outside == 0 || inside == 0 {
            continue;
        }
        if inside.unsigned_abs() <= outside.unsigned_abs() {
            verdict = Some(false);
        } else if verdict.is_none() {
            verdict = Some(true);
        }
    }
    verdict
}

/// Returns the strides of a fresh result in the layout that NumPy calls `K`: its axes nest as those of
/// the operands do.
pub(crate) fn keep_order<'a>(
    shape: &[usize],
    operands: impl Iterator<Item = &'a Strides> + Clone,
    size: usize,
) -> Strides {
    let axes = (0..shape.len())
        .map(|axis| Axis {
            len: shape[axis],
            strides: operands.clone().map(|strides| strides[axis]).collect(),
            axis,
        })
        .collect();
    let mut nest = Nest { axes, offsets: PerOperand::new() };
    nest.sort();
    let mut strides: Strides = SmallVec::from_elem(0, shape.len());
    let mut step = size.cast_signed();
    for axis in nest.axes.iter().rev() {
        strides[axis.axis] = step;
        step = step.wrapping_mul(axis.len.max(1).cast_signed());
    }
    strides
}

#[cfg(test)]
mod tests {
    use super::*;
    use smallvec::smallvec;

    fn nest(lens: &[usize], operands: &[&[isize]], order: Order) -> Vec<(usize, Vec<isize>)> {
        let strides: Vec<Strides> = operands.iter().map(|s| s.iter().copied().collect()).collect();
        let nest = Nest::new(lens, strides.iter(), order);
        nest.axes.iter().map(|axis| (axis.len, axis.strides.to_vec())).collect()
    }

    #[test]
    fn contiguous_axes_become_one() {
        assert_eq!(nest(&[2, 3, 4], &[&[96, 32, 8]], Order::Canonical), [(24, vec![8])]);
        assert_eq!(nest(&[2, 1, 4], &[&[32, 7, 8]], Order::Canonical), [(8, vec![8])]);
        assert_eq!(nest(&[1, 1], &[&[5, 5]], Order::Memory), []);
    }

    #[test]
    fn a_transposed_array_is_walked_as_it_lies() {
        let f_order: &[isize] = &[8, 24];
        assert_eq!(nest(&[3, 4], &[f_order], Order::Memory), [(12, vec![8])]);
        assert_eq!(nest(&[3, 4], &[f_order], Order::Canonical), [(3, vec![8]), (4, vec![24])]);
        assert_eq!(
            nest(&[3, 4], &[&[32, 8], f_order], Order::Memory),
            [(3, vec![32, 8]), (4, vec![8, 24])],
        );
    }

    #[test]
    fn broadcast_axes_are_loops_of_their_own() {
        assert_eq!(
            nest(&[3, 4], &[&[32, 8], &[0, 8]], Order::Memory),
            [(3, vec![32, 0]), (4, vec![8, 8])],
        );
        assert_eq!(nest(&[3, 4], &[&[0, 0]], Order::Memory), [(12, vec![0])]);
    }

    #[test]
    fn backward_axes_are_walked_forwards() {
        let strides: Strides = smallvec![-8];
        let nest = Nest::new(&[4], [&strides].into_iter(), Order::Memory);
        assert_eq!((nest.offsets[0], nest.axes[0].strides[0]), (-24, 8));
    }

    #[test]
    fn results_keep_the_order_of_the_operands() {
        let of = |shape: &[usize], operands: &[&[isize]]| {
            let strides: Vec<Strides> =
                operands.iter().map(|s| s.iter().copied().collect()).collect();
            keep_order(shape, strides.iter(), 8).to_vec()
        };
        assert_eq!(of(&[3, 4], &[&[32, 8]]), [32, 8]);
        assert_eq!(of(&[3, 4], &[&[8, 24]]), [8, 24]);
        assert_eq!(of(&[3, 4], &[&[32, 8], &[8, 24]]), [32, 8]);
        assert_eq!(of(&[2, 3, 4], &[&[8, 64, 16]]), [8, 64, 16]);
        assert_eq!(of(&[3, 4], &[&[-32, -8]]), [32, 8]);
        assert_eq!(of(&[3, 4], &[]), [32, 8]);
    }
}
