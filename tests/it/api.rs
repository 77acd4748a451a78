//! Engines, kernels, arrays and errors as a program meets them.

use numjit::{
    Array, ArrayMut, ArrayRef, Codegen, DType, Engine, Error, ErrorKind, Kernel, Scalar, Stream,
    Threads, evaluate, evaluate_into, vars,
};

fn compile(expr: &str, names: &[&str]) -> Result<Kernel, Error> {
    let inputs: Vec<(&str, DType)> = names.iter().map(|&name| (name, DType::F64)).collect();
    Engine::default().compile(expr, &inputs)
}

#[test]
fn evaluate_takes_whatever_holds_numbers() -> Result<(), Error> {
    let (vec, array, slice) = (vec![1.0, 2.0], [10.0, 20.0], &[100.0, 200.0][..]);
    let sum = evaluate("vec + array + slice + k", vars! { vec, array, slice, k: 0.5 })?;
    assert_eq!(sum.as_slice::<f64>(), Some(&[111.5, 222.5][..]));
    let again = evaluate("2*sum + x", vars! { sum: &sum, x: &vec[..] })?;
    assert_eq!(again.as_slice::<f64>(), Some(&[224.0, 447.0][..]));
    let flags = evaluate("p and n", vars! { p: &[true, true], n: &[0_i32, 3] })?;
    assert_eq!(flags.as_slice::<bool>(), Some(&[false, true][..]));
    assert_eq!(evaluate("1 + 2", vars! {})?.to_scalar(), Some(Scalar::I64(3)));
    Ok(())
}

#[test]
fn names_may_be_strings_and_lists_may_be_vectors() -> Result<(), Error> {
    let columns: Vec<(String, Vec<f32>)> =
        vec![("x".into(), vec![1.0, 2.0]), ("y".into(), vec![3.0, 4.0])];
    let vars: Vec<(&String, ArrayRef<'_>)> =
        columns.iter().map(|(name, c)| (name, c.into())).collect();
    let product = evaluate("x * y", &vars)?;
    assert_eq!(product.into_vec::<f32>().ok(), Some(vec![3.0, 8.0]));
    Ok(())
}

#[test]
fn results_are_written_where_the_caller_wants() -> Result<(), Error> {
    let a = [1.0, 4.0, 9.0];
    let mut out = vec![0.0; 3];
    evaluate_into("sqrt(a)", vars! { a }, &mut out)?;
    assert_eq!(out, [1.0, 2.0, 3.0]);
    compile("a + 1", &["a"])?.run_into(vars! { a }, &mut out[..])?;
    assert_eq!(out, [2.0, 5.0, 10.0]);
    let mut flags = [false; 3];
    evaluate_into("a > 2", vars! { a }, &mut flags)?;
    assert_eq!(flags, [false, true, true]);
    Ok(())
}

#[test]
fn an_output_is_unchanged_after_an_error() -> Result<(), Error> {
    let mut out = [7.0; 2];
    let a = [1.0, 2.0, 3.0];
    let kernel = compile("a + max(b)", &["a", "b"])?;
    let b: [f64; 0] = [];
    let wrong_length = kernel.run_into(vars! { a, b: 1.0 }, &mut out).unwrap_err();
    assert_eq!(wrong_length.kind(), ErrorKind::Shape);
    let mut enough = [7.0; 3];
    let nothing = kernel.run_into(vars! { a, b }, &mut enough).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::Shape);
    let mut ints = [7_i64; 3];
    let wrong_dtype = kernel.run_into(vars! { a, b: 1.0 }, &mut ints).unwrap_err();
    assert_eq!(wrong_dtype.kind(), ErrorKind::DType);
    assert_eq!((out, enough, ints), ([7.0; 2], [7.0; 3], [7; 3]));
    Ok(())
}

#[test]
fn inputs_come_in_any_order() -> Result<(), Error> {
    let kernel = compile("a - b / c", &["a", "b", "c"])?;
    let (a, b, c) = ([10.0], [6.0], [3.0]);
    for result in [
        kernel.run(vars! { a, b, c })?,
        kernel.run(vars! { c, a, b })?,
        kernel.run(vars! { b, c, a })?,
    ] {
        assert_eq!(result.as_slice::<f64>(), Some(&[8.0][..]));
    }
    Ok(())
}

#[test]
fn inputs_may_be_numbers_or_arrays_from_run_to_run() -> Result<(), Error> {
    let kernel = compile("a * b", &["a", "b"])?;
    let a = [1.0, 2.0];
    assert_eq!(kernel.run(vars! { a, b: 2.0 })?.as_slice::<f64>(), Some(&[2.0, 4.0][..]));
    assert_eq!(kernel.run(vars! { a, b: &a })?.as_slice::<f64>(), Some(&[1.0, 4.0][..]));
    assert_eq!(kernel.run(vars! { a: 3.0, b: &a })?.as_slice::<f64>(), Some(&[3.0, 6.0][..]));
    assert_eq!(kernel.run(vars! { a: 3.0, b: 4.0 })?.to_scalar(), Some(Scalar::F64(12.0)));
    Ok(())
}

