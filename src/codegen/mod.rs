//! Graph to machine code.
//!
//! What is compiled is a [`Loop`]: a graph run over `n` elements of its inputs, that either stores one
//! array per output or reduces each to one partial result per block. [`compile`] gives a
//! [`TileKernel`], which takes raw pointers and is called on one tile of elements after the other.

// The architectures of Cranelift; Cargo.toml has the same list.
#[cfg_attr(
    not(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64",
        target_arch = "s390x"
    )),
    path = "absent.rs"
)]
mod cranelift;
mod interpreted;
mod segment;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod wide;

use std::sync::Arc;

use crate::dtype::Prim;
use crate::ir::{Graph, Inst, Reduce, Value};

/// Which code runs the loops of a kernel. Results have the same bits for all of them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codegen {
    /// Machine code with vector instructions where the machine and the operations have them; the
    /// interpreter on machines that the code generator does not know.
    #[default]
    Native,
    /// The portable generator's machine code, with vectors of at most 128 bits; for checking.
    Portable,
    /// Machine code without vector instructions.
    Scalar,
    /// The reference interpreter: slow, for checking the others.
    Interpreter,
}

/// What one kernel computes for each element.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// Without `Reduce`, `ReducePair` and `Count`; its own outputs are not used.
    pub(crate) graph: Graph,
    /// For each input of the graph whether it is one value for all elements.
    pub(crate) uniform: Vec<bool>,
    pub(crate) sinks: Sinks,
}

/// Where the values of a loop go.
#[derive(Clone, Debug)]
pub(crate) enum Sinks {
    /// Output `k` is an array of `n` elements.
    Store(Vec<Value>),
    /// Output `k` is an array of one partial result for each block of
    /// [`REDUCE_BLOCK`](crate::ir::interp::REDUCE_BLOCK) elements, the last block shorter.
    Reduce(Vec<(Reduce, Value)>),
}

impl Loop {
    /// Returns the prims of the outputs.
    pub(crate) fn outputs(&self) -> Vec<Prim> {
        match &self.sinks {
            Sinks::Store(values) => values.iter().map(|&value| self.graph.prim(value)).collect(),
            Sinks::Reduce(values) => values.iter().map(|&(_, v)| self.graph.prim(v)).collect(),
        }
    }

    /// Returns whether the value is stored as an output.
    fn stores(&self, value: Value) -> bool {
        match &self.sinks {
            Sinks::Store(values) => values.contains(&value),
            Sinks::Reduce(_) => false,
        }
    }

    /// Panics on a loop that no generator can be given.
    fn expect_valid(&self) {
        crate::ir::verify::expect_valid(&self.graph);
        assert_eq!(self.uniform.len(), self.graph.inputs().len());
        for value in self.graph.values() {
            let inst = self.graph.inst(value);
            let reduces = matches!(inst, Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..));
            assert!(!reduces, "{inst:?} inside a loop");
        }
    }
}

/// Why a valid loop cannot be compiled.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum CodegenError {
    #[error("the expression is too large for the code generator; compute it in several steps")]
    TooLarge,
    #[error("no executable memory can be had: {0}")]
    Memory(Arc<str>),
}

/// A compiled loop.
///
/// A call computes `n` elements from arrays that start at the given pointers. What it needs is in
/// [`call`](TileKernel::call).
pub(crate) struct TileKernel {
    body: Loop,
    code: Code,
}

/// What runs a loop.
enum Code {
    #[cfg(target_arch = "x86_64")]
    Wide(Box<wide::Native>),
    Portable(Box<cranelift::Native>),
    Interpreted,
}

impl TileKernel {
    /// Returns the largest `n` of one call; a multiple of the block of reductions.
    pub(crate) fn max_elements(&self) -> usize {
        match &self.code {
            #[cfg(target_arch = "x86_64")]
            Code::Wide(_) => usize::MAX,
            Code::Portable(native) => native.max_elements(),
            Code::Interpreted => usize::MAX,
        }
    }

    /// Returns how many bytes of scratch memory a call needs.
    pub(crate) fn scratch_bytes(&self) -> usize {
        match &self.code {
            #[cfg(target_arch = "x86_64")]
            Code::Wide(native) => native.scratch_bytes(),
            Code::Portable(native) => native.scratch_bytes(),
            Code::Interpreted => 0,
        }
    }

