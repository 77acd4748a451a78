//! Literals to values: the text of a number or string, as the grammar accepted it, decoded.

use super::error::{EscapeProblem, ParseError};
use crate::diag::Span;

/// The value of adjacent string literals.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Text {
    Str(String),
    Bytes(Vec<u8>),
}

/// Decodes an integer: decimal, or with a prefix for its base, with underscores.
pub(super) fn int(text: &str, span: Span) -> Result<i128, ParseError> {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    let base = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    let digits = if base == 10 { &digits } else { &digits[2..] };
    // The grammar lets only digits of the base through, so the only way to fail is to overflow.
    i128::from_str_radix(digits, base).map_err(|_| ParseError::IntTooLarge { span })
}

/// Decodes a float: the nearest double, infinite beyond the largest.
pub(super) fn float(text: &str) -> f64 {
    let digits: String = text.chars().filter(|&c| c != '_').collect();
    digits.parse().expect("the grammar's floats are Rust's, once underscores are gone")
}

/// Decodes an imaginary literal, without its unit.
pub(super) fn imaginary(text: &str) -> f64 {
    float(text.trim_end_matches(['j', 'J']))
}

/// Decodes string literals side by side into one value.
pub(super) fn strings(source: &str, pieces: &[Span]) -> Result<Text, ParseError> {
    let mut value: Option<Text> = None;
    for &piece in pieces {
        let literal = Literal::new(source, piece);
        let fresh = if literal.bytes { Text::Bytes(Vec::new()) } else { Text::Str(String::new()) };
        match (value.get_or_insert(fresh), literal.bytes) {
            (Text::Str(text), false) => literal.decode(text)?,
            (Text::Bytes(bytes), true) => literal.decode(bytes)?,
            (Text::Str(_), true) | (Text::Bytes(_), false) => {
                return Err(ParseError::MixedStrings { first: pieces[0], span: piece });
            }
        }
    }
    Ok(value.expect("the grammar asks for one literal at least"))
}

/// What a string of either kind can be built from.
trait Sink {
    /// How many hexadecimal digits `\u` and `\U` take; `None` if they mean nothing here.
    fn unicode_digits(letter: char) -> Option<usize>;

    fn push_char(&mut self, c: char) -> Option<()>;

    /// Adds the character or byte with this number, if there is one.
    fn push_code(&mut self, code: u32) -> Option<()>;
}

impl Sink for String {
    fn unicode_digits(letter: char) -> Option<usize> {
        match letter {
            'u' => Some(4),
            'U' => Some(8),
            _ => None,
        }
    }

    fn push_char(&mut self, c: char) -> Option<()> {
        self.push(c);
        Some(())
    }

    fn push_code(&mut self, code: u32) -> Option<()> {
        self.push(char::from_u32(code)?);
        Some(())
    }
}

impl Sink for Vec<u8> {
    fn unicode_digits(_: char) -> Option<usize> {
        None
    }

    fn push_char(&mut self, c: char) -> Option<()> {
        self.push(u8::try_from(c).ok().filter(u8::is_ascii)?);
        Some(())
    }

    fn push_code(&mut self, code: u32) -> Option<()> {
        self.push(u8::try_from(code).ok()?);
        Some(())
    }
}

/// A string literal taken apart into prefix and body.
struct Literal<'t> {
    body: &'t str,
    /// Offset of the body in the source.
    start: usize,
    raw: bool,
    bytes: bool,
}

