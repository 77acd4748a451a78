//! Calls: which function, with which arguments, and what becomes of them.

use smallvec::{SmallVec, smallvec};

use super::super::literal::Literal;
use super::super::{Meaning, Reducing};
use super::error::Raised;
use super::function::{Function, Math};
use super::kind::{Common, Kind};
use super::operator::{Operation, longer};
use super::python;
use super::value::{Constant, Node, Object, Operand, Value};
use super::walk::{Part, Phase, Stop, Walk};
use crate::diag::{Exception, Span};
use crate::ops::{Axes, CompareOp, Func, Reduction};
use crate::syntax::ast::{ExprId, Keyword};

/// Python's name of the function that reduces.
const REDUCE: &str = "gen_reduce_axis_func.<locals>._func()";

/// The last axis that numexpr can name.
const LAST_AXIS: f64 = 254.0;

impl Walk<'_> {
    pub(super) fn call(
        &self,
        id: ExprId,
        callee: ExprId,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Part, Stop> {
        let called = self.value(callee)?;
        for &arg in args {
            self.value(arg)?;
        }
        for keyword in keywords {
            self.value(keyword.value)?;
        }
        let span = self.span(callee);
        let Value::Object(Object::Function(function)) = called else {
            let class = called.class();
            let raised = Raised::type_error(span, format!("'{class}' object is not callable"));
            return Err(raised.label("not a function of numexpr").into());
        };
        if let Function::Reduction(reduction) = function {
            return self.reduction(id, span, reduction, args, keywords);
        }
        if let Some(keyword) = keywords.first() {
            return Err(self.unexpected_keyword("ophelper.<locals>.func()", keyword).into());
        }
        let operands = self.operands(args)?;
        match function {
            Function::Math(math) => self.math(id, span, math, &operands),
            Function::Where => {
                let [condition, x, y] = exactly(&operands, "where_func()", &["a", "b", "c"], span)?;
                Ok(self.choose(id, span, condition, x, y)?)
            }
            Function::Contains => {
                let operands = exactly(&operands, "contains_func()", &["a", "b"], span)?;
                let name = "contains";
                let dtype = longer(operands[0].dtype, operands[1].dtype);
                let common = Common::plain(Kind::Bytes);
                let result = Kind::Bool;
                let operation = Operation { span, name, result, common, operands: &operands };
                Ok(self.operation(&operation, Node::func(result, id), |_| {
                    Meaning::Function(Func::Contains, dtype)
                }))
            }
            Function::Reduction(_) => unreachable!("has arguments of its own"),
        }
    }

    fn unexpected_keyword(&self, function: &str, keyword: &Keyword) -> Raised {
        let name = self.ast.name(keyword.name);
        let message = format!("{function} got an unexpected keyword argument '{name}'");
        Raised::type_error(keyword.name_span, message)
    }

    fn math(&self, id: ExprId, span: Span, math: Math, operands: &[Operand]) -> Result<Part, Stop> {
        if operands.iter().all(|operand| operand.is_constant()) {
            return self.fold_call(id, span, math, operands);
        }
        let common = self.common(operands, span)?;
        let Some(result) = math.result(common.kind) else {
            let message = "tuple.index(x): x not in tuple";
            return Err(Raised::value_error(span, message).label("does not take strings").into());
        };
        let Math { func, name, .. } = math;
        let operation = Operation { span, name, result, common, operands };
        let node = match (result, operands) {
            (Kind::Bytes, [x, ..]) => Node { dtype: x.dtype, ..Node::func(result, id) },
            (_, _) => Node::func(result, id), // tidy: all other kinds have one dtype
        };
        Ok(self.operation(&operation, node, |dtypes| match (func, operands) {
            (Func::Copy, [x]) => Meaning::Bound(x.at),
            (_, _) => Meaning::Function(func, dtypes[0]), // tidy: all others compute
        }))
    }

    /// `where(condition, x, y)`; a condition that is known chooses here.
    fn choose(
        &self,
        id: ExprId,
        span: Span,
        condition: Operand,
        x: Operand,
        y: Operand,
    ) -> Result<Part, Raised> {
        let holds = match condition.value {
            Value::Object(Object::String { at, .. }) => Some(self.string_length(at) > 0),
            Value::Object(_) | Value::Node(_) => condition.value.known().map(Literal::truth),
        };
        if let Some(holds) = holds {
            let chosen = if holds { x } else { y };
            let mut part = self.same_as(chosen.at);
            if let Value::Object(Object::Number(value)) = chosen.value {
                let value = Some(value);
                let constant = Constant { value, exact: true, is_numpy: false };
                part.value = Value::Node(Node::constant(chosen.kind, constant, id));
            }
            return Ok(part);
        }
        let operands = &[condition, x, y];
        let common = self.common(operands, span)?;
        let result = common.kind;
        let operation = Operation { span, name: "where", result, common, operands };
        Ok(self.operation(&operation, Node::func(result, id), |dtypes| {
            Meaning::Function(Func::Where, dtypes[1])
        }))
    }

    fn reduction(
        &self,
        id: ExprId,
        span: Span,
        reduction: Reduction,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Part, Stop> {
        let mut given: [Option<ExprId>; 2] = [args.first().copied(), args.get(1).copied()];
        if args.len() > 2 {
            let count = args.len();
            let message =
                format!("{REDUCE} takes from 1 to 2 positional arguments but {count} were given");
            return Err(Raised::type_error(span, message).into());
        }
        for keyword in keywords {
            let name = self.ast.name(keyword.name);
            let Some(at) = ["a", "axis"].iter().position(|&known| known == name) else {
                return Err(self.unexpected_keyword(REDUCE, keyword).into());
            };
            if given[at].replace(keyword.value).is_some() {
                let message = format!("{REDUCE} got multiple values for argument '{name}'");
                return Err(Raised::type_error(keyword.name_span, message).into());
            }
        }
        let [Some(x), axis] = given else {
            let message = format!("{REDUCE} missing 1 required positional argument: 'a'");
            return Err(Raised::type_error(span, message).into());
        };
        let axis = axis.map(|axis| self.axis(axis)).transpose()?.unwrap_or(Axis::All);
        let operand = match self.value(x)? {
            Value::Node(node) if node.constant.is_some() => return Ok(self.same_as(x)),
            // Of a single number all four are the number.
            Value::Object(Object::Number(Literal::Int(_) | Literal::Float(_))) => {
                return Ok(self.same_as(x));
            }
            Value::Node(_) | Value::Object(Object::Number(_)) => self.operand(x)?,
            Value::Object(object) => {
                let class = object.class();
                let message = format!("'{class}' object has no attribute 'astKind'");
                return Err(Raised::new(Exception::AttributeError, self.span(x), message).into());
            }
        };
        let kind = operand.kind;
        let axes = match axis {
            Axis::All | Axis::Unencodable => None,
            Axis::One(axis) => Some(smallvec![axis]),
        };
        let reducing = Reducing {
            reduction: in_kind(reduction, kind),
            dtype: kind.dtype(),
            x,
            axes: Axes { axes, keepdims: false },
            condition: None,
            initial: None,
            ddof: 0.0,
        };
        let node = Node { dtype: operand.dtype, ..Node::func(kind, id) };
        let part = Part::node(node, Meaning::Reduction(Box::new(reducing)), &[x]);
        let part = if let Axis::Unencodable = axis {
            let message = "'float' object cannot be interpreted as an integer";
            part.late(Phase::Program, Raised::type_error(span, message))
        } else {
            part
        };
        let letters = [kind.letter(), 'n'].iter().collect::<String>();
        Ok(self.late_if_missing(part, span, (reduction.info().name, kind), &letters))
    }

    fn axis(&self, id: ExprId) -> Result<Axis, Stop> {
        let span = self.span(id);
        let value = match self.value(id)? {
            Value::Object(Object::None) => return Ok(Axis::All),
            Value::Object(Object::Number(value)) => value,
            Value::Node(node) => match node.known() {
                Some(value) => value,
                None => return Err(Raised::truth_of_array(span).into()),
            },
            Value::Object(object) => {
                return Err(python::unordered(CompareOp::Lt, object.class(), "int", span).into());
            }
        };
        if python::compare(CompareOp::Lt, value, Literal::Int(0), span)? {
            return Err(Raised::value_error(span, "negative axis are not supported")
                .help("count axes from the front")
                .into());
        }
        if python::real(value) > LAST_AXIS {
            return Err(Raised::value_error(span, "cannot encode axis").into());
        }
        Ok(match value.as_int().and_then(|axis| i64::try_from(axis).ok()) {
            Some(axis) => Axis::One(axis),
            None => Axis::Unencodable,
        })
    }
}

/// What a reduction runs over.
#[derive(Clone, Copy)]
enum Axis {
    All,
    One(i64),
    /// A number that is none of an axis.
    Unencodable,
}

/// Returns the reduction that computes this one in a kind: NaNs count for nothing in `min` and `max`.
fn in_kind(reduction: Reduction, kind: Kind) -> Reduction {
    let skips = matches!(kind, Kind::Float | Kind::Double);
    match reduction {
        Reduction::Min if skips => Reduction::Nanmin,
        Reduction::Max if skips => Reduction::Nanmax,
        other => other, // tidy: sums take NaNs as they are
    }
}

/// Returns the arguments of a function that takes exactly these, or Python's exception.
fn exactly<const N: usize>(
    operands: &[Operand],
    function: &str,
    names: &[&str; N],
    span: Span,
) -> Result<[Operand; N], Raised> {
    operands.try_into().map_err(|_| {
        let given = operands.len();
        let message = if given > N {
            format!("{function} takes {N} positional arguments but {given} were given")
        } else {
            let missing: SmallVec<[String; 3]> =
                names[given..].iter().map(|name| format!("'{name}'")).collect();
            let list = match missing.as_slice() {
                [one] => one.clone(),
                [one, two] => format!("{one} and {two}"),
                [all @ .., last] => format!("{}, and {last}", all.join(", ")),
                [] => unreachable!("as many as there are"),
            };
            let s = if missing.len() == 1 { "" } else { "s" };
            let count = missing.len();
            format!("{function} missing {count} required positional argument{s}: {list}")
        };
        Raised::type_error(span, message)
    })
}
