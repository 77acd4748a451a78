//! Arrays as they lie: columns of a table of records, transposed, reversed, in the other byte order.

use numjit::{ArrayMut, ArrayRef, ByteOrder, DType, Engine, RunOptions, evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    // Records of three numbers each; a column is every third of them.
    let table = [1.0, 10.0, 100.0, 2.0, 20.0, 200.0];
    let x = ArrayRef::from_strides(&table, 0, &[2], &[3])?;
    let z = ArrayRef::from_strides(&table, 2, &[2], &[3])?;
    let sum = evaluate("x + z", vars! { x, z })?;
    assert_eq!(sum.as_slice::<f64>(), Some(&[101.0, 202.0][..]));

    // The same memory backwards and transposed; the result lies as the inputs do.
    let backwards = ArrayRef::from_strides(&table, 5, &[6], &[-1])?;
    let first = evaluate("backwards / 100", vars! { backwards })?;
    assert_eq!(first.get(0).map(|x| x.to_f64()), Some(2.0));
    let transposed = ArrayRef::from_shape(&table, &[2, 3])?.transpose();
    let doubled = evaluate("2 * transposed", vars! { transposed })?;
    assert_eq!((doubled.shape(), doubled.is_contiguous()), (&[3, 2][..], false));

    // Bytes of a file from another machine, at any offset.
    let bytes = [0xFF, 0x00, 0x01, 0x02, 0x00];
    let big = ArrayRef::from_bytes(&bytes, DType::I16, 1, &[2], &[2], swapped())?;
    let n = evaluate("big + 0", vars! { big })?;
    assert_eq!(n.as_slice::<i16>(), Some(&[1, 512][..]));

    // Results go into a part of a larger array, too.
    let mut image = [0.0; 6];
    let middle = ArrayMut::from_strides(&mut image, 1, &[2], &[3])?;
    let kernel = Engine::default().compile("sqrt(a)", &[("a", DType::F64)])?;
    kernel.run_all_into(vars! { a: &[4.0, 9.0] }, [middle], &RunOptions::new())?;
    assert_eq!(image, [0.0, 2.0, 0.0, 0.0, 3.0, 0.0]);
    Ok(())
}

/// The order that writes the high byte first.
fn swapped() -> ByteOrder {
    if cfg!(target_endian = "little") { ByteOrder::Swapped } else { ByteOrder::Native }
}
