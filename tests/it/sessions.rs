//! Blocks of documents that begin with inputs or `>>>` are sessions, and print what they show:
//!
//! ```text
//! a = [7, -7, 0] : i32
//! >>> a // 2
//! [3, -4, 0] : i32
//! ```
//!
//! Lines before the first `>>>` are inputs: elements, then a dtype, or a number and `weak`. Each result stands on a line of its
//! own; an error is its first line. `NUMJIT_BLESS=1` rewrites what is shown; read the diff.

use std::path::Path;

use numjit::testing::Values;
use numjit::{ArrayRef, ByteOrder, DType, Dialect, Engine, Weak};

use crate::common::{self, element};

/// An input of a session.
struct Input {
    name: String,
    values: Values,
    bytes: Vec<u8>,
    weak: Option<Weak>,
}

impl Input {
    /// Reads `a = [[1, 2], [3, 4]] : f64`.
    fn read(line: &str) -> Option<Input> {
        let (name, rest) = line.split_once(" = ")?;
        let (elements, dtype) = rest.rsplit_once(" : ")?;
        if dtype.trim() == "weak" {
            let (values, bytes) = (Values::new(DType::I64, &[], vec![0; 8]), Vec::new());
            let weak = Some(element::weak(elements.trim())?);
            return Some(Input { name: name.trim().to_owned(), values, bytes, weak });
        }
        let dtype = DType::from_name(dtype.trim())?;
        let (mut shape, mut counts): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut bytes = Vec::new();
        // Lengths are known when brackets close; those of one depth are equal.
        for token in
            element::words(&elements.replace('[', " [ ").replace(']', " ] ").replace(',', " "))
        {
            match token.as_str() {
                "[" => counts.push(0),
                "]" => {
                    let len = counts.pop()?;
                    let depth = counts.len();
                    shape.resize(shape.len().max(depth + 1), 0);
                    shape[depth] = len;
                    if let Some(outer) = counts.last_mut() {
                        *outer += 1;
                    }
                }
                word => {
                    bytes.extend(element::parse(dtype, word)?);
                    if let Some(inner) = counts.last_mut() {
                        *inner += 1;
                    }
                }
            }
        }
        let values = Values::new(dtype, &shape, bytes.clone());
        Some(Input { name: name.trim().to_owned(), values, bytes, weak: None })
    }

    fn array(&self) -> ArrayRef<'_> {
        if let Some(number) = self.weak {
            return ArrayRef::weak(number);
        }
        let (dtype, shape) = (self.values.dtype(), self.values.shape());
        let mut strides = vec![0; shape.len()];
        let mut stride = dtype.size().cast_signed();
        for (at, &len) in strides.iter_mut().zip(shape).rev() {
            *at = stride;
            stride *= len.max(1).cast_signed();
        }
        ArrayRef::from_bytes(&self.bytes, dtype, 0, shape, &strides, ByteOrder::Native)
            .expect("as many elements were read as the shape has")
    }
}

/// Returns what a program prints.
fn answer(program: &str, inputs: &[Input], dialect: Dialect) -> Vec<String> {
    let engine = Engine::builder().dialect(dialect).build().expect("the options are possible");
    let names = engine.variables(program).unwrap_or_default();
    let vars: Vec<(&str, ArrayRef<'_>)> = (inputs.iter())
        .filter(|input| names.contains(&input.name))
        .map(|input| (input.name.as_str(), input.array()))
        .collect();
    match engine.evaluate_all(program, &vars) {
        Err(error) => vec![error.render().lines().next().unwrap_or_default().to_owned()],
        Ok(outputs) => (outputs.into_arrays().iter())
            .map(|array| {
                let values = Values::of(array);
                let mut text = String::new();
                print(&values, 0, &mut 0, &mut text);
                format!("{text} : {}", values.dtype())
            })
            .collect(),
    }
}

fn print(values: &Values, depth: usize, next: &mut usize, text: &mut String) {
    if depth == values.shape().len() {
        *text += &element::print(values.dtype(), values.element(*next), None);
        *next += 1;
        return;
    }
    *text += "[";
    for at in 0..values.shape()[depth] {
        *text += if at == 0 { "" } else { ", " };
        print(values, depth + 1, next, text);
    }
    *text += "]";
}

/// Returns a document with what its sessions print, and how many questions they ask.
fn rerun(text: &str, place: &str) -> (String, usize) {
    let (mut out, mut count) = (String::new(), 0);
    let mut session: Option<(Vec<Input>, Dialect)> = None;
    let mut is_shown = false;
    let mut lines = text.lines().enumerate().peekable();
    while let Some((number, line)) = lines.next() {
        match &mut session {
            None => {
                let next = lines.peek().map_or("", |(_, next)| next);
                let begins = next.starts_with(">>> ") || Input::read(next).is_some();
                session = match line {
                    "```numjit" if begins => Some((Vec::new(), Dialect::NumPy)),
                    "```numexpr" => Some((Vec::new(), Dialect::NumExpr)),
                    _ => None, // tidy: any other line
                };
                is_shown = false;
            }
            Some(_) if line == "```" => session = None,
            Some((inputs, dialect)) => {
                if let Some(first) = line.strip_prefix(">>> ") {
                    let mut program = first.to_owned();
                    out.push_str(line);
                    while let Some((_, more)) = lines.next_if(|(_, next)| next.starts_with("... "))
                    {
                        program = format!("{program}\n{}", &more[4..]);
                        out = format!("{out}\n{more}");
                    }
                    let shown = answer(&program, inputs, *dialect);
                    out = format!("{out}\n{}\n", shown.join("\n"));
                    count += 1;
                    is_shown = true;
                    continue;
                }
                if is_shown && Input::read(line).is_none() && !line.is_empty() {
                    continue; // what the document shows
                }
                if !line.is_empty() {
                    let input = Input::read(line);
                    inputs.push(input.unwrap_or_else(|| panic!("{place}:{}: {line}", number + 1)));
                }
            }
        }
        out.push_str(line);
        out.push('\n');
    }
    (out, count)
}

#[test]
fn sessions_print_what_the_documents_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bless = std::env::var_os("NUMJIT_BLESS").is_some();
    let mut all = 0;
    let readme = [root.join("README.md")];
    for path in common::files(&root.join("docs"), "md").into_iter().chain(readme) {
        let text = std::fs::read_to_string(&path).expect("documents are UTF-8");
        let (new, count) = rerun(&text, &path.display().to_string());
        all += count;
        if bless && new != text {
            std::fs::write(&path, new).expect("the folder is writable");
        } else if new != text {
            let diff = similar::TextDiff::from_lines(&text, &new);
            panic!("{}\n{}", path.display(), diff.unified_diff());
        }
    }
    assert!(all > 50, "only {all} questions: is the search broken?");
}
