//! Formulas over values of a graph, written with operators.
//!
//! [`Real`] is a float value and [`Truth`] a `bool` one, each with the builder that they belong to, so
//! that `x * x + y * y` makes three instructions. [`Number`] is a complex one. Nothing is computed here
//! but constants, which the builder folds.

use std::cell::RefCell;
use std::ops::{Add, BitAnd, BitOr, Div, Mul, Neg, Not, Sub};

use super::Pair;
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, GraphBuilder, Inst, Unary, Value};
use crate::math::elementary::Function2;
use crate::ops::Func;

/// The builder that formulas write to.
pub(super) struct Formulas<'b> {
    builder: RefCell<&'b mut GraphBuilder>,
}

impl<'b> Formulas<'b> {
    pub(super) fn new(builder: &'b mut GraphBuilder) -> Formulas<'b> {
        Formulas { builder: RefCell::new(builder) }
    }

    pub(super) fn number(&self, pair: Pair) -> Number<'_, 'b> {
        Number { re: self.real(pair.re), im: self.real(pair.im) }
    }

    pub(super) fn real(&self, value: Value) -> Real<'_, 'b> {
        Real { value, of: self }
    }

    pub(super) fn truth(&self, value: Value) -> Truth<'_, 'b> {
        Truth { value, of: self }
    }

    fn push(&self, inst: Inst) -> Value {
        self.builder.borrow_mut().push(inst)
    }
}

/// A value that is `f32` or `f64`.
#[derive(Clone, Copy)]
pub(super) struct Real<'a, 'b> {
    pub(super) value: Value,
    of: &'a Formulas<'b>,
}

impl<'a, 'b> Real<'a, 'b> {
    fn unary(self, op: Unary) -> Real<'a, 'b> {
        self.of.real(self.of.push(Inst::Unary(op, self.value)))
    }

    fn binary(self, op: Binary, y: Real<'a, 'b>) -> Real<'a, 'b> {
        self.of.real(self.of.push(Inst::Binary(op, self.value, y.value)))
    }

    fn compare(self, op: Binary, y: Real<'a, 'b>) -> Truth<'a, 'b> {
        self.of.truth(self.of.push(Inst::Binary(op, self.value, y.value)))
    }

    pub(super) fn prim(self) -> Prim {
        self.of.builder.borrow().prim(self.value)
    }

    pub(super) fn cast(self, prim: Prim) -> Real<'a, 'b> {
        self.of.real(self.of.builder.borrow_mut().cast(self.value, prim))
    }

    /// This number as a constant of the same prim.
    pub(super) fn like(self, number: f64) -> Real<'a, 'b> {
        let scalar = match self.prim() {
            Prim::F32 => Scalar::F32(number as f32),
            Prim::F64
            | Prim::Bool
            | Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => Scalar::F64(number),
        };
        self.of.real(self.of.push(Inst::Const(scalar)))
    }

    /// The number that the value is, if it is a constant.
    pub(super) fn known(self) -> Option<f64> {
        self.of.builder.borrow().as_constant(self.value).map(Scalar::to_f64)
    }

    pub(super) fn call(self, func: Func) -> Real<'a, 'b> {
        self.unary(Unary::Call(func))
    }

    pub(super) fn sqrt(self) -> Real<'a, 'b> {
        self.unary(Unary::Sqrt)
    }

    pub(super) fn abs(self) -> Real<'a, 'b> {
        self.unary(Unary::Abs)
    }

    pub(super) fn floor(self) -> Real<'a, 'b> {
        self.unary(Unary::Floor)
    }

    pub(super) fn rint(self) -> Real<'a, 'b> {
        self.unary(Unary::Rint)
    }

    pub(super) fn hypot(self, y: Real<'a, 'b>) -> Real<'a, 'b> {
        self.binary(Binary::Call(Func::Hypot), y)
    }

    /// The angle of the point (x, `self`).
    pub(super) fn arctan2(self, x: Real<'a, 'b>) -> Real<'a, 'b> {
        self.binary(Binary::Call(Func::Arctan2), x)
    }

    /// A function that has no name in the language.
    pub(super) fn part(self, function: Function2, y: Real<'a, 'b>) -> Real<'a, 'b> {
        self.binary(Binary::Part(function), y)
    }

    pub(super) fn copysign(self, sign: Real<'a, 'b>) -> Real<'a, 'b> {
        self.binary(Binary::Copysign, sign)
    }

    /// The larger; NaN if either is.
    pub(super) fn max(self, y: Real<'a, 'b>) -> Real<'a, 'b> {
        self.binary(Binary::Max, y)
    }

    pub(super) fn eq(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        self.compare(Binary::Eq, y.real(self))
    }

    pub(super) fn ne(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        self.compare(Binary::Ne, y.real(self))
    }

    pub(super) fn lt(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        self.compare(Binary::Lt, y.real(self))
    }

    pub(super) fn le(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        self.compare(Binary::Le, y.real(self))
    }

    pub(super) fn gt(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        y.real(self).compare(Binary::Lt, self)
    }

    pub(super) fn ge(self, y: impl Operand<'a, 'b>) -> Truth<'a, 'b> {
        y.real(self).compare(Binary::Le, self)
    }

    pub(super) fn is_nan(self) -> Truth<'a, 'b> {
        self.ne(self)
    }

    pub(super) fn is_infinite(self) -> Truth<'a, 'b> {
        self.abs().eq(f64::INFINITY)
    }

