//! Reductions of tiles: what a loop has stored is combined in the order that `ir::interp` defines.
//!
//! The elements of one result are numbered; block, lane and tree follow from the number alone
//! ([`REDUCE_BLOCK`], [`REDUCE_LANES`]), so it makes no difference whether the elements come one after
//! the other ([`Folder::rows`]) or one of each result at a time ([`Folder::columns`]), nor how they are
//! spread over threads, as long as a thread takes whole chunks of [`REDUCE_CHUNK`](super::reduce).
#![expect(unsafe_code, reason = "reads the tiles that kernels have written")]

mod complex;
mod number;

use std::any;

use self::complex::{ComplexExtreme, ComplexPosition, ComplexProd};
pub(super) use self::number::Number;
use self::number::{All, Any, Max, Min, Position, Prod, Sum};
use super::plan::{FoldOp, PairOp};
use crate::dtype::{Prim, each_prim};
use crate::ir::Reduce;
use crate::ir::interp::{REDUCE_BLOCK, REDUCE_LANES};

/// What a reduction carries along.
trait Accumulate: Send + 'static {
    /// The state, which is also the partial result.
    type State: Copy + Send;

    /// The state before any element.
    fn identity() -> Self::State;

    /// The state of one element: number `at` of the tiles, number `index` of its sequence.
    ///
    /// # Safety
    /// The tiles have more than `at` elements.
    unsafe fn lift(tiles: Tiles, at: usize, index: i64) -> Self::State;

    fn combine(x: Self::State, y: Self::State) -> Self::State;

    /// The partial result of a block of elements; element `start` of the tiles is number `index`.
    ///
    /// # Safety
    /// The tiles have at least `end` elements.
    #[inline(always)]
    unsafe fn block(tiles: Tiles, (start, end): (usize, usize), index: usize) -> Self::State {
        let mut lanes = [Self::identity(); REDUCE_LANES];
        let number = |at: usize| (index + at - start).cast_signed() as i64;
        let whole = start + (end - start) / REDUCE_LANES * REDUCE_LANES;
        for group in (start..whole).step_by(REDUCE_LANES) {
            for (lane, state) in lanes.iter_mut().enumerate() {
                let at = group + lane;
                // SAFETY: `at` is below `end`.
                *state = Self::combine(*state, unsafe { Self::lift(tiles, at, number(at)) });
            }
        }
        for at in whole..end {
            let state = &mut lanes[at - whole];
            // SAFETY: as above.
            *state = Self::combine(*state, unsafe { Self::lift(tiles, at, number(at)) });
        }
        for stride in [4, 2, 1] {
            for lane in 0..stride {
                lanes[lane] = Self::combine(lanes[lane], lanes[lane + stride]);
            }
        }
        lanes[0]
    }

    /// Writes part `part` of the result as element `at`.
    ///
    /// # Safety
    /// `out` has room for more than `at` elements of the part's prim.
    unsafe fn write(state: Self::State, part: usize, out: *mut u8, at: usize);
}

/// The tiles of the operands: one, or the two parts of complex numbers.
pub(crate) type Tiles = [*const u8; 2];

/// A reduction on its way: results that are finished, and the one or ones that are not.
pub(crate) trait Folder: Send {
    /// Takes the next `n` elements of the sequence; the first is number `index` of it.
    ///
    /// # Safety
    /// The tiles hold `n` elements. `n` is a multiple of the block, or the sequence ends with it.
    unsafe fn rows(&mut self, tiles: Tiles, n: usize, index: usize);

    /// Ends the sequence; its result is the next one.
    fn end_row(&mut self);

    /// Takes the elements with number `index` of `n` sequences side by side.
    ///
    /// # Safety
    /// The tiles hold more than `at + n` elements, `n` of them from `at` on for this call.
    unsafe fn columns(&mut self, tiles: Tiles, at: usize, n: usize, index: usize);

