//! The pipeline keeps values and is idempotent: on graphs written for it and on random ones.

use super::*;
use crate::diag::Span;
use crate::dtype::DType;
use crate::ir::interp::element;
use crate::ir::shape::{ShapeId, ShapeNode};
use crate::ir::{Input, Over, Parts, Reduce, ReducePair, Source, Unary};
use crate::math::Arith;
use crate::ops::{Axes, Func};

fn optimize(graph: &Graph) -> Graph {
    run(graph, crate::math::Math::Accurate, |_, _| {})
}

/// Makes a graph of f64 `x`, `y`, i32 `n`, `m` and bool `p`, `q` with one output.
fn graph(make: impl FnOnce(&mut GraphBuilder, [Value; 6]) -> Value) -> Graph {
    use Prim::{Bool, F64, I32};
    let mut b = GraphBuilder::new(&[F64, F64, I32, I32, Bool, Bool]);
    let inputs = [0, 1, 2, 3, 4, 5].map(|i| b.push(Inst::Input(i)));
    let value = make(&mut b, inputs);
    let all = everything(&mut b, 6);
    let output = output(&b, value, all.shape);
    b.finish(vec![output])
}

/// Returns all axes of the common shape of the first parameters.
fn everything(b: &mut GraphBuilder, params: u32) -> Over {
    let shapes = b.shapes();
    let each: Vec<ShapeId> =
        (0..params).map(|p| shapes.push(ShapeNode::Param(p), Span::default())).collect();
    let shape = shapes.broadcast(&each, Span::default());
    Over { shape, axes: shapes.push_axes(Axes { axes: None, keepdims: false }) }
}

fn output(b: &GraphBuilder, value: Value, shape: ShapeId) -> Output {
    Output { dtype: b.prim(value).dtype(), parts: Parts::Real(value), shape }
}

