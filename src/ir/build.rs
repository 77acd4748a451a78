//! Tree and types to graph.
//!
//! Mechanical: [`TypeMap`] says in which dtype each operation computes, so nothing is decided here and
//! nothing can fail. This is the only place that makes `Cast`s, and where functions that are not
//! elementary become instructions.

use super::{Binary, Graph, GraphBuilder, Inst, Output, Reduce, SpaceId, Unary, Value};
use crate::dtype::{DType, Scalar};
use crate::ops::{BinaryOp, CompareOp, Func, Reduction, UnaryOp};
use crate::syntax::ast::{Ast, CompareLink, ExprId, ExprKind};
use crate::types::{Link, Meaning, Type, TypeMap};

/// Builds the graph of an expression. Its inputs are those of the type map, in their order.
pub(crate) fn build(ast: &Ast, types: &TypeMap) -> Graph {
    let spaces = Spaces::of(ast, types);
    let mut translator = Translator {
        ast,
        types,
        builder: GraphBuilder::new(types.inputs()),
        values: Vec::with_capacity(ast.exprs.len()),
    };
    for (index, expr) in (0_u32..).zip(&ast.exprs) {
        let value = translator.expr(ExprId(index), &expr.kind, &spaces);
        translator.values.push(value);
    }
    let value = translator.operand(ast.root, types.dtype());
    let space = translator.builder.space(&spaces.output);
    translator.builder.finish(vec![Output { value, space }])
}

/// The inputs over which the output and each reduction run: those reachable without passing through
/// another reduction, whether or not their values matter in the end.
struct Spaces {
    /// By expression; empty for all but reductions.
    reductions: Vec<Vec<u32>>,
    output: Vec<u32>,
}

impl Spaces {
    fn of(ast: &Ast, types: &TypeMap) -> Spaces {
        let mut spaces =
            Spaces { reductions: vec![Vec::new(); ast.exprs.len()], output: Vec::new() };
        // The nearest reduction around each expression; parents come after their children, so a walk
        // from the end has seen what is around an expression before the expression.
        let mut around: Vec<Option<ExprId>> = vec![None; ast.exprs.len()];
        for (index, expr) in ast.exprs.iter().enumerate().rev() {
            let id = ExprId(u32::try_from(index).expect("node limits keep the arena within u32"));
            let outer = around[index];
            let mut inner = outer;
            match *types.meaning(id) {
                Meaning::Input(input) => match outer {
                    Some(reduction) => spaces.reductions[reduction.0 as usize].push(input),
                    None => spaces.output.push(input),
                },
                Meaning::Reduction(..) => inner = Some(id),
                Meaning::Nothing
                | Meaning::Operator(_)
                | Meaning::Logical
                | Meaning::Comparison(_)
                | Meaning::Function(..) => {}
            }
            for_each_operand(&expr.kind, |operand| around[operand.0 as usize] = inner);
        }
        for space in spaces.reductions.iter_mut().chain([&mut spaces.output]) {
            space.sort_unstable();
            space.dedup();
        }
        spaces
    }
}

/// Calls `f` on the parts of an expression that have values.
fn for_each_operand(kind: &ExprKind, mut f: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Unary { operand: x, .. } | ExprKind::Attribute { object: x, .. } => f(*x),
        ExprKind::Binary { lhs, rhs, .. } => {
            f(*lhs);
            f(*rhs);
        }
        ExprKind::Compare { first, rest } => {
            f(*first);
            rest.iter().for_each(|link| f(link.operand));
        }
        ExprKind::IfElse { condition, then, otherwise } => {
            f(*condition);
            f(*then);
            f(*otherwise);
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|&arg| f(arg)),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Subscript { .. }
        | ExprKind::Slice { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_) => {}
    }
}

struct Translator<'a> {
    ast: &'a Ast,
    types: &'a TypeMap,
    builder: GraphBuilder,
    /// By expression; `None` for literals, which each user makes a constant of its own dtype, and for
    /// names of functions.
    values: Vec<Option<Value>>,
}

