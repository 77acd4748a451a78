//! What an expression means: the dtype of every part, or why it has none.
//!
//! [`check`] walks the tree once, in the order of its arena, and fills a [`TypeMap`], the side table
//! that `ir::build` turns into a graph. Every rule of the language about dtypes lives here; the table
//! names for each operation the dtype in which it computes, so that nothing later decides one.
//!
//! Expressions of literals and operators only are *weak* (NumPy's NEP 50): they are computed here, with
//! Python's arithmetic, and take the dtype of the operand beside them. So are those of numbers that are *given*
//! with each run ([`given`]), of which only the kind is known here. All others are *strong*.
//!
//! One mistake does not hide another: an erroneous part poisons the operations above it silently, and
//! checking goes on.

mod check;
mod diagnose;
pub(crate) mod error;
mod function;
pub(crate) mod given;
pub(crate) mod literal;
pub(crate) mod numexpr;
mod operator;
pub(crate) mod promote;
#[cfg(test)]
mod tests;
mod text;
mod time;

pub(crate) use error::TypeError;

use crate::diag::Diagnostic;
use crate::dtype::{DType, TimeUnit};
use crate::ops::{Axes, CompareOp, Func, IndexItem, Reduction};
use crate::syntax::ast::{Ast, ExprId};
use literal::{Kind, Literal};

/// Whose rules decide dtypes.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// NumPy 2: literals adapt to the arrays beside them, `f32 * 2.0` is `f32`.
    #[default]
    NumPy,
    /// numexpr 2.14: its kinds, its signatures and its messages, without its defects.
    NumExpr,
}

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Type {
    /// Made of literals and operators only; this is its value.
    Weak(Literal),
    /// As weak, but made of numbers that are given with each run: the value has this kind.
    Given(Kind),
    /// Elements of this dtype.
    Strong(DType),
}

impl Type {
    /// Returns what sort of number it is; strings, moments and durations are none.
    pub(crate) fn kind(self) -> Option<Kind> {
        match self {
            Type::Weak(literal) => Some(literal.kind()),
            Type::Given(kind) => Some(kind),
            Type::Strong(dtype) => Kind::of(dtype),
        }
    }

    /// Returns the dtype; a literal or given number has the widest of its kind.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Type::Weak(literal) => literal.kind().default_dtype(),
            Type::Given(kind) => kind.default_dtype(),
            Type::Strong(dtype) => dtype,
        }
    }

    /// Returns the value, if it is known.
    pub(crate) fn literal(self) -> Option<Literal> {
        match self {
            Type::Weak(literal) => Some(literal),
            Type::Given(_) | Type::Strong(_) => None,
        }
    }

    pub(crate) fn is_strong(self) -> bool {
        matches!(self, Type::Strong(_))
    }
}

impl From<DType> for Type {
    fn from(dtype: DType) -> Type {
        Type::Strong(dtype)
    }
}

/// What a strong expression does. Operands of another dtype than the one named are converted to it, and
/// the result is converted to the type of the expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// Nothing to compute: a literal, a part of one, or the name of a function.
    Nothing,
    /// A variable: the input with this index.
    Input(u32),
    /// A variable that is a given number: the input with this index.
    Given(u32),
    /// What another expression is.
    Bound(ExprId),
    /// A string literal, which is in the tree.
    Text,
    /// An operator, or the branches of a conditional expression, on operands of this dtype.
    Operator(DType),
    /// An operator or function of moments and durations.
    Time(TimeOp),
    /// `and`, `or`, `not`: each operand is compared with zero first.
    Logical,
    /// The links of a chain of comparisons, in order.
    Comparison(Vec<Link>),
    /// Whether the first operand is among the items of the list on the right: a link for each of them.
    Membership {
        links: Vec<Link>,
        negated: bool,
    },
    /// A function of arguments of this dtype; what `where` and the logical functions ask about is compared
    /// with zero instead. Questions about strings compare the strings as they are.
    Function(Func, DType),
    /// A function whose arguments are not all values, or not in the order of the text.
    Special(Box<Special>),
    Reduction(Box<Reducing>),
    /// A subscript.
    Index(Vec<IndexItem>),
}

/// A call of a reduction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reducing {
    pub(crate) reduction: Reduction,
    /// What the argument is converted to; for `any`, `all` and `count_nonzero` its own dtype.
    pub(crate) dtype: DType,
    pub(crate) x: ExprId,
    pub(crate) axes: Axes,
    /// Which elements count.
    pub(crate) condition: Option<ExprId>,
    /// What the result starts from.
    pub(crate) initial: Option<ExprId>,
    /// What `var` and `std` subtract from the number of elements.
    pub(crate) ddof: f64,
}

