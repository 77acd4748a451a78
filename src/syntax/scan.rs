//! One pass over the characters before the grammar runs: lengths, brackets, quotes, lines, statements.
//!
//! The grammar's parser calls itself once per bracket, so the depth of brackets must be known before
//! it starts; and a bracket or quote that is never closed is best reported where it opens, which only
//! a scan can tell. Both read strings and comments the same way, so they agree on what a bracket is. Where
//! a line ends matters only outside brackets, which a grammar cannot say without a second copy of
//! itself; so the scan cuts the text into statements, and the grammar reads one at a time.

use super::error::ParseError;
use super::limits::Limits;
use crate::diag::Span;

/// What the scan found out about a text within the limits.
#[derive(Debug)]
pub(super) struct Scan {
    /// How deep brackets nest.
    pub(super) depth: usize,
    /// The statements up to the mistake, if there is one: the last then reaches to the end of the text.
    pub(super) pieces: Vec<Piece>,
    /// The first mistake in brackets, quotes or lines.
    pub(super) mistake: Option<ScanMistake>,
    /// Where the brackets open that are still open where the scan ended.
    pub(super) open: Vec<usize>,
}

/// A statement, without blanks and comments around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many blanks its line begins with.
    indent: usize,
    /// For a definition over two lines, how many blanks the second begins with.
    body_indent: Option<usize>,
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

/// Checks the length and the nesting of `text`, cuts it into statements, and looks for mistakes that
/// need no grammar.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<Scan, ParseError> {
    let length_limit = limits.length.min(Limits::MAX_LENGTH);
    if text.len() > length_limit {
        return Err(ParseError::TooLong { length: text.len(), limit: length_limit });
    }
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        nesting_limit: limits.nesting.min(Limits::MAX_NESTING),
        open: Vec::new(),
        depth: 0,
        pieces: Vec::new(),
        current: None,
        line_start: 0,
        indent: None,
    };
    let mistake = match scanner.run() {
        Ok(()) => scanner
            .open
            .last()
            .map(|&opener| ScanMistake { noticed_at: text.len(), error: unclosed(text, opener) }),
        Err(Stop::Limit(error)) => return Err(error),
        Err(Stop::Mistake(mistake)) => {
            if let Some((piece, _)) = &mut scanner.current {
                piece.end = text.len();
            }
            Some(mistake)
        }
    };
    scanner.end_statement();
    if scanner.pieces.is_empty() && mistake.is_none() {
        return Err(ParseError::Empty);
    }
    let Scanner { depth, pieces, open, .. } = scanner;
    Ok(Scan { depth, pieces, mistake, open })
}

/// Returns whether a bracket is open at the end of `text`, the beginning of a statement.
pub(super) fn ends_in_brackets(text: &str) -> bool {
    let limits = Limits::default().with_length(usize::MAX).with_nesting(usize::MAX);
    scan(text, &limits).is_ok_and(|scan| !scan.open.is_empty())
}

/// The mistake of a bracket that is not closed.
pub(super) fn unclosed(text: &str, opener: usize) -> ParseError {
    let open = char::from(text.as_bytes()[opener]);
    ParseError::UnclosedBracket { open, span: Span::new(opener, opener + 1) }
}

/// Why the scan ends early.
enum Stop {
    Limit(ParseError),
    Mistake(ScanMistake),
}

fn mistake(noticed_at: usize, error: ParseError) -> Result<(), Stop> {
    Err(Stop::Mistake(ScanMistake { noticed_at, error }))
}

/// What is known of the lines of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// It ends with its line.
    One,
    /// A definition; after a `:` at the end of the line it goes on.
    Definition,
    /// A definition whose second line has not begun.
    AwaitsBody,
}