impl Translator<'_> {
    fn expr(&mut self, id: ExprId, kind: &ExprKind, spaces: &Spaces) -> Option<Value> {
        Some(match *self.types.meaning(id) {
            Meaning::Nothing => return None,
            Meaning::Input(input) => self.builder.push(Inst::Input(input)),
            Meaning::Operator(dtype) => self.operator(kind, dtype),
            Meaning::Logical => self.logical(kind),
            Meaning::Comparison(ref links) => self.comparison(kind, links),
            Meaning::Function(func, dtype) => self.function(func, dtype, kind),
            Meaning::Reduction(reduction, dtype) => {
                let space = self.builder.space(&spaces.reductions[id.0 as usize]);
                self.reduction(reduction, dtype, arguments(kind)[0], space)
            }
        })
    }

    /// Returns the value of a part, as this dtype.
    fn operand(&mut self, id: ExprId, dtype: DType) -> Value {
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => self.builder.constant(literal.to_scalar(dtype)),
            Type::Strong(_) => {
                let value = self.values[id.0 as usize].expect("children come before parents");
                self.builder.cast(value, dtype)
            }
        }
    }

    /// Returns whether a part is not zero. NaN is not zero.
    fn truth(&mut self, id: ExprId) -> Value {
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => self.builder.constant(literal.truth()),
            Type::Strong(DType::Bool) => self.operand(id, DType::Bool),
            Type::Strong(dtype) => {
                let value = self.operand(id, dtype);
                let zero = self.builder.constant(number(0, dtype));
                self.builder.binary(Binary::Ne, value, zero)
            }
        }
    }

    fn operator(&mut self, kind: &ExprKind, dtype: DType) -> Value {
        match *kind {
            ExprKind::Unary { op, operand } => {
                let x = self.operand(operand, dtype);
                match op {
                    UnaryOp::Neg => self.builder.unary(Unary::Neg, x),
                    UnaryOp::Pos => x,
                    UnaryOp::Invert => self.builder.unary(Unary::Not, x),
                    UnaryOp::Not => unreachable!("`not` is logical"),
                }
            }
            ExprKind::Binary { op, lhs, rhs, .. } => {
                let (x, y) = (self.operand(lhs, dtype), self.operand(rhs, dtype));
                self.builder.binary(instruction(op, dtype), x, y)
            }
            ExprKind::IfElse { condition, then, otherwise } => {
                self.choose(condition, then, otherwise, dtype)
            }
            ref other => unreachable!("{other:?} is not an operator"),
        }
    }

    fn choose(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        dtype: DType,
    ) -> Value {
        let condition = self.truth(condition);
        let (then, otherwise) = (self.operand(then, dtype), self.operand(otherwise, dtype));
        self.builder.select(condition, then, otherwise)
    }

    fn logical(&mut self, kind: &ExprKind) -> Value {
        match *kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let x = self.truth(operand);
                self.builder.unary(Unary::Not, x)
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), lhs, rhs, .. } => {
                let (x, y) = (self.truth(lhs), self.truth(rhs));
                self.builder.binary(instruction(op, DType::Bool), x, y)
            }
            ref other => unreachable!("{other:?} is not logical"),
        }
    }

    fn comparison(&mut self, kind: &ExprKind, links: &[Link]) -> Value {
        let ExprKind::Compare { first, ref rest } = *kind else {
            unreachable!("{kind:?} is not a comparison");
        };
        let mut lhs = first;
        let mut all: Option<Value> = None;
        for (&CompareLink { op, operand: rhs, .. }, &link) in rest.iter().zip(links) {
            let holds = match link {
                Link::Known(holds) => self.builder.constant(holds),
                Link::Compare(dtype) => {
                    let (x, y) = (self.operand(lhs, dtype), self.operand(rhs, dtype));
                    match op {
                        CompareOp::Lt => self.builder.binary(Binary::Lt, x, y),
                        CompareOp::Le => self.builder.binary(Binary::Le, x, y),
                        CompareOp::Eq => self.builder.binary(Binary::Eq, x, y),
                        CompareOp::Ne => self.builder.binary(Binary::Ne, x, y),
                        CompareOp::Ge => self.builder.binary(Binary::Le, y, x),
                        CompareOp::Gt => self.builder.binary(Binary::Lt, y, x),
                        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
                            unreachable!("`{}` has no type", op.symbol())
                        }
                    }
                }
            };
            all = Some(match all {
                Some(before) => self.builder.binary(Binary::And, before, holds),
                None => holds,
            });
            lhs = rhs;
        }
        all.expect("a comparison has a link")
    }

    fn reduction(
        &mut self,
        reduction: Reduction,
        dtype: DType,
        x: ExprId,
        space: SpaceId,
    ) -> Value {
        let op = match reduction {
            Reduction::Sum | Reduction::Mean => Reduce::Sum,
            Reduction::Prod => Reduce::Prod,
            Reduction::Min => Reduce::Min,
            Reduction::Max => Reduce::Max,
            Reduction::Any => Reduce::Any,
            Reduction::All => Reduce::All,
        };
        let x = match reduction {
            Reduction::Any | Reduction::All => self.truth(x),
            Reduction::Sum
            | Reduction::Prod
            | Reduction::Min
            | Reduction::Max
            | Reduction::Mean => self.operand(x, dtype),
        };
        let reduced = self.builder.push(Inst::Reduce(op, x, space));
        match reduction {
            Reduction::Mean => {
                let count = self.builder.push(Inst::Count(space, dtype));
                self.builder.binary(Binary::Div, reduced, count)
            }
            Reduction::Sum
            | Reduction::Prod
            | Reduction::Min
            | Reduction::Max
            | Reduction::Any
            | Reduction::All => reduced,
        }
    }

    fn function(&mut self, func: Func, dtype: DType, kind: &ExprKind) -> Value {
        let args = arguments(kind);
        if func == Func::Where {
            return self.choose(args[0], args[1], args[2], dtype);
        }
        let x = self.operand(args[0], dtype);
        let y = args.get(1).map(|&y| self.operand(y, dtype));
        match y {
            Some(y) => self.builder.binary(instruction_of_two(func), x, y),
            None => expand(&mut self.builder, func, x),
        }
    }
}

