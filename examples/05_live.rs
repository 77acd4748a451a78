//! Live formulas: text that changes while the program runs is compiled at once.

use std::time::Instant;

use numjit::{Engine, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let t: Vec<f64> = (0..200_000).map(|i| f64::from(i) * 1e-3).collect();
    let engine = Engine::default();

    // As someone types into a field of a plot; what is not a formula yet leaves the picture alone.
    let edits = [
        "sin(t)",
        "sin(t) *",
        "sin(t) * exp(-t/",
        "sin(t) * exp(-t/50)",
        "sin(t) * exp(-t/50) + 0.1*cos(7*t)",
        "where(t < 100, sin(t) * exp(-t/50) + 0.1*cos(7*t), 0)",
    ];
    let mut plot = vec![0.0; t.len()];
    let mut drawn = 0;
    for text in edits {
        let start = Instant::now();
        match engine.evaluate_into(text, vars! { t }, &mut plot) {
            Ok(()) => {
                let first = start.elapsed();
                let start = Instant::now();
                engine.evaluate_into(text, vars! { t }, &mut plot)?;
                let again = start.elapsed();
                println!("{first:>9.1?}, again {again:>9.1?}  {text}");
                drawn += 1;
            }
            Err(error) => println!("{:>9.1?}  {text}  ← {}", start.elapsed(), error.message()),
        }
    }
    assert_eq!(drawn, 4);
    assert_eq!(plot[150_000..], [0.0; 50_000]);
    Ok(())
}
