//! A graph computed value by value, each for all elements of its shape, in lines that are easy to trust.

use super::values::{Values, bytes, for_each_index, position};
use crate::diag::Span;
use crate::dtype::{DType, Prim, Scalar};
use crate::ir::interp::{REDUCE_BLOCK, REDUCE_LANES, combine_tree, reduce_block};
use crate::ir::shape::{Shape, broadcast, left, resolve};
use crate::ir::{Graph, Inst, Over, Parts, Reduce, ReducePair, Source, StrOperand, Value, eval};
use crate::ops::StrTest;

/// A value: all elements, in the order of their indices.
struct Full {
    shape: Shape,
    lanes: Vec<Scalar>,
}

/// Returns the outputs of a graph, or `None` where shapes do not fit or an extreme of nothing is taken.
pub(super) fn evaluate(graph: &Graph, params: &[&Values]) -> Option<Vec<Values>> {
    let lens: Vec<&[usize]> = params.iter().map(|values| values.shape()).collect();
    let shapes = graph.shapes().infer(&lens).ok()?;
    let oracle = Oracle { graph, params, shapes };
    if graph.extremes().iter().any(|&(_, over)| oracle.lacks_elements(over)) {
        return None;
    }
    let last_use = last_uses(graph);
    let mut known: Vec<Option<Full>> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let result = oracle.value(value, &known)?;
        known.push(Some(result));
        // Large arrays and many values would take more memory than there is.
        graph.inst(value).for_each_operand(|operand| {
            if last_use[operand.index()] == value.index() {
                known[operand.index()] = None;
            }
        });
    }
    graph.outputs().iter().map(|output| oracle.output(output, &known)).collect()
}

/// Returns for each value the last one that uses it; outputs are used for ever.
fn last_uses(graph: &Graph) -> Vec<usize> {
    let mut last = vec![0; graph.len()];
    for value in graph.values() {
        graph.inst(value).for_each_operand(|operand| last[operand.index()] = value.index());
    }
    for output in graph.outputs() {
        output.parts.values().iter().for_each(|value| last[value.index()] = usize::MAX);
    }
    last
}

struct Oracle<'a> {
    graph: &'a Graph,
    params: &'a [&'a Values],
    shapes: Vec<Shape>,
}

