//! The text of a graph, one line per instruction, for `explain`, tests and bug reports.
//!
//! ```text
//! v0 = input 0 : f64
//! v1 = const 2.0 : f64
//! v2 = mul.f64 v0, v1
//! v3 = input 1.re : f32
//! v4 = input startswith(p2, "ab") : bool
//! v5 = reduce.sum.f64 v2 over p0 axes 0 keepdims
//! out v5 over (p0 without axes 0 keepdims)
//! out v3, v3 : c64 over (p0 * p1)
//! ```
//!
//! An operation carries the prim of its operands (for `select`, of its two branches); `: prim`
//! follows where the result has another one or there are no operands, `: dtype` where a result is more
//! than its prim says. `p0` is a parameter and its shape, `()` the shape of a single value; shapes that
//! are made of more than parameters have a line of their own, before the instructions.

use std::fmt;

use super::shape::{AxesId, IndexId, ShapeId, ShapeNode, Shapes};
use super::{
    Binary, Graph, Inst, Output, Over, Parts, Reduce, ReducePair, Source, StrOperand, Unary, Value,
};
use crate::math::elementary::Function2;
use crate::ops::{Func, IndexItem, StrTest};

/// Returns the name of the fast form of a function.
fn fast_name(func: Func) -> &'static str {
    match func {
        Func::Tan => "tan.fast",
        Func::Arctan => "arctan.fast",
        Func::Arctan2 => "arctan2.fast",
        _ => unreachable!("{func} has no fast form"), // tidy: those of Op1::fast and Op2::fast
    }
}

/// Returns the name of a function that has none in the language.
fn part_name(function: Function2) -> &'static str {
    match function {
        Function2::Arctan2High => "arctan2.high",
        Function2::Arctan2Low => "arctan2.low",
        Function2::LogHypot => "log_hypot",
        Function2::LogHypotLow => "log_hypot.low",
        Function2::Log2Hypot => "log2_hypot",
        Function2::Log10Hypot => "log10_hypot",
        Function2::Log1pHypot => "log1p_hypot",
        Function2::ProductLow => "mul.low",
        _ => unreachable!("{function:?} is no part of a formula"), // tidy: those of `complex`
    }
}

impl Unary {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Unary::Neg => "neg",
            Unary::Abs => "abs",
            Unary::Not => "not",
            Unary::BitCount => "bit_count",
            Unary::Sqrt => "sqrt",
            Unary::Floor => "floor",
            Unary::Ceil => "ceil",
            Unary::Trunc => "trunc",
            Unary::Rint => "rint",
            Unary::Call(func) => func.info().name,
            Unary::Fast(func) => fast_name(func),
        }
    }
}

impl Binary {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Binary::Add => "add",
            Binary::Sub => "sub",
            Binary::Mul => "mul",
            Binary::Div => "div",
            Binary::FloorDiv => "floor_div",
            Binary::Rem => "rem",
            Binary::Fmod => "fmod",
            Binary::Pow => "pow",
            Binary::Shl => "shl",
            Binary::Shr => "shr",
            Binary::And => "and",
            Binary::Or => "or",
            Binary::Xor => "xor",
            Binary::Eq => "eq",
            Binary::Ne => "ne",
            Binary::Lt => "lt",
            Binary::Le => "le",
            Binary::Max => "max",
            Binary::Min => "min",
            Binary::Gcd => "gcd",
            Binary::Lcm => "lcm",
            Binary::Copysign => "copysign",
            Binary::Call(func) => func.info().name,
            Binary::Fast(func) => fast_name(func),
            Binary::Part(function) => part_name(function),
        }
    }
}

impl Reduce {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Reduce::Sum => "sum",
            Reduce::Prod => "prod",
            Reduce::Min => "min",
            Reduce::Max => "max",
            Reduce::Any => "any",
            Reduce::All => "all",
            Reduce::ArgMin => "argmin",
            Reduce::ArgMax => "argmax",
        }
    }
}

impl ReducePair {
    pub(crate) fn name(self) -> &'static str {
        match self {
            ReducePair::ProdRe => "prod_re",
            ReducePair::ProdIm => "prod_im",
            ReducePair::MinRe => "min_re",
            ReducePair::MinIm => "min_im",
            ReducePair::MaxRe => "max_re",
            ReducePair::MaxIm => "max_im",
            ReducePair::ArgMin => "argmin",
            ReducePair::ArgMax => "argmax",
        }
    }
}

fn test_name(test: StrTest) -> &'static str {
    match test {
        StrTest::Eq => "eq",
        StrTest::Ne => "ne",
        StrTest::Lt => "lt",
        StrTest::Le => "le",
        StrTest::Contains => "contains",
        StrTest::StartsWith => "startswith",
        StrTest::EndsWith => "endswith",
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_shapes(f)?;
        for value in self.values() {
            self.fmt_inst(value, f)?;
        }
        for output in &self.outputs {
            self.fmt_output(output, f)?;
        }
        Ok(())
    }
}

