//! Decides what each stage computes and what it reads.
//!
//! One pass over the values, users before operands. Each value knows in which stages it is wanted and
//! where its axes run there, and is one of four things to a stage: computed inside its loop, a single
//! element, an input, or the result of an earlier stage.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::pattern::{Pattern, Placement, placed, placed_set};
use super::{LeafSource, Space};
use crate::ir::shape::{ShapeError, ShapeId};
use crate::ir::{Graph, Inst, Over, Source, StrOperand, Value};

/// What was decided.
pub(super) struct Sweep {
    pub(super) drafts: Vec<Draft>,
    pub(super) placements: Vec<Placement>,
    /// For each value whether it is wanted as a single element.
    pub(super) wanted: Vec<bool>,
    /// For each value how many stages have to come before it is known.
    pub(super) level: Vec<usize>,
    /// For each value of `Index`, its operand's placement under each placement of its own.
    pub(super) moved: FxHashMap<(Value, PlaceId), PlaceId>,
}

/// Index of a placement; 0 moves nothing.
pub(super) type PlaceId = u32;

/// A stage before its loop is made.
pub(super) struct Draft {
    pub(super) space: Space,
    pub(super) pattern: Pattern,
    pub(super) root: Root,
    /// What the loop knows, users before operands.
    pub(super) entries: Vec<(Value, PlaceId, Entry)>,
}

/// Why there is a stage.
#[derive(Clone, Debug)]
pub(super) enum Root {
    /// Outputs of one shape: `(output, part, value)`.
    Outputs(Vec<(usize, usize, Value)>),
    Keep(Value),
    /// A reduction, and its operands.
    Reduce(Value, Over),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Computed by the loop.
    Inside,
    Leaf(LeafSource),
}

struct Sweeper<'a> {
    graph: &'a Graph,
    shapes: &'a [Pattern],
    /// Of each value.
    patterns: Vec<Pattern>,
    sweep: Sweep,
    /// The stages that want each value, and how it is placed there.
    demands: Vec<SmallVec<[(usize, PlaceId); 2]>>,
}

impl Sweep {
    pub(super) fn run(
        graph: &Graph,
        shapes: &[Pattern],
        params: &[Pattern],
    ) -> Result<Sweep, ShapeError> {
        let patterns = value_patterns(graph, shapes, params)?;
        let sweep = Sweep {
            drafts: Vec::new(),
            placements: vec![Placement::new()],
            wanted: vec![false; graph.len()],
            level: Vec::new(),
            moved: FxHashMap::default(),
        };
        let demands = vec![SmallVec::new(); graph.len()];
        let mut sweeper = Sweeper { graph, shapes, patterns, sweep, demands };
        sweeper.outputs();
        for value in graph.values().rev() {
            sweeper.value(value)?;
        }
        sweeper.levels();
        Ok(sweeper.sweep)
    }
}

