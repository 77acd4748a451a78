//! The host as Cranelift sees it, and what it does well: one whitelist per architecture.
//!
//! Cranelift refuses some vector instructions with an error and some with a panic, so the choice
//! between a vector and a scalar loop is made here, from tables, before anything is emitted. The
//! tables hold for the pinned version of Cranelift.

use std::sync::OnceLock;

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};

use super::convert;
use crate::dtype::Prim;
use crate::ir::{Binary, Graph, Inst, Unary, Value};
use crate::math::elementary::kernels::Level;

/// What the host can do.
pub(super) struct Host {
    isa: OwnedTargetIsa,
    isa_for_large: OwnedTargetIsa,
    /// Whether the tables below hold for this architecture; without them loops are scalar.
    pub(super) vectors: bool,
    /// Whether rounding to whole numbers is an instruction; else Cranelift would call a library.
    pub(super) rounding: bool,
    /// Whether tile kernels take square roots of more numbers at once than the vectors of Cranelift, of 128 bits, do:
    /// a root takes as long for four or eight of them as for two.
    wide_roots: bool,
}

/// Returns the host, or `None` on an architecture that Cranelift does not generate code for.
pub(super) fn host() -> Option<&'static Host> {
    static HOST: OnceLock<Option<Host>> = OnceLock::new();
    HOST.get_or_init(detect).as_ref()
}

fn detect() -> Option<Host> {
    let isa = target("backtracking")?;
    let isa_for_large = target("single_pass")?;
    let (vectors, rounding) = match isa.triple().architecture {
        target_lexicon::Architecture::X86_64 => (true, has_flag(&isa, "has_sse41")),
        target_lexicon::Architecture::Aarch64(_) => (true, true),
        // Cranelift also knows riscv64 and s390x; nobody has checked the tables there.
        _ => (false, false), // tidy: architectures
    };
    let wide_roots = cfg!(target_arch = "x86_64") && Level::best() != Level::One;
    Some(Host { isa, isa_for_large, vectors, rounding, wide_roots })
}

/// The host with the settings of generated code.
fn target(regalloc: &str) -> Option<OwnedTargetIsa> {
    let mut flags = settings::builder();
    let options = [
        ("opt_level", "speed"),
        ("regalloc_algorithm", regalloc),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("unwind_info", "false"),
        // Only kernels that spill more than a page are probed.
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
        ("log2_min_function_alignment", "5"),
    ];
    for (name, value) in options {
        flags.set(name, value).expect("the pinned Cranelift has these settings");
    }
    cranelift_native::builder().ok()?.finish(settings::Flags::new(flags)).ok()
}

fn has_flag(isa: &OwnedTargetIsa, name: &str) -> bool {
    isa.isa_flags().iter().any(|flag| flag.name == name && flag.as_bool() == Some(true))
}

/// Graphs with more instructions get the linear register allocator: the good one takes time that
/// grows with the square (3,000 divisions: 3 s against 0.14 s), and on long bodies the code it makes
/// is no faster.
const LARGE: usize = 400;

impl Host {
    /// Returns the target for code of a graph.
    pub(super) fn isa(&self, graph: &Graph) -> &OwnedTargetIsa {
        if graph.len() > LARGE { &self.isa_for_large } else { &self.isa }
    }

    pub(super) fn architecture(&self) -> String {
        self.isa.triple().architecture.to_string()
    }

    /// Returns whether the instruction is computed by a function that is called once per tile.
    pub(super) fn is_call(&self, graph: &Graph, value: Value) -> bool {
        let prim = graph.prim(value);
        match *graph.inst(value) {
            Inst::Input(_)
            | Inst::Const(_)
            | Inst::Cast(..)
            | Inst::Select(..)
            | Inst::Index(..)
            | Inst::Reduce(..)
            | Inst::ReducePair(..)
            | Inst::Count(..) => false,
            Inst::Unary(op, _) => match op {
                Unary::Call(_) | Unary::Fast(_) => true,
                Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Rint => !self.rounding,
                Unary::Sqrt => self.wide_roots && prim == Prim::F64,
                Unary::Neg | Unary::Abs | Unary::Not | Unary::BitCount => false,
            },
            Inst::Binary(op, ..) => match op {
                Binary::Call(_)
                | Binary::Fast(_)
                | Binary::Part(_)
                | Binary::Pow
                | Binary::Gcd
                | Binary::Lcm => true,
                Binary::FloorDiv | Binary::Rem | Binary::Fmod => prim.is_float(),
                Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Div
                | Binary::Shl
                | Binary::Shr
                | Binary::And
                | Binary::Or
                | Binary::Xor
                | Binary::Eq
                | Binary::Ne
                | Binary::Lt
                | Binary::Le
                | Binary::Max
                | Binary::Min
                | Binary::Copysign => false,
            },
        }
    }

    /// Returns whether the instruction, which is not a call, has a vector lowering.
    pub(super) fn is_vector(&self, graph: &Graph, value: Value) -> bool {
        if !self.vectors {
            return false;
        }
        match *graph.inst(value) {
            Inst::Input(_) | Inst::Const(_) | Inst::Select(..) | Inst::Index(..) => true,
            Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => false,
            // x86 rounds on the way from f64 to u32.
            Inst::Cast(x, Prim::U32) if graph.prim(x) == Prim::F64 => self.rounding,
            Inst::Cast(x, to) => convert::has_vector_cast(graph.prim(x), to),
            Inst::Unary(op, _) => match op {
                Unary::Neg | Unary::Abs | Unary::Not | Unary::BitCount | Unary::Sqrt => true,
                Unary::Floor | Unary::Ceil | Unary::Trunc | Unary::Rint => self.rounding,
                Unary::Call(_) | Unary::Fast(_) => false,
            },
            Inst::Binary(op, _, y) => match op {
                Binary::Add
                | Binary::Sub
                | Binary::Mul
                | Binary::Div
                | Binary::And
                | Binary::Or
                | Binary::Xor
                | Binary::Eq
                | Binary::Ne
                | Binary::Lt
                | Binary::Le
                | Binary::Max
                | Binary::Min
                | Binary::Copysign => true,
                // Vector shifts take one count for all lanes.
                Binary::Shl | Binary::Shr => graph.constant(y).is_some(),
                Binary::FloorDiv
                | Binary::Rem
                | Binary::Fmod
                | Binary::Pow
                | Binary::Gcd
                | Binary::Lcm
                | Binary::Call(_)
                | Binary::Fast(_)
                | Binary::Part(_) => false,
            },
        }
    }
}
