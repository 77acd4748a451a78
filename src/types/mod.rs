//! What an expression means: the dtype of every part, or why it has none.
//!
//! [`check`] walks the tree once, in the order of its arena, and fills a [`TypeMap`], the side table
//! that `ir::build` turns into a graph. Every rule of the language about dtypes lives here; the table
//! names for each operation the dtype in which it computes, so that nothing later decides one.
//!
//! Expressions of literals and operators only are *weak* (NumPy's NEP 50): they are computed here, with
//! Python's arithmetic, and take the dtype of the operand beside them. All others are *strong*.
//!
//! One mistake does not hide another: an erroneous part poisons the operations above it silently, and
//! checking goes on.

mod check;
mod diagnose;
pub(crate) mod error;
mod function;
mod literal;
mod operator;
mod promote;
#[cfg(test)]
mod tests;

pub(crate) use error::TypeError;

use crate::dtype::DType;
use crate::ops::{Axes, Func, IndexItem, Reduction};
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
    /// Elements of this dtype.
    Strong(DType),
}

impl Type {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Type::Weak(literal) => literal.kind(),
            Type::Strong(dtype) => Kind::of(dtype),
        }
    }

    /// Returns the dtype; a literal has the widest of its kind.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Type::Weak(literal) => literal.kind().default_dtype(),
            Type::Strong(dtype) => dtype,
        }
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
    /// Whether the first operand is among the others: a link for each of them.
    Membership { links: Vec<Link>, negated: bool },
    /// A function of arguments of this dtype; conditions are compared with zero instead.
    Function(Func, DType),
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

/// How moments and durations combine; all operands are `i64` in one unit unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeOp {
    /// To be completed with the rules of NumPy.
    Add,
}

/// How one link of a chain of comparisons is decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Link {
    /// By comparing both sides as this dtype: numbers, strings, moments or durations.
    Compare(DType),
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

/// Finds the type of every part of an expression over inputs with these names and dtypes.
///
/// Inputs that the expression does not name are fine.
///
/// # Errors
///
/// All mistakes that do not follow from another one, in the order of the text.
pub(crate) fn check(
    ast: &Ast,
    inputs: &[(&str, DType)],
    dialect: Dialect,
) -> Result<TypeMap, Vec<TypeError>> {
    match dialect {
        Dialect::NumPy => check::Checker::new(ast, inputs).run(),
    }
}
