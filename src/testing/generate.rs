//! Random programs over random arrays, all of them well typed.
//!
//! A program grows from its inputs: an operation on some of the values that there are is tried, and kept
//! if the checker takes it and its shape is of a bearable size. Deterministic: a seed gives the same cases
//! everywhere. What the language leaves unspecified, the sign of a computed NaN, is never asked for:
//! `signbit` and the second argument of `copysign` are inputs, which have no NaN with its sign set.

use super::templates;
use super::values::{Random, Values};
use crate::dtype::{DType, TimeUnit};
use crate::ir::shape::Shape;

/// A program and its inputs: exactly the variables that it names.
#[derive(Clone, Debug)]
pub struct Case {
    /// The program.
    pub text: String,
    /// The same in one statement, without names and functions.
    pub inlined: String,
    /// Names and values.
    pub inputs: Vec<(String, Values)>,
}

/// Makes random programs.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    pub(super) settings: Settings,
}

/// What programs may consist of, and over what.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) reductions: bool,
    pub(super) subscripts: bool,
    pub(super) float_powers: bool,
    statements: bool,
    nodes: usize,
    /// The largest shape of any value, in elements.
    most: usize,
    shape: Option<Vec<usize>>,
    /// Whether inputs have the whole shape, or length 1 in the place of axes, but not fewer axes.
    same_ndim: bool,
    /// Whether inputs have the whole shape or none.
    columns: bool,
}

/// A value that a program has.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// How it is written, with a name if it has one.
    pub(super) text: String,
    /// How it is written in full.
    pub(super) inlined: String,
    pub(super) dtype: DType,
    pub(super) shape: Shape,
    pub(super) kind: NodeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Input,
    Literal,
    Computed,
}

const LITERALS: &[&str] = &[
    "0", "1", "2", "3", "-1", "7", "8", "31", "100", "255", "1_000", "0.0", "1.0", "2.0", "0.5",
    "-0.5", "0.1", "1e-3", "1e300", "pi", "inf", "nan", "True", "False", "1j", "2.5j",
];

const DTYPES: &[DType] = &[
    DType::Bool,
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::F32,
    DType::F32,
    DType::F64,
    DType::F64,
    DType::F64,
    DType::C64,
    DType::C128,
    DType::Bytes(3),
    DType::Str(4),
    DType::Datetime(TimeUnit::Second),
    DType::Timedelta(TimeUnit::Millisecond),
];

impl Generator {
    /// Starts a sequence of cases.
    pub fn new(seed: u64) -> Generator {
        let settings = Settings {
            reductions: true,
            subscripts: true,
            float_powers: true,
            statements: true,
            nodes: 10,
            most: 3000,
            shape: None,
            same_ndim: false,
            columns: false,
        };
        Generator { random: Random::new(seed), settings }
    }

    /// Leaves reductions and subscripts out.
    pub fn elementwise(mut self) -> Generator {
        (self.settings.reductions, self.settings.subscripts) = (false, false);
        self
    }

    /// Leaves powers of floats out, the one operation that a pass may compute in another way.
    pub fn without_float_powers(mut self) -> Generator {
        self.settings.float_powers = false;
        self
    }

    /// Leaves bindings, functions and several results out.
    pub fn expressions(mut self) -> Generator {
        self.settings.statements = false;
        self
    }

    /// Sets about how many operations the largest programs have.
    pub fn nodes(mut self, nodes: usize) -> Generator {
        self.settings.nodes = nodes;
        self
    }

    /// Sets the shape that inputs broadcast to, instead of a random one.
    pub fn shape(mut self, shape: &[usize]) -> Generator {
        self.settings.shape = Some(shape.to_vec());
        self.settings.most = self.settings.most.max(2 * shape.iter().product::<usize>());
        self
    }

    /// Gives every input as many axes.
    pub fn same_ndim(mut self) -> Generator {
        self.settings.same_ndim = true;
        self
    }

