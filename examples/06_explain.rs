//! What becomes of a formula: typed IR, passes, code.

use numjit::{DType, Engine};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let engine = Engine::default();
    let inputs = [("a", DType::F64), ("i", DType::I32)];
    let kernel = engine.compile("(a - mean(a))**2 + 1*i + 0", &inputs)?;
    let explanation = kernel.explain();

    // The summary: stages, each one pass over memory.
    println!("{explanation}\n");

    // As built: every conversion between dtypes is an instruction of its own.
    println!("as built\n{}", explanation.ir());
    assert!(explanation.ir().contains("pow.f64"));

    // Each pass that changed something, under its name.
    let mut before = explanation.ir();
    for (pass, ir) in explanation.passes() {
        if ir != before {
            println!("after {pass}\n{ir}");
        }
        before = ir;
    }

    // The square has become a multiplication.
    assert!(!explanation.optimized().contains("pow.f64"));

    // And the machine code; where Cranelift makes it, `clif` is what it was given.
    let code = explanation.disassembly();
    println!("{} lines of machine code by {}", code.lines().count(), explanation.generator());
    for line in code.lines().filter(|line| line.contains("mul")).take(3) {
        println!("{}", line.trim());
    }
    Ok(())
}
