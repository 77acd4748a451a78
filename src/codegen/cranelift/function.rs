//! The shape of a kernel's function: phases of calls and loops.
//!
//! ```text
//! fn(inputs: **, outputs: **, scratch: *, n)
//!   entry      load the pointers and the uniform inputs
//!   phase p    calls of tile functions, then one loop over the n elements:
//!     store    vector loop of `lanes` elements, bottom-tested; scalar loop for the rest
//!     reduce   for each block of 128 elements: eight accumulators, element i of the block in
//!              accumulator i % 8, combined at the end by strides 4, 2, 1; one partial per block
//! ```
//!
//! Elements are addressed as `pointer + (index << log2 size)`, which folds into the addressing of both
//! architectures. All loads of an iteration come before its stores, so an output may be an input.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self as clif, AbiParam, BlockArg, InstBuilder, MemFlagsData, StackSlotData, StackSlotKind,
    types,
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

use super::accumulate::Accumulator;
use super::constants::ConstantTable;
use super::isa::Host;
use super::scalar;
use super::vector::{Lanes, Vector, log2_size};
use crate::codegen::segment::{Call, CallOut, Phase, Segments};
use crate::codegen::{Loop, Sinks};
use crate::dtype::Prim;
use crate::ir::interp::REDUCE_BLOCK;
use crate::ir::{Inst, Reduce, Value, eval};
use crate::math;

/// Accumulators of a reduction.
const REDUCE_LANES: i64 = 8;

/// Everything the emission of a function needs to know.
pub(super) struct Plan<'a> {
    pub(super) body: &'a Loop,
    pub(super) segments: &'a Segments,
    pub(super) host: &'a Host,
    /// Elements of a vector iteration; 1 for scalar loops only.
    pub(super) lanes: usize,
    /// Bytes of a scratch slot.
    pub(super) slot_bytes: usize,
    /// Lives as long as the code: the function refers to it by address.
    pub(super) constants: &'a ConstantTable,
}

/// Emits the function.
pub(super) fn emit(plan: &Plan, func: &mut clif::Function, context: &mut FunctionBuilderContext) {
    let isa = plan.host.isa(&plan.body.graph);
    func.signature.call_conv = isa.default_call_conv();
    func.signature.params.extend([AbiParam::new(types::I64); 4]);
    let mut b = FunctionBuilder::new(func, context);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let mut emitter = Emitter::new(plan, b, entry);
    for (at, phase) in plan.segments.phases.iter().enumerate() {
        for call in &phase.calls {
            emitter.call(call);
        }
        let is_last = at + 1 == plan.segments.phases.len();
        emitter.phase(phase, is_last);
    }
    emitter.b.ins().return_(&[]);
    emitter.b.seal_all_blocks();
    emitter.b.finalize(isa.frontend_config());
}

struct Emitter<'a, 'f> {
    plan: &'a Plan<'a>,
    b: FunctionBuilder<'f>,
    /// For each input that is an array, its address.
    inputs: Vec<clif::Value>,
    outputs: Vec<clif::Value>,
    /// For each uniform input its value, for arrays nothing.
    uniform: Vec<Option<clif::Value>>,
    scratch: clif::Value,
    n: clif::Value,
    /// The address of the constants that lie in memory.
    table: Option<clif::Value>,
    /// Flags of loads and stores of elements: never trapping, not known to be aligned to vectors.
    flags: MemFlagsData,
}

/// What a loop leaves in memory.
#[derive(Clone, Copy)]
struct Store {
    value: Value,
    address: clif::Value,
    prim: Prim,
}