/// Prints what the pipeline leaves, without the inputs and the output.
fn body(graph: &Graph) -> String {
    let text = optimize(graph).to_string();
    let lines = text.lines().filter(|line| !line.contains("= input") && !line.starts_with("out "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Returns the input that the pipeline leaves as the output, with nothing else in the graph.
fn only_input(graph: &Graph) -> Option<u32> {
    let graph = optimize(graph);
    let value = graph.outputs()[0].parts.values()[0];
    let Inst::Input(index) = *graph.inst(value) else { return None };
    (graph.len() == 1).then_some(index)
}

#[test]
fn operands_of_commutative_operations_have_one_order() {
    let sum = graph(|b, [x, y, ..]| {
        let one = b.binary(Binary::Mul, x, y);
        let other = b.binary(Binary::Mul, y, x);
        b.binary(Binary::Add, one, other)
    });
    assert_eq!(body(&sum), "v2 = mul.f64 v0, v1\nv3 = add.f64 v2, v2\n");
    let constant = graph(|b, [x, ..]| {
        let two = b.constant(2.0);
        b.binary(Binary::Mul, two, x)
    });
    assert_eq!(body(&constant), "v1 = const 2.0 : f64\nv2 = mul.f64 v0, v1\n");
    let max = graph(|b, [x, y, ..]| b.binary(Binary::Max, y, x));
    assert_eq!(body(&max), "v2 = max.f64 v1, v0\n");
}

#[test]
fn neutral_elements_vanish() {
    use Binary::{Add, Div, Mul, Sub};
    for (op, c) in [(Mul, 1.0), (Div, 1.0), (Add, -0.0), (Sub, 0.0)] {
        let graph = graph(|b, [x, ..]| {
            let c = b.constant(c);
            b.binary(op, x, c)
        });
        assert_eq!(only_input(&graph), Some(0), "{op:?} {c:?}");
    }
    for (op, c) in [(Add, 0.0), (Sub, -0.0), (Mul, 0.0), (Mul, 2.0)] {
        let graph = graph(|b, [x, ..]| {
            let c = b.constant(c);
            b.binary(op, x, c)
        });
        assert_eq!(optimize(&graph).len(), 3, "{op:?} {c:?} is not neutral");
    }
    use Binary::{And, FloorDiv, Or, Shl, Shr, Xor};
    let neutral = [
        (Add, 0),
        (Sub, 0),
        (Mul, 1),
        (FloorDiv, 1),
        (Or, 0),
        (Xor, 0),
        (And, -1),
        (Shl, 0),
        (Shr, 0),
    ];
    for (op, c) in neutral {
        let graph = graph(|b, [_, _, n, ..]| {
            let c = b.constant(c);
            b.binary(op, n, c)
        });
        assert_eq!(only_input(&graph), Some(2), "{op:?} {c:?}");
    }
}

#[test]
fn divisors_become_factors_only_where_that_is_exact() {
    let divide = |c: f64| {
        let graph = graph(|b, [x, ..]| {
            let c = b.constant(c);
            b.binary(Binary::Div, x, c)
        });
        body(&graph)
    };
    assert_eq!(divide(4.0), "v1 = const 0.25 : f64\nv2 = mul.f64 v0, v1\n");
    assert_eq!(divide(-2.0), "v1 = const -0.5 : f64\nv2 = mul.f64 v0, v1\n");
    for c in [3.0, 0.1, 0.0, f64::INFINITY, 2_f64.powi(1023), 2_f64.powi(-1074)] {
        assert!(divide(c).contains("div.f64"), "{c}");
    }
}

#[test]
fn logic_is_simplified() {
    let choice = graph(|b, [_, _, _, _, p, q]| {
        let no = b.constant(false);
        let not_p = b.unary(Unary::Not, p);
        b.select(not_p, no, q)
    });
    assert_eq!(body(&choice), "v2 = and.bool v0, v1\n");
    let compare = graph(|b, [_, _, n, m, ..]| {
        let less = b.binary(Binary::Lt, n, m);
        b.unary(Unary::Not, less)
    });
    assert_eq!(body(&compare), "v2 = le.i32 v1, v0 : bool\n");
    let with_nan = graph(|b, [x, y, ..]| {
        let less = b.binary(Binary::Lt, x, y);
        b.unary(Unary::Not, less)
    });
    assert!(body(&with_nan).contains("not.bool"));
}

#[test]
fn integer_divisions_by_powers_of_two_become_shifts_and_masks() {
    let by = |op, c: i32| {
        let graph = graph(|b, [_, _, n, ..]| {
            let c = b.constant(c);
            b.binary(op, n, c)
        });
        body(&graph)
    };
    assert_eq!(by(Binary::FloorDiv, 8), "v1 = const 3 : i32\nv2 = shr.i32 v0, v1\n");
    assert_eq!(by(Binary::Rem, 1 << 30), "v1 = const 1073741823 : i32\nv2 = and.i32 v0, v1\n");
    assert!(by(Binary::FloorDiv, -8).contains("floor_div"));
    assert!(by(Binary::Rem, 6).contains("rem"));
}

#[test]
fn divisions_of_every_integer_become_shifts_and_masks() {
    for prim in Prim::ALL.into_iter().filter(|prim| prim.is_int()) {
        for (op, becomes) in [(Binary::FloorDiv, "shr"), (Binary::Rem, "and")] {
            let mut b = GraphBuilder::new(&[prim]);
            let x = b.push(Inst::Input(0));
            let c = b.constant(Scalar::small(8, prim));
            let value = b.binary(op, x, c);
            let all = everything(&mut b, 1);
            let output = output(&b, value, all.shape);
            let text = optimize(&b.finish(vec![output])).to_string();
            assert!(text.contains(&format!("{becomes}.{prim}")), "{text}");
        }
    }
}

#[test]
fn nothing_is_beyond_the_ends_of_an_integer() {
    use Binary::{Le, Lt, Max, Min};
    let answer = |prim, op, c, constant_first: bool| {
        let mut b = GraphBuilder::new(&[prim]);
        let x = b.push(Inst::Input(0));
        let c = b.constant(Scalar::wrapped(c, prim));
        let value = if constant_first { b.binary(op, c, x) } else { b.binary(op, x, c) };
        let all = everything(&mut b, 1);
        let output = output(&b, value, all.shape);
        let text = optimize(&b.finish(vec![output])).to_string();
        text.lines().next().expect("it has an output").to_owned()
    };
    for prim in Prim::ALL.into_iter().filter(|prim| prim.is_int()) {
        let (least, greatest) = prim.int_range().expect("it is an integer");
        assert_eq!(answer(prim, Lt, least, false), "v0 = const false : bool");
        assert_eq!(answer(prim, Lt, greatest, true), "v0 = const false : bool");
        assert_eq!(answer(prim, Le, least, true), "v0 = const true : bool");
        assert_eq!(answer(prim, Le, greatest, false), "v0 = const true : bool");
        assert_eq!(answer(prim, Max, least, false), format!("v0 = input 0 : {prim}"));
        assert_eq!(answer(prim, Min, greatest, false), format!("v0 = input 0 : {prim}"));
        assert_eq!(answer(prim, Max, greatest, false), format!("v0 = const {greatest} : {prim}"));
        assert_eq!(answer(prim, Min, least, false), format!("v0 = const {least} : {prim}"));
    }
}

#[test]
fn casts_join_only_where_that_is_exact() {
    use Prim::{Bool, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let casts = |from, middle, to| {
        let mut b = GraphBuilder::new(&[from]);
        let x = b.push(Inst::Input(0));
        let cast = b.cast(x, middle);
        let value = b.cast(cast, to);
        let all = everything(&mut b, 1);
        let output = output(&b, value, all.shape);
        optimize(&b.finish(vec![output])).to_string().matches("cast").count()
    };
    let one = [
        (I32, I64, F64),
        (I32, I64, F32),
        (I64, I32, I8),
        (I64, U32, I32),
        (I8, U32, U16),
        (U32, F64, F32),
        (I16, F32, Bool),
        (U8, F32, I64),
        (F32, F64, U8),
        (Bool, F64, U64),
    ];
    for (from, middle, to) in one {
        assert_eq!(casts(from, middle, to), 1, "{from} {middle} {to}");
    }
    for (from, middle) in
        [(I8, I64), (U8, U64), (U16, F32), (I32, F64), (F32, F64), (Bool, I8), (I32, U32)]
    {
        assert_eq!(casts(from, middle, from), 0, "{from} {middle} {from}");
    }
    let two = [
        (I32, F32, F64), // f32 has 24 bits
        (I64, F64, I64),
        (I32, F64, I8), // saturates, where i32 to i8 wraps
        (I8, U32, U64), // its sign is gone
        (U8, I8, I32),
        (I64, I32, Bool), // not zero, but its low bits are
        (I64, I32, F64),
        (F64, F32, I32),
        (F64, I64, I32), // saturates at other ends
        (U64, Bool, I8),
    ];
    for (from, middle, to) in two {
        assert_eq!(casts(from, middle, to), 2, "{from} {middle} {to}");
    }
}

#[test]
fn small_powers_are_products() {
    let power = |n: f64| {
        let graph = graph(|b, [x, ..]| {
            let n = b.constant(n);
            b.binary(Binary::Pow, x, n)
        });
        body(&graph)
    };
    assert_eq!(power(0.0), "v0 = const 1.0 : f64\n");
    assert_eq!(power(1.0), "");
    assert_eq!(power(-1.0), "v1 = const 1.0 : f64\nv2 = div.f64 v1, v0\n");
    assert_eq!(power(0.5), "v1 = sqrt.f64 v0\n");
    assert_eq!(power(2.0), "v1 = mul.f64 v0, v0\n");
    assert_eq!(power(5.0), "v1 = mul.f64 v0, v0\nv2 = mul.f64 v1, v1\nv3 = mul.f64 v0, v2\n");
    for n in [17.0, 2.5, -2.0, f64::NAN, f64::INFINITY] {
        assert!(power(n).contains("pow.f64"), "{n}");
    }
}

#[test]
fn integer_powers_are_exact_products() {
    for n in 0..=70 {
        let graph = graph(|b, [_, _, x, ..]| {
            let n = b.constant(n);
            b.binary(Binary::Pow, x, n)
        });
        let fast = optimize(&graph);
        assert_eq!(fast.to_string().contains("pow"), n > 64);
        for x in [0, 1, -1, 2, 3, -7, 46_341, i32::MAX, i32::MIN] {
            let mut inputs = INPUTS;
            inputs[2] = Scalar::I32(x);
            assert_eq!(evaluate(&fast, &inputs), [Scalar::I32(x.power(n))], "{x}**{n}");
        }
    }
}

#[test]
fn float_powers_keep_their_bound() {
    let mut random = Random(7);
    for n in 2..=16 {
        let graph = graph(|b, [x, ..]| {
            let n = b.constant(f64::from(n));
            b.binary(Binary::Pow, x, n)
        });
        let fast = optimize(&graph);
        for _ in 0..500 {
            let x = 0.5 + random.below(1 << 30) as f64 / f64::from(1 << 29);
            let mut inputs = INPUTS;
            inputs[0] = Scalar::F64(x);
            let got = evaluate(&fast, &inputs)[0].to_f64();
            let want = x.powf(n.into());
            // n - 1 units roundoff, and one for the power it is compared to.
            let bound = f64::from(n) * f64::EPSILON / 2.0;
            assert!((got / want - 1.0).abs() <= bound + f64::EPSILON, "{x:?}**{n}");
        }
    }
}

const INPUTS: [Scalar; 6] = [
    Scalar::F64(1.5),
    Scalar::F64(-2.0),
    Scalar::I32(7),
    Scalar::I32(-3),
    Scalar::Bool(true),
    Scalar::Bool(false),
];

fn evaluate(graph: &Graph, inputs: &[Scalar]) -> Vec<Scalar> {
    let mut slots = Vec::new();
    element(graph, inputs, &mut slots);
    let values = graph.outputs().iter().flat_map(|out| out.parts.values());
    values.map(|value| slots[value.index()]).collect()
}

/// Equal bits, or both NaN: which NaN is unspecified.
fn same(x: Scalar, y: Scalar) -> bool {
    x == y || x.prim() == y.prim() && x.to_f64().is_nan() && y.to_f64().is_nan()
}

#[test]
fn the_pipeline_keeps_every_bit_of_random_graphs() {
    for seed in 1..=3000 {
        let mut random = Random(seed);
        let graph = random.graph(Kind::Elementwise);
        let fast = optimize(&graph);
        for _ in 0..12 {
            let inputs: Vec<Scalar> =
                graph.inputs().iter().map(|input| random.scalar(input.prim)).collect();
            let (want, got) = (evaluate(&graph, &inputs), evaluate(&fast, &inputs));
            let equal = want.iter().zip(&got).all(|(&x, &y)| same(x, y));
            assert!(equal, "seed {seed}, {inputs:?}: {want:?}, {got:?}\n{graph}\n{fast}");
        }
    }
}

#[test]
fn the_pipeline_is_idempotent_on_random_graphs() {
    for seed in 1..=6000 {
        let graph = Random(seed).graph(Kind::Any);
        let once = optimize(&graph);
        let twice = optimize(&once);
        assert_eq!(once.to_string(), twice.to_string(), "seed {seed}\n{graph}");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What must keep its bits: no reductions, and no float powers.
    Elementwise,
    Any,
}

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    /// Returns a value at an edge more often than not.
    fn scalar(&mut self, prim: Prim) -> Scalar {
        const FLOATS: [f64; 14] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.0,
            0.5,
            -4.0,
            3.0,
            0.1,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            1e300,
            5e-324,
        ];
        const INTS: [i64; 17] = [
            0,
            1,
            -1,
            2,
            4,
            8,
            3,
            -7,
            31,
            32,
            64,
            i64::MIN,
            i64::MAX,
            i32::MIN as i64,
            i32::MAX as i64,
            // One more than f32 and f64 can tell.
            (1 << 24) + 1,
            (1 << 53) + 1,
        ];
        match prim {
            Prim::Bool => Scalar::Bool(self.below(2) == 0),
            Prim::F32 => Scalar::F32(self.pick(&FLOATS) as f32),
            Prim::F64 => Scalar::F64(self.pick(&FLOATS)),
            Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => {
                let (least, greatest) = prim.int_range().expect("these are integers");
                let ends = [least, greatest, (greatest + 1) / 2];
                let all = INTS.into_iter().map(i128::from).chain(ends);
                Scalar::wrapped(self.pick(&all.collect::<Vec<_>>()), prim)
            }
        }
    }

    fn graph(&mut self, kind: Kind) -> Graph {
        // Few prims, so that they meet.
        let some = [self.pick(&Prim::ALL), self.pick(&Prim::ALL), Prim::F64];
        let prims: Vec<Prim> = (0..4).map(|_| self.pick(&some)).collect();
        let mut params: Vec<DType> = prims.iter().map(|prim| prim.dtype()).collect();
        params.push(DType::C64);
        let mut b = GraphBuilder::with_params(&params);
        let all = everything(&mut b, 5);
        let sources = (0..4).map(Source::Param).chain([Source::Re(4), Source::Im(4)]);
        let mut values: Vec<Value> = sources
            .zip(prims.into_iter().chain([Prim::F32; 2]))
            .map(|(source, prim)| b.input(Input { prim, source }))
            .collect();
        let inputs = values.len();
        for _ in 0..3 + self.below(25) {
            let inst = self.inst(&b, &values, inputs, kind, all);
            values.push(b.push(inst));
        }
        let mut outputs: Vec<Output> = (0..1 + self.below(3))
            .map(|i| output(&b, values[values.len() - 1 - i as usize], all.shape))
            .collect();
        if let Some(&re) = values.iter().rfind(|&&v| b.prim(v).is_float()) {
            let like: Vec<Value> =
                values.iter().copied().filter(|&v| b.prim(v) == b.prim(re)).collect();
            let dtype = if b.prim(re) == Prim::F32 { DType::C64 } else { DType::C128 };
            let parts = Parts::Complex(re, self.pick(&like));
            outputs.push(Output { dtype, parts, shape: all.shape });
        }
        b.finish(outputs)
    }

    /// Returns an instruction on some of the values. Recent values are likelier, so that it nests.
    fn inst(
        &mut self,
        b: &GraphBuilder,
        values: &[Value],
        inputs: usize,
        kind: Kind,
        all: Over,
    ) -> Inst {
        use Binary::*;
        let recent = &values[values.len().saturating_sub(8)..];
        let x = self.pick(recent);
        let prim = b.prim(x);
        let like_x: Vec<Value> = values.iter().copied().filter(|&v| b.prim(v) == prim).collect();
        let y = self.pick(&like_x);
        match self.below(11) {
            // Copysign takes the sign of an input only: that of a computed NaN is unspecified.
            10 if prim.is_float() && y < Value(inputs as u32) => Inst::Binary(Copysign, x, y),
            0 | 1 => Inst::Const(self.scalar(prim)),
            2 => {
                let to = self.pick(&Prim::ALL);
                if to == prim { Inst::Binary(Le, x, y) } else { Inst::Cast(x, to) }
            }
            3 => {
                let conditions: Vec<Value> =
                    values.iter().copied().filter(|&v| b.prim(v) == Prim::Bool).collect();
                if conditions.is_empty() {
                    return Inst::Binary(Lt, x, y);
                }
                Inst::Select(self.pick(&conditions), x, y)
            }
            4 | 5 => {
                let bools = [Unary::Not];
                let ints = [Unary::Neg, Unary::Abs, Unary::Not, Unary::BitCount];
                let floats = [
                    Unary::Neg,
                    Unary::Neg,
                    Unary::Abs,
                    Unary::Sqrt,
                    Unary::Floor,
                    Unary::Rint,
                    Unary::Trunc,
                    Unary::Ceil,
                    Unary::Call(Func::Arctan),
                ];
                Inst::Unary(self.pick(by_kind(prim, &bools, &ints, &floats)), x)
            }
            6 if kind == Kind::Any => {
                use Reduce::*;
                let bools = [Any, All, Min, ArgMax];
                let ints = [Min, Max, Sum, Prod, ArgMin];
                let floats = [Max, Sum, Sum, ArgMax];
                if prim.is_float() && self.below(4) == 0 {
                    return self.pick(&[
                        Inst::Binary(Pow, x, y),
                        Inst::Count(all, prim),
                        Inst::ReducePair(ReducePair::ProdIm, x, y, all),
                        Inst::ReducePair(ReducePair::ArgMin, x, y, all),
                    ]);
                }
                Inst::Reduce(self.pick(by_kind(prim, &bools, &ints, &floats)), x, all)
            }
            _ => {
                let bools = [And, Or, Xor, Eq, Ne, Lt, Le, Max, Min];
                let ints = [
                    Add, Sub, Mul, FloorDiv, Rem, Fmod, Pow, Shl, Shr, And, Or, Xor, Eq, Ne, Lt,
                    Le, Max, Min, Add, Mul, Pow, Gcd, Lcm,
                ];
                let nextafter = Call(Func::Nextafter);
                let floats = [
                    Add, Sub, Mul, Div, Add, Sub, Mul, Div, FloorDiv, Rem, Fmod, Eq, Ne, Lt, Le,
                    Max, Min, nextafter,
                ];
                Inst::Binary(self.pick(by_kind(prim, &bools, &ints, &floats)), x, y)
            }
        }
    }
}

fn by_kind<'a, T>(prim: Prim, bools: &'a [T], ints: &'a [T], floats: &'a [T]) -> &'a [T] {
    match prim {
        Prim::Bool => bools,
        Prim::F32 | Prim::F64 => floats,
        Prim::I8
        | Prim::I16
        | Prim::I32
        | Prim::I64
        | Prim::U8
        | Prim::U16
        | Prim::U32
        | Prim::U64 => ints,
    }
}
