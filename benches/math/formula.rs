//! A whole formula against C: the mass of two muons, whose cost is a `cosh` and a `cos`.
#![expect(unsafe_code, reason = "the compiled C is called by address")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use super::common::stats::{median, median_ratio};
use super::common::{Data, formulas};
use super::libraries::Shared;
use super::options::Options;
use super::rounds::{Call, measure};

/// `numjit` promises results within an ULP and the same bits everywhere; these flags allow C to do neither.
const FLAGS: [&str; 3] = ["-O3", "-march=native", "-ffast-math"];

const SOURCE: &str = "
#include <math.h>
#include <stddef.h>

void dimuon_mass(
    const double *restrict eta1, const double *restrict eta2, const double *restrict phi1,
    const double *restrict phi2, const double *restrict pt1, const double *restrict pt2,
    double *restrict out, size_t n
) {
    for (size_t i = 0; i < n; i++)
        out[i] = sqrt(2 * pt1[i] * pt2[i] * (cosh(eta1[i] - eta2[i]) - cos(phi1[i] - phi2[i])));
}
";

type Column = *const f64;
type Compiled =
    unsafe extern "C" fn(Column, Column, Column, Column, Column, Column, *mut f64, usize);

/// Prints a table of the formula on one thread.
pub(crate) fn compare(options: &Options) {
    let Some(compiled) = compiled() else {
        println!("dimuon_mass: left out, `gcc` cannot compile it here");
        return;
    };
    let formula = formulas().into_iter().find(|formula| formula.name == "dimuon_mass");
    let formula = formula.expect("it is one of them");
    println!("| formula | n | ns | ns of C | /gcc {} | differs by |", FLAGS.join(" "));
    println!("|---|---:|---:|---:|---:|---:|");
    for n in [1_000, 100_000] {
        let data = Data::new(n);
        let columns = data.columns(&formula, n);
        let kernel = formula.kernel(1);
        let vars = formula.vars(&columns);
        let (mut ours, mut theirs) = (vec![0.0; n], vec![0.0; n]);
        let times = {
            let [eta1, eta2, phi1, phi2, pt1, pt2] = columns[..] else {
                panic!("it has six columns")
            };
            let run: Call<'_> = Box::new(|| {
                kernel.run_into(black_box(&vars), &mut ours).expect("the inputs fit");
            });
            let call: Call<'_> = Box::new(|| {
                let [eta1, eta2, phi1, phi2, pt1, pt2] =
                    black_box([eta1, eta2, phi1, phi2, pt1, pt2].map(<[f64]>::as_ptr));
                // SAFETY: the source above has these arguments, and all columns have `n` elements.
                unsafe { compiled(eta1, eta2, phi1, phi2, pt1, pt2, theirs.as_mut_ptr(), n) };
            });
            measure(&mut [run, call], options.rounds)
        };
        let relative = |(x, y): (&f64, &f64)| if x == y { 0.0 } else { ((x - y) / y).abs() };
        println!(
            "| dimuon_mass | {n} | {:.3} | {:.3} | {:.3} | {:.0e} |",
            median(&times[0]) / n as f64 * 1e9,
            median(&times[1]) / n as f64 * 1e9,
            median_ratio(&times[0], &times[1]),
            ours.iter().zip(&theirs).map(relative).fold(0.0, f64::max)
        );
    }
}

/// Compiles the source and loads it.
fn compiled() -> Option<Compiled> {
    let folder = std::env::temp_dir().join(format!("numjit-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let shared = build(&folder);
    // A library that is open stays when its file goes.
    let _ = std::fs::remove_dir_all(&folder);
    let symbol = shared?.symbol("dimuon_mass")?;
    // SAFETY: the source above has these arguments.
    Some(unsafe { std::mem::transmute::<super::libraries::Symbol, Compiled>(symbol) })
}

fn build(folder: &Path) -> Option<Shared> {
    let (source, object, library) =
        (folder.join("dimuon.c"), folder.join("dimuon.o"), folder.join("dimuon.so"));
    std::fs::write(&source, SOURCE).ok()?;
    let gcc = || Command::new("gcc");
    let compiling =
        gcc().args(FLAGS).args(["-fPIC", "-c"]).arg(source).arg("-o").arg(&object).status();
    compiling.ok().filter(|status| status.success())?;
    // In a step of its own, without the flags: with -ffast-math older versions link a start file that makes
    // the whole process flush subnormal numbers to zero.
    let linking = gcc().arg("-shared").arg(object).arg("-o").arg(&library).arg("-lm").status();
    linking.ok().filter(|status| status.success())?;
    Shared::open(library.to_str()?)
}
