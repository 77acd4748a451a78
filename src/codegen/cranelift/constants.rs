//! Constants of vector loops that lie in memory.

use cranelift_codegen::ir::{self as clif, InstBuilder, MemFlagsData, types};
use cranelift_frontend::FunctionBuilder;

use crate::dtype::{Prim, Scalar};
use crate::ir::Graph;

/// Numbers that a loop reads from memory, each filling a vector.
///
/// A `vconst` is hoisted out of the loop, which is right for a few of them and ruinous for many: they
/// are spilled, and the time of register allocation grows with their square. Beyond
/// [`IN_REGISTERS`](ConstantTable::IN_REGISTERS) they are loaded where they are used.
#[derive(Debug, Default)]
pub(super) struct ConstantTable {
    rows: Box<[Row]>,
    /// The address of `rows`, which a function loads once: an address inside the code would be built
    /// anew at every use.
    start: Box<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(16))]
struct Row([u8; 16]);

impl ConstantTable {
    /// Constants that fit into the 16 vector registers beside the values of a loop. A polynomial of
    /// degree ten is still computed from registers.
    const IN_REGISTERS: usize = 11;

    /// Makes the table of a graph; empty if its constants fit into registers.
    pub(super) fn new(graph: &Graph) -> ConstantTable {
        let constants = graph.values().filter_map(|value| graph.constant(value));
        let mut rows: Vec<Row> = constants.filter_map(row).collect();
        if rows.len() <= ConstantTable::IN_REGISTERS {
            rows.clear();
        }
        rows.sort_unstable_by_key(|row| row.0);
        rows.dedup();
        let rows: Box<[Row]> = rows.into();
        let start = Box::new(rows.as_ptr().expose_provenance());
        ConstantTable { rows, start }
    }

    /// Emits the load of the table's address, unless the table is empty.
    pub(super) fn load_start(&self, b: &mut FunctionBuilder) -> Option<clif::Value> {
        if self.rows.is_empty() {
            return None;
        }
        let cell: *const usize = &*self.start;
        let cell = i64::try_from(cell.expose_provenance()).expect("user addresses fit 63 bits");
        let cell = b.ins().iconst(types::I64, cell);
        Some(b.ins().load(types::I64, MemFlagsData::trusted(), cell, 0))
    }

    /// Returns the offset of a constant, if it is in the table.
    pub(super) fn offset(&self, scalar: Scalar) -> Option<i32> {
        let row = row(scalar)?;
        let at = self.rows.binary_search_by_key(&row.0, |row| row.0).ok()?;
        Some(i32::try_from(16 * at).expect("node limits keep tables far below 2 GiB"))
    }
}

/// The constant in every lane of a vector; `bool` has masks instead.
fn row(scalar: Scalar) -> Option<Row> {
    let size = scalar.prim().size();
    let bytes = scalar.to_bits().to_le_bytes();
    let row = std::array::from_fn(|at| bytes[at % size]);
    (scalar.prim() != Prim::Bool).then_some(Row(row))
}
