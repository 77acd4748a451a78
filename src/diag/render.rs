//! A diagnostic and its source as text with carets. The only user of `codespan_reporting`.

use std::borrow::Cow;

use codespan_reporting::diagnostic as codespan;
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;

use super::Diagnostic;

/// Diagnostics that are drawn. Each repeats its line of the source, so that thousands of them in one
/// long line would make hundreds of megabytes.
const MAX_PICTURES: usize = 20;

/// Returns the diagnostics as text, one picture after the other, without colour or trailing newline.
pub(crate) fn render(diagnostics: &[Diagnostic], source: &str) -> String {
    let drawn = &diagnostics[..diagnostics.len().min(MAX_PICTURES)];
    let mut pictures: Vec<String> = drawn.iter().map(|d| picture(d, source)).collect();
    match diagnostics.len() - drawn.len() {
        0 => {}
        1 => pictures.push("error: 1 more mistake".to_owned()),
        more => pictures.push(format!("error: {more} more mistakes")),
    }
    pictures.join("\n\n")
}

fn picture(diagnostic: &Diagnostic, source: &str) -> String {
    let labels = diagnostic
        .labels
        .iter()
        .map(|label| {
            let style = if label.primary {
                codespan::LabelStyle::Primary
            } else {
                codespan::LabelStyle::Secondary
            };
            codespan::Label::new(style, (), label.span.range()).with_message(&label.text)
        })
        .collect();
    let notes = (diagnostic.notes.iter().map(|note| format!("note: {note}")))
        .chain(diagnostic.help.iter().map(|help| format!("help: {help}")))
        .collect();
    let message = codespan::Diagnostic::error()
        .with_message(&diagnostic.message)
        .with_labels(labels)
        .with_notes(notes);
    let file = SimpleFile::new("expression", visible(source));
    let text = term::emit_into_string(&term::Config::default(), &file, &message)
        .expect("spans lie inside the source, on character boundaries");
    // The picture ends lines with spaces and closes with an empty one; neither survives an editor.
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Returns the text with a visible character of the same length for each one that shows nothing or moves
/// the cursor of a terminal, so that carets have something to point at.
fn visible(source: &str) -> Cow<'_, str> {
    let stand_in = |c: char| match c {
        '\n' | '\t' => c,
        '\r' => ' ',
        c if c.is_control() && c.is_ascii() => '?',
        c if c.is_control() => '¿',
        '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}' => '\u{FFFD}',
        c => c,
    };
    if source.chars().all(|c| stand_in(c) == c) {
        return source.into();
    }
    source.chars().map(stand_in).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{ErrorKind, Span};

    #[test]
    fn many_mistakes_in_a_long_line_stay_readable() {
        let source = "_x + ".repeat(5000);
        let mistake = |at: usize| {
            Diagnostic::new(ErrorKind::UnknownName, "unknown")
                .at(Span::new(5 * at, 5 * at + 2), "here")
        };
        let all: Vec<Diagnostic> = (0..5000).map(mistake).collect();
        let text = render(&all, &source);
        assert!(text.len() < 2 * source.len() * (MAX_PICTURES + 1), "{} bytes", text.len());
        assert!(text.ends_with("error: 4980 more mistakes"));
        assert!(render(&all[..MAX_PICTURES + 1], &source).ends_with("error: 1 more mistake"));
        assert!(!render(&all[..MAX_PICTURES], &source).contains("more mistake"));
    }
}
