//! Turns the drafts of stages into loops.

use rustc_hash::{FxHashMap, FxHashSet};

use super::pattern::Pattern;
use super::sweep::{Draft, Entry, PlaceId, Root, Sweep};
use super::{Fold, FoldOp, Leaf, LeafSource, PairOp, Sink, Stage};
use crate::codegen::{Loop, Sinks};
use crate::dtype::Prim;
use crate::ir::{Graph, GraphBuilder, Inst, Over, Reduce, Value};

/// Reductions in one pass. Eight have more accumulators than there are registers; thousands in one
/// loop would take the register allocator seconds.
const MAX_REDUCTIONS: usize = 8;

/// Makes the stages, in an order in which each has what it needs.
pub(super) fn stages(graph: &Graph, shapes: &[Pattern], sweep: &Sweep) -> Vec<Stage> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    // Users come before operands in a sweep; results are wanted in the order of the text.
    for draft in sweep.drafts.iter().rev() {
        let level = |value: Value| sweep.level[value.index()];
        match &draft.root {
            Root::Outputs(parts) => {
                let level = parts.iter().map(|&(_, _, value)| level(value)).max().unwrap_or(0);
                groups.push(Group { level, drafts: vec![draft], over: None });
            }
            Root::Keep(value) => {
                groups.push(Group { level: level(*value) - 1, drafts: vec![draft], over: None });
            }
            Root::Reduce(value, over) => {
                let level = level(*value) - 1;
                let whole = is_whole(graph, shapes, *value, *over);
                let over = Some((*over, whole));
                let fits = |group: &&mut Group<'_>| {
                    (group.level, group.over) == (level, over)
                        && group.drafts.len() < MAX_REDUCTIONS
                };
                match groups.iter_mut().rev().find(fits) {
                    Some(group) => group.drafts.push(draft),
                    None => groups.push(Group { level, drafts: vec![draft], over }),
                }
            }
        }
    }
    groups.sort_by_key(|group| group.level);
    join(graph, shapes, &mut groups);
    groups.iter().map(|group| group.stage(graph, sweep)).collect()
}

/// Drafts that one pass computes.
struct Group<'a> {
    level: usize,
    /// Of outputs the first, and reductions after it if they go along.
    drafts: Vec<&'a Draft>,
    /// For reductions alone what they run over, and whether their loop reduces.
    over: Option<(Over, bool)>,
}

/// Lets reductions go along with outputs that run over the same elements at the same time: `y, sum(y)`
/// is one pass.
fn join(graph: &Graph, shapes: &[Pattern], groups: &mut Vec<Group<'_>>) {
    // Those that have gone along already are empty.
    let is_output = |group: &Group<'_>| {
        group.drafts.first().is_some_and(|draft| matches!(draft.root, Root::Outputs(_)))
    };
    for at in (0..groups.len()).rev() {
        let Some((over, _)) = groups[at].over else { continue };
        let axes = graph.shapes().axes(over.axes);
        let left = shapes[over.shape.0 as usize].reduced(axes, graph.shapes().span(over.shape));
        let (level, space) = (groups[at].level, groups[at].drafts[0].space);
        let to = groups.iter().position(|group| {
            is_output(group) && group.level == level && group.drafts[0].space == space
        });
        if let Some(to) = to
            && left.is_ok_and(Pattern::is_single)
        {
            let drafts = std::mem::take(&mut groups[at].drafts);
            groups[to].drafts.extend(drafts);
        }
    }
    groups.retain(|group| !group.drafts.is_empty());
}

/// Whether the loop itself can reduce: over all elements, by an operation that code generators know.
fn is_whole(graph: &Graph, shapes: &[Pattern], value: Value, over: Over) -> bool {
    let Inst::Reduce(op, ..) = *graph.inst(value) else { return false };
    let known = match op {
        Reduce::Sum | Reduce::Prod | Reduce::Min | Reduce::Max | Reduce::Any | Reduce::All => true,
        Reduce::ArgMin | Reduce::ArgMax => false,
    };
    let axes = graph.shapes().axes(over.axes);
    let left = shapes[over.shape.0 as usize].reduced(axes, graph.shapes().span(over.shape));
    known && left.is_ok_and(Pattern::is_single)
}

impl Group<'_> {
    fn stage(&self, graph: &Graph, sweep: &Sweep) -> Stage {
        let first = self.drafts[0];
        let cut = Cut::new(graph, sweep, &self.drafts);
        let (sinks, sink) = match &first.root {
            Root::Outputs(parts) => {
                let mut stores: Vec<Value> =
                    parts.iter().map(|&(_, _, value)| cut.at(value)).collect();
                let parts = parts.iter().map(|&(output, part, _)| (output, part)).collect();
                let folds = folds(graph, &cut, &self.reductions(), &mut stores);
                (Sinks::Store(stores), Sink::Outputs { parts, folds })
            }
            Root::Keep(value) => (Sinks::Store(vec![cut.at(*value)]), Sink::Keep(*value)),
            Root::Reduce(..) => {
                let values = self.reductions();
                match self.over.expect("reductions run over something") {
                    (_, true) => whole(graph, &cut, values),
                    (over, false) => {
                        let mut stores = Vec::new();
                        let folds = folds(graph, &cut, &values, &mut stores);
                        (Sinks::Store(stores), Sink::Folds { over, folds })
                    }
                }
            }
        };
        let uniform = cut.inputs.iter().map(|leaf| matches!(leaf.source, LeafSource::Single(_)));
        Stage {
            space: first.space,
            pattern: first.pattern,
            level: self.level,
            body: Loop { uniform: uniform.collect(), graph: cut.graph, sinks },
            inputs: cut.inputs,
            sink,
        }
    }
}

