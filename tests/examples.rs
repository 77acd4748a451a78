//! Every example runs, and its own assertions hold.

macro_rules! examples {
    ($($name:ident: $path:literal;)*) => {$(
        #[path = $path]
        mod $name;

        #[test]
        fn $name() -> Result<(), numjit::Error> {
            $name::main()
        }
    )*

        /// An example that is not listed here is not run.
        #[test]
        fn all_examples_are_listed() -> std::io::Result<()> {
            let listed = [$($path),*];
            for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"))? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "rs") {
                    let file = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
                    assert!(listed.contains(&&*format!("../examples/{file}")), "{file} is not run");
                }
            }
            Ok(())
        }
    };
}

examples! {
    evaluate: "../examples/01_evaluate.rs";
    compile_once: "../examples/02_compile_once.rs";
    into: "../examples/03_into.rs";
    reductions: "../examples/04_reductions.rs";
    live: "../examples/05_live.rs";
    explain: "../examples/06_explain.rs";
    stream: "../examples/07_stream.rs";
    threads: "../examples/08_threads.rs";
    errors: "../examples/09_errors.rs";
    arrays: "../examples/10_arrays.rs";
    programs: "../examples/11_programs.rs";
    complex: "../examples/12_complex.rs";
    strings_and_times: "../examples/13_strings_and_times.rs";
    layouts: "../examples/14_layouts.rs";
}
