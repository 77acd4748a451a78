//! Questions about fixed-width strings, answered one element at a time.
#![expect(unsafe_code, reason = "reads strings from the raw places of views")]

use std::sync::Arc;

use smallvec::SmallVec;

use super::view::{Form, Layout, Operand, Strides, View};
use crate::dtype::DType;
use crate::ir::StrOperand;
use crate::ops::StrTest;

/// A question about two strings, whose answer is an input of a loop.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) test: StrTest,
    pub(crate) first: Text,
    pub(crate) second: Text,
}

/// Where the strings of one side lie.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) ptr: *const u8,
    /// By axis of the space that is run over.
    pub(crate) strides: Strides,
    /// Bytes, or code points of four bytes.
    pub(crate) unit: Unit,
    /// Units in a string.
    pub(crate) width: usize,
    pub(crate) form: Form,
    /// Keeps what the pointer to a literal leads to.
    #[expect(dead_code, reason = "held, so that the pointer stays valid")]
    pub(crate) owner: Option<Literal>,
}

/// A literal of the text.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "held, so that pointers into them stay valid")]
pub(crate) enum Literal {
    Bytes(Arc<[u8]>),
    Str(Arc<[u32]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Byte,
    CodePoint,
}

// SAFETY: a `Text` is a place, not a borrow; whoever reads through it proves that it may.
unsafe impl Send for Text {}
// SAFETY: as above.
unsafe impl Sync for Text {}

/// A string without its trailing zeros.
type Units = SmallVec<[u32; 32]>;

impl Question {
    /// Answers the question for the strings that begin this many bytes from those at index zero.
    ///
    /// # Safety
    /// There are strings of the stated widths.
    pub(crate) unsafe fn ask(&self, first: isize, second: isize) -> bool {
        // SAFETY: the caller's promise.
        let a = unsafe { self.first.read(first) };
        // SAFETY: as above.
        let b = unsafe { self.second.read(second) };
        match self.test {
            StrTest::Eq => a == b,
            StrTest::Ne => a != b,
            StrTest::Lt => a < b,
            StrTest::Le => a <= b,
            StrTest::Contains => b.is_empty() || a.windows(b.len()).any(|part| *part == b[..]),
            StrTest::StartsWith => a.starts_with(&b),
            StrTest::EndsWith => a.ends_with(&b),
        }
    }
}

impl Text {
    /// # Safety
    /// A string of the stated width begins `offset` bytes from `ptr`.
    unsafe fn read(&self, offset: isize) -> Units {
        let start = self.ptr.wrapping_offset(offset);
        let mut units: Units = match self.unit {
            Unit::Byte => {
                // SAFETY: the caller's promise.
                let bytes = unsafe { std::slice::from_raw_parts(start, self.width) };
                bytes.iter().map(|&byte| byte.into()).collect()
            }
            Unit::CodePoint => (0..self.width)
                .map(|at| {
                    // SAFETY: the caller's promise.
                    let unit = unsafe { start.cast::<u32>().wrapping_add(at).read_unaligned() };
                    if self.form == Form::Swapped { unit.swap_bytes() } else { unit }
                })
                .collect(),
        };
        while units.last() == Some(&0) {
            units.pop();
        }
        units
    }
}

/// One string with the memory that it lies in.
#[derive(Clone)]
pub(crate) struct OwnedText {
    view: View<'static>,
    _owner: Literal,
}

impl OwnedText {
    pub(crate) fn new(text: &str) -> OwnedText {
        let units: Arc<[u32]> = text.chars().map(u32::from).collect();
        let dtype = DType::Str(width(units.len()));
        OwnedText::of(units.as_ptr().cast(), dtype, Literal::Str(units.clone()))
    }

    fn of(ptr: *const u8, dtype: DType, owner: Literal) -> OwnedText {
        let layout = Layout::contiguous(ptr.cast_mut(), dtype, &[]);
        // SAFETY: the owner holds one string of the dtype at the pointer, never changes it, and lives as
        // long as the view, which is only lent out.
        OwnedText { view: unsafe { View::from_layout(layout) }, _owner: owner }
    }

    pub(crate) fn view(&self) -> &View<'_> {
        &self.view
    }
}

fn width(len: usize) -> u32 {
    u32::try_from(len).expect("a string of this length does not fit an array")
}

