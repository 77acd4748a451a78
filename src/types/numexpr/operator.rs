//! The operators, on objects of Python and on nodes.

use smallvec::SmallVec;

use super::super::literal::Literal;
use super::super::{Link, Meaning};
use super::error::Raised;
use super::kind::{Common, Kind, MixedStrings, Share, common, common_bits};
use super::opcodes::find;
use super::python;
use super::value::{Node, Object, Operand, Value};
use super::walk::{Part, Phase, Stop, Walk};
use crate::diag::{Exception, Span};
use crate::dtype::DType;
use crate::ops::{BinaryOp, Func, UnaryOp};
use crate::syntax::ast::ExprId;

/// An operation of numexpr on operands: what is looked up, and what it computes.
pub(super) struct Operation<'a> {
    pub(super) span: Span,
    /// The name and the kind of the result, by which it is looked up.
    pub(super) name: &'a str,
    pub(super) result: Kind,
    /// What the operands agree on.
    pub(super) common: Common,
    pub(super) operands: &'a [Operand],
}

impl Walk<'_> {
    /// Looks an operation up and makes a node of it. `meaning` says what it does, given the dtypes of the
    /// operands.
    pub(super) fn operation(
        &self,
        operation: &Operation<'_>,
        node: Node,
        meaning: impl FnOnce(&[DType]) -> Meaning,
    ) -> Part {
        let &Operation { span, name, result, common, operands, .. } = operation;
        let children: SmallVec<[ExprId; 3]> = operands.iter().map(|operand| operand.at).collect();
        let letters: String = operands.iter().map(|operand| operand.kind.letter()).collect();
        // What does not fit the kind that numexpr has for it is computed in `d`.
        let raise = |letter| if matches!(letter, 'i' | 'l' | 'f') { 'd' } else { letter };
        let wanted: String =
            if common.is_raised() { letters.chars().map(raise).collect() } else { letters.clone() };
        let Some(found) = find(name, result.letter(), &wanted) else {
            let result = common.raised_from.filter(|_| result == common.kind).unwrap_or(result);
            let raised = Raised::no_opcode(span, name, result.letter(), &letters);
            return Part::node(node, Meaning::Nothing, &children).late(Phase::Operations, raised);
        };
        let dtypes: SmallVec<[DType; 3]> =
            found.chars().map(|letter| dtype(letter, common.kind)).collect();
        let too_large = operands
            .iter()
            .zip(&dtypes)
            .find(|(operand, dtype)| operand.exact().is_some_and(|value| !fits(value, **dtype)));
        let part = Part::node(node, meaning(&dtypes), &children);
        match too_large {
            None => part,
            Some((operand, _)) => {
                part.late(Phase::Constants, python::too_large(self.span(operand.at)))
            }
        }
    }

    /// Returns the kind that operands agree on.
    pub(super) fn common(&self, operands: &[Operand], span: Span) -> Result<Common, Raised> {
        let shares: SmallVec<[Share; 3]> = operands.iter().map(|operand| operand.share()).collect();
        common(&shares).map_err(|MixedStrings| Raised::mixed_strings(span))
    }

    pub(super) fn unary(&self, id: ExprId, op: UnaryOp, operand: ExprId) -> Result<Part, Stop> {
        let span = self.span(id);
        let node = match self.value(operand)? {
            Value::Object(Object::Number(value)) => {
                return Ok(Part::number(python::unary(op, value, span)?));
            }
            Value::Object(object) => {
                return Err(python::bad_operand(op, object.class(), span).into());
            }
            Value::Node(node) => node,
        };
        let name = match op {
            UnaryOp::Pos => return Ok(self.same_as(operand)),
            UnaryOp::Neg => "neg",
            UnaryOp::Invert => "invert",
            UnaryOp::Not => unreachable!("`not` asks Python"),
        };
        let operand = self.operand(operand)?;
        if operand.is_constant() {
            return self.fold_unary(id, op, operand);
        }
        let (kind, dtype) = (node.kind, node.dtype);
        let common = Common::plain(kind);
        let operands = &[operand];
        let operation = Operation { span, name, result: kind, common, operands };
        let node = Node { dtype, ..Node::op(kind, id) };
        Ok(self.operation(&operation, node, |dtypes| Meaning::Operator(dtypes[0])))
    }

    pub(super) fn binary(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        op_span: Span,
        lhs: ExprId,
        rhs: ExprId,
    ) -> Result<Part, Stop> {
        if let BinaryOp::And | BinaryOp::Or = op {
            let decided = self.truth(lhs)? == (op == BinaryOp::Or);
            let chosen = if decided { lhs } else { rhs };
            self.value(chosen)?;
            return Ok(self.same_as(chosen));
        }
        let span = op_span;
        let (x, y) = (self.value(lhs)?, self.value(rhs)?);
        let refused = || python::bad_operands(op, x.class(), y.class(), span);
        let left_is_node = match (x, y) {
            (Value::Object(Object::Number(x)), Value::Object(Object::Number(y))) => {
                return Ok(Part::number(python::binary(op, x, y, span)?));
            }
            (Value::Object(Object::String { .. }), Value::Object(Object::String { .. }))
                if op == BinaryOp::Add =>
            {
                let message = "strings in the text are not joined";
                return Err(Raised::new(Exception::NotImplementedError, span, message)
                    .help("write them side by side: `'ab' 'cd'`")
                    .into());
            }
            (Value::Object(_), Value::Object(_)) => return Err(refused().into()),
            (Value::Node(_), _) => true,
            (Value::Object(_), Value::Node(_)) => false,
        };
        if op == BinaryOp::MatMul {
            return Err(refused().into());
        }
        let (x, y) = (self.operand(lhs)?, self.operand(rhs)?);
        match op {
            BinaryOp::Pow if left_is_node => self.power(id, span, x, y),
            BinaryOp::Div => Ok(self.division(id, span, x, y)?),
            BinaryOp::Pow
            | BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::FloorDiv
            | BinaryOp::Rem
            | BinaryOp::Shl
            | BinaryOp::Shr
            | BinaryOp::BitAnd
            | BinaryOp::BitXor
            | BinaryOp::BitOr => {
                if x.is_constant() && y.is_constant() {
                    return self.fold_binary(id, span, op, x, y);
                }
                Ok(self.infix(id, span, op, &[x, y])?)
            }
            BinaryOp::And | BinaryOp::Or | BinaryOp::MatMul => {
                unreachable!("`{}` is Python's", op.symbol())
            }
        }
    }

    /// A node of an infix operator other than `/`, on operands that are not both known.
    pub(super) fn infix(
        &self,
        id: ExprId,
        span: Span,
        op: BinaryOp,
        operands: &[Operand],
    ) -> Result<Part, Raised> {
        let shares: SmallVec<[Share; 3]> = operands.iter().map(|operand| operand.share()).collect();
        let found = if is_bitwise(op) { common_bits(&shares) } else { common(&shares) };
        let mut common = found.map_err(|MixedStrings| Raised::mixed_strings(span))?;
        if let (BinaryOp::Shl | BinaryOp::Shr, true) = (op, common.kind == Kind::Long) {
            // The bits that come in from the left are those of the number, whatever counts them.
            let unsigned = operands[0].kind == Kind::Unsigned;
            common.kind = if unsigned { Kind::Unsigned } else { common.kind };
        }
        let name = match op {
            // Of truth values: one of them, both of them.
            BinaryOp::Add if common.kind == Kind::Bool => "or",
            BinaryOp::Mul if common.kind == Kind::Bool => "and",
            BinaryOp::Add => "add",
            BinaryOp::Sub => "sub",
            BinaryOp::Mul => "mul",
            BinaryOp::FloorDiv => "floordiv",
            BinaryOp::Rem => "mod",
            BinaryOp::Pow => "pow",
            BinaryOp::Shl => "lshift",
            BinaryOp::Shr => "rshift",
            BinaryOp::BitAnd => "and",
            BinaryOp::BitXor => "xor",
            BinaryOp::BitOr => "or",
            BinaryOp::Div | BinaryOp::MatMul | BinaryOp::And | BinaryOp::Or => {
                unreachable!("`{}` has rules of its own", op.symbol())
            }
        };
        let result = common.kind;
        let operation = Operation { span, name, result, common, operands };
        Ok(self.operation(&operation, Node::op(result, id), |dtypes| Meaning::Operator(dtypes[0])))
    }

    /// `/`, which is never folded and divides integers as `d`.
    fn division(&self, id: ExprId, span: Span, x: Operand, y: Operand) -> Result<Part, Raised> {
        let operands = &[x, y];
        let common = self.common(operands, span)?;
        let result = match common.kind {
            Kind::Bool | Kind::Int | Kind::Long | Kind::Unsigned => Kind::Double,
            Kind::Float | Kind::Double | Kind::Complex | Kind::Bytes => common.kind,
        };
        let operation = Operation { span, name: "div", result, common, operands };
        Ok(self.operation(&operation, Node::op(result, id), |dtypes| Meaning::Operator(dtypes[0])))
    }

    /// `.real` or `.imag` of a node.
    pub(super) fn part_of_complex(
        &self,
        id: ExprId,
        object: ExprId,
        imaginary: bool,
        node: Node,
    ) -> Part {
        let (name, func) = if imaginary { ("imag", Func::Imag) } else { ("real", Func::Real) };
        let meaning = Meaning::Function(func, DType::C128);
        let part = Part::node(Node::op(Kind::Double, id), meaning, &[object]);
        let letter = node.kind.letter().to_string();
        self.late_if_missing(part, self.span(id), (name, Kind::Double), &letter)
    }
}

