//! What a text says, statement by statement, before names are looked up.

use std::ops::Range;

use super::ast::{Expr, ExprId, NameId};
use crate::diag::Span;

/// A parsed text. [`Program::resolve`] makes it an [`Ast`](super::ast::Ast).
///
/// In the arena children come before their parents, statement after statement, and the root of each
/// statement is the last of its expressions. Equal programs are therefore equal arenas. There is no
/// [`ExprKind::Bound`](super::ast::ExprKind::Bound) in it.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(super) exprs: Vec<Expr>,
    /// Distinct names, in the order of their first appearance.
    pub(super) names: Vec<String>,
    /// At least one; only the last can be a [`StatementKind::Result`].
    pub(super) statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) kind: StatementKind,
    /// The expressions of the statement, its root last.
    pub(super) exprs: Range<u32>,
}

#[derive(Clone, Debug)]
pub(super) enum StatementKind {
    /// `name = value`.
    Binding(Word),
    /// `def name(parameters): return value`.
    Definition { name: Word, parameters: Vec<Word> },
    /// A value alone: what the program computes.
    Result,
}

/// A name where it is given a meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) name: NameId,
    pub(super) span: Span,
}

impl Program {
    pub(super) fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    pub(super) fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// Returns whether both programs say the same, wherever the parts stood in their texts.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn same_tree(&self, other: &Program) -> bool {
        self.names == other.names
            && self.statements.len() == other.statements.len()
            && self.statements.iter().zip(&other.statements).all(|(x, y)| x.same(y))
            && self.exprs.iter().map(without_spans).eq(other.exprs.iter().map(without_spans))
    }
}

impl Statement {
    pub(super) fn root(&self) -> ExprId {
        ExprId(self.exprs.end - 1)
    }

    /// The name that the statement gives a meaning to.
    pub(super) fn word(&self) -> Option<Word> {
        match self.kind {
            StatementKind::Binding(name) | StatementKind::Definition { name, .. } => Some(name),
            StatementKind::Result => None,
        }
    }

    pub(super) fn parameters(&self) -> &[Word] {
        match &self.kind {
            StatementKind::Definition { parameters, .. } => parameters,
            StatementKind::Binding(_) | StatementKind::Result => &[],
        }
    }

    #[cfg(any(test, feature = "testing"))]
    fn same(&self, other: &Statement) -> bool {
        let names = |statement: &Statement| -> Vec<NameId> {
            statement.parameters().iter().map(|word| word.name).collect()
        };
        std::mem::discriminant(&self.kind) == std::mem::discriminant(&other.kind)
            && self.word().map(|word| word.name) == other.word().map(|word| word.name)
            && names(self) == names(other)
            && self.exprs == other.exprs
    }
}

#[cfg(any(test, feature = "testing"))]
fn without_spans(expr: &Expr) -> super::ast::ExprKind {
    use super::ast::ExprKind;

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
}
