//! How a mistake in the text of a program is told: labels on the text, and what to do.

use std::borrow::Cow;

use super::error::{
    Construct, DefinitionPart, EscapeProblem, Found, NoResult, NumberProblem, ParseError,
};
use super::limits::Limits;
use crate::diag::{Diagnostic, ErrorKind, Span};
use crate::ops::Func;

impl ParseError {
    /// Returns the error as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let limit = || Diagnostic::new(ErrorKind::Limit, self);
        let syntax = || Diagnostic::new(ErrorKind::Syntax, self);
        let typed = || Diagnostic::new(ErrorKind::Type, self);
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
            ParseError::TooManyInlined { span, .. } => limit()
                .at(*span, "one too many within this")
                .help("raise `Limits::nodes`, or give names to what functions compute repeatedly"),
            ParseError::CallsTooDeep { span, limit: most } => {
                let diagnostic = limit().at(*span, "one call too deep");
                if *most < Limits::MAX_NESTING {
                    diagnostic.help("raise `Limits::nesting`")
                } else {
                    diagnostic.help("write some of the functions out")
                }
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
            ParseError::ExpectedOperand { found, span } => {
                let help = match found {
                    Found::Text(text) if &**text == "if" => "write `x if condition else y`",
                    Found::Text(_) | Found::End => {
                        "an operand is a name, a number, a call or something in brackets"
                    }
                };
                syntax().at(*span, "no operand here").help(help)
            }
            ParseError::ExpectedName { span, .. } => {
                syntax().at(*span, "no name here").help("an attribute is a name: `z.real`")
            }
            ParseError::MissingOperator { found, span } => {
                let diagnostic = syntax()
                    .at(*span, "follows an operand")
                    .help(format!("write an operator or `,` before {found}"));
                match found {
                    Found::Text(name) => match Func::from_name(name) {
                        Some(func) => {
                            let params = func.info().params.join(", ");
                            diagnostic.help(format!("call the function: `{name}({params})`"))
                        }
                        None => diagnostic,
                    },
                    Found::End => diagnostic,
                }
            }
            ParseError::MissingProduct { number, name, span } => {
                syntax().at(*span, "two operands").help(format!("write `{number}*{name}`"))
            }
            ParseError::Unexpected { found, span } => {
                let diagnostic = syntax().at(*span, "not here");
                match found {
                    Found::Text(text) if &**text == ":" => diagnostic
                        .help("a slice is `start:stop:step` and belongs in a subscript: `a[1:3]`"),
                    Found::Text(text) if &**text == ";" => {
                        diagnostic.help("`;` ends a statement, but a bracket is open here")
                    }
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
                    .help(construct_advice(*construct))
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
            ParseError::UnusedValue { span, rest } => syntax()
                .at(*span, "computed and dropped")
                .context(*rest, "the program goes on here")
                .help("give it a name: `name = …`; only the last statement is the result")
                .help("if it goes on in the next line, put the whole in brackets"),
            ParseError::NotAName { span } => syntax()
                .at(*span, "more than a name before it")
                .help("write `name = value`, one name in a statement")
                .help("write `==` to compare"),
            ParseError::MisplacedEllipsis { span } => syntax()
                .at(*span, "not here")
                .help("it stands for all the axes that are not mentioned: `a[..., None]`"),
            ParseError::BadDefinition { part, found, span } => {
                syntax().at(*span, "not here").help(definition_advice(*part, found))
            }
            ParseError::MisplacedDefinition { span } => syntax()
                .at(*span, "begins a statement")
                .help("end the statement before it with its line or `;`"),
            ParseError::ReturnOutside { span } => syntax()
                .at(*span, "not in a function")
                .help("the last statement is the result: write its value alone"),
            ParseError::BodyNotIndented { definition, span } => syntax()
                .at(*span, "needs blanks before it")
                .context(*definition, "the function begins here")
                .help("indent the line, or write it behind the `:`"),
            ParseError::SecondBodyLine { body, span } => syntax()
                .at(*span, "indented like the body")
                .context(*body, "the function ends here")
                .help("indent the line like the `def`"),
            ParseError::NoResult { why, span } => {
                let label = match why {
                    NoResult::Definition => "the last statement is a definition",
                    NoResult::EmptyTuple => "the last statement is an empty tuple",
                };
                syntax().at(*span, label).help("end with the value that is wanted")
            }
            ParseError::Rebound { first, span, .. } => syntax()
                .at(*span, "defined again")
                .context(*first, "defined first")
                .help("a name keeps its meaning: use another name"),
            ParseError::UsedTooEarly { name, bound, span } => {
                Diagnostic::new(ErrorKind::UnknownName, self)
                    .at(*span, "used here")
                    .context(*bound, "defined here")
                    .help(format!(
                        "move the definition up; an input cannot be called `{name}`, too"
                    ))
            }
            ParseError::UsedInItself { name, bound, span } => {
                Diagnostic::new(ErrorKind::UnknownName, self)
                    .at(*span, "not yet defined")
                    .context(*bound, "defined here")
                    .help(format!("if `{name}` is an input, give the result another name"))
            }
            ParseError::Recursion { definition, span, .. } => syntax()
                .at(*span, "used here")
                .context(*definition, "defined here")
                .help("a call means the formula of the function, so it cannot contain itself"),
            ParseError::RepeatedParameter { first, span, .. } => syntax()
                .at(*span, "named again")
                .context(*first, "named first")
                .help("use another name"),
            ParseError::FunctionAsValue { name, definition, span } => typed()
                .at(*span, "read like a variable")
                .context(*definition, "defined here")
                .help(format!("call it: `{name}(…)`")),
            ParseError::ValueCalled { name, bound, span } => typed()
                .at(*span, "called like a function")
                .context(*bound, "defined here")
                .help(format!("to multiply, write `{name} * (…)`")),
            ParseError::SurplusArguments { definition, span, .. } => {
                typed().at(*span, "one too many").context(*definition, "defined here")
            }
            ParseError::MissingArgument { definition, span, .. } => {
                typed().at(*span, "too few arguments").context(*definition, "defined here")
            }
            ParseError::UnknownArgument { nearest, definition, span, .. } => {
                let diagnostic = typed().at(*span, "unknown").context(*definition, "defined here");
                match nearest {
                    Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
                    None => diagnostic,
                }
            }
            ParseError::ArgumentGivenTwice { first, definition, span, .. } => typed()
                .at(*span, "given again")
                .context(*first, "given first")
                .context(*definition, "defined here")
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

fn construct_advice(construct: Construct) -> &'static str {
    match construct {
        Construct::Lambda => "write a definition of its own: `def name(x): return value`",
        Construct::NamedExpression => "write a statement of its own: `name = value`",
        Construct::AugmentedAssignment => "give the result a name of its own: `b = a + 1`",
        Construct::Statement => {
            "statements are `name = value`, `def name(x): return value` and the result"
        }
        Construct::If => "write `name = x if condition else y`",
        Construct::Loop | Construct::Comprehension => {
            "every operator and function works element by element: `sqrt(x)` needs no loop"
        }
        Construct::Braces => {
            "compare with each value: `(a == 1) | (a == 2)`; group with `(` and `)`"
        }
        Construct::Starred => "write the arguments one by one",
        Construct::Await | Construct::Yield => "an expression is computed at once",
        Construct::FormatString => {
            "write the text without `f`; join strings outside the expression"
        }
        Construct::Backquote => "names need no quotes",
        Construct::Ternary => "write `x if condition else y` or `where(condition, x, y)`",
    }
}

fn definition_advice(part: DefinitionPart, found: &Found) -> &'static str {
    let found = match found {
        Found::Text(text) => &**text,
        Found::End => "",
    };
    match (part, found) {
        (DefinitionPart::Close, "=") => "parameters have no defaults: pass every argument",
        (DefinitionPart::Close, ":") => "parameters have no types: write only their names",
        (DefinitionPart::Parameter, "*" | "**" | "/") => "write the parameters one by one",
        (DefinitionPart::Colon, "->") => "functions have no types: leave `->` out",
        (DefinitionPart::Return, _) => {
            "a function has one statement, its `return`: write all of it as one expression"
        }
        (
            DefinitionPart::Name
            | DefinitionPart::Open
            | DefinitionPart::Parameter
            | DefinitionPart::Close
            | DefinitionPart::Colon,
            _,
        ) => "a definition is written `def name(x, y): return value`",
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
