//! The dialect's rules, one table for each; numexpr 2.14.2 gives every line the same dtype or exception
//! unless the table says otherwise. `tests/numexpr_cases` has two thousand cases more.

use super::*;
use crate::dtype::TimeUnit;
use crate::syntax::{Limits, parse};

const INPUTS: &[(&str, DType)] = &[
    ("t", DType::Bool),
    ("i", DType::I32),
    ("l", DType::I64),
    ("u", DType::U64),
    ("f", DType::F32),
    ("d", DType::F64),
    ("c", DType::C128),
    ("s", DType::Bytes(3)),
    ("k", DType::I8),
    ("v", DType::U32),
    ("z", DType::C64),
    ("w", DType::Str(3)),
    ("m", DType::Datetime(TimeUnit::Second)),
];

/// Returns the dtype of an expression, or `Exception: words`.
fn outcome(text: &str) -> String {
    let raised = |exception: Exception, message: &str| format!("{exception}: {message}");
    if let Some(diagnostic) = refuses(text) {
        return raised(diagnostic.exception, &diagnostic.message);
    }
    let limits = Limits::default();
    let program = parse(text, &limits).expect(text);
    let ast = program.resolve(&limits).expect(text);
    match check(&ast, INPUTS) {
        Ok(types) => types.outputs()[0].to_string(),
        Err(all) => raised(all[0].exception, &all[0].message),
    }
}

