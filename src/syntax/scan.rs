//! One pass over the characters before the grammar runs: lengths, brackets, quotes and lines.
//!
//! The grammar's parser calls itself once per bracket, so the depth of brackets must be known before
//! it starts; and a bracket or quote that is never closed is best reported where it opens, which only
//! a scan can tell. Both read strings and comments the same way, so they agree on what a bracket is.

use super::error::ParseError;
use super::limits::Limits;
use crate::diag::Span;

/// What the scan found out about a text within the limits.
#[derive(Debug)]
pub(super) struct Scan {
    /// How deep brackets nest.
    pub(super) depth: usize,
    /// The first mistake in brackets, quotes or lines.
    pub(super) mistake: Option<ScanMistake>,
}

/// A mistake and the offset at which a reader from left to right would notice it.
///
/// A mistake in the grammar that comes to light earlier is the better one to report: in `a b (` the
/// missing operator, not the bracket.
#[derive(Debug)]
pub(super) struct ScanMistake {
    pub(super) noticed_at: usize,
    pub(super) error: ParseError,
}

/// Checks the length and the nesting of `text` and looks for mistakes that need no grammar.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, ParseError> {
    let length_limit = limits.length.min(Limits::MAX_LENGTH);
    if text.len() > length_limit {
        return Err(ParseError::TooLong { length: text.len(), limit: length_limit });
    }
    let nesting_limit = limits.nesting.min(Limits::MAX_NESTING);
    // Everything that matters is ASCII, and no byte of a longer character looks like ASCII.
    let bytes = text.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut line_ended: Option<usize> = None;
    let mut has_content = false;
    let mistake = |noticed_at, error| Some(ScanMistake { noticed_at, error });
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\x0C' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += bytes[at..].iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
                continue;
            }
            b'\n' | b'\r' => {
                if open.is_empty() && has_content && line_ended.is_none() {
                    line_ended = Some(at);
                }
                at += 1;
                continue;
            }
            b'\\' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => {
                at += line_continuation(&bytes[at..]);
                continue;
            }
            _ => {}
        }
        if let Some(end) = line_ended {
            let error =
                ParseError::LineBreak { span: Span::new(end, end), rest: Span::new(at, at) };
            return Ok(Scan { depth, mistake: mistake(end, error) });
        }
        has_content = true;
        match byte {
            b'(' | b'[' | b'{' => {
                open.push(at);
                depth = depth.max(open.len());
                if depth > nesting_limit {
                    let span = Span::new(at, at + 1);
                    return Err(ParseError::TooDeep { span, limit: nesting_limit });
                }
                at += 1;
            }
            b')' | b']' | b'}' => {
                let span = Span::new(at, at + 1);
                let close = char::from(byte);
                let error = match open.pop() {
                    Some(opener) if closes(bytes[opener], byte) => {
                        at += 1;
                        continue;
                    }
                    Some(opener) => ParseError::MismatchedBracket {
                        open: char::from(bytes[opener]),
                        open_span: Span::new(opener, opener + 1),
                        close,
                        span,
                    },
                    None => ParseError::StrayBracket { close, span },
                };
                return Ok(Scan { depth, mistake: mistake(at, error) });
            }
            b'\'' | b'"' => match string_length(&bytes[at..]) {
                Some(length) => at += length,
                None => {
                    let quotes = if triple(&bytes[at..]) { 3 } else { 1 };
                    let error = ParseError::UnclosedString { span: Span::new(at, at + quotes) };
                    return Ok(Scan { depth, mistake: mistake(at, error) });
                }
            },
            _ => at += 1,
        }
    }
    if !has_content {
        return Err(ParseError::Empty);
    }
    let unclosed = open.last().map(|&opener| ScanMistake {
        noticed_at: text.len(),
        error: ParseError::UnclosedBracket {
            open: char::from(bytes[opener]),
            span: Span::new(opener, opener + 1),
        },
    });
    Ok(Scan { depth, mistake: unclosed })
}

fn closes(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

fn triple(bytes: &[u8]) -> bool {
    bytes.len() >= 3 && bytes[1] == bytes[0] && bytes[2] == bytes[0]
}

/// The length of a backslash and the line end after it.
fn line_continuation(bytes: &[u8]) -> usize {
    if bytes[1..].starts_with(b"\r\n") { 3 } else { 2 }
}

/// Returns the length of the string literal that starts at a quote, or `None` if it is not closed.
///
/// A prefix makes no difference: a backslash keeps the quote after it from closing also a raw string.
fn string_length(bytes: &[u8]) -> Option<usize> {
    let quote = bytes[0];
    let triple = triple(bytes);
    let mut at = if triple { 3 } else { 1 };
    loop {
        match *bytes.get(at)? {
            b'\\' if matches!(bytes.get(at + 1), Some(b'\r')) => {
                at += line_continuation(&bytes[at..])
            }
            b'\\' => at += 2,
            b'\n' | b'\r' if !triple => return None,
            byte if byte == quote && !triple => return Some(at + 1),
            byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return Some(at + 3),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(text: &str) -> usize {
        let scan = scan(text, &Limits::default()).unwrap();
        assert!(scan.mistake.is_none(), "{:?}", scan.mistake);
        scan.depth
    }

    fn mistake(text: &str) -> (usize, ParseError) {
        let mistake = scan(text, &Limits::default()).unwrap().mistake.unwrap();
        (mistake.noticed_at, mistake.error)
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        assert_eq!(depth("f(a[b], (c)) + (d)"), 2);
        assert_eq!(depth(r#"'((' + "[[" + '\'((' + r'\'[' # ((("#), 0);
        assert_eq!(depth("'''(\n'(' ''' + (\"\"\"\"(\"\"\")"), 1);
    }

    #[test]
    fn unclosed_brackets_and_quotes_are_reported_where_they_open() {
        assert!(matches!(
            mistake("f(a, (b)").1,
            ParseError::UnclosedBracket { open: '(', span: Span { start: 1, .. } }
        ));
        assert!(matches!(
            mistake("(a]"),
            (2, ParseError::MismatchedBracket { open: '(', close: ']', .. })
        ));
        assert!(matches!(mistake("a)"), (1, ParseError::StrayBracket { close: ')', .. })));
        assert!(matches!(
            mistake("a == 'b"),
            (5, ParseError::UnclosedString { span: Span { start: 5, end: 6 } })
        ));
        assert!(matches!(
            mistake("'''b''"),
            (0, ParseError::UnclosedString { span: Span { start: 0, end: 3 } })
        ));
        assert!(matches!(mistake("'a\nb'").1, ParseError::UnclosedString { .. }));
    }

    #[test]
    fn lines_end_only_inside_brackets_or_after_a_backslash() {
        assert_eq!(depth("\n  (a\n + b) # c\n\n # d\n"), 1);
        assert_eq!(depth("a \\\n + b \\\r\n + c"), 0);
        assert!(matches!(mistake("a\n\n+ b"), (1, ParseError::LineBreak { .. })));
    }

    #[test]
    fn limits_are_inclusive() {
        let limits = Limits::default().with_length(4).with_nesting(2);
        assert!(scan("((a", &limits).is_ok());
        assert!(matches!(scan("(((a", &limits), Err(ParseError::TooDeep { limit: 2, .. })));
        assert!(matches!(scan("a + b", &limits), Err(ParseError::TooLong { length: 5, limit: 4 })));
        assert!(matches!(scan(" # a", &limits), Err(ParseError::Empty)));
    }
}
