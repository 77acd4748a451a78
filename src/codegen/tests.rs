//! The generators agree bit for bit: random loops over every prim, run by vector code, by scalar code and
//! by the interpreter; with tails, in place, stored and reduced.
#![expect(unsafe_code, reason = "kernels take raw pointers")]

use super::*;
use crate::dtype::Scalar;
use crate::ir::interp::REDUCE_BLOCK;
use crate::ir::{Binary, GraphBuilder, Unary};
use crate::ops::Func;

/// Marsaglia's xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns a value at an edge, in a small range, or anywhere.
    fn scalar(&mut self, prim: Prim) -> Scalar {
        const FLOATS: [f64; 24] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            2.5,
            -2.5,
            -0.75,
            127.5,
            255.9,
            65_535.5,
            -32_768.9,
            2_147_483_647.5,
            4_294_967_295.5,
            9.3e18,
            -9.3e18,
            1.9e19,
            1e300,
            5e-324,
            f64::MAX,
            f64::MIN_POSITIVE,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        let small = i128::try_from(self.below(19)).expect("small") - 9;
        let wild = (i128::from(self.0) << 64) | i128::from(self.0.rotate_left(17));
        match (prim, prim.int_range()) {
            (_, Some((least, greatest))) => {
                let edges = [least, least + 1, greatest, greatest - 1, (greatest + 1) / 2];
                let value = [self.pick(&edges), small, wild][self.below(3)];
                Scalar::wrapped(value, prim)
            }
            (Prim::F32, _) => Scalar::F32(self.float(&FLOATS, small) as f32),
            (Prim::F64, _) => Scalar::F64(self.float(&FLOATS, small)),
            (_, None) => Scalar::Bool(self.below(2) == 0),
        }
    }

    fn float(&mut self, edges: &[f64], small: i128) -> f64 {
        let x = small as f64 + self.below(1 << 20) as f64 / f64::from(1 << 20);
        [self.pick(edges), small as f64, x][self.below(3)]
    }

    fn graph(&mut self) -> (Graph, Vec<bool>) {
        // Few prims, so that they meet; sometimes of one size, so that lanes are narrow.
        let sets: [&[Prim]; 8] = [
            &Prim::ALL,
            &Prim::ALL,
            &[Prim::I8, Prim::U8, Prim::Bool],
            &[Prim::I16, Prim::U16, Prim::U8, Prim::Bool],
            &[Prim::I32, Prim::U32, Prim::F32],
            &[Prim::I64, Prim::U64, Prim::F64],
            &[Prim::F32, Prim::F64, Prim::Bool],
            &[Prim::I64, Prim::I8, Prim::F64],
        ];
        let set = self.pick(&sets);
        let some = [self.pick(set), self.pick(set), self.pick(set)];
        let prims: Vec<Prim> = (0..4).map(|_| self.pick(&some)).collect();
        let uniform = (0..4).map(|_| self.below(5) == 0).collect();
        let mut b = GraphBuilder::new(&prims);
        let mut values: Vec<Value> = (0..4).map(|i| b.push(Inst::Input(i))).collect();
        let n = [3, 8, 25, 60][self.below(4)];
        let calls = self.below(3) == 0;
        for _ in 0..n {
            let inst = self.inst(&b, &values, set, calls);
            values.push(b.push(inst));
        }
        (b.finish(Vec::new()), uniform)
    }

    /// Returns an instruction on some of the values. Recent values are likelier, so that it nests.
    fn inst(&mut self, b: &GraphBuilder, values: &[Value], set: &[Prim], calls: bool) -> Inst {
        use Binary::*;
        let recent = &values[values.len().saturating_sub(8)..];
        let x = self.pick(recent);
        let prim = b.prim(x);
        let like_x: Vec<Value> = values.iter().copied().filter(|&v| b.prim(v) == prim).collect();
        let y = self.pick(&like_x);
        match self.below(10) {
            // Copysign takes the sign of an input only: that of a computed NaN is unspecified.
            9 if prim.is_float() && y < Value(4) => Inst::Binary(Copysign, x, y),
            0 => Inst::Const(self.scalar(prim)),
            1 => {
                let to = self.pick(set);
                if to == prim { Inst::Binary(Ne, x, y) } else { Inst::Cast(x, to) }
            }
            2 => {
                let conditions: Vec<Value> =
                    values.iter().copied().filter(|&v| b.prim(v) == Prim::Bool).collect();
                if conditions.is_empty() {
                    return Inst::Binary(Lt, x, y);
                }
                Inst::Select(self.pick(&conditions), x, y)
            }
            3 | 4 => {
                use Unary::*;
                let ops: &[Unary] = match (prim.is_float(), prim == Prim::Bool) {
                    (true, _) => &[Neg, Abs, Sqrt, Floor, Ceil, Trunc, Rint],
                    (_, true) => &[Not],
                    (_, false) => &[Neg, Abs, Not, BitCount],
                };
                let call = prim.is_float() && calls && self.below(4) == 0;
                let functions = [
                    Func::Sin,
                    Func::Cos,
                    Func::Tan,
                    Func::Exp,
                    Func::Expm1,
                    Func::Log,
                    Func::Log10,
                    Func::Cosh,
                    Func::Tanh,
                    Func::Arctan,
                    Func::Gamma,
                ];
                let op = if call { Unary::Call(self.pick(&functions)) } else { self.pick(ops) };
                Inst::Unary(op, x)
            }
            _ => {
                let bools = [And, Or, Xor, Eq, Ne, Lt, Le, Max, Min];
                let ints = [
                    Add, Sub, Mul, And, Or, Xor, Eq, Ne, Lt, Le, Max, Min, Add, Sub, Mul, Shl, Shr,
                ];
                let floats = [Add, Sub, Mul, Div, Eq, Ne, Lt, Le, Max, Min];
                let slow = [FloorDiv, Rem, Fmod, Pow, Gcd, Lcm];
                let op = match (prim.is_float(), prim == Prim::Bool) {
                    (true, _) if calls && self.below(4) == 0 => self.pick(&slow[..4]),
                    (true, _) => self.pick(&floats),
                    (_, true) => self.pick(&bools),
                    (_, false) if calls && self.below(3) == 0 => self.pick(&slow),
                    (_, false) => self.pick(&ints),
                };
                // Constant counts and divisors have code of their own.
                let constants: Vec<Value> =
                    like_x.iter().copied().filter(|&v| b.as_constant(v).is_some()).collect();
                let wants_constant = matches!(op, Shl | Shr | FloorDiv | Rem) && self.below(3) > 0;
                let y =
                    if wants_constant && !constants.is_empty() { self.pick(&constants) } else { y };
                Inst::Binary(op, x, y)
            }
        }
    }

    fn sinks(&mut self, graph: &Graph) -> Sinks {
        let values: Vec<Value> = graph.values().collect();
        let last = &values[values.len().saturating_sub(6)..];
        if self.below(2) == 0 {
            return Sinks::Store((0..1 + self.below(3)).map(|_| self.pick(last)).collect());
        }
        let sinks = (0..1 + self.below(3)).map(|_| {
            use Reduce::*;
            let value = self.pick(last);
            let ops: &[Reduce] = if graph.prim(value) == Prim::Bool {
                &[Any, All, Min, Max]
            } else {
                &[Sum, Prod, Min, Max]
            };
            (self.pick(ops), value)
        });
        Sinks::Reduce(sinks.collect())
    }
}

