//! Runs a kernel over batches.

use numjit::testing::Values;
use numjit::{ArrayRef, Error, Kernel};

/// An input: its name, its values, and whether it is a single value rather than an array.
pub(crate) type Column<'a> = (&'a str, &'a Values, bool);

/// Returns the bytes of the result over batches of `size` rows, or `None` where the program or the inputs
/// are not of rows: a stream does not stretch arrays of length 1.
pub(crate) fn in_batches(
    kernel: &Kernel,
    inputs: &[Column<'_>],
    size: usize,
) -> Option<Result<Vec<u8>, Error>> {
    let columns = || inputs.iter().filter(|(_, _, is_single)| !is_single);
    let n = columns().next()?.1.len();
    let are_rows = columns().all(|(_, values, _)| values.shape() == [n]);
    let are_numbers = inputs.iter().all(|(_, values, single)| !single || is_real(values));
    (are_rows && are_numbers && kernel.stream().is_ok()).then(|| run(kernel, inputs, n, size))
}

fn is_real(values: &Values) -> bool {
    values.dtype().is_numeric() && !values.dtype().is_complex()
}

fn run(kernel: &Kernel, inputs: &[Column<'_>], n: usize, size: usize) -> Result<Vec<u8>, Error> {
    let mut stream = kernel.stream()?;
    let mut result = Vec::new();
    loop {
        // No rows at all are one empty batch.
        for start in (0..n.max(1)).step_by(size) {
            let end = n.min(start + size);
            let batch: Vec<(&str, numjit::Array)> = (inputs.iter())
                .map(|&(name, values, single)| match single {
                    true => (name, values.to_array()),
                    false => (name, values.rows(start, end).to_array()),
                })
                .collect();
            let vars: Vec<(&str, ArrayRef<'_>)> =
                batch.iter().map(|(name, array)| (*name, array.into())).collect();
            if let Some(part) = stream.push(&vars)? {
                result.extend(part.to_bytes());
            }
        }
        if !stream.next_pass()? {
            break;
        }
    }
    if let Some(value) = stream.finish()? {
        result.extend(value.to_bytes());
    }
    Ok(result)
}
