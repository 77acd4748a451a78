//! Reads golden files; `tests/golden.rs` describes the format.

use numjit::{Casting, Codegen, DType, Dialect, Limits, Order};

use super::input::{Input, lengths};

/// A golden file.
pub(crate) struct GoldenFile {
    pub(crate) header: Header,
    pub(crate) expression: String,
    /// Everything before the first section, as it stands in the file.
    pub(crate) head: String,
    /// Names and contents.
    pub(crate) sections: Vec<(String, String)>,
}

/// How to run it.
pub(crate) struct Header {
    pub(crate) inputs: Vec<Input>,
    pub(crate) compile: Option<Vec<(String, DType)>>,
    pub(crate) out: Option<(DType, Vec<usize>)>,
    pub(crate) casting: Casting,
    pub(crate) order: Order,
    pub(crate) dialect: Dialect,
    pub(crate) threads: Vec<usize>,
    pub(crate) codegen: Vec<Codegen>,
    pub(crate) digits: Option<usize>,
    pub(crate) limits: Limits,
    pub(crate) escaped: bool,
}

/// Reads the text of a golden file.
pub(crate) fn read(text: &str) -> Result<GoldenFile, String> {
    let mut header = Header {
        inputs: Vec::new(),
        compile: None,
        out: None,
        casting: Casting::default(),
        order: Order::default(),
        dialect: Dialect::NumPy,
        threads: vec![1, 2],
        codegen: vec![Codegen::Native, Codegen::Portable, Codegen::Scalar, Codegen::Interpreter],
        digits: None,
        limits: Limits::default(),
        escaped: false,
    };
    let mut head = String::new();
    let mut expression: Vec<&str> = Vec::new();
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("---- ") {
            sections.push((name.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push_str(line);
            body.push('\n');
        } else {
            head.push_str(line);
            head.push('\n');
            match line.strip_prefix('#') {
                Some(comment) if expression.is_empty() => header.line(comment.trim())?,
                Some(_) | None => expression.push(line),
            }
        }
    }
    let expression = expression.join("\n");
    let expression = if header.escaped { unescape(&expression)? } else { expression };
    Ok(GoldenFile { header, expression, head, sections })
}

impl Header {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let Some((word, rest)) = line.split_once(':') else { return Ok(()) };
        let rest = rest.trim();
        let wrong = || format!("cannot read `{line}`");
        let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
        match word {
            "in" => self.inputs.push(Input::read(rest).ok_or_else(wrong)?),
            "compile" => {
                let pair = |text: &str| {
                    let (name, dtype) = text.trim().split_once(' ')?;
                    Some((name.to_owned(), DType::from_name(dtype)?))
                };
                let pairs = rest.split(',').filter(|pair| !pair.trim().is_empty());
                self.compile = Some(pairs.map(pair).collect::<Option<_>>().ok_or_else(wrong)?);
            }
            "out" => {
                let (dtype, shape) = rest.split_once(' ').ok_or_else(wrong)?;
                let shape = lengths(shape.trim_matches(['[', ']'])).ok_or_else(wrong)?;
                self.out = Some((DType::from_name(dtype).ok_or_else(wrong)?, shape));
            }
            "casting" => {
                let all = [
                    Casting::No,
                    Casting::Equiv,
                    Casting::Safe,
                    Casting::SameKind,
                    Casting::Unsafe,
                ];
                self.casting =
                    all.into_iter().find(|rule| rule.name() == rest).ok_or_else(wrong)?;
            }
            "order" => {
                self.order = match rest {
                    "C" => Order::C,
                    "F" => Order::F,
                    "K" => Order::K,
                    _ => return Err(wrong()), // tidy: names
                };
            }
            "dialect" => {
                self.dialect = match rest {
                    "numpy" => Dialect::NumPy,
                    "numexpr" => Dialect::NumExpr,
                    _ => return Err(wrong()), // tidy: names
                };
            }
            "threads" => {
                self.threads = rest.split_whitespace().map(number).collect::<Result<_, _>>()?;
            }
            "codegen" => {
                let codegen = |name| match name {
                    "native" => Some(Codegen::Native),
                    "portable" => Some(Codegen::Portable),
                    "scalar" => Some(Codegen::Scalar),
                    "interpreter" => Some(Codegen::Interpreter),
                    _ => None, // tidy: names
                };
                let all = rest.split_whitespace().map(codegen);
                self.codegen = all.collect::<Option<_>>().ok_or_else(wrong)?;
            }
            "digits" => self.digits = Some(number(rest)?),
            "limits" => {
                for limit in rest.split_whitespace() {
                    let (name, value) = limit.split_once('=').ok_or_else(wrong)?;
                    let (value, limits) = (number(value)?, self.limits);
                    self.limits = match name {
                        "length" => limits.with_length(value),
                        "nesting" => limits.with_nesting(value),
                        "nodes" => limits.with_nodes(value),
                        _ => return Err(wrong()), // tidy: names
                    };
                }
            }
            "escaped" => self.escaped = true,
            _ => {} // tidy: a sentence with a colon
        }
        Ok(())
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut take = |prefix: &str, c: char| {
            let found = rest.strip_prefix(prefix)?;
            (rest, _) = (found, out.push(c));
            Some(())
        };
        let plain = take("n", '\n')
            .or_else(|| take("t", '\t'))
            .or_else(|| take("r", '\r'))
            .or_else(|| take("\\", '\\'));
        if plain.is_none() {
            let wrong = || format!("no such escape: `\\{rest}`");
            let (code, after) =
                rest.strip_prefix("u{").and_then(|r| r.split_once('}')).ok_or_else(wrong)?;
            let code = u32::from_str_radix(code, 16).map_err(|_| wrong())?;
            out.push(char::from_u32(code).ok_or_else(wrong)?);
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}