    /// Ends the sequences side by side; their results are the next ones. There are `n`, also where none
    /// has had an element.
    fn end_columns(&mut self, n: usize);

    /// Combines each result with that of the elements that come next.
    fn absorb(&mut self, later: Box<dyn Folder>);

    /// Writes the results, from `at` on, to the parts that are wanted.
    ///
    /// # Safety
    /// The outputs have room.
    unsafe fn write(&self, outs: [Option<*mut u8>; 2], at: usize);

    fn as_any(self: Box<Self>) -> Box<dyn any::Any>;
}

struct Sequences<A: Accumulate> {
    results: Vec<A::State>,
    /// Partial results of the sequence that is being read: `(blocks, state)`, the counts falling powers
    /// of two.
    tree: Vec<(usize, A::State)>,
    /// As `tree`, for sequences side by side.
    trees: Vec<(usize, Vec<A::State>)>,
    /// The lanes of the current block of sequences side by side.
    lanes: Vec<Vec<A::State>>,
    /// Elements in that block.
    filled: usize,
}

impl<A: Accumulate> Default for Sequences<A> {
    fn default() -> Self {
        Sequences {
            results: Vec::new(),
            tree: Vec::new(),
            trees: Vec::new(),
            lanes: Vec::new(),
            filled: 0,
        }
    }
}

impl<A: Accumulate> Sequences<A> {
    fn end_block(&mut self) {
        for stride in [4, 2, 1] {
            let (low, high) = self.lanes.split_at_mut(stride);
            for (x, y) in low.iter_mut().zip(high) {
                x.iter_mut().zip(y).for_each(|(x, y)| *x = A::combine(*x, *y));
            }
        }
        let mut blocks = 1;
        let mut states = std::mem::take(&mut self.lanes[0]);
        while self.trees.last().is_some_and(|(count, _)| *count == blocks) {
            let (_, mut earlier) = self.trees.pop().expect("just looked at");
            earlier.iter_mut().zip(&states).for_each(|(x, y)| *x = A::combine(*x, *y));
            states = earlier;
            blocks *= 2;
        }
        self.trees.push((blocks, states));
        self.lanes.clear();
        self.filled = 0;
    }
}

impl<A: Accumulate> Folder for Sequences<A> {
    unsafe fn rows(&mut self, tiles: Tiles, n: usize, index: usize) {
        for start in (0..n).step_by(REDUCE_BLOCK) {
            let end = n.min(start + REDUCE_BLOCK);
            // SAFETY: `end` is at most `n`.
            let state = unsafe { A::block(tiles, (start, end), index + start) };
            let (mut blocks, mut state) = (1, state);
            while let Some(&(count, earlier)) = self.tree.last()
                && count == blocks
            {
                self.tree.pop();
                state = A::combine(earlier, state);
                blocks *= 2;
            }
            self.tree.push((blocks, state));
        }
    }

    fn end_row(&mut self) {
        let mut state = None;
        while let Some((_, earlier)) = self.tree.pop() {
            state = Some(state.map_or(earlier, |later| A::combine(earlier, later)));
        }
        self.results.push(state.unwrap_or_else(A::identity));
    }