    /// Makes every input an array of the whole shape or a single value.
    pub fn columns(mut self) -> Generator {
        self.settings.columns = true;
        self
    }

    /// Returns the random numbers, to choose something else that depends on the seed.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Makes a case.
    pub fn case(&mut self) -> Case {
        let base = match &self.settings.shape {
            Some(shape) => shape.clone(),
            None => self.base_shape(),
        };
        let inputs = self.inputs(&base);
        let mut growing = Growing::new(inputs);
        let steps = 1 + self.random.below(self.settings.nodes);
        let mut fewer = 4 * steps + 20;
        let mut made = 0;
        while made < steps && fewer > 0 {
            fewer -= 1;
            made += usize::from(self.step(&mut growing));
        }
        growing.case(self)
    }

    fn base_shape(&mut self) -> Vec<usize> {
        const LENGTHS: &[usize] =
            &[0, 1, 1, 2, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33, 100, 127, 128, 129, 130, 513, 1000];
        let ndim = self.random.pick(&[0, 1, 1, 1, 2, 2, 2, 3, 3, 4]);
        let mut left: usize = 1200;
        let mut shape = Vec::new();
        for _ in 0..ndim {
            let len = self.random.pick(LENGTHS);
            let len = if len > left { 1 + self.random.below(3) } else { len };
            shape.push(len);
            left /= len.max(1);
        }
        let axes = self.random.permutation(ndim);
        axes.into_iter().map(|axis| shape[axis]).collect()
    }

    fn inputs(&mut self, base: &[usize]) -> Vec<(String, Values)> {
        // A few variables only, so that they meet themselves and each other.
        let count = 2 + self.random.below(4);
        (0..count)
            .map(|number| {
                let dtype = self.random.pick(DTYPES);
                let name = ["a", "b", "c", "d", "e", "f"][number];
                (name.to_owned(), self.values(dtype, base))
            })
            .collect()
    }

    /// Makes values of a shape that broadcasts to `base`.
    fn values(&mut self, dtype: DType, base: &[usize]) -> Values {
        let random = &mut self.random;
        let mut shape = base.to_vec();
        if self.settings.columns {
            if random.once_in(5) {
                shape.clear();
            }
        } else {
            if random.once_in(4) && !self.settings.same_ndim {
                shape.drain(..random.below(base.len() + 1));
            }
            for len in &mut shape {
                if random.once_in(7) {
                    *len = 1;
                }
            }
        }
        // Axes along which the values repeat, so that they may have zero strides.
        let source: Vec<usize> =
            shape.iter().map(|&len| if random.once_in(8) { len.min(1) } else { len }).collect();
        // Half of the arrays have few different values, so that equal ones and zeros of both signs meet.
        let count = 2 + random.below(3);
        let mut few: Vec<Vec<u8>> = (0..count).map(|_| random.element(dtype)).collect();
        few.push(vec![0; dtype.size()]);
        if let DType::F32 | DType::F64 = dtype {
            let negative = if dtype == DType::F32 {
                (-0.0_f32).to_ne_bytes().to_vec()
            } else {
                (-0.0_f64).to_ne_bytes().to_vec()
            };
            few.push(negative);
        }
        let repeats = random.once_in(2);
        let n: usize = source.iter().product();
        let mut bytes = Vec::with_capacity(n * dtype.size());
        for _ in 0..n {
            if repeats {
                bytes.extend_from_slice(&few[random.below(few.len())]);
            } else {
                bytes.extend(random.element(dtype));
            }
        }
        Values::new(dtype, &source, bytes).stretched(&shape)
    }

