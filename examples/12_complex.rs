//! Complex numbers, with the branch cuts of C99 and no overflow on the way.

use numjit::{Complex, evaluate, evaluate_all, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let z = [Complex::new(3.0, 4.0), Complex::new(-1.0, 0.0)];
    let parts = evaluate_all("abs(z), z.real, angle(z), z * conj(z)", vars! { z })?;
    assert_eq!(parts[0].as_slice::<f64>(), Some(&[5.0, 1.0][..]));
    println!("{:?}", parts[3]);

    // Literals are weak: with f32 columns this is a complex64.
    let (re, im) = ([1.0_f32, 2.0], [0.5_f32, -0.5]);
    let w = evaluate("re + 1j*im", vars! { re, im })?;
    assert_eq!(w.as_slice::<Complex<f32>>().map(|w| w[1]), Some(Complex::new(2.0, -0.5)));

    // The square root of -1 is i, and a tiny hair below the cut it is -i.
    let below = [Complex::new(-1.0, -0.0)];
    let root = evaluate("sqrt(below)", vars! { below })?;
    assert_eq!(root.as_slice::<Complex<f64>>(), Some(&[Complex::new(0.0, -1.0)][..]));
    Ok(())
}
