//! The walk over the tree: names, calls, and which rule types which expression.

use super::error::{Because, Callee, Construct, Nearest, Rewrite, TypeError};
use super::function;
use super::literal::{Kind, Literal};
use super::operator::{self, Part};
use super::promote::{Operand, Typed};
use super::{Meaning, Type, TypeMap};
use crate::diag::Span;
use crate::diag::suggest::nearest;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, Func, PLANNED, Reduction};
use crate::syntax::ast::{Ast, CompareLink, Expr, ExprId, ExprKind, Keyword, NameId};
use crate::syntax::print;
use rustc_hash::FxHashMap;

/// What was probably meant is looked for only this often, and for names this short, so that a text
/// full of mistakes takes linear time.
const MAX_SUGGESTIONS: usize = 32;
const MAX_SUGGESTED_LEN: usize = 64;

/// How many inputs a message lists.
const MAX_LISTED_INPUTS: usize = 8;

/// How long an expression may be that a message writes out in another way.
const MAX_REWRITTEN_LEN: usize = 60;

/// NumPy's keyword arguments of functions and reductions.
const KNOWN_KEYWORDS: &[&str] = &[
    "axis", "keepdims", "where", "out", "dtype", "initial", "ddof", "casting", "order", "decimals",
];

/// Names under which people import modules with functions like ours.
const MODULES: &[&str] = &["np", "numpy", "math", "ne", "numexpr", "pl", "cp", "jnp"];

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
    /// It needs its value.
    Value,
    /// It calls it.
    Callee,
    /// It is not supported, and its mistake says enough: an unsupported part is not reported as well.
    Part,
    /// It compares its value.
    Compared,
    /// It reads an attribute of it, and its name is that of a module.
    Module,
}

