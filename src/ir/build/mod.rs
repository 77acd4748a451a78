//! Tree and types to graph.
//!
//! Mechanical: [`TypeMap`] says in which dtype each operation computes, so nothing is decided here and
//! nothing can fail. This is the only place that makes `Cast`s, and the last that knows complex
//! numbers, moments and strings: what it builds from them are lanes of [`Prim`](crate::dtype::Prim)s.

mod elementwise;
mod given;
mod reduction;
mod special;
#[cfg(test)]
mod tests;
mod text;
mod time;

use super::complex::Pair;
use super::expand::Number;
use super::shape::{ShapeId, ShapeNode};
use super::{Graph, GraphBuilder, Input, Inst, Output, Parts, Source, StrOperand, Value};
use crate::diag::Span;
use crate::dtype::DType;
use crate::syntax::ast::{Ast, ExprId, ExprKind};
use crate::types::given::{Given, StepId, Taken};
use crate::types::{Meaning, Type, TypeMap};
use rustc_hash::FxHashMap;

/// Builds the graph of a program. Its parameters are the inputs of the type map, in their order, and then the
/// values that are taken of given numbers.
pub(crate) fn build(ast: &Ast, types: &TypeMap) -> (Graph, Given) {
    let mut builder = GraphBuilder::with_params(types.inputs());
    let scalar = builder.shapes().push(ShapeNode::Scalar, Span::default());
    let mut translator = Translator {
        ast,
        types,
        builder,
        built: Vec::with_capacity(ast.exprs.len()),
        shapes: Vec::with_capacity(ast.exprs.len()),
        scalar,
        given: Given::default(),
        steps: FxHashMap::default(),
        input_steps: FxHashMap::default(),
        taken: FxHashMap::default(),
    };
    for index in 0..ast.exprs.len() {
        let id = ExprId(u32::try_from(index).expect("node limits keep the arena within u32"));
        let shape = translator.shape(id);
        translator.shapes.push(shape);
        let built = translator.expr(id);
        translator.built.push(built);
    }
    let outputs = ast.outputs.iter().zip(types.outputs());
    let outputs = outputs.map(|(output, &dtype)| translator.output(output.expr, dtype)).collect();
    (translator.builder.finish(outputs), translator.given)
}

/// What an expression has become.
#[derive(Clone, Debug)]
enum Built {
    /// A literal or given number, which each user takes as its own dtype, or what has no value.
    Nothing,
    Number(Number),
    Strings(StrOperand),
}

struct Translator<'a> {
    ast: &'a Ast,
    types: &'a TypeMap,
    builder: GraphBuilder,
    /// By expression.
    built: Vec<Built>,
    /// By expression.
    shapes: Vec<ShapeId>,
    /// The shape of a single value.
    scalar: ShapeId,
    given: Given,
    /// Of given numbers.
    steps: FxHashMap<ExprId, StepId>,
    /// Of inputs that are given numbers.
    input_steps: FxHashMap<u32, StepId>,
    /// Which values of the graph have been made of given numbers.
    taken: FxHashMap<(StepId, Taken), Number>,
}

