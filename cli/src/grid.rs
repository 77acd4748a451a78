//! Arrays of several axes as text, in brackets as NumPy prints them, the middle of long axes left out.

use numjit::Array;

use crate::cell::Cells;

/// Elements of an axis that are shown at either end when it is longer than two times this and one.
const EDGE: usize = 3;

/// Returns the array as lines.
pub(crate) fn lines(array: &Array) -> Vec<String> {
    let cells = Cells::new(array);
    let shape = array.shape();
    let mut texts = Vec::new();
    collect(shape, 0, &mut |index| texts.push(cells.short(index)));
    let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let mut texts = texts.into_iter();
    let mut out = Out { lines: Vec::new(), width };
    out.axis(shape, 0, String::new(), "", &mut texts);
    out.lines
}

/// The indices along an axis that are shown; `None` stands for those in between.
fn shown(length: usize) -> impl Iterator<Item = Option<usize>> {
    let is_long = length > 2 * EDGE + 1;
    let head = 0..if is_long { EDGE } else { length };
    let tail = if is_long { length - EDGE } else { length }..length;
    head.map(Some).chain(is_long.then_some(None)).chain(tail.map(Some))
}

/// Visits the elements that are shown, with their numbers in the order of the indices.
fn collect(shape: &[usize], start: usize, visit: &mut impl FnMut(usize)) {
    let Some((&length, inner)) = shape.split_first() else { return visit(start) };
    let stride: usize = inner.iter().product();
    for index in shown(length).flatten() {
        collect(inner, start + index * stride, visit);
    }
}

struct Out {
    lines: Vec<String>,
    width: usize,
}

impl Out {
    /// Prints one axis; `open` are the brackets before it and `close` those after it.
    fn axis(
        &mut self,
        shape: &[usize],
        depth: usize,
        open: String,
        close: &str,
        texts: &mut impl Iterator<Item = String>,
    ) {
        let Some((&length, inner)) = shape.split_first() else { return };
        let open = format!("{open}[");
        let close = format!("]{close}");
        if inner.is_empty() {
            let cells: Vec<String> = shown(length)
                .map(|index| match index.and_then(|_| texts.next()) {
                    Some(text) => format!("{text:>width$}", width = self.width),
                    None => "…".to_owned(),
                })
                .collect();
            self.lines.push(format!("{open}{}{close}", cells.join("  ")));
            return;
        }
        let indent = " ".repeat(depth + 1);
        let mut next = open;
        let all: Vec<Option<usize>> = shown(length).collect();
        for (at, index) in all.iter().enumerate() {
            let is_last = at + 1 == all.len();
            match index {
                None => self.lines.push(format!("{next}…")),
                Some(_) => {
                    self.axis(inner, depth + 1, next, if is_last { &close } else { "" }, texts);
                }
            }
            next = indent.clone();
        }
        if all.is_empty() {
            self.lines.push(format!("{next}{close}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use numjit::{ArrayRef, evaluate};

    use super::*;

    fn of(elements: &[i64], shape: &[usize]) -> Vec<String> {
        let x = ArrayRef::from_shape(elements, shape).expect("the shape fits");
        lines(&evaluate("x", [("x", x)]).expect("it is the input"))
    }

    #[test]
    fn axes_stand_in_brackets() {
        assert_eq!(of(&[1, 2, 3, 10, 20, 30], &[2, 3]), ["[[ 1   2   3]", " [10  20  30]]"]);
        assert_eq!(of(&[1, 2, 3, 4], &[2, 2, 1]), ["[[[1]", "  [2]]", " [[3]", "  [4]]]"]);
        assert_eq!(of(&[], &[0, 3]), ["[]"]);
        assert_eq!(of(&[], &[2, 0]), ["[[]", " []]"]);
    }

    #[test]
    fn the_middle_of_long_axes_is_left_out() {
        let all: Vec<i64> = (0..80).collect();
        let lines = of(&all, &[8, 10]);
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[0], "[[ 0   1   2  …   7   8   9]");
        assert_eq!(lines[3], " …");
        assert_eq!(lines[6], " [70  71  72  …  77  78  79]]");
    }
}
