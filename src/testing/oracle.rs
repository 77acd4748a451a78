//! A graph computed value by value, each for all elements, in a few lines that are easy to trust.

use crate::dtype::{DType, Scalar};
use crate::engine::array::Array;
use crate::ir::interp::{REDUCE_BLOCK, combine_tree, reduce_block};
use crate::ir::{Graph, Inst, Reduce, SpaceId, eval};

/// The elements of a value: one that stands for all, or all.
type Column = Vec<Scalar>;

/// Returns the output of a graph, or `None` where lengths do not fit or an extreme of nothing is taken.
pub(super) fn evaluate(graph: &Graph, inputs: &[&Array]) -> Option<Array> {
    let mut columns: Vec<Column> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let column = match *graph.inst(value) {
            Inst::Input(index) => super::elements(inputs[index as usize]),
            Inst::Const(scalar) => vec![scalar],
            Inst::Cast(x, dtype) => map(&[&columns[x.index()]], |x| eval::cast(x[0], dtype))?,
            Inst::Unary(op, x) => map(&[&columns[x.index()]], |x| eval::unary(op, x[0]))?,
            Inst::Binary(op, x, y) => {
                let operands = [&columns[x.index()], &columns[y.index()]];
                map(&operands, |x| eval::binary(op, x[0], x[1]))?
            }
            Inst::Select(c, x, y) => {
                let operands = [&columns[c.index()], &columns[x.index()], &columns[y.index()]];
                map(&operands, |x| eval::select(x[0], x[1], x[2]))?
            }
            Inst::Reduce(op, x, space) => {
                let n = length(graph, space, inputs)?;
                vec![reduce(op, graph.dtype(x), &columns[x.index()], n)?]
            }
            Inst::Count(space, dtype) => {
                let n = length(graph, space, inputs)?;
                vec![if dtype == DType::F32 {
                    Scalar::F32(n as f32)
                } else {
                    Scalar::F64(n as f64)
                }]
            }
        };
        columns.push(column);
    }
    let output = graph.outputs()[0];
    let column = &columns[output.value.index()];
    let n = length(graph, output.space, inputs)?;
    let is_single =
        graph.space(output.space).iter().all(|&input| inputs[input as usize].is_scalar());
    if is_single {
        return Some(super::scalar(column[0]));
    }
    let all: Vec<Scalar> = (0..n).map(|index| at(column, index)).collect();
    Some(super::array(graph.dtype(output.value), &all))
}

fn at(column: &Column, index: usize) -> Scalar {
    if let [only] = column[..] { only } else { column[index] }
}

/// The common length of columns, of which those of length 1 stretch.
fn common(lengths: impl Iterator<Item = usize>) -> Option<usize> {
    lengths
        .filter(|&len| len != 1)
        .try_fold(None, |common, len| match common {
            Some(other) if other != len => None,
            Some(_) | None => Some(Some(len)),
        })
        .map(|common| common.unwrap_or(1))
}

fn map(operands: &[&Column], f: impl Fn(&[Scalar]) -> Scalar) -> Option<Column> {
    let n = common(operands.iter().map(|column| column.len()))?;
    let mut row = Vec::with_capacity(operands.len());
    Some(
        (0..n)
            .map(|index| {
                row.clear();
                row.extend(operands.iter().map(|column| at(column, index)));
                f(&row)
            })
            .collect(),
    )
}

fn length(graph: &Graph, space: SpaceId, inputs: &[&Array]) -> Option<usize> {
    common(graph.space(space).iter().map(|&input| inputs[input as usize].len()))
}

fn reduce(op: Reduce, dtype: DType, column: &Column, n: usize) -> Option<Scalar> {
    if n == 0 && matches!(op, Reduce::Min | Reduce::Max) {
        return None;
    }
    let block = |start: usize| {
        let end = n.min(start + REDUCE_BLOCK);
        reduce_block(op, dtype, (start..end).map(|index| at(column, index)))
    };
    let mut partials: Vec<Scalar> = (0..n).step_by(REDUCE_BLOCK).map(block).collect();
    let total = combine_tree(&mut partials, |x, y| eval::combine(op, x, y));
    Some(total.unwrap_or_else(|| eval::identity(op, dtype)))
}
