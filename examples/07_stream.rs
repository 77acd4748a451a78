//! Data that never lies in memory as a whole: batches through a stream.

use numjit::{DType, Engine, vars};

/// Stands for a reader of row groups: 50 batches of different lengths, the same on every pass.
fn batches() -> impl Iterator<Item = Vec<f64>> {
    (0..50).map(|batch| {
        let rows = 3000 + 100 * batch;
        (0..rows).map(|row| f64::from((batch * 7919 + row * 31) % 1000)).collect()
    })
}

pub(crate) fn main() -> Result<(), numjit::Error> {
    let engine = Engine::default();
    let kernel =
        engine.compile("(energy - mean(energy)) / max(energy)", &[("energy", DType::F64)])?;

    // The mean has to be known before the first result: two passes over the data.
    let mut stream = kernel.stream()?;
    println!("{} passes", stream.passes());
    let (mut rows, mut total) = (0, 0.0);
    loop {
        for energy in batches() {
            if let Some(part) = stream.push(vars! { energy })? {
                // Here a program writes the part to a file and forgets it.
                rows += part.len();
                total += part.as_slice::<f64>().expect("the result is f64").iter().sum::<f64>();
            }
        }
        if !stream.next_pass()? {
            break;
        }
    }
    println!("{rows} rows; the deviations sum to {total:.1e}");
    assert!(total.abs() < 1e-8);

    // A reduction gives its value at the end, with the same bits as over the whole at once.
    let kernel = engine.compile("sum(sqrt(energy))", &[("energy", DType::F64)])?;
    let mut stream = kernel.stream()?;
    for energy in batches() {
        stream.push(vars! { energy })?;
    }
    assert!(!stream.next_pass()?);
    let whole: Vec<f64> = batches().flatten().collect();
    assert_eq!(whole.len(), rows);
    assert_eq!(stream.finish()?, Some(kernel.run(vars! { energy: &whole })?));
    Ok(())
}