/// Returns the arguments of a call, or the object of an attribute that means a call.
fn arguments(kind: &ExprKind) -> &[ExprId] {
    match kind {
        ExprKind::Call { args, .. } => args,
        ExprKind::Attribute { object, .. } => std::slice::from_ref(object),
        other => unreachable!("{other:?} calls nothing"),
    }
}

/// Returns the instruction of an infix operator on operands of this dtype.
fn instruction(op: BinaryOp, dtype: DType) -> Binary {
    match op {
        // On truth values NumPy's sum is `or` and its product `and`.
        BinaryOp::Add if dtype == DType::Bool => Binary::Or,
        BinaryOp::Mul if dtype == DType::Bool => Binary::And,
        BinaryOp::Add => Binary::Add,
        BinaryOp::Sub => Binary::Sub,
        BinaryOp::Mul => Binary::Mul,
        BinaryOp::Div => Binary::Div,
        BinaryOp::FloorDiv => Binary::FloorDiv,
        BinaryOp::Rem => Binary::Rem,
        BinaryOp::Pow => Binary::Pow,
        BinaryOp::Shl => Binary::Shl,
        BinaryOp::Shr => Binary::Shr,
        BinaryOp::BitAnd | BinaryOp::And => Binary::And,
        BinaryOp::BitXor => Binary::Xor,
        BinaryOp::BitOr | BinaryOp::Or => Binary::Or,
        BinaryOp::MatMul => unreachable!("`@` has no type"),
    }
}

/// Returns the instruction of a function of two arguments.
fn instruction_of_two(func: Func) -> Binary {
    match func {
        Func::Arctan2 | Func::Hypot | Func::Nextafter => Binary::Call(func),
        Func::Fmod => Binary::Fmod,
        Func::Copysign => Binary::Copysign,
        Func::Maximum => Binary::Max,
        Func::Minimum => Binary::Min,
        Func::Sqrt
        | Func::Exp
        | Func::Expm1
        | Func::Log
        | Func::Log2
        | Func::Log10
        | Func::Log1p
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Arcsin
        | Func::Arccos
        | Func::Arctan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Trunc
        | Func::Round
        | Func::Isnan
        | Func::Isinf
        | Func::Isfinite
        | Func::Signbit
        | Func::Where
        | Func::Copy
        | Func::OnesLike
        | Func::Real
        | Func::Imag
        | Func::Conj => unreachable!("{func} does not take two arguments"),
    }
}