    unsafe fn columns(&mut self, tiles: Tiles, at: usize, n: usize, index: usize) {
        let lane = self.filled % REDUCE_LANES;
        if self.lanes.is_empty() {
            self.lanes = vec![vec![A::identity(); n]; REDUCE_LANES];
        }
        let number = index.cast_signed() as i64;
        for (column, state) in self.lanes[lane].iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            *state = A::combine(*state, unsafe { A::lift(tiles, at + column, number) });
        }
        self.filled += 1;
        if self.filled == REDUCE_BLOCK {
            self.end_block();
        }
    }

    fn end_columns(&mut self, n: usize) {
        if self.filled > 0 {
            self.end_block();
        }
        let mut states: Option<Vec<A::State>> = None;
        while let Some((_, mut earlier)) = self.trees.pop() {
            if let Some(later) = states {
                earlier.iter_mut().zip(&later).for_each(|(x, y)| *x = A::combine(*x, *y));
            }
            states = Some(earlier);
        }
        self.results.extend(states.unwrap_or_else(|| vec![A::identity(); n]));
    }

    fn absorb(&mut self, later: Box<dyn Folder>) {
        let later = later.as_any().downcast::<Sequences<A>>();
        let later = later.expect("folders of one reduction are of one type");
        let pairs = self.results.iter_mut().zip(&later.results);
        pairs.for_each(|(x, y)| *x = A::combine(*x, *y));
    }

    unsafe fn write(&self, outs: [Option<*mut u8>; 2], at: usize) {
        for (part, out) in outs.iter().enumerate() {
            let Some(out) = *out else { continue };
            for (offset, &state) in self.results.iter().enumerate() {
                // SAFETY: the caller's promise.
                unsafe { A::write(state, part, out, at + offset) };
            }
        }
    }

    fn as_any(self: Box<Self>) -> Box<dyn any::Any> {
        self
    }
}

fn boxed<A: Accumulate>() -> Box<dyn Folder> {
    Box::new(Sequences::<A>::default())
}

/// Starts a reduction of elements of a prim.
pub(crate) fn folder(op: FoldOp, prim: Prim) -> Box<dyn Folder> {
    match op {
        FoldOp::One(op) => each_prim!(prim, T => match op {
            Reduce::Sum => boxed::<Sum<T>>(),
            Reduce::Prod => boxed::<Prod<T>>(),
            Reduce::Min => boxed::<Min<T>>(),
            Reduce::Max => boxed::<Max<T>>(),
            Reduce::Any => boxed::<Any<T>>(),
            Reduce::All => boxed::<All<T>>(),
            Reduce::ArgMin => boxed::<Position<T, false>>(),
            Reduce::ArgMax => boxed::<Position<T, true>>(),
        }),
        FoldOp::Pair(op) => match prim {
            Prim::F32 => pair_folder_f32(op),
            Prim::F64 => pair_folder_f64(op),
            Prim::Bool
            | Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => unreachable!("the verifier wants pairs of floats"),
        },
    }
}

macro_rules! pair_folder {
    ($name:ident, $type:ty) => {
        fn $name(op: PairOp) -> Box<dyn Folder> {
            match op {
                PairOp::Prod => boxed::<ComplexProd<$type>>(),
                PairOp::Min => boxed::<ComplexExtreme<$type, false>>(),
                PairOp::Max => boxed::<ComplexExtreme<$type, true>>(),
                PairOp::ArgMin => boxed::<ComplexPosition<$type, false>>(),
                PairOp::ArgMax => boxed::<ComplexPosition<$type, true>>(),
            }
        }
    };
}