impl<'t> Literal<'t> {
    fn new(source: &'t str, span: Span) -> Literal<'t> {
        let text = &source[span.range()];
        let quote = text.find(['\'', '"']).expect("a string literal has quotes");
        let (prefix, rest) = text.split_at(quote);
        let quotes =
            if rest.len() >= 6 && rest.as_bytes()[..3] == [rest.as_bytes()[0]; 3] { 3 } else { 1 };
        Literal {
            body: &rest[quotes..rest.len() - quotes],
            start: span.start as usize + quote + quotes,
            raw: prefix.contains(['r', 'R']),
            bytes: prefix.contains(['b', 'B']),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.start + start, self.start + end)
    }

    fn decode<S: Sink>(&self, out: &mut S) -> Result<(), ParseError> {
        let mut rest = self.body;
        while let Some(c) = rest.chars().next() {
            let at = self.body.len() - rest.len();
            rest = &rest[c.len_utf8()..];
            let c = if c == '\r' {
                // Every line end is one `\n`, whatever machine the text was written on.
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                '\n'
            } else {
                c
            };
            if c == '\\' && !self.raw {
                rest = self.escape(rest, out)?;
            } else {
                out.push_char(c).ok_or_else(|| ParseError::NonAsciiBytes {
                    span: self.span(at, at + c.len_utf8()),
                })?;
            }
        }
        Ok(())
    }

    /// Decodes the escape whose backslash is just before `rest`; returns what follows it.
    fn escape<S: Sink>(&self, rest: &'t str, out: &mut S) -> Result<&'t str, ParseError> {
        let start = self.body.len() - rest.len() - 1;
        let letter = rest.chars().next().expect("the grammar puts a character after a backslash");
        let after = &rest[letter.len_utf8()..];
        let span_to = |tail: &str| self.span(start, self.body.len() - tail.len());
        let simple = match letter {
            '\n' => return Ok(after),
            '\r' => return Ok(after.strip_prefix('\n').unwrap_or(after)),
            '\\' | '\'' | '"' => letter,
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0C',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0B',
            '0'..='7' => {
                let digits = rest.bytes().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                return self.code(&rest[..digits], 8, &rest[digits..], start, out);
            }
            'x' => return self.hex(after, 2, start, out),
            'u' | 'U' if let Some(digits) = S::unicode_digits(letter) => {
                return self.hex(after, digits, start, out);
            }
            'N' if S::unicode_digits('u').is_some() => {
                return Err(ParseError::BadEscape {
                    problem: EscapeProblem::Named,
                    span: span_to(after),
                });
            }
            _ => return Err(ParseError::UnknownEscape { span: span_to(after) }),
        };
        out.push_char(simple).expect("simple escapes are ASCII");
        Ok(after)
    }

    fn hex<S: Sink>(
        &self,
        rest: &'t str,
        digits: usize,
        start: usize,
        out: &mut S,
    ) -> Result<&'t str, ParseError> {
        let present = rest.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        if present < digits {
            let end = self.body.len() - rest.len() + present;
            let span = self.span(start, end);
            return Err(ParseError::BadEscape { problem: EscapeProblem::Digits(digits), span });
        }
        self.code(&rest[..digits], 16, &rest[digits..], start, out)
    }

    fn code<S: Sink>(
        &self,
        digits: &str,
        base: u32,
        rest: &'t str,
        start: usize,
        out: &mut S,
    ) -> Result<&'t str, ParseError> {
        let code = u32::from_str_radix(digits, base).expect("eight hexadecimal digits fit 32 bits");
        out.push_code(code).ok_or_else(|| ParseError::BadEscape {
            problem: EscapeProblem::Value,
            span: self.span(start, self.body.len() - rest.len()),
        })?;
        Ok(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(source: &str) -> Result<Text, ParseError> {
        strings(source, &[Span::new(0, source.len())])
    }

    fn text(source: &str) -> String {
        match one(source).unwrap() {
            Text::Str(text) => text,
            Text::Bytes(_) => panic!("bytes"),
        }
    }

    #[test]
    fn integers_have_four_bases_and_127_bits() {
        let int = |text| int(text, Span::default());
        assert_eq!(int("1_000"), Ok(1000));
        assert_eq!(int("0x_Ff"), Ok(255));
        assert_eq!(int("0O17"), Ok(15));
        assert_eq!(int("0b1_01"), Ok(5));
        assert_eq!(int("000"), Ok(0));
        assert_eq!(int("170141183460469231731687303715884105727"), Ok(i128::MAX));
        assert!(int("170141183460469231731687303715884105728").is_err());
    }

    #[test]
    fn floats_are_the_nearest_double() {
        assert_eq!(float("1_000.5e-3"), 1.0005);
        assert_eq!(float("1."), 1.0);
        assert_eq!(float(".5e+1_0"), 0.5e10);
        assert_eq!(float("2.2250738585072011e-308"), 2.225_073_858_507_201e-308);
        assert_eq!(float("1e400"), f64::INFINITY);
        assert_eq!(imaginary("1.5e3J"), 1500.0);
    }

    #[test]
    fn escapes_are_pythons() {
        assert_eq!(text(r#"'\\\'\"\a\b\f\n\r\t\v'"#), "\\'\"\x07\x08\x0C\n\r\t\x0B");
        assert_eq!(text(r"'\0\12\1234\x41é\U0001F600\777'"), "\0\nS4Aé😀ǿ");
        assert_eq!(text("'a\\\r\nb'"), "ab");
        assert_eq!(text("'''a\r\nb\rc'''"), "a\nb\nc");
        assert_eq!(text(r"r'\'\n'"), r"\'\n");
        assert_eq!(one(r"bR'\n'"), Ok(Text::Bytes(br"\n".to_vec())));
        assert_eq!(one(r"b'\xff\101'"), Ok(Text::Bytes(vec![255, b'A'])));
        assert_eq!(text("''"), "");
        assert_eq!(text("''''''"), "");
    }

    #[test]
    fn wrong_escapes_are_pointed_at() {
        let span = |start, end| Span::new(start, end);
        assert_eq!(one(r"'a\d'"), Err(ParseError::UnknownEscape { span: span(2, 4) }));
        assert_eq!(one(r"b'\u0041'"), Err(ParseError::UnknownEscape { span: span(2, 4) }));
        let bad = |problem, span| Err(ParseError::BadEscape { problem, span });
        assert_eq!(one(r"'\x4'"), bad(EscapeProblem::Digits(2), span(1, 4)));
        assert_eq!(one(r"'\ud800'"), bad(EscapeProblem::Value, span(1, 7)));
        assert_eq!(one(r"b'\777'"), bad(EscapeProblem::Value, span(2, 6)));
        assert_eq!(one(r"'\N{DASH}'"), bad(EscapeProblem::Named, span(1, 3)));
        assert_eq!(one("b'aé'"), Err(ParseError::NonAsciiBytes { span: span(3, 5) }));
        let mixed = ParseError::MixedStrings { first: span(0, 3), span: span(4, 8) };
        assert_eq!(strings("'a' b'b'", &[span(0, 3), span(4, 8)]), Err(mixed));
    }
}
