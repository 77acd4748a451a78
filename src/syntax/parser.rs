//! Runs the grammar over a text and hands its tokens to the builder. The only file that sees pest.
//!
//! [`parse`] checks the limits first, because pest calls itself once per bracket. Nesting up to
//! [`INLINE_NESTING`] fits the caller's stack wherever half a mebibyte is free; deeper text gets a thread
//! whose stack is sized for it. pest also looks at the stack that is left before each call and gives up
//! with 64 KiB to go, in which case the same thread takes over, so a caller with little stack is served
//! too.

use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pairs;
use pest::{Parser, Token};

use super::ast::ExprKind;
use super::error::{DefinitionPart, ParseError};
use super::limits::Limits;
use super::literals::{self, Text};
use super::mistakes::{self, Expected, Place};
use super::precedence::{Bracket, Builder};
use super::program::{Program, StatementKind};
use super::scan::{self, Scan, scan};
use crate::diag::Span;
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Parses the text of a program, or says what is wrong with it first.
///
/// Takes time and memory linear in the length of the text, which `limits` bound.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Program, ParseError> {
    let scan = scan(text, limits)?;
    if scan.depth <= INLINE_NESTING {
        match parse_here(text, limits, &scan) {
            Err(Failure::Stack) => {}
            Err(Failure::Text(error)) => return Err(error),
            Ok(program) => return Ok(program),
        }
    }
    let no_stack = ParseError::OutOfStack { depth: scan.depth };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .name("numjit-parse".to_owned())
            .stack_size(SPARE_STACK + STACK_PER_BRACKET * scan.depth)
            .spawn_scoped(scope, || parse_here(text, limits, &scan));
        match worker.map(|worker| worker.join()) {
            Ok(Ok(Ok(program))) => Ok(program),
            Ok(Ok(Err(Failure::Text(error)))) => Err(error),
            Ok(Ok(Err(Failure::Stack))) | Err(_) => Err(no_stack),
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
        }
    })
}

/// The depth of brackets that is parsed on the caller's stack.
const INLINE_NESTING: usize = 100;

/// Bytes of stack for one bracket. An unoptimized build takes at most 4.3 KiB, an optimized one less
/// than 1 KiB (pest 2.9.6, Rust 1.95, x86-64).
const STACK_PER_BRACKET: usize = 10 << 10;

/// Bytes of stack for everything else: what pest wants to keep in reserve, and the thread's own.
const SPARE_STACK: usize = 256 << 10;

/// The parser that pest derives from the grammar, and its rules.
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/expr.pest"]
    pub(super) struct Grammar;
}

use grammar::{Grammar, Rule};

enum Failure {
    Text(ParseError),
    /// pest stopped because too little of the stack was left.
    Stack,
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Failure {
        Failure::Text(error)
    }
}

fn parse_here(text: &str, limits: &Limits, scan: &Scan) -> Result<Program, Failure> {
    let mut builder = Builder::new(limits.nodes);
    for (index, piece) in scan.pieces.iter().enumerate() {
        match Grammar::parse(Rule::statement, &text[piece.start..piece.end]) {
            Err(Error { variant: ErrorVariant::CustomError { .. }, .. }) => {
                return Err(Failure::Stack);
            }
            Err(error) => {
                let at = piece.start + offset(&error);
                let place = Place::new(text, &scan.pieces, index, at);
                return Err(mistake(&place, scan, expected(&error)).into());
            }
            // Whatever is wrong with a statement that a bracket or quote tears is due to that.
            Ok(_) if index + 1 == scan.pieces.len() && scan.mistake.is_some() => break,
            Ok(pairs) => {
                let kind = build(text, piece.start, pairs, &mut builder)?;
                let is_result = matches!(kind, StatementKind::Result);
                let value = builder.end_statement(kind)?;
                if is_result && let Some(next) = scan.pieces.get(index + 1) {
                    return Err(mistakes::unused(text, value, piece, next).into());
                }
            }
        }
    }
    match &scan.mistake {
        Some(mistake) => Err(mistake.error.clone().into()),
        None => Ok(builder.finish()),
    }
}

/// Returns the mistake that a reader from left to right would notice first.
fn mistake(place: &Place<'_>, scan: &Scan, expected: Expected) -> ParseError {
    match &scan.mistake {
        Some(mistake) if mistake.noticed_at <= place.at => mistake.error.clone(),
        Some(_) if let Some(opener) = place.torn_by(&scan.open) => {
            scan::unclosed(place.text, opener)
        }
        Some(_) | None => mistakes::explain(place, expected),
    }
}