// A broken graph is printed too, by the panic that reports it: what an index names may not exist.
impl Graph {
    /// Prints the shapes that have a line of their own, as far as they are used.
    fn fmt_shapes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut used = vec![false; self.shapes.len()];
        let mut uses = |shape: ShapeId| {
            if let Some(used) = used.get_mut(shape.0 as usize) {
                *used = true;
            }
        };
        for inst in &self.insts {
            match *inst {
                Inst::Reduce(_, _, over) | Inst::ReducePair(.., over) | Inst::Count(over, _) => {
                    uses(over.shape);
                }
                Inst::Input(_)
                | Inst::Const(_)
                | Inst::Cast(..)
                | Inst::Unary(..)
                | Inst::Binary(..)
                | Inst::Select(..)
                | Inst::Index(..) => {}
            }
        }
        self.outputs.iter().for_each(|output| uses(output.shape));
        for at in (0..used.len()).rev().filter(|&at| named(&self.shapes, at)) {
            if used[at] {
                operands(self.shapes.node(id(at)), |operand| used[operand.0 as usize] = true);
            }
        }
        for at in (0..used.len()).filter(|&at| used[at] && named(&self.shapes, at)) {
            writeln!(f, "s{at} = {}", NodeText(&self.shapes, self.shapes.node(id(at))))?;
        }
        Ok(())
    }

    fn fmt_inst(&self, value: Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{value} = ")?;
        let operand = match *self.inst(value) {
            Inst::Input(index) => {
                match self.inputs.get(index as usize) {
                    Some(input) => write!(f, "input {}", input.source)?,
                    None => f.write_str("input ?")?,
                }
                None
            }
            Inst::Const(scalar) => {
                write!(f, "const {scalar}")?;
                None
            }
            Inst::Cast(x, _) => {
                write!(f, "cast{} {x}", PrimText(self, x))?;
                Some(x)
            }
            Inst::Unary(op, x) => {
                write!(f, "{}{} {x}", op.name(), PrimText(self, x))?;
                Some(x)
            }
            Inst::Binary(op, x, y) => {
                write!(f, "{}{} {x}, {y}", op.name(), PrimText(self, x))?;
                Some(x)
            }
            Inst::Select(c, x, y) => {
                write!(f, "select{} {c}, {x}, {y}", PrimText(self, x))?;
                Some(x)
            }
            Inst::Index(x, shape) => {
                write!(f, "index{} {x}", PrimText(self, x))?;
                match self.shapes.has(shape).then(|| self.shapes.node(shape)) {
                    Some(ShapeNode::Indexed(_, index)) => {
                        write!(f, "{}", IndexText(&self.shapes, *index))?;
                    }
                    _ => f.write_str("[?]")?, // tidy: broken, as `verify` says
                }
                Some(x)
            }
            Inst::Reduce(op, x, over) => {
                write!(f, "reduce.{}{} {x}", op.name(), PrimText(self, x))?;
                write!(f, " over {}", OverText(self, over))?;
                Some(x)
            }
            Inst::ReducePair(op, x, y, over) => {
                write!(f, "reduce_pair.{}{} {x}, {y}", op.name(), PrimText(self, x))?;
                write!(f, " over {}", OverText(self, over))?;
                Some(x)
            }
            Inst::Count(over, _) => {
                write!(f, "count over {}", OverText(self, over))?;
                None
            }
        };
        let prim = self.prim(value);
        if operand.and_then(|x| self.prims.get(x.index())) != Some(&prim) {
            write!(f, " : {prim}")?;
        }
        writeln!(f)
    }

    fn fmt_output(&self, output: &Output, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match &output.parts {
            Parts::Real(x) => {
                write!(f, "out {x}")?;
                self.prims.get(x.index()).map(|prim| prim.dtype())
            }
            Parts::Complex(re, im) => {
                write!(f, "out {re}, {im}")?;
                None
            }
            Parts::Strings(strings) => {
                write!(f, "out {strings}")?;
                None
            }
        };
        if said != Some(output.dtype) {
            write!(f, " : {}", output.dtype)?;
        }
        writeln!(f, " over {}", ShapeText(&self.shapes, output.shape))
    }
}

/// Prints what stands after `input`: `0`, `0.re`, `contains(p0, "abc")`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Param(param) => write!(f, "{param}"),
            Source::Re(param) => write!(f, "{param}.re"),
            Source::Im(param) => write!(f, "{param}.im"),
            Source::Test(test, x, y) => write!(f, "{}({x}, {y})", test_name(*test)),
        }
    }
}