struct Scanner<'t> {
    /// Everything that matters is ASCII, and no byte of a longer character looks like ASCII.
    bytes: &'t [u8],
    nesting_limit: usize,
    open: Vec<usize>,
    depth: usize,
    pieces: Vec<Piece>,
    current: Option<(Piece, Lines)>,
    line_start: usize,
    /// How many blanks the line begins with, once something else has come.
    indent: Option<usize>,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let bytes = self.bytes;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b' ' | b'\t' | b'\x0C' => at += 1,
                b'#' => {
                    at += bytes[at..].iter().take_while(|&&b| b != b'\n' && b != b'\r').count();
                }
                b'\n' | b'\r' => {
                    at += 1;
                    self.end_line(at);
                }
                b'\\' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => {
                    self.indent.get_or_insert(at - self.line_start);
                    at += line_continuation(&bytes[at..]);
                }
                b';' if self.open.is_empty() => {
                    self.indent.get_or_insert(at - self.line_start);
                    self.end_statement();
                    at += 1;
                }
                _ => {
                    self.begin(at)?;
                    at += self.token(at)?;
                    if let Some((piece, _)) = &mut self.current {
                        piece.end = at;
                    }
                }
            }
        }
        Ok(())
    }

    /// Begins a statement, or the second line of one, if that is what a character outside blanks and
    /// comments does.
    fn begin(&mut self, at: usize) -> Result<(), Stop> {
        let begins_line = self.indent.is_none();
        let indent = *self.indent.get_or_insert(at - self.line_start);
        match &mut self.current {
            Some((piece, lines @ Lines::AwaitsBody)) => {
                *lines = Lines::One;
                piece.body_indent = Some(indent);
                if indent <= piece.indent {
                    let span = Span::new(at, at);
                    let definition = Span::new(piece.start, piece.start + "def".len());
                    return mistake(at, ParseError::BodyNotIndented { definition, span });
                }
            }
            Some(_) => {}
            None => {
                if let Some(previous) = self.pieces.last().filter(|_| begins_line) {
                    let rest = Span::new(at, at);
                    if previous.body_indent.is_some_and(|body| indent >= body) {
                        let body = Span::new(previous.end, previous.end);
                        return mistake(at, ParseError::SecondBodyLine { body, span: rest });
                    }
                    // Python refuses a line that is indented for no reason; here that is allowed, but
                    // not where half of an expression would be lost.
                    let end = previous.end;
                    if indent > previous.indent && matches!(self.bytes[at], b'+' | b'-') {
                        let span = Span::new(end, end);
                        return mistake(end, ParseError::LineBreak { span, rest });
                    }
                }
                let lines =
                    if begins_with_def(&self.bytes[at..]) { Lines::Definition } else { Lines::One };
                let piece = Piece { start: at, end: at, indent, body_indent: None };
                self.current = Some((piece, lines));
            }
        }
        Ok(())
    }

    /// Reads a bracket, a string or any other byte; returns its length.
    fn token(&mut self, at: usize) -> Result<usize, Stop> {
        let rest = &self.bytes[at..];
        let mistake = |error| Err(Stop::Mistake(ScanMistake { noticed_at: at, error }));
        match rest[0] {
            b'(' | b'[' | b'{' => {
                self.open.push(at);
                self.depth = self.depth.max(self.open.len());
                if self.depth > self.nesting_limit {
                    let span = Span::new(at, at + 1);
                    let limit = self.nesting_limit;
                    return Err(Stop::Limit(ParseError::TooDeep { span, limit }));
                }
                Ok(1)
            }
            byte @ (b')' | b']' | b'}') => {
                let span = Span::new(at, at + 1);
                let close = char::from(byte);
                match self.open.pop() {
                    Some(opener) if closes(self.bytes[opener], byte) => Ok(1),
                    Some(opener) => mistake(ParseError::MismatchedBracket {
                        open: char::from(self.bytes[opener]),
                        open_span: Span::new(opener, opener + 1),
                        close,
                        span,
                    }),
                    None => mistake(ParseError::StrayBracket { close, span }),
                }
            }
            b'\'' | b'"' => string_length(rest).map_or_else(
                || {
                    let quotes = if triple(rest) { 3 } else { 1 };
                    mistake(ParseError::UnclosedString { span: Span::new(at, at + quotes) })
                },
                Ok,
            ),
            _ => Ok(1),
        }
    }

    /// Ends the line before `next`, and with it the statement, unless that goes on.
    fn end_line(&mut self, next: usize) {
        self.line_start = next;
        self.indent = None;
        match &mut self.current {
            _ if !self.open.is_empty() => {}
            Some((_, Lines::AwaitsBody)) => {}
            Some((piece, lines @ Lines::Definition)) if self.bytes[piece.end - 1] == b':' => {
                *lines = Lines::AwaitsBody;
            }
            Some((_, Lines::One | Lines::Definition)) | None => self.end_statement(),
        }
    }

    fn end_statement(&mut self) {
        self.pieces.extend(self.current.take().map(|(piece, _)| piece));
    }
}

fn begins_with_def(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"def").is_some_and(|rest| {
        rest.first().is_none_or(|&b| b.is_ascii() && !b.is_ascii_alphanumeric() && b != b'_')
    })
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
    fn statements_end_with_their_lines_or_a_semicolon() {
        let pieces = |text: &str| -> Vec<String> {
            let scan = scan(text, &Limits::default()).unwrap();
            assert!(scan.mistake.is_none(), "{text}: {:?}", scan.mistake);
            scan.pieces.iter().map(|piece| text[piece.start..piece.end].to_owned()).collect()
        };
        assert_eq!(pieces("\n  (a\n + b) # c\n\n # d\n"), ["(a\n + b)"]);
        assert_eq!(pieces("a \\\n + b \\\r\n + c"), ["a \\\n + b \\\r\n + c"]);
        assert_eq!(
            pieces("x = a;y = [b;\n'\\n;'] # ;\r\n z ;"),
            ["x = a", "y = [b;\n'\\n;']", "z"]
        );
        assert_eq!(pieces("def f(x): return x\nf(a)"), ["def f(x): return x", "f(a)"]);
        let two_lines = "def f(x):  # c\n\n  # d\n  return x";
        assert_eq!(pieces(&format!("{two_lines}\ndefine\n")), [two_lines, "define"]);
    }

    #[test]
    fn indentation_matters_only_around_the_body_of_a_function() {
        assert_eq!(depth("  a = 1\nb = 2\n\tc"), 0);
        let body = |text| mistake(text).1;
        assert!(matches!(body("def f(x):\nreturn x"), ParseError::BodyNotIndented { .. }));
        assert!(matches!(body("def f(x):\n  return x\n  x"), ParseError::SecondBodyLine { .. }));
        assert!(matches!(mistake("r = a\n  + b"), (5, ParseError::LineBreak { .. })));
        assert_eq!(depth("r = a\n-r"), 0);
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
