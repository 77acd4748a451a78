//! The tree of an expression, as an arena.
//!
//! Children come before their parents, so a later stage is a loop over the arena and needs no
//! recursion, however deep the text nests.

use std::ops::Range;

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
    /// The calls of functions that the program defines, inner ones before those around them.
    pub(super) calls: Vec<InlinedCall>,
    /// How each `Bound` is written, in the order of the arena.
    pub(super) spellings: Vec<(ExprId, NameId)>,
}

/// A call that was replaced by the body of the function.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct InlinedCall {
    /// The expressions that the body became. Their spans lie in the definition.
    pub(super) exprs: Range<u32>,
    /// Where the call stands.
    pub(super) span: Span,
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
    /// The value of an earlier expression, which is computed once. That one is no `Bound` itself.
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

    /// Returns the expression that says what `id` is: itself, or what it is bound to.
    pub(crate) fn value(&self, id: ExprId) -> ExprId {
        match self.expr(id).kind {
            ExprKind::Bound(value) => value,
            _ => id, // tidy: a question, not a dispatch
        }
    }

    /// Returns the name by which a `Bound` expression is written in the text.
    #[cfg(test)]
    pub(crate) fn spelling(&self, id: ExprId) -> Option<&str> {
        spelling(&self.spellings, id).map(|name| self.name(name))
    }

    /// Returns the calls through which an expression of a function's body came about, innermost first;
    /// none for an expression outside definitions. Takes time linear in the number of calls: for messages.
    pub(crate) fn call_sites(&self, id: ExprId) -> impl Iterator<Item = Span> {
        let around = self.calls.iter().filter(move |call| call.exprs.contains(&id.0));
        around.map(|call| call.span)
    }

    /// Returns the free variables, sorted: not called, not keywords or attributes, not bound.
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

/// Finds how a `Bound` is written.
pub(super) fn spelling(spellings: &[(ExprId, NameId)], id: ExprId) -> Option<NameId> {
    let at = spellings.binary_search_by_key(&id, |&(bound, _)| bound).ok()?;
    Some(spellings[at].1)
}
