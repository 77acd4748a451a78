//! The intermediate representation: a typed SSA graph without blocks.
//!
//! A [`Graph`] computes one element of each output from one element of each input. It is immutable;
//! operands come before their users; equal instructions are the same [`Value`] (the [`GraphBuilder`] shares
//! them and folds constants), so there is no pass for common subexpressions.
//!
//! # Semantics
//!
//! - An operand has the prim that the instruction wants; conversions are explicit `Cast`s.
//! - `add sub mul neg` on integers wrap (two's complement). On floats they, `div` and `sqrt` are
//!   IEEE 754 operations, rounded to nearest, never reassociated or contracted.
//! - Integer `floor_div` and `rem` round towards minus infinity, as Python's; by zero they give 0;
//!   `MIN // -1` is `MIN` and `MIN % -1` is 0. Integer `fmod` keeps the sign of the dividend.
//! - Float `floor_div` and `rem` are NumPy's (built on the exact `fmod`).
//! - `shl` by a count outside `[0, width)` gives 0; `shr` gives the sign, 0 or -1; 0 on unsigned integers.
//! - `neg` on unsigned integers wraps; `abs` is the operand. `gcd` and `lcm` of the smallest signed integer
//!   wrap to it where the exact result is its absolute value.
//! - Integer `pow` wraps; a negative exponent gives the exact quotient `1 / x**n` cut to an integer:
//!   1 for 1, ±1 for -1, 0 otherwise.
//! - `max` and `min` give the first operand if it is NaN or not beaten by the second, else the
//!   second; so a NaN on either side comes through.
//! - `rint` rounds halves to even. `not` is logical on `bool`, bitwise on integers.
//! - Comparisons with NaN are false, except `ne`. Sign and payload of a NaN result are unspecified.
//! - `cast` is between any two: integers wrap to the width of the target; integers and wider floats
//!   round to the nearest float; floats to integers are cut towards zero and stay at the ends of the
//!   range, NaN is 0; to `bool` is "not zero", from `bool` 0 or 1.
//!
//! # Inputs and parameters
//!
//! A parameter is what the caller gives: an array of some [`DType`]. An input is a stream of one [`Prim`]
//! that a [`Source`] takes from parameters: the parameter itself, the real or the imaginary parts of a complex
//! one, or the answer to a question about strings. So instructions know neither complex numbers nor strings.
//! Parameters that are numbers without a dtype are not read; what the program takes of them, each a single value
//! of a dtype, are further parameters.
//!
//! # Shapes and reductions
//!
//! A value has a shape, which broadcasts to that of its user. Where the shape of a result matters it is
//! kept apart, as an expression over the shapes of the parameters ([`shape`]). `Reduce` runs over the
//! axes of a shape to which its operand broadcasts; `Count` is the number of elements it runs over.
//! `Index` names a shape that inserts axes into another, to which its operand broadcasts; it changes no
//! element. The shape is that of the text, as the passes may leave an operand fewer axes.

pub(crate) mod build;
pub(crate) mod complex;
pub(crate) mod eval;
mod expand;
pub(crate) mod interp;
mod output;
pub(crate) mod passes;
pub(crate) mod print;
pub(crate) mod shape;
pub(crate) mod verify;

use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use self::output::{Output, Parts};
use self::shape::{AxesId, ShapeId, Shapes};
use crate::dtype::{DType, Prim, Scalar};
use crate::math::elementary::Function2;
use crate::ops::{Func, Reduction, StrTest};

/// The result of the instruction with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Value(pub(crate) u32);