impl Translator<'_> {
    fn expr(&mut self, id: ExprId) -> Built {
        if let Some(Type::Given(kind)) = self.types.get(id) {
            self.step(id, kind);
            return Built::Nothing;
        }
        let number = match *self.types.meaning(id) {
            Meaning::Nothing => return Built::Nothing,
            Meaning::Given(_) => unreachable!("its type is that of a given number"),
            Meaning::Bound(bound) => return self.built[bound.0 as usize].clone(),
            Meaning::Text => return Built::Strings(self.literal_text(id)),
            Meaning::Input(param) => return self.param(param),
            Meaning::Operator(dtype) => self.operator(id, dtype),
            Meaning::Time(op) => self.time(id, op),
            Meaning::Logical => Number::Real(self.logical(id)),
            Meaning::Comparison(ref links) => Number::Real(self.comparison(id, links)),
            Meaning::Membership { ref links, negated } => {
                Number::Real(self.membership(id, links, negated))
            }
            Meaning::Function(func, dtype) => self.function(id, func, dtype),
            Meaning::Special(ref special) => self.special(special),
            Meaning::Reduction(ref reducing) => self.reduction(id, reducing),
            Meaning::Index(_) => self.index(id),
        };
        let ty = self.types.get(id).expect("what has a meaning has a type");
        Built::Number(number.to(&mut self.builder, ty.dtype()))
    }

    /// Returns the value of a parameter.
    fn param(&mut self, param: u32) -> Built {
        let dtype = self.types.inputs()[param as usize];
        let Some(prim) = dtype.prim() else { return Built::Strings(StrOperand::Param(param)) };
        let mut input = |source| self.builder.input(Input { prim, source });
        Built::Number(if dtype.is_complex() {
            let (re, im) = (input(Source::Re(param)), input(Source::Im(param)));
            Number::Complex(Pair { re, im })
        } else {
            Number::Real(input(Source::Param(param)))
        })
    }

    /// Returns the common shape of the parts of an expression, or what it makes of it.
    fn shape(&mut self, id: ExprId) -> ShapeId {
        let span = self.ast.expr(id).span;
        match self.types.meaning(id) {
            Meaning::Input(param) => self.builder.shapes().push(ShapeNode::Param(*param), span),
            Meaning::Bound(bound) => self.shapes[bound.0 as usize],
            Meaning::Index(items) => {
                let object = self.operands_shape(id);
                let shapes = self.builder.shapes();
                let index = shapes.push_index(items.clone());
                shapes.push(ShapeNode::Indexed(object, index), span)
            }
            Meaning::Reduction(reducing) => {
                let over = self.over(id, reducing);
                match (&reducing.axes.axes, reducing.axes.keepdims) {
                    (None, false) => self.scalar,
                    (Some(_) | None, _) => {
                        let node = ShapeNode::Reduced(over.shape, over.axes);
                        self.builder.shapes().push(node, span)
                    }
                }
            }
            Meaning::Nothing
            | Meaning::Given(_)
            | Meaning::Text
            | Meaning::Operator(_)
            | Meaning::Time(_)
            | Meaning::Logical
            | Meaning::Comparison(_)
            | Meaning::Membership { .. }
            | Meaning::Function(..)
            | Meaning::Special(_) => self.operands_shape(id),
        }
    }

    /// Returns the common shape of all parts of an expression.
    fn operands_shape(&mut self, id: ExprId) -> ShapeId {
        let expr = self.ast.expr(id);
        let mut parts = Vec::new();
        for_each_part(&expr.kind, |part| parts.push(self.shapes[part.0 as usize]));
        self.builder.shapes().broadcast(&parts, expr.span)
    }

    /// Returns the value of a part, as this dtype.
    fn operand(&mut self, id: ExprId, dtype: DType) -> Number {
        let prim = dtype.prim().expect("strings are no numbers");
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => {
                let re = self.builder.constant(literal.to_scalar(prim));
                if dtype.is_complex() {
                    let im = self.builder.constant(literal.imaginary(prim));
                    Number::Complex(Pair { re, im })
                } else {
                    Number::Real(re)
                }
            }
            Type::Given(_) => self.take(id, Taken::As(dtype)),
            Type::Strong(from) => {
                let number = self.number(id);
                match (from, dtype) {
                    (
                        DType::Datetime(unit) | DType::Timedelta(unit),
                        DType::Datetime(finer) | DType::Timedelta(finer),
                    ) => Number::Real(self.convert(number.real(), unit, finer)),
                    (_, _) => number.to(&mut self.builder, dtype),
                }
            }
        }
    }

    /// Returns the value of a part, as this real dtype.
    fn real(&mut self, id: ExprId, dtype: DType) -> Value {
        self.operand(id, dtype).real()
    }

    /// Returns the value of a part that is no literal, as it is.
    fn number(&self, id: ExprId) -> Number {
        match self.built[id.0 as usize] {
            Built::Number(number) => number,
            Built::Nothing | Built::Strings(_) => unreachable!("a checked operand is a number"),
        }
    }

    /// Returns whether a part is not zero. NaN is not zero.
    fn truth(&mut self, id: ExprId) -> Value {
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => self.builder.constant(literal.truth()),
            Type::Given(_) => self.take(id, Taken::Truth).real(),
            Type::Strong(_) => self.number(id).truth(&mut self.builder),
        }
    }

    fn index(&mut self, id: ExprId) -> Number {
        let ExprKind::Subscript { object, .. } = self.ast.expr(id).kind else {
            unreachable!("only a subscript has items")
        };
        let dtype = self.types.get(id).expect("a subscript has a type").dtype();
        let x = self.operand(object, dtype);
        let shape = self.shapes[id.0 as usize];
        x.map(|value| self.builder.push(Inst::Index(value, shape)))
    }

    fn output(&mut self, id: ExprId, dtype: DType) -> Output {
        let shape = self.shapes[id.0 as usize];
        let parts = match &self.built[id.0 as usize] {
            Built::Strings(strings) => Parts::Strings(strings.clone()),
            Built::Number(_) | Built::Nothing => match self.operand(id, dtype) {
                Number::Real(value) => Parts::Real(value),
                Number::Complex(Pair { re, im }) => Parts::Complex(re, im),
            },
        };
        Output { dtype, parts, shape }
    }

    /// Returns the arguments of a call, the object of an attribute that means a call, or the operands
    /// of an operator.
    fn arguments(&self, id: ExprId) -> Vec<ExprId> {
        match &self.ast.expr(id).kind {
            ExprKind::Call { args, .. } => args.clone(),
            ExprKind::Attribute { object, .. } => vec![*object],
            ExprKind::Unary { operand, .. } => vec![*operand],
            ExprKind::Binary { lhs, rhs, .. } => vec![*lhs, *rhs],
            other => unreachable!("{other:?} has no arguments"),
        }
    }
}

/// Calls `f` on the parts of an expression.
fn for_each_part(kind: &ExprKind, mut f: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Unary { operand: x, .. }
        | ExprKind::Attribute { object: x, .. }
        // What stands in the brackets are no operands.
        | ExprKind::Subscript { object: x, .. }
        | ExprKind::Bound(x) => f(*x),
        ExprKind::Binary { lhs, rhs, .. } => {
            f(*lhs);
            f(*rhs);
        }
        ExprKind::Compare { first, rest } => {
            f(*first);
            rest.iter().for_each(|link| f(link.operand));
        }
        ExprKind::IfElse { condition, then, otherwise } => {
            f(*condition);
            f(*then);
            f(*otherwise);
        }
        ExprKind::Call { args, keywords, .. } => {
            args.iter().for_each(|&arg| f(arg));
            keywords.iter().for_each(|keyword| f(keyword.value));
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|&item| f(item)),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Ellipsis
        | ExprKind::Name(_)
        | ExprKind::Slice { .. } => {}
    }
}
