//! Nulls: what is computed is what the plain interface computes of the rows that are there.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float32Array, Float64Array, Int64Array, RecordBatch,
};
use numjit::arrow::evaluate;
use numjit::{evaluate_all, vars};

use crate::arrow_arrays::{batch, of};

/// Rows of some columns; the values are small whole numbers, so that sums are exact in any order.
struct Table {
    a: Vec<Option<f64>>,
    b: Vec<Option<i64>>,
    c: Vec<Option<bool>>,
    d: Vec<Option<f32>>,
}

/// A generator of Knuth's, good enough to choose holes.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

impl Table {
    /// `holes` percent of each column are null, none of `d`.
    fn new(rows: usize, holes: u64) -> Table {
        let mut state = 17 + rows as u64;
        let mut number = |holes| {
            let is_there = next(&mut state) % 100 >= holes;
            let number = (next(&mut state) % 19) as i64 - 9;
            is_there.then_some(number)
        };
        let mut table = Table { a: vec![], b: vec![], c: vec![], d: vec![] };
        for _ in 0..rows {
            table.a.push(number(holes).map(|x| x as f64));
            table.b.push(number(holes));
            table.c.push(number(holes).map(|x| x > 0));
            table.d.push(number(0).map(|x| x as f32));
        }
        table
    }

    /// Under nulls there is what must not show.
    fn batch(&self) -> RecordBatch {
        let nulls = |valid: Vec<bool>| Some(valid.into());
        let a: Vec<f64> = self.a.iter().map(|x| x.unwrap_or(f64::NAN)).collect();
        let b: Vec<i64> = self.b.iter().map(|x| x.unwrap_or(i64::MIN)).collect();
        let a_valid = self.a.iter().map(Option::is_some).collect();
        let b_valid = self.b.iter().map(Option::is_some).collect();
        batch(vec![
            ("a", Arc::new(Float64Array::new(a.into(), nulls(a_valid)))),
            ("b", Arc::new(Int64Array::new(b.into(), nulls(b_valid)))),
            ("c", Arc::new(BooleanArray::from(self.c.clone()))),
            ("d", Arc::new(Float32Array::from(self.d.clone()))),
        ])
    }

    /// The rows in which none of these columns is null.
    fn filtered(&self, columns: &str) -> Table {
        let keep = |row: &usize| {
            !(columns.contains('a') && self.a[*row].is_none()
                || columns.contains('b') && self.b[*row].is_none()
                || columns.contains('c') && self.c[*row].is_none())
        };
        let rows: Vec<usize> = (0..self.a.len()).filter(keep).collect();
        Table {
            a: rows.iter().map(|&row| self.a[row]).collect(),
            b: rows.iter().map(|&row| self.b[row]).collect(),
            c: rows.iter().map(|&row| self.c[row]).collect(),
            d: rows.iter().map(|&row| self.d[row]).collect(),
        }
    }

    /// What the plain interface makes of the rows, which have no nulls in these columns.
    fn plain(&self, program: &str, columns: &str) -> numjit::Array {
        let a: Vec<f64> = self.a.iter().map(|x| x.unwrap_or_default()).collect();
        let b: Vec<i64> = self.b.iter().map(|x| x.unwrap_or_default()).collect();
        let c: Vec<bool> = self.c.iter().map(|x| x.unwrap_or_default()).collect();
        let d: Vec<f32> = self.d.iter().map(|x| x.unwrap_or_default()).collect();
        let all = vars! { a, b, c, d };
        let used: Vec<_> = all.into_iter().filter(|(name, _)| columns.contains(name)).collect();
        let results = evaluate_all(program, used).unwrap_or_else(|e| panic!("{e}"));
        results.into_arrays().swap_remove(0)
    }
}

/// Returns the elements that are not null.
fn valid(array: &ArrayRef) -> Vec<String> {
    let text = |row: usize| match array.data_type() {
        arrow_schema::DataType::Boolean => array.as_boolean().value(row).to_string(),
        arrow_schema::DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        arrow_schema::DataType::Float32 => {
            format!("{:?}", array.as_primitive::<Float32Type>().value(row))
        }
        arrow_schema::DataType::Float64 => {
            format!("{:?}", array.as_primitive::<Float64Type>().value(row))
        }
        other => panic!("{other}"),
    };
    (0..array.len()).filter(|&row| array.is_valid(row)).map(text).collect()
}

fn plain(array: numjit::Array) -> Vec<String> {
    valid(&array.into_arrow().expect("one axis"))
}

/// Squares of distances from a mean are not whole numbers, and their sum depends on the order of the rows: a
/// few roundings of 2^-53 each.
fn near(have: &[String], want: &[String]) -> bool {
    let number = |text: &String| text.parse::<f64>().unwrap_or(f64::NAN);
    let (have, want) = (number(&have[0]), number(&want[0]));
    (have - want).abs() <= 8.0 * f64::EPSILON * want.abs()
}

