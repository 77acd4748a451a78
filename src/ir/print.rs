//! The text of a graph, one line per instruction, for `explain`, tests and bug reports.
//!
//! ```text
//! v0 = input 0 : f64
//! v1 = const 2.0 : f64
//! v2 = mul.f64 v0, v1
//! v3 = lt.f64 v0, v2 : bool
//! v4 = reduce.any.bool v3 over {0}
//! out v4 over {}
//! ```
//!
//! An operation carries the prim of its operands (for `select`, of its two branches); `: prim`
//! follows where the result has another one or there are no operands. The braces hold the inputs of
//! a space.

use std::fmt;

use super::{Binary, Graph, Inst, Reduce, SpaceId, Unary, Value};

impl Unary {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Unary::Neg => "neg",
            Unary::Abs => "abs",
            Unary::Not => "not",
            Unary::Sqrt => "sqrt",
            Unary::Floor => "floor",
            Unary::Ceil => "ceil",
            Unary::Trunc => "trunc",
            Unary::Rint => "rint",
            Unary::Call(func) => func.info().name,
        }
    }
}

impl Binary {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Binary::Add => "add",
            Binary::Sub => "sub",
            Binary::Mul => "mul",
            Binary::Div => "div",
            Binary::FloorDiv => "floor_div",
            Binary::Rem => "rem",
            Binary::Fmod => "fmod",
            Binary::Pow => "pow",
            Binary::Shl => "shl",
            Binary::Shr => "shr",
            Binary::And => "and",
            Binary::Or => "or",
            Binary::Xor => "xor",
            Binary::Eq => "eq",
            Binary::Ne => "ne",
            Binary::Lt => "lt",
            Binary::Le => "le",
            Binary::Max => "max",
            Binary::Min => "min",
            Binary::Copysign => "copysign",
            Binary::Call(func) => func.info().name,
        }
    }
}

impl Reduce {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Reduce::Sum => "sum",
            Reduce::Prod => "prod",
            Reduce::Min => "min",
            Reduce::Max => "max",
            Reduce::Any => "any",
            Reduce::All => "all",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for value in self.values() {
            self.fmt_inst(value, f)?;
        }
        for output in &self.outputs {
            writeln!(f, "out {} over {}", output.value, SpaceText(self, output.space))?;
        }
        Ok(())
    }
}

impl Graph {
    fn fmt_inst(&self, value: Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{value} = ")?;
        // A broken graph is printed too, by the panic that reports it: an operand may not exist.
        let operands = match *self.inst(value) {
            Inst::Input(index) => {
                write!(f, "input {index}")?;
                None
            }
            Inst::Const(scalar) => {
                write!(f, "const {scalar}")?;
                None
            }
            Inst::Cast(x, _) => {
                write!(f, "cast{} {x}", DTypeText(self, x))?;
                Some(x)
            }
            Inst::Unary(op, x) => {
                write!(f, "{}{} {x}", op.name(), DTypeText(self, x))?;
                Some(x)
            }
            Inst::Binary(op, x, y) => {
                write!(f, "{}{} {x}, {y}", op.name(), DTypeText(self, x))?;
                Some(x)
            }
            Inst::Select(c, x, y) => {
                write!(f, "select{} {c}, {x}, {y}", DTypeText(self, x))?;
                Some(x)
            }
            Inst::Reduce(op, x, space) => {
                let space = SpaceText(self, space);
                write!(f, "reduce.{}{} {x} over {space}", op.name(), DTypeText(self, x))?;
                Some(x)
            }
            Inst::Count(space, _) => {
                write!(f, "count over {}", SpaceText(self, space))?;
                None
            }
        };
        let prim = self.prim(value);
        if operands.and_then(|x| self.prims.get(x.index())) != Some(&prim) {
            write!(f, " : {prim}")?;
        }
        writeln!(f)
    }
}

/// Prints `.f64`: the prim of an operand.
struct DTypeText<'a>(&'a Graph, Value);

impl fmt::Display for DTypeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.prims.get(self.1.index()) {
            Some(prim) => write!(f, ".{prim}"),
            None => f.write_str(".?"),
        }
    }
}

/// Prints `{0, 2}`: the inputs of a space.
struct SpaceText<'a>(&'a Graph, SpaceId);

impl fmt::Display for SpaceText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(inputs) = self.0.spaces.get(self.1.0 as usize) else {
            return f.write_str("?");
        };
        f.write_str("{")?;
        for (i, input) in inputs.iter().enumerate() {
            write!(f, "{}{input}", if i == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Prim;
    use crate::ir::{GraphBuilder, Output};
    use crate::ops::Func;

    #[test]
    fn every_kind_of_instruction_prints_on_one_line() {
        let mut b = GraphBuilder::new(&[Prim::F64, Prim::I32]);
        let all = b.space(&[0, 1]);
        let x = b.push(Inst::Input(0));
        let n = b.push(Inst::Input(1));
        let n = b.cast(n, Prim::F64);
        let two = b.constant(2.0);
        let y = b.binary(Binary::Mul, n, two);
        let y = b.unary(Unary::Call(Func::Sin), y);
        let c = b.binary(Binary::Lt, x, y);
        let s = b.select(c, x, y);
        let sum = b.push(Inst::Reduce(Reduce::Sum, s, all));
        let count = b.push(Inst::Count(all, Prim::F64));
        let mean = b.binary(Binary::Div, sum, count);
        let none = b.space(&[]);
        let graph = b.finish(vec![Output { value: mean, space: none }]);
        assert_eq!(
            graph.to_string(),
            "v0 = input 0 : f64\n\
             v1 = input 1 : i32\n\
             v2 = cast.i32 v1 : f64\n\
             v3 = const 2.0 : f64\n\
             v4 = mul.f64 v2, v3\n\
             v5 = sin.f64 v4\n\
             v6 = lt.f64 v0, v5 : bool\n\
             v7 = select.f64 v6, v0, v5\n\
             v8 = reduce.sum.f64 v7 over {0, 1}\n\
             v9 = count over {0, 1} : f64\n\
             v10 = div.f64 v8, v9\n\
             out v10 over {}\n"
        );
    }
}
