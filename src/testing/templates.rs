//! Random operations on values that there are; whether they make sense is for the checker to say.

use super::generate::{Node, NodeKind, Settings};
use super::values::Random;
use crate::dtype::DType;
use crate::ops::{Func, FuncClass, Reduction, VARIADIC};

/// Returns an operation, with names and written out.
pub(super) fn template(
    random: &mut Random,
    settings: &Settings,
    nodes: &[Node],
) -> Option<(String, String)> {
    let mut writer =
        Writer { random, settings, nodes, text: String::new(), inlined: String::new() };
    writer.operation()?;
    Some((writer.text, writer.inlined))
}

struct Writer<'a> {
    random: &'a mut Random,
    settings: &'a Settings,
    nodes: &'a [Node],
    text: String,
    inlined: String,
}

const COMPARISONS: &[&str] = &["<", "<=", "==", "!=", ">=", ">"];

impl Writer<'_> {
    fn word(&mut self, word: &str) {
        self.text.push_str(word);
        self.inlined.push_str(word);
    }

    fn one_of(&mut self, words: &[&str]) {
        let word = self.random.pick(words);
        self.word(word);
    }

    fn node(&mut self, suits: impl Fn(&Node) -> bool) -> Option<Node> {
        let all: Vec<&Node> = self.nodes.iter().filter(|node| suits(node)).collect();
        if all.is_empty() {
            return None;
        }
        // The latest values above all, so that programs are deep, and a literal now and then.
        let computed: Vec<&Node> =
            all.iter().copied().filter(|node| node.kind == NodeKind::Computed).collect();
        let arrays: Vec<&Node> =
            all.iter().copied().filter(|node| node.kind != NodeKind::Literal).collect();
        let node = match self.random.below(8) {
            0..=3 if !computed.is_empty() => {
                let back = self.random.below(computed.len().min(3));
                computed[computed.len() - 1 - back]
            }
            0..=6 if !arrays.is_empty() => self.random.pick(&arrays),
            _ => self.random.pick(&all), // tidy: a range of numbers
        };
        Some(node.clone())
    }

    fn put(&mut self, node: &Node) {
        self.text.push_str(&node.text);
        self.inlined.push_str(&node.inlined);
    }

    fn operand(&mut self, suits: impl Fn(&Node) -> bool) -> Option<()> {
        let node = self.node(suits)?;
        self.put(&node);
        Some(())
    }

    fn any(&mut self) -> Option<()> {
        // Strings and times are good for little.
        let numbers = !self.random.once_in(8);
        self.operand(|node| !numbers || node.dtype.is_numeric())
    }

    fn integer(&mut self) -> Option<()> {
        self.operand(|node| node.dtype.is_int())
    }

    fn truth(&mut self) -> Option<()> {
        let only_bool = !self.random.once_in(4);
        self.operand(|node| node.dtype == DType::Bool && node.kind != NodeKind::Literal)
            .or_else(|| self.operand(|node| node.dtype.is_numeric() && !only_bool))
            .or_else(|| {
                self.word("(");
                self.any()?;
                self.one_of(&[" < ", " >= ", " != "]);
                self.any()?;
                self.word(")");
                Some(())
            })
    }

    fn operation(&mut self) -> Option<()> {
        self.word("(");
        match self.random.below(20) {
            0..=5 => self.infix()?,
            6 => {
                self.one_of(&["-", "+", "~", "not "]);
                self.any()?;
            }
            7 | 8 => self.comparison()?,
            9..=12 => self.function()?,
            13 => self.choice()?,
            14..=16 if self.settings.reductions => self.reduction()?,
            17 if self.settings.subscripts => {
                self.any()?;
                let all =
                    ["[None]", "[:, None]", "[..., None]", "[None, ...]", "[:, newaxis, :]", "[:]"];
                self.one_of(&all);
            }
            18 => self.strings()?,
            19 if self.random.once_in(2) => {
                self.any()?;
                self.one_of(&[".real", ".imag"]);
            }
            _ => self.special()?, // tidy: a range of numbers
        }
        self.word(")");
        Some(())
    }

    fn infix(&mut self) -> Option<()> {
        let op = self.random.pick(&[
            "+", "-", "*", "/", "+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>",
            "and", "or",
        ]);
        let ints = matches!(op, "&" | "|" | "^" | "<<" | ">>")
            || op == "**" && !self.settings.float_powers;
        let side = |writer: &mut Self| if ints { writer.integer() } else { writer.any() };
        side(self)?;
        self.word(&format!(" {op} "));
        side(self)
    }

    fn comparison(&mut self) -> Option<()> {
        let links = 1 + usize::from(self.random.once_in(5));
        self.any()?;
        for _ in 0..links {
            self.word(" ");
            self.one_of(COMPARISONS);
            self.word(" ");
            self.any()?;
        }
        Some(())
    }

    fn function(&mut self) -> Option<()> {
        let func = self.random.pick(Func::ALL);
        let info = func.info();
        if !self.settings.float_powers && matches!(func, Func::Power | Func::FloatPower) {
            return None;
        }
        if matches!(info.class, FuncClass::Text(_)) {
            return self.strings();
        }
        if matches!(func, Func::Select | Func::Case | Func::Isin) || info.params.contains(&VARIADIC)
        {
            return self.special();
        }
        let names: Vec<&str> =
            std::iter::once(info.name).chain(info.aliases.iter().copied()).collect();
        self.one_of(&names);
        self.word("(");
        for at in 0..info.min_args {
            if at > 0 {
                self.word(", ");
            }
            let by_sign = func == Func::Signbit || func == Func::Copysign && at == 1;
            match info.class {
                _ if by_sign => self.operand(|node| node.kind == NodeKind::Input)?,
                FuncClass::Integer => self.integer()?,
                _ if func == Func::Where && at == 0 => self.truth()?, // tidy: numbers
                _ => self.any()?,                                     // tidy: numbers
            }
        }
        self.word(")");
        Some(())
    }

    fn choice(&mut self) -> Option<()> {
        if self.random.once_in(2) {
            self.word("where(");
            self.truth()?;
            self.word(", ");
            self.any()?;
            self.word(", ");
            self.any()?;
            self.word(")");
            return Some(());
        }
        self.any()?;
        self.word(" if ");
        self.truth()?;
        self.word(" else ");
        self.any()
    }

    fn special(&mut self) -> Option<()> {
        match self.random.below(9) {
            0 => {
                self.word("select([");
                self.truth()?;
                self.word(", ");
                self.truth()?;
                self.word("], [");
                self.any()?;
                self.word(", ");
                self.any()?;
                self.word("]");
                if self.random.once_in(2) {
                    self.word(", ");
                    self.any()?;
                }
                self.word(")");
            }
            1 => {
                self.word("case(");
                for _ in 0..1 + self.random.below(2) {
                    self.truth()?;
                    self.word(", ");
                    self.any()?;
                    self.word(", ");
                }
                self.any()?;
                self.word(")");
            }
            2 => {
                self.word("isin(");
                self.any()?;
                self.one_of(&[
                    ", [0, 1, 7])",
                    ", [0.5, 0.1])",
                    ", [True], invert=True)",
                    ", [1, 2.5, 3])",
                ]);
            }
            3 => {
                self.any()?;
                self.one_of(&[" in [0, 1, 2]", " not in [0, 1.0]", " in (-1, 100)"]);
            }
            4 => {
                self.word("round(");
                self.any()?;
                self.one_of(&[", 2)", ", -1)", ", decimals=1)", ", 0)"]);
            }
            5 => {
                self.word("clip(");
                self.any()?;
                self.word(", ");
                self.any()?;
                self.word(", ");
                self.any()?;
                self.word(")");
            }
            6 => {
                self.word("clip(");
                self.any()?;
                self.one_of(&[", 0, None)", ", None, 3)", ", max=2)", ", min=-1.5, max=1.5)"]);
            }
            7 => {
                self.word("nan_to_num(");
                self.any()?;
                self.one_of(&[")", ", nan=1.5)", ", posinf=7.0, neginf=-7.0)"]);
            }
            _ => {
                // tidy: a range of numbers
                self.word("isclose(");
                self.any()?;
                self.word(", ");
                self.any()?;
                self.one_of(&[")", ", equal_nan=True)", ", rtol=0.1, atol=0.0)"]);
            }
        }
        Some(())
    }

    fn strings(&mut self) -> Option<()> {
        let is_string = |node: &Node| node.dtype.is_string();
        let first = self.node(is_string)?;
        let is_bytes = matches!(first.dtype, DType::Bytes(_));
        let second =
            self.node(|node| is_string(node) && matches!(node.dtype, DType::Bytes(_)) == is_bytes)?;
        let literal = self.random.pick(&["''", "'a'", "'mu'", "'m'", "'bba'"]);
        let literal = if is_bytes { format!("b{literal}") } else { literal.to_owned() };
        let with_literal = self.random.once_in(2);
        let second = |writer: &mut Self| {
            if with_literal { writer.word(&literal) } else { writer.put(&second) }
        };
        match self.random.below(3) {
            0 => {
                self.put(&first);
                self.word(" ");
                self.one_of(COMPARISONS);
                self.word(" ");
                second(self);
            }
            1 => {
                self.one_of(&["contains(", "startswith(", "endswith("]);
                self.put(&first);
                self.word(", ");
                second(self);
                self.word(")");
            }
            _ => {
                // tidy: a range of numbers
                self.put(&first);
                self.word(&format!(" in [{literal}, {literal}]"));
            }
        }
        Some(())
    }

    fn reduction(&mut self) -> Option<()> {
        let reduction = self.random.pick(Reduction::ALL);
        let node = self.node(|node| node.dtype.is_numeric() && node.kind != NodeKind::Literal)?;
        self.one_of(&[reduction.info().name]);
        self.word("(");
        self.put(&node);
        let ndim = node.shape.len();
        if ndim > 0 && !self.random.once_in(3) {
            let axis = |writer: &mut Self| {
                let axis = writer.random.below(ndim);
                if writer.random.once_in(3) {
                    format!("-{}", ndim - axis)
                } else {
                    axis.to_string()
                }
            };
            let first = axis(self);
            let text = match self.random.below(4) {
                0 => format!(", {first}"),
                1 if ndim > 1 => format!(", axis=({first}, {})", axis(self)),
                2 if self.random.once_in(4) => ", axis=()".to_owned(),
                _ => format!(", axis={first}"), // tidy: a range of numbers
            };
            self.word(&text);
        }
        if self.random.once_in(3) {
            self.word(", keepdims=True");
        }
        let params = reduction.info().params;
        if params.contains(&"ddof") && self.random.once_in(3) {
            self.word(", ddof=1");
        }
        let with_condition = params.contains(&"where") && self.random.once_in(4);
        let extreme = matches!(
            reduction,
            Reduction::Min | Reduction::Max | Reduction::Nanmin | Reduction::Nanmax
        );
        if params.contains(&"initial") && (self.random.once_in(6) || with_condition && extreme) {
            self.one_of(&[", initial=0", ", initial=1", ", initial=100", ", initial=2.5"]);
        }
        if with_condition {
            self.word(", where=");
            self.truth()?;
        }
        self.word(")");
        Some(())
    }
}