impl Value {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A stream of elements that a graph reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Input {
    pub(crate) prim: Prim,
    pub(crate) source: Source,
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// This parameter.
    Param(u32),
    /// The real parts of this complex parameter.
    Re(u32),
    /// The imaginary parts of this complex parameter.
    Im(u32),
    /// The answer to a question about two strings; its shape is their common one.
    Test(StrTest, StrOperand, StrOperand),
}

/// One of the strings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum StrOperand {
    /// Of this parameter, of dtype `Bytes` or `Str`.
    Param(u32),
    Bytes(Arc<[u8]>),
    /// As code points.
    Str(Arc<[u32]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Inst {
    Input(u32),
    Const(Scalar),
    Cast(Value, Prim),
    Unary(Unary, Value),
    Binary(Binary, Value, Value),
    /// `Select(condition, then, otherwise)`.
    Select(Value, Value, Value),
    /// The operand, stretched to the shape that this one inserts axes into, with those axes.
    Index(Value, ShapeId),
    Reduce(Reduce, Value, Over),
    /// A reduction of pairs, of which this is one part of the result.
    ReducePair(ReducePair, Value, Value, Over),
    /// The number of elements that a reduction runs over for each of its results.
    Count(Over, Prim),
}

/// What a reduction runs over: these axes of this shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Over {
    pub(crate) shape: ShapeId,
    pub(crate) axes: AxesId,
}

/// An instruction with one operand; result and operand have the same prim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    /// Numbers.
    Neg,
    /// Numbers.
    Abs,
    /// `bool` and integers.
    Not,
    /// Integers: how many bits of the absolute value are set.
    BitCount,
    /// Floats, as all that follow.
    Sqrt,
    Floor,
    Ceil,
    Trunc,
    Rint,
    /// An elementary function of one argument: one for which [`is_elementary`] holds.
    Call(Func),
    /// The same within 4 units in the last place, where that is a function of its own.
    Fast(Func),
}

/// An instruction with two operands of the same prim.
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
    /// Every prim, as the next three; the result is `bool`.
    Eq,
    Ne,
    Lt,
    Le,
    /// Every prim.
    Max,
    Min,
    /// Integers, as `Lcm`: the greatest common divisor, not negative; 0 of zeros.
    Gcd,
    /// The smallest common multiple, not negative unless it wraps; 0 if one is 0.
    Lcm,
    /// Floats.
    Copysign,
    /// Floats: an elementary function of two arguments ([`is_elementary`]).
    Call(Func),
    /// Floats: a function of two arguments within 4 units in the last place, where that is one of its own.
    Fast(Func),
    /// Floats: a function that formulas are made of, which need not have a name in the language.
    Part(Function2),
}

/// How a reduction combines two elements; the result has the prim of the operand, or is an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reduce {
    /// Numbers, as `Prod`.
    Sum,
    Prod,
    /// Every prim, as `Max`; a NaN comes through.
    Min,
    Max,
    /// `bool`, as `All`.
    Any,
    All,
    /// Every prim, as `ArgMax`: the position of the first smallest element, or of the first NaN, in the
    /// order in which the reduction runs; `i64`.
    ArgMin,
    ArgMax,
}

/// A reduction of pairs of floats, which are complex numbers; `Re` and `Im` name the part that results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ReducePair {
    ProdRe,
    ProdIm,
    /// Ordered by the real parts, then by the imaginary ones, as all that follow; the first number with a
    /// NaN comes through.
    MinRe,
    MinIm,
    MaxRe,
    MaxIm,
    /// The position, `i64`.
    ArgMin,
    ArgMax,
}

/// Returns whether the IR has this function as an instruction of its own, computed by `math`; the
/// others are expanded when the graph is built.
pub(crate) fn is_elementary(func: Func) -> bool {
    func.info().elementary
}

impl Inst {
    /// Calls `f` on each operand, in order.
    pub(crate) fn for_each_operand(&self, mut f: impl FnMut(Value)) {
        match *self {
            Inst::Input(_) | Inst::Const(_) | Inst::Count(..) => {}
            Inst::Cast(x, _) | Inst::Unary(_, x) | Inst::Index(x, _) | Inst::Reduce(_, x, _) => {
                f(x)
            }
            Inst::Binary(_, x, y) | Inst::ReducePair(_, x, y, _) => {
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
            Inst::Cast(x, prim) => Inst::Cast(f(x), prim),
            Inst::Unary(op, x) => Inst::Unary(op, f(x)),
            Inst::Binary(op, x, y) => Inst::Binary(op, f(x), f(y)),
            Inst::Select(c, x, y) => Inst::Select(f(c), f(x), f(y)),
            Inst::Index(x, index) => Inst::Index(f(x), index),
            Inst::Reduce(op, x, over) => Inst::Reduce(op, f(x), over),
            Inst::ReducePair(op, x, y, over) => Inst::ReducePair(op, f(x), f(y), over),
        }
    }
}

/// A typed SSA graph; see the module's documentation.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    params: Vec<DType>,
    /// Which parameters are single values whatever the program: given numbers. No shape has them.
    numbers: Range<u32>,
    inputs: Vec<Input>,
    insts: Vec<Inst>,
    prims: Vec<Prim>,
    shapes: Shapes,
    /// Reductions that have no result for no elements, whether or not the passes have left them.
    extremes: Vec<(Reduction, Over)>,
    outputs: Vec<Output>,
}

