//! Arrow arrays and record batches: types, slices, errors.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::*;
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use numjit::arrow::{Column, Kernel, evaluate};
use numjit::{DType, Engine, vars};

pub(crate) fn batch(columns: Vec<(&str, Arc<dyn Array>)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .expect("columns have one length")
}

/// Evaluates a program over one column `x`.
pub(crate) fn of(program: &str, x: impl Array + 'static) -> ArrayRef {
    let results = evaluate(program, &batch(vec![("x", Arc::new(x))]));
    Arc::clone(results.expect("the program fits the column").column(0))
}

fn message(program: &str, x: impl Array + 'static) -> String {
    let results = evaluate(program, &batch(vec![("x", Arc::new(x))]));
    results.expect_err("the program does not fit").to_string()
}

#[test]
fn every_type_comes_back_as_it_went_in() {
    let same = "where(True, x, x)";
    macro_rules! round {
        ($($array:ident [$a:expr, $b:expr]),*) => {$(
            let array = $array::from(vec![Some($a), None, Some($b)]);
            assert_eq!(of(same, array.clone()).as_ref(), &array as &dyn Array);
            let array = $array::from(vec![$a, $b]);
            assert_eq!(of(same, array.clone()).as_ref(), &array as &dyn Array);
        )*};
    }
    round!(
        BooleanArray[true, false], Int8Array[-1, 2], Int16Array[-1, 2], Int32Array[-1, 2],
        Int64Array[-1, 2], UInt8Array[1, 2], UInt16Array[1, 2], UInt32Array[1, 2],
        UInt64Array[u64::MAX, 2], Float32Array[0.5, -2.5], Float64Array[0.5, -2.5],
        Date32Array[-1, 20_000], TimestampSecondArray[-1, 2], TimestampMillisecondArray[-1, 2],
        TimestampMicrosecondArray[-1, 2], TimestampNanosecondArray[-1, 2],
        DurationSecondArray[-1, 2], DurationMillisecondArray[-1, 2],
        DurationMicrosecondArray[-1, 2], DurationNanosecondArray[-1, 2]
    );
    let strings = StringArray::from(vec![Some("größer"), None, Some(""), Some("a")]);
    assert_eq!(of("x", strings.clone()).as_ref(), &strings as &dyn Array);
    let bytes = BinaryArray::from_opt_vec(vec![Some(b"ab"), None, Some(b""), Some(b"\xff")]);
    assert_eq!(of("x", bytes.clone()).as_ref(), &bytes as &dyn Array);
}

#[test]
fn numbers_are_read_and_returned_where_they_lie() {
    let x = Float64Array::from(vec![1.0, 2.0, 3.0, 4.0]).slice(1, 2);
    let y = numjit::ArrayRef::from_arrow(&x).unwrap();
    assert_eq!(y.shape(), [2]);
    let y = numjit::evaluate("x * x", vars! { x: y }).unwrap();
    let memory = y.memory().as_ptr();
    let y = y.into_arrow().unwrap();
    let y = y.as_primitive::<Float64Type>();
    assert_eq!(y.values(), &[4.0, 9.0]);
    assert_eq!(y.values().as_ptr().cast::<u8>(), memory);
}

#[test]
fn what_must_be_copied_or_has_nulls_is_a_column() {
    let flags = BooleanArray::from(vec![true, false, true]);
    let error = numjit::ArrayRef::from_arrow(&flags).unwrap_err().to_string();
    assert!(error.contains("arrow::Column"), "{error}");
    let column = Column::new(&flags).unwrap();
    assert_eq!(column.dtype(), DType::Bool);
    let y = numjit::evaluate("~x", vars! { x: column.values().unwrap() }).unwrap();
    assert_eq!(y.as_slice::<bool>(), Some(&[false, true, false][..]));
    let holes = Int32Array::from(vec![Some(1), None]);
    let error = numjit::ArrayRef::from_arrow(&holes).unwrap_err().to_string();
    assert!(error.contains("arrow::evaluate"), "{error}");
}

