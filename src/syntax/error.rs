//! What can be wrong with the text of a program, as data. `diagnose` says how it is told.

use std::borrow::Cow;

use thiserror::Error;

use crate::diag::Span;

/// Why a text is not a program. The first mistake only: what follows it is guesswork.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum ParseError {
    // Limits
    #[error("the expression is {length} bytes long; the limit is {limit}")]
    TooLong { length: usize, limit: usize },
    #[error("brackets are nested more than {limit} deep")]
    TooDeep { span: Span, limit: usize },
    #[error("the expression has more than {limit} operands and operators")]
    TooManyNodes { span: Span, limit: usize },
    #[error(
        "the program has more than {limit} operands and operators once its functions are written out"
    )]
    TooManyInlined { span: Span, limit: usize },
    #[error("calls of functions of the program are nested more than {limit} deep")]
    CallsTooDeep { span: Span, limit: usize },
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

    // Statements
    #[error("this value is not used")]
    UnusedValue { span: Span, rest: Span },
    #[error("only a name can be given a value")]
    NotAName { span: Span },
    #[error("`...` stands alone, and in a subscript")]
    MisplacedEllipsis { span: Span },
    #[error("expected {}, found {found}", part.name())]
    BadDefinition { part: DefinitionPart, found: Found, span: Span },
    #[error("a definition inside another statement")]
    MisplacedDefinition { span: Span },
    #[error("`return` outside a function")]
    ReturnOutside { span: Span },
    #[error("the body of a function is not indented")]
    BodyNotIndented { definition: Span, span: Span },
    #[error("a function has one statement, its `return`")]
    SecondBodyLine { body: Span, span: Span },
    #[error("the program computes nothing")]
    NoResult { why: NoResult, span: Span },

    // Names
    #[error("`{name}` is defined twice")]
    Rebound { name: Box<str>, first: Span, span: Span },
    #[error("`{name}` is used before it is defined")]
    UsedTooEarly { name: Box<str>, bound: Span, span: Span },
    #[error("`{name}` is used in its own definition")]
    UsedInItself { name: Box<str>, bound: Span, span: Span },
    #[error("the function `{name}` uses itself")]
    Recursion { name: Box<str>, definition: Span, span: Span },
    #[error("the parameter `{name}` is named twice")]
    RepeatedParameter { name: Box<str>, first: Span, span: Span },
    #[error("`{name}` is a function, not a value")]
    FunctionAsValue { name: Box<str>, definition: Span, span: Span },
    #[error("`{name}` is a value, not a function")]
    ValueCalled { name: Box<str>, bound: Span, span: Span },
    #[error("`{name}` takes {}, not {given}", arguments(*.expected))]
    SurplusArguments { name: Box<str>, expected: usize, given: usize, definition: Span, span: Span },
    #[error("the argument `{missing}` of `{name}` is missing")]
    MissingArgument { name: Box<str>, missing: Box<str>, definition: Span, span: Span },
    #[error("`{name}` has no argument `{keyword}`")]
    UnknownArgument {
        name: Box<str>,
        keyword: Box<str>,
        nearest: Option<Box<str>>,
        definition: Span,
        span: Span,
    },
    #[error("the argument `{keyword}` of `{name}` is given twice")]
    ArgumentGivenTwice {
        name: Box<str>,
        keyword: Box<str>,
        first: Span,
        definition: Span,
        span: Span,
    },

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

/// The parts of a definition before its formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefinitionPart {
    Name,
    Open,
    Parameter,
    /// After a parameter.
    Close,
    Colon,
    Return,
}

impl DefinitionPart {
    fn name(self) -> &'static str {
        match self {
            DefinitionPart::Name => "the name of the function",
            DefinitionPart::Open => "`(`",
            DefinitionPart::Parameter => "a parameter or `)`",
            DefinitionPart::Close => "`,` or `)`",
            DefinitionPart::Colon => "`:`",
            DefinitionPart::Return => "`return`",
        }
    }
}

/// Why the last statement of a program is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResult {
    Definition,
    EmptyTuple,
}

/// A construct of Python that the language leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    Lambda,
    NamedExpression,
    AugmentedAssignment,
    Statement,
    If,
    Loop,
    Comprehension,
    Braces,
    Starred,
    Await,
    Yield,
    FormatString,
    Backquote,
    Ternary,
}

impl Construct {
    /// The construct and its verb, so that both agree in number.
    pub(super) fn subject(self) -> &'static str {
        match self {
            Construct::Lambda => "`lambda` is",
            Construct::NamedExpression => "`:=` is",
            Construct::AugmentedAssignment => "augmented assignments are",
            Construct::Statement => "statements of this kind are",
            Construct::If => "`if` statements are",
            Construct::Loop => "loops are",
            Construct::Comprehension => "comprehensions are",
            Construct::Braces => "sets and dicts are",
            Construct::Starred => "starred arguments are",
            Construct::Await => "`await` is",
            Construct::Yield => "`yield` is",
            Construct::FormatString => "formatted strings are",
            Construct::Backquote => "back quotes are",
            Construct::Ternary => "`?` is",
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

/// A number of arguments, in words.
fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}
