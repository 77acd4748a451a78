//! Explains why the grammar did not get past a place in the text.
//!
//! The grammar says where it stopped and whether it expected an operand or an operator there; this file
//! looks at what stands there instead and recognizes the slips that people make: operators of other
//! languages, constructs of Python that are left out, characters from a word processor. Each check looks
//! at the word or symbol at that place and just before it, so an explanation takes linear time at most. Only
//! the first mistake of a text is ever explained.

use super::error::{Construct, DefinitionPart, Found, NumberProblem, ParseError};
use super::foreign::{self, SUBSCRIPTS, SUPERSCRIPTS};
use super::scan::{self, Piece};
use crate::diag::Span;

/// What the grammar could have gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Operand,
    Operator,
    /// The name after a `.`.
    Attribute,
    /// A part of a definition before the formula.
    Definition(DefinitionPart),
}

/// A place in a text where the grammar stopped.
pub(super) struct Place<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// The statement that it is in.
    start: usize,
    end: usize,
    /// Where the statement before ends, if that is on another line.
    line_before: Option<usize>,
    /// Where the statement after begins.
    next: Option<usize>,
}

impl<'t> Place<'t> {
    /// The place `at` in the statement with this index.
    pub(super) fn new(text: &'t str, pieces: &[Piece], index: usize, at: usize) -> Place<'t> {
        let Piece { start, end, .. } = pieces[index];
        let previous = index.checked_sub(1).map(|index| pieces[index].end);
        let line_before = previous.filter(|&end| is_line_between(text, end, start));
        let next = pieces.get(index + 1).map(|piece| piece.start);
        Place { text, at, start, end, line_before, next }
    }

    /// Returns the last of these brackets that is open at the place though a line has ended since, or a
    /// statement seems to end here: what is wrong here is that it is not closed.
    pub(super) fn torn_by(&self, open: &[usize]) -> Option<usize> {
        let opener = open.iter().copied().rfind(|&opener| opener < self.at)?;
        let torn = is_line_between(self.text, opener, self.at)
            || self.text[self.at..].starts_with([';', '\n', '\r']);
        torn.then_some(opener)
    }

    /// The statement up to the place.
    fn before(&self) -> &'t str {
        &self.text[self.start..self.at]
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }
}

fn is_line_between(text: &str, start: usize, end: usize) -> bool {
    text[start..end].contains(['\n', '\r'])
}

/// Returns the mistake of a value that another statement follows.
pub(super) fn unused(text: &str, value: Span, piece: &Piece, next: &Piece) -> ParseError {
    let rest = Span::new(next.start, next.start);
    let follow = &text[next.start..];
    if is_line_between(text, piece.end, next.start)
        && (follow.starts_with(['+', '-']) || goes_on(follow))
    {
        return ParseError::LineBreak { span: Span::new(piece.end, piece.end), rest };
    }
    ParseError::UnusedValue { span: value, rest }
}

/// Returns the mistake at a place where the grammar expected something else.
pub(super) fn explain(place: &Place<'_>, expected: Expected) -> ParseError {
    let Place { text, at, .. } = *place;
    let rest = place.rest();
    if let Expected::Definition(part) = expected {
        return definition(place, part);
    }
    let Some(first) = rest.chars().next().filter(|_| at < place.end) else {
        return end(place, expected);
    };
    if let Some(end) = place.line_before.filter(|_| at == place.start && goes_on(rest)) {
        return ParseError::LineBreak { span: Span::new(end, end), rest: Span::new(at, at) };
    }
    if let Some(error) = number(text, at) {
        return error;
    }
    if let Some(error) = symbol(place, expected) {
        return error;
    }
    // What the grammar did not take as a name, or as more of one, is no letter to it, though Unicode may
    // call it one.
    let no_letter =
        !first.is_ascii() && (expected != Expected::Operator || text[..at].ends_with(is_word_part));
    if is_word_start(first) && !no_letter {
        return word(place, expected);
    }
    let (length, help) = foreign::explain(rest);
    if length > 0 {
        let span = Span::new(at, at + length);
        return ParseError::WrongCharacter { character: first, help, span };
    }
    let end =
        at + first.len_utf8() + if first.is_ascii_digit() { word_length(&rest[1..]) } else { 0 };
    let found = Found::Text(text[at..end].into());
    let span = Span::new(at, end);
    match expected {
        _ if matches!(first, '$' | '`' | '\\') || first.is_control() => {
            ParseError::WrongCharacter { character: first, help: None, span }
        }
        Expected::Attribute => ParseError::ExpectedName { found, span },
        Expected::Operand => ParseError::ExpectedOperand { found, span },
        Expected::Operator if matches!(first, '(' | '[' | '"' | '\'' | '.' | '0'..='9' | '~') => {
            ParseError::MissingOperator { found, span }
        }
        Expected::Operator | Expected::Definition(_) => ParseError::Unexpected { found, span },
    }
}

