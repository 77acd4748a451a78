//! What can be wrong with the text of an expression, as data, and how it is told.

use std::borrow::Cow;

use thiserror::Error;

use super::limits::Limits;
use crate::diag::{Diagnostic, ErrorKind, Span};

/// Why a text is not an expression. The first mistake only: what follows it is guesswork.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ParseError {
    // Limits
    #[error("the expression is {length} bytes long; the limit is {limit}")]
    TooLong { length: usize, limit: usize },
    #[error("brackets are nested more than {limit} deep")]
    TooDeep { span: Span, limit: usize },
    #[error("the expression has more than {limit} operands and operators")]
    TooManyNodes { span: Span, limit: usize },
    #[error("there is not enough stack to parse brackets nested {depth} deep")]
    OutOfStack { depth: usize },

    // Layout, brackets and quotes
    #[error("the expression is empty")]
    Empty,
    #[error("the line ends before the expression does")]
    LineBreak { span: Span, rest: Span },
    #[error("`{open}` is never closed")]
    UnclosedBracket { open: char, span: Span },
    #[error("`{close}` does not close `{open}`")]
    MismatchedBracket { open: char, open_span: Span, close: char, span: Span },
    #[error("`{close}` closes nothing")]
    StrayBracket { close: char, span: Span },
    #[error("the string is never closed")]
    UnclosedString { span: Span },

    // Operands and operators
    #[error("expected an operand, found {found}")]
    ExpectedOperand { found: Found, span: Span },
    #[error("expected a name after `.`, found {found}")]
    ExpectedName { found: Found, span: Span },
    #[error("an operator is missing before {found}")]
    MissingOperator { found: Found, span: Span },
    #[error("`*` is missing between `{number}` and `{name}`")]
    MissingProduct { number: Box<str>, name: Box<str>, span: Span },
    #[error("unexpected {found}")]
    Unexpected { found: Found, span: Span },
    #[error("`{written}` is not an operator of the language")]
    WrongOperator { written: Box<str>, help: Cow<'static, str>, span: Span },
    #[error("unexpected character {character}", character = name_character(*.character))]
    WrongCharacter { character: char, help: Option<Cow<'static, str>>, span: Span },
    #[error("`{word}` is a reserved word")]
    ReservedWord { word: Box<str>, span: Span },
    #[error("{} not part of the language", construct.subject())]
    Unsupported { construct: Construct, span: Span },
    #[error("`not` binds weaker than `{operator}`")]
    MisplacedNot { operator: &'static str, operator_span: Span, span: Span },
    #[error("`if` has no `else`")]
    IfWithoutElse { span: Span },
    #[error("`else` has no `if`")]
    ElseWithoutIf { span: Span },
    #[error("a conditional expression as a condition needs brackets")]
    IfInCondition { outer: Span, span: Span },
    #[error("a positional argument follows a keyword argument")]
    PositionalAfterKeyword { keyword: Span, span: Span },
    #[error("the argument `{name}` is given twice")]
    RepeatedKeyword { name: Box<str>, first: Span, span: Span },

    // Literals
    #[error("the integer is too large")]
    IntTooLarge { span: Span },
    #[error("`{number}` is not a number")]
    BadNumber { number: Box<str>, problem: NumberProblem, span: Span },
    #[error("unknown escape in a string")]
    UnknownEscape { span: Span },
    #[error("invalid escape in a string")]
    BadEscape { problem: EscapeProblem, span: Span },
    #[error("bytes and text cannot be joined")]
    MixedStrings { first: Span, span: Span },
    #[error("bytes can only hold ASCII characters")]
    NonAsciiBytes { span: Span },
}

/// What stands where something else was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    End,
    Text(Box<str>),
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Found::End => f.write_str("the end"),
            Found::Text(text) => write!(f, "`{text}`"),
        }
    }
}

/// A construct of Python that the language leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    Lambda,
    NamedExpression,
    AugmentedAssignment,
    Semicolon,
    Statement,
    Comprehension,
    Braces,
    Starred,
    Ellipsis,
    Await,
    Yield,
    FormatString,
    Backquote,
    Ternary,
}

