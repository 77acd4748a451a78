//! Reads golden files; `tests/golden.rs` describes the format.

use numjit::{Array, ArrayRef, Codegen, DType, Limits, Scalar, testing};

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
    pub(crate) out: Option<(DType, usize)>,
    pub(crate) threads: Vec<usize>,
    pub(crate) codegen: Vec<Codegen>,
    pub(crate) digits: Option<usize>,
    pub(crate) limits: Limits,
    pub(crate) escaped: bool,
}

pub(crate) struct Input {
    pub(crate) name: String,
    pub(crate) array: Array,
}

impl Input {
    pub(crate) fn operand(&self) -> (&str, ArrayRef<'_>) {
        (&self.name, (&self.array).into())
    }
}

impl Header {
    pub(crate) fn arrays(&self) -> Vec<(&str, &Array)> {
        self.inputs.iter().map(|input| (input.name.as_str(), &input.array)).collect()
    }
}

/// Reads the text of a golden file.
pub(crate) fn read(text: &str) -> Result<GoldenFile, String> {
    let mut header = Header {
        inputs: Vec::new(),
        compile: None,
        out: None,
        threads: vec![1, 2],
        codegen: vec![Codegen::Native, Codegen::Scalar, Codegen::Interpreter],
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
            "in" => self.inputs.push(input(rest).ok_or_else(wrong)?),
            "compile" => {
                let pair = |text: &str| {
                    let (name, dtype) = text.trim().split_once(' ')?;
                    Some((name.to_owned(), DType::from_name(dtype)?))
                };
                let pairs = rest.split(',').filter(|pair| !pair.trim().is_empty());
                self.compile = Some(pairs.map(pair).collect::<Option<_>>().ok_or_else(wrong)?);
            }
            "out" => {
                let (dtype, len) = rest.split_once(' ').ok_or_else(wrong)?;
                let len = number(len.trim_matches(['[', ']']))?;
                self.out = Some((DType::from_name(dtype).ok_or_else(wrong)?, len));
            }
            "threads" => {
                self.threads = rest.split_whitespace().map(number).collect::<Result<_, _>>()?;
            }
            "codegen" => {
                let codegen = |name| match name {
                    "native" => Some(Codegen::Native),
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

/// Reads `a f64 [3] = 1 2 3` or `k f64 = 2`.
fn input(text: &str) -> Option<Input> {
    let (left, right) = text.split_once('=')?;
    let mut left = left.split_whitespace();
    let (name, dtype) = (left.next()?.to_owned(), DType::from_name(left.next()?)?);
    let values: Vec<Scalar> =
        right.split_whitespace().map(|word| value(dtype, word)).collect::<Option<_>>()?;
    let array = match left.next() {
        None => testing::scalar(*values.first()?),
        Some(len) => {
            let len: usize = len.strip_prefix('[')?.strip_suffix(']')?.parse().ok()?;
            let all: Vec<Scalar> = values.into_iter().cycle().take(len).collect();
            (all.len() == len).then(|| testing::array(dtype, &all))?
        }
    };
    Some(Input { name, array })
}

fn value(dtype: DType, word: &str) -> Option<Scalar> {
    Some(match dtype {
        DType::Bool => word.parse::<bool>().ok()?.into(),
        DType::I32 => word.parse::<i32>().ok()?.into(),
        DType::I64 => word.parse::<i64>().ok()?.into(),
        DType::F32 => word.parse::<f32>().ok()?.into(),
        DType::F64 => word.parse::<f64>().ok()?.into(),
        other => panic!("the harness does not know {other}"),
    })
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
