//! Missing values: a graph that knows of them, made of one that does not.
//!
//! [`admit`] adds a `bool` parameter beside each one that may miss values: its validity. An element of a
//! result is null if an element that it is computed from is; reductions leave out what is null, and one
//! that nothing is left for is null. The validities of the results become further outputs, so all is
//! computed in the same passes over memory. Elements under nulls are read, and never matter.
//!
//! Works on the graph as built from the text, since the passes forget parameters that do not change the
//! value (`0 * a`). As building does so too (`isnan` of integers), shapes, which never forget, also say which
//! elements a reduction leaves out and which of a result are null.

use super::Input as Named;
use crate::dtype::{DType, Prim, Scalar};
use crate::ir::shape::{ShapeId, ShapeNode};
use crate::ir::{
    Binary, Graph, GraphBuilder, Input, Inst, Output, Over, Parts, Reduce, ReducePair, Source,
    StrOperand, Unary, Value, eval,
};

/// A graph with validities.
pub(super) struct Admitted {
    /// After the results of the original come those validities that there are; the validities of the
    /// parameters come after those, in their order.
    pub(super) graph: Graph,
    /// For each result of the original which output says where it is valid; none where it always is.
    pub(super) validities: Vec<Option<usize>>,
}

/// Returns the graph that computes the same where those parameters may miss values for which the flag is
/// set. No reduction needs elements: one of none is null.
pub(super) fn admit(graph: &Graph, nullable: &[bool]) -> Admitted {
    assert_eq!(nullable.len(), graph.params().len());
    let mut params = graph.params().to_vec();
    let mut validity = vec![None; params.len()];
    for (validity, _) in validity.iter_mut().zip(nullable).filter(|(_, nullable)| **nullable) {
        *validity = Some(u32::try_from(params.len()).expect("node limits keep it small"));
        params.push(DType::Bool);
    }
    let mut b = GraphBuilder::with_params(&params);
    let shapes = copy_shapes(graph, &validity, &mut b);
    let mut admission = Admission { graph, b, validity, shapes, in_shape: Vec::new() };
    for at in 0..graph.shapes().len() {
        let id = ShapeId(u32::try_from(at).expect("node limits keep it small"));
        let valid = admission.shape(id);
        admission.in_shape.push(valid);
    }
    let mut copies: Vec<Copied> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        let copied = admission.copy(*graph.inst(value), &copies);
        copies.push(copied);
    }
    admission.finish(&copies)
}

/// Returns the inputs of a kernel with the validities of those that may miss values. No variable can have
/// the name of a validity.
pub(super) fn inputs(inputs: &[Named], nullable: &[bool]) -> Vec<Named> {
    let validities = inputs.iter().zip(nullable).filter(|(_, nullable)| **nullable);
    let validities = validities.map(|(input, _)| Named {
        name: format!("valid({})", input.name).into(),
        dtype: DType::Bool,
        single: false,
        weak: false,
    });
    inputs.iter().cloned().chain(validities).collect()
}

/// Copies the shapes; where a parameter was, there is also its validity.
fn copy_shapes(graph: &Graph, validity: &[Option<u32>], b: &mut GraphBuilder) -> Vec<ShapeId> {
    let mut copies: Vec<ShapeId> = Vec::new();
    for (node, span) in graph.shapes().nodes() {
        let of = |id: &ShapeId| copies[id.0 as usize];
        let new = b.shapes();
        let copy = match node {
            ShapeNode::Scalar => new.push(ShapeNode::Scalar, span),
            ShapeNode::Param(param) => {
                let own = new.push(ShapeNode::Param(*param), span);
                match validity[*param as usize] {
                    None => own,
                    Some(validity) => {
                        let validity = new.push(ShapeNode::Param(validity), span);
                        new.broadcast(&[own, validity], span)
                    }
                }
            }
            ShapeNode::Broadcast(parts) => {
                new.push(ShapeNode::Broadcast(parts.iter().map(of).collect()), span)
            }
            ShapeNode::Reduced(shape, axes) => {
                let axes = new.push_axes(graph.shapes().axes(*axes).clone());
                new.push(ShapeNode::Reduced(of(shape), axes), span)
            }
            ShapeNode::Indexed(shape, index) => {
                let index = new.push_index(graph.shapes().index(*index).to_vec());
                new.push(ShapeNode::Indexed(of(shape), index), span)
            }
        };
        copies.push(copy);
    }
    copies
}