/// Writes strings to an output, which is as wide or wider.
pub(crate) fn copy(operand: &StrOperand, operands: &[Operand<'_>], out: &Layout) {
    let literal = |ptr: *const u8, dtype: DType| Layout {
        ptr: ptr.cast_mut(),
        dtype,
        shape: out.shape.clone(),
        strides: SmallVec::from_elem(0, out.shape.len()),
        form: Form::Native,
    };
    match operand {
        StrOperand::Param(param) => match &operands[*param as usize] {
            Operand::Array(view) => copy_layout(&stretched(view.layout(), &out.shape), out),
            Operand::Single(_) => unreachable!("single strings are arrays without axes"),
        },
        StrOperand::Bytes(bytes) => {
            copy_layout(&literal(bytes.as_ptr(), DType::Bytes(width(bytes.len()))), out);
        }
        StrOperand::Str(units) => {
            copy_layout(&literal(units.as_ptr().cast(), DType::Str(width(units.len()))), out);
        }
    }
}

/// Returns the layout with axes repeated so that it has this shape, to which it broadcasts.
fn stretched(layout: &Layout, shape: &[usize]) -> Layout {
    let new = shape.len() - layout.shape.len();
    let strides = (0..shape.len()).map(|axis| match axis.checked_sub(new) {
        Some(own) if layout.shape[own] == shape[axis] => layout.strides[own],
        Some(_) | None => 0,
    });
    Layout { strides: strides.collect(), shape: shape.into(), ..layout.clone() }
}

/// Copies strings of one kind into an array of the same shape, padded with zeros or cut.
pub(crate) fn copy_layout(from: &Layout, to: &Layout) {
    assert_eq!(from.shape, to.shape);
    let (have, room) = (from.dtype.size(), to.dtype.size());
    if room == 0 {
        return; // However many elements there are.
    }
    let unit = to.dtype.alignment();
    let swap = unit == 4 && (from.form == Form::Swapped) != (to.form == Form::Swapped);
    let n = from.len();
    let mut index: SmallVec<[usize; 4]> = SmallVec::from_elem(0, from.shape.len());
    let offset = |index: &[usize], strides: &[isize]| -> isize {
        index.iter().zip(strides).map(|(&at, &stride)| at.cast_signed() * stride).sum()
    };
    for _ in 0..n {
        let source = from.ptr.wrapping_offset(offset(&index, &from.strides));
        let target = to.ptr.wrapping_offset(offset(&index, &to.strides));
        for at in 0..room {
            let at_source = if swap { at - at % 4 + (3 - at % 4) } else { at };
            // SAFETY: byte `at` of the element at an index of the array.
            let byte = if at < have { unsafe { source.wrapping_add(at_source).read() } } else { 0 };
            // SAFETY: as above, in an output that is borrowed for writing.
            unsafe { target.wrapping_add(at).write(byte) };
        }
        for (at, &len) in index.iter_mut().zip(&from.shape).rev() {
            *at += 1;
            if *at < len {
                break;
            }
            *at = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(test: StrTest, first: &[u8], second: &[u8]) -> bool {
        let text = |bytes: &[u8]| Text {
            ptr: bytes.as_ptr(),
            strides: Strides::new(),
            unit: Unit::Byte,
            width: bytes.len(),
            form: Form::Native,
            owner: None,
        };
        let question = Question { test, first: text(first), second: text(second) };
        // SAFETY: both strings are as wide as stated.
        unsafe { question.ask(0, 0) }
    }

    #[test]
    fn strings_end_before_their_trailing_zeros() {
        assert!(ask(StrTest::Eq, b"ab\0\0", b"ab"));
        assert!(!ask(StrTest::Eq, b"a\0b", b"a"));
        assert!(ask(StrTest::Lt, b"a", b"a\0b"));
    }

    #[test]
    fn bytes_compare_without_sign() {
        assert!(ask(StrTest::Lt, b"a", b"\xff"));
        assert!(ask(StrTest::Le, b"", b"a"));
        assert!(!ask(StrTest::Lt, b"a", b""));
    }

    #[test]
    fn needles_are_found() {
        assert!(ask(StrTest::Contains, b"muon", b"uo"));
        assert!(ask(StrTest::Contains, b"", b""));
        assert!(!ask(StrTest::Contains, b"mu", b"muon"));
        assert!(ask(StrTest::StartsWith, b"muon", b"mu"));
        assert!(ask(StrTest::EndsWith, b"muon\0", b"on"));
    }
}
