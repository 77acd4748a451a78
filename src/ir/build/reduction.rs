//! Reductions, and how the compound ones are made of them.
//!
//! Elements that do not count are replaced by what changes nothing. `mean` is a sum divided by a count,
//! `var` a second sum over the squared distances from the first, as in NumPy.

use super::Translator;
use crate::dtype::{DType, Prim, Scalar};
use crate::ir::complex::Pair;
use crate::ir::expand::{self, Number, times};
use crate::ir::{Binary, GraphBuilder, Inst, Over, Reduce, ReducePair, Unary, Value};
use crate::ops::{Axes, BinaryOp, Func, Reduction};
use crate::syntax::ast::ExprId;
use crate::types::Reducing;

impl Translator<'_> {
    /// Returns what a reduction runs over.
    pub(super) fn over(&mut self, id: ExprId, reducing: &Reducing) -> Over {
        let span = self.ast.expr(id).span;
        let mut parts = vec![self.shapes[reducing.x.0 as usize]];
        parts.extend(reducing.condition.map(|condition| self.shapes[condition.0 as usize]));
        let shapes = self.builder.shapes();
        let shape = shapes.broadcast(&parts, span);
        Over { shape, axes: shapes.push_axes(reducing.axes.clone()) }
    }

    pub(super) fn reduction(&mut self, id: ExprId, reducing: &Reducing) -> Number {
        let over = self.over(id, reducing);
        let condition = reducing.condition.map(|condition| self.truth(condition));
        let run = Run { over, condition, reducing };
        match reducing.reduction {
            Reduction::Any => Number::Real(self.questions(&run, Reduce::Any)),
            Reduction::All => Number::Real(self.questions(&run, Reduce::All)),
            Reduction::CountNonzero => {
                let truth = self.truth(reducing.x);
                Number::Real(self.counted(&run, truth, Prim::I64))
            }
            Reduction::Argmin | Reduction::Argmax => {
                self.builder.needs_elements(reducing.reduction, over);
                Number::Real(self.position(&run))
            }
            Reduction::Min | Reduction::Max | Reduction::Nanmin | Reduction::Nanmax => {
                self.extreme(&run)
            }
            Reduction::Sum | Reduction::Nansum => {
                let x = self.operand(reducing.x, reducing.dtype);
                let (x, counted) = self.without_nan(&run, x);
                let sum = self.sum(&run, x, counted);
                self.with_initial(&run, sum, BinaryOp::Add)
            }
            Reduction::Prod | Reduction::Nanprod => {
                let x = self.operand(reducing.x, reducing.dtype);
                let (x, counted) = self.without_nan(&run, x);
                let product = self.product(&run, x, counted);
                self.with_initial(&run, product, BinaryOp::Mul)
            }
            Reduction::Mean | Reduction::Nanmean => {
                let x = self.operand(reducing.x, reducing.dtype);
                let (x, counted) = self.without_nan(&run, x);
                let sum = self.sum(&run, x, counted);
                let count = self.count(&run, counted, reducing.dtype);
                self.divided(sum, count, reducing.dtype)
            }
            Reduction::Var => Number::Real(self.variance(&run)),
            Reduction::Std => {
                let variance = self.variance(&run);
                Number::Real(self.builder.unary(Unary::Sqrt, variance))
            }
        }
    }

    /// `any` and `all`.
    fn questions(&mut self, run: &Run<'_>, op: Reduce) -> Value {
        let truth = self.truth(run.reducing.x);
        let b = &mut self.builder;
        let truth = match run.condition {
            None => truth,
            Some(condition) => {
                let neutral = b.constant(op == Reduce::All);
                b.select(condition, truth, neutral)
            }
        };
        b.push(Inst::Reduce(op, truth, run.over))
    }

    /// Returns how many of the elements hold.
    fn counted(&mut self, run: &Run<'_>, holds: Value, prim: Prim) -> Value {
        let ones = self.builder.cast(holds, prim);
        self.builder.push(Inst::Reduce(Reduce::Sum, ones, run.over))
    }

    fn position(&mut self, run: &Run<'_>) -> Value {
        let Reducing { reduction, dtype, x, .. } = *run.reducing;
        let (op, pair) = match reduction {
            Reduction::Argmin => (Reduce::ArgMin, ReducePair::ArgMin),
            _ => (Reduce::ArgMax, ReducePair::ArgMax), // tidy: the other of two
        };
        match self.operand(x, dtype) {
            Number::Complex(z) => self.builder.push(Inst::ReducePair(pair, z.re, z.im, run.over)),
            Number::Real(x) => {
                let last = dtype.is_time() && op == Reduce::ArgMax;
                let x = if last { times::key(&mut self.builder, x) } else { x };
                self.builder.push(Inst::Reduce(op, x, run.over))
            }
        }
    }

    /// Returns the elements, and which of them count: those that the condition chooses and, for the functions that
    /// leave out NaN, those that are none.
    fn without_nan(&mut self, run: &Run<'_>, x: Number) -> (Number, Option<Value>) {
        let dtype = run.reducing.dtype;
        let leaves_out = matches!(
            run.reducing.reduction,
            Reduction::Nansum
                | Reduction::Nanprod
                | Reduction::Nanmin
                | Reduction::Nanmax
                | Reduction::Nanmean
        );
        if !leaves_out || !dtype.prim().is_some_and(Prim::is_float) {
            return (x, run.condition);
        }
        let b = &mut self.builder;
        let nan = expand::function(b, Func::Isnan, dtype, &[x]).real();
        let number = b.unary(Unary::Not, nan);
        let counted = match run.condition {
            Some(condition) => b.binary(Binary::And, condition, number),
            None => number,
        };
        (x, Some(counted))
    }

    /// Returns the elements with those that do not count replaced.
    fn replaced(&mut self, x: Number, counted: Option<Value>, neutral: i8) -> Number {
        let Some(counted) = counted else { return x };
        let b = &mut self.builder;
        let small = |b: &mut GraphBuilder, value, like| {
            let prim = b.prim(like);
            b.constant(Scalar::small(value, prim))
        };
        let neutral = match x {
            Number::Real(x) => Number::Real(small(b, neutral, x)),
            Number::Complex(Pair { re, im }) => {
                Number::Complex(Pair { re: small(b, neutral, re), im: small(b, 0, im) })
            }
        };
        expand::select(b, counted, x, neutral)
    }

    fn sum(&mut self, run: &Run<'_>, x: Number, counted: Option<Value>) -> Number {
        if run.reducing.dtype.is_time() {
            return Number::Real(self.sum_of_times(run, x.real(), counted));
        }
        let x = self.replaced(x, counted, 0);
        x.map(|x| self.builder.push(Inst::Reduce(Reduce::Sum, x, run.over)))
    }

    /// "Not a time" among the elements is the sum.
    fn sum_of_times(&mut self, run: &Run<'_>, x: Value, counted: Option<Value>) -> Value {
        let b = &mut self.builder;
        let mut nat = times::is_nat(b, x);
        if let Some(counted) = counted {
            nat = b.binary(Binary::And, nat, counted);
        }
        let x = self.replaced(Number::Real(x), counted, 0).real();
        let b = &mut self.builder;
        let zero = b.constant(0_i64);
        let x = b.select(nat, zero, x);
        let sum = b.push(Inst::Reduce(Reduce::Sum, x, run.over));
        let some = b.push(Inst::Reduce(Reduce::Any, nat, run.over));
        let nat = b.constant(times::NAT);
        b.select(some, nat, sum)
    }

    fn product(&mut self, run: &Run<'_>, x: Number, counted: Option<Value>) -> Number {
        let over = run.over;
        match self.replaced(x, counted, 1) {
            Number::Real(x) => Number::Real(self.builder.push(Inst::Reduce(Reduce::Prod, x, over))),
            Number::Complex(Pair { re, im }) => {
                let mut part = |op| self.builder.push(Inst::ReducePair(op, re, im, over));
                let (re, im) = (part(ReducePair::ProdRe), part(ReducePair::ProdIm));
                Number::Complex(Pair { re, im })
            }
        }
    }

    /// Combines the value from which a sum or product starts with it.
    fn with_initial(&mut self, run: &Run<'_>, result: Number, op: BinaryOp) -> Number {
        let Some(initial) = run.reducing.initial else { return result };
        let initial = self.operand(initial, run.reducing.dtype);
        let combined = expand::infix(&mut self.builder, op, initial, result);
        if run.reducing.dtype.is_time() {
            let operands = [initial.real(), result.real()];
            return Number::Real(times::unless_nat(&mut self.builder, &operands, combined.real()));
        }
        combined
    }

    /// Returns the number of elements that count, as a float, or as an integer for durations.
    fn count(&mut self, run: &Run<'_>, counted: Option<Value>, dtype: DType) -> Value {
        let prim = if dtype.is_time() { Prim::I64 } else { Prim::F64 };
        match counted {
            None => self.builder.push(Inst::Count(run.over, prim)),
            Some(counted) => self.counted(run, counted, prim),
        }
    }

    /// Divides a sum by a count; NumPy divides in `f64` and rounds once.
    fn divided(&mut self, sum: Number, count: Value, dtype: DType) -> Number {
        let b = &mut self.builder;
        if dtype.is_time() {
            return Number::Real(times::shrink(b, sum.real(), count));
        }
        sum.map(|part| {
            let prim = b.prim(part);
            let wide = b.cast(part, Prim::F64);
            let quotient = b.binary(Binary::Div, wide, count);
            b.cast(quotient, prim)
        })
    }

    fn variance(&mut self, run: &Run<'_>) -> Value {
        let Reducing { dtype, x, ref axes, ddof, .. } = *run.reducing;
        let x = self.operand(x, dtype);
        // The mean has to stretch over the elements again.
        let kept = match axes.axes {
            None => Axes { axes: None, keepdims: false },
            Some(ref axes) => Axes { axes: Some(axes.clone()), keepdims: true },
        };
        let axes = self.builder.shapes().push_axes(kept);
        let inner = Run { over: Over { axes, ..run.over }, ..*run };
        let sum = self.sum(&inner, x, run.condition);
        let count = self.count(&inner, run.condition, dtype);
        let mean = self.divided(sum, count, dtype);
        let distance = expand::infix(&mut self.builder, BinaryOp::Sub, x, mean);
        let b = &mut self.builder;
        let square = match distance {
            Number::Real(x) => b.binary(Binary::Mul, x, x),
            Number::Complex(Pair { re, im }) => {
                let (re, im) = (b.binary(Binary::Mul, re, re), b.binary(Binary::Mul, im, im));
                b.binary(Binary::Add, re, im)
            }
        };
        let sum = self.sum(run, Number::Real(square), run.condition);
        let mut count = self.count(run, run.condition, dtype);
        if ddof != 0.0 {
            let b = &mut self.builder;
            let (less, zero) = (b.constant(ddof), b.constant(0.0_f64));
            let left = b.binary(Binary::Sub, count, less);
            count = b.binary(Binary::Max, left, zero);
        }
        self.divided(sum, count, dtype).real()
    }

    /// `min` and `max`, with or without NaN.
    fn extreme(&mut self, run: &Run<'_>) -> Number {
        let Reducing { reduction, dtype, x, initial, .. } = *run.reducing;
        let smallest = matches!(reduction, Reduction::Min | Reduction::Nanmin);
        let x = self.operand(x, dtype);
        let (x, counted) = self.without_nan(run, x);
        let initial = initial.map(|initial| self.operand(initial, dtype));
        if initial.is_none() {
            self.builder.needs_elements(reduction, run.over);
        }
        // What does not count is replaced by the initial value or, if that is NaN that is left out, by what is
        // beaten by every number.
        let x = match (counted, initial) {
            (None, _) => x,
            (Some(counted), Some(initial)) => {
                expand::select(&mut self.builder, counted, x, initial)
            }
            (Some(counted), None) => {
                let worst = if smallest { f64::INFINITY } else { f64::NEG_INFINITY };
                let b = &mut self.builder;
                let worst = x.map(|part| {
                    let prim = b.prim(part);
                    expand::float(b, worst, prim)
                });
                expand::select(b, counted, x, worst)
            }
        };
        let reduced = self.reduce_extreme(run, x, smallest);
        let b = &mut self.builder;
        match (initial, counted) {
            (Some(initial), _) => {
                let func = match reduction {
                    Reduction::Min => Func::Minimum,
                    Reduction::Max => Func::Maximum,
                    Reduction::Nanmin => Func::Fmin,
                    _ => Func::Fmax, // tidy: the last of four
                };
                let combined = expand::function(b, func, dtype, &[initial, reduced]);
                if !dtype.is_complex() {
                    // Of nothing, a reduction of lanes gives what every value beats.
                    return combined;
                }
                let count = b.push(Inst::Count(run.over, Prim::I64));
                let zero = b.constant(0_i64);
                let empty = b.binary(Binary::Eq, count, zero);
                expand::select(b, empty, initial, combined)
            }
            (None, Some(counted)) => {
                let some = b.push(Inst::Reduce(Reduce::Any, counted, run.over));
                let nan = reduced.map(|part| {
                    let prim = b.prim(part);
                    expand::float(b, f64::NAN, prim)
                });
                expand::select(b, some, reduced, nan)
            }
            (None, None) => reduced,
        }
    }

    fn reduce_extreme(&mut self, run: &Run<'_>, x: Number, smallest: bool) -> Number {
        let over = run.over;
        match x {
            Number::Complex(Pair { re, im }) => {
                let (real, imaginary) = if smallest {
                    (ReducePair::MinRe, ReducePair::MinIm)
                } else {
                    (ReducePair::MaxRe, ReducePair::MaxIm)
                };
                let mut part = |op| self.builder.push(Inst::ReducePair(op, re, im, over));
                Number::Complex(Pair { re: part(real), im: part(imaginary) })
            }
            Number::Real(x) => {
                let b = &mut self.builder;
                let op = if smallest { Reduce::Min } else { Reduce::Max };
                // "Not a time" is the smallest integer. It wins `min` and `max`, and loses with the functions
                // that leave out NaN.
                let nat_is_last = match run.reducing.reduction {
                    Reduction::Max | Reduction::Nanmin => run.reducing.dtype.is_time(),
                    _ => false, // tidy: the other extremes
                };
                if !nat_is_last {
                    return Number::Real(b.push(Inst::Reduce(op, x, over)));
                }
                let key = times::key(b, x);
                let reduced = b.push(Inst::Reduce(op, key, over));
                Number::Real(times::of_key(b, reduced))
            }
        }
    }
}

/// A reduction that is being built.
#[derive(Clone, Copy)]
struct Run<'a> {
    over: Over,
    /// Which elements count.
    condition: Option<Value>,
    reducing: &'a Reducing,
}