/// Memory for elements, aligned for any of them.
struct Memory(Vec<u64>);

impl Memory {
    fn of(elements: &[Scalar]) -> Memory {
        let size = elements.first().map_or(1, |x| x.prim().size());
        let mut bytes: Vec<u8> =
            elements.iter().flat_map(|x| x.to_bits().to_le_bytes()[..size].to_vec()).collect();
        bytes.resize(bytes.len().next_multiple_of(8), 0xee);
        let words = bytes.chunks(8).map(|word| u64::from_le_bytes(word.try_into().expect("eight")));
        Memory(words.collect())
    }

    fn filled(bytes: usize) -> Memory {
        Memory(vec![0xeeee_eeee_eeee_eeee; bytes.div_ceil(8)])
    }

    fn ptr(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
    }

    /// The first bytes, every NaN made the same, and what follows them.
    fn elements(&self, prim: Prim, count: usize) -> (Vec<u64>, Vec<u8>) {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        let (inside, outside) = bytes.split_at(count * prim.size());
        let bits = inside.chunks(prim.size()).map(|element| {
            let mut word = [0; 8];
            word[..element.len()].copy_from_slice(element);
            let bits = u64::from_le_bytes(word);
            let is_nan = match prim {
                Prim::F32 => f32::from_bits(bits as u32).is_nan(),
                Prim::F64 => f64::from_bits(bits).is_nan(),
                _ => false, // tidy: nothing else has a NaN
            };
            if is_nan { u64::MAX } else { bits }
        });
        (bits.collect(), outside.to_vec())
    }
}