    /// Tries an operation. Returns whether there is a new value.
    fn step(&mut self, growing: &mut Growing) -> bool {
        let template = templates::template(&mut self.random, &self.settings, &growing.nodes);
        let Some((text, inlined)) = template else { return false };
        let (text, definition) = self.defined(text, growing);
        let program = format!("{}{}{text}", growing.prefix, definition);
        let Some((dtype, shape)) = growing.result(&program) else { return false };
        if shape.iter().product::<usize>() > self.settings.most || shape.len() > 6 {
            return false;
        }
        growing.prefix.push_str(&definition);
        let mut node = Node { text, inlined, dtype, shape, kind: NodeKind::Computed };
        if self.settings.statements && self.random.once_in(6) {
            let name = format!("t{}", growing.names);
            growing.names += 1;
            let end = if self.random.once_in(2) { "\n" } else { "; " };
            growing.prefix.push_str(&format!("{name} = {}{end}", node.text));
            node.text = name;
        }
        growing.nodes.push(node);
        true
    }

    /// Once in a while, makes a call of a function out of an operation on named values.
    fn defined(&mut self, text: String, growing: &mut Growing) -> (String, String) {
        if !self.settings.statements || !self.random.once_in(12) {
            return (text, String::new());
        }
        let used: Vec<String> = (growing.inputs.iter())
            .map(|(name, _)| name.clone())
            .filter(|name| crate::variables(&text).is_ok_and(|used| used.contains(name)))
            .collect();
        let name = format!("fn{}", growing.names);
        growing.names += 1;
        // Parameters of the same names hide the inputs.
        let all = used.join(", ");
        (format!("{name}({all})"), format!("def {name}({all}): return {text}\n"))
    }
}

/// A program that is being made.
struct Growing {
    inputs: Vec<(String, Values)>,
    nodes: Vec<Node>,
    /// The statements before the last.
    prefix: String,
    names: usize,
}

impl Growing {
    fn new(inputs: Vec<(String, Values)>) -> Growing {
        let mut nodes: Vec<Node> = (inputs.iter())
            .map(|(name, values)| Node {
                text: name.clone(),
                inlined: name.clone(),
                dtype: values.dtype(),
                shape: Shape::from_slice(values.shape()),
                kind: NodeKind::Input,
            })
            .collect();
        nodes.extend(LITERALS.iter().map(|literal| Node {
            text: format!("({literal})"),
            inlined: format!("({literal})"),
            // Beside an array they take its dtype.
            dtype: DType::I64,
            shape: Shape::new(),
            kind: NodeKind::Literal,
        }));
        Growing { inputs, nodes, prefix: String::new(), names: 0 }
    }

    /// Returns the dtype and shape of the result of a program, unless it has a mistake.
    fn result(&self, program: &str) -> Option<(DType, Shape)> {
        let dtypes: Vec<(&str, DType)> =
            self.inputs.iter().map(|(name, values)| (name.as_str(), values.dtype())).collect();
        let graph = super::built(program, &dtypes).ok()?;
        let shapes: Vec<&[usize]> = self.inputs.iter().map(|(_, values)| values.shape()).collect();
        let shapes = graph.shapes().infer(&shapes).ok()?;
        let output = &graph.outputs()[0];
        Some((output.dtype, shapes[output.shape.0 as usize].clone()))
    }

    fn case(self, generator: &mut Generator) -> Case {
        let computed: Vec<&Node> =
            self.nodes.iter().filter(|node| node.kind == NodeKind::Computed).collect();
        let inputs = || self.nodes.iter().filter(|node| node.kind == NodeKind::Input);
        let mut results: Vec<&Node> = Vec::new();
        results.extend(computed.last().copied().or_else(|| inputs().next()));
        if generator.settings.statements && generator.random.once_in(4) {
            for _ in 0..1 + generator.random.below(2) {
                let all: Vec<&Node> = computed.iter().copied().chain(inputs()).collect();
                results.push(generator.random.pick(&all));
            }
        }
        let list = |text: fn(&Node) -> &str| {
            results.iter().map(|node| text(node)).collect::<Vec<_>>().join(", ")
        };
        let text = format!("{}{}", self.prefix, list(|node| &node.text));
        let inlined = list(|node| &node.inlined);
        let names = crate::variables(&text).expect("the checker has taken it");
        let inputs = self.inputs.into_iter().filter(|(name, _)| names.contains(name)).collect();
        Case { text, inlined, inputs }
    }
}