impl fmt::Display for StrOperand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StrOperand::Param(param) => write!(f, "p{param}"),
            StrOperand::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            StrOperand::Str(points) => {
                let points = points.iter();
                let text =
                    points.map(|&p| char::from_u32(p).unwrap_or(char::REPLACEMENT_CHARACTER));
                write!(f, "{:?}", text.collect::<String>())
            }
        }
    }
}

/// Prints `.f64`: the prim of an operand.
struct PrimText<'a>(&'a Graph, Value);

impl fmt::Display for PrimText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.prims.get(self.1.index()) {
            Some(prim) => write!(f, ".{prim}"),
            None => f.write_str(".?"),
        }
    }
}

/// Prints `p0 axes 0 keepdims`: what a reduction runs over.
struct OverText<'a>(&'a Graph, Over);

impl fmt::Display for OverText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OverText(Graph { shapes, .. }, Over { shape, axes }) = self;
        write!(f, "{}{}", ShapeText(shapes, *shape), AxesText(shapes, *axes))
    }
}

/// Prints ` axes 0, -1 keepdims`, nothing for all axes.
struct AxesText<'a>(&'a Shapes, AxesId);

impl fmt::Display for AxesText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.has_axes(self.1) {
            return f.write_str(" axes ?");
        }
        let axes = self.0.axes(self.1);
        for (i, axis) in axes.axes.iter().flatten().enumerate() {
            write!(f, "{} {axis}", if i == 0 { " axes" } else { "," })?;
        }
        if axes.axes.as_ref().is_some_and(|axes| axes.is_empty()) {
            f.write_str(" axes none")?;
        }
        f.write_str(if axes.keepdims { " keepdims" } else { "" })
    }
}

/// Prints `[:, None]`.
struct IndexText<'a>(&'a Shapes, IndexId);

impl fmt::Display for IndexText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.has_index(self.1) {
            return f.write_str("[?]");
        }
        f.write_str("[")?;
        for (i, item) in self.0.index(self.1).iter().enumerate() {
            let item = match item {
                IndexItem::Full => ":",
                IndexItem::NewAxis => "None",
                IndexItem::Ellipsis => "...",
            };
            write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str("]")
    }
}

/// Prints a shape, or its name if it has a line of its own.
struct ShapeText<'a>(&'a Shapes, ShapeId);

impl fmt::Display for ShapeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ShapeText(shapes, id) = *self;
        if !shapes.has(id) {
            return f.write_str("?");
        }
        if named(shapes, id.0 as usize) {
            return write!(f, "s{}", id.0);
        }
        write!(f, "{}", NodeText(shapes, shapes.node(id)))
    }
}

struct NodeText<'a>(&'a Shapes, &'a ShapeNode);

impl fmt::Display for NodeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NodeText(shapes, node) = *self;
        match node {
            ShapeNode::Scalar => f.write_str("()"),
            ShapeNode::Param(param) => write!(f, "p{param}"),
            ShapeNode::Broadcast(all) => {
                f.write_str("(")?;
                for (i, &shape) in all.iter().enumerate() {
                    let times = if i == 0 { "" } else { " * " };
                    write!(f, "{times}{}", ShapeText(shapes, shape))?;
                }
                f.write_str(")")
            }
            ShapeNode::Reduced(shape, axes) => {
                let all = shapes.has_axes(*axes) && shapes.axes(*axes).axes.is_none();
                let (shape, axes) = (ShapeText(shapes, *shape), AxesText(shapes, *axes));
                write!(f, "({shape} without{}{axes})", if all { " all axes" } else { "" })
            }
            ShapeNode::Indexed(shape, index) => {
                write!(f, "{}{}", ShapeText(shapes, *shape), IndexText(shapes, *index))
            }
        }
    }
}

/// Returns whether a shape has a line of its own: one of shapes that are not single values or
/// parameters. So no text repeats another, and all of it is linear in the graph.
fn named(shapes: &Shapes, at: usize) -> bool {
    let mut named = false;
    operands(shapes.node(id(at)), |operand| {
        named |= !shapes.has(operand)
            || !matches!(shapes.node(operand), ShapeNode::Scalar | ShapeNode::Param(_));
    });
    named
}

fn operands(node: &ShapeNode, mut f: impl FnMut(ShapeId)) {
    match node {
        ShapeNode::Scalar | ShapeNode::Param(_) => {}
        ShapeNode::Broadcast(all) => all.iter().for_each(|&shape| f(shape)),
        ShapeNode::Reduced(shape, _) | ShapeNode::Indexed(shape, _) => f(*shape),
    }
}