/// A statement that ends too early.
fn end(place: &Place<'_>, expected: Expected) -> ParseError {
    let at = place.at;
    let (found, span) = match place.rest().find(';') {
        Some(blanks) if place.rest()[..blanks].bytes().all(|b| matches!(b, b' ' | b'\t')) => {
            (Found::Text(";".into()), Span::new(at + blanks, at + blanks + 1))
        }
        Some(_) | None => match place.next {
            Some(next) => {
                return ParseError::LineBreak {
                    span: Span::new(at, at),
                    rest: Span::new(next, next),
                };
            }
            None => (Found::End, Span::new(at, at)),
        },
    };
    match expected {
        Expected::Attribute => ParseError::ExpectedName { found, span },
        Expected::Operand | Expected::Operator | Expected::Definition(_) => {
            ParseError::ExpectedOperand { found, span }
        }
    }
}

/// Whether a line begins with what can only go on with an expression: an infix operator or a comma.
fn goes_on(rest: &str) -> bool {
    const SYMBOLS: &[char] = &['*', '/', '%', '<', '>', '=', '&', '|', '^', '.', ','];
    let is_conditional = match &rest[..word_length(rest)] {
        "and" | "or" | "in" | "is" => true,
        "if" | "else" => !line(rest).contains(':'),
        _ => false,
    };
    is_conditional
        || rest.starts_with("!=")
        || rest.starts_with(SYMBOLS) && !rest.starts_with("...")
}

fn line(rest: &str) -> &str {
    rest.split(['\n', '\r']).next().unwrap_or(rest)
}

/// A definition that is not written like one.
fn definition(place: &Place<'_>, part: DefinitionPart) -> ParseError {
    let at = place.at;
    let rest = &place.text[at..place.end];
    let length = match rest.chars().next() {
        None => {
            let span = Span::new(at, at);
            return ParseError::BadDefinition { part, found: Found::End, span };
        }
        Some(first) if is_word_part(first) => word_length(rest),
        Some(_) if rest.starts_with("->") || rest.starts_with("**") => 2,
        Some(first) => first.len_utf8(),
    };
    let found = Found::Text(rest[..length].into());
    ParseError::BadDefinition { part, found, span: Span::new(at, at + length) }
}

/// A number that goes on with something that is not part of it: `2a`, `007`, `1__0`, `0xg`.
fn number(text: &str, at: usize) -> Option<ParseError> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let before = &text[..at];
    let head = &before[before.trim_end_matches(part).len()..];
    // The number may follow `[`, an operator or a blank, but not a letter: `x2 y` has no number.
    let starts_as_number = head.starts_with(|c: char| c.is_ascii_digit())
        || (head.starts_with('.') && head[1..].starts_with(|c: char| c.is_ascii_digit()));
    let follows_letter =
        before[..before.len() - head.len()].ends_with(|c: char| c.is_alphanumeric());
    let next = text[at..].chars().next()?;
    if !starts_as_number || follows_letter || !(is_word_part(next) || next == '.') {
        return None;
    }
    let start = at - head.len();
    let tail = &text[at..at + word_length(&text[at..])];
    let problem = match (head, next) {
        ("0", 'x' | 'X') => NumberProblem::Digits { base: 16 },
        ("0", 'o' | 'O') => NumberProblem::Digits { base: 8 },
        ("0", 'b' | 'B') => NumberProblem::Digits { base: 2 },
        (_, '_') => NumberProblem::Underscore,
        (_, '.') => NumberProblem::Points,
        (_, '0'..='9') if head.contains('.') => NumberProblem::Points,
        (_, '0'..='9') if head.starts_with(['0']) && head[1..].starts_with(['b', 'B']) => {
            NumberProblem::Digits { base: 2 }
        }
        (_, '0'..='9') if head.starts_with(['0']) && head[1..].starts_with(['o', 'O']) => {
            NumberProblem::Digits { base: 8 }
        }
        (_, '0'..='9') => NumberProblem::LeadingZeros,
        (_, 'e' | 'E') if tail.len() == 1 || tail[1..].starts_with(['_']) => {
            NumberProblem::Exponent
        }
        _ => {
            let span = Span::new(start, at + tail.len());
            return Some(ParseError::MissingProduct {
                number: head.into(),
                name: tail.into(),
                span,
            });
        }
    };
    let rest = &text[at..];
    let end = at + rest.len() - rest.trim_start_matches(part).len();
    let span = Span::new(start, end);
    Some(ParseError::BadNumber { number: text[start..end].into(), problem, span })
}

