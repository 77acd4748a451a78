//! Random expressions over random arrays, nearly all of them well typed.
//!
//! Deterministic: a seed gives the same cases everywhere. What the language leaves unspecified, the sign
//! of a computed NaN, is never asked for: `signbit` and the second argument of `copysign` are inputs,
//! which have no NaN with its sign set.

use crate::dtype::{DType, Scalar};
use crate::engine::array::Array;
use crate::ops::{Func, FuncClass, Reduction};

/// Marsaglia's xorshift64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts a sequence; every seed is another one.
    pub fn new(seed: u64) -> Random {
        // Neighbouring seeds would give similar first numbers.
        let mut random = Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        (0..4).for_each(|_| _ = random.next());
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Returns a number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 11) % n as u64) as usize
    }

    /// Returns whether something happens that does so once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Returns one of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// An expression and its inputs: exactly the variables that it names.
#[derive(Clone, Debug)]
pub struct Case {
    /// The expression.
    pub text: String,
    /// Names and arrays, all of one length or single numbers.
    pub inputs: Vec<(String, Array)>,
}

/// Makes random expressions.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    reductions: bool,
    float_powers: bool,
    nodes: usize,
}

/// What sort of value a place wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    Bool,
    Int,
    /// Any number but `bool`.
    Number,
}

const VARIABLES: [(&str, DType); 10] = [
    ("a", DType::F64),
    ("b", DType::F64),
    ("f", DType::F32),
    ("g", DType::F32),
    ("i", DType::I32),
    ("j", DType::I32),
    ("l", DType::I64),
    ("m", DType::I64),
    ("p", DType::Bool),
    ("q", DType::Bool),
];

/// Returns the values of a dtype at which something may go wrong.
pub fn edges(dtype: DType) -> Vec<Scalar> {
    const FLOATS: &[f64] = &[
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        2.0,
        -3.0,
        1e-310,
        5e-324,
        1e300,
        -1e300,
        1e-40,
        3.5e38,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        9_007_199_254_740_993.0,
    ];
    const INTS: &[i64] = &[
        0,
        1,
        -1,
        2,
        -2,
        3,
        7,
        31,
        32,
        33,
        63,
        64,
        -64,
        1 << 24,
        (1 << 24) + 1,
        (1 << 53) + 1,
        i32::MAX as i64,
        i32::MIN as i64,
        i64::MAX,
        i64::MIN,
    ];
    match dtype {
        DType::Bool => [false, true].map(Scalar::Bool).to_vec(),
        DType::I32 => INTS.iter().map(|&x| Scalar::I32(x as i32)).collect(),
        DType::I64 => INTS.iter().map(|&x| Scalar::I64(x)).collect(),
        DType::F32 => FLOATS.iter().map(|&x| Scalar::F32(x as f32)).collect(),
        DType::F64 => FLOATS.iter().map(|&x| Scalar::F64(x)).collect(),
    }
}

impl Generator {
    /// Starts a sequence of cases.
    pub fn new(seed: u64) -> Generator {
        Generator { random: Random::new(seed), reductions: true, float_powers: true, nodes: 24 }
    }

    /// Leaves reductions out.
    pub fn without_reductions(mut self) -> Generator {
        self.reductions = false;
        self
    }

    /// Leaves `**` on floats out, the one operation that a pass may compute in another way.
    pub fn without_float_powers(mut self) -> Generator {
        self.float_powers = false;
        self
    }

    /// Sets about how many operands and operators the largest expressions have.
    pub fn nodes(mut self, nodes: usize) -> Generator {
        self.nodes = nodes;
        self
    }

    /// Returns the random numbers, to choose something else that depends on the seed.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Makes an expression over arrays of this length and single numbers.
    pub fn case(&mut self, len: usize) -> Case {
        let text = self.expression(&VARIABLES);
        let names = crate::variables(&text).expect("the generator knows the grammar");
        let inputs = (VARIABLES.iter())
            .filter(|(name, _)| names.iter().any(|used| used == name))
            .map(|&(name, dtype)| (name.to_owned(), self.column(dtype, len)))
            .collect();
        Case { text, inputs }
    }

    /// Makes an expression over variables of these dtypes.
    pub fn expression(&mut self, variables: &[(&str, DType)]) -> String {
        // A few variables only, so that they meet themselves and each other.
        let count = 1 + self.random.below(4);
        let mut chosen: Vec<(&str, DType)> =
            (0..count).map(|_| self.random.pick(variables)).collect();
        if !chosen.iter().any(|&(_, dtype)| dtype != DType::Bool) {
            chosen.extend(variables.iter().find(|&&(_, dtype)| dtype != DType::Bool));
        }
        let budget = 1 + self.random.below(self.nodes);
        let want = self.random.pick(&[Want::Bool, Want::Int, Want::Number, Want::Number]);
        let mut text = String::new();
        self.expr(&mut text, &chosen, want, budget, 0);
        text
    }

