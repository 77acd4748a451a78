//! What the parts of an expression are to numexpr: objects of Python, or nodes of its own tree.
//!
//! numexpr lets Python compute the text with its nodes in place of the variables. A part without
//! variables and functions is therefore an [`Object`] and follows Python alone; everything else is a
//! [`Node`]. A function of objects is a node that is known, which numexpr computes with NumPy while it
//! reads the text; see [`Constant`].

use super::super::literal::Literal;
use super::function::Function;
use super::kind::{Kind, Share};
use super::python;
use crate::dtype::DType;
use crate::syntax::ast::{ExprId, NameId};

/// What a part of an expression is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Object(Object),
    Node(Node),
}

/// An object of Python.
#[derive(Clone, Copy, Debug)]
pub(super) enum Object {
    Number(Literal),
    /// The string at this place in the tree; `bytes` says which of the two.
    String {
        at: ExprId,
        bytes: bool,
    },
    Tuple(ExprId),
    None,
    Ellipsis,
    Function(Function),
}

/// A node of numexpr's tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The dtype of what it is: that of its kind, and for strings the one with their length.
    pub(super) dtype: DType,
    /// What it is, if that is known from the text.
    pub(super) constant: Option<Constant>,
    /// Python's name of its type.
    pub(super) class: &'static str,
    pub(super) identity: Identity,
}

/// A node that is known from the text: what NumPy or Python makes of a function of numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constant {
    /// Its value, for decisions. Without one the node takes part in expressions like any other.
    pub(super) value: Option<Literal>,
    /// Whether a kernel may use the value. Functions that are not exact are computed where all others
    /// are, so that they have the same bits.
    pub(super) exact: bool,
    /// Whether it is a number of NumPy's, beside which numbers of Python's have no kind of their own.
    pub(super) is_numpy: bool,
}

/// Which object of Python a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    Variable(NameId),
    Made(ExprId),
}

impl Object {
    /// Returns Python's name of the type.
    pub(super) fn class(self) -> &'static str {
        match self {
            Object::Number(value) => python::class(value),
            Object::String { bytes: false, .. } => "str",
            Object::String { bytes: true, .. } => "bytes",
            Object::Tuple(_) => "tuple",
            Object::None => "NoneType",
            Object::Ellipsis => "ellipsis",
            Object::Function(_) => "function",
        }
    }
}

impl Node {
    /// A node that is not known from the text.
    pub(super) fn op(kind: Kind, at: ExprId) -> Node {
        Node {
            kind,
            dtype: kind.dtype(),
            constant: None,
            class: "OpNode",
            identity: Identity::Made(at),
        }
    }

    /// A call of a function that is not known from the text.
    pub(super) fn func(kind: Kind, at: ExprId) -> Node {
        Node { class: "FuncNode", ..Node::op(kind, at) }
    }

    /// A node that is known.
    pub(super) fn constant(kind: Kind, constant: Constant, at: ExprId) -> Node {
        Node { class: "ConstantNode", constant: Some(constant), ..Node::op(kind, at) }
    }

    /// Returns the value for decisions, if it is known.
    pub(super) fn known(self) -> Option<Literal> {
        self.constant.and_then(|constant| constant.value)
    }

    /// Returns the value, if a kernel may use it.
    pub(super) fn exact(self) -> Option<Literal> {
        self.constant.filter(|constant| constant.exact).and_then(|constant| constant.value)
    }
}

impl Value {
    /// Returns Python's name of the type.
    pub(super) fn class(self) -> &'static str {
        match self {
            Value::Object(object) => object.class(),
            Value::Node(node) => node.class,
        }
    }

    /// Returns the value, if it is a number that the text makes.
    pub(super) fn known(self) -> Option<Literal> {
        match self {
            Value::Object(Object::Number(value)) => Some(value),
            Value::Object(_) => None,
            Value::Node(node) => node.known(),
        }
    }
}

/// What numexpr works on: a node, or a number or string in the text, which becomes one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) at: ExprId,
    pub(super) kind: Kind,
    pub(super) dtype: DType,
    pub(super) value: Value,
}

impl Operand {
    /// Returns whether it is known from the text.
    pub(super) fn is_constant(self) -> bool {
        match self.value {
            Value::Object(_) => true,
            Value::Node(node) => node.constant.is_some(),
        }
    }

    /// Returns the value, if it is a number that a kernel may use.
    pub(super) fn exact(self) -> Option<Literal> {
        match self.value {
            Value::Object(_) => self.value.known(),
            Value::Node(node) => node.exact(),
        }
    }

    /// Returns whether it is a number of NumPy's, known from the text.
    pub(super) fn is_numpy(self) -> bool {
        match self.value {
            Value::Object(_) => false,
            Value::Node(node) => node.constant.is_some_and(|constant| constant.is_numpy),
        }
    }

    pub(super) fn share(self) -> Share {
        Share { kind: self.kind, constant: self.value.known(), is_constant: self.is_constant() }
    }
}
