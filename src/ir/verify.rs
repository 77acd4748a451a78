//! The rules that every graph obeys. Checked in debug builds whenever a graph is finished, and in all
//! builds before code is generated: a broken graph must not become machine code.
//!
//! - Operands come before their users.
//! - An input exists and has its declared prim; every other value has the prim that follows from
//!   its instruction.
//! - The operands of an instruction have one prim, one that the operation accepts; the condition of
//!   a `select` is `bool`.
//! - A cast widens: `bool` to any number, integers to `i64` or floats, `f32` to `f64`.
//! - A call names an elementary function, with as many operands as it has arguments.
//! - `sum` and `prod` run on `i64`, `f32`, `f64`; `any` and `all` on `bool`. A count is a float.
//! - The inputs of a space exist and ascend. A reduction, count or output names a space that exists,
//!   an output a value that exists.
//! - The inputs that a reduction or output reads, other than through a reduction, are in its space.

use super::{Binary, Graph, Inst, Reduce, SpaceId, Unary, Value, eval, is_elementary};
use crate::dtype::Prim;

/// Returns the first rule that the graph breaks, and where.
pub(crate) fn verify(graph: &Graph) -> Result<(), String> {
    check_spaces(graph)?;
    if graph.insts.len() != graph.prims.len() {
        return Err(format!("{} instructions, {} prims", graph.insts.len(), graph.prims.len()));
    }
    for value in graph.values() {
        check_inst(graph, value).map_err(|problem| format!("{value}: {problem}"))?;
    }
    for (i, output) in graph.outputs.iter().enumerate() {
        if output.value.index() >= graph.len() {
            return Err(format!("output {i}: there is no {}", output.value));
        }
        check_space_id(graph, output.space).map_err(|problem| format!("output {i}: {problem}"))?;
    }
    check_reads(graph)
}

/// Panics, showing the graph, if it breaks a rule.
///
/// # Panics
/// If [`verify`] finds fault.
pub(crate) fn expect_valid(graph: &Graph) {
    if let Err(problem) = verify(graph) {
        panic!("invalid graph, {problem}; this is a bug in numjit\n{graph}");
    }
}

fn check_spaces(graph: &Graph) -> Result<(), String> {
    for (i, space) in graph.spaces.iter().enumerate() {
        if !space.is_sorted_by(|a, b| a < b) {
            return Err(format!("space {i}: inputs do not ascend: {space:?}"));
        }
        if let Some(input) = space.iter().find(|&&input| input as usize >= graph.inputs.len()) {
            return Err(format!("space {i}: there is no input {input}"));
        }
    }
    Ok(())
}

fn check_space_id(graph: &Graph, space: SpaceId) -> Result<(), String> {
    if (space.0 as usize) < graph.spaces.len() {
        Ok(())
    } else {
        Err(format!("there is no space {}", space.0))
    }
}

fn check_inst(graph: &Graph, value: Value) -> Result<(), String> {
    let inst = graph.inst(value);
    let mut late = None;
    inst.for_each_operand(|operand| {
        if operand >= value {
            late.get_or_insert(operand);
        }
    });
    if let Some(operand) = late {
        return Err(format!("operand {operand} does not come before its user"));
    }
    let want = expected_dtype(graph, inst)?;
    let prim = graph.prim(value);
    if prim == want { Ok(()) } else { Err(format!("prim {prim}, should be {want}")) }
}

/// Returns the prim of the result, if the operands fit the instruction.
fn expected_dtype(graph: &Graph, inst: &Inst) -> Result<Prim, String> {
    match *inst {
        Inst::Input(index) => graph
            .inputs
            .get(index as usize)
            .copied()
            .ok_or_else(|| format!("there is no input {index}")),
        Inst::Const(scalar) => Ok(scalar.prim()),
        Inst::Cast(x, to) => {
            let from = graph.prim(x);
            if widens(from, to) { Ok(to) } else { Err(format!("no cast from {from} to {to}")) }
        }
        Inst::Unary(op, x) => {
            let prim = graph.prim(x);
            if unary_accepts(op, prim) { Ok(prim) } else { Err(rejected(op.name(), prim)) }
        }
        Inst::Binary(op, x, y) => {
            let prim = graph.prim(x);
            agree(op.name(), prim, graph.prim(y))?;
            binary_dtype(op, prim).ok_or_else(|| rejected(op.name(), prim))
        }
        Inst::Select(c, x, y) => {
            if graph.prim(c) != Prim::Bool {
                return Err(format!("condition is {}", graph.prim(c)));
            }
            agree("select", graph.prim(x), graph.prim(y))
        }
        Inst::Reduce(op, x, space) => {
            check_space_id(graph, space)?;
            let prim = graph.prim(x);
            if reduce_accepts(op, prim) { Ok(prim) } else { Err(rejected(op.name(), prim)) }
        }
        Inst::Count(space, prim) => {
            check_space_id(graph, space)?;
            if prim.is_float() { Ok(prim) } else { Err(rejected("count", prim)) }
        }
    }
}

