//! Text to tree to text, as a whole. The expected groupings are those of Python's own parser.
//! `program_tests` is about statements.

use super::ast::{ExprId, ExprKind};
use super::error::ParseError;
use super::program::Program;
use super::{Limits, parse, print};
use crate::diag::ErrorKind;

/// The tree of a text of a single expression.
fn tree(text: &str) -> Program {
    let ast = parse(text, &Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    for (index, expr) in ast.exprs.iter().enumerate() {
        assert!(text.get(expr.span.range()).is_some_and(|part| !part.is_empty()), "{text}");
        assert!(children(&expr.kind).iter().all(|child| (child.0 as usize) < index), "{text}");
    }
    assert_eq!(ast.statements.len(), 1, "{text}");
    assert_eq!(ast.statements[0].exprs, 0..ast.exprs.len() as u32, "{text}");
    ast
}

fn error(text: &str) -> ParseError {
    match parse(text, &Limits::default()) {
        Ok(ast) => panic!("{text} is {}", print(&ast)),
        Err(error) => error,
    }
}

pub(super) fn children(kind: &ExprKind) -> Vec<ExprId> {
    match kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Ellipsis
        | ExprKind::Name(_) => vec![],
        ExprKind::Bound(value) => vec![*value],
        ExprKind::Unary { operand, .. } => vec![*operand],
        ExprKind::Binary { lhs, rhs, .. } => vec![*lhs, *rhs],
        ExprKind::Compare { first, rest } => {
            std::iter::once(*first).chain(rest.iter().map(|link| link.operand)).collect()
        }
        ExprKind::IfElse { condition, then, otherwise } => vec![*then, *condition, *otherwise],
        ExprKind::Call { callee, args, keywords } => std::iter::once(*callee)
            .chain(args.iter().copied())
            .chain(keywords.iter().map(|keyword| keyword.value))
            .collect(),
        ExprKind::Attribute { object, .. } => vec![*object],
        ExprKind::Subscript { object, indices } => {
            std::iter::once(*object).chain(indices.iter().copied()).collect()
        }
        ExprKind::Slice { start, stop, step } => {
            [*start, *stop, *step].into_iter().flatten().collect()
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => items.clone(),
    }
}

/// The text with brackets around every operator, so that nothing is left to precedence.
fn grouped(ast: &Program, id: ExprId) -> String {
    let of = |id: ExprId| grouped(ast, id);
    let kind = &ast.expr(id).kind;
    match kind {
        ExprKind::Unary { op, operand } => {
            let blank = if op.symbol() == "not" { " " } else { "" };
            format!("({}{blank}{})", op.symbol(), of(*operand))
        }
        ExprKind::Binary { op, lhs, rhs, .. } => {
            format!("({} {} {})", of(*lhs), op.symbol(), of(*rhs))
        }
        ExprKind::Compare { first, rest } => {
            let links: String = rest
                .iter()
                .map(|link| format!(" {} {}", link.op.symbol(), of(link.operand)))
                .collect();
            format!("({}{links})", of(*first))
        }
        ExprKind::IfElse { condition, then, otherwise } => {
            format!("({} if {} else {})", of(*then), of(*condition), of(*otherwise))
        }
        ExprKind::Call { callee, args, keywords } => {
            let args = args.iter().map(|&arg| of(arg));
            let keywords = keywords.iter().map(|k| format!("{}={}", ast.name(k.name), of(k.value)));
            format!("{}({})", of(*callee), args.chain(keywords).collect::<Vec<_>>().join(", "))
        }
        ExprKind::Attribute { object, name, .. } => format!("{}.{}", of(*object), ast.name(*name)),
        ExprKind::Subscript { object, indices } => format!("{}[{}]", of(*object), of(indices[0])),
        ExprKind::Name(name) => ast.name(*name).to_owned(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Imaginary(value) => format!("{value}j"),
        _ => panic!("not in the table: {kind:?}"), // tidy: the table's expressions have no others
    }
}

const GROUPINGS: &[(&str, &str)] = &[
    ("-a**2", "(-(a ** 2))"),
    ("2**-a", "(2 ** (-a))"),
    ("2**-a**b", "(2 ** (-(a ** b)))"),
    ("2**-a*b", "((2 ** (-a)) * b)"),
    ("a**b**c", "(a ** (b ** c))"),
    ("-a**-b**-c", "(-(a ** (-(b ** (-c)))))"),
    ("+-~a", "(+(-(~a)))"),
    ("-a*b", "((-a) * b)"),
    ("a*-b", "(a * (-b))"),
    ("~a|b", "((~a) | b)"),
    ("a-b-c", "((a - b) - c)"),
    ("a-b+c", "((a - b) + c)"),
    ("a*b/c//d%e@f", "(((((a * b) / c) // d) % e) @ f)"),
    ("a+b*c", "(a + (b * c))"),
    ("a*b+c", "((a * b) + c)"),
    ("a+b<<c", "((a + b) << c)"),
    ("a<<b+c", "(a << (b + c))"),
    ("a<<b>>c", "((a << b) >> c)"),
    ("a&b<<c", "(a & (b << c))"),
    ("a^b&c", "(a ^ (b & c))"),
    ("a|b^c", "(a | (b ^ c))"),
    ("a|b|c", "((a | b) | c)"),
    ("a&b|c^d", "((a & b) | (c ^ d))"),
    ("a<b|c", "(a < (b | c))"),
    ("a&b<c", "((a & b) < c)"),
    ("a==b&c==d", "(a == (b & c) == d)"),
    ("a<b<c", "(a < b < c)"),
    ("a<b==c!=d>=e>f<=g", "(a < b == c != d >= e > f <= g)"),
    ("a in b", "(a in b)"),
    ("a not in b", "(a not in b)"),
    ("a is b", "(a is b)"),
    ("a is not b", "(a is not b)"),
    ("not a in b", "(not (a in b))"),
    ("not a==b", "(not (a == b))"),
    ("a<b in c not in d is e is not f", "(a < b in c not in d is e is not f)"),
    ("not not a", "(not (not a))"),
    ("not -a", "(not (-a))"),
    ("not a and b", "((not a) and b)"),
    ("a and not b", "(a and (not b))"),
    ("a or b and c", "(a or (b and c))"),
    ("a and b or c", "((a and b) or c)"),
    ("a or b or c", "((a or b) or c)"),
    ("a and b and c", "((a and b) and c)"),
    ("not a or not b", "((not a) or (not b))"),
    ("a if b else c", "(a if b else c)"),
    ("a if b else c if d else e", "(a if b else (c if d else e))"),
    ("a or b if c or d else e or f", "((a or b) if (c or d) else (e or f))"),
    ("not a if not b else not c", "((not a) if (not b) else (not c))"),
    ("a<b if c<d else e<f", "((a < b) if (c < d) else (e < f))"),
    ("a+b if c else d+e", "((a + b) if c else (d + e))"),
    ("-a.b", "(-a.b)"),
    ("-a(b)", "(-a(b))"),
    ("a.b**c.d", "(a.b ** c.d)"),
    ("a[b]**c[d]", "(a[b] ** c[d])"),
    ("-a[b].c(d)**e", "(-(a[b].c(d) ** e))"),
    ("2**a(b)", "(2 ** a(b))"),
    ("a**b(c)**d", "(a ** (b(c) ** d))"),
    ("a(b if c else d)", "a((b if c else d))"),
    ("a(b or c, d=e or f)", "a((b or c), d=(e or f))"),
    ("(a+b)*c", "((a + b) * c)"),
    ("a*(b+c)", "(a * (b + c))"),
    ("(a<b)<c", "((a < b) < c)"),
    ("a<(b<c)", "(a < (b < c))"),
    ("(a if b else c) if d else e", "((a if b else c) if d else e)"),
    ("a if (b if c else d) else e", "(a if (b if c else d) else e)"),
    ("-(a**b)", "(-(a ** b))"),
    ("(-a)**b", "((-a) ** b)"),
    ("(a**b)**c", "((a ** b) ** c)"),
    ("(not a)+b", "((not a) + b)"),
    ("a==(not b)", "(a == (not b))"),
    ("a@b*c", "((a @ b) * c)"),
    ("a%b**c", "(a % (b ** c))"),
    ("~a**b", "(~(a ** b))"),
    ("a//-b", "(a // (-b))"),
    ("a- -b", "(a - (-b))"),
    ("a--b", "(a - (-b))"),
    ("a**+b", "(a ** (+b))"),
    ("1-2j", "(1 - 2j)"),
];

#[test]
fn precedence_is_pythons() {
    for (text, expected) in GROUPINGS {
        let ast = tree(text);
        assert_eq!(grouped(&ast, ast.statements[0].root()), *expected, "{text}");
        assert!(tree(expected).same_tree(&ast), "{text}");
    }
}

/// Texts and their canonical form.
const CANONICAL: &[(&str, &str)] = &[
    (" a ", "a"),
    ("((a))", "a"),
    ("a+b", "a + b"),
    ("(a*b)+c", "a * b + c"),
    ("(a+b)*c", "(a + b) * c"),
    ("a-(b-c)", "a - (b - c)"),
    ("(a**b)**c", "(a ** b) ** c"),
    ("a**(b**c)", "a ** b ** c"),
    ("(-a)**2", "(-a) ** 2"),
    ("-(a**2)", "-a ** 2"),
    ("2**(-a)", "2 ** -a"),
    ("(2**-a)*b", "2 ** -a * b"),
    ("-(-a)", "--a"),
    ("not(not(a))", "not not a"),
    ("a==(not b)", "a == (not b)"),
    ("a and(b and c)", "a and (b and c)"),
    ("(a<b)<c", "(a < b) < c"),
    ("a<b<c", "a < b < c"),
    ("a  not \t in b", "a not in b"),
    ("a is(not b)", "a is (not b)"),
    ("(a if b else c)if d else e", "(a if b else c) if d else e"),
    ("a if b else(c if d else e)", "a if b else c if d else e"),
    ("f( )", "f()"),
    ("f(a,b,)", "f(a, b)"),
    ("f(a , axis = 0)", "f(a, axis=0)"),
    ("(f)(a)", "f(a)"),
    ("(-f)(a)", "(-f)(a)"),
    ("f(a)(b)", "f(a)(b)"),
    ("z . real", "z.real"),
    ("(a+b).real", "(a + b).real"),
    ("1 .real", "(1).real"),
    ("1.5.real", "1.5.real"),
    ("(-1).real", "(-1).real"),
    ("a[0]", "a[0]"),
    ("a[0,]", "a[0]"),
    ("a[(0,1)]", "a[0, 1]"),
    ("a[(0,1),]", "a[(0, 1),]"),
    ("a[()]", "a[()]"),
    ("a[:]", "a[:]"),
    ("a[ ... ]", "a[...]"),
    ("a[...,None,1:]", "a[..., None, 1:]"),
    ("a[(i, j)][...,]", "a[i, j][...]"),
    ("a[::]", "a[:]"),
    ("a[1:2:3,:,None,::-1]", "a[1:2:3, :, None, ::-1]"),
    ("a[b if c else d:e]", "a[b if c else d:e]"),
    ("a,b", "(a, b)"),
    ("a,", "(a,)"),
    ("()", "()"),
    ("(a,)", "(a,)"),
    ("[a,[b],]", "[a, [b]]"),
    ("x in(1,2)", "x in (1, 2)"),
    ("0xFF", "255"),
    ("0b1010 + 0o17", "10 + 15"),
    ("1_000", "1000"),
    ("00", "0"),
    ("1_000.5e-3", "1.0005"),
    ("1.", "1.0"),
    (".5", "0.5"),
    ("1e16", "1e16"),
    ("1E-7", "1e-7"),
    ("09.5", "9.5"),
    ("0.1", "0.1"),
    ("1e400", "1e400"),
    ("5e-324", "5e-324"),
    ("1.7976931348623157e308", "1.7976931348623157e308"),
    ("2j", "2j"),
    ("1.5e3J", "1500j"),
    ("1e400j", "1e400j"),
    ("07j", "7j"),
    ("True is not False", "True is not False"),
    ("None", "None"),
    (r#""a""#, "'a'"),
    (r"'it\'s'", r#""it's""#),
    (r#"'\'"'"#, r#"'\'"'"#),
    (r#"'a' "b" r'\c'"#, r"'ab\\c'"),
    ("'''a\nb'''", r"'a\nb'"),
    (r"'\x00\u00e9\t'", r"'\x00é\t'"),
    (r"b'\xff\n' b'\''", r#"b"\xff\n'""#),
    (r"rb'\n'", r"b'\\n'"),
    ("(a\n  + b # sum\n)", "a + b"),
    ("a \\\n + b # sum", "a + b"),
    ("\n# the mass\n a\n", "a"),
    ("λ + été_2 + _x", "λ + été_2 + _x"),
    ("notx + iffy + in_ + True_", "notx + iffy + in_ + True_"),
    ("1if a else 2", "1 if a else 2"),
    ("a<-b", "a < -b"),
    ("a--b", "a - -b"),
    ("a if(b)else(c)", "a if b else c"),
    ("f", "f"),
    ("b", "b"),
    ("rb", "rb"),
];

#[test]
fn printing_is_canonical_and_parses_back() {
    let groupings = GROUPINGS.iter().flat_map(|&(text, grouped)| [text, grouped]);
    for text in CANONICAL.iter().map(|&(text, _)| text).chain(groupings) {
        let ast = tree(text);
        let printed = print(&ast);
        let again = tree(&printed);
        assert!(again.same_tree(&ast), "{text} → {printed}");
        assert_eq!(print(&again), printed);
    }
    for (text, canonical) in CANONICAL {
        assert_eq!(print(&tree(text)), *canonical, "{text}");
    }
}

#[test]
fn trees_differ_where_texts_mean_different_things() {
    let pairs = [
        ("a", "b"),
        ("1", "1.0"),
        ("'a'", "b'a'"),
        ("a - b - c", "a - (b - c)"),
        ("f(a)", "f(a=a)"),
        ("a < b < c", "a < (b < c)"),
    ];
    for (left, right) in pairs {
        assert!(!tree(left).same_tree(&tree(right)), "{left} and {right}");
    }
}

#[test]
fn spans_cover_the_text_of_each_part_with_its_brackets() {
    let text = "-( a+b ) * f(x, k=é[1: 2]).real if 'q' 'r' else 1";
    let ast = tree(text);
    let parts: Vec<&str> = ast.exprs.iter().map(|expr| &text[expr.span.range()]).collect();
    let expected = [
        "a",
        "b",
        "( a+b )",
        "-( a+b )",
        "f",
        "x",
        "é",
        "1",
        "2",
        "1: 2",
        "é[1: 2]",
        "f(x, k=é[1: 2])",
        "f(x, k=é[1: 2]).real",
        "-( a+b ) * f(x, k=é[1: 2]).real",
        "'q' 'r'",
        "1",
        text,
    ];
    assert_eq!(parts, expected);
    assert_eq!(ast.names, ["a", "b", "f", "x", "k", "é", "real"]);
}

#[test]
fn depth_does_not_depend_on_length() {
    let many = 10_000;
    let chains = [
        "a+".repeat(many) + "a",
        "-".repeat(many) + "a",
        "not ".repeat(many) + "a",
        "a**".repeat(many) + "a",
        "a<".repeat(many) + "a",
        "a if b else ".repeat(many) + "a",
        "a or b and ".repeat(many) + "a",
        "a".to_owned() + &".real".repeat(many),
        "a".to_owned() + &"()".repeat(many),
        "a".to_owned() + &"[0]".repeat(many),
        "a,".repeat(many),
        "'a' ".repeat(many),
    ];
    let work = move || {
        let limits = Limits::default().with_length(1 << 20).with_nodes(1 << 20);
        for text in &chains {
            let ast = parse(text, &limits).unwrap();
            let again = parse(&print(&ast), &limits).unwrap();
            assert!(again.same_tree(&ast), "{}…", &text[..12]);
            for ending in [" )", " a a", " $"] {
                assert!(
                    parse(&(text.clone() + ending), &limits).is_err(),
                    "{}… {ending}",
                    &text[..12]
                );
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn limits_are_errors_of_their_own_kind() {
    let kind = |text: &str, limits: &Limits| {
        parse(text, limits).map_err(|error| error.diagnostic().kind).err()
    };
    let limits = Limits::default().with_length(9).with_nesting(2).with_nodes(3);
    assert_eq!(kind("((a + b))", &limits), None);
    assert_eq!(kind("((a + b)) ", &limits), Some(ErrorKind::Limit));
    assert_eq!(kind("(((a)))", &limits), Some(ErrorKind::Limit));
    assert_eq!(kind("a+b+c", &limits), Some(ErrorKind::Limit));
    let limits = Limits::default();
    assert_eq!(kind(&("(".repeat(100) + "a" + &")".repeat(100)), &limits), None);
    assert_eq!(kind(&"(".repeat(101), &limits), Some(ErrorKind::Limit));
    assert_eq!(kind(&("a+".repeat(9_999) + "a"), &limits), None);
    assert_eq!(kind(&("a+".repeat(10_000) + "a"), &limits), Some(ErrorKind::Limit));
}

/// A text, the piece of it that is marked, and a part of the message, label or help.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("", "", "empty"),
    (" # a", "", "empty"),
    ("a && b", "&&", "`and`"),
    ("a || b", "||", "`or`"),
    ("!a", "!", "`not x`"),
    ("(a = b)", "=", "`==`"),
    ("f(a, b = c = d)", "=", "`==`"),
    ("f(a; b)", ";", "ends a statement"),
    ("...", "...", "a[..., None]"),
    ("a[1 + ...]", "...", "a[..., None]"),
    ("a[...:1]", ":", "slice"),
    ("f(a.b=1)", "=", "`==`"),
    ("a === b", "===", "`==`"),
    ("a !== b", "!==", "`!=`"),
    ("a <> b", "<>", "`!=`"),
    ("a => b", "=>", "`>=`"),
    ("a =< b", "=<", "`<=`"),
    ("a->b", "->", "`.`"),
    ("a AND b", "AND", "`and`"),
    ("a xor b", "xor", "`^`"),
    ("a mod b", "mod", "`%`"),
    ("a × b", "×", "`*`"),
    ("a − b", "−", "`-`"),
    ("x²", "²", "`**2`"),
    ("x¹² + 1", "¹²", "`**12`"),
    ("x₁", "₁", "part of the name"),
    ("a ≤ b", "≤", "`<=`"),
    ("√x", "√", "`sqrt(x)`"),
    ("s == “µ”", "“", "plain quote"),
    ("a\u{a0}+ b", "\u{a0}", "ordinary space"),
    ("a § b", "§", "unexpected character `§`"),
    ("ⓐ + 1", "ⓐ", "unexpected character `ⓐ`"),
    ("a $ b", "$", "unexpected character `$`"),
    ("2a", "2a", "`2*a`"),
    ("x + 2.5pt1*3", "2.5pt1", "`2.5*pt1`"),
    ("007", "007", "`0o7`"),
    ("089", "089", "write `89`"),
    ("0b12", "0b12", "0 or 1"),
    ("0x", "0x", "a to f"),
    ("1__0", "1__0", "`1_000`"),
    ("1_", "1_", "`1_000`"),
    ("1e", "1e", "exponent"),
    ("1.2.3", "1.2.3", "decimal point"),
    ("170141183460469231731687303715884105728", "170141183460469231731687303715884105728", "float"),
    ("a b", "b", "before `b`"),
    ("a 2", "2", "before `2`"),
    ("a 'b'", "'", "operator"),
    ("a not b", "not", "`not in`"),
    ("a +", "", "found the end"),
    ("a * / b", "/", "found `/`"),
    ("f(,a)", ",", "found `,`"),
    ("a[]", "]", "found `]`"),
    ("a or or b", "or", "found `or`"),
    ("a.", "", "name after `.`"),
    ("a.1", "1", "name after `.`"),
    ("a.if", "if", "reserved"),
    ("a + class", "class", "reserved"),
    ("a : b", ":", "subscript"),
    ("(a + [b]", "(", "add `)`"),
    ("(a]", "]", "write `)`"),
    ("a)", ")", "remove `)`"),
    ("'a", "'", "never closed"),
    ("a b (", "b", "before `b`"),
    ("a\n+ b", "", "brackets"),
    ("a + not b", "not", "`+ (not b)`"),
    ("a == not b", "not", "`== (not b)`"),
    ("-not b", "not", "weaker than `-`"),
    ("a if b", "if", "no `else`"),
    ("(a if b), c", "if", "no `else`"),
    ("a else b", "else", "no `if`"),
    ("a if b if c else d else e", "if", "brackets"),
    ("f(x=1, y)", "y", "positional"),
    ("f(x=1, x=2)", "x", "twice"),
    ("'a' b'c'", "b'c'", "prefix `b`"),
    (r"'\d'", r"\d", "r'"),
    (r"'\x4'", r"\x4", "2 hexadecimal"),
    ("b'é'", "é", "ASCII"),
];

#[test]
fn mistakes_are_pointed_at_with_what_to_write() {
    for (text, marked, part) in MISTAKES {
        let diagnostic = error(text).diagnostic();
        assert_eq!(diagnostic.kind, ErrorKind::Syntax, "{text}");
        assert_eq!(text.get(diagnostic.span().unwrap().range()), Some(*marked), "{text}");
        let labels = diagnostic.labels.iter().map(|label| &label.text);
        let mut told = [&diagnostic.message].into_iter().chain(labels).chain(&diagnostic.help);
        assert!(told.any(|told| told.contains(part)), "{text}: {diagnostic:?}");
    }
}

/// A text and the piece of it that is marked.
const LEFT_OUT: &[(&str, &str)] = &[
    ("lambda x: x", "lambda"),
    ("(x := 1)", ":="),
    ("a[x:=1]", ":="),
    ("a += 1", "+="),
    ("{1, 2}", "{"),
    ("[x for x in y]", "for"),
    ("f(*args)", "*"),
    ("f(a, **options)", "**"),
    ("f\"{a}\"", "f\""),
    ("await a", "await"),
    ("yield a", "yield"),
    ("import os", "import"),
    ("a = 1; del a", "del"),
    ("class A: pass", "class"),
    ("pass", "pass"),
    ("try:", "try"),
    ("for i in a: b", "for"),
    ("while (a): b", "while"),
    ("if a > b: c = d", "if"),
    ("x = a\nelse: b", "else"),
    ("f = lambda x: x", "lambda"),
    ("a ? b : c", "?"),
    ("`a`", "`"),
];

#[test]
fn constructs_of_python_that_are_left_out_are_named() {
    for (text, marked) in LEFT_OUT {
        let diagnostic = error(text).diagnostic();
        assert_eq!(diagnostic.kind, ErrorKind::Unsupported, "{text}");
        assert_eq!(&text[diagnostic.span().unwrap().range()], *marked, "{text}");
        assert!(diagnostic.message.ends_with("not part of the language"), "{text}");
        assert!(!diagnostic.help.is_empty(), "{text}");
    }
}