impl Oracle<'_> {
    fn value(&self, value: Value, known: &[Option<Full>]) -> Option<Full> {
        let get = |operand: Value| known[operand.index()].as_ref().expect("operands come first");
        match *self.graph.inst(value) {
            Inst::Input(input) => self.input(input as usize),
            Inst::Const(scalar) => Some(Full { shape: Shape::new(), lanes: vec![scalar] }),
            Inst::Cast(x, prim) => map(&[get(x)], |x| eval::cast(x[0], prim)),
            Inst::Unary(op, x) => map(&[get(x)], |x| eval::unary(op, x[0])),
            Inst::Binary(op, x, y) => map(&[get(x), get(y)], |x| eval::binary(op, x[0], x[1])),
            Inst::Select(c, x, y) => {
                map(&[get(c), get(x), get(y)], |x| eval::select(x[0], x[1], x[2]))
            }
            Inst::Index(x, shape) => {
                let x = get(x);
                let (of, _) = self.graph.shapes().subscript(shape).expect("it is a subscript");
                let mut lanes = Vec::new();
                for_each_index(&self.shapes[of.0 as usize], |index| {
                    lanes.push(x.lanes[position(index, &x.shape)]);
                });
                // New axes have length 1, so the elements stay in their order.
                Some(Full { shape: self.shapes[shape.0 as usize].clone(), lanes })
            }
            Inst::Reduce(op, x, over) => {
                let prim = self.graph.prim(x);
                Some(self.reduce(over, &[get(x)], |rows| reduce(op, prim, &rows[0])))
            }
            Inst::ReducePair(op, x, y, over) => {
                let prim = self.graph.prim(x);
                Some(self.reduce(over, &[get(x), get(y)], |rows| {
                    let pairs: Vec<(Scalar, Scalar)> =
                        rows[0].iter().copied().zip(rows[1].iter().copied()).collect();
                    reduce_pairs(op, prim, &pairs)
                }))
            }
            Inst::Count(over, prim) => {
                let count = i64::try_from(self.count(over)).expect("a count of elements");
                let count = eval::cast(Scalar::I64(count), prim);
                Some(Full { shape: Shape::new(), lanes: vec![count] })
            }
        }
    }

    fn input(&self, input: usize) -> Option<Full> {
        let all = |param: u32, part: usize| {
            let values = self.params[param as usize];
            let lanes = (0..values.len()).map(|index| values.part(index, part)).collect();
            Some(Full { shape: Shape::from_slice(values.shape()), lanes })
        };
        match &self.graph.inputs()[input].source {
            Source::Param(param) | Source::Re(param) => all(*param, 0),
            Source::Im(param) => all(*param, 1),
            Source::Test(test, x, y) => {
                let (x, y) = (self.strings(x), self.strings(y));
                let shape = broadcast([&x.0[..], &y.0[..]].into_iter())?;
                let mut lanes = Vec::new();
                for_each_index(&shape, |index| {
                    let (x, y) = (&x.1[position(index, &x.0)], &y.1[position(index, &y.0)]);
                    lanes.push(Scalar::Bool(ask(*test, x, y)));
                });
                Some(Full { shape, lanes })
            }
        }
    }

    /// Returns the shape of strings and their characters.
    fn strings(&self, operand: &StrOperand) -> (Shape, Vec<Vec<u32>>) {
        let mut strings: Vec<Vec<u32>> = match operand {
            StrOperand::Bytes(bytes) => vec![bytes.iter().map(|&byte| byte.into()).collect()],
            StrOperand::Str(units) => vec![units.to_vec()],
            StrOperand::Param(param) => {
                let values = self.params[*param as usize];
                let word = |c: &[u8]| u32::from_ne_bytes([c[0], c[1], c[2], c[3]]);
                let string = |element: &[u8]| match values.dtype() {
                    DType::Str(_) => element.chunks_exact(4).map(word).collect(),
                    _ => element.iter().map(|&byte| byte.into()).collect(), // tidy: bytes
                };
                (0..values.len()).map(|index| string(values.element(index))).collect()
            }
        };
        for string in &mut strings {
            let len = string.iter().rposition(|&unit| unit != 0).map_or(0, |last| last + 1);
            string.truncate(len);
        }
        let shape = match operand {
            StrOperand::Param(param) => Shape::from_slice(self.params[*param as usize].shape()),
            StrOperand::Bytes(_) | StrOperand::Str(_) => Shape::new(),
        };
        (shape, strings)
    }

    fn output(&self, output: &crate::ir::Output, known: &[Option<Full>]) -> Option<Values> {
        let shape = &self.shapes[output.shape.0 as usize];
        let mut all = Vec::new();
        match &output.parts {
            Parts::Strings(operand) => {
                let (of, strings) = self.strings(operand);
                let (size, unit) = (output.dtype.size(), output.dtype.alignment());
                for_each_index(shape, |index| {
                    let end = all.len() + size;
                    for &c in &strings[position(index, &of)] {
                        all.extend_from_slice(&c.to_ne_bytes()[..unit]);
                    }
                    all.resize(end, 0);
                });
            }
            Parts::Real(_) | Parts::Complex(..) => {
                let parts = output.parts.values();
                let parts: Vec<&Full> = (parts.iter())
                    .map(|part| known[part.index()].as_ref().expect("outputs are kept"))
                    .collect();
                for_each_index(shape, |index| {
                    for part in &parts {
                        all.extend(bytes(part.lanes[position(index, &part.shape)]));
                    }
                });
            }
        }
        Some(Values::new(output.dtype, shape, all))
    }

    fn axes(&self, over: Over) -> (&Shape, u64, bool) {
        let shape = &self.shapes[over.shape.0 as usize];
        let axes = self.graph.shapes().axes(over.axes);
        let reduced = resolve(axes, shape.len(), Span::default()).expect("the shape was inferred");
        (shape, reduced, axes.keepdims)
    }

    fn count(&self, over: Over) -> usize {
        let (shape, reduced, _) = self.axes(over);
        (0..shape.len()).filter(|axis| reduced >> axis & 1 == 1).map(|axis| shape[axis]).product()
    }

    /// Whether there is a result, and no element for it.
    fn lacks_elements(&self, over: Over) -> bool {
        let (shape, reduced, _) = self.axes(over);
        self.count(over) == 0 && !left(shape, reduced, false).contains(&0)
    }

    /// Computes a result from the elements along the axes of a reduction, in the order of their indices.
    fn reduce(&self, over: Over, operands: &[&Full], f: impl Fn(&[Vec<Scalar>]) -> Scalar) -> Full {
        let (shape, reduced, keepdims) = self.axes(over);
        let lens = |keep: bool| -> Vec<usize> {
            let is_kept = |axis: usize| reduced >> axis & 1 == 0;
            (0..shape.len())
                .map(|axis| if is_kept(axis) == keep { shape[axis] } else { 1 })
                .collect()
        };
        let mut lanes = Vec::new();
        for_each_index(&lens(true), |outer| {
            let mut rows = vec![Vec::new(); operands.len()];
            for_each_index(&lens(false), |inner| {
                // One of the two is 0 along every axis.
                let index: Vec<usize> = outer.iter().zip(inner).map(|(x, y)| x + y).collect();
                for (row, operand) in rows.iter_mut().zip(operands) {
                    row.push(operand.lanes[position(&index, &operand.shape)]);
                }
            });
            lanes.push(f(&rows));
        });
        Full { shape: left(shape, reduced, keepdims), lanes }
    }
}

