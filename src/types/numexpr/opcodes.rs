//! Which operations numexpr has, and for which kinds.
//!
//! An operation is looked up by its name, the kind of its result and the kinds of its operands, which may
//! be raised. What is not found is numexpr's `NotImplementedError`, so this table decides what is a
//! mistake.

/// The operations: for each name the kinds of results and operands, one letter each.
const OPERATIONS: &[(&str, &[&str])] = &[
    ("copy", &["bb", "ii", "ll", "ff", "dd", "cc", "ss"]),
    ("ones_like", NUMBERS_1),
    ("invert", &["bb", "ii", "ll"]),
    ("neg", NUMBERS_1),
    ("and", BITS),
    ("or", BITS),
    ("xor", BITS),
    ("lshift", INTS_2),
    ("rshift", INTS_2),
    ("eq", &["bbb", "bii", "bll", "bff", "bdd", "bss", "bcc"]),
    ("ne", &["bbb", "bii", "bll", "bff", "bdd", "bss", "bcc"]),
    ("gt", ORDERED),
    ("ge", ORDERED),
    ("add", NUMBERS_2),
    ("sub", NUMBERS_2),
    ("mul", NUMBERS_2),
    ("div", NUMBERS_2),
    ("pow", NUMBERS_2),
    ("mod", REALS_2),
    ("floordiv", REALS_2),
    ("where", &["bbbb", "ibii", "lbll", "fbff", "dbdd", "cbcc"]),
    ("contains", &["bss"]),
    ("complex", &["cdd"]),
    ("real", &["dc"]),
    ("imag", &["dc"]),
    ("sum", &["iin", "lln", "ffn", "ddn", "ccn"]),
    ("prod", &["iin", "lln", "ffn", "ddn", "ccn"]),
    ("min", &["iin", "lln", "ffn", "ddn"]),
    ("max", &["iin", "lln", "ffn", "ddn"]),
    ("sqrt", FLOATS_1),
    ("sin", FLOATS_1),
    ("cos", FLOATS_1),
    ("tan", FLOATS_1),
    ("arcsin", FLOATS_1),
    ("arccos", FLOATS_1),
    ("arctan", FLOATS_1),
    ("sinh", FLOATS_1),
    ("cosh", FLOATS_1),
    ("tanh", FLOATS_1),
    ("arcsinh", FLOATS_1),
    ("arccosh", FLOATS_1),
    ("arctanh", FLOATS_1),
    ("log", FLOATS_1),
    ("log1p", FLOATS_1),
    ("log10", FLOATS_1),
    ("log2", FLOATS_1),
    ("exp", FLOATS_1),
    ("expm1", FLOATS_1),
    ("conjugate", FLOATS_1),
    ("absolute", NUMBERS_1),
    ("sign", NUMBERS_1),
    ("round", NUMBERS_1),
    ("ceil", &["ff", "dd"]),
    ("floor", &["ff", "dd"]),
    ("trunc", &["ff", "dd"]),
    ("fmod", &["fff", "ddd"]),
    ("arctan2", &["fff", "ddd"]),
    ("hypot", &["fff", "ddd"]),
    ("nextafter", &["fff", "ddd"]),
    ("copysign", &["fff", "ddd"]),
    ("maximum", &["fff", "ddd"]),
    ("minimum", &["fff", "ddd"]),
    ("isnan", &["bf", "bd", "bc"]),
    ("isfinite", &["bf", "bd", "bc"]),
    ("isinf", &["bf", "bd", "bc"]),
    ("signbit", &["bf", "bd"]),
];

const NUMBERS_1: &[&str] = &["ii", "ll", "ff", "dd", "cc"];
const NUMBERS_2: &[&str] = &["iii", "lll", "fff", "ddd", "ccc"];
const REALS_2: &[&str] = &["iii", "lll", "fff", "ddd"];
const INTS_2: &[&str] = &["iii", "lll"];
const BITS: &[&str] = &["bbb", "iii", "lll"];
const ORDERED: &[&str] = &["bii", "bll", "bff", "bdd", "bss"];
const FLOATS_1: &[&str] = &["ff", "dd", "cc"];

/// The order in which kinds are raised.
const LETTERS: &str = "bilfdc";

/// Returns the kinds of the operands for which there is an operation with this kind of result: the given
/// ones, or the first above them.
pub(super) fn find(name: &str, result: char, operands: &str) -> Option<&'static str> {
    let (_, signatures) = OPERATIONS.iter().find(|(known, _)| *known == name)?;
    // No table has two signatures that fit and disagree in order, so the first is the least.
    (signatures.iter())
        .filter(|signature| signature.starts_with(result))
        .map(|signature| &signature[1..])
        .find(|kinds| {
            kinds.len() == operands.len()
                && operands.chars().zip(kinds.chars()).all(|(have, want)| raises(have, want))
        })
}

fn raises(have: char, want: char) -> bool {
    match (LETTERS.find(have), LETTERS.find(want)) {
        (Some(have), Some(want)) => have <= want,
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => have == want,
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn operands_are_raised_to_the_least_kinds_that_there_are() {
        assert_eq!(find("add", 'i', "bi"), Some("ii"));
        assert_eq!(find("gt", 'b', "bb"), Some("ii"));
        assert_eq!(find("eq", 'b', "bb"), Some("bb"));
        assert_eq!(find("where", 'f', "bif"), Some("bff"));
        assert_eq!(find("isnan", 'b', "l"), Some("f"));
        assert_eq!(find("isnan", 'b', "d"), Some("d"));
        assert_eq!(find("conjugate", 'c', "f"), Some("c"));
        assert_eq!(find("eq", 'b', "ss"), Some("ss"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        assert_eq!(find("sub", 'b', "bb"), None);
        assert_eq!(find("where", 'd', "ddd"), None);
        assert_eq!(find("gt", 'b', "bc"), None);
        assert_eq!(find("ge", 'b', "si"), None);
        assert_eq!(find("sin", 'd', "dd"), None);
        assert_eq!(find("sum", 'b', "bn"), None);
    }
}