/// Runs the loop and returns its outputs; the first output in the memory of an input if `in_place`.
fn run(
    kernel: &TileKernel,
    body: &Loop,
    columns: &[Vec<Scalar>],
    n: usize,
    in_place: Option<usize>,
) -> Vec<(Vec<u64>, Vec<u8>)> {
    let mut inputs: Vec<Memory> = columns.iter().map(|column| Memory::of(column)).collect();
    let count = match &body.sinks {
        Sinks::Store(_) => n,
        Sinks::Reduce(_) => n.div_ceil(REDUCE_BLOCK),
    };
    let prims = body.outputs();
    let mut outputs: Vec<Memory> =
        prims.iter().map(|prim| Memory::filled((count + 1) * prim.size())).collect();
    let input_pointers: Vec<*const u8> =
        inputs.iter_mut().map(|memory| memory.ptr().cast_const()).collect();
    let mut output_pointers: Vec<*mut u8> = outputs.iter_mut().map(Memory::ptr).collect();
    if let Some(input) = in_place {
        output_pointers[0] = inputs[input].ptr();
    }
    let mut scratch = vec![0_u64; kernel.scratch_bytes() / 8 + 8];
    let scratch = scratch.as_mut_ptr().cast::<u8>();
    let scratch = scratch.wrapping_add(scratch.align_offset(64));
    // SAFETY: inputs have n elements or are uniform, outputs have room and are disjoint but for the one
    // that starts where an input of its element size does; all are aligned to eight bytes; the scratch
    // memory is large enough and aligned.
    unsafe { kernel.call(&input_pointers, &output_pointers, scratch, n) };
    let mut results: Vec<_> =
        outputs.iter().zip(&prims).map(|(memory, &prim)| memory.elements(prim, count)).collect();
    if let Some(input) = in_place {
        results[0] = inputs[input].elements(prims[0], count);
    }
    results
}

/// The loop by the generator of wide vectors at every level that the processor has.
#[cfg(target_arch = "x86_64")]
fn of_every_level(body: &Loop) -> Vec<(String, TileKernel)> {
    let levels = [wide::Level::Avx2, wide::Level::Avx512];
    let available = levels.into_iter().filter(|&level| Some(level) <= wide::Level::best());
    let compiled = available.filter_map(|level| {
        let native = wide::compile(body, level).expect("there is memory")?;
        let kernel = TileKernel { body: body.clone(), code: Code::Wide(Box::new(native)) };
        Some((format!("{level:?}"), kernel))
    });
    compiled.collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn of_every_level(_: &Loop) -> Vec<(String, TileKernel)> {
    Vec::new()
}

/// Runs the loop by every generator there is, in place too if it can.
fn agree(label: &str, random: &mut Random, body: &Loop) {
    let lengths = [0, 1, 2, 3, 7, 8, 15, 16, 31, 33, 64, 100, 127, 128, 129, 200, 257, 300];
    let codegens = [Codegen::Interpreter, Codegen::Scalar, Codegen::Portable, Codegen::Native];
    let mut kernels: Vec<(String, TileKernel)> = Vec::new();
    for codegen in codegens {
        let kernel = compile(body.clone(), codegen);
        let kernel = kernel.unwrap_or_else(|error| panic!("{label}: {error}"));
        kernels.push((format!("{codegen:?}"), kernel));
    }
    kernels.extend(of_every_level(body));
    for _ in 0..2 {
        let most = kernels.iter().map(|(_, kernel)| kernel.max_elements()).min().unwrap_or(0);
        let n = random.pick(&lengths).min(most);
        let columns: Vec<Vec<Scalar>> = (body.graph.inputs().iter().zip(&body.uniform))
            .map(|(input, &uniform)| {
                let n = if uniform { 1 } else { n };
                (0..n).map(|_| random.scalar(input.prim)).collect()
            })
            .collect();
        let prims = body.outputs();
        let in_place = (0..body.uniform.len()).find(|&i| {
            matches!(body.sinks, Sinks::Store(_))
                && !body.uniform[i]
                && body.graph.inputs()[i].prim.size() == prims[0].size()
        });
        for in_place in std::iter::once(None).chain(in_place.map(Some)) {
            let run = |kernel| run(kernel, body, &columns, n, in_place);
            let expected = run(&kernels[0].1);
            for (name, kernel) in &kernels {
                let result = run(kernel);
                for (at, (want, got)) in expected.iter().zip(&result).enumerate() {
                    assert_eq!(
                        want, got,
                        "{label}, {name}, output {at} of {:?}, n {n}, in place {in_place:?}\n{}\n{columns:?}",
                        body.sinks, body.graph
                    );
                }
            }
        }
    }
}

#[test]
fn every_generator_gives_the_same_bits() {
    for seed in 1..=1500 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let (graph, uniform) = random.graph();
        let sinks = random.sinks(&graph);
        agree(&format!("seed {seed}"), &mut random, &Loop { graph, uniform, sinks });
    }
}