impl Group<'_> {
    fn reductions(&self) -> Vec<Value> {
        (self.drafts.iter())
            .filter_map(|draft| match draft.root {
                Root::Reduce(value, _) => Some(value),
                Root::Outputs(_) | Root::Keep(_) => None,
            })
            .collect()
    }
}

fn whole(graph: &Graph, cut: &Cut, values: Vec<Value>) -> (Sinks, Sink) {
    let sinks = (values.iter())
        .map(|&value| match *graph.inst(value) {
            Inst::Reduce(op, x, _) => (op, cut.at(x)),
            ref other => unreachable!("{other:?} is not a reduction of one value"),
        })
        .collect();
    (Sinks::Reduce(sinks), Sink::Whole(values))
}

/// Returns reductions of what a loop stores, to which their elements are added where they are not among it.
fn folds(graph: &Graph, cut: &Cut, values: &[Value], stores: &mut Vec<Value>) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    let mut store = |value: Value| {
        let value = cut.at(value);
        stores.iter().position(|&known| known == value).unwrap_or_else(|| {
            stores.push(value);
            stores.len() - 1
        })
    };
    for &value in values {
        let (op, operands, part) = match *graph.inst(value) {
            Inst::Reduce(op, x, _) => (FoldOp::One(op), [store(x); 2], 0),
            Inst::ReducePair(op, x, y, _) => {
                let (op, part) = PairOp::of(op);
                (FoldOp::Pair(op), [store(x), store(y)], part)
            }
            ref other => unreachable!("{other:?} is not a reduction"),
        };
        // With and without `keepdims` it is the same number under two names.
        let same = |fold: &&mut Fold| {
            (fold.op, fold.operands) == (op, operands) && fold.results[part].is_none()
        };
        match folds.iter_mut().find(same) {
            Some(fold) => fold.results[part] = Some(value),
            None => {
                let mut results = [None; 2];
                results[part] = Some(value);
                folds.push(Fold { op, results, operands });
            }
        }
    }
    folds
}

/// A piece of a graph as a graph of its own.
struct Cut {
    graph: Graph,
    inputs: Vec<Leaf>,
    copies: FxHashMap<(Value, PlaceId), Value>,
}

impl Cut {
    fn new(graph: &Graph, sweep: &Sweep, drafts: &[&Draft]) -> Cut {
        let mut entries: Vec<(Value, PlaceId, Entry)> =
            drafts.iter().flat_map(|draft| draft.entries.iter().copied()).collect();
        entries.sort_unstable_by_key(|&(value, place, _)| (value, place));
        let mut seen = FxHashSet::default();
        entries.retain(|&(value, place, _)| seen.insert((value, place)));

        let leaves: Vec<(Value, PlaceId, LeafSource)> = (entries.iter())
            .filter_map(|&(value, place, entry)| match entry {
                Entry::Leaf(source) => Some((value, place, source)),
                Entry::Inside => None,
            })
            .collect();
        let prims: Vec<Prim> = leaves.iter().map(|&(value, ..)| graph.prim(value)).collect();
        let mut builder = GraphBuilder::new(&prims);
        let mut copies: FxHashMap<(Value, PlaceId), Value> = FxHashMap::default();
        for (&(value, place, _), index) in leaves.iter().zip(0..) {
            copies.insert((value, place), builder.push(Inst::Input(index)));
        }
        for &(value, place, entry) in &entries {
            if entry != Entry::Inside {
                continue;
            }
            let find = |copies: &FxHashMap<(Value, PlaceId), Value>, value, place| {
                *copies.get(&(value, place)).expect("operands come before their users")
            };
            let copy = match *graph.inst(value) {
                Inst::Index(x, _) => find(&copies, x, sweep.moved[&(value, place)]),
                inst => builder.push(inst.map_operands(|x| find(&copies, x, place))),
            };
            copies.insert((value, place), copy);
        }
        let inputs = (leaves.iter())
            .map(|&(_, place, source)| Leaf {
                source,
                placement: sweep.placements[place as usize].clone(),
            })
            .collect();
        Cut { graph: builder.finish(Vec::new()), inputs, copies }
    }

    /// Returns the copy of a value that stands where the space stands.
    fn at(&self, value: Value) -> Value {
        *self.copies.get(&(value, 0)).expect("roots are computed")
    }
}