pub(super) struct Checker<'a> {
    ast: &'a Ast,
    inputs: &'a [(&'a str, DType)],
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
    pub(super) fn new(ast: &'a Ast, inputs: &'a [(&'a str, DType)]) -> Checker<'a> {
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
                    self.errors.push(*error);
                    (None, Meaning::Nothing)
                }
            };
            self.types.push(ty);
            self.meanings.push(meaning);
        }
        let dtype = match self.operand(self.ast.root) {
            Ok(root) => operator::result(root).map_err(|error| self.errors.push(error)).ok(),
            Err(_) => None,
        };
        match dtype {
            Some(dtype) if self.errors.is_empty() => Ok(TypeMap {
                types: self.types,
                meanings: self.meanings,
                inputs: self.inputs.iter().map(|&(_, dtype)| dtype).collect(),
                dtype,
            }),
            Some(_) | None => {
                self.errors.sort_by_key(|error| error.span().start);
                assert!(!self.errors.is_empty(), "an expression without type has a mistake");
                Err(self.errors)
            }
        }
    }

    fn expr(&mut self, id: ExprId) -> Result<Typed, Stop> {
        let ast = self.ast;
        let span = ast.expr(id).span;
        let unsupported = |construct| match self.roles[id.0 as usize] {
            Role::Part => Err(Stop::Poisoned),
            Role::Value | Role::Compared | Role::Callee | Role::Module => {
                Err(TypeError::Unsupported { construct, span }.into())
            }
        };
        match &ast.expr(id).kind {
            &ExprKind::Int(value) => Ok(Typed::weak(Literal::Int(value))),
            &ExprKind::Float(value) => Ok(Typed::weak(Literal::Float(value))),
            &ExprKind::Bool(value) => Ok(Typed::weak(Literal::Bool(value))),
            ExprKind::Imaginary(_) => unsupported(Construct::ImaginaryLiteral),
            ExprKind::Str(_) => unsupported(Construct::StringLiteral),
            ExprKind::Bytes(_) => unsupported(Construct::BytesLiteral),
            ExprKind::None => unsupported(Construct::None),
            ExprKind::Subscript { .. } => unsupported(Construct::Subscript),
            ExprKind::Slice { .. } => unsupported(Construct::Slice),
            ExprKind::Tuple(_) => unsupported(Construct::Tuple),
            ExprKind::List(_) => unsupported(Construct::List),
            &ExprKind::Name(name) => match self.roles[id.0 as usize] {
                Role::Callee => Err(Stop::Poisoned),
                Role::Module if self.bound[name.0 as usize].is_none() => Err(Stop::Poisoned),
                Role::Value | Role::Compared | Role::Part | Role::Module => {
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
            ExprKind::Compare { first, rest } => self.comparison(*first, rest),
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

    fn operand(&self, id: ExprId) -> Result<Operand, Stop> {
        let ty = self.types[id.0 as usize].ok_or(Stop::Poisoned)?;
        Ok(Operand { ty, span: self.ast.expr(id).span })
    }

    fn operands(&self, ids: &[ExprId]) -> Result<Vec<Operand>, Stop> {
        ids.iter().map(|&id| self.operand(id)).collect()
    }

    fn variable(&mut self, id: NameId, span: Span) -> Result<Typed, Stop> {
        if let Some(input) = self.bound[id.0 as usize] {
            let dtype = self.inputs[input as usize].1;
            return Ok(Typed::strong(dtype, Meaning::Input(input)));
        }
        if let Some(&at) = self.unbound.get(&id) {
            if let TypeError::UnknownVariable { spans, .. } = &mut self.errors[at] {
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

    fn may_suggest(&mut self, name: &str) -> bool {
        self.suggestions += 1;
        self.suggestions <= MAX_SUGGESTIONS && name.len() <= MAX_SUGGESTED_LEN
    }

    fn comparison(&self, first: ExprId, rest: &[CompareLink]) -> Result<Typed, Stop> {
        if let Some(link) = rest.iter().find(|link| !is_order(link.op)) {
            let construct = Construct::Compare(link.op);
            return Err(TypeError::Unsupported { construct, span: link.op_span }.into());
        }
        let first = self.operand(first)?;
        let rest: Vec<(CompareOp, Operand)> = (rest.iter())
            .map(|link| Ok((link.op, self.operand(link.operand)?)))
            .collect::<Result<_, Stop>>()?;
        Ok(operator::comparison(first, &rest))
    }

    fn call(
        &mut self,
        callee_id: ExprId,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Typed, Stop> {
        let span = self.ast.expr(callee_id).span;
        let name = match self.ast.expr(callee_id).kind {
            ExprKind::Name(name) => name,
            // Its own mistake is reported where it stands.
            ExprKind::Attribute { .. } => return Err(Stop::Poisoned),
            _ => return Err(self.not_callable(callee_id)), // tidy: all others are values
        };
        let text = self.ast.name(name);
        let Some(callee) = callee(text) else {
            return Err(self.not_a_function(name, span).into());
        };
        if let Some(keyword) = keywords.first() {
            return Err(self.keyword(callee, keyword).into());
        }
        let expected = match callee {
            Callee::Func(func) => func.info().arity,
            Callee::Reduction(_) => 1,
        };
        if args.len() != expected {
            return Err(
                TypeError::ArgumentCount { callee, span, expected, given: args.len() }.into()
            );
        }
        let operands = self.operands(args)?;
        Ok(match callee {
            Callee::Func(func) => function::function(func, span, &operands)?,
            Callee::Reduction(reduction) => function::reduction(reduction, operands[0])?,
        })
    }

    fn not_callable(&self, id: ExprId) -> Stop {
        match self.operand(id) {
            Ok(value) => TypeError::NotCallable { span: value.span }.into(),
            Err(stop) => stop,
        }
    }

    fn not_a_function(&mut self, id: NameId, span: Span) -> TypeError {
        let name = self.ast.name(id);
        if let Some(&planned) = PLANNED.iter().find(|&&planned| planned == name) {
            return TypeError::Unsupported { construct: Construct::Function(planned), span };
        }
        let name = name.to_owned();
        if self.bound[id.0 as usize].is_some() {
            return TypeError::VariableCalled { name, span };
        }
        let found = self.may_suggest(&name).then(|| nearest(&name, callee_names())).flatten();
        TypeError::UnknownFunction { name, span, nearest: found.map(str::to_owned) }
    }

    fn keyword(&self, callee: Callee, keyword: &Keyword) -> TypeError {
        let name = self.ast.name(keyword.name).to_owned();
        let span = keyword.name_span;
        if KNOWN_KEYWORDS.contains(&name.as_str()) {
            TypeError::Unsupported { construct: Construct::Keyword(callee, name), span }
        } else {
            TypeError::UnknownKeyword { callee, keyword: name, span }
        }
    }

    fn attribute(
        &mut self,
        id: ExprId,
        object: ExprId,
        name: NameId,
        name_span: Span,
    ) -> Result<Typed, Stop> {
        let text = self.ast.name(name);
        if let (Some(module), None) = (module(self.ast, object), self.types[object.0 as usize]) {
            let construct = Construct::ModuleMember(module.to_owned(), text.to_owned());
            let span = self.ast.expr(object).span.to(name_span);
            return Err(TypeError::Unsupported { construct, span }.into());
        }
        let unsupported = |construct| TypeError::Unsupported { construct, span: name_span };
        if self.roles[id.0 as usize] == Role::Callee {
            return Err(unsupported(Construct::Method(text.to_owned())).into());
        }
        let (part, func) = match text {
            "real" => (Part::Real, Func::Real),
            "imag" => (Part::Imag, Func::Imag),
            _ => return Err(unsupported(Construct::Attribute(text.to_owned())).into()), // tidy: a name
        };
        let x = self.operand(object)?;
        match operator::literal_part(part, x) {
            Some(literal) => Ok(Typed::weak(literal)),
            None => Ok(function::function(func, name_span, &[x])?),
        }
    }

    /// Adds to a mistake about an infix operator what was probably meant.
    fn rewritten(&mut self, error: TypeError, id: ExprId) -> Stop {
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
        let is_bool = |id: ExprId| self.types[id.0 as usize].map(Type::kind) == Some(Kind::Bool);
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
        ast.root = add(ExprKind::Binary { op, op_span, lhs, rhs });
        Some(print(&ast))
    }
}

/// Returns what the parent makes of each expression.
fn roles(ast: &Ast) -> Vec<Role> {
    let mut roles = vec![Role::Value; ast.exprs.len()];
    let mut set = |id: ExprId, role| roles[id.0 as usize] = role;
    for expr in &ast.exprs {
        match &expr.kind {
            ExprKind::Call { callee, args, keywords } => {
                set(*callee, Role::Callee);
                keywords.iter().for_each(|keyword| set(keyword.value, Role::Part));
                if let ExprKind::Name(name) = ast.expr(*callee).kind
                    && PLANNED.contains(&ast.name(name))
                {
                    args.iter().for_each(|&arg| set(arg, Role::Part));
                }
            }
            ExprKind::Compare { first, rest } => {
                let ordered = rest.iter().all(|link| is_order(link.op));
                let role = if ordered { Role::Compared } else { Role::Part };
                set(*first, role);
                rest.iter().for_each(|link| set(link.operand, role));
            }
            &ExprKind::Attribute { object, .. } => {
                if module(ast, object).is_some() {
                    set(object, Role::Module);
                }
            }
            ExprKind::Subscript { indices: parts, .. }
            | ExprKind::Tuple(parts)
            | ExprKind::List(parts) => parts.iter().for_each(|&part| set(part, Role::Part)),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Name(_)
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. }
            | ExprKind::IfElse { .. }
            | ExprKind::Slice { .. } => {}
        }
    }
    roles
}

/// Returns the name of a module, if that is what the expression looks like.
fn module(ast: &Ast, id: ExprId) -> Option<&str> {
    match ast.expr(id).kind {
        ExprKind::Name(name) => Some(ast.name(name)).filter(|name| MODULES.contains(name)),
        _ => None, // tidy: a filter, not a dispatch
    }
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

fn callee(name: &str) -> Option<Callee> {
    (Func::from_name(name).map(Callee::Func))
        .or_else(|| Reduction::from_name(name).map(Callee::Reduction))
}

fn callee_names() -> impl Iterator<Item = &'static str> + Clone {
    let funcs = Func::ALL.iter().map(|func| func.info());
    let reductions = Reduction::ALL.iter().map(|reduction| reduction.info().name);
    funcs
        .flat_map(|info| std::iter::once(info.name).chain(info.aliases.iter().copied()))
        .chain(reductions)
}