    /// Computes `n` elements.
    ///
    /// # Safety
    /// - `n` is at most [`max_elements`](TileKernel::max_elements).
    /// - `inputs` has a pointer for each input of the loop: to `n` initialised elements of its prim,
    ///   to one if the input is uniform.
    /// - `outputs` has a pointer for each output: to room for `n` elements of its prim, for
    ///   reductions for one element per block.
    /// - Pointers are aligned to their prim; a `bool` in memory is 0 or 1.
    /// - An output is disjoint from the other outputs, and from each input or starts where a
    ///   non-uniform input of the same element size starts.
    /// - `scratch` points to [`scratch_bytes`](TileKernel::scratch_bytes) bytes, aligned to 64, that
    ///   nothing else uses during the call.
    #[expect(unsafe_code, reason = "kernels take raw pointers")]
    pub(crate) unsafe fn call(
        &self,
        inputs: &[*const u8],
        outputs: &[*mut u8],
        scratch: *mut u8,
        n: usize,
    ) {
        match &self.code {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the caller's promise is the same.
            Code::Wide(native) => unsafe { native.call(inputs, outputs, scratch, n) },
            // SAFETY: the caller's promise is the same.
            Code::Portable(native) => unsafe { native.call(inputs, outputs, scratch, n) },
            // SAFETY: the caller's promise is the same.
            Code::Interpreted => unsafe { interpreted::call(&self.body, inputs, outputs, n) },
        }
    }
}

/// Returns the CLIF of a loop, if Cranelift compiles it.
pub(crate) fn clif(body: &Loop, codegen: Codegen) -> Option<String> {
    match Generator::of(body, codegen) {
        #[cfg(target_arch = "x86_64")]
        Generator::Wide(_) => None,
        Generator::Portable(vectors) => cranelift::clif(body, vectors),
        Generator::None => None,
    }
}

/// Returns the machine code of a loop as text, if it is compiled to machine code.
pub(crate) fn disassembly(body: &Loop, codegen: Codegen) -> Option<String> {
    match Generator::of(body, codegen) {
        #[cfg(target_arch = "x86_64")]
        Generator::Wide(level) => wide::disassembly(body, level),
        Generator::Portable(vectors) => cranelift::disassembly(body, vectors),
        Generator::None => None,
    }
}

/// Describes the loop of a kernel: how wide its vectors are and what it calls.
pub(crate) fn shape(body: &Loop, codegen: Codegen) -> String {
    let shape = match Generator::of(body, codegen) {
        #[cfg(target_arch = "x86_64")]
        Generator::Wide(level) => wide::describe(body, level),
        Generator::Portable(vectors) => cranelift::describe(body, vectors),
        Generator::None => None,
    };
    shape.unwrap_or_else(|| "interpreted".to_owned())
}

/// Returns what makes the machine code of a loop, and for what; `None` if it is interpreted.
pub(crate) fn generator(body: &Loop, codegen: Codegen) -> Option<String> {
    match Generator::of(body, codegen) {
        #[cfg(target_arch = "x86_64")]
        Generator::Wide(level) => Some(format!("wide, {}", level.name())),
        Generator::Portable(vectors) => {
            let without = match vectors {
                cranelift::Vectors::Host => "",
                cranelift::Vectors::Never => ", without vectors",
            };
            Some(format!("cranelift, {}{without}", cranelift::architecture()?))
        }
        Generator::None => None,
    }
}

/// Which generator compiles a loop.
enum Generator {
    #[cfg(target_arch = "x86_64")]
    Wide(wide::Level),
    Portable(cranelift::Vectors),
    None,
}

impl Generator {
    fn of(body: &Loop, codegen: Codegen) -> Generator {
        #[cfg(target_arch = "x86_64")]
        if let (Codegen::Native, Some(level)) = (codegen, wide::Level::best())
            && wide::describe(body, level).is_some()
        {
            return Generator::Wide(level);
        }
        let _ = body;
        match (vectors(codegen), cranelift::architecture()) {
            (Some(vectors), Some(_)) => Generator::Portable(vectors),
            _ => Generator::None, // tidy: nothing to run it
        }
    }
}

fn vectors(codegen: Codegen) -> Option<cranelift::Vectors> {
    match codegen {
        Codegen::Native | Codegen::Portable => Some(cranelift::Vectors::Host),
        Codegen::Scalar => Some(cranelift::Vectors::Never),
        Codegen::Interpreter => None,
    }
}

/// Compiles a loop.
pub(crate) fn compile(body: Loop, codegen: Codegen) -> Result<TileKernel, CodegenError> {
    body.expect_valid();
    #[cfg(target_arch = "x86_64")]
    if let (Codegen::Native, Some(level)) = (codegen, wide::Level::best())
        && let Some(native) = wide::compile(&body, level)?
    {
        return Ok(TileKernel { body, code: Code::Wide(Box::new(native)) });
    }
    let native = match vectors(codegen) {
        Some(vectors) => cranelift::compile(&body, vectors)?,
        None => None,
    };
    let code = native.map_or(Code::Interpreted, |native| Code::Portable(Box::new(native)));
    Ok(TileKernel { body, code })
}
