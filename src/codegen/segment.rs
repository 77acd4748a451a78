//! Cuts a loop at its function calls.
//!
//! Elementary functions work on a whole tile at once, so a loop with calls becomes a sequence of
//! *phases*: the calls of a phase, then a loop over the tile, then the calls of the next phase. What
//! passes from one to the next lies in scratch slots, one tile of elements each, that stay in the L1
//! cache. A loop without calls is one phase without slots. Pure: emits nothing.

use super::{Loop, Sinks};
use crate::ir::{Graph, Inst, Value};

/// A loop, cut.
#[derive(Debug)]
pub(in crate::codegen) struct Segments {
    pub(in crate::codegen) phases: Vec<Phase>,
    /// For each value of the graph the scratch slot it lies in, if any.
    pub(in crate::codegen) slot: Vec<Option<u32>>,
    pub(in crate::codegen) n_slots: u32,
}

/// Calls, then a loop.
#[derive(Debug, Default)]
pub(in crate::codegen) struct Phase {
    pub(in crate::codegen) calls: Vec<Call>,
    /// What the loop reads from scratch slots.
    pub(in crate::codegen) loads: Vec<Value>,
    /// What the loop computes, inputs and constants included, operands before users.
    pub(in crate::codegen) values: Vec<Value>,
    /// What the loop leaves in scratch slots.
    pub(in crate::codegen) spills: Vec<Value>,
}

/// A call of a function on a tile.
#[derive(Debug)]
pub(in crate::codegen) struct Call {
    pub(in crate::codegen) value: Value,
    pub(in crate::codegen) args: Vec<Value>,
    pub(in crate::codegen) out: CallOut,
}

/// Where a call puts its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::codegen) enum CallOut {
    /// Into the scratch slot of the value.
    Slot,
    /// Straight into this output of the loop.
    Output(usize),
}

/// Which instructions of a graph are calls.
pub(in crate::codegen) type IsCall<'a> = &'a dyn Fn(&Graph, Value) -> bool;

/// Cuts the loop. The last phase is where the outputs are stored or reduced, unless a call has
/// written them.
pub(in crate::codegen) fn segment(body: &Loop, is_call: IsCall) -> Segments {
    let graph = &body.graph;
    let sinks: Vec<Value> = match &body.sinks {
        Sinks::Store(values) => values.clone(),
        Sinks::Reduce(values) => values.iter().map(|&(_, value)| value).collect(),
    };
    let live = reachable(graph, &sinks);
    let phase_of = phases(graph, is_call);
    let last = sinks.iter().map(|&value| phase_of[value.index()]).max().unwrap_or(0);
    let mut phases: Vec<Phase> = (0..=last).map(|_| Phase::default()).collect();
    let mut in_memory = vec![false; graph.len()];

    // Backwards over the phases: what a loop cannot compute itself, an earlier one must leave.
    let mut wanted: Vec<Vec<Value>> = vec![Vec::new(); phases.len()];
    wanted[last] = sinks.clone();
    for value in graph.values().filter(|&value| live[value.index()]) {
        if !is_call(graph, value) {
            continue;
        }
        in_memory[value.index()] = true;
        let mut args = Vec::new();
        graph.inst(value).for_each_operand(|arg| {
            args.push(arg);
            if !is_array_input(body, arg) && !is_call(graph, arg) && !in_memory[arg.index()] {
                in_memory[arg.index()] = true;
                // Before the call, but not in the loop before if its own calls come earlier.
                wanted[phase_of[arg.index()]].push(arg);
                phases[phase_of[arg.index()]].spills.push(arg);
            }
        });
        phases[phase_of[value.index()]].calls.push(Call { value, args, out: CallOut::Slot });
    }
    for at in (0..=last).rev() {
        let mut needed = vec![false; graph.len()];
        for &value in &wanted[at] {
            needed[value.index()] = true;
        }
        let (mut loads, mut values) = (Vec::new(), Vec::new());
        for value in graph.values().rev() {
            if !needed[value.index()] {
                continue;
            }
            let home = phase_of[value.index()];
            if is_call(graph, value) {
                loads.push(value);
            } else if home < at && !is_cheap(graph, value) {
                loads.push(value);
                if !in_memory[value.index()] {
                    in_memory[value.index()] = true;
                    wanted[home].push(value);
                    phases[home].spills.push(value);
                }
            } else {
                values.push(value);
                graph.inst(value).for_each_operand(|operand| needed[operand.index()] = true);
            }
        }
        values.reverse();
        phases[at].loads = loads;
        phases[at].values = values;
    }
    write_through(body, &mut phases, &sinks);
    let (slot, n_slots) = assign_slots(graph, &phases);
    Segments { phases, slot, n_slots }
}

