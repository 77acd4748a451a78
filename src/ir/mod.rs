//! The intermediate representation: a typed SSA graph without blocks.
//!
//! A [`Graph`] computes one element of each output from one element of each input. It is immutable;
//! operands come before their users; equal instructions are the same [`Value`] (the
//! [`GraphBuilder`] shares them and folds constants), so there is no pass for common
//! subexpressions.
//!
//! # Semantics
//!
//! - An operand has the dtype that the instruction wants; conversions are explicit `Cast`s.
//! - `add sub mul neg` on integers wrap (two's complement). On floats they, `div` and `sqrt` are
//!   IEEE 754 operations, rounded to nearest, never reassociated or contracted.
//! - Integer `floor_div` and `rem` round towards minus infinity, as Python's; by zero they give 0;
//!   `MIN // -1` is `MIN` and `MIN % -1` is 0. Integer `fmod` keeps the sign of the dividend.
//! - Float `floor_div` and `rem` are NumPy's (built on the exact `fmod`).
//! - `shl` by a count outside `[0, width)` gives 0; `shr` gives the sign, 0 or -1.
//! - Integer `pow` wraps; a negative exponent gives the exact quotient `1 / x**n` cut to an integer:
//!   1 for 1, ±1 for -1, 0 otherwise.
//! - `max` and `min` give the first operand if it is NaN or not beaten by the second, else the
//!   second; so a NaN on either side comes through.
//! - `rint` rounds halves to even. `not` is logical on `bool`, bitwise on integers.
//! - Comparisons with NaN are false, except `ne`. Sign and payload of a NaN result are unspecified.
//! - `cast` widens only: `bool` to any number, integers to `i64` or floats, `f32` to `f64`;
//!   `i64` to `f64` rounds to nearest.
//!
//! # Spaces and reductions
//!
//! A [`Space`] is a set of inputs that broadcast together: the elements a reduction or an output runs
//! over. `sum(a) + b` has the spaces `{a}` for the sum and `{b}` for the output. `Reduce` is constant
//! over the space it feeds. `Count` is the number of elements of a space, for means.

pub(crate) mod build;
pub(crate) mod eval;
mod expand;
pub(crate) mod interp;
pub(crate) mod passes;
pub(crate) mod print;
pub(crate) mod verify;

use rustc_hash::FxHashMap;

use crate::dtype::{DType, Scalar};
use crate::ops::Func;

/// The result of the instruction with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) u32);

impl Value {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Index of a space in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SpaceId(pub(crate) u32);

/// Inputs whose elements run together: ascending indices into [`Graph::inputs`].
pub(crate) type Space = Vec<u32>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Inst {
    Input(u32),
    Const(Scalar),
    Cast(Value, DType),
    Unary(Unary, Value),
    Binary(Binary, Value, Value),
    /// `Select(condition, then, otherwise)`.
    Select(Value, Value, Value),
    Reduce(Reduce, Value, SpaceId),
    /// The number of elements of a space, as this float dtype.
    Count(SpaceId, DType),
}

/// An instruction with one operand; result and operand have the same dtype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    /// Numbers.
    Neg,
    /// Numbers.
    Abs,
    /// `bool` and integers.
    Not,
    /// Floats, as all that follow.
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    Rint,
    /// An elementary function of one argument: one for which [`is_elementary`] holds.
    Call(Func),
}

/// An instruction with two operands of the same dtype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    /// Numbers, as the next two.
    Add,
    Sub,
    Mul,
    /// Floats.
    Div,
    /// Numbers, as the next three.
    FloorDiv,
    Rem,
    Fmod,
    Pow,
    /// Integers.
    Shl,
    /// Integers; arithmetic.
    Shr,
    /// `bool` and integers, as the next two.
    And,
    Or,
    Xor,
    /// Every dtype, as the next three; the result is `bool`.
    Eq,
    Ne,
    Lt,
    Le,
    /// Every dtype.
    Max,
    Min,
    /// Floats.
    Copysign,
    /// Floats: an elementary function of two arguments ([`is_elementary`]).
    Call(Func),
}

/// How a reduction combines two elements; the result has the dtype of the operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reduce {
    /// Numbers of 64 bits and `f32`, as `Prod`.
    Sum,
    Prod,
    /// Every dtype, as `Max`.
    Min,
    Max,
    /// `bool`, as `All`.
    Any,
    All,
}