fn assert_outcomes(table: &[(&str, &str)]) {
    let wrong: Vec<String> = (table.iter())
        .map(|&(text, expected)| (text, expected, outcome(text)))
        .filter(|(_, expected, got)| expected != got)
        .map(|(text, expected, got)| format!("{text} => {got}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn assert_dtypes(rows: &str) {
    let rows: Vec<(&str, &str)> = (rows.lines().map(str::trim))
        .filter(|row| !row.is_empty())
        .map(|row| row.split_once(" => ").expect("a row is `expression => dtype`"))
        .collect();
    assert_outcomes(&rows);
}

#[test]
fn inputs_are_of_seven_kinds() {
    assert_dtypes(
        "k => i32
         v => i64
         z => c128
         +s => S3
         k + k => i32
         v + i => i64
         z * f => c128
         copy(s) => S3
         where(t, k, z) => c128",
    );
    assert_outcomes(&[
        ("w", "ValueError: NumExpr 2 does not support Unicode as a dtype."),
        ("m + 1", "ValueError: unknown type datetime64[s]"),
        ("where(True, d, w)", "f64"),
    ]);
}

#[test]
fn numbers_in_the_text_count_like_arrays() {
    assert_dtypes(
        "i * 2 => i32
         i * 2147483648 => i64
         i * 1.5 => f64
         f * 2 => f32
         f * 2.0 => f64
         f * 3000000000 => f32
         t * 2 => i32
         d * 1j => c128
         where(f > 0, f, 0) => f32
         where(f > 0, f, 0.0) => f64
         where(t, True, 2) => i32
         t + t => bool
         t * True => bool
         i / i => f64
         f / i => f32
         -2147483648 => i32
         2147483648 => i64
         f + 18446744073709551616 => f32",
    );
    assert_outcomes(&[
        ("2**64", "OverflowError: Python int too large to convert to C long"),
        ("l + 2**64", "OverflowError: Python int too large to convert to C long"),
        (
            "s == 'é'",
            "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 0: \
          ordinal not in range(128)",
        ),
    ]);
}

#[test]
fn powers_have_the_kinds_of_products_and_roots() {
    assert_dtypes(
        "i**2.0 => i32
         i**3 => i32
         i**2.5 => f64
         i**-1.0 => f64
         i**51.0 => f64
         i**True => i32
         f**2.5 => f32
         f**2.3 => f64
         f**50 => f32
         f**51 => f32
         f**51.0 => f64
         f**-1.0 => f32
         t**2 => bool
         t**-1 => f64
         t**51 => i32
         c**0 => c128
         2**i => i32
         2.0**i => f64
         f**(1 + 1.5) => f32
         f**sqrt(4) => f32",
    );
    assert_outcomes(&[
        ("i**-1", "ValueError: Integers to negative integer powers are not allowed."),
        ("t**0", "NotImplementedError: couldn't find matching opcode for 'ones_like_bb'"),
        ("t**0.5", "NotImplementedError: couldn't find matching opcode for 'sqrt_bb'"),
        ("s**2", "NotImplementedError: couldn't find matching opcode for 'mul_sss'"),
    ]);
}

#[test]
fn python_computes_what_has_no_variables() {
    assert_dtypes(
        "1 and 2 => i32
         not 1 => bool
         1 < 2 < 3 => bool
         1 < 2 < d => bool
         3 < 2 < nope => bool
         1 if True else nope => i32
         True and d => f64
         1 or nope => i32
         ~True => i32
         (2).real => i32
         (1j).imag => f64
         d is d => bool
         +d is d => bool
         d in (d, t) => bool
         'b' in 'abc' => bool
         'a' == 'a' => bool
         7 // 2 => i32
         (-8)**(1/3) => c128",
    );
    assert_outcomes(&[
        ("1/0", "ZeroDivisionError: division by zero"),
        ("1%0", "ZeroDivisionError: integer modulo by zero"),
        ("1.0//0", "ZeroDivisionError: float floor division by zero"),
        ("0**-1", "ZeroDivisionError: 0.0 cannot be raised to a negative power"),
        ("1<<-1", "ValueError: negative shift count"),
        ("1 + 'a'", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"),
        ("1j < 2", "TypeError: '<' not supported between instances of 'complex' and 'int'"),
        ("-None", "TypeError: bad operand type for unary -: 'NoneType'"),
        ("'abc'.real", "AttributeError: 'str' object has no attribute 'real'"),
        ("1 in d", "TypeError: argument of type 'VariableNode' is not iterable"),
        ("2(3)", "TypeError: 'int' object is not callable"),
        (
            "d @ d",
            "TypeError: unsupported operand type(s) for @: 'VariableNode' and 'VariableNode'",
        ),
        ("(d, d)", "TypeError: unsupported expression type: <class 'tuple'>"),
        ("None", "TypeError: unsupported expression type: <class 'NoneType'>"),
        ("d + sin", "TypeError: unsupported object type: <class 'function'>"),
    ]);
}

#[test]
fn numpy_computes_functions_of_numbers() {
    assert_dtypes(
        "abs(-1) => i64
         floor(1) + 1 => i64
         round(2.5) => f64
         round(1.55, 1) => f64
         sign(-2) => i64
         fmod(7, 3) => i64
         maximum(1, 2.0) => f64
         conj(1) => i64
         sqrt(-1) => f64
         abs(3+4j) => f64
         isnan(1.0) + 1 => i64
         real(True) => i32
         sin(True) => f32
         where(sin(1) > 0, i, d) => i32
         where(sin(1) < 0, i, d) => f64
         floor(1) * i => i64
         sin(1).real => f64",
    );
    assert_outcomes(&[
        (
            "floor(1j)",
            "TypeError: ufunc 'floor' not supported for the input types, and the inputs \
          could not be safely coerced to any supported types according to the casting rule ''safe''",
        ),
        ("2**floor(-2)", "ValueError: Integers to negative integer powers are not allowed."),
        (
            "not sin(1)",
            "TypeError: You can't use Python's standard boolean operators in NumExpr \
          expressions. You should use their bitwise counterparts instead: '&' instead of 'and', \
          '|' instead of 'or', and '~' instead of 'not'.",
        ),
    ]);
}

#[test]
fn calls_have_the_arguments_that_python_binds() {
    let boolean = outcome("d and d");
    assert_outcomes(&[
        ("nope(d)", "TypeError: 'VariableNode' object is not callable"),
        ("(d + 1)(2)", "TypeError: 'OpNode' object is not callable"),
        ("sin(d)(2)", "TypeError: 'FuncNode' object is not callable"),
        ("sin(d, d)", "NotImplementedError: couldn't find matching opcode for 'sin_ddd'"),
        ("round(d, 1)", "NotImplementedError: couldn't find matching opcode for 'round_ddi'"),
        ("sin(x=d)", "TypeError: ophelper.<locals>.func() got an unexpected keyword argument 'x'"),
        ("sin(s)", "ValueError: tuple.index(x): x not in tuple"),
        ("where(t, d)", "TypeError: where_func() missing 1 required positional argument: 'c'"),
        (
            "where()",
            "TypeError: where_func() missing 3 required positional arguments: 'a', 'b', and 'c'",
        ),
        (
            "where(t, d, d, d)",
            "TypeError: where_func() takes 3 positional arguments but 4 were given",
        ),
        ("where(d, d, d)", "NotImplementedError: couldn't find matching opcode for 'where_dddd'"),
        ("where(t, s, s)", "TypeError: strings can only be operated with strings"),
        ("contains(s)", "TypeError: contains_func() missing 1 required positional argument: 'b'"),
        ("contains(s, 1)", "NotImplementedError: couldn't find matching opcode for 'contains_bsi'"),
        ("contains(s, 'b')", "bool"),
        ("complex(d)", "NotImplementedError: couldn't find matching opcode for 'complex_cd'"),
        ("sum(d, t)", &boolean),
    ]);
}

#[test]
fn reductions_keep_kinds_and_come_last() {
    assert_dtypes(
        "sum(k) => i32
         sum(f) => f32
         prod(c, axis=0) => c128
         max(l, 0) => i64
         +sum(d) => f64
         where(True, sum(d), 1) => f64
         sum(d, axis=None) => f64
         sum(a=d, axis=False) => f64",
    );
    let last = "RuntimeError: invalid program: reduction operations must occur last";
    let reduce = "gen_reduce_axis_func.<locals>._func()";
    assert_outcomes(&[
        ("sum(d) + 1", last),
        ("-sum(d)", last),
        ("sum(d).real", last),
        ("copy(sum(d))", last),
        ("sum(sum(d))", last),
        ("sum(t)", "NotImplementedError: couldn't find matching opcode for 'sum_bbn'"),
        ("min(c)", "NotImplementedError: couldn't find matching opcode for 'min_ccn'"),
        ("sum(d, -1)", "ValueError: negative axis are not supported"),
        ("sum(d, 255)", "ValueError: cannot encode axis"),
        ("sum(d, 0.0)", "TypeError: 'float' object cannot be interpreted as an integer"),
        ("sum(d, 'x')", "TypeError: '<' not supported between instances of 'str' and 'int'"),
        ("sum('x')", "AttributeError: 'str' object has no attribute 'astKind'"),
        ("sum(d, foo=1)", &format!("TypeError: {reduce} got an unexpected keyword argument 'foo'")),
        ("sum(d, a=d)", &format!("TypeError: {reduce} got multiple values for argument 'a'")),
        ("sum()", &format!("TypeError: {reduce} missing 1 required positional argument: 'a'")),
    ]);
}

#[test]
fn the_first_mistake_of_the_first_step_is_reported() {
    assert_outcomes(&[
        // Python comes to the call before anybody looks names or dtypes up,
        ("w + nope(d)", "TypeError: 'VariableNode' object is not callable"),
        // at which time every variable counts as `d`.
        ("s + 'x'", "TypeError: strings can only be operated with strings"),
        ("nope + w", "KeyError: 'nope'"),
        ("zz + aa", "KeyError: 'aa'"),
        ("(t - t) + 2**64", "NotImplementedError: couldn't find matching opcode for 'sub_bbb'"),
        ("~d - (t - t)", "NotImplementedError: couldn't find matching opcode for 'invert_dd'"),
        ("s < 1", "NotImplementedError: couldn't find matching opcode for 'gt_bis'"),
        ("1 < s", "NotImplementedError: couldn't find matching opcode for 'gt_bsi'"),
        ("1 == s", "NotImplementedError: couldn't find matching opcode for 'eq_bsi'"),
    ]);
    let limits = Limits::default();
    let program = parse("zz + dd", &limits).expect("an expression");
    let ast = program.resolve(&limits).expect("an expression");
    let unknown = check(&ast, INPUTS).expect_err("two names are unknown");
    let messages: Vec<&str> = unknown.iter().map(|raised| raised.message.as_str()).collect();
    assert_eq!(messages, ["'dd'", "'zz'"]);
    assert_eq!(unknown[0].help.as_deref(), Some("did you mean `d`?"));
}

/// Where numexpr is wrong, or has no answer.
#[test]
fn what_differs_from_numexpr_is_on_purpose() {
    assert_dtypes(
        "l + f => f64
         where(t, l, f) => f64
         fmod(l, f) => f64
         i + f => f32
         abs(i) => i32
         abs(l) => i64
         2 & i => i32
         2 // d => f64
         d**1j => c128
         'abc' => S3
         copy(3) => i32
         min(i) => i32
         sum(1.5) => f64
         max(2) => i32
         d / 0.0 => f64
         d**1e400 => f64",
    );
    assert_outcomes(&[
        ("l & f", "NotImplementedError: couldn't find matching opcode for 'and_flf'"),
        ("where(l, l, f)", "NotImplementedError: couldn't find matching opcode for 'where_fllf'"),
    ]);
}

#[test]
fn unsigned_64_bits_are_a_kind_of_their_own() {
    assert_dtypes(
        "u => u64
         u + u => u64
         u + 2 => u64
         u * t => u64
         u - 1 => u64
         u + -1 => f64
         u + i => f64
         u + f => f64
         u * 1.5 => f64
         u / u => f64
         u & u => u64
         u & i => i64
         u >> 1 => u64
         u >> l => u64
         l << u => i64
         ~u => u64
         -u => u64
         abs(u) => u64
         sqrt(u) => f64
         u > i => bool
         u > -1 => bool
         sum(u) => u64
         max(u, axis=0) => u64
         u**2 => u64
         u + 9223372036854775808 => u64",
    );
    assert_outcomes(&[
        ("u + 18446744073709551616", "OverflowError: Python int too large to convert to C long"),
        ("u & d", "NotImplementedError: couldn't find matching opcode for 'and_dld'"),
    ]);
}
