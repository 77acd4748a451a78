//! Looks into the sources of the library.

/// Returns the names of the variants of an enum.
pub fn variants(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("enum {name} {{")).expect("the enum is in the file");
    let body = &source[start..];
    let end = body.find("\n}").expect("the enum ends");
    (body[..end].lines())
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect())
        .collect()
}