/// Symbols of other languages, and of Python outside the language.
fn symbol(place: &Place<'_>, expected: Expected) -> Option<ParseError> {
    let Place { text, at, .. } = *place;
    let rest = place.rest();
    let before = place.before().bytes().next_back();
    // An operator that the grammar took for the first half of a longer one.
    if expected == Expected::Operand {
        let pair = |length: usize, help: &'static str| {
            let span = Span::new(at - 1, at + length);
            let written = text[span.range()].into();
            Some(ParseError::WrongOperator { written, help: help.into(), span })
        };
        match (before, rest.as_bytes()[0]) {
            (Some(b'&'), b'&') => return pair(1, AND),
            (Some(b'|'), b'|') => return pair(1, OR),
            (Some(b'<'), b'>') => return pair(1, "write `!=`"),
            (Some(b'-'), b'>') => return pair(1, "write `.` for an attribute, or `>` to compare"),
            (Some(b'='), b'<') => return pair(1, "write `<=`"),
            (Some(b'='), b'>') => return pair(1, "write `>=`"),
            (Some(b'='), b'=') => {
                let unequal = text[..at].ends_with("!=");
                let help = if unequal { "write `!=`" } else { "write `==`" };
                let start = at - if unequal || text[..at].ends_with("==") { 2 } else { 1 };
                let span = Span::new(start, at + 1);
                let written = text[span.range()].into();
                return Some(ParseError::WrongOperator { written, help: help.into(), span });
            }
            (Some(b':'), b'=') => {
                let span = Span::new(at - 1, at + 1);
                return Some(ParseError::Unsupported {
                    construct: Construct::NamedExpression,
                    span,
                });
            }
            (
                Some(b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'<' | b'>'),
                b'=',
            ) => {
                let span = Span::new(at - 1, at + 1);
                return Some(ParseError::Unsupported {
                    construct: Construct::AugmentedAssignment,
                    span,
                });
            }
            _ => {}
        }
    }
    let span = |length| Span::new(at, at + length);
    let unsupported =
        |construct, length| Some(ParseError::Unsupported { construct, span: span(length) });
    let wrong = |length: usize, help: &'static str| {
        let written = rest[..length].into();
        Some(ParseError::WrongOperator { written, help: help.into(), span: span(length) })
    };
    let starts = |symbol: &str| rest.starts_with(symbol);
    if starts(":=") {
        unsupported(Construct::NamedExpression, 2)
    } else if starts("=>") {
        wrong(2, "write `>=`")
    } else if starts("=<") {
        wrong(2, "write `<=`")
    } else if starts("=") && expected == Expected::Operator {
        if scan::ends_in_brackets(place.before()) {
            wrong(1, "write `==` to compare")
        } else {
            Some(ParseError::NotAName { span: span(1) })
        }
    } else if starts("!") && !starts("!=") {
        wrong(1, "write `not x`, or `~x` for bits")
    } else if starts(";") {
        Some(ParseError::Unexpected { found: Found::Text(";".into()), span: span(1) })
    } else if starts("{") {
        unsupported(Construct::Braces, 1)
    } else if starts("?") {
        unsupported(Construct::Ternary, 1)
    } else if starts("`") {
        unsupported(Construct::Backquote, 1)
    } else if starts("...") && expected == Expected::Operand {
        Some(ParseError::MisplacedEllipsis { span: span(3) })
    } else if starts("*") && expected == Expected::Operand && item_start(place.before()) {
        unsupported(Construct::Starred, if starts("**") { 2 } else { 1 })
    } else if starts("\"") || starts("'") {
        format_prefix(place.before()).map(|start| place.start + start).map(|start| {
            ParseError::Unsupported {
                construct: Construct::FormatString,
                span: Span::new(start, at + 1),
            }
        })
    } else {
        None
    }
}

