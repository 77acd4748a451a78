//! The rules that every graph obeys. Checked in debug builds whenever a graph is finished, and in all
//! builds before code is generated: a broken graph must not become machine code.
//!
//! - A parameter that an input names exists; real parameters are read whole, complex ones by part,
//!   strings only by tests.
//! - A shape is made of parameters that exist and of shapes before it; its axes and subscripts exist.
//! - Operands come before their users.
//! - An input exists and has its declared prim; every other value has the prim that follows from
//!   its instruction.
//! - The operands of an instruction have one prim, one that the operation accepts; the condition of
//!   a `select` is `bool`.
//! - A cast changes the prim.
//! - A call names an elementary function, with as many operands as it has arguments.
//! - `sum` and `prod` run on numbers; `any` and `all` on `bool`; pairs are floats. A count is `i64` or a
//!   float.
//! - An output's values exist and are what its dtype is made of.
//! - The parameters that a reduction or output reads, other than through a reduction, are in its shape.

use smallvec::{SmallVec, smallvec};

use super::shape::{ShapeId, ShapeNode};
use super::{
    Binary, Graph, Input, Inst, Output, Over, Parts, Reduce, ReducePair, Source, StrOperand, Unary,
    Value, eval, is_elementary,
};
use crate::dtype::{DType, Prim};

