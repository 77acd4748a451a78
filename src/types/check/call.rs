//! Calls: which function it is, and which argument goes to which parameter.

use super::names::{callee, callee_names, module};
use super::{Checker, Role, Stop};
use crate::diag::Span;
use crate::diag::suggest::nearest;
use crate::dtype::DType;
use crate::ops::{Func, FuncClass};
use crate::syntax::ast::{ExprId, ExprKind, Keyword, NameId};
use crate::types::error::{ArgumentError, Callee, Construct, TypeError};
use crate::types::function;
use crate::types::literal::{Literal, Part};
use crate::types::operator;
use crate::types::promote::{Operand, Typed};
use crate::types::{Meaning, Special, Type};

/// NumPy's keyword arguments of functions and reductions that have no place in a formula.
const KNOWN_KEYWORDS: &[&str] = &["out", "dtype", "where", "casting", "order", "subok"];

impl Checker<'_> {
    pub(super) fn call(
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
        match callee(self.ast.name(name)) {
            Some(Callee::Reduction(reduction)) => self.reduction(reduction, span, args, keywords),
            Some(Callee::Func(func)) => self.function(func, span, args, keywords),
            None => Err(self.not_a_function(name, span).into()),
        }
    }

    fn function(
        &self,
        func: Func,
        span: Span,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Typed, Stop> {
        let info = func.info();
        let count = info.min_args..=info.max_args().unwrap_or(usize::MAX);
        // The maximum first: a keyword may fill what positions leave out.
        if args.len() > *count.end() || (keywords.is_empty() && args.len() < *count.start()) {
            let callee = Callee::Func(func);
            return Err(TypeError::ArgumentCount { callee, span, given: args.len() }.into());
        }
        if info.max_args().is_none() {
            return match keywords.first() {
                Some(keyword) => Err(self.keyword(Callee::Func(func), keyword).into()),
                None => self.case(span, args),
            };
        }
        let args = self.matched(func, span, args, keywords)?;
        match func {
            Func::Round => self.round(span, &args),
            Func::Clip => self.clip(span, &args),
            Func::NanToNum => self.nan_to_num(span, &args),
            Func::Isclose => self.isclose(span, &args),
            Func::Isin => self.isin(span, &args),
            Func::Select => self.select(&args),
            _ => self.values(func, span, &args), // tidy: all others take values only
        }
    }

    /// Types a function whose arguments are all values.
    fn values(&self, func: Func, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let operands = (args.iter().flatten())
            .map(|&arg| self.operand(arg))
            .collect::<Result<Vec<Operand>, Stop>>()?;
        let part = match func {
            Func::Real => Some(Part::Real),
            Func::Imag => Some(Part::Imag),
            _ => None, // tidy: the functions that are also attributes
        };
        // As for the attributes, the part of a literal is a literal, in NumPy as well.
        if let Some(typed) = part.and_then(|part| operator::weak_part(part, operands[0])) {
            return Ok(typed);
        }
        let FuncClass::Compare(op) = func.info().class else {
            return Ok(function::function(func, span, &operands)?);
        };
        let (Some(x), Some(y)) = (args[0], args[1]) else { return Err(Stop::Poisoned) };
        let link = operator::link(op, span, operands[0], operands[1])?;
        let special = Special::Compare { op, x, y, link };
        Ok(Typed::strong(DType::Bool, Meaning::Special(Box::new(special))))
    }

    /// Returns the argument of each parameter; those that must be given are.
    fn matched(
        &self,
        func: Func,
        span: Span,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Vec<Option<ExprId>>, Stop> {
        let info = func.info();
        let callee = Callee::Func(func);
        let mut matched: Vec<Option<ExprId>> = args.iter().copied().map(Some).collect();
        matched.resize(info.params.len(), None);
        for keyword in keywords {
            let name = self.ast.name(keyword.name);
            let at = info.params.iter().position(|&param| param == name);
            match at.filter(|&at| at >= info.min_args) {
                None => return Err(self.keyword(callee, keyword).into()),
                Some(at) if matched[at].is_some() => {
                    let (param, span) = (info.params[at], keyword.name_span);
                    return Err(TypeError::ArgumentTwice { callee, param, span }.into());
                }
                Some(at) => matched[at] = Some(keyword.value),
            }
        }
        if args.len() < info.min_args {
            return Err(TypeError::ArgumentCount { callee, span, given: args.len() }.into());
        }
        Ok(matched)
    }

    pub(super) fn keyword(&self, callee: Callee, keyword: &Keyword) -> TypeError {
        let name = self.ast.name(keyword.name).to_owned();
        let span = keyword.name_span;
        if KNOWN_KEYWORDS.contains(&name.as_str()) {
            TypeError::Unsupported { construct: Construct::Keyword(callee, name), span }
        } else {
            TypeError::UnknownKeyword { callee, keyword: name, span }
        }
    }

    /// Returns the value of an argument that must be a literal truth value.
    pub(super) fn flag(
        &self,
        callee: Callee,
        param: &'static str,
        id: ExprId,
    ) -> Result<bool, Stop> {
        let mistake =
            |span| TypeError::Argument { callee, param, span, why: ArgumentError::NotFlag };
        match self.types[id.0 as usize] {
            Some(Type::Weak(Literal::Bool(value))) => Ok(value),
            _ => Err(self.bad_argument(id, mistake)), // tidy: a filter, not a dispatch
        }
    }

    /// Returns the value of an argument that must be a literal real number.
    pub(super) fn number(
        &self,
        callee: Callee,
        param: &'static str,
        id: ExprId,
    ) -> Result<f64, Stop> {
        let mistake =
            |span| TypeError::Argument { callee, param, span, why: ArgumentError::NotNumber };
        let value = match self.types[id.0 as usize] {
            Some(Type::Weak(literal)) => literal.as_float(),
            Some(Type::Given(_) | Type::Strong(_)) | None => None,
        };
        value.ok_or_else(|| self.bad_argument(id, mistake))
    }

    /// Returns the mistake that an argument is, unless a part of it has one.
    pub(super) fn bad_argument(&self, id: ExprId, mistake: impl FnOnce(Span) -> TypeError) -> Stop {
        match self.operand(id) {
            Err(Stop::Poisoned) => Stop::Poisoned,
            // That it is no value would be the lesser mistake.
            Ok(_) | Err(Stop::Mistake(_)) => mistake(self.ast.expr(id).span).into(),
        }
    }

    fn not_callable(&self, id: ExprId) -> Stop {
        match self.operand(id) {
            Ok(value) => TypeError::NotCallable { span: value.span }.into(),
            Err(stop) => stop,
        }
    }

    fn not_a_function(&mut self, id: NameId, span: Span) -> TypeError {
        let name = self.ast.name(id).to_owned();
        if self.bound[id.0 as usize].is_some() {
            return TypeError::VariableCalled { name, span };
        }
        let found = self.may_suggest(&name).then(|| nearest(&name, callee_names())).flatten();
        TypeError::UnknownFunction { name, span, nearest: found.map(str::to_owned) }
    }

    pub(super) fn attribute(
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
            // tidy: a name
            _ if self.bound[name.0 as usize].is_some() => {
                return Err(unsupported(Construct::Column(text.to_owned())).into());
            }
            _ => return Err(unsupported(Construct::Attribute(text.to_owned())).into()), // tidy: a name
        };
        let x = self.operand(object)?;
        match operator::weak_part(part, x) {
            Some(typed) => Ok(typed),
            None => Ok(function::function(func, name_span, &[x])?),
        }
    }
}
