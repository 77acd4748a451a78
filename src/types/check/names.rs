//! Names: variables, constants, and what was probably meant.

use super::{Checker, Role, Stop};
use crate::diag::Span;
use crate::diag::suggest::nearest;
use crate::ops::{CompareOp, Func, Reduction};
use crate::syntax::ast::{Ast, CompareLink, Expr, ExprId, ExprKind, NameId};
use crate::syntax::print_expr;
use crate::types::error::{Because, Callee, Nearest, Rewrite, TypeError};
use crate::types::literal::{Kind, Literal};
use crate::types::promote::Typed;
use crate::types::{Meaning, Type};

/// What was probably meant is looked for only this often, and for names this short, so that a text
/// full of mistakes takes linear time.
const MAX_SUGGESTIONS: usize = 32;
const MAX_SUGGESTED_LEN: usize = 64;

/// How many inputs a message lists.
const MAX_LISTED_INPUTS: usize = 8;

/// How long an expression may be that a message writes out in another way.
const MAX_REWRITTEN_LEN: usize = 60;

/// Names under which people import modules with functions like ours.
const MODULES: &[&str] = &["np", "numpy", "math", "ne", "numexpr", "pl", "cp", "jnp"];

impl Checker<'_> {
    pub(super) fn variable(&mut self, id: NameId, span: Span) -> Result<Typed, Stop> {
        if let Some(input) = self.bound[id.0 as usize] {
            let ty = self.inputs[input as usize].1;
            let is_array = ty.is_strong();
            let meaning = if is_array { Meaning::Input(input) } else { Meaning::Given(input) };
            return Ok(Typed { ty, meaning });
        }
        if let Some(value) = constant(self.ast.name(id)) {
            return Ok(Typed::weak(Literal::Float(value)));
        }
        if let Some(&at) = self.unbound.get(&id) {
            if let TypeError::UnknownVariable { spans, .. } = self.errors[at].innermost() {
                spans.push(span);
            }
            return Err(Stop::Poisoned);
        }
        let name = self.ast.name(id).to_owned();
        let nearest = self.nearest_name(&name);
        if callee(&name).is_some() {
            return Err(TypeError::FunctionAsVariable { name, span, nearest }.into());
        }
        // Once is enough for all unknown names.
        let list = self.unbound.is_empty() && self.inputs.len() <= MAX_LISTED_INPUTS;
        let listed = if list { self.inputs } else { &[] };
        let inputs = listed.iter().map(|&(name, _)| name.to_owned()).collect();
        self.unbound.insert(id, self.errors.len());
        Err(TypeError::UnknownVariable { name, spans: vec![span], nearest, inputs }.into())
    }

    fn nearest_name(&mut self, name: &str) -> Option<Nearest> {
        if !self.may_suggest(name) {
            return None;
        }
        let inputs = self.inputs.iter().map(|&(input, _)| -> &str { input });
        let functions = callee_names().map(|function| -> &str { function });
        let found = nearest(name, inputs.clone().chain(functions))?;
        let is_input = inputs.clone().any(|input| input == found);
        let kind = if is_input { Nearest::Variable } else { Nearest::Function };
        Some(kind(found.to_owned()))
    }

    pub(super) fn may_suggest(&mut self, name: &str) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS && name.len() <= MAX_SUGGESTED_LEN
    }

    /// Adds to a mistake about an infix operator what was probably meant.
    pub(super) fn rewritten(&mut self, error: TypeError, id: ExprId) -> Stop {
        let mut error = error;
        if let TypeError::Binary { because: Because::FloatBits, rewrite, .. } = &mut error {
            *rewrite = if self.roles[id.0 as usize] == Role::Compared {
                Some(Rewrite::Parentheses)
            } else {
                self.compared_with_zero(id).map(Rewrite::CompareFirst)
            };
        }
        error.into()
    }

    /// Returns the text of an infix expression with the sides that are numbers compared with zero, if
    /// one side is a truth value and the text is short enough to be read.
    fn compared_with_zero(&mut self, id: ExprId) -> Option<String> {
        self.suggestions += 1;
        let ExprKind::Binary { op, op_span, lhs, rhs } = self.ast.expr(id).kind else {
            return None;
        };
        let is_bool =
            |id: ExprId| self.types[id.0 as usize].and_then(Type::kind) == Some(Kind::Bool);
        let length = self.ast.expr(lhs).span.to(self.ast.expr(rhs).span).range().len();
        if is_bool(lhs) == is_bool(rhs)
            || length > MAX_REWRITTEN_LEN
            || self.suggestions > MAX_SUGGESTIONS
        {
            return None;
        }
        let mut ast = self.ast.clone();
        let mut add = |kind| {
            let id = u32::try_from(ast.exprs.len()).expect("node limits keep the arena within u32");
            ast.exprs.push(Expr { kind, span: op_span });
            ExprId(id)
        };
        let mut truth = |id| {
            if is_bool(id) {
                return id;
            }
            let zero = add(ExprKind::Int(0));
            let rest = vec![CompareLink { op: CompareOp::Ne, op_span, operand: zero }];
            add(ExprKind::Compare { first: id, rest })
        };
        let (lhs, rhs) = (truth(lhs), truth(rhs));
        let root = add(ExprKind::Binary { op, op_span, lhs, rhs });
        Some(print_expr(&ast, root))
    }
}

/// Returns the value of a constant.
fn constant(name: &str) -> Option<f64> {
    match name {
        "pi" => Some(std::f64::consts::PI),
        "e" => Some(std::f64::consts::E),
        "inf" => Some(f64::INFINITY),
        "nan" => Some(f64::NAN),
        _ => None, // tidy: a name, not an op
    }
}

/// Returns the name of a module, if that is what the expression looks like.
pub(super) fn module(ast: &Ast, id: ExprId) -> Option<&str> {
    match ast.expr(id).kind {
        ExprKind::Name(name) => Some(ast.name(name)).filter(|name| MODULES.contains(name)),
        _ => None, // tidy: a filter, not a dispatch
    }
}

pub(super) fn callee(name: &str) -> Option<Callee> {
    (Func::from_name(name).map(Callee::Func))
        .or_else(|| Reduction::from_name(name).map(Callee::Reduction))
}

pub(super) fn callee_names() -> impl Iterator<Item = &'static str> + Clone {
    let funcs = Func::ALL.iter().map(|func| func.info());
    let reductions = Reduction::ALL.iter().map(|reduction| reduction.info());
    funcs.flat_map(|info| std::iter::once(info.name).chain(info.aliases.iter().copied())).chain(
        reductions.flat_map(|info| std::iter::once(info.name).chain(info.aliases.iter().copied())),
    )
}
