//! Characters from print, word processors and other keyboards, and what to write instead.

use std::borrow::Cow;

/// Characters that stand for something in print, by what to write instead.
const FOREIGN: &[(&str, &str)] = &[
    ("×⋅∙✕∗", "write `*`"),
    ("÷∕⁄", "write `/`"),
    ("−–—‐‑", "write `-`, the plain minus"),
    ("≤⩽", "write `<=`"),
    ("≥⩾", "write `>=`"),
    ("≠", "write `!=`"),
    ("≈≅", "write `abs(a - b) < tolerance`"),
    ("¬", "write `not x`, or `~x` for bits"),
    ("∧", "write `and`, or `&` for bits"),
    ("∨", "write `or`, or `|` for bits"),
    ("⊕⊻", "write `^`"),
    ("∈", "write `in`"),
    ("√", "write `sqrt(x)`"),
    ("∑", "write `sum(x)`"),
    ("∏", "write `prod(x)`"),
    ("∞", "write `1e400`, which is infinite"),
    ("½", "write `0.5`"),
    ("¼", "write `0.25`"),
    ("¾", "write `0.75`"),
    ("“”„«»", "write `\"`, the plain quote"),
    ("‘’‚′", "write `'`, the plain quote"),
    ("，、", "write `,`"),
    ("（", "write `(`"),
    ("）", "write `)`"),
    ("＋", "write `+`"),
    ("＝", "write `==`"),
    ("：", "write `:`"),
    ("…", "write `...`"),
    ("°", "multiply by `pi / 180`, with `pi` as a variable"),
    ("\u{A0}\u{2002}\u{2003}\u{2009}\u{202F}\u{3000}", "write an ordinary space"),
    ("\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}", "remove this invisible character"),
];

pub(super) const SUPERSCRIPTS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
pub(super) const SUBSCRIPTS: &str = "₀₁₂₃₄₅₆₇₈₉";

/// How many bytes of `rest` are characters from outside the language, and what to write instead.
pub(super) fn explain(rest: &str) -> (usize, Option<Cow<'static, str>>) {
    for (digits, prefix, suffix) in
        [(SUPERSCRIPTS, "write `**", "`"), (SUBSCRIPTS, "write `", "` as part of the name")]
    {
        let (length, plain) = scripted(rest, digits);
        if length > 0 {
            return (length, Some(format!("{prefix}{plain}{suffix}").into()));
        }
    }
    let Some(first) = rest.chars().next().filter(|c| !c.is_ascii()) else { return (0, None) };
    let help = FOREIGN
        .iter()
        .find(|(characters, _)| characters.contains(first))
        .map(|(_, help)| Cow::Borrowed(*help));
    (first.len_utf8(), help)
}

/// The length of a run of `digits` at the start, and the same run in plain digits.
fn scripted(rest: &str, digits: &str) -> (usize, String) {
    let plain: String = (rest.chars())
        .map_while(|c| digits.chars().position(|digit| digit == c))
        .filter_map(|value| char::from_digit(value as u32, 10))
        .collect();
    let length = rest.chars().take(plain.len()).map(char::len_utf8).sum();
    (length, plain)
}
