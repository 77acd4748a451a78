//! numexpr's dialect: its kinds, its signatures, and its exceptions word for word, without its defects.
//!
//! numexpr hands the text to Python with nodes in place of the variables, twice: first to see which
//! variables there are, when all of them count as `d`, and again when their dtypes are known. Then it looks
//! for an operation for each node of the tree that came out, converts the constants, and writes a program.
//! Each step has exceptions of its own, and the first one of the first step is what the user sees.
//! [`check`] takes the same steps, so that it finds the same.
//!
//! ```text
//! walk      what each part of the text is: an object of Python or a node, and what is wrong with it
//!           operator, compare, power, call    the rules of the nodes
//!           python, fold, known               the rules of what is known from the text
//! kind      the kinds, and which one operands agree on
//! opcodes   which operations there are
//! refuse    texts that numexpr does not hand to Python
//! ```
//!
//! What differs from numexpr on purpose is told in `docs/for-numexpr-users.md`.

mod call;
mod compare;
mod error;
mod fold;
mod function;
mod kind;
mod known;
mod opcodes;
mod operator;
mod power;
mod python;
mod refuse;
#[cfg(test)]
mod tests;
mod value;
mod walk;

pub(crate) use error::Raised;
pub(crate) use refuse::refuses;

use super::{Meaning, Type, TypeMap};
use crate::diag::suggest::nearest;
use crate::diag::{Exception, Span};
use crate::dtype::DType;
use crate::syntax::ast::{Ast, ExprId, ExprKind};
use kind::Kind;
use operator::fits;
use value::{Identity, Node, Object, Value};
use walk::{Phase, Variable, Walk};

/// Finds the type of every part of an expression over inputs with these names and dtypes.
///
/// # Errors
///
/// What numexpr raises. All unknown variables are reported, in the order of their names, which is the
/// order in which numexpr looks them up.
pub(crate) fn check(ast: &Ast, inputs: &[(&str, DType)]) -> Result<TypeMap, Vec<Raised>> {
    let names = names(ast, &Walk::over(ast, None)).map_err(|raised| vec![raised])?;
    let variables = look_up(ast, inputs, &names)?;
    complete(ast, Walk::over(ast, Some(&variables)), inputs).map_err(|raised| vec![raised])
}

/// Returns the names that numexpr looks up, sorted.
///
/// # Errors
///
/// What numexpr raises before it looks any of them up.
pub(crate) fn variables(ast: &Ast) -> Result<Vec<&str>, Raised> {
    let names = names(ast, &Walk::over(ast, None))?;
    Ok(names.into_iter().map(|(name, _)| name).collect())
}

/// Returns the parts that numexpr's tree is made of, each before those below it and from left to right.
fn tree(walk: &Walk<'_>, root: ExprId) -> Vec<ExprId> {
    let mut seen = vec![false; walk.parts.len()];
    let mut todo = vec![root];
    let mut tree = Vec::new();
    while let Some(id) = todo.pop() {
        if !std::mem::replace(&mut seen[id.0 as usize], true)
            && let Ok(part) = walk.part(id)
        {
            tree.push(id);
            todo.extend(part.children.iter().rev());
        }
    }
    tree
}

/// Returns the expression that the text is, if it is a value.
fn root(ast: &Ast, walk: &Walk<'_>) -> Result<ExprId, Raised> {
    for output in &ast.outputs {
        walk.part(output.expr).map_err(|failed| walk.raised(failed).clone())?;
    }
    let not_a_value = |span, class: &str| {
        Raised::type_error(span, format!("unsupported expression type: <class '{class}'>"))
    };
    let first = ast.outputs[0].expr;
    if ast.is_tuple || ast.outputs.len() != 1 {
        let last = ast.outputs[ast.outputs.len() - 1].expr;
        return Err(not_a_value(walk.span(first).to(walk.span(last)), "tuple"));
    }
    let part = walk.part(first).expect("looked at above");
    match part.value {
        Value::Node(_) | Value::Object(Object::Number(_) | Object::String { .. }) => Ok(first),
        Value::Object(
            object @ (Object::Tuple(_) | Object::None | Object::Ellipsis | Object::Function(_)),
        ) => Err(not_a_value(walk.span(first), object.class())),
    }
}

/// Returns the variables that numexpr's tree reads, with the places where the text reads them first.
fn names<'a>(ast: &'a Ast, walk: &Walk<'_>) -> Result<Vec<(&'a str, Span)>, Raised> {
    let root = root(ast, walk)?;
    let mut names: Vec<(&str, Span)> = (tree(walk, root).into_iter())
        .filter_map(|id| match ast.expr(id).kind {
            ExprKind::Name(name) => Some((ast.name(name), walk.span(id))),
            _ => None, // tidy: a filter, not a dispatch
        })
        .filter(|(name, _)| function::from_name(name).is_none())
        .collect();
    names.sort_by_key(|&(name, span)| (name, span.start));
    names.dedup_by_key(|&mut (name, _)| name);
    Ok(names)
}