/// Returns whether the IR has this function as an instruction of its own, computed by `math`; the
/// others are expanded when the graph is built.
pub(crate) fn is_elementary(func: Func) -> bool {
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
        | Func::Arctan2
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh
        | Func::Hypot
        | Func::Nextafter => true,
        Func::Sqrt
        | Func::Fmod
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Trunc
        | Func::Round
        | Func::Copysign
        | Func::Maximum
        | Func::Minimum
        | Func::Isnan
        | Func::Isinf
        | Func::Isfinite
        | Func::Signbit
        | Func::Where
        | Func::Copy
        | Func::OnesLike
        | Func::Real
        | Func::Imag
        | Func::Conj => false,
    }
}

impl Inst {
    /// Calls `f` on each operand, in order.
    pub(crate) fn for_each_operand(&self, mut f: impl FnMut(Value)) {
        match *self {
            Inst::Input(_) | Inst::Const(_) | Inst::Count(..) => {}
            Inst::Cast(x, _) | Inst::Unary(_, x) | Inst::Reduce(_, x, _) => f(x),
            Inst::Binary(_, x, y) => {
                f(x);
                f(y);
            }
            Inst::Select(c, x, y) => {
                f(c);
                f(x);
                f(y);
            }
        }
    }

    /// Returns the instruction with each operand replaced by `f` of it.
    pub(crate) fn map_operands(&self, mut f: impl FnMut(Value) -> Value) -> Inst {
        match *self {
            Inst::Input(_) | Inst::Const(_) | Inst::Count(..) => *self,
            Inst::Cast(x, dtype) => Inst::Cast(f(x), dtype),
            Inst::Unary(op, x) => Inst::Unary(op, f(x)),
            Inst::Binary(op, x, y) => Inst::Binary(op, f(x), f(y)),
            Inst::Select(c, x, y) => Inst::Select(f(c), f(x), f(y)),
            Inst::Reduce(op, x, space) => Inst::Reduce(op, f(x), space),
        }
    }
}

/// A result of a graph and the space it runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) value: Value,
    pub(crate) space: SpaceId,
}

/// A typed SSA graph; see the module's documentation.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    inputs: Vec<DType>,
    insts: Vec<Inst>,
    dtypes: Vec<DType>,
    spaces: Vec<Space>,
    outputs: Vec<Output>,
}

impl Graph {
    pub(crate) fn inputs(&self) -> &[DType] {
        &self.inputs
    }

    pub(crate) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Returns every space that an expression mentions, also where passes have removed what ran over it.
    pub(crate) fn spaces(&self) -> impl Iterator<Item = SpaceId> + use<> {
        (0..u32::try_from(self.spaces.len()).expect("there are fewer spaces than nodes"))
            .map(SpaceId)
    }

    /// Returns the spaces that must have elements, since an extreme is taken over them.
    pub(crate) fn extremes(&self) -> Vec<(Reduce, SpaceId)> {
        (self.insts.iter())
            .filter_map(|inst| match *inst {
                Inst::Reduce(op @ (Reduce::Min | Reduce::Max), _, space) => Some((op, space)),
                Inst::Reduce(Reduce::Sum | Reduce::Prod | Reduce::Any | Reduce::All, ..)
                | Inst::Input(_)
                | Inst::Const(_)
                | Inst::Cast(..)
                | Inst::Unary(..)
                | Inst::Binary(..)
                | Inst::Select(..)
                | Inst::Count(..) => None,
            })
            .collect()
    }

    pub(crate) fn space(&self, id: SpaceId) -> &[u32] {
        &self.spaces[id.0 as usize]
    }

    /// Returns the number of instructions.
    pub(crate) fn len(&self) -> usize {
        self.insts.len()
    }

    /// Returns every value, operands before users.
    pub(crate) fn values(&self) -> impl DoubleEndedIterator<Item = Value> + use<> {
        (0..u32::try_from(self.insts.len()).expect("node limits keep graphs within u32")).map(Value)
    }

    pub(crate) fn inst(&self, value: Value) -> &Inst {
        &self.insts[value.index()]
    }

    pub(crate) fn dtype(&self, value: Value) -> DType {
        self.dtypes[value.index()]
    }

    /// Returns the constant that the value is, if it is one.
    pub(crate) fn constant(&self, value: Value) -> Option<Scalar> {
        if let Inst::Const(scalar) = *self.inst(value) { Some(scalar) } else { None }
    }
}

/// Makes a [`Graph`]: shares equal instructions and folds constants.
pub(crate) struct GraphBuilder {
    graph: Graph,
    known: FxHashMap<Inst, Value>,
}

impl GraphBuilder {
    /// Starts a graph with inputs of these dtypes.
    pub(crate) fn new(inputs: &[DType]) -> GraphBuilder {
        let graph = Graph {
            inputs: inputs.to_vec(),
            insts: Vec::new(),
            dtypes: Vec::new(),
            spaces: Vec::new(),
            outputs: Vec::new(),
        };
        GraphBuilder { graph, known: FxHashMap::default() }
    }

