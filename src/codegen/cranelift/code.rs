//! Executable memory that belongs to one kernel.
#![expect(unsafe_code, reason = "machine code is entered through a raw pointer and freed by hand")]

use std::mem::ManuallyDrop;
use std::sync::Arc;

use cranelift_codegen::CodegenError as ClifError;
use cranelift_codegen::Context;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, ModuleError};

use crate::codegen::CodegenError;

/// The interface of generated code: pointers to the inputs, to the outputs, scratch memory and the
/// number of elements.
type Entry = unsafe extern "C" fn(*const *const u8, *const *mut u8, *mut u8, usize);

/// Bytes of stack that a function may use: room for 16 Ki vectors that do not fit into registers, and
/// an eighth of the stack of a Rust thread.
const MAX_FRAME: u32 = 256 << 10;

/// A finished function. Frees its memory when dropped.
pub(super) struct Code {
    module: ManuallyDrop<JITModule>,
    entry: Entry,
}

// SAFETY: after `Code::new` the module is touched again only by `drop`, which has exclusive access;
// its interior mutability (symbol lookup) is never reached through `&Code`. The machine code is
// read-only and keeps no state.
unsafe impl Sync for Code {}

impl Code {
    /// Compiles the function in the context for a target; its signature is that of an [`Entry`].
    pub(super) fn new(isa: &OwnedTargetIsa, context: &mut Context) -> Result<Code, CodegenError> {
        let builder = JITBuilder::with_isa(isa.clone(), cranelift_module::default_libcall_names());
        // From here on the module is freed on every way out, else it leaks.
        let mut module = Guard(ManuallyDrop::new(JITModule::new(builder)));
        let signature = context.func.signature.clone();
        let id =
            module.0.declare_anonymous_function(&signature).map_err(|e| failure(&e, context))?;
        if let Err(error) = module.0.define_function(id, context) {
            return Err(failure(&error, context));
        }
        let compiled = context.compiled_code().expect("`define_function` has compiled it");
        assert!(
            compiled.buffer.relocs().is_empty(),
            "generated code refers to nothing outside itself; this is a bug in numjit\n{}",
            context.func.display()
        );
        let frame = compiled.buffer.frame_layout().map_or(0, |layout| layout.frame_to_fp_offset);
        if frame > MAX_FRAME {
            return Err(CodegenError::TooLarge);
        }
        module.0.finalize_definitions().map_err(|error| failure(&error, context))?;
        let address = module.0.get_finalized_function(id);
        // SAFETY: the address is that of a finished function with the signature of `Entry`: three
        // pointers and a pointer-sized integer in the C calling convention of the host.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        Ok(Code { module: module.release(), entry })
    }

    /// Runs the function.
    ///
    /// # Safety
    /// The function's own requirements on its arguments: see
    /// [`TileKernel::call`](crate::codegen::TileKernel::call).
    pub(super) unsafe fn call(
        &self,
        inputs: &[*const u8],
        outputs: &[*mut u8],
        scratch: *mut u8,
        n: usize,
    ) {
        // SAFETY: the code is alive as long as `self`, and the caller vouches for the arguments.
        unsafe { (self.entry)(inputs.as_ptr(), outputs.as_ptr(), scratch, n) }
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: `module` is not used after this line.
        let module = unsafe { ManuallyDrop::take(&mut self.module) };
        // SAFETY: `entry` never leaves `self` and calls borrow `self`, so none is running and none
        // can follow.
        unsafe { module.free_memory() }
    }
}

/// Frees a module that does not make it into a [`Code`].
struct Guard(ManuallyDrop<JITModule>);

impl Guard {
    fn release(mut self) -> ManuallyDrop<JITModule> {
        // SAFETY: `self` is forgotten in the next line, so the module is not taken twice.
        let module = unsafe { ManuallyDrop::take(&mut self.0) };
        std::mem::forget(self);
        ManuallyDrop::new(module)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // SAFETY: `release` forgets the guard, so the module is still here.
        let module = unsafe { ManuallyDrop::take(&mut self.0) };
        // SAFETY: no function of the module has been handed out.
        unsafe { module.free_memory() }
    }
}

fn failure(error: &ModuleError, context: &Context) -> CodegenError {
    match error {
        ModuleError::Allocation { .. } | ModuleError::Backend(_) => {
            CodegenError::Memory(Arc::from(error.to_string()))
        }
        ModuleError::Compilation(ClifError::ImplLimitExceeded | ClifError::CodeTooLarge) => {
            CodegenError::TooLarge
        }
        other => panic!(
            "cranelift refuses a function: {other:?}; this is a bug in numjit\n{}",
            context.func.display()
        ),
    }
}
