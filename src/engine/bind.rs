//! Names to operands: which array is which input, and what is wrong with them.

use smallvec::SmallVec;

use super::Input;
use super::array_ref::ArrayRef;
use crate::diag::{Diagnostic, ErrorKind, Exception, Span, suggest};
use crate::dtype::DType;
use crate::error::Error;
use crate::exec::run::RunError;
use crate::exec::view::{Operand, Single};
use crate::ir::shape::{Shape, ShapeError};
use crate::ops::Reduction;
use crate::syntax::ast::{Ast, ExprKind};
use crate::syntax::{self, Limits};
use crate::types::Dialect;
use crate::types::error::{ShownType, TypeError};
use crate::types::given::{self, Given};
use crate::types::literal::{Kind, Literal};

pub(super) type Operands<'a> = SmallVec<[Operand<'a>; 8]>;

/// Returns what is wrong with names that are given and that the expression does not have, or has
/// been given twice.
///
/// Nothing is said of names that another mistake is about: an input that is called like a function, or is
/// what a misspelled variable was probably meant to be.
pub(super) fn surplus(ast: &Ast, names: &[&str], mistakes: &[TypeError]) -> Vec<Diagnostic> {
    let variables = ast.variables();
    let mut diagnostics = Vec::new();
    let is_explained = |name: &str| mistakes.iter().any(|mistake| mistake.is_about(name));
    let unknown: Vec<&str> = (names.iter().copied())
        .filter(|name| !variables.contains(name) && !is_explained(name))
        .collect();
    if !unknown.is_empty() {
        let mut diagnostic = Diagnostic::new(
            ErrorKind::Names,
            format!("the expression does not use {}", list(&unknown)),
        );
        if !variables.is_empty() {
            diagnostic = diagnostic.note(format!("its variables are {}", list(&variables)));
        }
        diagnostics.push(diagnostic.help("give only the variables that the expression names"));
    }
    diagnostics.extend(twice(names));
    diagnostics
}