    /// Starts a graph with the inputs and spaces of another: where a pass begins.
    pub(crate) fn like(graph: &Graph) -> GraphBuilder {
        let mut builder = GraphBuilder::new(&graph.inputs);
        builder.graph.spaces = graph.spaces.clone();
        builder
    }

    /// Returns the value of an instruction: the one it already has, or the constant it folds to, or a
    /// new one. Its dtypes must fit; `verify` says how.
    pub(crate) fn push(&mut self, inst: Inst) -> Value {
        let inst = self.fold(inst).map_or(inst, Inst::Const);
        if let Some(&value) = self.known.get(&inst) {
            return value;
        }
        let value =
            Value(u32::try_from(self.graph.insts.len()).expect("node limits keep it small"));
        self.graph.dtypes.push(self.result_dtype(&inst));
        self.graph.insts.push(inst);
        self.known.insert(inst, value);
        value
    }

    pub(crate) fn constant(&mut self, scalar: impl Into<Scalar>) -> Value {
        self.push(Inst::Const(scalar.into()))
    }

    pub(crate) fn unary(&mut self, op: Unary, x: Value) -> Value {
        self.push(Inst::Unary(op, x))
    }

    pub(crate) fn binary(&mut self, op: Binary, x: Value, y: Value) -> Value {
        self.push(Inst::Binary(op, x, y))
    }

    pub(crate) fn select(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        self.push(Inst::Select(condition, then, otherwise))
    }

    /// Casts to `dtype`, or returns the value itself when it has that dtype.
    pub(crate) fn cast(&mut self, x: Value, dtype: DType) -> Value {
        if self.dtype(x) == dtype { x } else { self.push(Inst::Cast(x, dtype)) }
    }

    /// Returns the space of these inputs (ascending, without repetition).
    pub(crate) fn space(&mut self, inputs: &[u32]) -> SpaceId {
        let spaces = &mut self.graph.spaces;
        let at = spaces.iter().position(|space| space == inputs).unwrap_or_else(|| {
            spaces.push(inputs.to_vec());
            spaces.len() - 1
        });
        SpaceId(u32::try_from(at).expect("there are fewer spaces than nodes"))
    }

    pub(crate) fn dtype(&self, value: Value) -> DType {
        self.graph.dtype(value)
    }

    pub(crate) fn inst(&self, value: Value) -> &Inst {
        self.graph.inst(value)
    }

    /// Returns the constant that the value is, if it is one.
    pub(crate) fn as_constant(&self, value: Value) -> Option<Scalar> {
        self.graph.constant(value)
    }

    /// Finishes the graph. In debug builds a graph that breaks a rule of `verify` panics here.
    pub(crate) fn finish(mut self, outputs: Vec<Output>) -> Graph {
        self.graph.outputs = outputs;
        if cfg!(debug_assertions) {
            verify::expect_valid(&self.graph);
        }
        self.graph
    }

    fn fold(&self, inst: Inst) -> Option<Scalar> {
        match inst {
            Inst::Input(_) | Inst::Const(_) | Inst::Reduce(..) | Inst::Count(..) => None,
            Inst::Cast(x, dtype) => Some(eval::cast(self.as_constant(x)?, dtype)),
            Inst::Unary(op, x) => Some(eval::unary(op, self.as_constant(x)?)),
            Inst::Binary(op, x, y) => {
                Some(eval::binary(op, self.as_constant(x)?, self.as_constant(y)?))
            }
            Inst::Select(c, x, y) => {
                Some(eval::select(self.as_constant(c)?, self.as_constant(x)?, self.as_constant(y)?))
            }
        }
    }

    fn result_dtype(&self, inst: &Inst) -> DType {
        match *inst {
            Inst::Input(index) => self.graph.inputs[index as usize],
            Inst::Const(scalar) => scalar.dtype(),
            Inst::Cast(_, dtype) | Inst::Count(_, dtype) => dtype,
            Inst::Unary(_, x) | Inst::Select(_, x, _) | Inst::Reduce(_, x, _) => self.dtype(x),
            Inst::Binary(op, x, _) => match op {
                Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => DType::Bool,
                Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Div
                | Binary::FloorDiv
                | Binary::Rem
                | Binary::Fmod
                | Binary::Pow
                | Binary::Shl
                | Binary::Shr
                | Binary::And
                | Binary::Or
                | Binary::Xor
                | Binary::Max
                | Binary::Min
                | Binary::Copysign
                | Binary::Call(_) => self.dtype(x),
            },
        }
    }
}