impl<'a, 'f> Emitter<'a, 'f> {
    fn new(plan: &'a Plan<'a>, mut b: FunctionBuilder<'f>, entry: clif::Block) -> Emitter<'a, 'f> {
        let &[ins, outs, scratch, n] = b.block_params(entry) else {
            unreachable!("the signature has four parameters")
        };
        let pointers = MemFlagsData::trusted().with_readonly().with_can_move();
        let flags = MemFlagsData::new().with_notrap();
        let mut load = |table, at: usize| {
            let offset = i32::try_from(8 * at).expect("node limits bound the operands");
            b.ins().load(types::I64, pointers, table, offset)
        };
        let inputs: Vec<_> = (0..plan.body.uniform.len()).map(|at| load(ins, at)).collect();
        let outputs: Vec<_> = (0..plan.body.outputs().len()).map(|at| load(outs, at)).collect();
        let declared = plan.body.graph.inputs();
        let uniform = (inputs.iter().zip(declared).zip(&plan.body.uniform))
            .map(|((&address, input), &uniform)| {
                uniform.then(|| b.ins().load(scalar::clif_type(input.prim), flags, address, 0))
            })
            .collect();
        let table = plan.constants.load_start(&mut b);
        Emitter { plan, b, inputs, outputs, uniform, scratch, n, table, flags }
    }

    fn slot_address(&mut self, value: Value) -> clif::Value {
        let slot = self.plan.segments.slot[value.index()].expect("the value has a slot");
        let offset = slot as usize * self.plan.slot_bytes;
        let offset = i64::try_from(offset).expect("scratch memory is small");
        self.b.ins().iadd_imm_s(self.scratch, offset)
    }

    /// Calls the function that computes a value on the whole tile.
    fn call(&mut self, call: &Call) {
        let graph = &self.plan.body.graph;
        let mut args: Vec<clif::Value> = Vec::with_capacity(4);
        for &arg in &call.args {
            let address = match *graph.inst(arg) {
                Inst::Input(index) if self.uniform[index as usize].is_none() => {
                    self.inputs[index as usize]
                }
                _ => self.slot_address(arg), // tidy: everything else lies in a slot
            };
            args.push(address);
        }
        args.push(match call.out {
            CallOut::Slot => self.slot_address(call.value),
            CallOut::Output(at) => self.outputs[at],
        });
        args.push(self.n);
        let mut signature = clif::Signature::new(self.plan.host.isa(graph).default_call_conv());
        signature.params.extend(args.iter().map(|_| AbiParam::new(types::I64)));
        let signature = self.b.import_signature(signature);
        let operand_prim = graph.prim(call.args[0]);
        let address = match *graph.inst(call.value) {
            Inst::Unary(op, _) => eval::math1(op)
                .and_then(|op| math::tile::tile1(op, operand_prim))
                .map(|function| function as usize),
            Inst::Binary(op, ..) => eval::math2(op)
                .and_then(|op| math::tile::tile2(op, operand_prim))
                .map(|function| function as usize),
            Inst::Input(_)
            | Inst::Const(_)
            | Inst::Cast(..)
            | Inst::Select(..)
            | Inst::Index(..)
            | Inst::Reduce(..)
            | Inst::ReducePair(..)
            | Inst::Count(..) => None,
        };
        let address = address.expect("what is a call has a tile function");
        let address = i64::try_from(address).expect("user addresses fit 63 bits");
        let callee = self.b.ins().iconst(types::I64, address);
        self.b.ins().call_indirect(signature, callee, &args);
    }

    fn phase(&mut self, phase: &Phase, is_last: bool) {
        let graph = &self.plan.body.graph;
        let mut stores: Vec<Store> = Vec::new();
        for &value in &phase.spills {
            let address = self.slot_address(value);
            stores.push(Store { value, address, prim: graph.prim(value) });
        }
        match &self.plan.body.sinks {
            Sinks::Store(values) if is_last => {
                let written = |at| phase.calls.iter().any(|call| call.out == CallOut::Output(at));
                for (at, &value) in values.iter().enumerate().filter(|&(at, _)| !written(at)) {
                    let address = self.outputs[at];
                    stores.push(Store { value, address, prim: graph.prim(value) });
                }
                self.store_loop(phase, &stores);
            }
            Sinks::Reduce(values) if is_last => {
                assert!(stores.is_empty(), "nothing is left for after the last loop");
                self.reduce_loop(phase, values);
            }
            Sinks::Store(_) | Sinks::Reduce(_) => self.store_loop(phase, &stores),
        }
    }

