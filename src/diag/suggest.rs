//! Did-you-mean: the known name nearest to an unknown one.

/// Returns the candidate nearest to `name`, if one is near enough to be a slip of the fingers.
///
/// A third of the letters may differ, at least one but not all; case and `_` count half. Ties go to the candidate
/// that comes first, so the answer does not depend on hashing.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Distances are doubled so that a change of case can cost half a letter.
    let length = name.chars().count();
    let limit = (2 * (length / 3).max(1)).min((2 * length).saturating_sub(1));
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let d = distance(name, candidate);
        if d <= limit && best.is_none_or(|(least, _)| d < least) {
            best = Some((d, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Twice the optimal string alignment distance (insert, delete, replace, swap neighbours).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let weight = |c: char| if c == '_' { 1 } else { 2 };
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = std::iter::once(0)
        .chain(b.iter().scan(0, |sum, &c| {
            *sum += weight(c);
            Some(*sum)
        }))
        .collect();
    for i in 1..=a.len() {
        let mut row = vec![above[0] + weight(a[i - 1])];
        for j in 1..=b.len() {
            let replace = match (a[i - 1], b[j - 1]) {
                (x, y) if x == y => 0,
                (x, y) if x.eq_ignore_ascii_case(&y) => 1,
                _ => 2,
            };
            let mut least = (above[j] + weight(a[i - 1]))
                .min(row[j - 1] + weight(b[j - 1]))
                .min(above[j - 1] + replace);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 2);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_near_names() {
        let names = ["sqrt", "pt1", "eta1", "where"];
        assert_eq!(nearest("sqr", names), Some("sqrt"));
        assert_eq!(nearest("pt_1", names), Some("pt1"));
        assert_eq!(nearest("wehre", names), Some("where"));
        assert_eq!(nearest("mass", names), None);
        assert_eq!(nearest("q", names), None);
        assert_eq!(nearest("q", ["x", "y"]), None);
        assert_eq!(nearest("X", ["x", "y"]), Some("x"));
    }
}
