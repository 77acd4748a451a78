//! The walk over the tree: which rule types which expression.

mod call;
mod index;
mod list;
mod names;
mod reduction;
mod special;

use super::error::{Construct, TypeError};
use super::literal::Literal;
use super::operator;
use super::promote::{Operand, Typed};
use super::{Meaning, Type, TypeMap, text};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp};
use crate::syntax::ast::{Ast, CompareLink, ExprId, ExprKind, NameId};
use rustc_hash::FxHashMap;

/// Why an expression has no type.
enum Stop {
    /// A part has none, which is reported already, or it is not a value.
    Poisoned,
    Mistake(Box<TypeError>),
}

impl From<TypeError> for Stop {
    fn from(error: TypeError) -> Stop {
        Stop::Mistake(Box::new(error))
    }
}

/// What the parent makes of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It needs its value, or says itself that it is none.
    Value,
    /// It calls it.
    Callee,
    /// It compares its value.
    Compared,
    /// It reads an attribute of it, and its name is that of a module.
    Module,
    /// It is an entry of a subscript.
    Index,
}

pub(super) struct Checker<'a> {
    ast: &'a Ast,
    inputs: &'a [(&'a str, Type)],
    /// The input that each name of the tree has, by `NameId`.
    bound: Vec<Option<u32>>,
    roles: Vec<Role>,
    types: Vec<Option<Type>>,
    meanings: Vec<Meaning>,
    errors: Vec<TypeError>,
    /// Where in `errors` the mistake about an unbound name is.
    unbound: FxHashMap<NameId, usize>,
    suggestions: usize,
}