impl Graph {
    /// Returns the dtypes of the parameters.
    pub(crate) fn params(&self) -> &[DType] {
        &self.params
    }

    pub(crate) fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    pub(crate) fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    pub(crate) fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// Returns the graph with the shape of each reduction and output replaced by the one that `same` has for
    /// it: reductions that differ in their spelling only become one.
    pub(crate) fn with_shapes(self, same: &[ShapeId]) -> Graph {
        if (0_u32..).zip(same).all(|(id, &shape)| shape == ShapeId(id)) {
            return self;
        }
        let of = |shape: ShapeId| same[shape.0 as usize];
        let over = |over: Over| Over { shape: of(over.shape), axes: over.axes };
        let mut b = GraphBuilder::like(&self);
        let mut copies: Vec<Value> = Vec::with_capacity(self.len());
        for value in self.values() {
            let inst = self.inst(value).map_operands(|x| copies[x.index()]);
            copies.push(b.push(match inst {
                Inst::Reduce(op, x, space) => Inst::Reduce(op, x, over(space)),
                Inst::ReducePair(op, x, y, space) => Inst::ReducePair(op, x, y, over(space)),
                Inst::Count(space, prim) => Inst::Count(over(space), prim),
                Inst::Input(_)
                | Inst::Const(_)
                | Inst::Cast(..)
                | Inst::Unary(..)
                | Inst::Binary(..)
                | Inst::Select(..)
                | Inst::Index(..) => inst,
            }));
        }
        let outputs = (self.outputs.iter())
            .map(|output| Output {
                dtype: output.dtype,
                parts: output.parts.map(|value| copies[value.index()]),
                shape: of(output.shape),
            })
            .collect();
        b.graph.outputs = outputs;
        // Not verified again: that a shape holds what is read over it is true of the patterns only.
        b.graph
    }