/// Returns the first rule that the graph breaks, and where.
pub(crate) fn verify(graph: &Graph) -> Result<(), String> {
    for (i, input) in graph.inputs.iter().enumerate() {
        check_input(graph, input).map_err(|problem| format!("input {i}: {problem}"))?;
    }
    for at in 0..graph.shapes.len() {
        check_shape(graph, at).map_err(|problem| format!("shape {at}: {problem}"))?;
    }
    for (reduction, over) in &graph.extremes {
        check_over(graph, *over).map_err(|problem| format!("`{reduction}`: {problem}"))?;
    }
    if graph.insts.len() != graph.prims.len() {
        return Err(format!("{} instructions, {} prims", graph.insts.len(), graph.prims.len()));
    }
    for value in graph.values() {
        check_inst(graph, value).map_err(|problem| format!("{value}: {problem}"))?;
    }
    for (i, output) in graph.outputs.iter().enumerate() {
        check_output(graph, output).map_err(|problem| format!("output {i}: {problem}"))?;
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

fn param(graph: &Graph, param: u32) -> Result<DType, String> {
    let dtype = graph.params.get(param as usize).copied();
    dtype.ok_or_else(|| format!("there is no parameter {param}"))
}

fn check_input(graph: &Graph, input: &Input) -> Result<(), String> {
    let dtype = match &input.source {
        &Source::Param(p) => {
            Some(param(graph, p)?).filter(|dtype| !dtype.is_complex() && !dtype.is_string())
        }
        &(Source::Re(p) | Source::Im(p)) => {
            Some(param(graph, p)?).filter(|dtype| dtype.is_complex())
        }
        Source::Test(_, x, y) => {
            check_strings(graph, x)?;
            check_strings(graph, y)?;
            Some(DType::Bool)
        }
    };
    match dtype.and_then(DType::prim) {
        None => Err(format!("the parameter of `{}` has no such part", input.source)),
        Some(prim) if prim != input.prim => Err(format!("prim {}, should be {prim}", input.prim)),
        Some(_) => Ok(()),
    }
}

/// Returns the dtype of strings, `None` for a literal.
fn check_strings(graph: &Graph, strings: &StrOperand) -> Result<Option<DType>, String> {
    match strings {
        StrOperand::Param(p) => match param(graph, *p)? {
            dtype if dtype.is_string() => Ok(Some(dtype)),
            dtype => Err(format!("p{p} is {dtype}, not strings")),
        },
        StrOperand::Bytes(_) | StrOperand::Str(_) => Ok(None),
    }
}

fn check_shape(graph: &Graph, at: usize) -> Result<(), String> {
    let shapes = &graph.shapes;
    let earlier = |shape: &ShapeId| {
        if (shape.0 as usize) < at { Ok(()) } else { Err(format!("there is no shape {}", shape.0)) }
    };
    match shapes.node(ShapeId(u32::try_from(at).expect("node limits keep it small"))) {
        ShapeNode::Scalar => Ok(()),
        ShapeNode::Param(p) => param(graph, *p).map(drop),
        ShapeNode::Broadcast(all) => all.iter().try_for_each(earlier),
        ShapeNode::Reduced(shape, axes) => {
            earlier(shape)?;
            if shapes.has_axes(*axes) {
                Ok(())
            } else {
                Err(format!("there are no axes {}", axes.0))
            }
        }
        ShapeNode::Indexed(shape, index) => {
            earlier(shape)?;
            if shapes.has_index(*index) {
                Ok(())
            } else {
                Err(format!("there is no subscript {}", index.0))
            }
        }
    }
}

fn check_over(graph: &Graph, over: Over) -> Result<(), String> {
    if !graph.shapes.has(over.shape) {
        return Err(format!("there is no shape {}", over.shape.0));
    }
    if !graph.shapes.has_axes(over.axes) {
        return Err(format!("there are no axes {}", over.axes.0));
    }
    Ok(())
}

fn check_output(graph: &Graph, output: &Output) -> Result<(), String> {
    if !graph.shapes.has(output.shape) {
        return Err(format!("there is no shape {}", output.shape.0));
    }
    let dtype = output.dtype;
    for value in output.parts.values() {
        if value.index() >= graph.len() {
            return Err(format!("there is no {value}"));
        }
        if Some(graph.prim(value)) != dtype.prim() {
            return Err(format!("{dtype} of {}", graph.prim(value)));
        }
    }
    match &output.parts {
        Parts::Real(_) if dtype.is_complex() => Err(format!("{dtype} of one part")),
        Parts::Complex(..) if !dtype.is_complex() => Err(format!("{dtype} of two parts")),
        Parts::Real(_) | Parts::Complex(..) => Ok(()),
        Parts::Strings(strings) => match check_strings(graph, strings)? {
            Some(from) if from == dtype => Ok(()),
            None if dtype.is_string() => Ok(()),
            Some(_) | None => Err(format!("{dtype} of {strings}")),
        },
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
    let want = expected_prim(graph, inst)?;
    let prim = graph.prim(value);
    if prim == want { Ok(()) } else { Err(format!("prim {prim}, should be {want}")) }
}

/// Returns the prim of the result, if the operands fit the instruction.
fn expected_prim(graph: &Graph, inst: &Inst) -> Result<Prim, String> {
    match *inst {
        Inst::Input(index) => graph
            .inputs
            .get(index as usize)
            .map(|input| input.prim)
            .ok_or_else(|| format!("there is no input {index}")),
        Inst::Const(scalar) => Ok(scalar.prim()),
        Inst::Cast(x, to) => {
            let from = graph.prim(x);
            if from != to { Ok(to) } else { Err(format!("no cast from {from} to {to}")) }
        }
        Inst::Unary(op, x) => {
            let prim = graph.prim(x);
            if unary_accepts(op, prim) { Ok(prim) } else { Err(rejected(op.name(), prim)) }
        }
        Inst::Binary(op, x, y) => {
            let prim = graph.prim(x);
            agree(op.name(), prim, graph.prim(y))?;
            binary_prim(op, prim).ok_or_else(|| rejected(op.name(), prim))
        }
        Inst::Select(c, x, y) => {
            if graph.prim(c) != Prim::Bool {
                return Err(format!("condition is {}", graph.prim(c)));
            }
            agree("select", graph.prim(x), graph.prim(y))
        }
        Inst::Index(x, shape) => {
            if graph.shapes.has(shape) && graph.shapes.subscript(shape).is_some() {
                Ok(graph.prim(x))
            } else {
                Err(format!("shape {} is not that of a subscript", shape.0))
            }
        }
        Inst::Reduce(op, x, over) => {
            check_over(graph, over)?;
            let prim = graph.prim(x);
            reduce_prim(op, prim).ok_or_else(|| rejected(op.name(), prim))
        }
        Inst::ReducePair(op, x, y, over) => {
            check_over(graph, over)?;
            let prim = agree(op.name(), graph.prim(x), graph.prim(y))?;
            pair_prim(op, prim).ok_or_else(|| rejected(op.name(), prim))
        }
        Inst::Count(over, prim) => {
            check_over(graph, over)?;
            let fits = prim.is_float() || prim == Prim::I64;
            if fits { Ok(prim) } else { Err(rejected("count", prim)) }
        }
    }
}

fn rejected(op: &str, prim: Prim) -> String {
    format!("`{op}` does not accept {prim}")
}

fn agree(op: &str, x: Prim, y: Prim) -> Result<Prim, String> {
    if x == y { Ok(x) } else { Err(format!("`{op}` on {x} and {y}")) }
}

fn is_number(prim: Prim) -> bool {
    prim.is_int() || prim.is_float()
}

fn unary_accepts(op: Unary, prim: Prim) -> bool {
    match op {
        Unary::Neg | Unary::Abs => is_number(prim),
        Unary::Not => !prim.is_float(),
        Unary::BitCount => prim.is_int(),
        Unary::Sqrt | Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Rint => prim.is_float(),
        Unary::Call(func) => is_elementary(func) && eval::math1(op).is_some() && prim.is_float(),
        Unary::Fast(_) => eval::math1(op).is_some() && prim.is_float(),
    }
}

/// Returns the prim of the result, or `None` if the operation does not accept the operands'.
fn binary_prim(op: Binary, prim: Prim) -> Option<Prim> {
    let accepts = match op {
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow => is_number(prim),
        Binary::Div | Binary::Copysign => prim.is_float(),
        Binary::Shl | Binary::Shr | Binary::Gcd | Binary::Lcm => prim.is_int(),
        Binary::And | Binary::Or | Binary::Xor => !prim.is_float(),
        Binary::Max | Binary::Min => true,
        Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => return Some(Prim::Bool),
        Binary::Call(func) => is_elementary(func) && eval::math2(op).is_some() && prim.is_float(),
        Binary::Fast(_) | Binary::Part(_) => eval::math2(op).is_some() && prim.is_float(),
    };
    accepts.then_some(prim)
}

/// Returns the prim of the result, or `None` if the reduction does not accept the operand's.
fn reduce_prim(op: Reduce, prim: Prim) -> Option<Prim> {
    match op {
        Reduce::Sum | Reduce::Prod => is_number(prim).then_some(prim),
        Reduce::Min | Reduce::Max => Some(prim),
        Reduce::Any | Reduce::All => (prim == Prim::Bool).then_some(prim),
        Reduce::ArgMin | Reduce::ArgMax => Some(Prim::I64),
    }
}

/// Returns the prim of the result, or `None` if the reduction does not accept the operands'.
fn pair_prim(op: ReducePair, prim: Prim) -> Option<Prim> {
    let result = match op {
        ReducePair::ProdRe
        | ReducePair::ProdIm
        | ReducePair::MinRe
        | ReducePair::MinIm
        | ReducePair::MaxRe
        | ReducePair::MaxIm => prim,
        ReducePair::ArgMin | ReducePair::ArgMax => Prim::I64,
    };
    prim.is_float().then_some(result)
}

/// A set of parameters, one bit each.
type Params = SmallVec<[u64; 1]>;

/// Checks the rule on what a shape holds. Linear in the graph for each 64 parameters.
fn check_reads(graph: &Graph) -> Result<(), String> {
    let none: Params = smallvec![0; graph.params.len().div_ceil(64)];
    let mut in_shape: Vec<Params> = Vec::with_capacity(graph.shapes.len());
    for at in 0..graph.shapes.len() {
        let id = ShapeId(u32::try_from(at).expect("node limits keep it small"));
        let mut params = none.clone();
        match graph.shapes.node(id) {
            ShapeNode::Scalar => {}
            ShapeNode::Param(p) => insert(&mut params, *p),
            ShapeNode::Broadcast(all) => {
                all.iter().for_each(|shape| unite(&mut params, &in_shape[shape.0 as usize]));
            }
            ShapeNode::Indexed(shape, _) | ShapeNode::Reduced(shape, _) => {
                params.clone_from(&in_shape[shape.0 as usize]);
            }
        }
        in_shape.push(params);
    }
    let check = |reads: &Params, shape: ShapeId| {
        let missing = reads.iter().zip(&in_shape[shape.0 as usize]).any(|(x, y)| x & !y != 0);
        if missing { Err(format!("reads what is not in shape {}", shape.0)) } else { Ok(()) }
    };
    let mut reads: Vec<Params> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let mut params = none.clone();
        match *graph.inst(value) {
            Inst::Input(index) => match &graph.inputs[index as usize].source {
                // Numbers go with every shape.
                Source::Param(p) | Source::Re(p) | Source::Im(p) if graph.numbers.contains(p) => {}
                &(Source::Param(p) | Source::Re(p) | Source::Im(p)) => insert(&mut params, p),
                Source::Test(_, x, y) => {
                    for strings in [x, y] {
                        if let StrOperand::Param(p) = strings {
                            insert(&mut params, *p);
                        }
                    }
                }
            },
            // What a reduction reads it reads over its own shape.
            ref inst @ (Inst::Reduce(.., over) | Inst::ReducePair(.., over)) => {
                let mut operands = none.clone();
                inst.for_each_operand(|operand| unite(&mut operands, &reads[operand.index()]));
                check(&operands, over.shape).map_err(|problem| format!("{value} {problem}"))?;
            }
            ref inst @ (Inst::Const(_)
            | Inst::Cast(..)
            | Inst::Unary(..)
            | Inst::Binary(..)
            | Inst::Select(..)
            | Inst::Index(..)
            | Inst::Count(..)) => {
                inst.for_each_operand(|operand| unite(&mut params, &reads[operand.index()]));
            }
        }
        reads.push(params);
    }
    for (i, output) in graph.outputs.iter().enumerate() {
        for value in output.parts.values() {
            check(&reads[value.index()], output.shape)
                .map_err(|problem| format!("output {i} {problem}"))?;
        }
    }
    Ok(())
}

fn insert(params: &mut Params, param: u32) {
    params[param as usize / 64] |= 1 << (param % 64);
}

fn unite(params: &mut Params, others: &Params) {
    params.iter_mut().zip(others).for_each(|(params, others)| *params |= others);
}

#[cfg(test)]
mod tests {
    use super::super::shape::{AxesId, IndexId, Shapes};
    use super::*;
    use crate::diag::Span;
    use crate::dtype::Scalar;
    use crate::ops::{Axes, StrTest};

    /// A graph made by hand, so that it can be wrong, of f64 and i32. Shape 0 is that of parameter 0.
    fn graph(insts: &[(Inst, Prim)]) -> Graph {
        let prims = [Prim::F64, Prim::I32];
        let mut shapes = Shapes::default();
        shapes.push(ShapeNode::Param(0), Span::default());
        shapes.push_axes(Axes { axes: None, keepdims: false });
        let inputs = (0..).zip(prims).map(|(p, prim)| Input { prim, source: Source::Param(p) });
        Graph {
            params: prims.map(Prim::dtype).to_vec(),
            numbers: 0..0,
            inputs: inputs.collect(),
            insts: insts.iter().map(|(inst, _)| *inst).collect(),
            prims: insts.iter().map(|(_, prim)| *prim).collect(),
            shapes,
            extremes: Vec::new(),
            outputs: Vec::new(),
        }
    }

    fn problem(graph: &Graph) -> String {
        verify(graph).expect_err("the graph is wrong")
    }

    const X: (Inst, Prim) = (Inst::Input(0), Prim::F64);
    const N: (Inst, Prim) = (Inst::Input(1), Prim::I32);
    const V0: Value = Value(0);
    const V1: Value = Value(1);
    const OVER: Over = Over { shape: ShapeId(0), axes: AxesId(0) };

    #[test]
    fn each_rule_about_instructions_has_a_message() {
        use Prim::{Bool, F64, I32, I64};
        let nowhere = Over { shape: ShapeId(7), axes: AxesId(0) };
        let no_axes = Over { shape: ShapeId(0), axes: AxesId(7) };
        let cases: [(&[(Inst, Prim)], &str); 20] = [
            (&[(Inst::Unary(Unary::Neg, V0), F64)], "v0: operand v0 does not come before its user"),
            (&[(Inst::Input(2), F64)], "v0: there is no input 2"),
            (&[(Inst::Input(0), I32)], "v0: prim i32, should be f64"),
            (&[X, N, (Inst::Binary(Binary::Add, V0, V1), F64)], "v2: `add` on f64 and i32"),
            (&[X, (Inst::Binary(Binary::And, V0, V0), F64)], "v1: `and` does not accept f64"),
            (&[X, (Inst::Binary(Binary::Gcd, V0, V0), F64)], "v1: `gcd` does not accept f64"),
            (&[N, (Inst::Binary(Binary::Div, V0, V0), I32)], "v1: `div` does not accept i32"),
            (&[N, (Inst::Unary(Unary::Sqrt, V0), I32)], "v1: `sqrt` does not accept i32"),
            (&[X, (Inst::Unary(Unary::BitCount, V0), F64)], "v1: `bit_count` does not accept f64"),
            (&[X, (Inst::Cast(V0, F64), F64)], "v1: no cast from f64 to f64"),
            (&[X, (Inst::Select(V0, V0, V0), F64)], "v1: condition is f64"),
            (
                &[X, (Inst::Unary(Unary::Call(crate::ops::Func::Hypot), V0), F64)],
                "v1: `hypot` does not accept f64",
            ),
            (
                &[X, (Inst::Unary(Unary::Call(crate::ops::Func::Abs), V0), F64)],
                "v1: `abs` does not accept f64",
            ),
            (&[X, (Inst::Index(V0, ShapeId(0)), F64)], "v1: shape 0 is not that of a subscript"),
            (&[X, (Inst::Reduce(Reduce::Any, V0, OVER), F64)], "v1: `any` does not accept f64"),
            (&[X, (Inst::Reduce(Reduce::ArgMin, V0, OVER), F64)], "v1: prim f64, should be i64"),
            (
                &[N, (Inst::ReducePair(ReducePair::ArgMin, V0, V0, OVER), I64)],
                "v1: `argmin` does not accept i32",
            ),
            (&[(Inst::Count(nowhere, F64), F64)], "v0: there is no shape 7"),
            (&[(Inst::Count(no_axes, F64), F64)], "v0: there are no axes 7"),
            (&[(Inst::Const(Scalar::I32(1)), Bool)], "v0: prim bool, should be i32"),
        ];
        for (insts, want) in cases {
            assert_eq!(problem(&graph(insts)), want);
        }
    }

    #[test]
    fn inputs_and_shapes_are_made_of_what_there_is() {
        let cases = [
            (Source::Param(2), "input 0: there is no parameter 2"),
            (Source::Re(0), "input 0: the parameter of `0.re` has no such part"),
            (Source::Param(1), "input 0: prim f64, should be i32"),
            (
                Source::Test(StrTest::Eq, StrOperand::Param(0), StrOperand::Param(0)),
                "input 0: p0 is f64, not strings",
            ),
        ];
        for (source, want) in cases {
            let mut broken = graph(&[X]);
            broken.inputs[0].source = source;
            assert_eq!(problem(&broken), want);
        }
        let cases = [
            (ShapeNode::Param(2), "shape 1: there is no parameter 2"),
            (
                ShapeNode::Broadcast(smallvec![ShapeId(0), ShapeId(1)]),
                "shape 1: there is no shape 1",
            ),
            (ShapeNode::Reduced(ShapeId(0), AxesId(1)), "shape 1: there are no axes 1"),
            (ShapeNode::Indexed(ShapeId(0), IndexId(0)), "shape 1: there is no subscript 0"),
        ];
        for (node, want) in cases {
            let mut broken = graph(&[X]);
            broken.shapes.push(node, Span::default());
            assert_eq!(problem(&broken), want);
        }
    }

    #[test]
    fn outputs_are_made_of_values_that_fit() {
        let cases = [
            (DType::F64, Parts::Real(V1), 0, "output 0: there is no v1"),
            (DType::F64, Parts::Real(V0), 7, "output 0: there is no shape 7"),
            (DType::F32, Parts::Real(V0), 0, "output 0: f32 of f64"),
            (DType::C128, Parts::Real(V0), 0, "output 0: c128 of one part"),
            (DType::F64, Parts::Complex(V0, V0), 0, "output 0: f64 of two parts"),
            (DType::C64, Parts::Complex(V0, V0), 0, "output 0: c64 of f64"),
            (DType::F64, Parts::Strings(StrOperand::Bytes([].into())), 0, "output 0: f64 of b\"\""),
        ];
        for (dtype, parts, shape, want) in cases {
            let mut broken = graph(&[X]);
            broken.outputs = vec![Output { dtype, parts, shape: ShapeId(shape) }];
            assert_eq!(problem(&broken), want);
        }
    }

    #[test]
    fn a_shape_holds_the_parameters_that_are_read_over_it() {
        let insts = [X, (Inst::Reduce(Reduce::Sum, V0, OVER), Prim::F64), N];
        let mut graph = graph(&insts);
        let single = graph.shapes.push(ShapeNode::Scalar, Span::default());
        let output = |value, dtype, shape| vec![Output { dtype, parts: Parts::Real(value), shape }];
        graph.outputs = output(V1, DType::F64, single);
        assert_eq!(verify(&graph), Ok(()));
        graph.outputs = output(V0, DType::F64, single);
        assert_eq!(problem(&graph), "output 0 reads what is not in shape 1");
        graph.outputs = output(Value(2), DType::I32, ShapeId(0));
        assert_eq!(problem(&graph), "output 0 reads what is not in shape 0");
        graph.outputs.clear();
        graph.insts.push(Inst::Reduce(Reduce::Sum, Value(2), OVER));
        graph.prims.push(Prim::I32);
        assert_eq!(problem(&graph), "v3 reads what is not in shape 0");
    }
}