/// A call of a function whose arguments are not all values, or not in the order of the text. Operands are
/// converted to `dtype` unless said otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Special {
    /// `round` to so many decimals.
    Round { x: ExprId, dtype: DType, decimals: i32 },
    /// `clip`; no bound is none.
    Clip { x: ExprId, dtype: DType, min: Option<ExprId>, max: Option<ExprId> },
    /// The value of the first condition that is not zero, else the default, else 0.
    Choose { cases: Vec<(ExprId, ExprId)>, default: Option<ExprId>, dtype: DType },
    /// `nan_to_num`; infinities for which nothing is given become the numbers furthest from 0.
    NanToNum { x: ExprId, dtype: DType, nan: f64, posinf: Option<f64>, neginf: Option<f64> },
    /// `isclose` of numbers of this dtype, with tolerances of this float dtype.
    IsClose {
        x: ExprId,
        y: ExprId,
        dtype: DType,
        tolerance: DType,
        rtol: f64,
        atol: f64,
        equal_nan: bool,
    },
    /// A comparison written as a function.
    Compare { op: CompareOp, x: ExprId, y: ExprId, link: Link },
    /// `isin`: whether the first is equal to one of the others, or to none if negated.
    IsIn { x: ExprId, items: Vec<(ExprId, Link)>, negated: bool },
}

/// How moments and durations combine. Both operands are `i64` in this unit unless said otherwise; "not a
/// time" on either side gives "not a time".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeOp {
    Add(TimeUnit),
    Sub(TimeUnit),
    /// A duration in this unit times an integer, or the other way round.
    Scale(TimeUnit),
    /// A duration in this unit times a float, or the other way round, cut towards zero.
    ScaleFloat(TimeUnit),
    /// A duration divided by an integer, cut towards zero.
    Shrink(TimeUnit),
    /// A duration divided by a float, cut towards zero.
    ShrinkFloat(TimeUnit),
    /// The quotient of two durations, a float.
    Ratio(TimeUnit),
    /// The quotient of two durations rounded down, an integer.
    FloorRatio(TimeUnit),
    /// The remainder of two durations, with the sign of the second.
    Rem(TimeUnit),
}

/// How one link of a chain of comparisons is decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Link {
    /// By comparing both sides as this dtype: numbers, strings, moments or durations.
    Compare(DType),
    /// By comparing an unsigned 64-bit integer with a signed integer, in either order, exactly.
    Signs,
    /// By comparing an integer array with a given integer, in either order, as this integer dtype; every element
    /// is below a given one above its range, and above one below.
    Range(DType),
    /// By comparing numbers of which some are given and the others literals.
    Given,
    /// It is known: both sides are literals, or one is beyond every value of the other.
    Known(bool),
}

/// A side table of an [`Ast`]: the type and the meaning of each expression.
///
/// Only [`check`] makes one, for a tree without mistakes.
#[derive(Clone, Debug)]
pub(crate) struct TypeMap {
    /// `None` for what is not a value: the name of a function.
    types: Vec<Option<Type>>,
    meanings: Vec<Meaning>,
    inputs: Vec<DType>,
    /// Of the outputs of the program.
    outputs: Vec<DType>,
}

impl TypeMap {
    /// Returns the dtypes of the outputs.
    pub(crate) fn outputs(&self) -> &[DType] {
        &self.outputs
    }

    /// Returns the dtypes of the inputs, in the order in which they were given to [`check`].
    pub(crate) fn inputs(&self) -> &[DType] {
        &self.inputs
    }

    /// Returns the type of an expression; a function's name has none.
    pub(crate) fn get(&self, id: ExprId) -> Option<Type> {
        self.types[id.0 as usize]
    }

    /// Returns what an expression does.
    pub(crate) fn meaning(&self, id: ExprId) -> &Meaning {
        &self.meanings[id.0 as usize]
    }
}

/// Returns what is wrong with a text that a dialect does not even parse, if it is such a text.
pub(crate) fn refuses(text: &str, dialect: Dialect) -> Option<Diagnostic> {
    match dialect {
        Dialect::NumPy => None,
        Dialect::NumExpr => numexpr::refuses(text),
    }
}

/// Returns the names that an expression reads as variables, sorted. numexpr looks up only those that are left
/// when what is known from the text has been computed.
///
/// # Errors
///
/// In numexpr's dialect, what is a mistake whatever the variables are.
pub(crate) fn variables(ast: &Ast, dialect: Dialect) -> Result<Vec<&str>, TypeError> {
    match dialect {
        Dialect::NumPy => Ok(ast.variables()),
        Dialect::NumExpr => {
            numexpr::variables(ast).map_err(|raised| TypeError::Raised(Box::new(raised)))
        }
    }
}

/// Finds the type of every part of an expression over inputs with these names and types; none is a literal.
///
/// Inputs that the expression does not name are fine.
///
/// # Errors
///
/// All mistakes that do not follow from another one, in the order of the text.
pub(crate) fn check(
    ast: &Ast,
    inputs: &[(&str, impl Into<Type> + Copy)],
    dialect: Dialect,
) -> Result<TypeMap, Vec<TypeError>> {
    let inputs: Vec<(&str, Type)> = inputs.iter().map(|&(name, ty)| (name, ty.into())).collect();
    match dialect {
        Dialect::NumPy => check::Checker::new(ast, &inputs).run(),
        Dialect::NumExpr => {
            let dtypes: Vec<_> = inputs.iter().map(|&(name, ty)| (name, ty.dtype())).collect();
            numexpr::check(ast, &dtypes).map_err(|all| {
                all.into_iter().map(|raised| TypeError::Raised(Box::new(raised))).collect()
            })
        }
    }
}
