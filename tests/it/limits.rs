//! No expression overflows the stack or takes forever, through the whole way from text to numbers.

use numjit::{Codegen, DType, Engine, Error, ErrorKind, Limits, Threads, vars};

/// Runs `f` on a thread with a stack of 1 MiB, what a main thread has on Windows.
fn on_a_small_stack(f: impl FnOnce() -> Result<(), Error> + Send + 'static) -> Result<(), Error> {
    let thread =
        std::thread::Builder::new().stack_size(1 << 20).spawn(f).expect("a thread can start");
    thread.join().expect("no expression panics")
}

/// Compiles and runs an expression over `a` and `n` with each code generator; all results must agree.
fn run_everywhere(expr: &str, limits: &Limits) -> Result<(), Error> {
    let mut results = Vec::new();
    for codegen in [Codegen::Native, Codegen::Scalar, Codegen::Interpreter] {
        let builder = Engine::builder().codegen(codegen).threads(Threads::Fixed(1));
        let engine = builder.limits(*limits).build()?;
        let kernel = engine.compile_with_schema(expr, &[("a", DType::F64), ("n", DType::I64)])?;
        assert!(!kernel.explain().to_string().is_empty());
        let (a, n) = ([0.5, -0.25, 1e-3], [3_i64, -1, 0]);
        let all = vars! { a, n };
        let used: Vec<_> = all
            .into_iter()
            .filter(|(name, _)| kernel.inputs().iter().any(|(n, _)| n == name))
            .collect();
        results.push(kernel.run(&used)?);
    }
    assert!(results.iter().all(|result| numjit::testing::same(result, &results[0])), "{results:?}");
    Ok(())
}

fn repeat(open: &str, inner: &str, close: &str, times: usize) -> String {
    format!("{}{inner}{}", open.repeat(times), close.repeat(times))
}

#[test]
fn brackets_nest_as_deep_as_the_limit() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        let depth = limits.nesting;
        for (open, close) in
            [("(", ")"), ("(1 + ", ")"), ("abs(", ")"), ("sqrt(1 + ", ")"), ("-(", ")")]
        {
            run_everywhere(&repeat(open, "a", close, depth), &limits)?;
            let text = repeat(open, "a", close, depth + 1);
            assert_eq!(run_everywhere(&text, &limits).unwrap_err().kind(), ErrorKind::Limit);
        }
        Ok(())
    })
}

#[test]
fn brackets_nest_deeper_where_the_caller_wants() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default().with_nesting(Limits::MAX_NESTING);
        run_everywhere(&repeat("(1 + ", "a", ")", Limits::MAX_NESTING), &limits)?;
        let text = repeat("[", "a", "]", 100_000);
        let most = limits.with_length(1 << 20).with_nesting(usize::MAX);
        assert_eq!(run_everywhere(&text, &most).unwrap_err().kind(), ErrorKind::Limit);
        Ok(())
    })
}

#[test]
fn chains_are_as_long_as_the_limit_on_nodes() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        // 20 000 operands and operators.
        for text in [
            vec!["a"; 10_000].join("+"),
            vec!["n"; 10_000].join("*"),
            format!("{}a", "-".repeat(15_000)),
        ] {
            run_everywhere(&text, &limits)?;
        }
        let text = vec!["a"; 10_001].join("+");
        assert_eq!(run_everywhere(&text, &limits).unwrap_err().kind(), ErrorKind::Limit);
        Ok(())
    })
}

#[test]
fn long_chains_of_every_kind() -> Result<(), Error> {
    on_a_small_stack(|| {
        let limits = Limits::default();
        let different: Vec<String> = (0..2000).map(|i| format!("a*{i}.5")).collect();
        let choices: String = (0..1000).map(|i| format!("a if n == {i} else ")).collect();
        for text in [
            different.join(" - "),
            format!("{choices}a"),
            vec!["n"; 3000].join(" < "),
            vec!["n"; 3000].join(" and "),
            format!("{}n", "not ".repeat(10_000)),
            vec!["a"; 300].join(" ** "),
            vec!["sin(a)"; 1000].join("+"),
            (0..300).map(|i| format!("exp(a*{i})")).collect::<Vec<_>>().join("+"),
            (0..100).map(|i| format!("sum(a*{i})")).collect::<Vec<_>>().join("+"),
        ] {
            run_everywhere(&text, &limits)?;
        }
        Ok(())
    })
}

#[test]
fn many_inputs_are_no_problem() -> Result<(), Error> {
    on_a_small_stack(|| {
        let names: Vec<String> = (0..1000).map(|i| format!("x{i}")).collect();
        let inputs: Vec<(&str, DType)> =
            names.iter().map(|name| (name.as_str(), DType::F64)).collect();
        let kernel = Engine::default().compile(&names.join(" + "), &inputs)?;
        let column = [1.0, 2.0];
        let vars: Vec<(&String, _)> = names.iter().map(|name| (name, (&column).into())).collect();
        assert_eq!(kernel.run(&vars)?.as_slice::<f64>(), Some(&[1000.0, 2000.0][..]));
        Ok(())
    })
}

#[test]
fn hopeless_texts_fail_in_linear_time() {
    let engine = Engine::default();
    let most = 60_000;
    for text in [
        "(".repeat(most),
        ")".repeat(most),
        "[(".repeat(most / 2),
        "a ".repeat(most / 2),
        "-".repeat(most),
    ]
    .into_iter()
    .chain(
        ["not ", "a if ", "'", "f(x=", "0x", "1_", "…", "#", "a.", "a[", "\\\n", "u+"]
            .map(|s| s.repeat(most / s.len())),
    ) {
        let error = engine.compile::<&str>(&text, &[]).unwrap_err();
        assert!(!error.render().is_empty());
    }
}

#[test]
fn thousands_of_mistakes_are_reported_without_trouble() {
    let text: Vec<String> = (0..3000).map(|i| format!("unknown_{i}(x{i})")).collect();
    let error = Engine::default().compile(&text.join("+"), &[("a", DType::F64)]).unwrap_err();
    assert!(error.diagnostics().len() >= 1000, "{}", error.diagnostics().len());
}

#[test]
fn thousands_of_values_that_are_needed_twice_fit_the_stack() -> Result<(), Error> {
    on_a_small_stack(|| {
        let terms: Vec<String> = (0..2000).map(|k| format!("(a + {k}.5)")).collect();
        let text = format!("{} + {}", terms.join(" * "), terms.join(" / "));
        run_everywhere(&text, &Limits::default().with_length(1 << 20))
    })
}

#[test]
fn values_that_overflow_the_stack_are_an_error() -> Result<(), Error> {
    on_a_small_stack(|| {
        let terms: Vec<String> = (0..30_000).map(|k| format!("(a + {k}.5)")).collect();
        let text = format!("{} + {}", terms.join(" * "), terms.join(" / "));
        let limits = Limits::default().with_length(1 << 24).with_nodes(1 << 20);
        let engine = Engine::builder().limits(limits).build()?;
        match engine.compile(&text, &[("a", DType::F64)]) {
            Ok(kernel) => {
                kernel.run(vars! { a: &[0.5; 9] })?;
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Limit),
        }
        Ok(())
    })
}