    /// Makes an array, or once in a while a single number.
    fn column(&mut self, dtype: DType, len: usize) -> Array {
        if self.random.once_in(5) {
            return super::scalar(self.element(dtype));
        }
        // Half of the arrays have few different values, so that equal ones and zeros of both signs meet.
        let count = 2 + self.random.below(3);
        let mut few: Vec<Scalar> = (0..count).map(|_| self.element(dtype)).collect();
        match dtype {
            DType::F32 => few.extend([0.0_f32, -0.0].map(Scalar::F32)),
            DType::F64 => few.extend([0.0_f64, -0.0].map(Scalar::F64)),
            DType::Bool | DType::I32 | DType::I64 => {}
        }
        let repeats = self.random.once_in(2);
        let all: Vec<Scalar> = (0..len)
            .map(|_| if repeats { self.random.pick(&few) } else { self.element(dtype) })
            .collect();
        super::array(dtype, &all)
    }

    /// Returns a value, at an edge one time in three.
    fn element(&mut self, dtype: DType) -> Scalar {
        if self.random.once_in(3) {
            return self.random.pick(&edges(dtype));
        }
        let unit = (self.random.next() >> 11) as f64 / (1_u64 << 53) as f64;
        match dtype {
            DType::Bool => Scalar::Bool(unit < 0.5),
            DType::I32 => Scalar::I32((unit * 200.0 - 100.0) as i32),
            DType::I64 => Scalar::I64((unit * 200.0 - 100.0) as i64),
            DType::F32 => Scalar::F32((unit * 20.0 - 10.0) as f32),
            DType::F64 => Scalar::F64(unit * 20.0 - 10.0),
        }
    }

    /// Writes an expression of about `budget` nodes. `inside` counts the reductions around it.
    fn expr(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        if budget <= 1 {
            return self.leaf(out, vars, want);
        }
        let rest = budget - 1;
        if self.reductions && inside < 2 && self.random.once_in(9) {
            return self.reduction(out, vars, want, rest, inside);
        }
        if self.random.once_in(8) {
            return self.choice(out, vars, want, rest, inside);
        }
        match want {
            Want::Bool => self.truth(out, vars, rest, inside),
            Want::Int | Want::Number => self.number(out, vars, want, rest, inside),
        }
    }

    fn leaf(&mut self, out: &mut String, vars: &[(&str, DType)], want: Want) {
        let fits = |dtype: DType| match want {
            Want::Bool => dtype == DType::Bool,
            Want::Int => dtype.is_int(),
            Want::Number => dtype != DType::Bool,
        };
        let fitting: Vec<&str> =
            vars.iter().filter(|&&(_, dtype)| fits(dtype)).map(|&(name, _)| name).collect();
        if !fitting.is_empty() && !self.random.once_in(4) {
            out.push_str(self.random.pick(&fitting));
            return;
        }
        out.push_str(match want {
            Want::Bool => self.random.pick(&["True", "False"]),
            Want::Int => {
                self.random.pick(&["0", "1", "2", "3", "7", "8", "31", "100", "1_000", "0xff"])
            }
            Want::Number => self.random.pick(&[
                "0.0", "1.0", "2.0", "0.5", "0.25", "3.0", "1.5", "0.1", "1e-3", "100.0", "1e300",
                "1", "2", "3",
            ]),
        });
    }

    fn reduction(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        let reduction = match want {
            Want::Bool => self.random.pick(&[Reduction::Any, Reduction::All]),
            Want::Int => {
                self.random.pick(&[Reduction::Sum, Reduction::Prod, Reduction::Min, Reduction::Max])
            }
            Want::Number => self.random.pick(&[
                Reduction::Sum,
                Reduction::Prod,
                Reduction::Min,
                Reduction::Max,
                Reduction::Mean,
            ]),
        };
        out.push_str(reduction.info().name);
        self.bracket(out, vars, want, budget, inside + 1);
    }