    /// Returns the reductions that need at least one element.
    pub(crate) fn extremes(&self) -> &[(Reduction, Over)] {
        &self.extremes
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

    pub(crate) fn prim(&self, value: Value) -> Prim {
        self.prims[value.index()]
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
    /// Starts a graph with parameters of these dtypes and no inputs yet.
    pub(crate) fn with_params(params: &[DType]) -> GraphBuilder {
        let graph = Graph {
            params: params.to_vec(),
            numbers: 0..0,
            inputs: Vec::new(),
            insts: Vec::new(),
            prims: Vec::new(),
            shapes: Shapes::default(),
            extremes: Vec::new(),
            outputs: Vec::new(),
        };
        GraphBuilder { graph, known: FxHashMap::default() }
    }

    /// Starts a graph with a parameter and an input of each of these prims.
    pub(crate) fn new(inputs: &[Prim]) -> GraphBuilder {
        let params: Vec<DType> = inputs.iter().map(|prim| prim.dtype()).collect();
        let mut builder = GraphBuilder::with_params(&params);
        builder.graph.inputs = (0..)
            .zip(inputs)
            .map(|(param, &prim)| Input { prim, source: Source::Param(param) })
            .collect();
        builder
    }

    /// Starts a graph with the parameters, inputs and shapes of another: where a pass begins.
    pub(crate) fn like(graph: &Graph) -> GraphBuilder {
        let mut builder = GraphBuilder::with_params(&graph.params);
        builder.graph.numbers = graph.numbers.clone();
        builder.graph.inputs = graph.inputs.clone();
        builder.graph.shapes = graph.shapes.clone();
        builder.graph.extremes = graph.extremes.clone();
        builder
    }

    /// Adds a parameter and returns its number.
    pub(crate) fn param(&mut self, dtype: DType) -> u32 {
        self.graph.params.push(dtype);
        u32::try_from(self.graph.params.len() - 1).expect("node limits keep it small")
    }

    /// Adds a parameter that is a single value, and returns its number. These come one after the other.
    pub(crate) fn number(&mut self, dtype: DType) -> u32 {
        let param = self.param(dtype);
        let Range { start, end } = self.graph.numbers;
        assert!(start == end || end == param, "numbers come one after the other");
        self.graph.numbers = if start == end { param } else { start }..param + 1;
        param
    }

    /// Returns the value of an input, which is added to the graph if it is new.
    pub(crate) fn input(&mut self, input: Input) -> Value {
        let inputs = &mut self.graph.inputs;
        let at = inputs.iter().position(|known| *known == input).unwrap_or_else(|| {
            inputs.push(input);
            inputs.len() - 1
        });
        self.push(Inst::Input(u32::try_from(at).expect("node limits keep it small")))
    }

    /// Notes that a reduction needs at least one element.
    pub(crate) fn needs_elements(&mut self, reduction: Reduction, over: Over) {
        if !self.graph.extremes.contains(&(reduction, over)) {
            self.graph.extremes.push((reduction, over));
        }
    }

    /// The shapes of the graph.
    pub(crate) fn shapes(&mut self) -> &mut Shapes {
        &mut self.graph.shapes
    }

    /// Returns the value of an instruction: the one it already has, or the constant it folds to, or a
    /// new one. Its prims must fit; `verify` says how.
    pub(crate) fn push(&mut self, inst: Inst) -> Value {
        let inst = self.fold(inst).map_or(inst, Inst::Const);
        if let Some(&value) = self.known.get(&inst) {
            return value;
        }
        let value =
            Value(u32::try_from(self.graph.insts.len()).expect("node limits keep it small"));
        self.graph.prims.push(self.result_prim(&inst));
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

    /// Casts to `prim`, or returns the value itself when it has that prim.
    pub(crate) fn cast(&mut self, x: Value, prim: Prim) -> Value {
        if self.prim(x) == prim { x } else { self.push(Inst::Cast(x, prim)) }
    }

    pub(crate) fn prim(&self, value: Value) -> Prim {
        self.graph.prim(value)
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
            Inst::Input(_)
            | Inst::Const(_)
            | Inst::Reduce(..)
            | Inst::ReducePair(..)
            | Inst::Count(..) => None,
            Inst::Index(x, _) => self.as_constant(x),
            Inst::Cast(x, prim) => Some(eval::cast(self.as_constant(x)?, prim)),
            Inst::Unary(op, x) => Some(eval::unary(op, self.as_constant(x)?)),
            Inst::Binary(op, x, y) => {
                Some(eval::binary(op, self.as_constant(x)?, self.as_constant(y)?))
            }
            Inst::Select(c, x, y) => {
                Some(eval::select(self.as_constant(c)?, self.as_constant(x)?, self.as_constant(y)?))
            }
        }
    }

    fn result_prim(&self, inst: &Inst) -> Prim {
        match *inst {
            Inst::Input(index) => self.graph.inputs[index as usize].prim,
            Inst::Const(scalar) => scalar.prim(),
            Inst::Cast(_, prim) | Inst::Count(_, prim) => prim,
            Inst::Unary(_, x) | Inst::Select(_, x, _) | Inst::Index(x, _) => self.prim(x),
            Inst::Reduce(op, x, _) => match op {
                Reduce::ArgMin | Reduce::ArgMax => Prim::I64,
                Reduce::Sum
                | Reduce::Prod
                | Reduce::Min
                | Reduce::Max
                | Reduce::Any
                | Reduce::All => self.prim(x),
            },
            Inst::ReducePair(op, x, ..) => match op {
                ReducePair::ArgMin | ReducePair::ArgMax => Prim::I64,
                ReducePair::ProdRe
                | ReducePair::ProdIm
                | ReducePair::MinRe
                | ReducePair::MinIm
                | ReducePair::MaxRe
                | ReducePair::MaxIm => self.prim(x),
            },
            Inst::Binary(op, x, _) => match op {
                Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => Prim::Bool,
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
                | Binary::Gcd
                | Binary::Lcm
                | Binary::Copysign
                | Binary::Call(_)
                | Binary::Fast(_)
                | Binary::Part(_) => self.prim(x),
            },
        }
    }
}