impl Construct {
    /// The construct and its verb, so that both agree in number.
    fn subject(self) -> &'static str {
        match self {
            Construct::Lambda => "`lambda` is",
            Construct::NamedExpression => "`:=` is",
            Construct::AugmentedAssignment => "assignments are",
            Construct::Semicolon => "`;` is",
            Construct::Statement => "statements are",
            Construct::Comprehension => "comprehensions are",
            Construct::Braces => "sets and dicts are",
            Construct::Starred => "starred arguments are",
            Construct::Ellipsis => "`...` is",
            Construct::Await => "`await` is",
            Construct::Yield => "`yield` is",
            Construct::FormatString => "formatted strings are",
            Construct::Backquote => "back quotes are",
            Construct::Ternary => "`?` is",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Construct::Lambda => "write the formula itself; its variables are bound by name",
            Construct::NamedExpression => {
                "write the value where it is used; equal parts are computed once"
            }
            Construct::AugmentedAssignment => "write the value alone: `a + 1`, not `a += 1`",
            Construct::Semicolon => "evaluate one expression at a time",
            Construct::Statement => "write a single expression, the value that is wanted",
            Construct::Comprehension => {
                "every operator and function works element by element: `sqrt(x)` needs no loop"
            }
            Construct::Braces => {
                "compare with each value: `(a == 1) | (a == 2)`; group with `(` and `)`"
            }
            Construct::Starred => "write the arguments one by one",
            Construct::Ellipsis => "write `:` for each axis",
            Construct::Await | Construct::Yield => "an expression is computed at once",
            Construct::FormatString => {
                "write the text without `f`; join strings outside the expression"
            }
            Construct::Backquote => "names need no quotes",
            Construct::Ternary => "write `x if condition else y` or `where(condition, x, y)`",
        }
    }
}

/// What is wrong with something that begins like a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberProblem {
    LeadingZeros,
    /// A digit that the base does not have, or none at all.
    Digits {
        base: u32,
    },
    Underscore,
    Exponent,
    Points,
}

/// What is wrong with a known escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EscapeProblem {
    /// Fewer than this many hexadecimal digits follow.
    Digits(usize),
    /// The number is not that of a character, or does not fit a byte.
    Value,
    /// `\N{…}`, which would need Unicode's table of names.
    Named,
}

/// A character the way a message can show it: invisible ones by number.
fn name_character(character: char) -> String {
    let code = u32::from(character);
    if character.is_control()
        || character.is_whitespace()
        || matches!(code, 0x200B..=0x200F | 0x2060 | 0xFEFF)
    {
        format!("U+{code:04X}")
    } else if character.is_ascii() {
        format!("`{character}`")
    } else {
        format!("`{character}` (U+{code:04X})")
    }
}

