//! The order of instructions in long bodies.
//!
//! Functions in line are long chains, one after the other. A processor looks some hundred instructions ahead, but
//! those that wait take up the few dozens of places from which it starts them; so chains that do not need each other
//! are better mixed. This is list scheduling (Gibbons & Muchnick 1986): of what is ready, that goes first from which
//! the longest way leads to the end, unless too many values are alive.

use smallvec::SmallVec;

use super::lower::Code;
use super::machine::{self, Inst, Level, Operand};

/// Instructions that start in one cycle, as a model. One to four make a difference of 2 % (Zen 5, 2026-11-23).
const WIDTH: usize = 4;

/// Instructions that stay together: a comparison and what needs its mask, and the halves of a lookup.
struct Unit {
    insts: SmallVec<[Inst; 2]>,
    /// Units that need a result of this one.
    users: Vec<usize>,
    /// How many results it waits for.
    waits_for: usize,
    latency: usize,
    /// Cycles from its start to the end.
    way: usize,
    /// The first cycle in which all it needs is there.
    earliest: usize,
}

/// Reorders the code of a loop; stores at its end stay there.
pub(super) fn schedule(code: &mut Code, level: Level) {
    let is_store = |inst: &Inst| matches!(inst.to, Operand::Place(_));
    let n = code.insts.iter().position(is_store).unwrap_or(code.insts.len());
    let stores = code.insts.split_off(n);
    let mut units = units(std::mem::take(&mut code.insts));
    connect(&mut units, code.values.len());
    let mut uses_left = vec![0_usize; code.values.len()];
    for inst in units.iter().flat_map(|unit| &unit.insts).chain(&stores) {
        inst.operands().for_each(|value| uses_left[value as usize] += 1);
    }

    // 18 of 32 registers, and the rest for constants: for `cosh` beside `cos` 18 takes 0.92 of the time of 14 or 22
    // and 0.88 of that of 30 (Zen 5, 2026-11-23).
    let most_alive = usize::from(level.registers()) * 9 / 16;
    let mut alive = 0;
    let mut ready: Vec<usize> = (0..units.len()).filter(|&at| units[at].waits_for == 0).collect();
    let mut cycle = 0;
    while !ready.is_empty() {
        let mut started = 0;
        while started < WIDTH {
            // Few results are read by nobody else than one instruction, so that it frees what it reads.
            let frees = |at: usize| {
                let read = units[at].insts.iter().flat_map(Inst::operands);
                let dying = read.filter(|&value| {
                    code.values[value as usize].place.is_none() && uses_left[value as usize] == 1
                });
                dying.count()
            };
            let best = if alive < most_alive {
                let in_time =
                    ready.iter().enumerate().filter(|&(_, &at)| units[at].earliest <= cycle);
                in_time.max_by_key(|&(_, &at)| units[at].way)
            } else {
                (ready.iter().enumerate())
                    .max_by_key(|&(_, &at)| (frees(at), std::cmp::Reverse(units[at].earliest)))
            };
            let Some((position, &at)) = best else { break };
            ready.swap_remove(position);
            started += units[at].insts.len();
            for inst in &units[at].insts {
                for value in inst.operands() {
                    let left = &mut uses_left[value as usize];
                    *left -= 1;
                    if *left == 0 && code.values[value as usize].place.is_none() {
                        alive -= usize::from(alive > 0);
                    }
                }
                alive += usize::from(matches!(inst.to, Operand::V(_)));
            }
            let done = cycle + units[at].latency;
            for user in std::mem::take(&mut units[at].users) {
                units[user].earliest = units[user].earliest.max(done);
                units[user].waits_for -= 1;
                if units[user].waits_for == 0 {
                    ready.push(user);
                }
            }
            code.insts.append(&mut units[at].insts.to_vec());
        }
        cycle += 1;
    }
    code.insts.extend(stores);
}

fn units(insts: Vec<Inst>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(insts.len());
    let mut joins = false;
    for inst in insts {
        let latency = latency(&inst);
        match units.last_mut() {
            Some(unit) if joins => {
                unit.insts.push(inst);
                unit.latency = unit.latency.max(latency);
            }
            _ => units.push(Unit {
                insts: SmallVec::from_slice(&[inst]),
                users: Vec::new(),
                waits_for: 0,
                latency,
                way: 0,
                earliest: 0,
            }),
        }
        joins = matches!(inst.to, Operand::Mask(_)) || inst.op == machine::EVEN_PAIRS;
    }
    units
}

/// Finds who waits for whom, and how long the way from each to the end is.
fn connect(units: &mut [Unit], n_values: usize) {
    let mut writer: Vec<Option<usize>> = vec![None; n_values];
    let mut readers: Vec<SmallVec<[usize; 4]>> = vec![SmallVec::new(); n_values];
    for at in 0..units.len() {
        let mut before: SmallVec<[usize; 8]> = SmallVec::new();
        for inst in units[at].insts.clone() {
            for value in inst.operands() {
                before.extend(writer[value as usize]);
                readers[value as usize].push(at);
            }
            if let Operand::V(value) = inst.to {
                // An accumulator is written after it was read.
                before.extend_from_slice(&readers[value as usize]);
                writer[value as usize] = Some(at);
            }
        }
        before.sort_unstable();
        before.dedup();
        for other in before.into_iter().filter(|&other| other != at) {
            units[other].users.push(at);
            units[at].waits_for += 1;
        }
    }
    for at in (0..units.len()).rev() {
        let longest = units[at].users.iter().map(|&user| units[user].way).max().unwrap_or(0);
        units[at].way = units[at].latency + longest;
    }
}

/// Cycles until a result is there; of current processors, roughly.
fn latency(inst: &Inst) -> usize {
    let name = inst.op.name;
    if inst.op == machine::EVEN_PAIRS || inst.op == machine::ODD_PAIRS {
        16
    } else if name.starts_with("vdiv") {
        14
    } else if name.starts_with("vsqrt") {
        20
    } else if name.starts_with("vp") || name.starts_with("vunpck") {
        1
    } else {
        4
    }
}
