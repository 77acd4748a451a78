//! How large a program may be.

/// Limits on the text of an expression or program.
///
/// Text within the limits is parsed in time and memory linear in its length, on any stack; text beyond
/// them is an error of kind [`ErrorKind::Limit`](crate::ErrorKind::Limit). The defaults are far above
/// what a person writes.
///
/// ```
/// # use numjit::Limits;
/// let limits = Limits::default().with_length(1 << 20).with_nodes(100_000);
/// assert_eq!(limits.length, 1 << 20);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Length of the text in bytes; 64 KiB by default, [`Limits::MAX_LENGTH`] at most.
    pub length: usize,
    /// How deep brackets may nest, and calls of functions that the program defines; 100 by default,
    /// [`Limits::MAX_NESTING`] at most.
    pub nesting: usize,
    /// Number of operands, operators, calls and subscripts, in the text and once the functions that it
    /// defines are written out where they are called; 20 000 by default.
    pub nodes: usize,
}

impl Limits {
    /// The largest length that is honoured, because positions are 32 bits wide; a larger limit counts
    /// as this one.
    pub const MAX_LENGTH: usize = u32::MAX as usize;

    /// The deepest nesting that is honoured; a larger limit counts as this one.
    ///
    /// Text that nests deeper than the default is parsed on a thread of its own, with a stack that
    /// grows with the nesting: 10 MiB of address space for this one.
    pub const MAX_NESTING: usize = 1000;

    /// Returns these limits with another length, in bytes.
    pub fn with_length(self, length: usize) -> Limits {
        Limits { length, ..self }
    }

    /// Returns these limits with another nesting of brackets.
    pub fn with_nesting(self, nesting: usize) -> Limits {
        Limits { nesting, ..self }
    }

    /// Returns these limits with another number of nodes.
    pub fn with_nodes(self, nodes: usize) -> Limits {
        Limits { nodes, ..self }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { length: 64 << 10, nesting: 100, nodes: 20_000 }
    }
}