fn is_bitwise(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Shl | BinaryOp::Shr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr => {
            true
        }
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::FloorDiv
        | BinaryOp::Rem
        | BinaryOp::MatMul
        | BinaryOp::Pow
        | BinaryOp::And
        | BinaryOp::Or => false,
    }
}

/// Returns the dtype that a letter stands for in an operation whose operands agree on this kind.
fn dtype(letter: char, common: Kind) -> DType {
    match letter {
        'b' => DType::Bool,
        'i' => DType::I32,
        'l' if common == Kind::Unsigned => DType::U64,
        'l' => DType::I64,
        'f' => DType::F32,
        'd' => DType::F64,
        'c' => DType::C128,
        's' => DType::Bytes(0),
        other => unreachable!("`{other}` is not a kind of an operand"),
    }
}

/// Returns whether a number in the text is one of this dtype; floats take them all.
pub(super) fn fits(value: Literal, dtype: DType) -> bool {
    match (value.as_int(), dtype.int_range()) {
        (Some(value), Some((least, most))) => (least..=most).contains(&value),
        (None, Some(_)) | (Some(_) | None, None) => true,
    }
}

/// Returns how two sides compare, as one link of a chain.
pub(super) fn link(lhs: Operand, rhs: Operand, found: DType, common: Common) -> Link {
    match (lhs.kind, rhs.kind) {
        // Exactly, although no kind holds both sides.
        (Kind::Unsigned, Kind::Int | Kind::Long) | (Kind::Int | Kind::Long, Kind::Unsigned)
            if common.is_raised() && !lhs.is_constant() && !rhs.is_constant() =>
        {
            Link::Signs
        }
        (Kind::Bytes, Kind::Bytes) => Link::Compare(longer(lhs.dtype, rhs.dtype)),
        (
            Kind::Bool
            | Kind::Int
            | Kind::Long
            | Kind::Unsigned
            | Kind::Float
            | Kind::Double
            | Kind::Complex
            | Kind::Bytes,
            _,
        ) => Link::Compare(found),
    }
}

/// Returns the longer of two dtypes of strings.
pub(super) fn longer(x: DType, y: DType) -> DType {
    match (x, y) {
        (DType::Bytes(x), DType::Bytes(y)) => DType::Bytes(x.max(y)),
        (x, _) => x, // tidy: only strings come here
    }
}