fn rejected(op: &str, prim: Prim) -> String {
    format!("`{op}` does not accept {prim}")
}

fn agree(op: &str, x: Prim, y: Prim) -> Result<Prim, String> {
    if x == y { Ok(x) } else { Err(format!("`{op}` on {x} and {y}")) }
}

fn widens(from: Prim, to: Prim) -> bool {
    match from {
        Prim::Bool => to != Prim::Bool,
        Prim::I32 => to == Prim::I64 || to.is_float(),
        Prim::I64 => to.is_float(),
        Prim::F32 => to == Prim::F64,
        Prim::F64 => false,
    }
}

fn is_number(prim: Prim) -> bool {
    prim.is_int() || prim.is_float()
}

fn unary_accepts(op: Unary, prim: Prim) -> bool {
    match op {
        Unary::Neg | Unary::Abs => is_number(prim),
        Unary::Not => !prim.is_float(),
        Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Rint => prim.is_float(),
        Unary::Call(func) => {
            is_elementary(func)
                && eval::math1(op).is_some()
                && func.info().arity == 1
                && prim.is_float()
        }
    }
}

/// Returns the prim of the result, or `None` if the operation does not accept the operands'.
fn binary_dtype(op: Binary, prim: Prim) -> Option<Prim> {
    let accepts = match op {
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow => is_number(prim),
        Binary::Div | Binary::Copysign => prim.is_float(),
        Binary::Shl | Binary::Shr => prim.is_int(),
        Binary::And | Binary::Or | Binary::Xor => !prim.is_float(),
        Binary::Max | Binary::Min => true,
        Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => return Some(Prim::Bool),
        Binary::Call(func) => {
            is_elementary(func)
                && eval::math2(op).is_some()
                && func.info().arity == 2
                && prim.is_float()
        }
    };
    accepts.then_some(prim)
}

fn reduce_accepts(op: Reduce, prim: Prim) -> bool {
    match op {
        Reduce::Sum | Reduce::Prod => prim == Prim::I64 || prim.is_float(),
        Reduce::Min | Reduce::Max => true,
        Reduce::Any | Reduce::All => prim == Prim::Bool,
    }
}