const AND: &str = "write `and` for truth, or `&` for bits; mind that `&` binds tighter than `<`";
const OR: &str = "write `or` for truth, or `|` for bits; mind that `|` binds tighter than `<`";

/// The offset of the prefix of a formatted string, if `before` ends with one.
fn format_prefix(before: &str) -> Option<usize> {
    let word = &before[before.trim_end_matches(is_word_part).len()..];
    let known =
        ["f", "fr", "rf", "t", "tr", "rt"].iter().any(|prefix| word.eq_ignore_ascii_case(prefix));
    known.then_some(before.len() - word.len())
}

/// A word where it cannot stand.
fn word(place: &Place<'_>, expected: Expected) -> ParseError {
    let Place { text, at, .. } = *place;
    let word = &text[at..at + word_length(&text[at..])];
    let span = Span::new(at, at + word.len());
    let found = Found::Text(word.into());
    let unsupported = |construct| ParseError::Unsupported { construct, span };
    let wrong = |help: &'static str| ParseError::WrongOperator {
        written: word.into(),
        help: help.into(),
        span,
    };
    let operator = expected == Expected::Operator;
    let first = at == place.start;
    let follows = line(&text[span.end as usize..]).trim_start();
    let is_statement = follows.is_empty()
        || follows.starts_with(['(', '[', ':', '\'', '"', ';'])
        || follows.starts_with(is_word_start);
    match word {
        "lambda" => unsupported(Construct::Lambda),
        "for" | "async" if operator => unsupported(Construct::Comprehension),
        "await" => unsupported(Construct::Await),
        "yield" => unsupported(Construct::Yield),
        "return" if first && is_statement => ParseError::ReturnOutside { span },
        "if" | "elif" | "else" if first && follows.contains(':') => unsupported(Construct::If),
        "for" | "while" if first && is_statement => unsupported(Construct::Loop),
        "assert" | "async" | "break" | "class" | "continue" | "del" | "except" | "finally"
        | "from" | "global" | "import" | "nonlocal" | "pass" | "raise" | "try" | "with"
            if first && is_statement =>
        {
            unsupported(Construct::Statement)
        }
        "def" if !first && !operator => ParseError::MisplacedDefinition { span },
        "and" | "or" | "in" | "is" | "if" | "else" | "not"
            if !operator && expected != Expected::Attribute =>
        {
            ParseError::ExpectedOperand { found, span }
        }
        "not" if operator => wrong("write `not in`, or an operator before `not`"),
        "elif" if operator => wrong("write `else y if condition else z`"),
        "AND" | "And" if operator => wrong("write `and`"),
        "OR" | "Or" if operator => wrong("write `or`"),
        "xor" | "XOR" if operator => wrong("write `^`"),
        "mod" | "MOD" if operator => wrong("write `%`"),
        "div" | "DIV" if operator => wrong("write `//`"),
        "eq" | "lt" | "le" | "ge" | "gt" | "ne" if operator => {
            wrong("write `==`, `<`, `<=`, `>=`, `>` or `!=`")
        }
        _ if operator => ParseError::MissingOperator { found, span },
        _ => ParseError::ReservedWord { word: word.into(), span },
    }
}

/// Whether an item of a call or bracket, or the statement, begins after `before`.
fn item_start(before: &str) -> bool {
    let before = before.trim_end();
    before.is_empty() || before.ends_with(['(', '[', ','])
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// A superset of what the grammar allows in names; only for messages.
fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() && !SUPERSCRIPTS.contains(c) && !SUBSCRIPTS.contains(c) || c == '_'
}

fn word_length(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_word_part).len()
}
