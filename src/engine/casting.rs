//! Results of one dtype into arrays of another.

use crate::dtype::{DType, TimeUnit};
use crate::ir::{Binary, Graph, GraphBuilder, Output, Parts, Value};
use crate::types;

/// Which dtype changes are allowed, as NumPy's `casting`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Casting {
    /// None.
    No,
    /// Only of byte order.
    Equiv,
    /// Those that keep every value: `i32` to `f64`.
    Safe,
    /// Safe ones, and those within a kind: `f64` to `f32`, `i64` to `i8`.
    #[default]
    SameKind,
    /// All between numbers; what a value becomes that does not fit is stated in docs/semantics/casting.md.
    Unsafe,
}

impl Casting {
    /// Returns NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            Casting::No => "no",
            Casting::Equiv => "equiv",
            Casting::Safe => "safe",
            Casting::SameKind => "same_kind",
            Casting::Unsafe => "unsafe",
        }
    }

    /// Returns whether the rule lets elements of one dtype into an array of another.
    pub fn allows(self, from: DType, to: DType) -> bool {
        if from == to {
            return true;
        }
        let safe = || match (from, to) {
            (DType::Bytes(have), DType::Bytes(room)) | (DType::Str(have), DType::Str(room)) => {
                have <= room
            }
            (DType::Datetime(from), DType::Datetime(to))
            | (DType::Timedelta(from), DType::Timedelta(to)) => from.count_of(to).is_some(),
            // Every count but the largest is one that an `i64` holds.
            (from, DType::Timedelta(_)) if from.is_numeric() => {
                types::promote::promote(from, DType::I64) == DType::I64
            }
            _ if !from.is_numeric() || !to.is_numeric() => false, // tidy: times and strings
            _ => types::promote::promote(from, to) == to,         // tidy: any two numbers
        };
        match self {
            Casting::No | Casting::Equiv => false,
            Casting::Safe => safe(),
            Casting::SameKind => safe() || same_kind(from, to),
            Casting::Unsafe => is_possible(from, to),
        }
    }
}

/// Whether numjit can convert at all: not between calendar units and others, nor to and from text.
fn is_possible(from: DType, to: DType) -> bool {
    match (from, to) {
        (DType::Bytes(_), DType::Bytes(_)) | (DType::Str(_), DType::Str(_)) => true,
        (DType::Datetime(from), DType::Datetime(to))
        | (DType::Timedelta(from), DType::Timedelta(to)) => can_rescale(from, to),
        (DType::Datetime(_), DType::Timedelta(_)) | (DType::Timedelta(_), DType::Datetime(_)) => {
            false
        }
        _ if from.is_time() => to.is_int(), // tidy: counts
        _ if to.is_time() => from.is_int() || from == DType::Bool, // tidy: counts
        _ => from.is_numeric() && to.is_numeric(), // tidy: any two numbers
    }
}

fn can_rescale(from: TimeUnit, to: TimeUnit) -> bool {
    from.count_of(to).or_else(|| to.count_of(from)).is_some()
}

/// Whether the kind of the target is that of the source or a wider one.
fn same_kind(from: DType, to: DType) -> bool {
    let rank = |dtype: DType| match dtype {
        DType::Bool => Some(0),
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => Some(1),
        DType::I8 | DType::I16 | DType::I32 | DType::I64 => Some(2),
        DType::F32 | DType::F64 => Some(3),
        DType::C64 | DType::C128 => Some(4),
        DType::Bytes(_) | DType::Str(_) | DType::Datetime(_) | DType::Timedelta(_) => None,
    };
    match (from, to) {
        (DType::Bytes(_), DType::Bytes(_)) | (DType::Str(_), DType::Str(_)) => true,
        (DType::Datetime(from), DType::Datetime(to))
        | (DType::Timedelta(from), DType::Timedelta(to)) => can_rescale(from, to),
        (DType::U64, DType::Timedelta(_)) => true,
        _ => rank(from).zip(rank(to)).is_some_and(|(from, to)| from <= to), // tidy: numbers
    }
}

/// Returns the graph with its results converted to these dtypes. Where the flag is set, the result is as
/// large as a further parameter, which comes after the others.
pub(super) fn convert(graph: &Graph, outs: &[(DType, bool)]) -> Graph {
    let mut b = GraphBuilder::like(graph);
    let mut copies: Vec<Value> = Vec::with_capacity(graph.len());
    for value in graph.values() {
        copies.push(b.push(graph.inst(value).map_operands(|x| copies[x.index()])));
    }
    let mut outputs = Vec::with_capacity(outs.len());
    for (output, &(dtype, has_shape)) in graph.outputs().iter().zip(outs) {
        let parts = output.parts.map(|value| copies[value.index()]);
        let shape = if has_shape {
            let param = b.param(dtype);
            let span = graph.shapes().span(output.shape);
            let own = b.shapes().push(crate::ir::shape::ShapeNode::Param(param), span);
            b.shapes().broadcast(&[output.shape, own], span)
        } else {
            output.shape
        };
        let parts = rescale(&mut b, parts, output.dtype, dtype);
        let parts = cast(&mut b, parts, dtype);
        outputs.push(Output { dtype, parts, shape });
    }
    b.finish(outputs)
}

/// Converts moments and durations to another unit: to a finer one they wrap where they do not fit, to a
/// coarser one they are rounded down; "not a time" stays.
fn rescale(b: &mut GraphBuilder, parts: Parts, from: DType, to: DType) -> Parts {
    let units = match (from, to) {
        (DType::Datetime(from), DType::Datetime(to))
        | (DType::Timedelta(from), DType::Timedelta(to)) => (from, to),
        _ => return parts, // tidy: counts stay as they are
    };
    let (op, factor) = match (units.0.count_of(units.1), units.1.count_of(units.0)) {
        (Some(finer), _) => (Binary::Mul, finer),
        (None, Some(coarser)) => (Binary::FloorDiv, coarser),
        (None, None) => unreachable!("the casting rule knows which units convert"),
    };
    parts.map(|x| {
        let [factor, nat] = [factor, i64::MIN].map(|count| b.constant(count));
        let converted = b.binary(op, x, factor);
        let is_nat = b.binary(Binary::Eq, x, nat);
        b.select(is_nat, x, converted)
    })
}

fn cast(b: &mut GraphBuilder, parts: Parts, dtype: DType) -> Parts {
    let Some(prim) = dtype.prim() else { return parts };
    match (parts, dtype.is_complex()) {
        (Parts::Real(x), false) => Parts::Real(b.cast(x, prim)),
        (Parts::Real(x), true) => {
            let re = b.cast(x, prim);
            let zero = b.constant(crate::dtype::Scalar::small(0, prim));
            Parts::Complex(re, zero)
        }
        (Parts::Complex(re, im), true) => Parts::Complex(b.cast(re, prim), b.cast(im, prim)),
        (Parts::Complex(re, _), false) => Parts::Real(b.cast(re, prim)),
        (Parts::Strings(strings), _) => Parts::Strings(strings),
    }
}
