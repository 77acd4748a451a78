//! Binds the inputs of a stage to the memory of the caller and of earlier stages.
#![expect(unsafe_code, reason = "reads and writes single elements of raw places")]

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::job::{Stream, bytes_of};
use super::memory::{Buffer, each_buffer};
use super::nest::{Nest, Order};
use super::pack;
use super::plan::{Leaf, LeafSource, Plan, Space, placed};
use super::run::State;
use super::strings::{Literal, Question, Text, Unit};
use super::view::{Form, Lane, Layout, Operand, Strides, contiguous_strides};
use crate::dtype::{Complex, DType, Primitive, Scalar, each_prim};
use crate::ir::shape::{Shape, ShapeId, ShapeNode, places};
use crate::ir::{Graph, Source, StrOperand};

/// The space and the inputs of a stage.
pub(crate) struct BoundStage {
    pub(crate) lens: Shape,
    pub(crate) streams: Vec<Stream>,
}

/// Binds a stage.
pub(crate) fn stage(plan: &Plan, at: usize, state: &State<'_>) -> BoundStage {
    let stage = &plan.stages[at];
    let ndim = usize::from(stage.pattern.ndim);
    let mut lens: Shape = match stage.space {
        Space::Shape(id) => state.shapes[id.0 as usize].clone(),
        Space::Inputs => SmallVec::from_elem(1, ndim),
    };
    let bind = |leaf: &Leaf, lens: &mut Shape| {
        let mut place = |shape: &[usize], strides: &[isize]| {
            let mut all: Strides = SmallVec::from_elem(0, ndim);
            for (axis, (&len, &stride)) in (0_u8..).zip(shape.iter().zip(strides).rev()) {
                if len != 1 {
                    let to = ndim - 1 - usize::from(placed(&leaf.placement, axis));
                    all[to] = stride;
                    if stage.space == Space::Inputs {
                        lens[to] = len;
                    }
                }
            }
            all
        };
        match leaf.source {
            LeafSource::Single(value) => {
                Stream::Single(state.known[value.index()].expect("computed before the stage"))
            }
            LeafSource::Stored(value) => {
                let (buffer, shape) = &state.stored[&value];
                let prim = plan.graph.prim(value);
                let strides = place(shape, &contiguous_strides(shape, prim.size()));
                let ptr = buffer.as_ptr().cast_mut();
                Stream::Lane(Lane { ptr, prim, strides, form: Form::Native })
            }
            LeafSource::Input(input) => {
                let input = &plan.graph.inputs()[input as usize];
                let layout = |param: u32| match &state.operands[param as usize] {
                    Operand::Array(view) => view.layout(),
                    Operand::Single(_) => unreachable!("the plan was made for these operands"),
                };
                match &input.source {
                    Source::Param(param) | Source::Re(param) | Source::Im(param) => {
                        let layout = layout(*param);
                        let part = usize::from(matches!(input.source, Source::Im(_)));
                        let mut lane = lane(layout, part);
                        lane.strides = place(&layout.shape, &layout.strides);
                        Stream::Lane(lane)
                    }
                    Source::Test(test, first, second) => {
                        let mut text =
                            |operand: &StrOperand| text(operand, state.operands, &mut place, ndim);
                        let (first, second) = (text(first), text(second));
                        Stream::Question(Question { test: *test, first, second })
                    }
                }
            }
        }
    };
    let streams = stage.inputs.iter().map(|leaf| bind(leaf, &mut lens)).collect();
    BoundStage { lens, streams }
}

/// One part of an array: of real numbers the only one, of complex numbers the real (0) or the imaginary
/// part (1).
pub(crate) fn lane(layout: &Layout, part: usize) -> Lane {
    let prim = layout.dtype.prim().expect("strings are not numbers");
    Lane {
        ptr: layout.ptr.wrapping_add(part * prim.size()),
        prim,
        strides: layout.strides.clone(),
        form: layout.form,
    }
}

