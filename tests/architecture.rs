//! The rules of ARCHITECTURE.md and CONTRIBUTING.md that a program can check, by reading the sources.

mod common;

use std::path::{Path, PathBuf};

use common::source::{code, without_tests};

/// For each part of `src/` the parts it may import. A part may always import itself.
const IMPORTS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("dtype", &[]),
    ("ops", &[]),
    ("error", &["diag"]),
    ("syntax", &["diag", "ops"]),
    ("types", &["syntax", "diag", "dtype", "ops"]),
    ("math", &["dtype", "ops"]),
    ("ir", &["math", "types", "syntax", "diag", "dtype", "ops"]),
    ("codegen", &["ir", "math", "dtype", "ops"]),
    ("exec", &["codegen", "ir", "diag", "dtype", "ops"]),
    ("engine", &["exec", "codegen", "ir", "types", "syntax", "error", "diag", "dtype", "ops"]),
    (
        "testing",
        &[
            "engine",
            "exec",
            "ir",
            "math",
            "types",
            "syntax",
            "error",
            "diag",
            "dtype",
            "ops",
            "variables",
            "Element",
        ],
    ),
];

/// Words of the code, and the files or folders they may appear in.
const PLACES: &[(&[&str], &[&str])] = &[
    (&["pest::", "pest_derive"], &["syntax/parser.rs"]),
    (&["cranelift_", "target_lexicon"], &["codegen/cranelift/"]),
    (&["memmap2"], &["codegen/wide/code.rs"]),
    (&["rayon::"], &["exec/"]),
    (&["codespan_reporting"], &["diag/render.rs"]),
    (&["libc::"], &["exec/memory.rs"]),
    (
        &[
            "println!",
            "eprintln!",
            "print!(",
            "std::fs",
            "std::net",
            "std::process",
            "env::var",
            "stdout()",
            "stderr()",
            "stdin()",
        ],
        &[],
    ),
    // What is not finished is not merged.
    (&["todo!", "unimplemented!", "dbg!", "FIXME", "XXX"], &[]),
    (
        &["unsafe {", "unsafe impl", "unsafe fn", "transmute"],
        &[
            "codegen/absent.rs",
            "codegen/cranelift/code.rs",
            "codegen/cranelift/mod.rs",
            "codegen/interpreted.rs",
            "codegen/mod.rs",
            "codegen/tests.rs",
            "codegen/wide/code.rs",
            "codegen/wide/functions.rs",
            "codegen/wide/mod.rs",
            "engine/array_ref.rs",
            "exec/bind.rs",
            "exec/copy.rs",
            "exec/fold/complex.rs",
            "exec/fold/mod.rs",
            "exec/fold/number.rs",
            "exec/job/mod.rs",
            "exec/job/panel.rs",
            "engine/ndarray.rs",
            "exec/memory.rs",
            "exec/output.rs",
            "exec/overlap.rs",
            "exec/pack.rs",
            "exec/reduce.rs",
            "exec/run.rs",
            "exec/simple.rs",
            "exec/store.rs",
            "exec/strings.rs",
            "exec/transpose.rs",
            "exec/view.rs",
            "math/elementary/graph.rs",
            "math/elementary/kernels.rs",
            "math/elementary/lanes/avx2.rs",
            "math/elementary/lanes/avx512.rs",
            "math/elementary/lanes/mod.rs",
            "math/elementary/lanes/neon.rs",
            "math/elementary/lanes/one.rs",
            "math/elementary/lanes/twice.rs",
            "math/elementary/lanes/vector.rs",
            "math/tile.rs",
            "testing/functions.rs",
        ],
    ),
];

