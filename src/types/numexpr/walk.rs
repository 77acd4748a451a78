//! The walk over the tree: what each part is to Python and to numexpr.
//!
//! Each part is looked at once, in the order of the arena, also those that Python would not come to; a
//! mistake in one of them is no mistake of the whole, so mistakes stay with the parts until it is known
//! which of them the whole is made of.

use smallvec::{SmallVec, smallvec};

use super::super::literal::Literal;
use super::super::{Meaning, Type};
use super::error::Raised;
use super::function::from_name;
use super::kind::Kind;
use super::opcodes::find;
use super::python;
use super::value::{Constant, Identity, Node, Object, Operand, Value};
use crate::diag::{Exception, Span};
use crate::dtype::DType;
use crate::ops::UnaryOp;
use crate::syntax::ast::{Ast, ExprId, ExprKind, NameId};

/// A variable: its kind and dtype, and the input that it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variable {
    pub(super) kind: Kind,
    pub(super) dtype: DType,
    pub(super) input: u32,
}

/// What is known about a part of the tree.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) value: Value,
    /// `None` for what has no dtype: tuples, functions, `None`.
    pub(super) ty: Option<Type>,
    pub(super) meaning: Meaning,
    /// The parts that numexpr's tree has below this one.
    pub(super) children: SmallVec<[ExprId; 3]>,
    /// What numexpr finds wrong once the tree is complete.
    pub(super) late: Option<Box<Late>>,
}

/// A mistake that counts only if the part is in the complete tree.
#[derive(Debug)]
pub(super) struct Late {
    pub(super) phase: Phase,
    pub(super) raised: Raised,
}

/// The steps in which numexpr turns its tree into a program, each over the whole tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It looks for an operation for each node.
    Operations,
    /// It converts the constants.
    Constants,
    /// It writes the program.
    Program,
}

/// Why a part has no value: the index of the mistake.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed(usize);

/// Why a part has no value.
pub(super) enum Stop {
    /// Another part has none.
    Failed(Failed),
    Raised(Box<Raised>),
}

impl From<Raised> for Stop {
    fn from(raised: Raised) -> Stop {
        Stop::Raised(Box::new(raised))
    }
}

pub(super) struct Walk<'a> {
    pub(super) ast: &'a Ast,
    /// By name; `None` where it is not known what variables are, and all of them are `d`.
    variables: Option<&'a [Option<Variable>]>,
    pub(super) parts: Vec<Result<Part, Failed>>,
    raised: Vec<Raised>,
}

