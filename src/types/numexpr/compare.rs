//! Comparisons: chains, `in` and `is`, as Python takes them apart.

use super::super::literal::Literal;
use super::super::{Link, Meaning};
use super::error::Raised;
use super::kind::Kind;
use super::operator::{Operation, link};
use super::python;
use super::value::{Node, Object, Value};
use super::walk::{Part, Stop, Walk};
use crate::diag::Span;
use crate::ops::CompareOp;
use crate::syntax::ast::{CompareLink, ExprId, ExprKind};

impl Walk<'_> {
    /// A chain: `a < b < c` is `a < b and b < c`, so all links but the last are decided here.
    pub(super) fn comparison(
        &self,
        id: ExprId,
        first: ExprId,
        rest: &[CompareLink],
    ) -> Result<Part, Stop> {
        let mut lhs = first;
        let mut known = Vec::new();
        for (index, link) in rest.iter().enumerate() {
            let part = self.pair(id, link.op, link.op_span, lhs, link.operand)?;
            let is_last = index + 1 == rest.len();
            match (part.value, is_last) {
                (Value::Object(Object::Number(holds)), false) if holds.truth() => {
                    known.push(Link::Known(true));
                }
                (Value::Object(_), _) => return Ok(part),
                (Value::Node(_), false) => {
                    let span = self.span(first).to(self.span(link.operand));
                    return Err(Raised::truth_of_array(span)
                        .help("write `(a < b) & (b < c)`")
                        .into());
                }
                (Value::Node(_), true) => return Ok(with_links(part, known)),
            }
            lhs = link.operand;
        }
        unreachable!("a comparison has a link")
    }

    /// One link of a chain.
    fn pair(
        &self,
        id: ExprId,
        op: CompareOp,
        span: Span,
        lhs: ExprId,
        rhs: ExprId,
    ) -> Result<Part, Stop> {
        let (x, y) = (self.value(lhs)?, self.value(rhs)?);
        let answer = |holds| Ok(Part::number(Literal::Bool(holds)));
        match op {
            CompareOp::Is => return answer(self.same(x, y)),
            CompareOp::IsNot => return answer(!self.same(x, y)),
            CompareOp::In => return answer(self.contains(x, y, span)?),
            CompareOp::NotIn => return answer(!self.contains(x, y, span)?),
            CompareOp::Lt
            | CompareOp::Le
            | CompareOp::Eq
            | CompareOp::Ne
            | CompareOp::Ge
            | CompareOp::Gt => {}
        }
        if let (Value::Object(x), Value::Object(y)) = (x, y) {
            return answer(self.objects(op, x, y, span)?);
        }
        let (x, y) = (self.operand(lhs)?, self.operand(rhs)?);
        if x.is_constant() && y.is_constant() {
            return Ok(self.fold_comparison(id, span, op, x, y)?);
        }
        // `<` is looked up as `>` with the sides exchanged. A number on the left leaves the comparison to
        // the node on the right, and so does an operator to a function.
        let is_reflected = match (x.value, y.value) {
            (Value::Object(_), _) => true,
            (Value::Node(x), Value::Node(y)) => x.class == "OpNode" && y.class == "FuncNode",
            (Value::Node(_), Value::Object(_)) => false,
        };
        let (name, operands) = match op {
            CompareOp::Eq if is_reflected => ("eq", [y, x]),
            CompareOp::Ne if is_reflected => ("ne", [y, x]),
            CompareOp::Lt => ("gt", [y, x]),
            CompareOp::Le => ("ge", [y, x]),
            CompareOp::Gt => ("gt", [x, y]),
            CompareOp::Ge => ("ge", [x, y]),
            CompareOp::Eq => ("eq", [x, y]),
            CompareOp::Ne => ("ne", [x, y]),
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
                unreachable!("`{}` is answered above", op.symbol())
            }
        };
        let operands = &operands;
        let mixed = (x.kind == Kind::Bytes) != (y.kind == Kind::Bytes);
        // A string beside a number is not found below, which is the mistake.
        let common =
            if mixed { self.common(&operands[..1], span)? } else { self.common(operands, span)? };
        if let Some(holds) = negative_beside_unsigned(op, x, y) {
            let meaning = Meaning::Comparison(vec![Link::Known(holds)]);
            return Ok(Part::node(Node::op(Kind::Bool, id), meaning, &[lhs, rhs]));
        }
        let operation = Operation { span, name, result: Kind::Bool, common, operands };
        Ok(self.operation(&operation, Node::op(Kind::Bool, id), |dtypes| {
            Meaning::Comparison(vec![link(x, y, dtypes[0], common)])
        }))
    }

    /// Compares two objects of Python.
    fn objects(&self, op: CompareOp, x: Object, y: Object, span: Span) -> Result<bool, Raised> {
        if let (Object::Number(x), Object::Number(y)) = (x, y) {
            return python::compare(op, x, y, span);
        }
        let strings = match (self.bytes(x), self.bytes(y)) {
            (Some(lhs), Some(rhs)) if x.class() == y.class() => Some((lhs, rhs)),
            (Some(_) | None, Some(_) | None) => None,
        };
        match (op, strings) {
            (CompareOp::Eq, Some((x, y))) => Ok(x == y),
            (CompareOp::Ne, Some((x, y))) => Ok(x != y),
            (CompareOp::Lt, Some((x, y))) => Ok(x < y),
            (CompareOp::Le, Some((x, y))) => Ok(x <= y),
            (CompareOp::Gt, Some((x, y))) => Ok(x > y),
            (CompareOp::Ge, Some((x, y))) => Ok(x >= y),
            (CompareOp::Eq, None) => Ok(self.same(Value::Object(x), Value::Object(y))),
            (CompareOp::Ne, None) => Ok(!self.same(Value::Object(x), Value::Object(y))),
            (CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge, None) => {
                Err(python::unordered(op, x.class(), y.class(), span))
            }
            (CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot, _) => {
                unreachable!("`{}` is no order", op.symbol())
            }
        }
    }

    /// Returns the bytes of a string in the text; UTF-8 has the order of code points.
    fn bytes(&self, object: Object) -> Option<&[u8]> {
        let Object::String { at, .. } = object else { return None };
        match &self.ast.expr(at).kind {
            ExprKind::Str(text) => Some(text.as_bytes()),
            ExprKind::Bytes(bytes) => Some(bytes),
            _ => unreachable!("only literals are strings of the text"),
        }
    }

    /// Returns whether two values are one object to Python. Equal numbers and strings of one text are.
    fn same(&self, x: Value, y: Value) -> bool {
        match (x, y) {
            (Value::Node(x), Value::Node(y)) => x.identity == y.identity,
            (Value::Object(Object::Number(x)), Value::Object(Object::Number(y))) => {
                python::same(x, y)
            }
            (Value::Object(x), Value::Object(y)) => match (self.bytes(x), self.bytes(y)) {
                (Some(lhs), Some(rhs)) => x.class() == y.class() && lhs == rhs,
                (Some(_), None) | (None, Some(_)) => false,
                (None, None) => match (x, y) {
                    (Object::Tuple(x), Object::Tuple(y)) => x == y,
                    (Object::Function(x), Object::Function(y)) => x == y,
                    (Object::None, Object::None) | (Object::Ellipsis, Object::Ellipsis) => true,
                    _ => false, // tidy: of two types
                },
            },
            (Value::Node(_), Value::Object(_)) | (Value::Object(_), Value::Node(_)) => false,
        }
    }

    /// `x in y`: of a tuple, or of a string.
    fn contains(&self, x: Value, y: Value, span: Span) -> Result<bool, Stop> {
        let not_iterable = || {
            let class = y.class();
            Raised::type_error(span, format!("argument of type '{class}' is not iterable"))
        };
        let object = match y {
            Value::Node(_) => return Err(not_iterable().into()),
            Value::Object(object) => object,
        };
        if let Some(text) = self.bytes(object) {
            let part = match x {
                Value::Object(part) if part.class() == object.class() => self.bytes(part),
                Value::Object(_) | Value::Node(_) => None,
            };
            let Some(part) = part else {
                let class = x.class();
                let message = format!("'in <string>' requires string as left operand, not {class}");
                return Err(Raised::type_error(span, message).into());
            };
            return Ok(part.is_empty() || text.windows(part.len()).any(|piece| piece == part));
        }
        let Object::Tuple(at) = object else { return Err(not_iterable().into()) };
        let (ExprKind::Tuple(items) | ExprKind::List(items)) = &self.ast.expr(at).kind else {
            unreachable!("only displays are tuples");
        };
        for &item in items {
            let item_value = self.value(item)?;
            if self.same(x, item_value) {
                return Ok(true);
            }
            match (x, item_value) {
                (Value::Object(x), Value::Object(item)) => {
                    if self.objects(CompareOp::Eq, item, x, span)? {
                        return Ok(true);
                    }
                }
                (Value::Node(_), _) | (_, Value::Node(_)) => {
                    return Err(Raised::truth_of_array(span)
                        .help("write `(x == 1) | (x == 2)`")
                        .into());
                }
            }
        }
        Ok(false)
    }
}

/// Returns the part of the last link with the links before it.
fn with_links(mut part: Part, known: Vec<Link>) -> Part {
    if let Meaning::Comparison(links) = &mut part.meaning {
        links.splice(0..0, known);
    }
    part
}

/// Returns the answer where a negative number in the text is compared with `uint64`.
fn negative_beside_unsigned(
    op: CompareOp,
    x: super::value::Operand,
    y: super::value::Operand,
) -> Option<bool> {
    let negative = |operand: super::value::Operand| {
        let value = operand.exact().and_then(Literal::as_int).filter(|&value| value < 0);
        if operand.is_constant() { value } else { None }
    };
    let zero = Literal::Int(0);
    let (lhs, rhs) = match (x.kind, y.kind) {
        (Kind::Unsigned, _) => (zero, Literal::Int(negative(y)?)),
        (_, Kind::Unsigned) => (Literal::Int(negative(x)?), zero),
        _ => return None, // tidy: neither is `uint64`
    };
    python::compare(op, lhs, rhs, Span::default()).ok()
}