/// The most lines of a file.
const LONGEST: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder of the repository: the path from there, and the text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let base = root().join(folder);
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&base).expect("it was found there");
        let name = name.display().to_string().replace('\\', "/");
        (name, std::fs::read_to_string(&path).expect("sources are UTF-8"))
    };
    common::files(&base, "rs").into_iter().map(read).collect()
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn imports_run_downwards() {
    let mut problems = Vec::new();
    for (file, text) in sources("src") {
        let part = file.split(['/', '.']).next().expect("a path has a first part");
        if part == "lib" {
            continue;
        }
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == part) else {
            problems.push(format!("src/{file}: `{part}` is on no layer; add it to IMPORTS"));
            continue;
        };
        // Tests of a layer may look at what other layers make of it.
        if file.ends_with("tests.rs") {
            continue;
        }
        for (number, line) in without_tests(&text) {
            for (at, _) in line.match_indices("crate::") {
                let is_macro = line[..at].ends_with('$');
                let rest = &line[at + "crate::".len()..];
                let targets: Vec<&str> = match rest.strip_prefix('{') {
                    Some(group) => group.split([',', '}']).map(str::trim).collect(),
                    None => vec![rest],
                };
                for target in targets {
                    let target = target.split(|c: char| !c.is_alphanumeric() && c != '_').next();
                    let target = target.unwrap_or_default();
                    let known = target.is_empty() || target == part || allowed.contains(&target);
                    if !is_macro && !known {
                        problems.push(format!("src/{file}:{number}: `{part}` imports `{target}`"));
                    }
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn things_stay_in_their_places() {
    let mut problems = Vec::new();
    for (file, text) in sources("src") {
        for (number, line) in code(&text) {
            for (words, places) in PLACES {
                let is_here = places.iter().any(|place| {
                    if place.ends_with('/') { file.starts_with(place) } else { file == *place }
                });
                for word in words.iter().filter(|word| !is_here && line.contains(**word)) {
                    problems.push(format!("src/{file}:{number}: `{word}` has no place here"));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn unsafe_code_is_proved_where_it_stands() {
    let mut problems = Vec::new();
    for (file, text) in sources("src") {
        let mut lines: Vec<&str> = Vec::new();
        for line in text.lines() {
            let is_block = !line.trim_start().starts_with("//")
                && (line.contains("unsafe {") || line.contains("unsafe impl"));
            let above = || lines.iter().rev().take(8);
            if is_block && !above().any(|line| line.contains("// SAFETY:")) {
                problems.push(format!("src/{file}: no `// SAFETY:` above `{}`", line.trim()));
            }
            lines.push(line);
        }
        let count = |words: &[&str]| -> usize {
            code(&text)
                .map(|(_, line)| words.iter().map(|w| line.matches(w).count()).sum::<usize>())
                .sum()
        };
        let blocks = count(&["unsafe {", "unsafe impl"]);
        let proofs = text.matches("// SAFETY:").count();
        if blocks > proofs {
            problems.push(format!("src/{file}: {blocks} unsafe blocks, {proofs} proofs"));
        }
    }
    assert_none(&problems);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut problems = Vec::new();
    for folder in ["src", "cli/src", "tests"] {
        for (file, text) in sources(folder) {
            let path = format!("{folder}/{file}");
            let n = text.lines().count();
            // Tables are as long as they are: a script prints each whole, and a function reads all of it.
            if n > LONGEST && !path.ends_with("/table.rs") {
                problems.push(format!("{path}: {n} lines, {LONGEST} at most: split it"));
            }
            if !text.lines().take(3).any(|line| line.starts_with("//!")) {
                problems.push(format!("{path}: no documentation of the file"));
            }
        }
    }
    assert_none(&problems);
}

/// A wildcard hides a new operator or dtype from the compiler. Where it is meant, `// tidy:` says why.
#[test]
fn matches_on_operators_and_dtypes_are_exhaustive() {
    const ENUMS: &[&str] = &[
        "DType::",
        "Scalar::",
        "UnaryOp::",
        "BinaryOp::",
        "CompareOp::",
        "Func::",
        "Reduction::",
        "Prim::",
        "Unary::",
        "Binary::",
        "Reduce::",
        "ReducePair::",
        "StrTest::",
        "ShapeNode::",
        "Source::",
        "Inst::",
        "Op1::",
        "Op2::",
    ];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut problems = Vec::new();
    for (file, text) in sources("src") {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if !line.trim_start().starts_with("_ =>") {
                continue;
            }
            // The arms above, up to the line that opens the match.
            let depth = indent(line);
            let arms =
                lines[..at].iter().rev().take_while(|l| l.trim().is_empty() || indent(l) >= depth);
            let patterns =
                arms.filter(|l| indent(l) == depth).map(|l| l.split("=>").next().unwrap_or(l));
            let is_op = patterns.into_iter().any(|arm| ENUMS.iter().any(|name| arm.contains(name)));
            let next = lines.get(at + 1).unwrap_or(&"");
            if is_op && !line.contains("// tidy:") && !next.contains("// tidy:") {
                problems.push(format!("src/{file}:{}: `_ =>` without a `// tidy:` reason", at + 1));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_function_has_a_golden_file() {
    let missing: Vec<String> = (numjit::functions())
        .map(|function| format!("tests/golden/ops/{}.nj", function.name))
        .filter(|path| !root().join(path).exists())
        .collect();
    assert_none(&missing);
}

#[test]
fn golden_files_are_short_and_about_something() {
    let mut problems = Vec::new();
    for path in common::files(&root().join("tests/golden"), "nj") {
        let text = std::fs::read_to_string(&path).expect("golden files are UTF-8");
        let name = path.strip_prefix(root()).expect("it was found there").display();
        if text.lines().count() > 40 {
            problems.push(format!("{name}: more than 40 lines"));
        }
        let fact = text.lines().next().and_then(|line| line.strip_prefix("# "));
        if !fact.is_some_and(|fact| fact.ends_with('.')) {
            problems.push(format!("{name}: does not begin with a comment that states the fact"));
        }
    }
    assert_none(&problems);
}

#[test]
fn links_between_documents_resolve() {
    let mut problems = Vec::new();
    let documents = (std::fs::read_dir(root()).expect("the root can be listed"))
        .map(|entry| entry.expect("a listed entry can be read").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .chain(common::files(&root().join("docs"), "md"));
    let mut count = 0;
    for path in documents {
        let text = std::fs::read_to_string(&path).expect("documents are UTF-8");
        let folder = path.parent().expect("a file has a folder");
        for target in common::source::links(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            count += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = if file.is_empty() { path.clone() } else { folder.join(file) };
            if !linked.exists() {
                problems.push(format!("{}: nothing at `{target}`", path.display()));
            } else if !anchor.is_empty() && linked.extension().is_some_and(|e| e == "md") {
                let text = std::fs::read_to_string(&linked).expect("documents are UTF-8");
                if !common::source::anchors(&text).iter().any(|known| known == anchor) {
                    problems.push(format!("{}: no heading `#{anchor}`", path.display()));
                }
            }
        }
    }
    assert!(count > 0, "no document links to another: is the search broken?");
    assert_none(&problems);
}
