//! What is asked for on the command line.

/// What to measure, and against which libraries.
pub(crate) struct Options {
    /// The functions; all if empty.
    pub(crate) only: Vec<String>,
    pub(crate) rounds: usize,
    /// The kind of processor whose time the ratios are of.
    pub(crate) level: String,
    /// `f32` rather than `f64`.
    pub(crate) narrow: bool,
    /// Only the formula.
    pub(crate) formula: bool,
    /// Paths to `libsvml.so` and `libsleef.so`.
    pub(crate) svml: Option<String>,
    pub(crate) sleef: Option<String>,
}

impl Options {
    pub(crate) fn from_arguments() -> Options {
        let mut options = Options {
            only: Vec::new(),
            rounds: 31,
            level: "avx2".to_owned(),
            narrow: false,
            formula: false,
            svml: std::env::var("NUMJIT_SVML").ok(),
            sleef: std::env::var("NUMJIT_SLEEF").ok(),
        };
        // `cargo bench` says so; `cargo test --benches` only wants to see it run.
        if !std::env::args().any(|argument| argument == "--bench") {
            options.rounds = 1;
        }
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| usage(&argument));
            match argument.as_str() {
                "--only" => options.only = value().split(',').map(str::to_owned).collect(),
                "--rounds" => options.rounds = value().parse().unwrap_or_else(|_| usage(&argument)),
                "--level" => options.level = value(),
                "--f32" => options.narrow = true,
                "--formula" => options.formula = true,
                "--svml" => options.svml = Some(value()),
                "--sleef" => options.sleef = Some(value()),
                "--bench" => {}
                _ => usage(&argument), // tidy: arguments
            }
        }
        options
    }
}

fn usage<T>(argument: &str) -> T {
    panic!(
        "`{argument}`? usage: [--only exp,log] [--rounds 31] [--level one|avx2|avx512|neon] [--f32] \
         [--formula] [--svml libsvml.so] [--sleef libsleef.so]"
    );
}