fn id(at: usize) -> ShapeId {
    ShapeId(u32::try_from(at).expect("node limits keep it small"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Span;
    use crate::dtype::{DType, Prim};
    use crate::ir::{GraphBuilder, Input};
    use crate::ops::{Axes, Func};

    fn axes(axes: &[i64], keepdims: bool) -> Axes {
        Axes { axes: (!axes.is_empty()).then(|| axes.into()), keepdims }
    }

    #[test]
    fn every_kind_of_instruction_prints_on_one_line() {
        let mut b = GraphBuilder::new(&[Prim::F64, Prim::I32]);
        let shapes = b.shapes();
        let [p0, p1] = [0, 1].map(|p| shapes.push(ShapeNode::Param(p), Span::default()));
        let all = shapes.broadcast(&[p0, p1], Span::default());
        let over = Over { shape: all, axes: shapes.push_axes(axes(&[0, -1], true)) };
        let index = shapes.push_index(vec![IndexItem::Ellipsis, IndexItem::NewAxis]);
        let out = shapes.push(ShapeNode::Reduced(all, over.axes), Span::default());
        let x = b.push(Inst::Input(0));
        let n = b.push(Inst::Input(1));
        let n = b.cast(n, Prim::F64);
        let two = b.constant(2.0);
        let y = b.binary(Binary::Mul, n, two);
        let y = b.unary(Unary::Call(Func::Sin), y);
        let c = b.binary(Binary::Lt, x, y);
        let s = b.select(c, x, y);
        let indexed = b.shapes().push(ShapeNode::Indexed(all, index), Span::default());
        let s = b.push(Inst::Index(s, indexed));
        let sum = b.push(Inst::Reduce(Reduce::Sum, s, over));
        let count = b.push(Inst::Count(over, Prim::F64));
        let mean = b.binary(Binary::Div, sum, count);
        b.push(Inst::ReducePair(ReducePair::ArgMax, x, y, over));
        let graph = b.finish(vec![
            Output { dtype: DType::F64, parts: Parts::Real(mean), shape: out },
            Output { dtype: DType::C128, parts: Parts::Complex(x, y), shape: all },
        ]);
        assert_eq!(
            graph.to_string(),
            "s3 = ((p0 * p1) without axes 0, -1 keepdims)\n\
             v0 = input 0 : f64\n\
             v1 = input 1 : i32\n\
             v2 = cast.i32 v1 : f64\n\
             v3 = const 2.0 : f64\n\
             v4 = mul.f64 v2, v3\n\
             v5 = sin.f64 v4\n\
             v6 = lt.f64 v0, v5 : bool\n\
             v7 = select.f64 v6, v0, v5\n\
             v8 = index.f64 v7[..., None]\n\
             v9 = reduce.sum.f64 v8 over (p0 * p1) axes 0, -1 keepdims\n\
             v10 = count over (p0 * p1) axes 0, -1 keepdims : f64\n\
             v11 = div.f64 v9, v10\n\
             v12 = reduce_pair.argmax.f64 v0, v5 over (p0 * p1) axes 0, -1 keepdims : i64\n\
             out v11 over s3\n\
             out v0, v5 : c128 over (p0 * p1)\n"
        );
    }

    #[test]
    fn inputs_and_shapes_say_what_they_are_made_of() {
        let dtypes = [DType::C64, DType::Str(4)];
        let mut b = GraphBuilder::with_params(&dtypes);
        let re = b.input(Input { prim: Prim::F32, source: Source::Re(0) });
        let abc: Vec<u32> = "a\"é".chars().map(u32::from).collect();
        let (left, right) = (StrOperand::Param(1), StrOperand::Str(abc.into()));
        let source = Source::Test(StrTest::Contains, left.clone(), right);
        let test = b.input(Input { prim: Prim::Bool, source });
        let shapes = b.shapes();
        let [p0, p1] = [0, 1].map(|p| shapes.push(ShapeNode::Param(p), Span::default()));
        let every = shapes.push_axes(axes(&[], false));
        let index = shapes.push_index(vec![IndexItem::Full, IndexItem::NewAxis]);
        let column = shapes.push(ShapeNode::Indexed(p0, index), Span::default());
        let table = shapes.broadcast(&[column, p1], Span::default());
        let sum = b.push(Inst::Reduce(Reduce::Sum, re, Over { shape: p0, axes: every }));
        let single = b.shapes().push(ShapeNode::Reduced(p0, every), Span::default());
        let graph = b.finish(vec![
            Output { dtype: DType::Bool, parts: Parts::Real(test), shape: table },
            Output { dtype: DType::F32, parts: Parts::Real(sum), shape: single },
            Output { dtype: DType::Str(4), parts: Parts::Strings(left), shape: p1 },
        ]);
        assert_eq!(
            graph.to_string(),
            "s3 = (p0[:, None] * p1)\n\
             v0 = input 0.re : f32\n\
             v1 = input contains(p1, \"a\\\"é\") : bool\n\
             v2 = reduce.sum.f32 v0 over p0\n\
             out v1 over s3\n\
             out v2 over (p0 without all axes)\n\
             out p1 : U4 over p1\n"
        );
    }
}