    fn choice(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        let part = (budget / 3).max(1);
        if self.random.once_in(2) {
            out.push_str("where(");
            self.expr(out, vars, Want::Bool, part, inside);
            out.push_str(", ");
            self.expr(out, vars, want, part, inside);
            out.push_str(", ");
            self.expr(out, vars, want, part, inside);
            out.push(')');
        } else {
            self.bracket(out, vars, want, part, inside);
            out.push_str(" if ");
            self.bracket(out, vars, Want::Bool, part, inside);
            out.push_str(" else ");
            self.bracket(out, vars, want, part, inside);
        }
    }

    fn truth(&mut self, out: &mut String, vars: &[(&str, DType)], budget: usize, inside: usize) {
        let half = (budget / 2).max(1);
        match self.random.below(8) {
            0..=2 => {
                let links = 1 + usize::from(self.random.once_in(5));
                self.bracket(out, vars, Want::Number, half, inside);
                for _ in 0..links {
                    out.push_str(self.random.pick(&[" < ", " <= ", " == ", " != ", " >= ", " > "]));
                    self.bracket(out, vars, Want::Number, half / links, inside);
                }
            }
            3 => {
                out.push_str(self.random.pick(&["isnan", "isinf", "isfinite"]));
                self.bracket(out, vars, Want::Number, budget, inside);
            }
            4 => {
                out.push_str(self.random.pick(&["not ", "~"]));
                self.bracket(out, vars, Want::Bool, budget, inside);
            }
            5 => {
                // Truth of numbers.
                self.bracket(out, vars, Want::Number, half, inside);
                out.push_str(self.random.pick(&[" and ", " or "]));
                self.bracket(out, vars, Want::Number, half, inside);
            }
            _ => {
                // tidy: a range of numbers
                self.bracket(out, vars, Want::Bool, half, inside);
                out.push_str(
                    self.random.pick(&[" and ", " or ", " & ", " | ", " ^ ", " == ", " != "]),
                );
                self.bracket(out, vars, Want::Bool, half, inside);
            }
        }
    }

    fn number(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        let half = (budget / 2).max(1);
        let is_int = want == Want::Int;
        match self.random.below(8) {
            0 => {
                out.push_str(self.random.pick(if is_int {
                    &["-", "~", "+"]
                } else {
                    &["-", "+", "-"]
                }));
                self.bracket(out, vars, want, budget, inside);
            }
            1 | 2 => self.function(out, vars, want, budget, inside),
            3 if is_int || self.float_powers => {
                self.bracket(out, vars, want, half, inside);
                out.push_str(" ** ");
                if self.random.once_in(2) {
                    out.push_str(self.random.pick(&["0", "1", "2", "3", "5", "17"]));
                } else {
                    self.bracket(out, vars, want, half, inside);
                }
            }
            4 if self.random.once_in(3) => {
                // A truth value counts as 0 or 1.
                self.bracket(out, vars, Want::Bool, half, inside);
                out.push_str(self.random.pick(&[" * ", " + ", " - "]));
                self.bracket(out, vars, want, half, inside);
            }
            _ => {
                // tidy: a range of numbers
                let ints =
                    [" + ", " - ", " * ", " // ", " % ", " & ", " | ", " ^ ", " << ", " >> "];
                let floats =
                    [" + ", " - ", " * ", " / ", " + ", " - ", " * ", " / ", " // ", " % "];
                self.bracket(out, vars, want, half, inside);
                out.push_str(self.random.pick(if is_int { &ints } else { &floats }));
                self.bracket(out, vars, want, half, inside);
            }
        }
    }

    fn function(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        let suits = |func: &Func| match func.info().class {
            FuncClass::Float => want == Want::Number,
            FuncClass::Same => true,
            FuncClass::Predicate | FuncClass::Select => false,
        };
        let funcs: Vec<Func> = Func::ALL.iter().copied().filter(suits).collect();
        let func = self.random.pick(&funcs);
        out.push_str(func.info().name);
        if func.info().arity == 1 {
            return self.bracket(out, vars, want, budget, inside);
        }
        let half = (budget / 2).max(1);
        out.push('(');
        self.expr(out, vars, want, half, inside);
        out.push_str(", ");
        if func == Func::Copysign {
            let input = vars.iter().find(|&&(_, dtype)| dtype != DType::Bool);
            out.push_str(input.map_or("-0.0", |&(name, _)| name));
        } else {
            self.expr(out, vars, want, half, inside);
        }
        out.push(')');
    }

    fn bracket(
        &mut self,
        out: &mut String,
        vars: &[(&str, DType)],
        want: Want,
        budget: usize,
        inside: usize,
    ) {
        out.push('(');
        self.expr(out, vars, want, budget, inside);
        out.push(')');
    }
}