/// Checks the rule on what a space holds. Linear in what the spaces read.
fn check_reads(graph: &Graph) -> Result<(), String> {
    let mut roots: Vec<Vec<Value>> = vec![Vec::new(); graph.spaces.len()];
    for value in graph.values() {
        if let Inst::Reduce(_, x, space) = *graph.inst(value) {
            roots[space.0 as usize].push(x);
        }
    }
    for output in &graph.outputs {
        roots[output.space.0 as usize].push(output.value);
    }
    // The last space whose search came past each value, plus one.
    let mut seen = vec![0_usize; graph.len()];
    for (id, mut pending) in roots.into_iter().enumerate() {
        while let Some(value) = pending.pop() {
            if std::mem::replace(&mut seen[value.index()], id + 1) == id + 1 {
                continue;
            }
            match graph.inst(value) {
                Inst::Input(input) => {
                    if graph.spaces[id].binary_search(input).is_err() {
                        return Err(format!("space {id} reads input {input}, which is not in it"));
                    }
                }
                Inst::Reduce(..) => {} // read in its own space
                inst @ (Inst::Const(_)
                | Inst::Cast(..)
                | Inst::Unary(..)
                | Inst::Binary(..)
                | Inst::Select(..)
                | Inst::Count(..)) => inst.for_each_operand(|operand| pending.push(operand)),
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Output;
    use super::*;
    use crate::dtype::Scalar;

    /// A graph made by hand, so that it can be wrong.
    fn graph(inputs: &[Prim], insts: &[(Inst, Prim)], spaces: &[&[u32]]) -> Graph {
        Graph {
            inputs: inputs.to_vec(),
            insts: insts.iter().map(|(inst, _)| *inst).collect(),
            prims: insts.iter().map(|(_, prim)| *prim).collect(),
            spaces: spaces.iter().map(|space| space.to_vec()).collect(),
            outputs: Vec::new(),
        }
    }

    fn problem(insts: &[(Inst, Prim)]) -> String {
        verify(&graph(&[Prim::F64, Prim::I32], insts, &[&[0]])).expect_err("the graph is wrong")
    }

    const X: (Inst, Prim) = (Inst::Input(0), Prim::F64);
    const N: (Inst, Prim) = (Inst::Input(1), Prim::I32);
    const V0: Value = Value(0);
    const V1: Value = Value(1);

    #[test]
    fn each_rule_has_a_message() {
        use Prim::{F64, I32, I64};
        let cases: [(&[(Inst, Prim)], &str); 14] = [
            (&[(Inst::Unary(Unary::Neg, V0), F64)], "v0: operand v0 does not come before its user"),
            (&[(Inst::Input(2), F64)], "v0: there is no input 2"),
            (&[(Inst::Input(0), I32)], "v0: prim i32, should be f64"),
            (&[X, N, (Inst::Binary(Binary::Add, V0, V1), F64)], "v2: `add` on f64 and i32"),
            (&[X, (Inst::Binary(Binary::And, V0, V0), F64)], "v1: `and` does not accept f64"),
            (&[N, (Inst::Binary(Binary::Div, V0, V0), I32)], "v1: `div` does not accept i32"),
            (&[N, (Inst::Unary(Unary::Sqrt, V0), I32)], "v1: `sqrt` does not accept i32"),
            (&[X, (Inst::Cast(V0, I64), I64)], "v1: no cast from f64 to i64"),
            (&[X, (Inst::Select(V0, V0, V0), F64)], "v1: condition is f64"),
            (
                &[X, (Inst::Unary(Unary::Call(crate::ops::Func::Hypot), V0), F64)],
                "v1: `hypot` does not accept f64",
            ),
            (
                &[X, (Inst::Unary(Unary::Call(crate::ops::Func::Abs), V0), F64)],
                "v1: `abs` does not accept f64",
            ),
            (
                &[N, (Inst::Reduce(Reduce::Sum, V0, SpaceId(0)), I32)],
                "v1: `sum` does not accept i32",
            ),
            (&[(Inst::Count(SpaceId(7), F64), F64)], "v0: there is no space 7"),
            (&[(Inst::Const(Scalar::I32(1)), F64)], "v0: prim f64, should be i32"),
        ];
        for (insts, want) in cases {
            assert_eq!(problem(insts), want);
        }
    }

    #[test]
    fn spaces_and_outputs_are_checked() {
        let inputs = [Prim::F64, Prim::I32];
        let broken = graph(&inputs, &[X], &[&[1, 0]]);
        assert_eq!(verify(&broken), Err("space 0: inputs do not ascend: [1, 0]".into()));
        let broken = graph(&inputs, &[X], &[&[2]]);
        assert_eq!(verify(&broken), Err("space 0: there is no input 2".into()));
        let mut broken = graph(&inputs, &[X], &[&[0]]);
        broken.outputs = vec![Output { value: V1, space: SpaceId(0) }];
        assert_eq!(verify(&broken), Err("output 0: there is no v1".into()));
        broken.outputs = vec![Output { value: V0, space: SpaceId(1) }];
        assert_eq!(verify(&broken), Err("output 0: there is no space 1".into()));
    }

    #[test]
    fn a_space_holds_the_inputs_that_are_read_in_it() {
        let insts = [X, (Inst::Reduce(Reduce::Sum, V0, SpaceId(0)), Prim::F64)];
        let mut graph = graph(&[Prim::F64, Prim::I32], &insts, &[&[0], &[]]);
        graph.outputs = vec![Output { value: V1, space: SpaceId(1) }];
        assert_eq!(verify(&graph), Ok(()));
        graph.outputs = vec![Output { value: V0, space: SpaceId(1) }];
        assert_eq!(verify(&graph), Err("space 1 reads input 0, which is not in it".into()));
    }
}