/// Truth values all of which hold where an element is valid, sorted. Kept apart so that equal ones
/// meet only once.
type Conditions = Vec<Value>;

/// So many conditions stay apart when an array is indexed: each subscript of `a[None] + a[:, None]` has all
/// of those of `a` again.
const MAX_APART: usize = 8;

/// A value of the original in the new graph.
struct Copied {
    value: Value,
    valid: Conditions,
}

/// When elements are valid that are computed from all parameters in a shape.
#[derive(Clone, Default)]
struct InShape {
    /// From those that are not reduced.
    direct: Conditions,
    /// And from those that are, of which one element is enough.
    all: Conditions,
}

struct Admission<'a> {
    /// The original.
    graph: &'a Graph,
    b: GraphBuilder,
    /// For each parameter of the original the one that is its validity.
    validity: Vec<Option<u32>>,
    /// By shape of the original.
    shapes: Vec<ShapeId>,
    /// By shape of the original: when elements are valid that are computed from all parameters in it.
    in_shape: Vec<InShape>,
}

/// A reduction and what it leaves out.
struct Masked {
    over: Over,
    mask: Value,
}

impl Admission<'_> {
    /// Returns when elements of a parameter are valid.
    fn param(&mut self, param: u32) -> Conditions {
        let validity = self.validity[param as usize];
        let input = |param| Input { prim: Prim::Bool, source: Source::Param(param) };
        validity.map(|param| self.b.input(input(param))).into_iter().collect()
    }

    fn shape(&mut self, id: ShapeId) -> InShape {
        match self.graph.shapes().node(id) {
            ShapeNode::Scalar => InShape::default(),
            ShapeNode::Param(param) => {
                let valid = self.param(*param);
                InShape { direct: valid.clone(), all: valid }
            }
            ShapeNode::Broadcast(parts) => {
                let parts = parts.iter().map(|part| &self.in_shape[part.0 as usize]);
                parts.fold(InShape::default(), |one, other| InShape {
                    direct: unite(one.direct, &other.direct),
                    all: unite(one.all, &other.all),
                })
            }
            ShapeNode::Reduced(of, axes) => {
                let valid = self.in_shape[of.0 as usize].all.clone();
                let axes = self.b.shapes().push_axes(self.graph.shapes().axes(*axes).clone());
                let over = Over { shape: self.shapes[of.0 as usize], axes };
                let some = self
                    .both(&valid)
                    .map(|mask| self.b.push(Inst::Reduce(Reduce::Any, mask, over)));
                InShape { direct: Conditions::new(), all: some.into_iter().collect() }
            }
            ShapeNode::Indexed(of, _) => {
                let InShape { direct, all } = self.in_shape[of.0 as usize].clone();
                let shape = self.shapes[id.0 as usize];
                InShape { direct: self.indexed(&direct, shape), all: self.indexed(&all, shape) }
            }
        }
    }

    fn indexed(&mut self, valid: &Conditions, shape: ShapeId) -> Conditions {
        if valid.len() > MAX_APART
            && let Some(all) = self.both(valid)
        {
            return vec![self.b.push(Inst::Index(all, shape))];
        }
        let placed = valid.iter().map(|&condition| self.b.push(Inst::Index(condition, shape)));
        let mut placed: Conditions = placed.collect();
        placed.sort();
        placed
    }

    /// Returns whether all of them hold, `None` if there are none.
    fn both(&mut self, valid: &Conditions) -> Option<Value> {
        let mut all = valid.iter().copied();
        let first = all.next()?;
        Some(all.fold(first, |all, one| self.b.binary(Binary::And, all, one)))
    }

    fn copy(&mut self, inst: Inst, copies: &[Copied]) -> Copied {
        let new = |value: Value| copies[value.index()].value;
        let mut valid = Conditions::new();
        inst.for_each_operand(|operand| {
            valid = unite(std::mem::take(&mut valid), &copies[operand.index()].valid);
        });
        match inst {
            Inst::Input(index) => {
                let input = &self.graph.inputs()[index as usize];
                let valid = self.source(&input.source);
                Copied { value: self.b.input(input.clone()), valid }
            }
            Inst::Const(_)
            | Inst::Cast(..)
            | Inst::Unary(..)
            | Inst::Binary(..)
            | Inst::Select(..) => Copied { value: self.b.push(inst.map_operands(new)), valid },
            Inst::Index(x, shape) => {
                let shape = self.shapes[shape.0 as usize];
                let value = self.b.push(Inst::Index(new(x), shape));
                Copied { value, valid: self.indexed(&valid, shape) }
            }
            Inst::Reduce(op, x, over) => {
                let is_count = op == Reduce::Sum
                    && matches!(*self.graph.inst(x), Inst::Cast(from, _) if self.graph.prim(from) == Prim::Bool);
                let (over, masked) = self.masked(&valid, over);
                let Some(masked) = masked else {
                    return Copied { value: self.b.push(Inst::Reduce(op, new(x), over)), valid };
                };
                let value = self.reduce(op, new(x), &masked);
                // That nothing holds is known of nothing, too.
                let valid = if is_count { Conditions::new() } else { self.some(&masked) };
                Copied { value, valid }
            }
            Inst::ReducePair(op, re, im, over) => {
                let (over, masked) = self.masked(&valid, over);
                let Some(masked) = masked else {
                    let value = self.b.push(Inst::ReducePair(op, new(re), new(im), over));
                    return Copied { value, valid };
                };
                let value = self.reduce_pair(op, (new(re), new(im)), &masked);
                Copied { value, valid: self.some(&masked) }
            }
            Inst::Count(over, prim) => {
                let (over, masked) = self.masked(&valid, over);
                let value = match masked {
                    None => self.b.push(Inst::Count(over, prim)),
                    Some(Masked { mask, .. }) => {
                        let ones = self.b.cast(mask, prim);
                        self.b.push(Inst::Reduce(Reduce::Sum, ones, over))
                    }
                };
                Copied { value, valid }
            }
        }
    }

    /// Returns when an element of an input is valid.
    fn source(&mut self, source: &Source) -> Conditions {
        match source {
            Source::Param(param) | Source::Re(param) | Source::Im(param) => self.param(*param),
            Source::Test(_, first, second) => {
                let (first, second) = (self.strings(first), self.strings(second));
                unite(first, &second)
            }
        }
    }

    fn strings(&mut self, strings: &StrOperand) -> Conditions {
        match strings {
            StrOperand::Param(param) => self.param(*param),
            StrOperand::Bytes(_) | StrOperand::Str(_) => Conditions::new(),
        }
    }

    /// Returns what a reduction runs over, and what it leaves out: elements of which a parameter in its
    /// shape, or the operand, is null.
    fn masked(&mut self, operand: &Conditions, over: Over) -> (Over, Option<Masked>) {
        let valid = unite(operand.clone(), &self.in_shape[over.shape.0 as usize].all);
        let axes = self.b.shapes().push_axes(self.graph.shapes().axes(over.axes).clone());
        let over = Over { shape: self.shapes[over.shape.0 as usize], axes };
        (over, self.both(&valid).map(|mask| Masked { over, mask }))
    }

    /// Returns whether anything is left for a reduction.
    fn some(&mut self, masked: &Masked) -> Conditions {
        vec![self.b.push(Inst::Reduce(Reduce::Any, masked.mask, masked.over))]
    }

    fn reduce(&mut self, op: Reduce, x: Value, masked: &Masked) -> Value {
        let b = &mut self.b;
        let prim = b.prim(x);
        let neutral = match op {
            Reduce::Sum | Reduce::Prod | Reduce::Min | Reduce::Max | Reduce::Any | Reduce::All => {
                eval::identity(op, prim)
            }
            Reduce::ArgMin => eval::greatest(prim),
            Reduce::ArgMax => eval::least(prim),
        };
        let neutral = b.constant(neutral);
        let chosen = b.select(masked.mask, x, neutral);
        let reduced = b.push(Inst::Reduce(op, chosen, masked.over));
        match op {
            Reduce::ArgMin | Reduce::ArgMax => {
                let better = b.binary(Binary::Ne, x, neutral);
                self.position(better, reduced, masked)
            }
            Reduce::Sum | Reduce::Prod | Reduce::Min | Reduce::Max | Reduce::Any | Reduce::All => {
                reduced
            }
        }
    }

    /// Returns the position that was found if a valid element beats what stands for null, else that of the
    /// first valid element: then they are all equal to it.
    fn position(&mut self, better: Value, found: Value, masked: &Masked) -> Value {
        let b = &mut self.b;
        let beats = b.binary(Binary::And, masked.mask, better);
        let beaten = b.push(Inst::Reduce(Reduce::Any, beats, masked.over));
        let first = b.push(Inst::Reduce(Reduce::ArgMax, masked.mask, masked.over));
        b.select(beaten, found, first)
    }

    fn reduce_pair(&mut self, op: ReducePair, (re, im): (Value, Value), masked: &Masked) -> Value {
        let b = &mut self.b;
        let prim = b.prim(re);
        let (neutral_re, neutral_im): (Scalar, Scalar) = match op {
            ReducePair::ProdRe | ReducePair::ProdIm => {
                (Scalar::small(1, prim), Scalar::small(0, prim))
            }
            ReducePair::MinRe | ReducePair::MinIm | ReducePair::ArgMin => {
                (eval::greatest(prim), eval::greatest(prim))
            }
            ReducePair::MaxRe | ReducePair::MaxIm | ReducePair::ArgMax => {
                (eval::least(prim), eval::least(prim))
            }
        };
        let (neutral_re, neutral_im) = (b.constant(neutral_re), b.constant(neutral_im));
        let chosen_re = b.select(masked.mask, re, neutral_re);
        let chosen_im = b.select(masked.mask, im, neutral_im);
        let reduced = b.push(Inst::ReducePair(op, chosen_re, chosen_im, masked.over));
        match op {
            ReducePair::ArgMin | ReducePair::ArgMax => {
                let re = b.binary(Binary::Eq, re, neutral_re);
                let im = b.binary(Binary::Eq, im, neutral_im);
                let same = b.binary(Binary::And, re, im);
                let better = b.unary(Unary::Not, same);
                self.position(better, reduced, masked)
            }
            ReducePair::ProdRe
            | ReducePair::ProdIm
            | ReducePair::MinRe
            | ReducePair::MinIm
            | ReducePair::MaxRe
            | ReducePair::MaxIm => reduced,
        }
    }

    fn finish(mut self, copies: &[Copied]) -> Admitted {
        let mut outputs = Vec::new();
        let mut valid = Vec::new();
        for output in self.graph.outputs() {
            let mut conditions = self.in_shape[output.shape.0 as usize].direct.clone();
            for value in output.parts.values() {
                conditions = unite(conditions, &copies[value.index()].valid);
            }
            let shape = self.shapes[output.shape.0 as usize];
            let parts = output.parts.map(|value| copies[value.index()].value);
            outputs.push(Output { dtype: output.dtype, parts, shape });
            valid.push(self.both(&conditions).map(|valid| (valid, shape)));
        }
        let results = outputs.len();
        let mut validities = Vec::with_capacity(results);
        for valid in valid {
            validities.push(valid.map(|(valid, shape)| {
                let output = Output { dtype: DType::Bool, parts: Parts::Real(valid), shape };
                let known = outputs[results..].iter().position(|known| *known == output);
                known.map_or_else(
                    || {
                        outputs.push(output);
                        outputs.len() - 1
                    },
                    |at| results + at,
                )
            }));
        }
        Admitted { graph: self.b.finish(outputs), validities }
    }
}

/// Merges two sorted lists.
fn unite(mut one: Conditions, other: &Conditions) -> Conditions {
    one.extend_from_slice(other);
    one.sort();
    one.dedup();
    one
}
