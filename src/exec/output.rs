//! The results of a run: where they go, and the stages that store them.

use smallvec::SmallVec;

use super::bind;
use super::job::Job;
use super::memory::Fresh;
use super::nest::{Order, keep_order};
use super::plan::Sink;
use super::pool::Workers;
use super::reduce::{self, Piece};
use super::run::{Executable, Owned, ResultOrder, Results, RunError, State};
use super::store::Store;
use super::strings;
use super::view::{Lane, Layout, Strides, contiguous_strides};
use crate::ir::Parts;
use crate::ir::shape::Shape;

impl Executable {
    /// Allocates the outputs and runs the stages that compute them.
    pub(crate) fn fresh_outputs(
        &self,
        state: &mut State<'_>,
        order: ResultOrder,
        workers: Workers<'_>,
    ) -> Result<Results, RunError> {
        self.with_fresh(state, order, |state, layouts| {
            for (at, stage) in self.plan().stages.iter().enumerate() {
                if let Sink::Outputs { .. } = stage.sink {
                    self.output(at, state, layouts, workers)?;
                }
            }
            self.single_outputs(state, layouts);
            Ok(())
        })
    }

    /// Allocates the outputs, which `compute` writes all of.
    pub(super) fn with_fresh<'a>(
        &self,
        state: &mut State<'a>,
        order: ResultOrder,
        compute: impl FnOnce(&mut State<'a>, &[Layout]) -> Result<(), RunError>,
    ) -> Result<Results, RunError> {
        let strides = self.result_strides(state, order);
        let outputs = self.plan().graph.outputs();
        let mut fresh: SmallVec<[Fresh; 1]> = SmallVec::new();
        let mut layouts: Vec<Layout> = Vec::with_capacity(outputs.len());
        for (output, strides) in outputs.iter().zip(&strides) {
            let shape = state.shapes[output.shape.0 as usize].clone();
            fresh.push(Fresh::new(output.dtype, shape.iter().product())?);
            layouts.push(Layout {
                ptr: fresh.last_mut().expect("just pushed").ptr(),
                dtype: output.dtype,
                shape,
                strides: strides.clone(),
                form: super::view::Form::Native,
            });
        }
        compute(state, &layouts)?;
        Ok((fresh.into_iter().zip(layouts))
            .map(|(fresh, layout)| Owned {
                dtype: layout.dtype,
                // SAFETY: the stages of the outputs have written every element of each.
                #[expect(unsafe_code, reason = "the stages have written the memory")]
                buffer: unsafe { fresh.written() },
                shape: layout.shape,
                strides: layout.strides,
            })
            .collect())
    }

    /// Returns the strides that fresh outputs get.
    fn result_strides(&self, state: &State<'_>, order: ResultOrder) -> Vec<Strides> {
        let outputs = self.plan().graph.outputs();
        let shape = |k: usize| &state.shapes[outputs[k].shape.0 as usize][..];
        let mut strides: Vec<Strides> = (0..outputs.len())
            .map(|k| match order {
                ResultOrder::C | ResultOrder::Keep => {
                    contiguous_strides(shape(k), outputs[k].dtype.size())
                }
                ResultOrder::F => {
                    let reversed: Shape = shape(k).iter().rev().copied().collect();
                    let mut strides = contiguous_strides(&reversed, outputs[k].dtype.size());
                    strides.reverse();
                    strides
                }
            })
            .collect();
        if order == ResultOrder::Keep {
            for (k, output) in outputs.iter().enumerate() {
                if shape(k).len() < 2 {
                    continue;
                }
                let shape_of = self.plan().output_shapes[k];
                let operands = bind::operands_of(&self.plan().graph, shape_of, state);
                strides[k] = keep_order(shape(k), operands.iter(), output.dtype.size());
            }
        }
        strides
    }

    /// Runs a stage of outputs.
    pub(super) fn output(
        &self,
        at: usize,
        state: &mut State<'_>,
        layouts: &[Layout],
        workers: Workers<'_>,
    ) -> Result<(), RunError> {
        let stage = &self.plan().stages[at];
        let Sink::Outputs { parts, folds } = &stage.sink else { unreachable!("stores no output") };
        let bound = bind::stage(self.plan(), at, state);
        let lanes: Vec<Lane> =
            parts.iter().map(|&(output, part)| bind::lane(&layouts[output], part)).collect();
        if folds.is_empty() {
            self.store(at, bound.streams, &bound.lens, &lanes, workers)?;
            return Ok(());
        }
        let further: SmallVec<[&Strides; 4]> = lanes.iter().map(|lane| &lane.strides).collect();
        let kernel = &self.kernels[at];
        let job = Job::new(kernel, bound.streams, &bound.lens, &further, Order::Canonical);
        let prims = stage.body.outputs();
        let store = Store::new(&job, &lanes);
        let is_serial = self.is_serial(at, job.nest.len());
        // SAFETY: as in `store`.
        #[expect(unsafe_code, reason = "outputs are raw places")]
        let chunks = unsafe { store.run_folding(folds, &prims, is_serial, workers)? };
        let folders = if chunks.is_empty() {
            reduce::empty_folders(folds, &prims)
        } else {
            reduce::tree_of_folders(chunks)
        };
        self.set_folds(folds, &Shape::new(), state, vec![Piece { at: 0, folders }])?;
        Ok(())
    }

    /// Writes the outputs that no stage stores: single elements, and strings.
    pub(super) fn single_outputs(&self, state: &State<'_>, layouts: &[Layout]) {
        for (k, output) in self.plan().graph.outputs().iter().enumerate() {
            match &output.parts {
                Parts::Strings(operand) => strings::copy(operand, state.operands, &layouts[k]),
                Parts::Real(_) | Parts::Complex(..) if self.plan().single_outputs[k] => {
                    for (part, value) in output.parts.values().into_iter().enumerate() {
                        let scalar = state.known[value.index()].expect("singles are computed");
                        bind::write_single(&bind::lane(&layouts[k], part), scalar);
                    }
                }
                Parts::Real(_) | Parts::Complex(..) => {}
            }
        }
    }
}