#[test]
fn a_kernel_says_what_it_is() -> Result<(), Error> {
    let kernel = Engine::default().compile("x+ 1 > y", &[("x", DType::F32), ("y", DType::I32)])?;
    assert_eq!(kernel.expression(), "x + 1 > y");
    assert_eq!(kernel.dtype(), DType::Bool);
    assert_eq!(kernel.inputs(), [("x".to_owned(), DType::F32), ("y".to_owned(), DType::I32)]);
    assert!(!kernel.is_scalar());
    assert!(compile("sum(x) * 2", &["x"])?.is_scalar());
    assert_eq!(format!("{kernel:?}"), "Kernel(x + 1 > y, x: f32, y: i32 -> bool)");
    let explanation = kernel.explain();
    assert!(
        explanation.ir().contains("cast.i32")
            && explanation.to_string().contains("result      bool")
    );
    assert_eq!(
        explanation.passes().last().map(|(_, ir)| ir.as_str()),
        Some(explanation.optimized())
    );
    Ok(())
}

#[test]
fn columns_that_an_expression_does_not_name_are_left_out() -> Result<(), Error> {
    let columns = [("a", DType::F64), ("b", DType::I32), ("c", DType::F32)];
    let kernel = Engine::default().compile_with_schema("c + a", &columns)?;
    assert_eq!(kernel.inputs(), [("a".to_owned(), DType::F64), ("c".to_owned(), DType::F32)]);
    let error = Engine::default().compile("c + a", &columns).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Names);
    assert_eq!(numjit::variables("f(x) + y.real + x[i]")?, ["i", "x", "y"]);
    Ok(())
}

#[test]
fn errors_name_everything_that_is_wrong() -> Result<(), Error> {
    let kernel = compile("a + b + c + d", &["a", "b", "c", "d"])?;
    let error = kernel.run(vars! { a: 1.0, b: 2_i32, x: 1.0, y: 2.0 }).unwrap_err();
    let messages: Vec<&str> = error.diagnostics().iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "no value is given for `c` and `d`",
            "the kernel has no input `x` and `y`",
            "the kernel was compiled for other dtypes: `b` is i32, not f64",
        ]
    );
    let kinds: Vec<ErrorKind> = error.diagnostics().iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [ErrorKind::Names, ErrorKind::Names, ErrorKind::DType]);

    let error = evaluate("u + sqr(v) + a", vars! { a: 1.0 }).unwrap_err();
    assert_eq!(error.diagnostics().len(), 3);
    assert_eq!((error.kind(), error.message()), (ErrorKind::UnknownName, "unknown variable `u`"));
    assert_eq!(error.span().map(|span| span.range()), Some(0..1));
    Ok(())
}

#[test]
fn an_error_shows_its_picture_and_is_small() {
    let error = evaluate("a +", vars! { a: 1.0 }).unwrap_err();
    assert_eq!(format!("{error}"), error.render());
    assert_eq!(format!("{error:?}"), error.render());
    assert!(error.render().contains("a +\n") && error.render().contains("^ no operand here"));
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(error.source().is_none());
}