/// Whether the value is an input array, which a call can read where it lies.
fn is_array_input(body: &Loop, value: Value) -> bool {
    matches!(*body.graph.inst(value), Inst::Input(index) if !body.uniform[index as usize])
}

/// Whether loading or computing the value again costs no more than keeping it.
fn is_cheap(graph: &Graph, value: Value) -> bool {
    match *graph.inst(value) {
        Inst::Input(_) | Inst::Const(_) => true,
        Inst::Cast(x, _) | Inst::Index(x, _) => matches!(graph.inst(x), Inst::Input(_)),
        Inst::Unary(..) | Inst::Binary(..) | Inst::Select(..) => false,
        Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => {
            unreachable!("loops have no reductions inside")
        }
    }
}

fn reachable(graph: &Graph, roots: &[Value]) -> Vec<bool> {
    let mut live = vec![false; graph.len()];
    for &root in roots {
        live[root.index()] = true;
    }
    for value in graph.values().rev() {
        if live[value.index()] {
            graph.inst(value).for_each_operand(|operand| live[operand.index()] = true);
        }
    }
    live
}

/// For each value the first phase in which it exists: a call's result in the one it opens.
fn phases(graph: &Graph, is_call: IsCall) -> Vec<usize> {
    let mut phase_of: Vec<usize> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let mut phase = 0;
        graph.inst(value).for_each_operand(|operand| phase = phase.max(phase_of[operand.index()]));
        phase_of.push(phase + usize::from(is_call(graph, value)));
    }
    phase_of
}

/// Lets the calls of the last phase write the outputs themselves when all that is left is to store
/// them: `exp(a)` is one call from the input to the output.
fn write_through(body: &Loop, phases: &mut [Phase], sinks: &[Value]) {
    let Sinks::Store(values) = &body.sinks else { return };
    let Some(last) = phases.last_mut() else { return };
    let direct = !last.calls.is_empty()
        && values.iter().all(|value| last.calls.iter().any(|call| call.value == *value))
        && last.calls.len() == values.len();
    // Several outputs may alias inputs that another call still reads, so only one goes through.
    if direct && sinks.len() == 1 {
        last.calls[0].out = CallOut::Output(0);
        last.loads.clear();
    }
}

/// Gives each value in memory a slot; slots are used again once their last reader is past.
fn assign_slots(graph: &Graph, phases: &[Phase]) -> (Vec<Option<u32>>, u32) {
    // Time 2p is when the calls of phase p run, 2p + 1 its loop.
    let mut last_use = vec![0; graph.len()];
    for (p, phase) in phases.iter().enumerate() {
        for call in &phase.calls {
            for arg in &call.args {
                last_use[arg.index()] = last_use[arg.index()].max(2 * p);
            }
        }
        for value in &phase.loads {
            last_use[value.index()] = last_use[value.index()].max(2 * p + 1);
        }
    }
    let mut slot = vec![None; graph.len()];
    let mut n_slots = 0;
    let mut free: Vec<u32> = Vec::new();
    let mut busy: Vec<(usize, u32)> = Vec::new();
    let mut give = |now: usize, value: Value, slot: &mut Vec<Option<u32>>| {
        busy.retain(|&(until, s)| {
            if until < now {
                free.push(s);
            }
            until >= now
        });
        let s = free.pop().unwrap_or_else(|| {
            n_slots += 1;
            n_slots - 1
        });
        busy.push((last_use[value.index()].max(now), s));
        slot[value.index()] = Some(s);
    };
    for (p, phase) in phases.iter().enumerate() {
        for call in phase.calls.iter().filter(|call| call.out == CallOut::Slot) {
            give(2 * p, call.value, &mut slot);
        }
        for &value in &phase.spills {
            give(2 * p + 1, value, &mut slot);
        }
    }
    (slot, n_slots)
}
