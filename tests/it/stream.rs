//! Data that comes in batches.

use numjit::{DType, Engine, Error, ErrorKind, Kernel, Scalar, vars};

fn kernel(expr: &str) -> Result<Kernel, Error> {
    let columns = [("a", DType::F64), ("b", DType::F64)];
    Engine::default().compile_with_schema(expr, &columns)
}

#[test]
fn an_elementwise_stream_gives_each_batch_at_once() -> Result<(), Error> {
    let mut stream = kernel("a * 2")?.stream()?;
    assert_eq!(stream.passes(), 1);
    let first = stream.push(vars! { a: &[1.0, 2.0] })?.expect("the last pass gives results");
    assert_eq!(first.as_slice::<f64>(), Some(&[2.0, 4.0][..]));
    let second = stream.push(vars! { a: &[3.0] })?.expect("the last pass gives results");
    assert_eq!(second.as_slice::<f64>(), Some(&[6.0][..]));
    assert!(!stream.next_pass()?);
    assert!(stream.finish()?.is_none());
    Ok(())
}

#[test]
fn a_reduction_takes_a_pass_and_then_the_result_another() -> Result<(), Error> {
    let mut stream = kernel("a - mean(a)")?.stream()?;
    assert_eq!(stream.passes(), 2);
    assert!(stream.push(vars! { a: &[1.0, 2.0] })?.is_none());
    assert!(stream.push(vars! { a: &[6.0] })?.is_none());
    assert!(stream.next_pass()?);
    let part = stream.push(vars! { a: &[1.0, 2.0] })?.expect("the last pass gives results");
    assert_eq!(part.as_slice::<f64>(), Some(&[-2.0, -1.0][..]));
    let part = stream.push(vars! { a: &[6.0] })?.expect("the last pass gives results");
    assert_eq!(part.as_slice::<f64>(), Some(&[3.0][..]));
    assert!(!stream.next_pass()?);
    Ok(())
}

#[test]
fn a_single_value_comes_at_the_end() -> Result<(), Error> {
    let mut stream = kernel("sum((a - mean(a))**2)")?.stream()?;
    for pass in 0..2 {
        for batch in [&[1.0, 2.0][..], &[], &[6.0]] {
            assert!(stream.push(vars! { a: batch })?.is_none());
        }
        assert_eq!(stream.next_pass()?, pass == 0);
    }
    let result = stream.finish()?.expect("the result is a single value");
    assert_eq!(result.to_scalar(), Some(Scalar::F64(14.0)));
    Ok(())
}

#[test]
fn an_unfinished_stream_has_no_result() -> Result<(), Error> {
    let mut stream = kernel("sum(a)")?.stream()?;
    stream.push(vars! { a: &[1.0] })?;
    assert!(stream.finish()?.is_none());
    assert!(kernel("sum(a)")?.stream()?.finish()?.is_none());
    Ok(())
}

#[test]
fn no_batches_are_no_rows() -> Result<(), Error> {
    let mut stream = kernel("sum(a)")?.stream()?;
    assert!(!stream.next_pass()?);
    assert_eq!(stream.finish()?.and_then(|x| x.to_scalar()), Some(Scalar::F64(0.0)));
    let mut stream = kernel("max(a)")?.stream()?;
    assert_eq!(stream.next_pass().unwrap_err().kind(), ErrorKind::Shape);
    Ok(())
}

#[test]
fn numbers_stay_what_they_are_from_batch_to_batch() -> Result<(), Error> {
    let mut stream = kernel("a * b")?.stream()?;
    stream.push(vars! { a: &[1.0, 2.0], b: 3.0 })?;
    stream.push(vars! { a: &[1.0], b: 3.0 })?;
    for wrong in
        [stream.push(vars! { a: &[1.0], b: 4.0 }), stream.push(vars! { a: &[1.0], b: &[3.0] })]
    {
        let error = wrong.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.message().contains("`b`"), "{error}");
    }
    Ok(())
}

#[test]
fn every_pass_has_the_same_rows() -> Result<(), Error> {
    let mut stream = kernel("a - mean(a)")?.stream()?;
    stream.push(vars! { a: &[1.0, 2.0] })?;
    assert!(stream.next_pass()?);
    stream.push(vars! { a: &[1.0] })?;
    let error = stream.next_pass().unwrap_err();
    assert!(error.message().contains("1 rows, the first 2"), "{error}");
    Ok(())
}

#[test]
fn batches_are_checked_like_arrays() -> Result<(), Error> {
    let mut stream = kernel("a + b")?.stream()?;
    let error = stream.push(vars! { a: &[1.0, 2.0], b: &[1.0, 2.0, 3.0] }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Shape);
    assert_eq!(stream.push(vars! { a: &[1.0] }).unwrap_err().kind(), ErrorKind::Names);
    assert_eq!(stream.push(vars! { a: &[1.0], b: &[1_i32] }).unwrap_err().kind(), ErrorKind::DType);
    Ok(())
}