impl ParseError {
    /// Returns the error as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let limit = || Diagnostic::new(ErrorKind::Limit, self);
        let syntax = || Diagnostic::new(ErrorKind::Syntax, self);
        match self {
            ParseError::TooLong { .. } => limit().help("raise `Limits::length`"),
            ParseError::TooDeep { span, limit: most } => {
                let next = if *most < Limits::MAX_NESTING {
                    "raise `Limits::nesting`, or compute a part of it first"
                } else {
                    "compute a part of it first"
                };
                limit().at(*span, "one bracket too deep").help(next)
            }
            ParseError::TooManyNodes { span, .. } => {
                limit().at(*span, "one too many").help("raise `Limits::nodes`")
            }
            ParseError::OutOfStack { .. } => {
                limit().help("parse on a thread with more stack, or lower `Limits::nesting`")
            }
            ParseError::Empty => syntax()
                .at(Span::default(), "nothing here")
                .help("write an expression, such as `2*a + 3*b`"),
            ParseError::LineBreak { span, rest } => syntax()
                .at(*span, "the expression ends here")
                .context(*rest, "but goes on here")
                .help("put the whole in brackets, or end the line with `\\`"),
            ParseError::UnclosedBracket { open, span } => {
                syntax().at(*span, "opened here").help(format!("add `{}`", closing(*open)))
            }
            ParseError::MismatchedBracket { open, open_span, span, .. } => syntax()
                .at(*span, "closed here")
                .context(*open_span, "opened here")
                .help(format!("write `{}`", closing(*open))),
            ParseError::StrayBracket { close, span } => {
                syntax().at(*span, "no bracket is open").help(format!("remove `{close}`"))
            }
            ParseError::UnclosedString { span } => syntax()
                .at(*span, "opened here")
                .help("add the same quote at its end, on the same line unless there are three"),
            ParseError::ExpectedOperand { span, .. } => syntax()
                .at(*span, "no operand here")
                .help("an operand is a name, a number, a call or something in brackets"),
            ParseError::ExpectedName { span, .. } => {
                syntax().at(*span, "no name here").help("an attribute is a name: `z.real`")
            }
            ParseError::MissingOperator { found, span } => syntax()
                .at(*span, "follows an operand")
                .help(format!("write an operator or `,` before {found}")),
            ParseError::MissingProduct { number, name, span } => {
                syntax().at(*span, "two operands").help(format!("write `{number}*{name}`"))
            }
            ParseError::Unexpected { found, span } => {
                let diagnostic = syntax().at(*span, "not here");
                match found {
                    Found::Text(text) if &**text == ":" => diagnostic
                        .help("a slice is `start:stop:step` and belongs in a subscript: `a[1:3]`"),
                    Found::Text(_) | Found::End => diagnostic,
                }
            }
            ParseError::WrongOperator { help, span, .. } => {
                syntax().at(*span, "no such operator").help(help)
            }
            ParseError::WrongCharacter { help, span, .. } => {
                let diagnostic = syntax().at(*span, "not a character of the language");
                match help {
                    Some(help) => diagnostic.help(help),
                    None => diagnostic,
                }
            }
            ParseError::ReservedWord { span, .. } => {
                syntax().at(*span, "a word of Python, not a name").help("use another name")
            }
            ParseError::Unsupported { construct, span } => {
                Diagnostic::new(ErrorKind::Unsupported, self)
                    .at(*span, "not supported")
                    .help(construct.help())
            }
            ParseError::MisplacedNot { operator, operator_span, span } => syntax()
                .at(*span, "needs brackets here")
                .context(*operator_span, "binds tighter")
                .help(format!("write `{operator} (not b)`")),
            ParseError::IfWithoutElse { span } => {
                syntax().at(*span, "no `else` follows").help("write `x if condition else y`")
            }
            ParseError::ElseWithoutIf { span } => {
                syntax().at(*span, "no `if` before it").help("write `x if condition else y`")
            }
            ParseError::IfInCondition { outer, span } => syntax()
                .at(*span, "a second `if` before `else`")
                .context(*outer, "the condition begins here")
                .help("put the inner conditional in brackets"),
            ParseError::PositionalAfterKeyword { keyword, span } => syntax()
                .at(*span, "has no name")
                .context(*keyword, "has a name")
                .help("put arguments without a name first"),
            ParseError::RepeatedKeyword { first, span, .. } => syntax()
                .at(*span, "given again")
                .context(*first, "given first")
                .help("remove one of them"),
            ParseError::IntTooLarge { span } => syntax()
                .at(*span, "2**127 or more")
                .help("write a float: `1e40`, or a `.0` after the digits"),
            ParseError::BadNumber { problem, span, number } => {
                let (label, help) = number_advice(*problem, number);
                syntax().at(*span, label).help(help)
            }
            ParseError::UnknownEscape { span } => syntax()
                .at(*span, "means nothing")
                .help("write `\\\\` for a backslash, or `r'…'` to leave all backslashes alone"),
            ParseError::BadEscape { problem, span } => match problem {
                EscapeProblem::Digits(digits) => {
                    let help = format!("write {digits} hexadecimal digits");
                    syntax().at(*span, "too few digits").help(help)
                }
                EscapeProblem::Value => syntax()
                    .at(*span, "no character or byte has this number")
                    .help("bytes go to `\\xff`, characters to `\\U0010ffff` without surrogates"),
                EscapeProblem::Named => {
                    syntax().at(*span, "characters have no names here").help("write `\\uhhhh`")
                }
            },
            ParseError::MixedStrings { first, span } => syntax()
                .at(*span, "this and the one before differ")
                .context(*first, "the first literal")
                .help("give all of them the prefix `b`, or none"),
            ParseError::NonAsciiBytes { span } => {
                syntax().at(*span, "not ASCII").help("write each byte as `\\xhh`")
            }
        }
    }
}

fn closing(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn number_advice(problem: NumberProblem, number: &str) -> (Cow<'static, str>, Cow<'static, str>) {
    match problem {
        NumberProblem::LeadingZeros => {
            let digits = number.trim_start_matches(['0', '_']);
            let help = if digits.bytes().all(|b| matches!(b, b'0'..=b'7')) {
                format!("write `{digits}`, or `0o{digits}` for octal")
            } else {
                format!("write `{digits}`")
            };
            ("leading zeros".into(), help.into())
        }
        NumberProblem::Digits { base } => {
            let (last, example) = match base {
                2 => ("0 or 1", "0b1010"),
                8 => ("0 to 7", "0o17"),
                _ => ("0 to 9 or a to f", "0xFF"),
            };
            (format!("digits are {last}").into(), format!("write it like `{example}`").into())
        }
        NumberProblem::Underscore => {
            ("an underscore without a digit on both sides".into(), "write it like `1_000`".into())
        }
        NumberProblem::Exponent => {
            ("the exponent has no digits".into(), "write it like `1e-3`".into())
        }
        NumberProblem::Points => {
            ("more than one decimal point".into(), "write it like `1.5`".into())
        }
    }
}