impl Sweeper<'_> {
    /// Makes a stage for each shape that outputs have.
    fn outputs(&mut self) {
        let mut stage_of: FxHashMap<ShapeId, usize> = FxHashMap::default();
        for (output, result) in self.graph.outputs().iter().enumerate() {
            let pattern = self.shapes[result.shape.0 as usize];
            for (part, value) in result.parts.values().into_iter().enumerate() {
                if pattern.is_single() {
                    self.sweep.wanted[value.index()] = true;
                    continue;
                }
                let next = self.sweep.drafts.len();
                let at = *stage_of.entry(result.shape).or_insert(next);
                if at == next {
                    let space = Space::Shape(result.shape);
                    self.draft(space, pattern, Root::Outputs(Vec::new()));
                }
                if let Root::Outputs(parts) = &mut self.sweep.drafts[at].root {
                    parts.push((output, part, value));
                }
                self.demand(value, at, 0);
            }
        }
    }

    fn draft(&mut self, space: Space, pattern: Pattern, root: Root) -> usize {
        self.sweep.drafts.push(Draft { space, pattern, root, entries: Vec::new() });
        self.sweep.drafts.len() - 1
    }

    fn demand(&mut self, value: Value, stage: usize, place: PlaceId) {
        let demands = &mut self.demands[value.index()];
        if !demands.contains(&(stage, place)) {
            demands.push((stage, place));
        }
    }

    fn value(&mut self, value: Value) -> Result<(), ShapeError> {
        let demands = std::mem::take(&mut self.demands[value.index()]);
        let pattern = self.patterns[value.index()];
        let inst = *self.graph.inst(value);
        if demands.is_empty() && !self.sweep.wanted[value.index()] {
            return Ok(());
        }
        if let Inst::Const(_) = inst {
            for (stage, place) in demands {
                self.enter(stage, value, place, Entry::Inside);
            }
            return Ok(());
        }
        if pattern.is_single() {
            self.sweep.wanted[value.index()] = true;
            for (stage, place) in demands {
                self.enter(stage, value, place, Entry::Leaf(LeafSource::Single(value)));
            }
            match inst {
                Inst::Reduce(_, x, over) => self.reduction(value, &[x], over),
                Inst::ReducePair(_, x, y, over) => self.reduction(value, &[x, y], over),
                Inst::Input(_)
                | Inst::Const(_)
                | Inst::Count(..)
                | Inst::Cast(..)
                | Inst::Unary(..)
                | Inst::Binary(..)
                | Inst::Select(..)
                | Inst::Index(..) => {
                    inst.for_each_operand(|operand| self.sweep.wanted[operand.index()] = true);
                }
            }
            return Ok(());
        }
        match inst {
            Inst::Input(input) => {
                for (stage, place) in demands {
                    self.enter(stage, value, place, Entry::Leaf(LeafSource::Input(input)));
                }
            }
            Inst::Reduce(_, x, over) => {
                self.stored(value, demands);
                self.reduction(value, &[x], over);
            }
            Inst::ReducePair(_, x, y, over) => {
                self.stored(value, demands);
                self.reduction(value, &[x, y], over);
            }
            Inst::Const(_) | Inst::Count(..) => unreachable!("single elements"),
            Inst::Cast(..)
            | Inst::Unary(..)
            | Inst::Binary(..)
            | Inst::Select(..)
            | Inst::Index(..) => {
                let mut kept = None;
                for (stage, place) in demands {
                    let space = self.sweep.drafts[stage].pattern.varying;
                    let placement = &self.sweep.placements[place as usize];
                    let varies = placed_set(placement, pattern);
                    if varies == space || is_cheap(inst) {
                        self.inside(stage, value, place)?;
                    } else {
                        // It varies along fewer axes: computed once, not for every element.
                        self.enter(stage, value, place, Entry::Leaf(LeafSource::Stored(value)));
                        kept.get_or_insert(());
                    }
                }
                if kept.is_some() {
                    let stage = self.draft(Space::Inputs, pattern, Root::Keep(value));
                    self.inside(stage, value, 0)?;
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, stage: usize, value: Value, place: PlaceId, entry: Entry) {
        self.sweep.drafts[stage].entries.push((value, place, entry));
    }

    fn stored(&mut self, value: Value, demands: SmallVec<[(usize, PlaceId); 2]>) {
        for (stage, place) in demands {
            self.enter(stage, value, place, Entry::Leaf(LeafSource::Stored(value)));
        }
    }

    /// Makes the stage of a reduction.
    fn reduction(&mut self, value: Value, operands: &[Value], over: Over) {
        let pattern = self.shapes[over.shape.0 as usize];
        let stage = self.draft(Space::Shape(over.shape), pattern, Root::Reduce(value, over));
        for &operand in operands {
            self.demand(operand, stage, 0);
        }
    }

    /// Computes the value in the loop of a stage.
    fn inside(&mut self, stage: usize, value: Value, place: PlaceId) -> Result<(), ShapeError> {
        self.enter(stage, value, place, Entry::Inside);
        let inst = *self.graph.inst(value);
        let mut operand_place = place;
        if let Inst::Index(of, shape) = inst {
            let (_, own) = subscript(self.graph, self.shapes, shape)?;
            let outer = &self.sweep.placements[place as usize];
            // Where an axis of length 1 runs makes no difference; told apart, there would be as many
            // placements of a value as ways to insert axes.
            let varying = self.patterns[of.index()].varying;
            let moved: Placement = (own.iter().enumerate())
                .map(|(at, &axis)| if varying >> at & 1 == 1 { placed(outer, axis) } else { 0 })
                .collect();
            operand_place = self.place(moved);
            self.sweep.moved.insert((value, place), operand_place);
        }
        let mut operands: SmallVec<[Value; 3]> = SmallVec::new();
        inst.for_each_operand(|operand| operands.push(operand));
        for operand in operands {
            self.demand(operand, stage, operand_place);
        }
        Ok(())
    }

    fn place(&mut self, placement: Placement) -> PlaceId {
        let placements = &mut self.sweep.placements;
        let at = placements.iter().position(|known| *known == placement).unwrap_or_else(|| {
            placements.push(placement);
            placements.len() - 1
        });
        u32::try_from(at).expect("there are fewer placements than nodes")
    }

    /// Finds out how many stages have to come before each value.
    fn levels(&mut self) {
        let mut stored = vec![false; self.graph.len()];
        for draft in &self.sweep.drafts {
            match draft.root {
                Root::Outputs(_) => {}
                Root::Keep(value) | Root::Reduce(value, _) => stored[value.index()] = true,
            }
        }
        let mut level: Vec<usize> = Vec::with_capacity(self.graph.len());
        for value in self.graph.values() {
            let mut deepest = 0;
            self.graph.inst(value).for_each_operand(|x| deepest = deepest.max(level[x.index()]));
            level.push(deepest + usize::from(stored[value.index()]));
        }
        self.sweep.level = level;
    }
}

/// Whether computing it for every element costs no more than reading it.
fn is_cheap(inst: Inst) -> bool {
    match inst {
        Inst::Cast(..) | Inst::Index(..) => true,
        Inst::Input(_)
        | Inst::Const(_)
        | Inst::Unary(..)
        | Inst::Binary(..)
        | Inst::Select(..)
        | Inst::Reduce(..)
        | Inst::ReducePair(..)
        | Inst::Count(..) => false,
    }
}

/// Returns the pattern of each value.
fn value_patterns(
    graph: &Graph,
    shapes: &[Pattern],
    params: &[Pattern],
) -> Result<Vec<Pattern>, ShapeError> {
    let mut patterns: Vec<Pattern> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let reduced = |over: Over| {
            let axes = graph.shapes().axes(over.axes);
            shapes[over.shape.0 as usize].reduced(axes, graph.shapes().span(over.shape))
        };
        let pattern = match *graph.inst(value) {
            Inst::Input(input) => input_pattern(&graph.inputs()[input as usize].source, params),
            Inst::Const(_) | Inst::Count(..) => Pattern::default(),
            Inst::Reduce(_, _, over) | Inst::ReducePair(_, _, _, over) => reduced(over)?,
            Inst::Index(x, shape) => {
                let (whole, own) = subscript(graph, shapes, shape)?;
                Pattern { varying: placed_set(&own, patterns[x.index()]), ..whole }
            }
            ref inst @ (Inst::Cast(..) | Inst::Unary(..) | Inst::Binary(..) | Inst::Select(..)) => {
                let mut pattern = Pattern::default();
                inst.for_each_operand(|x| pattern = pattern.broadcast(patterns[x.index()]));
                pattern
            }
        };
        patterns.push(pattern);
    }
    Ok(patterns)
}

/// Returns the pattern of the result of a subscript, and where the axes of its operand go.
fn subscript(
    graph: &Graph,
    shapes: &[Pattern],
    shape: ShapeId,
) -> Result<(Pattern, Placement), ShapeError> {
    let (of, items) = graph.shapes().subscript(shape).expect("the verifier wants a subscript");
    shapes[of.0 as usize].indexed(items, graph.shapes().span(shape))
}

fn input_pattern(source: &Source, params: &[Pattern]) -> Pattern {
    let of = |operand: &StrOperand| match operand {
        StrOperand::Param(param) => params[*param as usize],
        StrOperand::Bytes(_) | StrOperand::Str(_) => Pattern::default(),
    };
    match source {
        Source::Param(param) | Source::Re(param) | Source::Im(param) => params[*param as usize],
        Source::Test(_, first, second) => of(first).broadcast(of(second)),
    }
}