pair_folder!(pair_folder_f32, f32);
pair_folder!(pair_folder_f64, f64);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Primitive;
    use crate::ir::{eval, interp};

    fn check<T: Number>(elements: &[T]) {
        for &x in elements {
            for &y in elements {
                let want = |op| eval::combine(op, x.to_scalar(), y.to_scalar());
                let same = |op, got: T| {
                    let want = T::from_scalar(want(op)).expect("a reduction keeps the prim");
                    let both_nan =
                        got.partial_cmp(&got).is_none() && want.partial_cmp(&want).is_none();
                    assert!(both_nan || got.to_scalar() == want.to_scalar(), "{op:?} {x:?} {y:?}");
                };
                if T::PRIM != Prim::Bool {
                    same(Reduce::Sum, x.sum(y));
                    same(Reduce::Prod, x.product(y));
                }
                same(Reduce::Min, x.least(y));
                same(Reduce::Max, x.greatest(y));
            }
        }
    }

    #[test]
    fn the_operations_are_those_of_the_interpreter() {
        check(&[false, true]);
        check(&[i8::MIN, -1, 0, 1, i8::MAX]);
        check(&[i64::MIN, -1, 0, 1, i64::MAX]);
        check(&[0, 1, u64::MAX]);
        let floats = [f64::NAN, f64::NEG_INFINITY, -1.5, -0.0, 0.0, 5e-324, f64::INFINITY];
        check(&floats);
        check(&floats.map(|x| x as f32));
    }

    /// Columns of `n` elements each, reduced side by side and one after the other.
    fn both_ways(op: Reduce, n: usize) {
        let columns = 3;
        let element =
            |row: usize, column: usize| ((row * 7 + column * 13) % 101) as f64 * 0.1 - 3.0;
        let mut side = folder(FoldOp::One(op), Prim::F64);
        for row in 0..n {
            let tile: Vec<f64> = (0..columns).map(|column| element(row, column)).collect();
            let tile = tile.as_ptr().cast();
            // SAFETY: the tile has as many elements as there are columns.
            unsafe { side.columns([tile; 2], 0, columns, row) };
        }
        side.end_columns(columns);
        let mut after = folder(FoldOp::One(op), Prim::F64);
        for column in 0..columns {
            let tile: Vec<f64> = (0..n).map(|row| element(row, column)).collect();
            // SAFETY: the tile has `n` elements.
            unsafe { after.rows([tile.as_ptr().cast(); 2], n, 0) };
            after.end_row();
            if matches!(op, Reduce::Sum) {
                let mut blocks: Vec<_> = (tile.chunks(REDUCE_BLOCK))
                    .map(|block| block.iter().map(|x| x.to_scalar()))
                    .map(|block| interp::reduce_block(op, Prim::F64, block))
                    .collect();
                let want = interp::combine_tree(&mut blocks, |x, y| eval::combine(op, x, y));
                let mut got = [0.0; 3];
                // SAFETY: there are at most three results so far.
                unsafe { after.write([Some(got.as_mut_ptr().cast()), None], 0) };
                assert_eq!(Some(got[column].to_scalar()), want);
            }
        }
        let (mut one, mut other) = ([0_u64; 3], [0_u64; 3]);
        // SAFETY: there are three results of eight bytes.
        unsafe { side.write([Some(one.as_mut_ptr().cast()), None], 0) };
        // SAFETY: as above.
        unsafe { after.write([Some(other.as_mut_ptr().cast()), None], 0) };
        assert_eq!(one, other, "{op:?} of {n}");
    }

    #[test]
    fn sequences_side_by_side_reduce_as_one_after_the_other() {
        for op in
            [Reduce::Sum, Reduce::Prod, Reduce::Min, Reduce::Max, Reduce::ArgMin, Reduce::ArgMax]
        {
            for n in [1, 5, 8, 127, 128, 129, 1000, 128 * 7 + 3] {
                both_ways(op, n);
            }
        }
    }

    #[test]
    fn the_first_extreme_or_nan_is_found() {
        let at = |op, elements: &[f64]| {
            let mut folder = folder(FoldOp::One(op), Prim::F64);
            // SAFETY: the tile has as many elements.
            unsafe { folder.rows([elements.as_ptr().cast(); 2], elements.len(), 0) };
            folder.end_row();
            let mut position = [0_i64];
            // SAFETY: there is one result.
            unsafe { folder.write([Some(position.as_mut_ptr().cast()), None], 0) };
            position[0]
        };
        assert_eq!(at(Reduce::ArgMax, &[1.0, 3.0, 3.0, 2.0]), 1);
        assert_eq!(at(Reduce::ArgMin, &[0.0, -0.0, 0.0]), 0);
        assert_eq!(at(Reduce::ArgMin, &[1.0, f64::NAN, -1.0, f64::NAN]), 1);
        let mut long = vec![0.0; 300];
        long[200] = -1.0;
        assert_eq!(at(Reduce::ArgMin, &long), 200);
    }
}
