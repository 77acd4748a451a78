//! Statements and names: text to program to text, and to expressions over free variables.

use super::ast::{Ast, ExprKind};
use super::error::ParseError;
use super::program::Program;
use super::tests::children;
use super::{Limits, parse, print, print_expr};
use crate::diag::ErrorKind;

fn program(text: &str) -> Program {
    parse(text, &Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn resolved(text: &str) -> Ast {
    let ast = program(text).resolve(&Limits::default());
    let ast = ast.unwrap_or_else(|error| panic!("{text}: {error}"));
    for (index, expr) in ast.exprs.iter().enumerate() {
        assert!(text.get(expr.span.range()).is_some_and(|part| !part.is_empty()), "{text}");
        assert!(children(&expr.kind).iter().all(|child| (child.0 as usize) < index), "{text}");
        if let ExprKind::Bound(value) = expr.kind {
            assert_eq!(ast.value(value), value, "{text}: bound to something bound");
        }
    }
    assert!(!ast.outputs.is_empty(), "{text}");
    ast
}

/// The outputs with everything written out that is bound.
fn expanded(text: &str) -> String {
    let mut ast = resolved(text);
    for index in 0..ast.exprs.len() {
        if let ExprKind::Bound(value) = ast.exprs[index].kind {
            ast.exprs[index].kind = ast.expr(value).kind.clone();
        }
    }
    let outputs: Vec<String> = ast.outputs.iter().map(|o| print_expr(&ast, o.expr)).collect();
    outputs.join(", ") + if ast.is_tuple { "," } else { "" }
}

fn error(text: &str) -> ParseError {
    match parse(text, &Limits::default()).and_then(|program| program.resolve(&Limits::default())) {
        Ok(_) => panic!("{text} is {}", expanded(text)),
        Err(error) => error,
    }
}

#[test]
fn programs_print_canonically_and_parse_back() {
    let table = [
        ("a=b", "a = b"),
        (
            "r2=x*x+y*y;r=sqrt(r2); r,arctan2(y,x)",
            "r2 = x * x + y * y\nr = sqrt(r2)\n(r, arctan2(y, x))",
        ),
        ("\n\n  a = (1\n +2) ; # c\n ;; b = a;\n\r\n b # d\n", "a = 1 + 2\nb = a\nb"),
        ("a = b, c\na", "a = (b, c)\na"),
        ("a = \\\n 1\n\ta", "a = 1\na"),
        ("def f(x,y,): return(x+y)\nf(a,y=b)", "def f(x, y): return x + y\nf(a, y=b)"),
        ("def f ( ) :\r\n  # c\r\n\r\n\treturn 1 # d\r\nf()", "def f(): return 1\nf()"),
        ("  def f(x):\n    return (\n x)\n  f(a)", "def f(x): return x\nf(a)"),
        ("def f(x): return x; f(a)", "def f(x): return x\nf(a)"),
        ("def f(x): return x, -x\nf(1)", "def f(x): return (x, -x)\nf(1)"),
        ("define = 1; returned = 2; define", "define = 1\nreturned = 2\ndefine"),
        ("a = 'x;y' + b\"#\"; a", "a = 'x;y' + b'#'\na"),
        ("a = b == c; -a", "a = b == c\n-a"),
    ];
    for (text, canonical) in table {
        let tree = program(text);
        let printed = print(&tree);
        assert_eq!(printed, canonical, "{text}");
        let again = program(&printed);
        assert!(again.same_tree(&tree), "{text}");
        assert_eq!(print(&again), printed);
    }
    assert!(!program("a = 1; a").same_tree(&program("a = 1; b")));
    assert!(!program("def f(x): return x\nf(1)").same_tree(&program("f = x\nf(1)")));
}

#[test]
fn names_stand_for_values_and_calls_for_bodies() {
    let table = [
        ("a + b", "a + b"),
        ("a, b", "a, b,"),
        ("a,", "a,"),
        ("(a, b)", "a, b,"),
        ("[a, b]", "[a, b]"),
        ("c = a + b", "a + b"),
        ("c = a + b; c * c", "(a + b) * (a + b)"),
        ("c = a; d = c; e = d; e + 1", "a + 1"),
        ("c = a, b", "a, b,"),
        ("c = (a, b); d = c; d", "a, b,"),
        ("c = None; x[c, :]", "x[None, :]"),
        ("c = (0, 1); sum(x, axis=c)", "sum(x, axis=(0, 1))"),
        ("def f(x, y): return x*x + y\nf(a - 1, b)", "(a - 1) * (a - 1) + b"),
        ("def f(x, y): return x - y\nf(y=a, x=b)", "b - a"),
        ("def f(x, y): return x - y\nf(b, y=a)", "b - a"),
        ("def f(): return pi\n2*f()", "2 * pi"),
        ("def f(x): return x\nf(f(a))", "a"),
        ("def f(x): return x\nf(a + 1) + f(b)", "a + 1 + b"),
        ("def f(x): return 2*x\ndef g(x): return f(x) + f(1)\ng(f(a))", "2 * (2 * a) + 2 * 1"),
        ("c = a + b\ndef f(x): return x / c\nf(d)", "d / (a + b)"),
        ("def f(x): return x + k\nf(a)", "a + k"),
        ("x = a\ndef f(x): return x\nf(b) + x", "b + a"),
        ("def f(f): return f\nf(a)", "a"),
        ("def f(x): return x, -x\nf(a)", "a, -a,"),
        ("def f(x): return x\nf((a, b))", "a, b,"),
        ("sum = a + b; sum / 2", "(a + b) / 2"),
        ("def sqrt(x): return x**0.5\nsqrt(a)", "a ** 0.5"),
        ("def f(sum): return sum + 1\nf(sum(a))", "sum(a) + 1"),
        ("unused = a; b", "b"),
        ("def unused(x): return x + z\nb", "b"),
        ("f(a, k=b)", "f(a, k=b)"),
    ];
    for (text, expected) in table {
        assert_eq!(expanded(text), expected, "{text}");
    }
}

#[test]
fn free_variables_are_those_without_a_meaning_in_the_program() {
    let table: &[(&str, &[&str])] = &[
        ("r = sqrt(x*x + y*y); r / z.real", &["x", "y", "z"]),
        ("def f(x, y): return x + y + k\nf(y=a, x=1)", &["a", "k"]),
        ("def unused(x): return x + k\na", &["a"]),
        ("unused = b\na", &["a", "b"]),
        ("sum = a\nsum + f(b, sum=c)", &["a", "b", "c"]),
    ];
    for (text, expected) in table {
        assert_eq!(resolved(text).variables(), *expected, "{text}");
    }
}

#[test]
fn outputs_have_the_names_that_the_last_statement_reads_or_binds() {
    let table: &[(&str, &[Option<&str>])] = &[
        ("a", &[Some("a")]),
        ("a + b", &[None]),
        ("r = a + b", &[Some("r")]),
        ("r = a + b; r", &[Some("r")]),
        ("r = a + b; r, a, -r, (b)", &[Some("r"), Some("a"), None, Some("b")]),
        ("r = a, b", &[Some("a"), Some("b")]),
        ("r = a + 1; t = r, 2; t", &[Some("r"), None]),
        ("def f(x): return x, -x\nf(a)", &[None, None]),
    ];
    for (text, expected) in table {
        let ast = resolved(text);
        let names: Vec<Option<&str>> =
            ast.outputs.iter().map(|output| output.name.map(|name| ast.name(name))).collect();
        assert_eq!(names, *expected, "{text}");
    }
}

#[test]
fn each_value_is_computed_once() {
    let ast = resolved("def f(x): return x*x*x\nc = a + b\nf(c*2) + f(c*2)");
    let count =
        |wanted: fn(&ExprKind) -> bool| ast.exprs.iter().filter(|e| wanted(&e.kind)).count();
    assert_eq!(count(|kind| matches!(kind, ExprKind::Int(2))), 2);
    assert_eq!(count(|kind| matches!(kind, ExprKind::Name(_))), 2);
    assert_eq!(count(|kind| matches!(kind, ExprKind::Bound(_))), 2 + 2 * 3);
}

#[test]
fn expressions_of_a_body_know_the_calls_around_them() {
    let text = "def f(x): return x + k\ndef g(x): return f(x) * 2\ng(a) - f(b)";
    let ast = resolved(text);
    let sites: Vec<(&str, Vec<&str>)> = (ast.exprs.iter().enumerate())
        .map(|(index, expr)| {
            let sites = ast.call_sites(super::ast::ExprId(index as u32));
            (&text[expr.span.range()], sites.map(|span| &text[span.range()]).collect())
        })
        .collect();
    let expected = [
        ("a", vec![]),
        ("x", vec!["g(a)"]),
        ("x", vec!["f(x)", "g(a)"]),
        ("k", vec!["f(x)", "g(a)"]),
        ("x + k", vec!["f(x)", "g(a)"]),
        ("2", vec!["g(a)"]),
        ("f(x) * 2", vec!["g(a)"]),
        ("b", vec![]),
        ("x", vec!["f(b)"]),
        ("k", vec!["f(b)"]),
        ("x + k", vec!["f(b)"]),
        ("g(a) - f(b)", vec![]),
    ];
    assert_eq!(sites, expected);
    assert_eq!(ast.spelling(super::ast::ExprId(1)), Some("x"));
    assert_eq!(ast.spelling(super::ast::ExprId(0)), None);
}

/// A text, the piece of it that is marked, the other piece, and a part of the message, label or help.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    // Statements
    (" ;\n; # a", "", "", "empty"),
    ("a\nb", "a", "", "name = "),
    ("a; b", "a", "", "only the last statement"),
    ("a\n+ b", "", "", "brackets"),
    ("a\n* b", "", "", "brackets"),
    ("r = a\n  + b\nr", "", "", "brackets"),
    ("r = a\n  if b else c", "", "", "brackets"),
    ("r = a\nand b", "", "", "brackets"),
    ("r = a +\n b", "", "", "brackets"),
    ("r =\n b", "", "", "brackets"),
    ("r = a +; b", ";", "", "found `;`"),
    ("r = sqrt(a\ns = r\ns", "(", "", "add `)`"),
    ("r = sqrt(a; r", "(", "", "add `)`"),
    ("r = f((a)\ns = g(r", "(", "", "add `)`"),
    ("r = a)\nr", ")", "", "remove `)`"),
    ("a[0] = b", "=", "", "`name = value`"),
    ("a.b = c", "=", "", "`name = value`"),
    ("f(a) = c", "=", "", "`name = value`"),
    ("a, b = c", "=", "", "`==`"),
    ("a = b = c", "=", "", "`==`"),
    ("a + b = c", "=", "", "`==`"),
    ("1 = c", "=", "", "`==`"),
    ("if = 3", "if", "", "found `if`"),
    ("class = 3", "class", "", "reserved"),
    ("return a", "return", "", "its value alone"),
    ("r = a; return r", "return", "", "its value alone"),
    ("return", "return", "", "its value alone"),
    ("def f(x): return x", "f", "", "computes nothing"),
    ("a = 1; def f(x): return x\n", "f", "", "computes nothing"),
    ("()", "()", "", "computes nothing"),
    ("t = (); t", "t", "", "computes nothing"),
    // Definitions
    ("def", "", "", "name of the function"),
    ("def 3(x): return x", "3", "", "name of the function"),
    ("def in(x): return x", "in", "", "name of the function"),
    ("def f x: return x", "x", "", "expected `(`"),
    ("def f(1): return x", "1", "", "expected a parameter"),
    ("def f(x y): return x", "y", "", "`,` or `)`"),
    ("def f(x=1): return x", "=", "", "no defaults"),
    ("def f(x: int): return x", ":", "", "no types"),
    ("def f(*x): return x", "*", "", "one by one"),
    ("def f(**x): return x", "**", "", "one by one"),
    ("def f(x) -> int: return x", "->", "", "leave `->` out"),
    ("def f(x) return x", "return", "", "expected `:`"),
    ("def f(x)\n  return x", "", "", "expected `:`"),
    ("def f(x): x", "x", "", "its `return`"),
    ("def f(x):\n  y = x\n  return y", "y", "", "its `return`"),
    ("def f(x):", "", "", "`return`"),
    ("def f(x): return", "", "", "operand"),
    ("def f(x): return = 2", "=", "", "operand"),
    ("def f(x):\nreturn x\nf(1)", "", "def", "indent the line"),
    ("def f(x):\n  return x\n  f(1)", "", "", "like the `def`"),
    ("x = def f(x): return x", "def", "", "begins a statement"),
    ("def f(x, x): return x\nf(1)", "x", "x", "named twice"),
    // Names
    ("a = 1; a = 2", "a", "a", "twice"),
    ("def f(x): return x\nf = 1", "f", "f", "twice"),
    ("def f(x): return x\ndef f(x): return 1\nf(1)", "f", "f", "twice"),
    ("b = a; a = 1", "a", "a", "before it is defined"),
    ("b = f(1)\ndef f(x): return x\nb", "f", "f", "before it is defined"),
    ("a = a + 1", "a", "a", "another name"),
    ("s = 2; sum = sum(x) + s", "sum", "sum", "another name"),
    ("def f(x): return x + c\nc = 1\nf(c)", "c", "c", "before it is defined"),
    ("def f(x): return x*f(x - 1)\nf(3)", "f", "f", "uses itself"),
    ("def f(x): return g(x)\ndef g(x): return f(x)\nf(3)", "g", "g", "before it is defined"),
    ("def f(x): return x\nf + 1", "f", "f", "call it: `f("),
    ("def f(x): return x\nf", "f", "f", "call it: `f("),
    ("def f(x): return x\nmap(f, a)", "f", "f", "call it: `f("),
    ("def f(x): return x\nf.a", "f", "f", "call it: `f("),
    ("c = 1; c(2)", "c", "c", "`c * (…)`"),
    ("def f(g): return g(1)\nf(a)", "g", "g", "not a function"),
    // Arguments
    ("def f(): return 1\nf(a, b)", "a", "f", "takes no arguments, not 2"),
    ("def f(x): return x\nf(a, b, x=c)", "b", "f", "takes 1 argument, not 3"),
    ("def f(x, y): return x\nf(a)", "f(a)", "f", "argument `y` of `f` is missing"),
    ("def f(x, y): return x\nf(y=a)", "f(y=a)", "f", "argument `x` of `f` is missing"),
    ("def f(x, y): return x\nf(a, z=b)", "z", "f", "no argument `z`"),
    ("def f(value): return value\nf(valeu=b)", "valeu", "f", "did you mean `value`?"),
    ("def f(x, y): return x\nf(a, x=b)", "x", "a", "given twice"),
];

#[test]
fn mistakes_are_pointed_at_with_what_to_write() {
    for (text, marked, context, part) in MISTAKES {
        let diagnostic = error(text).diagnostic();
        assert_eq!(
            text.get(diagnostic.span().unwrap().range()),
            Some(*marked),
            "{text}: {diagnostic:?}"
        );
        let contexts = diagnostic.labels.iter().find(|label| !label.primary);
        let shown = contexts.map_or("", |label| &text[label.span.range()]);
        assert_eq!(shown, *context, "{text}: {diagnostic:?}");
        let labels = diagnostic.labels.iter().map(|label| &label.text);
        let mut told = [&diagnostic.message].into_iter().chain(labels).chain(&diagnostic.help);
        assert!(told.any(|told| told.contains(part)), "{text}: {diagnostic:?}");
    }
}

#[test]
fn the_first_mistake_of_a_text_is_the_one_reported() {
    let table = [
        ("a = b c; d = e f", "c"),
        ("a = 1; a = 2; a = 3", "a"),
        ("x = f(c; a = 1; c = 2", "("),
        ("a = b +; c = (", ";"),
    ];
    for (text, marked) in table {
        let span = error(text).diagnostic().span().unwrap();
        assert_eq!(&text[span.range()], marked, "{text}");
        assert!(text.find(marked).is_some_and(|at| at <= span.start as usize), "{text}");
    }
    let twice = "a = 1; a = 2; a = 3";
    assert_eq!(error(twice).diagnostic().span().unwrap().start, 7);
}

#[test]
fn calls_cannot_blow_up() {
    let mut doubling = "def f0(x): return x\n".to_owned();
    for level in 1..=60 {
        doubling += &format!("def f{level}(x): return f{0}(f{0}(x))\n", level - 1);
    }
    doubling += "f60(a)";
    let limits = Limits::default();
    let error = program(&doubling).resolve(&limits).unwrap_err();
    assert!(matches!(error, ParseError::TooManyInlined { limit: 20_000, .. }), "{error:?}");
    assert_eq!(error.diagnostic().kind, ErrorKind::Limit);
    assert_eq!(&doubling[error.diagnostic().span().unwrap().range()], "f60(a)");

    // Nothing is written out that nothing calls.
    let uncalled = doubling.replace("\nf60(a)", "\na");
    assert_eq!(expanded(&uncalled), "a");

    let mut chain = "def f0(x): return x\n".to_owned();
    for level in 1..=500 {
        chain += &format!("def f{level}(x): return f{}(x)\n", level - 1);
    }
    let calling = |level: usize| program(&format!("{chain}f{level}(a)"));
    assert!(calling(99).resolve(&limits).is_ok());
    let error = calling(100).resolve(&limits).unwrap_err();
    assert!(matches!(error, ParseError::CallsTooDeep { limit: 100, .. }), "{error:?}");
    assert!(calling(500).resolve(&limits.with_nesting(501)).is_ok());
}

#[test]
fn long_programs_take_linear_time() {
    let limits = Limits::default().with_length(1 << 24).with_nodes(1 << 22);
    let many = 20_000;
    let bindings: String = (0..many).map(|i| format!("v{}=v{}+1;", i + 1, i)).collect();
    let parameters: Vec<String> = (0..many).map(|i| format!("p{i}")).collect();
    let arguments: Vec<String> = (0..many).map(|i| format!("p{i}={i}")).collect();
    let function =
        format!("def f({}): return p7\nf({})", parameters.join(","), arguments.join(","));
    let calls: String = (0..many).map(|i| format!("c{i}=g(a)\n")).collect();
    let outputs = format!("def g(x): return x\n{calls}{}", "g(a),".repeat(many));
    for text in [bindings.trim_end_matches(';'), &function, &outputs, &"a=1;".repeat(many)] {
        let Ok(program) = parse(text, &limits) else { panic!("{}…", &text[..20]) };
        let printed = print(&program);
        assert!(parse(&printed, &limits).unwrap().same_tree(&program));
        let _ = program.resolve(&limits);
    }
}