    pub(super) fn is_finite(self) -> Truth<'a, 'b> {
        self.abs().lt(f64::INFINITY)
    }
}

/// What stands right of an operator: a value, or a number that becomes a constant.
pub(super) trait Operand<'a, 'b> {
    fn real(self, like: Real<'a, 'b>) -> Real<'a, 'b>;
}

impl<'a, 'b> Operand<'a, 'b> for Real<'a, 'b> {
    fn real(self, _: Real<'a, 'b>) -> Real<'a, 'b> {
        self
    }
}

impl<'a, 'b> Operand<'a, 'b> for f64 {
    fn real(self, like: Real<'a, 'b>) -> Real<'a, 'b> {
        like.like(self)
    }
}

macro_rules! operators {
    ($($trait:ident, $method:ident;)*) => {$(
        impl<'a, 'b, T: Operand<'a, 'b>> $trait<T> for Real<'a, 'b> {
            type Output = Real<'a, 'b>;

            fn $method(self, y: T) -> Real<'a, 'b> {
                self.binary(Binary::$trait, y.real(self))
            }
        }

        impl<'a, 'b> $trait<Real<'a, 'b>> for f64 {
            type Output = Real<'a, 'b>;

            fn $method(self, y: Real<'a, 'b>) -> Real<'a, 'b> {
                y.like(self).binary(Binary::$trait, y)
            }
        }
    )*};
}

operators! { Add, add; Sub, sub; Mul, mul; Div, div; }

impl<'a, 'b> Neg for Real<'a, 'b> {
    type Output = Real<'a, 'b>;

    fn neg(self) -> Real<'a, 'b> {
        self.unary(Unary::Neg)
    }
}

/// A value that is `bool`.
#[derive(Clone, Copy)]
pub(super) struct Truth<'a, 'b> {
    pub(super) value: Value,
    of: &'a Formulas<'b>,
}

impl<'a, 'b> Truth<'a, 'b> {
    fn binary(self, op: Binary, y: Truth<'a, 'b>) -> Truth<'a, 'b> {
        self.of.truth(self.of.push(Inst::Binary(op, self.value, y.value)))
    }

    /// `x` where this holds, `y` elsewhere.
    pub(super) fn select(self, x: Real<'a, 'b>, y: Real<'a, 'b>) -> Real<'a, 'b> {
        self.of.real(self.of.push(Inst::Select(self.value, x.value, y.value)))
    }

    /// The same of two numbers, with the prim of `like`.
    pub(super) fn pick(self, x: f64, y: f64, like: Real<'a, 'b>) -> Real<'a, 'b> {
        self.select(like.like(x), like.like(y))
    }

    /// The same, part by part.
    pub(super) fn select_number(self, x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
        Number { re: self.select(x.re, y.re), im: self.select(x.im, y.im) }
    }
}

impl<'a, 'b> BitAnd for Truth<'a, 'b> {
    type Output = Truth<'a, 'b>;

    fn bitand(self, y: Truth<'a, 'b>) -> Truth<'a, 'b> {
        self.binary(Binary::And, y)
    }
}

impl<'a, 'b> BitOr for Truth<'a, 'b> {
    type Output = Truth<'a, 'b>;

    fn bitor(self, y: Truth<'a, 'b>) -> Truth<'a, 'b> {
        self.binary(Binary::Or, y)
    }
}

impl<'a, 'b> Not for Truth<'a, 'b> {
    type Output = Truth<'a, 'b>;

    fn not(self) -> Truth<'a, 'b> {
        self.of.truth(self.of.push(Inst::Unary(Unary::Not, self.value)))
    }
}

/// A complex value.
#[derive(Clone, Copy)]
pub(super) struct Number<'a, 'b> {
    pub(super) re: Real<'a, 'b>,
    pub(super) im: Real<'a, 'b>,
}

impl<'a, 'b> Number<'a, 'b> {
    pub(super) fn new(re: Real<'a, 'b>, im: Real<'a, 'b>) -> Number<'a, 'b> {
        Number { re, im }
    }

    pub(super) fn pair(self) -> Pair {
        Pair { re: self.re.value, im: self.im.value }
    }

    pub(super) fn cast(self, prim: Prim) -> Number<'a, 'b> {
        Number { re: self.re.cast(prim), im: self.im.cast(prim) }
    }

    pub(super) fn scale(self, factor: Real<'a, 'b>) -> Number<'a, 'b> {
        Number { re: self.re * factor, im: self.im * factor }
    }

    pub(super) fn conj(self) -> Number<'a, 'b> {
        Number { re: self.re, im: -self.im }
    }

    /// i·z.
    pub(super) fn times_i(self) -> Number<'a, 'b> {
        Number { re: -self.im, im: self.re }
    }

    /// -i·z.
    pub(super) fn over_i(self) -> Number<'a, 'b> {
        Number { re: self.im, im: -self.re }
    }

    pub(super) fn is_nan(self) -> Truth<'a, 'b> {
        self.re.is_nan() | self.im.is_nan()
    }

    pub(super) fn is_infinite(self) -> Truth<'a, 'b> {
        self.re.is_infinite() | self.im.is_infinite()
    }
}

/// The product without rounding: a number and what it lacks, which is 0 if the product is not finite.
pub(super) fn exact_product<'a, 'b>(
    x: Real<'a, 'b>,
    y: Real<'a, 'b>,
) -> (Real<'a, 'b>, Real<'a, 'b>) {
    (x * y, x.part(Function2::ProductLow, y))
}

/// The sum without rounding: a number and what it lacks (Knuth's TwoSum).
pub(super) fn exact_sum<'a, 'b>(x: Real<'a, 'b>, y: Real<'a, 'b>) -> (Real<'a, 'b>, Real<'a, 'b>) {
    let sum = x + y;
    let from_y = sum - x;
    (sum, (x - (sum - from_y)) + (y - from_y))
}
