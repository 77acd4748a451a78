//! Texts that numexpr does not hand to Python, and the ones that are not an expression of its own.

use crate::diag::{Diagnostic, ErrorKind, Exception, Span};

/// Returns what numexpr says about a text that it refuses before it is parsed, if it does.
///
/// Refused are `;`, `:` and `[`, names between double underscores, and attributes other than `real` and
/// `imag`, wherever they stand outside of strings and comments. numexpr looks for them in the bare text and
/// so refuses `s == "a.b"` and `1.5J` too; those are fine here. A text of several lines or with an
/// assignment is a program in the other dialect, and a `SyntaxError` in this one.
pub(crate) fn refuses(text: &str) -> Option<Diagnostic> {
    if is_empty_tuple(text) {
        let message = "unsupported expression type: <class 'tuple'>";
        let end = text.trim_end().len();
        let span = Span::new(end - text.trim().len(), end);
        return Some(Diagnostic::new(ErrorKind::Type, message).at(span, "computes nothing"));
    }
    let mut scan = Scan { text, at: 0, depth: 0, ended: None };
    let mut statement = None;
    while let Some(c) = scan.peek() {
        match scan.token(c) {
            Some(refusal @ Refusal::Forbidden(_)) => return Some(refusal.diagnostic(text)),
            Some(refusal @ Refusal::Statement(_)) => statement = statement.or(Some(refusal)),
            None => {}
        }
    }
    statement.map(|refusal| refusal.diagnostic(text))
}

/// Returns whether the text is `()`, which the parser takes for a program without results.
fn is_empty_tuple(text: &str) -> bool {
    let brackets = text.chars().filter(|c| !c.is_whitespace());
    text.contains('(') && text.contains(')') && brackets.clone().all(|c| c == '(' || c == ')')
}

/// What is refused, and where.
enum Refusal {
    Forbidden(Span),
    /// A second line, or an assignment.
    Statement(Span),
}

impl Refusal {
    fn diagnostic(self, text: &str) -> Diagnostic {
        match self {
            Refusal::Forbidden(span) => {
                let message = format!("Expression {text} has forbidden control characters.");
                Diagnostic::new(ErrorKind::Syntax, message)
                    .raising(Exception::ValueError)
                    .at(span, "not part of the language")
            }
            Refusal::Statement(span) => {
                Diagnostic::new(ErrorKind::Syntax, "invalid syntax").at(span, "not an expression")
            }
        }
    }
}

