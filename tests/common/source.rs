//! Looks into the sources of the library.

/// Returns the names of the variants of an enum.
pub(crate) fn variants(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("enum {name} {{")).expect("the enum is in the file");
    let body = &source[start..];
    let end = body.find("\n}").expect("the enum ends");
    (body[..end].lines())
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect())
        .collect()
}

/// Returns the lines of code with their numbers: without comments, and without what is in strings.
pub(crate) fn code(text: &str) -> impl Iterator<Item = (usize, String)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, strip(line)))
}

/// As [`code`], up to `#[cfg(test)]`, behind which the tests of a file stand.
pub(crate) fn without_tests(text: &str) -> impl Iterator<Item = (usize, String)> {
    code(text).take_while(|(_, line)| !line.contains("#[cfg(test)]"))
}

fn strip(line: &str) -> String {
    let mut out = String::new();
    let mut in_string = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => _ = chars.next(),
            '"' => in_string = !in_string,
            '/' if !in_string && chars.peek() == Some(&'/') => break,
            c if !in_string => out.push(c),
            _ => {}
        }
    }
    out
}

/// Returns the targets of the links of a Markdown text, outside code.
pub(crate) fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in prose(text) {
        for (at, _) in line.match_indices("](") {
            let rest = &line[at + 2..];
            found.extend(rest.find(')').map(|end| &rest[..end]));
        }
    }
    found
}

/// Returns the names under which GitHub links to the headings of a Markdown text.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let anchor = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    let headings = prose(text).filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
    headings.map(|heading| anchor(heading.trim())).collect()
}

/// Returns the lines of a Markdown text that are not in a fenced block.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        in_block ^= is_fence;
        !in_block && !is_fence
    })
}