/// More values than there are registers, more arrays than there are for pointers, more constants than a pool has
/// room for beside them.
#[test]
fn values_without_a_register_are_kept() {
    for (seed, prim) in (1..).zip([Prim::F64, Prim::F32, Prim::I64, Prim::I32, Prim::I16]) {
        let mut random = Random(0x5851_f42d_4c95_7f2d_u64.wrapping_mul(seed));
        let n_inputs = 14;
        let mut b = GraphBuilder::new(&vec![prim; n_inputs]);
        let inputs: Vec<Value> = (0..14).map(|input| b.push(Inst::Input(input))).collect();
        let mut values: Vec<Value> = Vec::new();
        for at in 0..90 {
            let constant = random.scalar(prim);
            let constant = b.constant(constant);
            let product = b.binary(Binary::Mul, inputs[at % n_inputs], constant);
            values.push(b.binary(Binary::Add, product, inputs[(5 * at + 3) % n_inputs]));
        }
        // Last in, first out, and then the other way round: all are alive in the middle.
        let (mut sum, mut difference) = (values[0], values[0]);
        for &value in values.iter().rev() {
            sum = b.binary(Binary::Add, sum, value);
        }
        for &value in &values {
            difference = b.binary(Binary::Sub, difference, value);
        }
        let smaller = b.binary(Binary::Lt, sum, difference);
        let outputs = [sum, difference, smaller, inputs[3]];
        let graph = b.finish(Vec::new());
        let sinks = [
            Sinks::Store(outputs.to_vec()),
            Sinks::Reduce(vec![
                (Reduce::Sum, sum),
                (Reduce::Max, difference),
                (Reduce::Any, smaller),
            ]),
        ];
        for sinks in sinks {
            let body = Loop { graph: graph.clone(), uniform: vec![false; n_inputs], sinks };
            agree(&format!("{prim}"), &mut random, &body);
        }
    }
}

/// Formulas as people write them must not go to the portable generator.
#[cfg(target_arch = "x86_64")]
#[test]
fn usual_loops_have_wide_code() {
    for prim in [Prim::F64, Prim::F32, Prim::I64, Prim::I32] {
        let mut b = GraphBuilder::new(&[prim; 3]);
        let [x, y, z] = [0, 1, 2].map(|input| b.push(Inst::Input(input)));
        let product = b.binary(Binary::Mul, x, y);
        let sum = b.binary(Binary::Add, product, z);
        let larger = b.binary(Binary::Lt, x, sum);
        let chosen = b.select(larger, x, y);
        let wide = b.cast(chosen, Prim::F64);
        let root = b.unary(Unary::Sqrt, wide);
        let exponential = b.unary(Unary::Call(Func::Exp), root);
        let graph = b.finish(Vec::new());
        for sinks in [
            Sinks::Store(vec![chosen, exponential, larger]),
            Sinks::Reduce(vec![(Reduce::Sum, root), (Reduce::Max, chosen), (Reduce::All, larger)]),
        ] {
            let body = Loop { graph: graph.clone(), uniform: vec![false; 3], sinks };
            for level in [wide::Level::Avx2, wide::Level::Avx512] {
                let shape = wide::describe(&body, level);
                assert!(shape.is_some(), "{level:?}: {:?}\n{}", body.sinks, body.graph);
            }
        }
    }
}