/// Elementwise programs and the columns they read.
const ELEMENTWISE: &[(&str, &str)] = &[
    ("a + b", "ab"),
    ("a * 2 + d", "ad"),
    ("b // 3 % 2", "b"),
    ("b * 0 + d", "bd"),
    ("where(c, a, b)", "abc"),
    ("c & (a > b)", "abc"),
    ("c and b", "bc"),
    ("-3 < a <= b", "ab"),
    ("maximum(a, b) - minimum(a, d)", "abd"),
    ("sqrt(abs(a)) ** 2", "a"),
    ("isnan(a)", "a"),
    ("b in [1, 2, 3]", "b"),
    ("d + 1.5 * d - (d > 0)", "d"),
    ("a - mean(a)", "a"),
    ("(a - min(a)) / (max(a) - min(a) + 1)", "a"),
    ("b - sum(b * b)", "b"),
    ("abs(a * 1j)", "a"),
    ("t = b * 2; t + t", "b"),
];

/// Programs with a single value, and the columns whose nulls they leave out.
const REDUCTIONS: &[(&str, &str)] = &[
    ("sum(a)", "a"),
    ("sum(b)", "b"),
    ("prod(where(b > 5, 2, 1))", "b"),
    ("mean(a)", "a"),
    ("mean(b * a)", "ab"),
    ("sum(a * d)", "ad"),
    ("min(a)", "a"),
    ("max(b)", "b"),
    ("min(b)", "b"),
    ("var(a)", "a"),
    ("std(b)", "b"),
    ("var(b, ddof=1)", "b"),
    ("any(c)", "c"),
    ("all(c)", "c"),
    ("all(b > -20)", "b"),
    ("count_nonzero(b)", "b"),
    ("sum(c)", "c"),
    ("count_nonzero(c & (a > b))", "abc"),
    ("sum(a, where=c)", "ac"),
    ("mean(a, where=c)", "ac"),
    ("max(b) - min(b)", "b"),
    ("nansum(a)", "a"),
    ("nanmax(a)", "a"),
    ("abs(sum(a + 1j))", "a"),
    ("max(abs(a - mean(a)))", "a"),
    ("real(max(a + 1j))", "a"),
];

#[test]
fn elements_are_null_where_an_element_they_are_computed_from_is() {
    for (rows, holes) in [(1, 0), (2, 50), (37, 0), (37, 30), (64, 90), (3000, 10)] {
        let table = Table::new(rows, holes);
        for &(program, columns) in ELEMENTWISE {
            let results = evaluate(program, &table.batch()).unwrap_or_else(|e| panic!("{e}"));
            let rows_left = table.filtered(columns);
            let what = format!("{program}, {rows} rows, {holes} % null");
            assert_eq!(results.column(0).len(), rows, "{what}");
            for row in 0..rows {
                let is_null = columns.contains('a') && table.a[row].is_none()
                    || columns.contains('b') && table.b[row].is_none()
                    || columns.contains('c') && table.c[row].is_none();
                assert_eq!(results.column(0).is_null(row), is_null, "{what}, row {row}");
            }
            if !rows_left.a.is_empty() {
                let want = plain(rows_left.plain(program, columns));
                assert_eq!(valid(results.column(0)), want, "{what}");
            }
        }
    }
}

#[test]
fn reductions_leave_out_nulls() {
    for (rows, holes) in [(1, 0), (2, 50), (37, 30), (64, 90), (3000, 10)] {
        let table = Table::new(rows, holes);
        for &(program, columns) in REDUCTIONS {
            let results = evaluate(program, &table.batch()).unwrap_or_else(|e| panic!("{e}"));
            let rows_left = table.filtered(columns);
            let what = format!("{program}, {rows} rows, {holes} % null");
            if rows_left.a.is_empty() {
                let is_count = program.starts_with("count") || program == "sum(c)";
                assert_eq!(results.column(0).is_null(0), !is_count, "{what}");
            } else {
                let have = valid(results.column(0));
                let want = plain(rows_left.plain(program, columns));
                assert!(have == want || near(&have, &want), "{what}: {have:?}, not {want:?}");
            }
        }
    }
}

#[test]
fn a_reduction_of_nothing_is_null_and_a_count_of_nothing_zero() {
    let none = Float64Array::from(vec![None, None, None]);
    let empty = Float64Array::from(Vec::<f64>::new());
    for x in [none, empty] {
        for program in ["sum(x)", "prod(x)", "min(x)", "max(x)", "mean(x)", "std(x)", "argmin(x)"] {
            let y = of(program, x.clone());
            assert_eq!((y.len(), y.null_count()), (1, 1), "{program} of {x:?}");
        }
        for program in ["any(x > 0)", "all(x > 0)", "max(x - mean(x))", "1 + nansum(x)"] {
            assert_eq!(of(program, x.clone()).null_count(), 1, "{program} of {x:?}");
        }
        for program in ["count_nonzero(x > 0)", "count_nonzero(x, axis=0)", "sum(x > 0)"] {
            let count = of(program, x.clone());
            assert_eq!(count.as_ref(), &Int64Array::from(vec![0]) as &dyn Array, "{program}");
        }
        assert_eq!(of("x - sum(x)", x.clone()).null_count(), x.len());
    }
}