impl<'a> Walk<'a> {
    /// Looks at all parts of a tree.
    pub(super) fn over(ast: &'a Ast, variables: Option<&'a [Option<Variable>]>) -> Walk<'a> {
        let parts = Vec::with_capacity(ast.exprs.len());
        let mut walk = Walk { ast, variables, parts, raised: Vec::new() };
        for index in 0..ast.exprs.len() {
            let id = ExprId(u32::try_from(index).expect("node limits keep the arena within u32"));
            let part = walk.expr(id).map_err(|stop| match stop {
                Stop::Failed(failed) => failed,
                Stop::Raised(raised) => {
                    walk.raised.push(*raised);
                    Failed(walk.raised.len() - 1)
                }
            });
            walk.parts.push(part);
        }
        walk
    }

    pub(super) fn raised(&self, failed: Failed) -> &Raised {
        &self.raised[failed.0]
    }

    pub(super) fn part(&self, id: ExprId) -> Result<&Part, Failed> {
        self.parts[id.0 as usize].as_ref().map_err(|&failed| failed)
    }

    pub(super) fn span(&self, id: ExprId) -> Span {
        self.ast.expr(id).span
    }

    /// Returns the value of a part that Python has come to.
    pub(super) fn value(&self, id: ExprId) -> Result<Value, Stop> {
        self.part(id).map(|part| part.value).map_err(Stop::Failed)
    }

    /// Returns what numexpr makes of a part that is an operand of it.
    pub(super) fn operand(&self, id: ExprId) -> Result<Operand, Stop> {
        let value = self.value(id)?;
        let of = |kind: Kind, dtype| Ok(Operand { at: id, kind, dtype, value });
        match value {
            Value::Node(node) => of(node.kind, node.dtype),
            Value::Object(Object::Number(number)) => {
                let kind = Kind::of_literal(number);
                of(kind, kind.dtype())
            }
            Value::Object(Object::String { at, .. }) => {
                of(Kind::Bytes, DType::Bytes(self.string_length(at)))
            }
            Value::Object(
                object @ (Object::Tuple(_) | Object::None | Object::Ellipsis | Object::Function(_)),
            ) => Err(Raised::not_an_operand(self.span(id), object.class()).into()),
        }
    }

    pub(super) fn operands(&self, ids: &[ExprId]) -> Result<SmallVec<[Operand; 3]>, Stop> {
        ids.iter().map(|&id| self.operand(id)).collect()
    }

    fn expr(&mut self, id: ExprId) -> Result<Part, Stop> {
        let ast = self.ast;
        let span = self.span(id);
        match &ast.expr(id).kind {
            &ExprKind::Int(value) => Ok(Part::number(Literal::Int(value))),
            &ExprKind::Float(value) => Ok(Part::number(Literal::Float(value))),
            &ExprKind::Bool(value) => Ok(Part::number(Literal::Bool(value))),
            &ExprKind::Imaginary(value) => Ok(Part::number(Literal::Complex(0.0, value))),
            ExprKind::Str(text) => Ok(self.string(id, ascii(text, span))),
            ExprKind::Bytes(_) => Ok(self.string(id, None)),
            ExprKind::None => Ok(Part::object(Object::None)),
            ExprKind::Ellipsis => Ok(Part::object(Object::Ellipsis)),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                items.iter().try_for_each(|&item| self.value(item).map(drop))?;
                Ok(Part::object(Object::Tuple(id)))
            }
            &ExprKind::Name(name) => Ok(self.name(id, name)),
            &ExprKind::Bound(target) => {
                self.value(target)?;
                Ok(self.same_as(target))
            }
            &ExprKind::Unary { op: UnaryOp::Not, operand } => {
                Ok(Part::number(Literal::Bool(!self.truth(operand)?)))
            }
            &ExprKind::Unary { op, operand } => self.unary(id, op, operand),
            &ExprKind::Binary { op, op_span, lhs, rhs } => self.binary(id, op, op_span, lhs, rhs),
            ExprKind::Compare { first, rest } => self.comparison(id, *first, rest),
            &ExprKind::IfElse { condition, then, otherwise } => {
                let chosen = if self.truth(condition)? { then } else { otherwise };
                self.value(chosen)?;
                Ok(self.same_as(chosen))
            }
            ExprKind::Call { callee, args, keywords } => self.call(id, *callee, args, keywords),
            &ExprKind::Attribute { object, name, name_span } => {
                self.attribute(id, object, name, name_span)
            }
            // The text is refused before it is parsed.
            ExprKind::Subscript { object, .. } => {
                let class = self.value(*object)?.class();
                let message = format!("'{class}' object is not subscriptable");
                Err(Raised::type_error(span, message).into())
            }
            ExprKind::Slice { .. } => Ok(Part::object(Object::None)),
        }
    }

    fn name(&self, id: ExprId, name: NameId) -> Part {
        if let Some(function) = from_name(self.ast.name(name)) {
            return Part::object(Object::Function(function));
        }
        let (kind, dtype, meaning) = match self.variables.map(|known| known[name.0 as usize]) {
            Some(Some(Variable { kind, dtype, input })) => (kind, dtype, Meaning::Input(input)),
            // Not looked up yet, or never read.
            Some(None) | None => (Kind::Double, DType::F64, Meaning::Nothing),
        };
        let class = "VariableNode";
        let identity = Identity::Variable(name);
        let node = Node { dtype, class, identity, ..Node::op(kind, id) };
        Part::node(node, meaning, &[])
    }

    fn string(&self, id: ExprId, late: Option<Raised>) -> Part {
        let bytes = matches!(self.ast.expr(id).kind, ExprKind::Bytes(_));
        Part {
            ty: Some(Type::Strong(DType::Bytes(self.string_length(id)))),
            meaning: Meaning::Text,
            late: late.map(|raised| Box::new(Late { phase: Phase::Constants, raised })),
            ..Part::object(Object::String { at: id, bytes })
        }
    }

    /// Returns the number of bytes of a string in the text.
    pub(super) fn string_length(&self, at: ExprId) -> u32 {
        let length = match &self.ast.expr(at).kind {
            ExprKind::Str(text) => text.len(),
            ExprKind::Bytes(bytes) => bytes.len(),
            _ => unreachable!("only literals are strings of the text"),
        };
        u32::try_from(length).expect("texts are shorter than 4 GiB")
    }

    /// Returns whether Python takes a part for true.
    pub(super) fn truth(&self, id: ExprId) -> Result<bool, Stop> {
        match self.value(id)? {
            Value::Object(Object::Number(value)) => Ok(value.truth()),
            Value::Object(Object::String { at, .. }) => Ok(self.string_length(at) > 0),
            Value::Object(Object::Tuple(at)) => match &self.ast.expr(at).kind {
                ExprKind::Tuple(items) | ExprKind::List(items) => Ok(!items.is_empty()),
                _ => unreachable!("only displays are tuples"),
            },
            Value::Object(Object::None) => Ok(false),
            Value::Object(Object::Ellipsis | Object::Function(_)) => Ok(true),
            Value::Node(_) => Err(Raised::truth_of_array(self.span(id)).into()),
        }
    }

    /// A part that is another one, which has a value.
    pub(super) fn same_as(&self, id: ExprId) -> Part {
        let part = self.part(id).expect("the caller has looked at the value");
        let meaning = match part.ty {
            Some(Type::Strong(_)) => Meaning::Bound(id),
            Some(Type::Weak(_) | Type::Given(_)) | None => Meaning::Nothing,
        };
        Part { value: part.value, ty: part.ty, meaning, children: smallvec![id], late: None }
    }

    /// `.real` and `.imag`; the text is refused before it is parsed if it has others.
    fn attribute(
        &self,
        id: ExprId,
        object: ExprId,
        name: NameId,
        name_span: Span,
    ) -> Result<Part, Stop> {
        let name = self.ast.name(name);
        let value = self.value(object)?;
        let imaginary = name == "imag";
        let known = imaginary || name == "real";
        match value {
            Value::Object(Object::Number(number)) if known => {
                Ok(Part::number(python::part(number, imaginary)))
            }
            Value::Node(node) if known => {
                if let (Some(number), true) = (node.known(), node.exact().is_some()) {
                    let value = Some(python::part(python::complex(number), imaginary));
                    let constant = Constant { value, exact: true, is_numpy: false };
                    return Ok(Part::constant(Kind::Double, constant, id));
                }
                Ok(self.part_of_complex(id, object, imaginary, node))
            }
            Value::Object(_) | Value::Node(_) => {
                let class = value.class();
                let message = format!("'{class}' object has no attribute '{name}'");
                Err(Raised::new(Exception::AttributeError, name_span, message).into())
            }
        }
    }

    /// Returns the part with a late mistake, if there is none for operands of these kinds.
    pub(super) fn late_if_missing(
        &self,
        part: Part,
        span: Span,
        (name, result): (&str, Kind),
        letters: &str,
    ) -> Part {
        match find(name, result.letter(), letters) {
            Some(_) => part,
            None => part
                .late(Phase::Operations, Raised::no_opcode(span, name, result.letter(), letters)),
        }
    }
}