/// A place in the text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// How many brackets are open.
    depth: usize,
    /// Where a line ended outside of brackets, after the expression has begun.
    ended: Option<usize>,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Passes the characters for which `f` holds.
    fn skip(&mut self, f: impl Fn(char) -> bool) {
        self.at += self.rest().find(|c| !f(c)).unwrap_or(self.rest().len());
    }

    /// Passes one token, which starts with `c`.
    fn token(&mut self, c: char) -> Option<Refusal> {
        let start = self.at;
        match c {
            '\n' | '\r' => {
                if self.depth == 0 && !self.text[..start].trim().is_empty() {
                    self.ended = Some(start);
                }
                self.at += 1;
                return None;
            }
            '#' => {
                self.skip(|c| c != '\n' && c != '\r');
                return None;
            }
            '\\' => {
                self.at += 1;
                self.at += self.rest().len() - self.rest().trim_start_matches(['\r', '\n']).len();
                return None;
            }
            c if c.is_whitespace() => {
                self.at += c.len_utf8();
                return None;
            }
            _ => {} // tidy: a character, not an op
        }
        let refusal = self.visible(c, start);
        match (self.ended, refusal) {
            (_, Some(Refusal::Forbidden(span))) => Some(Refusal::Forbidden(span)),
            (Some(_), _) => Some(Refusal::Statement(Span::new(start, self.at))),
            (None, refusal) => refusal,
        }
    }

    /// Passes one token that is not blank.
    fn visible(&mut self, c: char, start: usize) -> Option<Refusal> {
        let forbidden = |end| Some(Refusal::Forbidden(Span::new(start, end)));
        match c {
            ';' | ':' | '[' => {
                self.at += 1;
                forbidden(self.at)
            }
            '\'' | '"' => {
                self.string(c);
                None
            }
            '(' | ')' => {
                self.depth = if c == '(' { self.depth + 1 } else { self.depth.saturating_sub(1) };
                self.at += 1;
                None
            }
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                self.number();
                None
            }
            '.' => {
                self.at += 1;
                self.skip(char::is_whitespace);
                let name = self.word();
                match name {
                    "" | "real" | "imag" => None,
                    _ => forbidden(self.at), // tidy: a name, not an op
                }
            }
            c if c.is_ascii_digit() => {
                self.number();
                None
            }
            c if is_word(c) => {
                let word = self.word();
                let bare = word.strip_prefix("__").and_then(|word| word.strip_suffix("__"));
                if bare.is_some_and(|bare| !bare.is_empty()) { forbidden(self.at) } else { None }
            }
            '=' | '<' | '>' | '!' => {
                self.skip(|c| matches!(c, '=' | '<' | '>' | '!'));
                let is_assignment = &self.text[start..self.at] == "=" && self.depth == 0;
                is_assignment.then(|| Refusal::Statement(Span::new(start, self.at)))
            }
            c => {
                // tidy: other operators
                self.at += c.len_utf8();
                None
            }
        }
    }

    fn word(&mut self) -> &str {
        let start = self.at;
        self.skip(is_word);
        &self.text[start..self.at]
    }

    /// Passes a number: what may follow a digit until the next token.
    fn number(&mut self) {
        let bytes = self.text.as_bytes();
        let is_prefixed =
            bytes[self.at] == b'0' && bytes.get(self.at + 1).is_some_and(|c| b"xXoObB".contains(c));
        if is_prefixed {
            self.skip(is_word);
            return;
        }
        let digits = |c: char| c.is_ascii_digit() || c == '_';
        self.skip(digits);
        if self.rest().starts_with('.') {
            self.at += 1;
            self.skip(digits);
        }
        if let Some(rest) = self.rest().strip_prefix(['e', 'E']) {
            let exponent = rest.strip_prefix(['+', '-']).unwrap_or(rest);
            if exponent.starts_with(|c: char| c.is_ascii_digit()) {
                self.at = self.text.len() - exponent.len();
                self.skip(digits);
            }
        }
        if self.rest().starts_with(['j', 'J']) {
            self.at += 1;
        }
    }

    /// Passes a string, or the rest of the text if it is never closed.
    fn string(&mut self, quote: char) {
        let triple = [quote; 3].iter().collect::<String>();
        let close = if self.rest().starts_with(&triple) { triple } else { quote.to_string() };
        self.at += close.len();
        while let Some(c) = self.peek() {
            if self.rest().starts_with(&close) {
                self.at += close.len();
                return;
            }
            self.at += c.len_utf8();
            if c == '\\' {
                self.at += self.peek().map_or(0, char::len_utf8);
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(text: &str) -> Option<Exception> {
        refuses(text).map(|diagnostic| diagnostic.exception)
    }

    #[test]
    fn what_has_forbidden_characters_is_refused() {
        for text in [
            "a[0]",
            "a;b",
            "lambda: 1",
            "a.b",
            "a . b",
            "(a).__class__",
            "a.real_part",
            "__a__",
            "__builtins__",
            "{1: 2}",
            "(a := 1)",
            "import os;",
            "a[",
            "1 + a.foo()",
            "'x'.upper()",
            "a.\nfoo",
            "1..hex",
            "a\nb[0]",
        ] {
            assert_eq!(exception(text), Some(Exception::ValueError), "{text}");
        }
        let message = refuses(" a[0]").map(|diagnostic| diagnostic.message);
        let quoted = "Expression  a[0] has forbidden control characters.";
        assert_eq!(message.as_deref(), Some(quoted));
    }

    #[test]
    fn strings_comments_and_numbers_hide_nothing_and_are_not_refused() {
        for text in [
            "1.5J",
            "1.5_0",
            "s == \"a.b\"",
            "s==b\"a:\"",
            "2.e-5",
            "3.j",
            "1.2e3+4.5e6j",
            "a.real",
            "a.imag.real",
            "a. real",
            "_x",
            "__x",
            "x__",
            "a__b__c",
            "__pd_eval_local_x",
            "____",
            "'it\\'s [0]'",
            "'''a\n'[0]'''",
            "a # [0]",
            "1. .real",
            ".5",
            "a\n",
            "\na",
            "(a\n+b)",
            "a \\\n+ b",
            "f(x=1)",
            "a <= b",
            "a != b",
            "λ + é",
            "0x1F",
            "...",
            "\"'[\" 'a'",
        ] {
            assert_eq!(exception(text), None, "{text}");
        }
        assert_eq!(exception("\"'\"; '\"'"), Some(Exception::ValueError));
    }

    #[test]
    fn an_empty_tuple_is_no_value() {
        assert_eq!(exception(" () "), Some(Exception::TypeError));
        assert_eq!(exception("f()"), None);
    }

    #[test]
    fn statements_are_not_expressions() {
        for text in ["a = b", "a\nb", "x = a\nx + 1", "a\n+ b"] {
            assert_eq!(exception(text), Some(Exception::SyntaxError), "{text}");
        }
    }
}