#[test]
fn positions_count_all_rows_and_never_point_at_a_null() {
    let at = |program: &str, x: Vec<Option<f64>>| {
        of(program, Float64Array::from(x)).as_primitive::<Int64Type>().value(0)
    };
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    assert_eq!(at("argmin(x)", vec![None, Some(3.0), None, Some(1.0), Some(1.0)]), 3);
    assert_eq!(at("argmax(x)", vec![None, Some(3.0), None, Some(1.0), Some(3.0)]), 1);
    assert_eq!(at("argmin(x)", vec![None, Some(inf), Some(inf)]), 1);
    assert_eq!(at("argmax(x)", vec![None, None, Some(-inf), None]), 2);
    assert_eq!(at("argmin(x)", vec![None, Some(inf), Some(nan), Some(0.0)]), 2);
    assert_eq!(at("argmin(x + 1j)", vec![None, Some(2.0), Some(1.0)]), 2);
    let ints = Int64Array::from(vec![None, Some(i64::MAX), Some(i64::MAX)]);
    assert_eq!(of("argmin(x)", ints).as_primitive::<Int64Type>().value(0), 1);
    let flags = BooleanArray::from(vec![None, Some(true), None]);
    assert_eq!(of("argmin(x)", flags).as_primitive::<Int64Type>().value(0), 1);
}

#[test]
fn reductions_along_one_axis_leave_out_nulls_of_each_row() {
    let x = Float64Array::from(vec![Some(1.0), None, Some(3.0)]);
    // A table whose rows and columns are missing where `x` is.
    let sums = of("sum(x[:, None] * x, axis=1)", x.clone());
    let want = Float64Array::from(vec![Some(4.0), None, Some(12.0)]);
    assert_eq!(sums.as_ref(), &want as &dyn Array);
    let means =
        of("mean(x[:, None] - mean(x[:, None] + x, axis=1, keepdims=True), axis=1)", x.clone());
    assert_eq!(
        means.as_ref(),
        &Float64Array::from(vec![Some(-2.0), None, Some(-2.0)]) as &dyn Array
    );
    assert_eq!(of("mean(x[:, None] * x)", x).as_primitive::<Float64Type>().value(0), 4.0);
}

#[test]
fn results_with_equal_nulls_may_be_many() {
    let x = Int64Array::from(vec![Some(1), None, Some(3)]);
    let table = batch(vec![
        ("x", Arc::new(x) as ArrayRef),
        ("y", Arc::new(Int64Array::from(vec![4, 5, 6]))),
    ]);
    let results = evaluate("x, x + y, y, -x, sum(x), sum(y)", &table).unwrap();
    let nulls: Vec<usize> = results.columns().iter().map(|c| c.null_count()).collect();
    assert_eq!(nulls, [1, 1, 0, 1, 0, 0]);
    assert_eq!(results.column(4).as_primitive::<Int64Type>().values(), &[4, 4, 4]);
}

/// Calls every function and reduction with as few arguments as it takes, of each kind of column.
#[test]
fn no_function_shows_what_lies_under_a_null() {
    let flags = BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]);
    let ints = |first: i64| Int64Array::new(vec![first, 2, -3, 0].into(), Some(holes()));
    let floats = |first: f64| Float64Array::new(vec![first, 2.5, -0.5, 0.0].into(), Some(holes()));
    fn holes() -> arrow_buffer::NullBuffer {
        vec![false, true, true, true].into()
    }
    let mut called = 0;
    for function in numjit::functions() {
        for [x, other] in [
            [Arc::new(ints(1)) as ArrayRef, Arc::new(ints(i64::MIN))],
            [Arc::new(floats(1.0)), Arc::new(floats(f64::NAN))],
            [Arc::new(flags.clone()), Arc::new(flags.clone())],
        ] {
            let arguments = vec!["x"; function.min_args].join(", ");
            let program = format!("{}({arguments})", function.name);
            let Ok(result) = evaluate(&program, &batch(vec![("x", x)])) else { continue };
            let other = evaluate(&program, &batch(vec![("x", other)])).unwrap();
            assert_eq!(result, other, "{program}");
            let null = if function.is_reduction { 0 } else { 1 };
            assert_eq!(result.column(0).null_count(), null, "{program}");
            called += 1;
        }
    }
    assert!(called > 150, "only {called} calls are possible: is the table of functions read?");
}

#[test]
fn axes_inserted_in_all_ways_have_few_conditions() {
    let step = |k: usize| format!("y{} = y{k}[None] + y{k}[:, None]\n", k + 1);
    let steps: String = (0..40).map(step).collect();
    let program = format!("y0 = a\n{steps}sum(y40)");
    for (element, want) in [(Some(1.0), Some(2.0_f64.powi(40))), (None, None)] {
        let batch = batch(vec![("a", Arc::new(Float64Array::from(vec![element])))]);
        let results = evaluate(&program, &batch).unwrap();
        let sum = results.column(0).as_primitive::<Float64Type>();
        assert_eq!(sum.iter().collect::<Vec<_>>(), [want]);
    }
}
