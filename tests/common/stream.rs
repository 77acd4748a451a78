//! Runs a kernel over batches.

use numjit::{Array, ArrayRef, Error, Kernel, Scalar, testing};

/// Returns the elements of the result over batches of `size` rows, or `None` where a stream does not
/// take the inputs: it does not stretch arrays of length 1.
pub(crate) fn in_batches(
    kernel: &Kernel,
    inputs: &[(&str, &Array)],
    size: usize,
) -> Option<Result<Vec<Scalar>, Error>> {
    let sizes = std::iter::repeat(size);
    in_uneven_batches(kernel, inputs, sizes)
}

/// As [`in_batches`], over batches of these sizes; the last one is shorter.
pub(crate) fn in_uneven_batches(
    kernel: &Kernel,
    inputs: &[(&str, &Array)],
    sizes: impl Iterator<Item = usize> + Clone,
) -> Option<Result<Vec<Scalar>, Error>> {
    let arrays = || inputs.iter().map(|&(_, array)| array).filter(|array| !array.is_scalar());
    let n = arrays().next()?.len();
    arrays().all(|array| array.len() == n).then(|| run(kernel, inputs, n, sizes))
}

fn run(
    kernel: &Kernel,
    inputs: &[(&str, &Array)],
    n: usize,
    sizes: impl Iterator<Item = usize> + Clone,
) -> Result<Vec<Scalar>, Error> {
    let mut stream = kernel.stream()?;
    let mut result = Vec::new();
    loop {
        let mut start = 0;
        let mut sizes = sizes.clone();
        // No rows at all are one empty batch.
        while start < n || n == 0 {
            let end = n.min(start + sizes.next().expect("there are sizes enough"));
            let batch: Vec<(&str, Array)> =
                inputs.iter().map(|&(name, array)| (name, rows(array, start, end))).collect();
            let vars: Vec<(&str, ArrayRef<'_>)> =
                batch.iter().map(|(name, array)| (*name, array.into())).collect();
            if let Some(part) = stream.push(&vars)? {
                result.extend(testing::elements(&part));
            }
            start = end;
            if n == 0 {
                break;
            }
        }
        if !stream.next_pass()? {
            break;
        }
    }
    if let Some(value) = stream.finish()? {
        result.extend(testing::elements(&value));
    }
    Ok(result)
}

fn rows(array: &Array, start: usize, end: usize) -> Array {
    if array.is_scalar() {
        return array.clone();
    }
    let rows: Vec<Scalar> = (start..end).filter_map(|index| array.get(index)).collect();
    testing::array(array.dtype(), &rows)
}