/// Expands a function of one argument.
fn expand(b: &mut GraphBuilder, func: Func, x: Value) -> Value {
    let dtype = b.dtype(x);
    let float = dtype.is_float();
    match func {
        Func::Exp
        | Func::Expm1
        | Func::Log
        | Func::Log2
        | Func::Log10
        | Func::Log1p
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Arcsin
        | Func::Arccos
        | Func::Arctan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh => b.unary(Unary::Call(func), x),
        Func::Sqrt => b.unary(Unary::Sqrt, x),
        Func::Abs if dtype == DType::Bool => x,
        Func::Abs => b.unary(Unary::Abs, x),
        Func::Floor if float => b.unary(Unary::Floor, x),
        Func::Ceil if float => b.unary(Unary::Ceil, x),
        Func::Trunc if float => b.unary(Unary::Trunc, x),
        Func::Round if float => b.unary(Unary::Rint, x),
        // Integers and truth values are whole, and real.
        Func::Floor | Func::Ceil | Func::Trunc | Func::Round => x,
        Func::Copy | Func::Real | Func::Conj => x,
        Func::Imag => b.constant(number(0, dtype)),
        Func::OnesLike => b.constant(number(1, dtype)),
        Func::Sign => sign(b, x),
        Func::Isnan if float => b.binary(Binary::Ne, x, x),
        Func::Isinf if float => {
            let (size, infinity) = (b.unary(Unary::Abs, x), b.constant(infinity(dtype)));
            b.binary(Binary::Eq, size, infinity)
        }
        Func::Isfinite if float => {
            let (size, infinity) = (b.unary(Unary::Abs, x), b.constant(infinity(dtype)));
            b.binary(Binary::Lt, size, infinity)
        }
        Func::Isnan | Func::Isinf => b.constant(false),
        Func::Isfinite => b.constant(true),
        Func::Signbit if dtype == DType::Bool => b.constant(false),
        Func::Signbit => {
            let zero = b.constant(number(0, dtype));
            let signed = if float {
                // Unlike `x < 0` this sees the sign of -0.0 and of NaN.
                let one = b.constant(number(1, dtype));
                b.binary(Binary::Copysign, one, x)
            } else {
                x
            };
            b.binary(Binary::Lt, signed, zero)
        }
        Func::Arctan2
        | Func::Hypot
        | Func::Nextafter
        | Func::Fmod
        | Func::Copysign
        | Func::Maximum
        | Func::Minimum
        | Func::Where => unreachable!("{func} takes more than one argument"),
    }
}

/// -1, 0 or 1; 0.0 for -0.0 and NaN for NaN, as NumPy has it.
fn sign(b: &mut GraphBuilder, x: Value) -> Value {
    let dtype = b.dtype(x);
    let (zero, one) = (b.constant(number(0, dtype)), b.constant(number(1, dtype)));
    let minus_one = b.constant(number(-1, dtype));
    let (negative, positive) = (b.binary(Binary::Lt, x, zero), b.binary(Binary::Lt, zero, x));
    let neither = if dtype.is_float() {
        let is_nan = b.binary(Binary::Ne, x, x);
        b.select(is_nan, x, zero)
    } else {
        zero
    };
    let not_negative = b.select(positive, one, neither);
    b.select(negative, minus_one, not_negative)
}

/// Returns a small integer as this dtype.
fn number(value: i8, dtype: DType) -> Scalar {
    match dtype {
        DType::Bool => (value != 0).into(),
        DType::I32 => i32::from(value).into(),
        DType::I64 => i64::from(value).into(),
        DType::F32 => f32::from(value).into(),
        DType::F64 => f64::from(value).into(),
    }
}

fn infinity(dtype: DType) -> Scalar {
    if dtype == DType::F32 { f32::INFINITY.into() } else { f64::INFINITY.into() }
}