fn map(operands: &[&Full], f: impl Fn(&[Scalar]) -> Scalar) -> Option<Full> {
    let shape = broadcast(operands.iter().map(|operand| operand.shape.as_slice()))?;
    let n = shape.iter().product();
    let mut lanes = Vec::with_capacity(n);
    let mut row = Vec::with_capacity(operands.len());
    if operands.iter().all(|operand| operand.shape == shape || operand.shape.is_empty()) {
        for number in 0..n {
            row.clear();
            let at = |operand: &Full| if operand.shape.is_empty() { 0 } else { number };
            row.extend(operands.iter().map(|operand| operand.lanes[at(operand)]));
            lanes.push(f(&row));
        }
    } else {
        for_each_index(&shape, |index| {
            row.clear();
            row.extend(operands.iter().map(|x| x.lanes[position(index, &x.shape)]));
            lanes.push(f(&row));
        });
    }
    Some(Full { shape, lanes })
}

fn ask(test: StrTest, x: &[u32], y: &[u32]) -> bool {
    match test {
        StrTest::Eq => x == y,
        StrTest::Ne => x != y,
        StrTest::Lt => x < y,
        StrTest::Le => x <= y,
        StrTest::Contains => (0..=x.len()).any(|start| x[start..].starts_with(y)),
        StrTest::StartsWith => x.len() >= y.len() && x[..y.len()] == *y,
        StrTest::EndsWith => x.len() >= y.len() && x[x.len() - y.len()..] == *y,
    }
}

