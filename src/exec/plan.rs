//! Cuts a graph into stages, each one pass over memory.
//!
//! A reduction in the middle of an expression separates what comes before from what comes after:
//! `a - mean(a)` is a pass that sums `a` and a pass that subtracts. Values that are the same for all
//! elements (from scalar inputs, constants and reductions) are computed once between the passes, by
//! the interpreter. Which inputs are scalar is known when the plan is made. Pure: no pointers.

use crate::codegen::{Loop, Sinks};
use crate::dtype::DType;
use crate::ir::{Graph, GraphBuilder, Inst, Output, Reduce, SpaceId, Value};

/// Reductions in one pass. Eight have more accumulators than there are registers; thousands in one
/// loop would take the register allocator seconds.
const MAX_REDUCTIONS: usize = 8;

/// The stages of a graph, for one choice of scalar inputs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) graph: Graph,
    /// For each input whether it is one value for all elements.
    pub(crate) uniform_inputs: Vec<bool>,
    /// Reductions first, each after those it needs; then at most one that stores the result.
    pub(crate) stages: Vec<Stage>,
    /// Whether the result is a single value, which no stage stores.
    pub(crate) is_scalar: bool,
    /// Whether some value has to be computed by the interpreter between the stages.
    pub(crate) has_uniform_work: bool,
    /// Spaces that must not be empty: the expression takes an extreme over them, whether or not the
    /// passes have left it in the graph.
    pub(crate) extremes: Vec<(Reduce, SpaceId)>,
}

/// One pass over memory.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The inputs that the pass runs over.
    pub(crate) space: SpaceId,
    /// How many stages of reductions it has to wait for; stages of one level need nothing of each
    /// other.
    pub(crate) level: usize,
    pub(crate) body: Loop,
    /// Where each input of the loop comes from.
    pub(crate) inputs: Vec<Source>,
    /// The reductions of the graph that the pass computes; empty for the one that stores the result.
    pub(crate) reductions: Vec<Value>,
}

/// Where an input of a loop comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// This input of the graph, an array.
    Array(u32),
    /// This value of the graph, which is the same for all elements.
    Uniform(Value),
}

impl Plan {
    /// Makes the plan of a graph with one output. `built` is the graph before the passes.
    pub(crate) fn new(built: &Graph, graph: Graph, uniform_inputs: Vec<bool>) -> Plan {
        let extremes = built.extremes();
        let uniform = uniform_values(&graph, &uniform_inputs);
        let mut stages: Vec<Stage> = Vec::new();
        let mut last_level = 0;
        for group in reduction_groups(&graph) {
            last_level = group.level + 1;
            let operands: Vec<Value> = group.members.iter().map(|member| member.operand).collect();
            let cut = extract(&graph, &uniform, &operands);
            let ops = group.members.iter().map(|member| member.op);
            let sinks = ops.zip(cut.roots.iter().copied()).collect();
            stages.push(Stage {
                space: group.space,
                level: group.level,
                body: Loop { graph: cut.graph, uniform: cut.uniform, sinks: Sinks::Reduce(sinks) },
                inputs: cut.inputs,
                reductions: group.members.iter().map(|member| member.value).collect(),
            });
        }
        let output = graph.outputs()[0];
        let is_scalar =
            graph.space(output.space).iter().all(|&input| uniform_inputs[input as usize]);
        if !is_scalar {
            let cut = extract(&graph, &uniform, &[output.value]);
            stages.push(Stage {
                space: output.space,
                level: last_level,
                body: Loop {
                    graph: cut.graph,
                    uniform: cut.uniform,
                    sinks: Sinks::Store(cut.roots),
                },
                inputs: cut.inputs,
                reductions: Vec::new(),
            });
        }
        let is_given = |value: Value| matches!(graph.inst(value), Inst::Input(_));
        let has_uniform_work = is_scalar
            || stages.iter().flat_map(|stage| &stage.inputs).any(|source| match *source {
                Source::Array(_) => false,
                Source::Uniform(value) => !is_given(value),
            });
        Plan { graph, uniform_inputs, stages, is_scalar, has_uniform_work, extremes }
    }

    /// Returns the dtype of the result.
    pub(crate) fn dtype(&self) -> DType {
        self.graph.dtype(self.output().value)
    }

    pub(crate) fn output(&self) -> Output {
        self.graph.outputs()[0]
    }

    /// Returns how many times the inputs have to be passed over: stages of one level go together.
    pub(crate) fn passes(&self) -> usize {
        self.stages.iter().map(|stage| stage.level + 1).max().unwrap_or(0)
    }