impl Part {
    pub(super) fn object(object: Object) -> Part {
        Part {
            value: Value::Object(object),
            ty: None,
            meaning: Meaning::Nothing,
            children: SmallVec::new(),
            late: None,
        }
    }

    pub(super) fn number(value: Literal) -> Part {
        Part { ty: Some(Type::Weak(value)), ..Part::object(Object::Number(value)) }
    }

    /// A node that is computed when a kernel runs.
    pub(super) fn node(node: Node, meaning: Meaning, children: &[ExprId]) -> Part {
        Part {
            value: Value::Node(node),
            ty: Some(Type::Strong(node.dtype)),
            meaning,
            children: children.into(),
            late: None,
        }
    }

    /// A node that is known exactly.
    pub(super) fn constant(kind: Kind, constant: Constant, at: ExprId) -> Part {
        Part {
            value: Value::Node(Node::constant(kind, constant, at)),
            ty: constant.value.map(Type::Weak),
            meaning: Meaning::Nothing,
            children: SmallVec::new(),
            late: None,
        }
    }

    pub(super) fn late(mut self, phase: Phase, raised: Raised) -> Part {
        self.late = Some(Box::new(Late { phase, raised }));
        self
    }
}

/// Returns what is wrong with a text that has other characters than ASCII's, in Python's words.
fn ascii(text: &str, span: Span) -> Option<Raised> {
    let start = text.chars().position(|c| !c.is_ascii())?;
    let run = text.chars().skip(start).take_while(|c| !c.is_ascii()).count();
    let what = if run == 1 {
        let c = text.chars().nth(start).map_or(0, u32::from);
        let escaped = match c {
            0..=0xFF => format!("\\x{c:02x}"),
            0x100..=0xFFFF => format!("\\u{c:04x}"),
            _ => format!("\\U{c:08x}"), // tidy: a range, not an op
        };
        format!("character '{escaped}' in position {start}")
    } else {
        format!("characters in position {start}-{}", start + run - 1)
    };
    let message = format!("'ascii' codec can't encode {what}: ordinal not in range(128)");
    Some(Raised::new(Exception::UnicodeEncodeError, span, message))
}
