//! Colors. Text is always styled; the streams of `anstream` take the styles out where they are not wanted.

use anstyle::{AnsiColor, Style};

use crate::args::ColorWhen;

pub(crate) const HEADING: Style = AnsiColor::Green.on_default().bold();
pub(crate) const LABEL: Style = AnsiColor::Cyan.on_default();
pub(crate) const BAR: Style = AnsiColor::Blue.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
const WRONG: Style = AnsiColor::Red.on_default().bold();
const FRAME: Style = AnsiColor::Blue.on_default();
const ADVICE: Style = AnsiColor::Cyan.on_default().bold();

/// Decides for the whole process whether styles reach the terminal.
pub(crate) fn choose(when: ColorWhen) {
    let choice = match when {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Returns the text in the style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Colors an error picture: the word `error`, the frame, the carets, and the words of advice.
pub(crate) fn error(picture: &str) -> String {
    picture.lines().map(error_line).collect::<Vec<_>>().join("\n")
}

fn error_line(line: &str) -> String {
    if let Some(message) = line.strip_prefix("error: ") {
        let bold = Style::new().bold();
        return format!("{WRONG}error{WRONG:#}{bold}: {message}{bold:#}");
    }
    for word in ["= help:", "= note:"] {
        if let Some((before, after)) = line.split_once(word)
            && before.trim().is_empty()
        {
            let word = &word[2..];
            return format!("{before}{FRAME}={FRAME:#} {ADVICE}{word}{ADVICE:#}{after}");
        }
    }
    let Some((gutter, rest)) = line.split_once('│') else {
        return if line.contains("┌─") { paint(FRAME, line) } else { line.to_owned() };
    };
    // A line of carets has no line number before the frame.
    let is_remark = gutter.trim().is_empty();
    let rest = match (is_remark, rest.find('^')) {
        (true, Some(at)) => format!("{}{}", &rest[..at], paint(WRONG, &rest[at..])),
        _ => rest.to_owned(),
    };
    format!("{}{rest}", paint(FRAME, format_args!("{gutter}│")))
}