impl<'a> Checker<'a> {
    pub(super) fn new(ast: &'a Ast, inputs: &'a [(&'a str, Type)]) -> Checker<'a> {
        let mut known = FxHashMap::default();
        for (index, &(name, _)) in (0_u32..).zip(inputs) {
            known.entry(name).or_insert(index);
        }
        Checker {
            ast,
            inputs,
            bound: ast.names.iter().map(|name| known.get(name.as_str()).copied()).collect(),
            roles: roles(ast),
            types: Vec::with_capacity(ast.exprs.len()),
            meanings: Vec::with_capacity(ast.exprs.len()),
            errors: Vec::new(),
            unbound: FxHashMap::default(),
            suggestions: 0,
        }
    }

    pub(super) fn run(mut self) -> Result<TypeMap, Vec<TypeError>> {
        for index in 0..self.ast.exprs.len() {
            let id = ExprId(u32::try_from(index).expect("node limits keep the arena within u32"));
            let (ty, meaning) = match self.expr(id) {
                Ok(typed) => (Some(typed.ty), typed.meaning),
                Err(Stop::Poisoned) => (None, Meaning::Nothing),
                Err(Stop::Mistake(error)) => {
                    let error = self.in_calls(*error, id);
                    self.errors.push(error);
                    (None, Meaning::Nothing)
                }
            };
            self.types.push(ty);
            self.meanings.push(meaning);
        }
        let mut outputs = Vec::with_capacity(self.ast.outputs.len());
        for output in &self.ast.outputs {
            match self.output(output.expr) {
                Ok(dtype) => outputs.push(dtype),
                Err(Stop::Poisoned) => {}
                Err(Stop::Mistake(error)) => self.errors.push(*error),
            }
        }
        if self.errors.is_empty() {
            assert_eq!(
                outputs.len(),
                self.ast.outputs.len(),
                "an output without type has a mistake"
            );
            return Ok(TypeMap {
                types: self.types,
                meanings: self.meanings,
                inputs: self.inputs.iter().map(|&(_, ty)| ty.dtype()).collect(),
                outputs,
            });
        }
        self.errors.sort_by_key(|error| error.span().start);
        // A part that is used several times is no mistake several times, nor is the body of a function.
        self.errors.dedup_by(|x, y| *x.innermost() == *y.innermost());
        Err(self.errors)
    }

    /// Adds to a mistake in the body of a function how it was called.
    fn in_calls(&self, error: TypeError, id: ExprId) -> TypeError {
        let calls: Vec<Span> = self.ast.call_sites(id).collect();
        if calls.is_empty() {
            return error;
        }
        TypeError::InCall { error: Box::new(error), calls }
    }

    /// Returns the dtype of a result. Strings are passed on, not computed.
    fn output(&self, id: ExprId) -> Result<DType, Stop> {
        let x = self.operand(id)?;
        let mut source = id;
        while let Meaning::Bound(bound) = self.meanings[source.0 as usize] {
            source = bound;
        }
        if x.is_string() && !matches!(self.meanings[source.0 as usize], Meaning::Input(_)) {
            return Err(
                TypeError::Strings { what: "a result", ty: x.ty.into(), span: x.span }.into()
            );
        }
        Ok(operator::result(x)?)
    }

    fn expr(&mut self, id: ExprId) -> Result<Typed, Stop> {
        let ast = self.ast;
        let span = ast.expr(id).span;
        match &ast.expr(id).kind {
            &ExprKind::Int(value) => Ok(Typed::weak(Literal::Int(value))),
            &ExprKind::Float(value) => Ok(Typed::weak(Literal::Float(value))),
            &ExprKind::Imaginary(value) => Ok(Typed::weak(Literal::Complex(0.0, value))),
            &ExprKind::Bool(value) => Ok(Typed::weak(Literal::Bool(value))),
            ExprKind::Str(value) => Ok(Typed::strong(text::of_str(value), Meaning::Text)),
            ExprKind::Bytes(value) => Ok(Typed::strong(text::of_bytes(value), Meaning::Text)),
            // These are no values: who needs one says so.
            ExprKind::None
            | ExprKind::Ellipsis
            | ExprKind::Slice { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_) => Err(Stop::Poisoned),
            &ExprKind::Bound(bound) => {
                let ty = self.operand(bound)?.ty;
                let meaning = match ty {
                    Type::Weak(_) | Type::Given(_) => Meaning::Nothing,
                    Type::Strong(_) => Meaning::Bound(bound),
                };
                Ok(Typed { ty, meaning })
            }
            ExprKind::Subscript { object, indices } => self.subscript(*object, indices),
            &ExprKind::Name(name) => match self.roles[id.0 as usize] {
                Role::Callee => Err(Stop::Poisoned),
                Role::Module if self.bound[name.0 as usize].is_none() => Err(Stop::Poisoned),
                Role::Index
                    if self.bound[name.0 as usize].is_none()
                        && ast.name(name) == index::NEW_AXIS =>
                {
                    Err(Stop::Poisoned)
                }
                Role::Value | Role::Compared | Role::Index | Role::Module => {
                    self.variable(name, span)
                }
            },
            &ExprKind::Unary { op, operand } => {
                Ok(operator::unary(op, span, self.operand(operand)?)?)
            }
            &ExprKind::Binary { op: BinaryOp::MatMul, op_span, .. } => {
                Err(TypeError::Unsupported { construct: Construct::MatMul, span: op_span }.into())
            }
            &ExprKind::Binary { op, op_span, lhs, rhs } => {
                let (lhs, rhs) = (self.operand(lhs)?, self.operand(rhs)?);
                operator::binary(op, op_span, lhs, rhs).map_err(|error| self.rewritten(error, id))
            }
            ExprKind::Compare { first, rest } => self.comparison(id, *first, rest),
            &ExprKind::IfElse { condition, then, otherwise } => {
                let (then, condition) = (self.operand(then)?, self.operand(condition)?);
                Ok(operator::if_else(condition, then, self.operand(otherwise)?)?)
            }
            ExprKind::Call { callee, args, keywords } => self.call(*callee, args, keywords),
            &ExprKind::Attribute { object, name, name_span } => {
                self.attribute(id, object, name, name_span)
            }
        }
    }

    /// Returns an expression as an operand of another.
    fn operand(&self, id: ExprId) -> Result<Operand, Stop> {
        let span = self.ast.expr(id).span;
        if let Some(ty) = self.types[id.0 as usize] {
            return Ok(Operand { ty, span });
        }
        let construct = match self.ast.expr(id).kind {
            ExprKind::None => Construct::None,
            ExprKind::Ellipsis => Construct::Ellipsis,
            ExprKind::Slice { .. } => Construct::Slice,
            ExprKind::Tuple(_) => Construct::Tuple,
            ExprKind::List(_) => Construct::List,
            _ => return Err(Stop::Poisoned), // tidy: all others are values or have reported a mistake
        };
        Err(TypeError::NotAValue { construct, span }.into())
    }

    fn comparison(
        &mut self,
        id: ExprId,
        first: ExprId,
        rest: &[CompareLink],
    ) -> Result<Typed, Stop> {
        if let Some(link) = rest.iter().find(|link| !is_order(link.op)) {
            return match (link.op, rest) {
                (CompareOp::In | CompareOp::NotIn, &[link]) => self.membership(first, link),
                (CompareOp::In | CompareOp::NotIn, _) => {
                    let construct = Construct::ChainedIn;
                    Err(TypeError::Unsupported { construct, span: link.op_span }.into())
                }
                (op, _) => {
                    let construct = Construct::Compare(op);
                    Err(TypeError::Unsupported { construct, span: link.op_span }.into())
                }
            };
        }
        let first = self.operand(first)?;
        let rest: Vec<(CompareOp, Span, Operand)> = (rest.iter())
            .map(|link| Ok((link.op, link.op_span, self.operand(link.operand)?)))
            .collect::<Result<_, Stop>>()?;
        operator::comparison(first, &rest).map_err(|error| self.rewritten(error, id))
    }
}

/// Returns what the parent makes of each expression.
fn roles(ast: &Ast) -> Vec<Role> {
    let mut roles = vec![Role::Value; ast.exprs.len()];
    let mut set = |id: ExprId, role| roles[id.0 as usize] = role;
    for expr in &ast.exprs {
        match &expr.kind {
            ExprKind::Call { callee, .. } => set(*callee, Role::Callee),
            ExprKind::Compare { first, rest } => {
                set(*first, Role::Compared);
                rest.iter().for_each(|link| set(link.operand, Role::Compared));
            }
            &ExprKind::Attribute { object, .. } => {
                if names::module(ast, object).is_some() {
                    set(object, Role::Module);
                }
            }
            ExprKind::Subscript { indices, .. } => {
                indices.iter().for_each(|&index| set(index, Role::Index));
            }
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Ellipsis
            | ExprKind::Name(_)
            | ExprKind::Bound(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::IfElse { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Tuple(_)
            | ExprKind::List(_) => {}
        }
    }
    roles
}

fn is_order(op: CompareOp) -> bool {
    match op {
        CompareOp::Lt
        | CompareOp::Le
        | CompareOp::Eq
        | CompareOp::Ne
        | CompareOp::Ge
        | CompareOp::Gt => true,
        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => false,
    }
}
