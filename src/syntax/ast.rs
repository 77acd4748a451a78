//! The tree of an expression, as an arena.
//!
//! Children come before their parents, so a later stage is a loop over the arena and needs no
//! recursion, however deep the text nests.

use crate::diag::Span;
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Index of an expression in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ExprId(pub(crate) u32);

/// Index of a variable, function, keyword or attribute name in its [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NameId(pub(crate) u32);

/// A program with its names resolved: what is left are expressions over free variables. What the text
/// says, not yet what it means: names may be unbound, types wrong.
///
/// `Name` is a free variable, or the name of a function where it is called. A name that a statement has
/// bound, or a parameter of a function defined in the program, is [`ExprKind::Bound`] to the expression.
#[derive(Clone, Debug)]
pub(crate) struct Ast {
    pub(crate) exprs: Vec<Expr>,
    /// Distinct names, in the order of their first appearance.
    pub(crate) names: Vec<String>,
    /// At least one.
    pub(crate) outputs: Vec<AstOutput>,
    /// Whether the last statement is a tuple, also one of a single item.
    pub(crate) is_tuple: bool,
}

/// A result of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AstOutput {
    /// The variable that the item is, if it is one.
    pub(crate) name: Option<NameId>,
    pub(crate) expr: ExprId,
}

#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExprKind {
    Int(i128),
    Float(f64),
    /// The literal `2.5j`, without the unit.
    Imaginary(f64),
    Str(String),
    Bytes(Vec<u8>),
    Bool(bool),
    None,
    /// `...`, in a subscript.
    Ellipsis,
    Name(NameId),
    /// The value of an earlier expression, which is computed once.
    Bound(ExprId),
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        op_span: Span,
        lhs: ExprId,
        rhs: ExprId,
    },
    /// `first op expr op expr …`; each operand is computed once.
    Compare {
        first: ExprId,
        rest: Vec<CompareLink>,
    },
    /// `then if condition else otherwise`.
    IfElse {
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    /// `callee(args, name=value)`. The callee is nearly always a name.
    Call {
        callee: ExprId,
        args: Vec<ExprId>,
        keywords: Vec<Keyword>,
    },
    Attribute {
        object: ExprId,
        name: NameId,
        name_span: Span,
    },
    /// `object[a, b:c]`; no indices at all is `object[()]`.
    Subscript {
        object: ExprId,
        indices: Vec<ExprId>,
    },
    /// `start:stop:step` inside a subscript.
    Slice {
        start: Option<ExprId>,
        stop: Option<ExprId>,
        step: Option<ExprId>,
    },
    Tuple(Vec<ExprId>),
    List(Vec<ExprId>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CompareLink {
    pub(crate) op: CompareOp,
    pub(crate) op_span: Span,
    pub(crate) operand: ExprId,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Keyword {
    pub(crate) name: NameId,
    pub(crate) name_span: Span,
    pub(crate) value: ExprId,
}

impl Ast {
    pub(crate) fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    pub(crate) fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// Returns whether both trees say the same, wherever the parts stood in their texts.
    ///
    /// The parser makes nodes and names in the order of the text, so equal trees are equal arenas.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn same_tree(&self, other: &Ast) -> bool {
        let without_spans = |expr: &Expr| {
            let mut kind = expr.kind.clone();
            match &mut kind {
                ExprKind::Binary { op_span, .. } => *op_span = Span::default(),
                ExprKind::Attribute { name_span, .. } => *name_span = Span::default(),
                ExprKind::Compare { rest, .. } => {
                    rest.iter_mut().for_each(|link| link.op_span = Span::default());
                }
                ExprKind::Call { keywords, .. } => {
                    keywords.iter_mut().for_each(|keyword| keyword.name_span = Span::default());
                }
                _ => {} // tidy: the other kinds hold no spans
            }
            kind
        };
        self.root == other.root
            && self.names == other.names
            && self.exprs.iter().map(without_spans).eq(other.exprs.iter().map(without_spans))
    }

    /// Returns the names that are read as variables, sorted: not called, not keywords or attributes.
    pub(crate) fn variables(&self) -> Vec<&str> {
        let mut callee = vec![false; self.exprs.len()];
        for expr in &self.exprs {
            if let ExprKind::Call { callee: id, .. } = expr.kind {
                callee[id.0 as usize] = true;
            }
        }
        let mut names: Vec<&str> = (self.exprs.iter().zip(&callee))
            .filter(|&(_, &is_callee)| !is_callee)
            .filter_map(|(expr, _)| match expr.kind {
                ExprKind::Name(name) => Some(self.name(name)),
                _ => None, // tidy: a filter, not a dispatch
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