/// Returns the variables by the names of the tree.
fn look_up(
    ast: &Ast,
    inputs: &[(&str, DType)],
    names: &[(&str, Span)],
) -> Result<Vec<Option<Variable>>, Vec<Raised>> {
    let find = |name: &str| inputs.iter().position(|&(input, _)| input == name);
    let unknown: Vec<Raised> = (names.iter())
        .filter(|(name, _)| find(name).is_none())
        .map(|&(name, span)| {
            let raised = Raised::new(Exception::KeyError, span, format!("'{name}'"));
            match nearest(name, inputs.iter().map(|&(input, _)| input)) {
                Some(near) => raised.help(format!("did you mean `{near}`?")),
                None => raised,
            }
            .label("not an input")
        })
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let mut variables = vec![None; ast.names.len()];
    for &(name, span) in names {
        let input = find(name).expect("found above");
        let kind = Kind::of(inputs[input].1)
            .map_err(|message| vec![Raised::value_error(span, message)])?;
        let dtype = match inputs[input].1 {
            dtype @ DType::Bytes(_) => dtype,
            _ => kind.dtype(), // tidy: all other kinds have one dtype
        };
        let at = ast.names.iter().position(|known| known == name).expect("a name of the tree");
        let input = u32::try_from(input).expect("inputs are fewer than 4 billion");
        variables[at] = Some(Variable { kind, dtype, input });
    }
    Ok(variables)
}

/// Takes the steps that come after the tree is made, and fills the table.
fn complete(ast: &Ast, walk: Walk<'_>, inputs: &[(&str, DType)]) -> Result<TypeMap, Raised> {
    let root = root(ast, &walk)?;
    let tree = tree(&walk, root);
    for phase in [Phase::Operations, Phase::Constants, Phase::Program] {
        for &id in &tree {
            let part = walk.part(id).expect("the tree is made of parts without mistakes");
            if let Some(late) = part.late.as_ref().filter(|late| late.phase == phase) {
                return Err(late.raised.clone());
            }
        }
        if phase == Phase::Constants {
            root_fits(&walk, root)?;
        }
    }
    reductions_come_last(&walk, root, &tree)?;
    let output = walk.operand(root).map_or(DType::Bool, |operand| operand.dtype);
    let mut in_tree = vec![false; walk.parts.len()];
    tree.iter().for_each(|id| in_tree[id.0 as usize] = true);
    let (types, meanings): (Vec<Option<Type>>, Vec<Meaning>) = (walk.parts.into_iter())
        .zip(in_tree)
        .map(|(part, is_in)| match part {
            Ok(part) if is_in => (part.ty, part.meaning),
            // Nobody asks for it.
            Ok(_) | Err(_) => (None, Meaning::Nothing),
        })
        .unzip();
    let inputs = inputs.iter().map(|&(_, dtype)| dtype).collect();
    Ok(TypeMap { types, meanings, inputs, outputs: vec![output] })
}

/// Checks that a number that is the whole text is one of its kind.
fn root_fits(walk: &Walk<'_>, root: ExprId) -> Result<(), Raised> {
    match walk.operand(root).ok().and_then(|operand| Some((operand.exact()?, operand.dtype))) {
        Some((value, dtype)) if !fits(value, dtype) => Err(python::too_large(walk.span(root))),
        Some(_) | None => Ok(()),
    }
}

/// Checks that nothing is done with the result of a reduction.
fn reductions_come_last(walk: &Walk<'_>, root: ExprId, tree: &[ExprId]) -> Result<(), Raised> {
    let last = match walk.part(root).map(|part| part.value) {
        Ok(Value::Node(Node { identity: Identity::Made(at), .. })) => at,
        Ok(Value::Node(_) | Value::Object(_)) | Err(_) => root,
    };
    let is_reduction =
        |id: ExprId| walk.part(id).is_ok_and(|part| matches!(part.meaning, Meaning::Reduction(_)));
    match tree.iter().find(|&&id| id != last && is_reduction(id)) {
        None => Ok(()),
        Some(&id) => {
            let message = "invalid program: reduction operations must occur last";
            Err(Raised::new(Exception::RuntimeError, walk.span(id), message)
                .help("Dialect::NumPy takes reductions anywhere"))
        }
    }
}