fn text(
    operand: &StrOperand,
    operands: &[Operand<'_>],
    place: &mut impl FnMut(&[usize], &[isize]) -> Strides,
    ndim: usize,
) -> Text {
    let none: Strides = SmallVec::from_elem(0, ndim);
    match operand {
        StrOperand::Param(param) => match &operands[*param as usize] {
            Operand::Array(view) => {
                let layout = view.layout();
                let (unit, width) = match layout.dtype {
                    DType::Bytes(width) => (Unit::Byte, width),
                    DType::Str(width) => (Unit::CodePoint, width),
                    ref other => unreachable!("{other} is not a string"), // tidy: the checker knows
                };
                Text {
                    ptr: layout.ptr,
                    strides: place(&layout.shape, &layout.strides),
                    unit,
                    width: width as usize,
                    form: layout.form,
                    owner: None,
                }
            }
            Operand::Single(_) => unreachable!("single strings are arrays without axes"),
        },
        StrOperand::Bytes(bytes) => Text {
            ptr: bytes.as_ptr(),
            strides: none,
            unit: Unit::Byte,
            width: bytes.len(),
            form: Form::Native,
            owner: Some(Literal::Bytes(bytes.clone())),
        },
        StrOperand::Str(units) => Text {
            ptr: units.as_ptr().cast(),
            strides: none,
            unit: Unit::CodePoint,
            width: units.len(),
            form: Form::Native,
            owner: Some(Literal::Str(units.clone())),
        },
    }
}

/// Returns the value of an input with a single element.
pub(crate) fn single(graph: &Graph, input: u32, operands: &[Operand<'_>]) -> Scalar {
    let input = &graph.inputs()[input as usize];
    let number = |param: u32, part: usize| match &operands[param as usize] {
        Operand::Single(single) => [single.re, single.im][part],
        Operand::Array(view) => read_single(&lane(view.layout(), part)),
    };
    match &input.source {
        Source::Param(param) | Source::Re(param) => number(*param, 0),
        Source::Im(param) => number(*param, 1),
        Source::Test(test, first, second) => {
            let text = |operand| {
                text(operand, operands, &mut |_: &[usize], _: &[isize]| Strides::new(), 0)
            };
            let (first, second) = (text(first), text(second));
            let question = Question { test: *test, first, second };
            // SAFETY: both strings have an element, and it is the one at index zero.
            Scalar::Bool(unsafe { question.ask(0, 0) })
        }
    }
}

/// Returns the only element of a lane.
fn read_single(lane: &Lane) -> Scalar {
    let nest = Nest::new(&[], [&lane.strides].into_iter(), Order::Canonical);
    let mut element = 0_u64;
    let tile = (&raw mut element).cast::<u8>();
    // SAFETY: the lane has one element, at its pointer, and the tile has room for any prim.
    unsafe { pack::gather(&nest, 0, lane, (0, 1), tile) };
    // SAFETY: the element has just been written.
    each_prim!(lane.prim, T => unsafe { tile.cast::<T>().read() }.to_scalar())
}

/// Writes the only element of a lane.
pub(crate) fn write_single(lane: &Lane, scalar: Scalar) {
    let nest = Nest::new(&[], [&lane.strides].into_iter(), Order::Canonical);
    let bytes = bytes_of(scalar);
    // SAFETY: the lane has one element, at its pointer, that the caller may write.
    unsafe { pack::scatter(&nest, 0, lane, (0, 1), bytes.as_ptr()) };
}

/// Returns the only element of a buffer of real numbers.
pub(crate) fn only(buffer: &Buffer) -> Scalar {
    trait Only: Copy {
        fn scalar(self) -> Scalar;
    }
    impl<T: Primitive> Only for T {
        fn scalar(self) -> Scalar {
            self.to_scalar()
        }
    }
    impl Only for Complex<f32> {
        fn scalar(self) -> Scalar {
            unreachable!("parts of complex numbers are stored apart")
        }
    }
    impl Only for Complex<f64> {
        fn scalar(self) -> Scalar {
            unreachable!("parts of complex numbers are stored apart")
        }
    }
    each_buffer!(buffer, vec => vec[0].scalar())
}

/// So many places of shapes are looked at for the arrays behind one: a program can name a shape in more ways
/// than there are atoms, and what the others say of the order of axes has been said.
const MAX_PLACES: usize = 4096;

/// Returns how the arrays that broadcast to a shape lie along its axes.
pub(crate) fn operands_of(graph: &Graph, shape: ShapeId, state: &State<'_>) -> Vec<Strides> {
    let shapes = graph.shapes();
    let ndim = state.shapes[shape.0 as usize].len();
    let mut found = Vec::new();
    // A node, and for each of its axes from the last the axis of the result.
    let mut todo: Vec<(ShapeId, SmallVec<[usize; 4]>)> = vec![(shape, (0..ndim).collect())];
    let mut seen = FxHashSet::default();
    while let Some((id, mut axes)) = todo.pop() {
        // Where axes of length 1 are makes no difference.
        for (&len, axis) in state.shapes[id.0 as usize].iter().rev().zip(&mut axes) {
            if len == 1 {
                *axis = 0;
            }
        }
        axes.truncate(state.shapes[id.0 as usize].len());
        if seen.len() == MAX_PLACES || !seen.insert((id, axes.clone())) {
            continue;
        }
        match shapes.node(id) {
            ShapeNode::Scalar | ShapeNode::Reduced(..) => {}
            ShapeNode::Param(param) => {
                if let Operand::Array(view) = &state.operands[*param as usize] {
                    let layout = view.layout();
                    let mut strides: Strides = SmallVec::from_elem(0, ndim);
                    for (own, (&len, &stride)) in
                        layout.shape.iter().zip(&layout.strides).rev().enumerate()
                    {
                        if len != 1 {
                            strides[ndim - 1 - axes[own]] = stride;
                        }
                    }
                    found.push(strides);
                }
            }
            ShapeNode::Broadcast(parts) => {
                todo.extend(parts.iter().rev().map(|&part| (part, axes.clone())));
            }
            ShapeNode::Indexed(of, index) => {
                let inner = state.shapes[of.0 as usize].len();
                let places = places(shapes.index(*index), inner, shapes.span(id))
                    .expect("the shape was inferred");
                let mut moved: SmallVec<[usize; 4]> = SmallVec::from_elem(0, inner);
                for (axis, place) in places.iter().rev().enumerate() {
                    if let Some(front) = place {
                        moved[inner - 1 - front] = axes[axis];
                    }
                }
                todo.push((*of, moved));
            }
        }
    }
    found
}