/// Returns the operands in the order of the inputs.
///
/// The caller's order is tried first, since that is how `vars!` and compiled kernels are used. They are
/// put into `operands`, which is empty: moving the result of a function would cost as much.
pub(super) fn bind<'v, N: AsRef<str>>(
    expression: &str,
    inputs: &[Input],
    given: &Given,
    vars: &'v [(N, ArrayRef<'_>)],
    operands: &mut Operands<'v>,
) -> Result<(), Error> {
    let same = |(input, (name, _)): (&Input, &(N, ArrayRef<'_>))| *input.name == *name.as_ref();
    if inputs.len() == vars.len() && inputs.iter().zip(vars).all(same) {
        let all = inputs.iter().zip(vars).all(|(input, (_, array))| {
            operand(input, array).map(|operand| operands.push(operand)).is_some()
        });
        if all {
            let numbers = vars.iter().map(|(_, array)| array);
            return take(expression, given, numbers, operands);
        }
        operands.clear();
    }
    let mut missing = Vec::new();
    let mut wrong = Vec::new();
    let mut too_large = Vec::new();
    for input in inputs {
        match vars.iter().find(|(name, _)| *input.name == *name.as_ref()) {
            None => missing.push(&*input.name),
            Some((_, array)) => match operand(input, array) {
                Some(operand) => operands.push(operand),
                None => {
                    match (array.literal().and_then(Literal::as_int), input.dtype.int_range()) {
                        (Some(number), Some(_)) => too_large.push((input, number)),
                        _ => wrong.push((input, what_is(array.is_weak(), array.dtype()))),
                    }
                }
            },
        }
    }
    let names: Vec<&str> = vars.iter().map(|(name, _)| name.as_ref()).collect();
    let known: Vec<&str> = inputs.iter().map(|input| &*input.name).collect();
    let surplus: Vec<&str> = names.iter().copied().filter(|name| !known.contains(name)).collect();
    let spans = Spans::of(expression);
    let mut diagnostics = Vec::new();
    if !missing.is_empty() {
        let message = format!("no value is given for {}", list(&missing));
        let mut diagnostic = Diagnostic::new(ErrorKind::Names, message);
        for name in &missing {
            diagnostic = spans.label(diagnostic, name, "has no value");
            if let Some(near) = suggest::nearest(name, surplus.iter().copied()) {
                diagnostic =
                    diagnostic.help(format!("`{near}` is given: is it meant as `{name}`?"));
            }
        }
        diagnostics.push(diagnostic);
    }
    if !surplus.is_empty() {
        let message = format!("the kernel has no input {}", list(&surplus));
        let mut diagnostic = Diagnostic::new(ErrorKind::Names, message);
        if !known.is_empty() {
            diagnostic = diagnostic.note(format!("its inputs are {}", list(&known)));
        }
        diagnostics.push(diagnostic);
    }
    if !wrong.is_empty() {
        let each: Vec<String> = (wrong.iter())
            .map(|(input, given)| {
                format!("`{}` is {given}, not {}", input.name, what_is(input.weak, input.dtype))
            })
            .collect();
        let message = format!("the kernel was compiled for other dtypes: {}", each.join(", "));
        let mut diagnostic = Diagnostic::new(ErrorKind::DType, message);
        for (input, given) in &wrong {
            diagnostic = spans.label(diagnostic, &input.name, format!("given as {given}"));
        }
        let help = if wrong.iter().any(|(input, _)| input.weak) {
            "an array, and a number with a dtype, is compiled for by the name of its dtype, as `f8`"
        } else {
            "compile the expression for these dtypes, or use `evaluate`"
        };
        diagnostics.push(diagnostic.help(help));
    }
    for (input, number) in too_large {
        let message = format!("`{}`: integer {number} does not fit {}", input.name, input.dtype);
        let diagnostic =
            Diagnostic::new(ErrorKind::Value, message).raising(Exception::OverflowError);
        diagnostics.push(spans.label(diagnostic, &input.name, format!("given as {number}")));
    }
    diagnostics.extend(twice(&names));
    if !diagnostics.is_empty() {
        return Err(Error::new(expression, diagnostics));
    }
    let find = |input: &Input| vars.iter().find(|(name, _)| *input.name == *name.as_ref());
    let numbers = inputs.iter().filter_map(find).map(|(_, array)| array);
    take(expression, given, numbers, operands)
}

/// Returns what is given for an input, if that fits: a number without a dtype is one of any dtype that holds it.
fn operand<'v>(input: &Input, array: &'v ArrayRef<'_>) -> Option<Operand<'v>> {
    match (array.literal(), input.kind()) {
        (None, None) => (array.dtype() == input.dtype).then(|| array.operand()),
        (Some(number), Some(kind)) => (number.kind() <= kind).then(|| array.operand()),
        (Some(number), None) => {
            let (re, im) = given::fitting(number, input.dtype)?;
            Some(Operand::Single(Single { dtype: input.dtype, re, im }))
        }
        (None, Some(_)) => None,
    }
}

/// Adds what the graph takes of numbers without a dtype. The arrays are in the order of the inputs.
fn take<'v>(
    expression: &str,
    given: &Given,
    arrays: impl Iterator<Item = &'v ArrayRef<'v>>,
    operands: &mut Operands<'_>,
) -> Result<(), Error> {
    if given.is_empty() {
        return Ok(());
    }
    let numbers: SmallVec<[Option<Literal>; 8]> = arrays.map(ArrayRef::literal).collect();
    let taken = (given.compute(&numbers))
        .map_err(|mistake| Error::new(expression, vec![mistake.diagnostic()]))?;
    operands.extend(
        taken
            .into_iter()
            .zip(given.dtypes())
            .map(|((re, im), dtype)| Operand::Single(Single { dtype, re, im })),
    );
    Ok(())
}

/// Returns the dtype of an input in words.
pub(super) fn what_is(weak: bool, dtype: DType) -> String {
    match Kind::of(dtype) {
        Some(kind) if weak => ShownType::Given(kind).to_string(),
        Some(_) | None => dtype.to_string(),
    }
}

/// Describes what went wrong in a run.
pub(super) fn run_error(
    expression: &str,
    inputs: &[Input],
    dialect: Dialect,
    error: &RunError,
) -> Error {
    let diagnostic = match error {
        RunError::Shape(error) => shape_error(expression, error),
        RunError::OutputShape { out, result, .. } => Diagnostic::new(
            ErrorKind::Shape,
            format!("the output has shape {}, the result {}", shape_text(out), shape_text(result)),
        )
        .help("the result broadcasts to the shape of the output, never the other way round"),
        RunError::Empty { reduction, span } => {
            Diagnostic::new(ErrorKind::Shape, format!("`{reduction}` of no elements has no value"))
                .at(*span, "has no elements here")
                .help(if matches!(reduction, Reduction::Argmin | Reduction::Argmax) {
                    "check the length of the array first"
                } else {
                    "check the length of the array first, or give `initial=`"
                })
        }
        RunError::Rows(shapes) => {
            let each: Vec<String> = (inputs.iter().zip(shapes))
                .filter(|(_, shape)| !shape.is_empty())
                .map(|(input, shape)| format!("`{}` has {}", input.name, shape[0]))
                .collect();
            let message = format!("columns of different lengths: {}", each.join(", "));
            Diagnostic::new(ErrorKind::Shape, message)
                .help("all columns of a batch have the same number of rows")
        }
        RunError::Memory(error) => {
            Diagnostic::new(ErrorKind::Config, error).raising(Exception::MemoryError)
        }
        RunError::Interrupted(error) => Diagnostic::new(ErrorKind::Interrupted, error),
    };
    let diagnostic = match dialect {
        Dialect::NumPy => diagnostic,
        Dialect::NumExpr => match in_numexprs_words(error) {
            Some(message) => Diagnostic { message, ..diagnostic },
            None => diagnostic,
        },
    };
    Error::new(expression, vec![diagnostic])
}

/// Returns the message of numexpr for what went wrong in a run. All of these are `ValueError`s, as are
/// our own mistakes about shapes.
fn in_numexprs_words(error: &RunError) -> Option<String> {
    // NumPy writes shapes in messages without blanks, and each with one behind it.
    let list = |shapes: &[&Shape]| -> String {
        shapes.iter().map(|shape| shape_text(shape).replace(", ", ",") + " ").collect()
    };
    match error {
        RunError::Shape(ShapeError::Broadcast { shapes, .. }) => {
            let shapes: Vec<&Shape> = shapes.iter().collect();
            Some(format!("operands could not be broadcast together with shapes {}", list(&shapes)))
        }
        RunError::Shape(ShapeError::NoAxis { .. }) => {
            Some("reduction axis is out of bounds".to_owned())
        }
        RunError::OutputShape { out, result, .. } => Some(format!(
            "operands could not be broadcast together with shapes {}",
            list(&[out, result])
        )),
        // numexpr reduces nothing to nothing; these are NumPy's words.
        RunError::Empty { reduction, .. } => {
            let smallest = matches!(reduction, Reduction::Min | Reduction::Nanmin);
            let name = if smallest { "minimum" } else { "maximum" };
            Some(format!("zero-size array to reduction operation {name} which has no identity"))
        }
        RunError::Shape(
            ShapeError::AxisTwice { .. }
            | ShapeError::TooManyIndices { .. }
            | ShapeError::TooManyAxes { .. }
            | ShapeError::TooLarge { .. },
        )
        | RunError::Rows(_)
        | RunError::Memory(_)
        | RunError::Interrupted(_) => None,
    }
}

fn shape_error(expression: &str, error: &ShapeError) -> Diagnostic {
    match error {
        ShapeError::Broadcast { span, shapes, spans } => {
            let each: Vec<String> = shapes.iter().map(shape_text).collect();
            let message = format!("shapes do not fit: {}", each.join(", "));
            let mut diagnostic = Diagnostic::new(ErrorKind::Shape, message);
            if spans.iter().all(|part| part == span) {
                diagnostic = diagnostic.at(*span, "these meet here");
            } else {
                for (part, text) in spans.iter().zip(&each) {
                    diagnostic = diagnostic.at(*part, format!("has shape {text}"));
                }
            }
            diagnostic.help(
                "trailing axes align; along each, lengths are equal or one of them is 1; \
                 `x[:, None]` inserts an axis",
            )
        }
        ShapeError::NoAxis { span, axis, ndim } => {
            let s = if *ndim == 1 { "" } else { "s" };
            let message =
                format!("axis {axis} is out of bounds for an array of {ndim} dimension{s}");
            let help = match ndim {
                0 => "a single value has no axes; leave `axis` out".to_owned(),
                1 => "its only axis is 0".to_owned(),
                _ => format!("axes are 0 to {}, or -{ndim} to -1", ndim - 1), // tidy: a number
            };
            let diagnostic =
                Diagnostic::new(ErrorKind::Shape, message).at(*span, "here").help(help);
            // `max(x, 3)`: the second argument is the axis.
            match called(expression, *span) {
                Some(Reduction::Max) => {
                    diagnostic.help("for the larger of two numbers write `maximum(a, b)`")
                }
                Some(Reduction::Min) => {
                    diagnostic.help("for the smaller of two numbers write `minimum(a, b)`")
                }
                _ => diagnostic, // tidy: no others are taken for functions of two numbers
            }
        }
        ShapeError::AxisTwice { span, axis } => {
            Diagnostic::new(ErrorKind::Shape, format!("axis {axis} is named twice"))
                .at(*span, "here")
                .help("negative axes count from the end")
        }
        ShapeError::TooManyIndices { span, given, ndim } => Diagnostic::new(
            ErrorKind::Shape,
            format!("{given} axes are indexed, and the array has {ndim}"),
        )
        .at(*span, "here")
        .help("each `:` stands for an axis; `None` inserts one"),
        ShapeError::TooManyAxes { span } => {
            Diagnostic::new(ErrorKind::Shape, "the array would have more than 64 axes")
                .at(*span, "here")
        }
        ShapeError::TooLarge { span, shape } => {
            let message =
                format!("an array of shape {} is beyond what memory can hold", shape_text(shape));
            Diagnostic::new(ErrorKind::Shape, message).at(*span, "here")
        }
    }
}

/// Returns the reduction that the call at this place in the text is of, if it gives no argument by name.
fn called(expression: &str, span: Span) -> Option<Reduction> {
    let (name, arguments) = expression.get(span.range())?.split_once('(')?;
    if arguments.contains('=') { None } else { Reduction::from_name(name) }
}

/// Returns a shape as Python writes it: `()`, `(3,)`, `(3, 4)`.
pub(super) fn shape_text(shape: &Shape) -> String {
    match shape[..] {
        [] => "()".to_owned(),
        [n] => format!("({n},)"),
        _ => {
            let lens: Vec<String> = shape.iter().map(usize::to_string).collect();
            format!("({})", lens.join(", "))
        }
    }
}

/// Describes an output of the wrong dtype.
pub(super) fn output_dtype(expression: &str, result: DType, out: DType, casting: &str) -> Error {
    let message = format!("the output is {out}, the result of the expression {result}");
    let mut diagnostic = Diagnostic::new(ErrorKind::DType, message)
        .note(format!("the casting rule is `{casting}`"))
        .help(format!("give an output of {result} ({})", result.numpy_name()));
    if result.is_numeric() && out.is_numeric() {
        diagnostic = diagnostic.help("or run with `Casting::Unsafe`");
    }
    Error::new(expression, vec![diagnostic])
}

/// Describes a call for one result of a program that has more.
pub(super) fn several_outputs(expression: &str, count: usize) -> Error {
    let diagnostic = Diagnostic::new(ErrorKind::Config, format!("the program has {count} results"))
        .help("`evaluate_all` and `Kernel::run_all` return all of them");
    Error::new(expression, vec![diagnostic])
}

/// Describes a call with the wrong number of outputs.
pub(super) fn output_count(expression: &str, results: usize, outs: usize) -> Error {
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let message = format!(
        "the program has {results} result{}, and {outs} output{} are given",
        s(results),
        s(outs)
    );
    Error::new(expression, vec![Diagnostic::new(ErrorKind::Config, message)])
}

fn twice(names: &[&str]) -> Option<Diagnostic> {
    let again: Vec<&str> = (names.iter().enumerate())
        .filter(|&(at, name)| names[..at].contains(name))
        .map(|(_, &name)| name)
        .collect();
    let message = || format!("{} given twice", list(&again));
    (!again.is_empty()).then(|| Diagnostic::new(ErrorKind::Names, message()))
}

/// Returns "`a`, `b` and `c`".
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Where the variables stand in a canonical expression. Found again from the text, since only errors
/// want to know.
struct Spans(Option<Ast>);

impl Spans {
    fn of(expression: &str) -> Spans {
        let program = syntax::parse(expression, &Limits::default()).ok();
        Spans(program.and_then(|program| program.resolve(&Limits::default()).ok()))
    }

    /// Labels the first use of a variable.
    fn label(
        &self,
        diagnostic: Diagnostic,
        name: &str,
        text: impl std::fmt::Display,
    ) -> Diagnostic {
        match self.find(name) {
            Some(span) => diagnostic.at(span, text),
            None => diagnostic,
        }
    }

    fn find(&self, name: &str) -> Option<Span> {
        let ast = self.0.as_ref()?;
        let is_name = |kind: &ExprKind| matches!(kind, ExprKind::Name(id) if ast.name(*id) == name);
        ast.exprs
            .iter()
            .filter(|expr| is_name(&expr.kind))
            .map(|expr| expr.span)
            .min_by_key(|s| s.start)
    }
}