    /// The number of elements that a vector iteration of this phase takes, if it has a vector loop.
    fn vector_lanes(&self, phase: &Phase) -> Option<Lanes<'a>> {
        let graph = &self.plan.body.graph;
        let all = phase.values.iter().all(|&value| self.plan.host.is_vector(graph, value));
        let constants = self.plan.constants;
        let lanes =
            Lanes { constants, table: self.table, lanes: self.plan.lanes, flags: self.flags };
        (lanes.lanes > 1 && all).then_some(lanes)
    }

    fn store_loop(&mut self, phase: &Phase, stores: &[Store]) {
        if stores.is_empty() {
            return;
        }
        let zero = self.b.ins().iconst(types::I64, 0);
        let mut start = zero;
        if let Some(lanes) = self.vector_lanes(phase) {
            let splats = self.splats(&lanes);
            let end = self.n;
            start = self
                .vector_loop(&lanes, zero, end, Vec::new(), |e, index, _| {
                    let values = e.vector_body(&lanes, &splats, phase, index);
                    for store in stores {
                        let address = e.element(store.address, store.prim, index);
                        lanes.store(&mut e.b, values.get(store.value), address);
                    }
                    Vec::new()
                })
                .0;
        }
        let end = self.n;
        self.scalar_loop(start, end, |e, index| {
            let values = e.scalar_body(phase, index);
            for store in stores {
                let address = e.element(store.address, store.prim, index);
                e.b.ins().store(e.flags, *values.get(store.value), address, 0);
            }
        });
    }

    fn reduce_loop(&mut self, phase: &Phase, sinks: &[(Reduce, Value)]) {
        let graph = &self.plan.body.graph;
        let lanes = self.vector_lanes(phase);
        let accumulators = Accumulator::all(graph, sinks);
        let splats = lanes.as_ref().map(|lanes| self.splats(lanes));
        let slots: Vec<clif::StackSlot> = (sinks.iter())
            .map(|_| {
                let size = 8 * u32::try_from(REDUCE_LANES).expect("eight");
                let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size, 4);
                self.b.create_sized_stack_slot(data)
            })
            .collect();

        // for (block, start) in (0..n).step_by(128)
        let head = self.b.create_block();
        let after = self.b.create_block();
        let start = self.b.append_block_param(head, types::I64);
        let block = self.b.append_block_param(head, types::I64);
        let zero = self.b.ins().iconst(types::I64, 0);
        let any = self.b.ins().icmp_imm_s(IntCC::UnsignedGreaterThan, self.n, 0);
        self.b.ins().brif(any, head, &[zero.into(), zero.into()], after, &[]);

        self.b.switch_to_block(head);
        let next = self.b.ins().iadd_imm_s(start, REDUCE_BLOCK as i64);
        let end = self.b.ins().umin(next, self.n);
        let mut rest = start;
        if let (Some(lanes), Some(splats)) = (&lanes, &splats) {
            let initial =
                accumulators.iter().flat_map(|sum| sum.initial(&mut self.b, lanes)).collect();
            let (stopped, carried) =
                self.vector_loop(lanes, start, end, initial, |e, index, carried| {
                    let values = e.vector_body(lanes, splats, phase, index);
                    let mut carried = carried;
                    let mut next = Vec::with_capacity(carried.len());
                    for (sum, &(_, value)) in accumulators.iter().zip(sinks) {
                        let (these, rest) = carried.split_at(sum.n_carried(lanes));
                        next.extend(sum.step(&mut e.b, lanes, these, values.get(value)));
                        carried = rest;
                    }
                    next
                });
            rest = stopped;
            let mut carried = &carried[..];
            for (sum, &slot) in accumulators.iter().zip(&slots) {
                let (these, rest) = carried.split_at(sum.n_carried(lanes));
                let sum = sum.finish(&mut self.b, these);
                let address = self.b.ins().stack_addr(types::I64, slot, 0);
                lanes.store(&mut self.b, &sum, address);
                carried = rest;
            }
        } else {
            for (&(op, value), &slot) in sinks.iter().zip(&slots) {
                let prim = graph.prim(value);
                let identity = scalar::constant(&mut self.b, eval::identity(op, prim));
                let address = self.b.ins().stack_addr(types::I64, slot, 0);
                for lane in 0..REDUCE_LANES {
                    let offset = i32::try_from(lane << log2_size(prim)).expect("at most 64");
                    self.b.ins().store(self.flags, identity, address, offset);
                }
            }
        }
        self.scalar_loop(rest, end, |e, index| {
            let values = e.scalar_body(phase, index);
            let since = e.b.ins().isub(index, start);
            let lane = e.b.ins().band_imm_u(since, REDUCE_LANES - 1);
            for (&(op, value), &slot) in sinks.iter().zip(&slots) {
                let prim = graph.prim(value);
                let base = e.b.ins().stack_addr(types::I64, slot, 0);
                let address = e.element(base, prim, lane);
                let sum = e.b.ins().load(scalar::clif_type(prim), e.flags, address, 0);
                let sum = scalar::combine(&mut e.b, op, prim, sum, *values.get(value));
                e.b.ins().store(e.flags, sum, address, 0);
            }
        });
        for ((&(op, value), &slot), at) in sinks.iter().zip(&slots).zip(0..) {
            let prim = graph.prim(value);
            let base = self.b.ins().stack_addr(types::I64, slot, 0);
            let partial = match &lanes {
                Some(lanes) => accumulators[at].fold(&mut self.b, lanes, base),
                None => self.fold(op, prim, base),
            };
            let address = self.element(self.outputs[at], prim, block);
            self.b.ins().store(self.flags, partial, address, 0);
        }
        let following = self.b.ins().iadd_imm_s(block, 1);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, next, self.n);
        self.b.ins().brif(more, head, &[next.into(), following.into()], after, &[]);
        self.b.switch_to_block(after);
    }

    /// Combines the eight accumulators at `base` by strides 4, 2, 1.
    fn fold(&mut self, op: Reduce, prim: Prim, base: clif::Value) -> clif::Value {
        let ty = scalar::clif_type(prim);
        let mut sums: Vec<clif::Value> = (0..REDUCE_LANES)
            .map(|lane| {
                let offset = i32::try_from(lane << log2_size(prim)).expect("at most 64");
                self.b.ins().load(ty, self.flags, base, offset)
            })
            .collect();
        while sums.len() > 1 {
            let upper = sums.split_off(sums.len() / 2);
            for (low, high) in sums.iter_mut().zip(upper) {
                *low = scalar::combine(&mut self.b, op, prim, *low, high);
            }
        }
        sums[0]
    }

    /// Emits `while index + lanes <= end { body; index += lanes }` and returns the index where it
    /// stops and what the last iteration carried out.
    fn vector_loop(
        &mut self,
        lanes: &Lanes<'_>,
        start: clif::Value,
        end: clif::Value,
        initial: Vec<clif::Value>,
        body: impl FnOnce(&mut Self, clif::Value, &[clif::Value]) -> Vec<clif::Value>,
    ) -> (clif::Value, Vec<clif::Value>) {
        let step = lanes.lanes as i64;
        let head = self.b.create_block();
        let after = self.b.create_block();
        for block in [head, after] {
            self.b.append_block_param(block, types::I64);
            for &value in &initial {
                let ty = self.b.func.dfg.value_type(value);
                self.b.append_block_param(block, ty);
            }
        }
        let arguments = |index: clif::Value, carried: &[clif::Value]| -> Vec<BlockArg> {
            std::iter::once(index).chain(carried.iter().copied()).map(BlockArg::Value).collect()
        };
        // Lengths are below 2^60, so none of this overflows.
        let left = self.b.ins().isub(end, start);
        let enough = self.b.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, left, step);
        let first = arguments(start, &initial);
        self.b.ins().brif(enough, head, &first, after, &first);

        self.b.switch_to_block(head);
        let index = self.b.block_params(head)[0];
        let carried = self.b.block_params(head)[1..].to_vec();
        let carried = body(self, index, &carried);
        let next = self.b.ins().iadd_imm_s(index, step);
        let stop = self.b.ins().iadd_imm_s(next, step);
        let more = self.b.ins().icmp(IntCC::SignedLessThanOrEqual, stop, end);
        let following = arguments(next, &carried);
        self.b.ins().brif(more, head, &following, after, &following);

        self.b.switch_to_block(after);
        (self.b.block_params(after)[0], self.b.block_params(after)[1..].to_vec())
    }

    /// Emits `for index in start..end { body }`.
    fn scalar_loop(
        &mut self,
        start: clif::Value,
        end: clif::Value,
        body: impl FnOnce(&mut Self, clif::Value),
    ) {
        let head = self.b.create_block();
        let after = self.b.create_block();
        let index = self.b.append_block_param(head, types::I64);
        let any = self.b.ins().icmp(IntCC::SignedLessThan, start, end);
        self.b.ins().brif(any, head, &[start.into()], after, &[]);
        self.b.switch_to_block(head);
        body(self, index);
        let next = self.b.ins().iadd_imm_s(index, 1);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, next, end);
        self.b.ins().brif(more, head, &[next.into()], after, &[]);
        self.b.switch_to_block(after);
    }

    /// The address of element `index`.
    fn element(&mut self, base: clif::Value, prim: Prim, index: clif::Value) -> clif::Value {
        let offset = self.b.ins().ishl_imm_u(index, log2_size(prim));
        self.b.ins().iadd(base, offset)
    }

    /// The uniform inputs in all lanes, made once before the loop.
    fn splats(&mut self, lanes: &Lanes<'_>) -> Vec<Option<Vector>> {
        let declared = self.plan.body.graph.inputs();
        (self.uniform.iter().zip(declared))
            .map(|(value, input)| value.map(|value| lanes.splat(&mut self.b, input.prim, value)))
            .collect()
    }

    fn scalar_body(&mut self, phase: &Phase, index: clif::Value) -> Values<clif::Value> {
        let graph = &self.plan.body.graph;
        let mut values = Values::new(graph.len());
        for &value in &phase.loads {
            let base = self.slot_address(value);
            let address = self.element(base, graph.prim(value), index);
            let ty = scalar::clif_type(graph.prim(value));
            values.set(value, self.b.ins().load(ty, self.flags, address, 0));
        }
        for &value in &phase.values {
            let result = match *graph.inst(value) {
                Inst::Input(input) => match self.uniform[input as usize] {
                    Some(uniform) => uniform,
                    None => {
                        let base = self.inputs[input as usize];
                        let address = self.element(base, graph.prim(value), index);
                        let ty = scalar::clif_type(graph.prim(value));
                        self.b.ins().load(ty, self.flags, address, 0)
                    }
                },
                _ => scalar::inst(&mut self.b, graph, value, |operand| *values.get(operand)), // tidy: the rest
            };
            values.set(value, result);
        }
        values
    }

    fn vector_body(
        &mut self,
        lanes: &Lanes<'_>,
        splats: &[Option<Vector>],
        phase: &Phase,
        index: clif::Value,
    ) -> Values<Vector> {
        let graph = &self.plan.body.graph;
        let mut values = Values::new(graph.len());
        for &value in &phase.loads {
            let base = self.slot_address(value);
            let address = self.element(base, graph.prim(value), index);
            values.set(value, lanes.load(&mut self.b, graph.prim(value), address));
        }
        for &value in &phase.values {
            let result = match *graph.inst(value) {
                Inst::Input(input) => match &splats[input as usize] {
                    Some(splat) => splat.clone(),
                    None => {
                        let base = self.inputs[input as usize];
                        let address = self.element(base, graph.prim(value), index);
                        lanes.load(&mut self.b, graph.prim(value), address)
                    }
                },
                _ => lanes.inst(&mut self.b, graph, value, |operand| values.get(operand)), // tidy: the rest
            };
            values.set(value, result);
        }
        values
    }
}

/// What a loop body has computed so far.
struct Values<T>(Vec<Option<T>>);

impl<T> Values<T> {
    fn new(len: usize) -> Values<T> {
        Values(std::iter::repeat_with(|| None).take(len).collect())
    }

    fn set(&mut self, value: Value, result: T) {
        self.0[value.index()] = Some(result);
    }

    fn get(&self, value: Value) -> &T {
        self.0[value.index()].as_ref().expect("operands come before their users")
    }
}