#[test]
fn slices_of_bitmaps_and_values_begin_where_they_say() {
    let flags: BooleanArray = (0..40).map(|i| (i % 5 != 0).then_some(i % 3 == 0)).collect();
    let ints: Int64Array = (0..40).map(|i| (i % 7 != 0).then_some(i)).collect();
    let words: Vec<Option<String>> = (0..40).map(|i| (i % 4 != 0).then(|| "w".repeat(i))).collect();
    let words = StringArray::from(words);
    let fixed = FixedSizeBinaryArray::try_from_iter((0..40_u8).map(|i| [b'a', i + 1])).unwrap();
    let all = batch(vec![
        ("f", Arc::new(flags)),
        ("i", Arc::new(ints)),
        ("w", Arc::new(words)),
        ("b", Arc::new(fixed)),
    ]);
    let program = "where(f, i, -i), f & (i > 9), w == 'wwwwwwwwwww', b > b'a\\x0b'";
    let whole = evaluate(program, &all).unwrap();
    for (offset, length) in [(0, 40), (3, 17), (9, 1), (39, 1), (11, 0), (1, 39)] {
        let part = evaluate(program, &all.slice(offset, length)).unwrap();
        assert_eq!(part, whole.slice(offset, length), "{offset} {length}");
    }
}

#[test]
fn moments_and_durations_keep_their_units() {
    let stamps = TimestampMillisecondArray::from(vec![Some(1_500), None, Some(-1)])
        .with_timezone("Europe/Berlin");
    let later = of("x + (x - x) * 2", stamps.clone());
    assert_eq!(later.as_ref(), &stamps as &dyn Array);
    let both = batch(vec![
        ("x", Arc::new(stamps.clone())),
        ("y", Arc::new(stamps.clone().with_timezone("UTC"))),
    ]);
    let mixed = evaluate("maximum(x, y)", &both).unwrap();
    let want = DataType::Timestamp(TimeUnit::Millisecond, None);
    assert_eq!(mixed.column(0).data_type(), &want);
    let differences = of("x - min(x)", stamps);
    let want = DurationMillisecondArray::from(vec![Some(1_501), None, Some(0)]);
    assert_eq!(differences.as_ref(), &want as &dyn Array);
    let days = Date32Array::from(vec![Some(3), None, Some(10)]);
    let span = of("max(x) - min(x)", days);
    assert_eq!(span.as_ref(), &DurationSecondArray::from(vec![7 * 86_400]) as &dyn Array);
    // "Not a time" is null.
    let nat = TimestampSecondArray::from(vec![i64::MIN, 5]);
    let want = TimestampSecondArray::from(vec![None, Some(5)]);
    assert_eq!(of("x", nat).as_ref(), &want as &dyn Array);
}

#[test]
fn types_without_a_dtype_are_errors_that_say_what_to_do() {
    let decimal = message("x + 1", Decimal128Array::from(vec![1, 2]));
    assert!(decimal.contains("column `x`") && decimal.contains("Float64"), "{decimal}");
    let dictionary: DictionaryArray<arrow_array::types::Int8Type> =
        vec!["a", "b"].into_iter().collect();
    let dictionary = message("x == 'a'", dictionary);
    assert!(dictionary.contains("the type of its values"), "{dictionary}");
    let null = message("x", NullArray::new(3));
    assert!(null.contains("Null"), "{null}");
    // Columns that the program does not name can be anything.
    let both = batch(vec![
        ("x", Arc::new(Int64Array::from(vec![1, 2]))),
        ("y", Arc::new(Decimal128Array::from(vec![1, 2]))),
    ]);
    assert_eq!(evaluate("x * 2", &both).unwrap().num_rows(), 2);
}

#[test]
fn results_that_arrow_has_no_type_for_are_errors() {
    let complex = message("x + 1j", Float64Array::from(vec![1.0]));
    assert!(complex.contains("real(z)"), "{complex}");
    let table = message("x[:, None] * x", Float64Array::from(vec![1.0, 2.0]));
    assert!(table.contains("2 axes"), "{table}");
}