fn reduce(op: Reduce, prim: Prim, row: &[Scalar]) -> Scalar {
    match op {
        Reduce::ArgMin => extreme(row, |x, y| holds(crate::ir::Binary::Lt, x, y), is_nan),
        Reduce::ArgMax => extreme(row, |x, y| holds(crate::ir::Binary::Lt, y, x), is_nan),
        Reduce::Sum | Reduce::Prod | Reduce::Min | Reduce::Max | Reduce::Any | Reduce::All => {
            let block = |block: &[Scalar]| reduce_block(op, prim, block.iter().copied());
            let mut partials: Vec<Scalar> = row.chunks(REDUCE_BLOCK).map(block).collect();
            let total = combine_tree(&mut partials, |x, y| eval::combine(op, x, y));
            total.unwrap_or_else(|| eval::identity(op, prim))
        }
    }
}

fn holds(op: crate::ir::Binary, x: Scalar, y: Scalar) -> bool {
    eval::binary(op, x, y) == Scalar::Bool(true)
}

fn is_nan(x: Scalar) -> bool {
    x.to_f64().is_nan()
}

/// Returns the position of the first NaN or, without one, of the first element that comes before all
/// others; -1 for none.
fn extreme<T: Copy>(
    row: &[T],
    is_before: impl Fn(T, T) -> bool,
    is_nan: impl Fn(T) -> bool,
) -> Scalar {
    let nan = row.iter().position(|&x| is_nan(x));
    let best = || {
        let mut best = None;
        for (at, &x) in row.iter().enumerate() {
            if best.is_none_or(|best: usize| is_before(x, row[best])) {
                best = Some(at);
            }
        }
        best
    };
    let position = nan.or_else(best);
    Scalar::I64(position.map_or(-1, |at| i64::try_from(at).expect("a position")))
}

type Pair = (Scalar, Scalar);

fn reduce_pairs(op: ReducePair, prim: Prim, row: &[Pair]) -> Scalar {
    let less = |x: Pair, y: Pair| {
        use crate::ir::Binary::{Eq, Lt};
        holds(Lt, x.0, y.0) || holds(Eq, x.0, y.0) && holds(Lt, x.1, y.1)
    };
    let nan = |x: Pair| is_nan(x.0) || is_nan(x.1);
    let first = || extreme(row, less, nan);
    let last = || extreme(row, |x, y| less(y, x), nan);
    let at = |position: Scalar| {
        let Scalar::I64(at) = position else { unreachable!("positions are i64") };
        let zero = Scalar::small(0, prim);
        usize::try_from(at).map_or((zero, zero), |at| row[at])
    };
    match op {
        ReducePair::ProdRe => product(prim, row).0,
        ReducePair::ProdIm => product(prim, row).1,
        ReducePair::MinRe => at(first()).0,
        ReducePair::MinIm => at(first()).1,
        ReducePair::MaxRe => at(last()).0,
        ReducePair::MaxIm => at(last()).1,
        ReducePair::ArgMin => first(),
        ReducePair::ArgMax => last(),
    }
}

/// Returns the product in the order of [`reduce_block`] and [`combine_tree`].
fn product(prim: Prim, row: &[Pair]) -> Pair {
    let one = (Scalar::small(1, prim), Scalar::small(0, prim));
    let times = |x: Pair, y: Pair| {
        use crate::ir::Binary::{Add, Mul, Sub};
        let mul = |x, y| eval::binary(Mul, x, y);
        let re = eval::binary(Sub, mul(x.0, y.0), mul(x.1, y.1));
        (re, eval::binary(Add, mul(x.0, y.1), mul(x.1, y.0)))
    };
    let block = |block: &[Pair]| {
        let mut lanes = [one; REDUCE_LANES];
        for (at, &x) in block.iter().enumerate() {
            lanes[at % REDUCE_LANES] = times(lanes[at % REDUCE_LANES], x);
        }
        for stride in [4, 2, 1] {
            (0..stride).for_each(|lane| lanes[lane] = times(lanes[lane], lanes[lane + stride]));
        }
        lanes[0]
    };
    let mut partials: Vec<Pair> = row.chunks(REDUCE_BLOCK).map(block).collect();
    combine_tree(&mut partials, times).unwrap_or(one)
}
