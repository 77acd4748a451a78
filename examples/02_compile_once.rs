//! Compile once, run often: an engine, and a kernel that is kept.

use numjit::{DType, Engine, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let engine = Engine::default();
    let mass = "sqrt(2*pt1*pt2*(cosh(eta1 - eta2) - cos(phi1 - phi2)))";
    let names = ["pt1", "pt2", "eta1", "eta2", "phi1", "phi2"];
    let kernel = engine.compile(mass, &names.map(|name| (name, DType::F64)))?;
    println!("{kernel:?}");
    assert_eq!(kernel.dtype(), DType::F64);

    // The same kernel for every batch; its inputs are looked up by name, in any order.
    for angle in [0.5, 1.0, 2.0, std::f64::consts::PI] {
        let (pt1, pt2) = ([45.6, 30.0], [45.6, 40.0]);
        let (eta1, eta2) = ([0.0, 1.2], [0.0, -0.3]);
        let (phi1, phi2) = ([angle, angle], [0.0, 0.0]);
        let batch = vars! { phi1, phi2, eta1, eta2, pt1, pt2 };
        let mass = kernel.run(batch)?.into_vec::<f64>().expect("the kernel gives f64");
        println!("Δφ = {angle:.2}: {mass:.2?} GeV");

        // Back to back the mass is 2 pt.
        assert!(angle < 3.0 || (mass[0] - 91.2).abs() < 1e-12);
    }

    // The engine remembers: another spelling of the formula is answered from its cache.
    let again = engine.compile(&mass.replace(' ', ""), &names.map(|name| (name, DType::F64)))?;
    assert_eq!(again.expression(), kernel.expression());
    Ok(())
}
