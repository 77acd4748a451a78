//! Strings are asked questions; moments and durations are counted.

use numjit::{Array, ArrayRef, DType, TimeUnit, evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let particle = Array::from_strings(&["mu+", "e-", "mu-", "tau+"]);
    let energy = [45.0, 12.0, 30.0, 8.0];
    let muons =
        evaluate("sum(energy, where=startswith(particle, 'mu'))", vars! { particle, energy })?;
    assert_eq!(muons.get(0).map(|sum| sum.to_f64()), Some(75.0));
    let charged = evaluate("endswith(particle, '+') or particle == 'e-'", vars! { particle })?;
    assert_eq!(charged.as_slice::<bool>(), Some(&[true, true, false, true][..]));

    // Times are counts of a unit: the same memory, seen as another dtype.
    let seconds = [0_i64, 3600, 90_000];
    let when = ArrayRef::from(&seconds).with_dtype(DType::Datetime(TimeUnit::Second))?;
    let days = [0_i64, 0, 1];
    let day = ArrayRef::from(&days).with_dtype(DType::Datetime(TimeUnit::Day))?;
    let since = evaluate("when - day", vars! { when, day })?;
    assert_eq!(since.dtype(), DType::Timedelta(TimeUnit::Second));
    assert_eq!(since.to_vec::<i64>(), Some(vec![0, 3600, 3600]));
    Ok(())
}