#[test]
fn options_that_cannot_be_are_refused() {
    let error = Engine::builder().threads(Threads::Fixed(0)).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn what_users_hold_can_be_shared_and_printed() -> Result<(), Error> {
    fn shared<T: Send + Sync + 'static>() {}
    fn sent<T: Send>() {}
    shared::<Engine>();
    shared::<Kernel>();
    shared::<Array>();
    shared::<Error>();
    shared::<ArrayRef<'static>>();
    sent::<ArrayMut<'static>>();
    sent::<Stream>();
    let engine = Engine::builder().threads(Threads::Fixed(2)).codegen(Codegen::Scalar).build()?;
    let text = format!("{engine:?}");
    assert!(text.contains("threads: 2") && text.contains("Scalar"), "{text}");
    let long: Vec<i32> = (0..20).collect();
    let array = evaluate("n", vars! { n: &long })?;
    assert_eq!(format!("{array:?}"), "i32 [20] [0, 1, 2, 3, 4, …, 15, 16, 17, 18, 19]");
    assert_eq!(format!("{:?}", ArrayRef::from(&long)), "ArrayRef(i32, [20])");
    assert_eq!(format!("{:?}", ArrayRef::from(2.5)), "ArrayRef(f64, scalar)");
    assert_eq!(format!("{:?}", ArrayMut::from(&mut [0_i64; 3])), "ArrayMut(i64, [3])");
    Ok(())
}

#[test]
fn an_array_gives_its_elements_in_many_ways() -> Result<(), Error> {
    let array = evaluate("a / 2", vars! { a: &[1.0, 2.0, 3.0] })?;
    assert_eq!((array.dtype(), array.len(), array.shape()), (DType::F64, 3, &[3][..]));
    assert_eq!((array.get(1), array.get(3)), (Some(Scalar::F64(1.0)), None));
    assert_eq!((array.is_scalar(), array.to_scalar()), (false, None));
    assert_eq!(array.as_slice::<f32>(), None);
    let array = array.into_vec::<i64>().unwrap_err();
    assert_eq!(array.clone(), array);
    assert_eq!(array.into_vec::<f64>().ok(), Some(vec![0.5, 1.0, 1.5]));
    let total = evaluate("sum(a)", vars! { a: &[1_i32, 2] })?;
    assert_eq!((total.is_scalar(), total.shape(), total.len()), (true, &[][..], 1));
    assert_eq!(total.to_scalar().map(Scalar::to_f64), Some(3.0));
    Ok(())
}

#[test]
fn the_table_of_functions_is_complete() {
    let table: Vec<_> = numjit::functions().collect();
    assert!(table.iter().any(|f| f.name == "where" && f.min_args == 3 && !f.is_reduction));
    assert!(table.iter().any(|f| f.name == "sum" && f.is_reduction && f.max_ulp.is_none()));
    let engine = Engine::default();
    let dtypes = ["f64", "i64", "U4", "datetime64[s]"].map(DType::from_name);
    for function in &table {
        let is_sentence = function.doc.ends_with('.');
        assert!(is_sentence, "the documentation of `{}` is no sentence", function.name);
        for name in [function.name].iter().chain(function.aliases) {
            let arguments = match *name {
                "isin" => "x, [1, 2]".to_owned(),
                "select" => "[x > 1], [x]".to_owned(),
                _ => vec!["x"; function.min_args].join(", "), // tidy: names
            };
            let call = format!("{name}({arguments})");
            let compiles = |dtype: &Option<DType>| {
                let dtype = dtype.expect("these are names of dtypes");
                engine.compile(&call, &[("x", dtype)]).is_ok()
            };
            assert!(dtypes.iter().any(compiles), "{call}");
        }
    }
}

#[test]
fn a_kernel_outlives_its_engine() -> Result<(), Error> {
    let engine = Engine::builder().threads(Threads::Fixed(2)).build()?;
    let kernel = engine.compile("x * 2", &[("x", DType::F64)])?;
    let clone = kernel.clone();
    drop((engine, kernel));
    assert_eq!(clone.run(vars! { x: 4.0 })?.to_scalar(), Some(Scalar::F64(8.0)));
    Ok(())
}

#[test]
fn elementwise_kernels_have_results_of_the_shape_of_their_inputs() -> Result<(), Error> {
    for (expr, expected) in [
        ("x + y", true),
        ("x if y > 0 else 0*y", true),
        ("x + y, x * y", true),
        ("t = x + y; x", false),
        ("t = x + y; 3", false),
        ("x[:, None] + y", false),
        ("x + mean(y)", false),
        ("x + y, sum(x)", false),
    ] {
        assert_eq!(compile(expr, &["x", "y"])?.is_elementwise(), expected, "{expr}");
    }
    // Single values have no shape to pass on.
    let x = [1.0, 2.0];
    let kernel = Engine::default().compile_for("t = k + 1; x", &vars! { k: 2.0, x })?;
    assert!(kernel.is_elementwise());
    Ok(())
}

#[test]
fn arrays_in_c_order_are_flat() -> Result<(), Error> {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let table = ArrayRef::from_shape(&x, &[2, 1, 3])?;
    assert_eq!(table.clone().flat().map(|flat| flat.shape().to_vec()), Some(vec![6]));
    assert!(table.transpose().flat().is_none());
    assert!(ArrayRef::from_strides(&x, 0, &[3], &[2])?.flat().is_none());
    let nothing = ArrayRef::from_strides(&x, 0, &[0, 3], &[0, 0])?;
    assert_eq!(nothing.flat().map(|flat| flat.shape().to_vec()), Some(vec![0]));
    assert!(ArrayRef::from(2.0).flat().is_none());
    Ok(())
}

#[test]
fn a_program_is_checked_without_code() -> Result<(), Error> {
    let engine = Engine::builder().threads(Threads::Fixed(1)).build()?;
    let inputs = [("x", DType::F32), ("k", DType::I64)];
    let signature = engine.check("y = x[:, None] * k; y, max(x)", &inputs)?;
    assert_eq!(signature.inputs()[1], ("k".to_owned(), DType::I64));
    let outputs = [(Some("y".to_owned()), DType::F64), (None, DType::F32)];
    assert_eq!(signature.outputs(), outputs);
    assert!(signature.is_tuple());
    assert_eq!(signature.shapes(&[&[0], &[]])?, [vec![0, 1], vec![]]);
    assert_eq!(signature.shapes(&[&[0]]).unwrap_err().kind(), ErrorKind::Config);
    let meet = engine.check("x + k", &inputs)?;
    let mistake = meet.shapes(&[&[2], &[3]]).unwrap_err();
    assert_eq!((mistake.kind(), mistake.expression()), (ErrorKind::Shape, "x + k"));
    assert_eq!(engine.check("x + z", &inputs).unwrap_err().kind(), ErrorKind::UnknownName);
    assert_eq!(engine.cached_kernels(), 0);
    Ok(())
}