fn offset(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// What the grammar could have gone on with at the place where it failed.
fn expected(error: &Error<Rule>) -> Expected {
    let rules: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let known = [
        (Rule::name, Expected::Operand),
        (Rule::attribute_name, Expected::Attribute),
        (Rule::function_name, Expected::Definition(DefinitionPart::Name)),
        (Rule::parameters_open, Expected::Definition(DefinitionPart::Open)),
        (Rule::parameter, Expected::Definition(DefinitionPart::Parameter)),
        (Rule::parameters_close, Expected::Definition(DefinitionPart::Close)),
        (Rule::body_colon, Expected::Definition(DefinitionPart::Colon)),
        (Rule::r#return, Expected::Definition(DefinitionPart::Return)),
    ];
    let found = known.into_iter().find(|(rule, _)| rules.contains(rule));
    found.map_or(Expected::Operator, |(_, expected)| expected)
}

/// Hands the tokens of a statement to the builder, in the order of the text.
fn build<'t>(
    text: &'t str,
    offset: usize,
    pairs: Pairs<'_, Rule>,
    builder: &mut Builder<'t>,
) -> Result<StatementKind, ParseError> {
    let mut kind = StatementKind::Result;
    // Only brackets and `strings` have tokens inside, so the start of every other token is also its
    // end's: one slot remembers it.
    let mut start = 0;
    let mut pieces: Vec<Span> = Vec::new();
    for token in pairs.tokens() {
        let (rule, at) = match token {
            Token::Start { rule, pos } => {
                start = offset + pos.pos();
                match rule {
                    Rule::parens => builder.open(Bracket::Parens, start),
                    Rule::list => builder.open(Bracket::List, start),
                    Rule::call => builder.open(Bracket::Call, start),
                    Rule::subscript => builder.open(Bracket::Subscript, start),
                    _ => {}
                }
                continue;
            }
            Token::End { rule, pos } => (rule, offset + pos.pos()),
        };
        if matches!(rule, Rule::parens | Rule::list | Rule::call | Rule::subscript) {
            builder.close(at)?;
            continue;
        }
        let span = Span::new(start, at);
        let word = &text[span.range()];
        match rule {
            Rule::string => pieces.push(span),
            Rule::strings => {
                let span = pieces[0].to(span);
                let kind = match literals::strings(text, &pieces)? {
                    Text::Str(text) => ExprKind::Str(text),
                    Text::Bytes(bytes) => ExprKind::Bytes(bytes),
                };
                builder.operand(kind, span)?;
                pieces.clear();
            }
            Rule::int => builder.operand(ExprKind::Int(literals::int(word, span)?), span)?,
            Rule::float => builder.operand(ExprKind::Float(literals::float(word)), span)?,
            Rule::imaginary => {
                builder.operand(ExprKind::Imaginary(literals::imaginary(word)), span)?;
            }
            Rule::constant => builder.operand(constant(word), span)?,
            Rule::name => builder.name(word, span)?,
            Rule::bound_name => kind = StatementKind::Binding(builder.word(word, span)),
            Rule::function_name => {
                let name = builder.word(word, span);
                kind = StatementKind::Definition { name, parameters: Vec::new() };
            }
            Rule::parameter => {
                let parameter = builder.word(word, span);
                if let StatementKind::Definition { parameters, .. } = &mut kind {
                    parameters.push(parameter);
                }
            }
            Rule::ellipsis => builder.operand(ExprKind::Ellipsis, span)?,
            Rule::attribute_name => builder.attribute(word, span)?,
            Rule::keyword_name => builder.keyword(word, span),
            Rule::comma => builder.comma()?,
            Rule::colon => builder.colon(span)?,
            Rule::not => builder.unary(UnaryOp::Not, span)?,
            Rule::sign => builder.unary(sign(word), span)?,
            Rule::r#if => builder.condition(span)?,
            Rule::r#else => builder.otherwise(span)?,
            Rule::and => builder.binary(BinaryOp::And, span)?,
            Rule::or => builder.binary(BinaryOp::Or, span)?,
            Rule::bit_and => builder.binary(BinaryOp::BitAnd, span)?,
            Rule::bit_or => builder.binary(BinaryOp::BitOr, span)?,
            Rule::bit_xor => builder.binary(BinaryOp::BitXor, span)?,
            Rule::power => builder.binary(BinaryOp::Pow, span)?,
            Rule::shift | Rule::sum | Rule::product => builder.binary(arithmetic(word), span)?,
            Rule::comparison => builder.compare(comparison(word), span)?,
            Rule::r#in => builder.compare(CompareOp::In, span)?,
            Rule::not_in => builder.compare(CompareOp::NotIn, span)?,
            Rule::is => builder.compare(CompareOp::Is, span)?,
            Rule::is_not => builder.compare(CompareOp::IsNot, span)?,
            _ => {} // tidy: the remaining rules are silent, or mean nothing by themselves
        }
    }
    Ok(kind)
}

fn constant(word: &str) -> ExprKind {
    match word {
        "True" => ExprKind::Bool(true),
        "False" => ExprKind::Bool(false),
        "None" => ExprKind::None,
        _ => unreachable!("not a constant of the grammar: {word}"),
    }
}

fn sign(symbol: &str) -> UnaryOp {
    match symbol {
        "-" => UnaryOp::Neg,
        "+" => UnaryOp::Pos,
        "~" => UnaryOp::Invert,
        _ => unreachable!("not a sign of the grammar: {symbol}"),
    }
}

fn arithmetic(symbol: &str) -> BinaryOp {
    match symbol {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "//" => BinaryOp::FloorDiv,
        "%" => BinaryOp::Rem,
        "@" => BinaryOp::MatMul,
        "<<" => BinaryOp::Shl,
        ">>" => BinaryOp::Shr,
        _ => unreachable!("not an arithmetic operator of the grammar: {symbol}"),
    }
}

fn comparison(symbol: &str) -> CompareOp {
    match symbol {
        "<" => CompareOp::Lt,
        "<=" => CompareOp::Le,
        "==" => CompareOp::Eq,
        "!=" => CompareOp::Ne,
        ">=" => CompareOp::Ge,
        ">" => CompareOp::Gt,
        _ => unreachable!("not a comparison of the grammar: {symbol}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts nested `depth` deep, by all the ways in which an expression can contain another.
    fn nested(depth: usize) -> Vec<String> {
        let pairs = [
            ("(", ")"),
            ("-(", ")"),
            ("[", "]"),
            ("f(", ")"),
            ("f(x=", ")"),
            ("a[", "]"),
            ("a[::", "]"),
        ];
        (pairs.iter())
            .flat_map(|(open, close)| {
                [open.repeat(depth) + "b" + &close.repeat(depth), open.repeat(depth)]
            })
            .collect()
    }

    fn on_stack<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(bytes).spawn_scoped(scope, work);
            thread.unwrap().join().unwrap()
        })
    }

    #[test]
    fn the_default_nesting_fits_a_stack_of_one_mebibyte() {
        assert_eq!(Limits::default().nesting, INLINE_NESTING);
        on_stack(1 << 20, || {
            for text in nested(INLINE_NESTING) {
                let limits = Limits::default();
                let scan = scan(&text, &limits).unwrap();
                let result = parse_here(&text, &limits, &scan);
                assert!(!matches!(result, Err(Failure::Stack)), "{text}");
            }
        });
    }

    #[test]
    fn half_the_stack_of_a_deep_text_is_enough() {
        let limits = Limits::default().with_nesting(Limits::MAX_NESTING);
        on_stack(SPARE_STACK + STACK_PER_BRACKET / 2 * limits.nesting, || {
            for text in nested(limits.nesting) {
                let scan = scan(&text, &limits).unwrap();
                assert!(
                    !matches!(parse_here(&text, &limits, &scan), Err(Failure::Stack)),
                    "{text}"
                );
            }
        });
    }

    #[test]
    fn deep_text_parses_on_any_stack() {
        let limits = Limits::default().with_nesting(usize::MAX);
        on_stack(160 << 10, || {
            for text in nested(Limits::MAX_NESTING) {
                let closed = text.contains('b');
                assert_eq!(parse(&text, &limits).is_ok(), closed, "{text}");
            }
            for text in nested(INLINE_NESTING) {
                let closed = text.contains('b');
                assert_eq!(parse(&text, &limits).is_ok(), closed, "{text}");
            }
            let beyond = "(".repeat(Limits::MAX_NESTING + 1);
            assert!(matches!(parse(&beyond, &limits), Err(ParseError::TooDeep { .. })));
        });
    }
}