    /// Returns whether an array is among the inputs of a space.
    pub(crate) fn has_arrays(&self, space: SpaceId) -> bool {
        self.graph.space(space).iter().any(|&input| !self.uniform_inputs[input as usize])
    }
}

/// Which values are the same for all elements.
fn uniform_values(graph: &Graph, uniform_inputs: &[bool]) -> Vec<bool> {
    let mut uniform: Vec<bool> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        uniform.push(match *graph.inst(value) {
            Inst::Input(index) => uniform_inputs[index as usize],
            Inst::Const(_) | Inst::Reduce(..) | Inst::Count(..) => true,
            ref inst @ (Inst::Cast(..) | Inst::Unary(..) | Inst::Binary(..) | Inst::Select(..)) => {
                let mut all = true;
                inst.for_each_operand(|operand| all &= uniform[operand.index()]);
                all
            }
        });
    }
    uniform
}

/// Reductions that one pass computes: they run over the same inputs and none needs another.
struct Group {
    level: usize,
    space: SpaceId,
    members: Vec<Member>,
}

struct Member {
    value: Value,
    op: Reduce,
    operand: Value,
}

/// Groups the reductions of a graph, in an order in which each group has what it needs.
fn reduction_groups(graph: &Graph) -> Vec<Group> {
    let mut level = vec![0usize; graph.len()];
    let mut groups: Vec<Group> = Vec::new();
    for value in graph.values() {
        let mut deepest = 0;
        graph.inst(value).for_each_operand(|operand| deepest = deepest.max(level[operand.index()]));
        level[value.index()] = deepest;
        if let Inst::Reduce(op, operand, space) = *graph.inst(value) {
            level[value.index()] = deepest + 1;
            let member = Member { value, op, operand };
            let fits = |group: &&mut Group| {
                group.level == deepest
                    && group.space == space
                    && group.members.len() < MAX_REDUCTIONS
            };
            match groups.iter_mut().rev().find(fits) {
                Some(group) => group.members.push(member),
                None => groups.push(Group { level: deepest, space, members: vec![member] }),
            }
        }
    }
    groups.sort_by_key(|group| group.level);
    groups
}

/// A piece of a graph as a graph of its own.
struct Cut {
    graph: Graph,
    uniform: Vec<bool>,
    inputs: Vec<Source>,
    roots: Vec<Value>,
}

/// Copies what `roots` need and is not uniform; what is uniform becomes an input.
fn extract(graph: &Graph, uniform: &[bool], roots: &[Value]) -> Cut {
    let mut needed = vec![false; graph.len()];
    for &root in roots {
        needed[root.index()] = true;
    }
    let mut inputs: Vec<(Value, Source)> = Vec::new();
    for value in graph.values().rev().filter(|value| graph.constant(*value).is_none()) {
        if !needed[value.index()] {
            continue;
        }
        if uniform[value.index()] {
            inputs.push((value, Source::Uniform(value)));
        } else if let Inst::Input(index) = *graph.inst(value) {
            inputs.push((value, Source::Array(index)));
        } else {
            graph.inst(value).for_each_operand(|operand| needed[operand.index()] = true);
        }
    }
    inputs.reverse();

    let dtypes: Vec<DType> = inputs.iter().map(|&(value, _)| graph.dtype(value)).collect();
    let mut builder = GraphBuilder::new(&dtypes);
    let mut copies: Vec<Option<Value>> = vec![None; graph.len()];
    for (&(value, _), index) in inputs.iter().zip(0..) {
        copies[value.index()] = Some(builder.push(Inst::Input(index)));
    }
    for value in graph.values().filter(|value| needed[value.index()]) {
        if copies[value.index()].is_none() {
            let inst = graph.inst(value).map_operands(|operand| {
                copies[operand.index()].expect("operands come before their users")
            });
            copies[value.index()] = Some(builder.push(inst));
        }
    }
    let copy = |value: &Value| copies[value.index()].expect("roots are needed");
    let roots: Vec<Value> = roots.iter().map(copy).collect();
    let all: Vec<u32> = (0..).take(inputs.len()).collect();
    let space = builder.space(&all);
    let outputs = roots.iter().map(|&value| Output { value, space }).collect();
    Cut {
        graph: builder.finish(outputs),
        uniform: inputs.iter().map(|(_, source)| matches!(source, Source::Uniform(_))).collect(),
        inputs: inputs.into_iter().map(|(_, source)| source).collect(),
        roots,
    }
}