#[test]
fn names_that_are_no_columns_are_errors() {
    let x = || Int64Array::from(vec![1]);
    assert!(message("xx + 1", x()).contains("xx"));
    let twice = Schema::new(vec![
        Field::new("x", DataType::Int64, true),
        Field::new("x", DataType::Int64, true),
    ]);
    let error = Kernel::new(&Engine::default(), "x", &twice).unwrap_err().to_string();
    assert!(error.contains("two columns"), "{error}");
    let schema = Schema::new(vec![Field::new("x", DataType::Int32, true)]);
    let kernel = Kernel::new(&Engine::default(), "x + 1", &schema).unwrap();
    let error = kernel.run(&batch(vec![("x", Arc::new(x()))])).unwrap_err().to_string();
    assert!(error.contains("Int32"), "{error}");
    let error = kernel.run(&batch(vec![("y", Arc::new(x()))])).unwrap_err().to_string();
    assert!(error.contains("no column"), "{error}");
}

#[test]
fn results_have_names_and_single_values_are_repeated() {
    let x = batch(vec![("x", Arc::new(Int64Array::from(vec![1, 2, 3])))]);
    let results = evaluate("s = sum(x); s, x - s, 7", &x).unwrap();
    let names: Vec<_> = results.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["s", "out1", "out2"]);
    assert_eq!(results.column(0).as_primitive::<Int64Type>().values(), &[6, 6, 6]);
    assert_eq!(results.column(2).as_primitive::<Int64Type>().values(), &[7, 7, 7]);
    let results = evaluate("sum(x), mean(x)", &x).unwrap();
    assert_eq!(results.num_rows(), 1);
    let empty = evaluate("x, sum(x)", &x.slice(1, 0)).unwrap();
    assert_eq!((empty.num_rows(), empty.num_columns()), (0, 2));
    let constant = evaluate("1 + 2", &x).unwrap();
    assert_eq!(constant.column(0).as_primitive::<Int64Type>().values(), &[3]);
}

#[test]
fn one_kernel_serves_batches_with_and_without_nulls() {
    let engine = Engine::builder().build().unwrap();
    let schema = Schema::new(vec![
        Field::new("x", DataType::Int64, true),
        Field::new("w", DataType::Utf8, true),
    ]);
    let kernel = Kernel::new(&engine, "x + 1, startswith(w, 'ab')", &schema).unwrap();
    assert_eq!(kernel.columns().len(), 2);
    let mut kernels = None;
    for _ in 0..3 {
        for (x, w) in [
            (vec![Some(1), Some(2)], vec![Some("abc"), Some("b")]),
            (vec![Some(1), None], vec![Some("abcdefgh"), Some("b")]),
            (vec![None, Some(1)], vec![None, Some("abcdefghijkl")]),
        ] {
            let columns: Vec<ArrayRef> =
                vec![Arc::new(Int64Array::from(x.clone())), Arc::new(StringArray::from(w.clone()))];
            let schema = Arc::new(schema.clone());
            let results = kernel.run(&RecordBatch::try_new(schema, columns).unwrap()).unwrap();
            assert_eq!(results.schema_ref(), kernel.schema());
            let sums: Int64Array = x.iter().map(|x| x.map(|x: i64| x + 1)).collect();
            let starts: BooleanArray = w.iter().map(|w| w.map(|w| w.starts_with("ab"))).collect();
            assert_eq!(results.column(0).as_ref(), &sums as &dyn Array);
            assert_eq!(results.column(1).as_ref(), &starts as &dyn Array);
        }
        assert_eq!(*kernels.get_or_insert(engine.cached_kernels()), engine.cached_kernels());
    }
}

#[test]
fn a_bitmap_without_nulls_is_none() {
    let full = Int64Array::new(vec![1, 2].into(), Some(NullBuffer::new_valid(2)));
    assert_eq!(of("x + 1", full).nulls(), None);
    // Nor is there one where no element of the result is null.
    let holes = Int64Array::from(vec![Some(1), None]);
    assert_eq!(of("sum(x)", holes).nulls(), None);
}
