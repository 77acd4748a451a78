//! Results: the summary, single values, streaming, several files.

use arrow_array::{BooleanArray, Float64Array, Int32Array};

use crate::support::{Folder, MASS, column, numjit, read_f64, stdout, zmumu};

#[test]
fn the_mass_of_the_z_is_the_column_of_the_file() {
    let folder = Folder::new();
    let output = folder.path("mass.parquet");
    let text = stdout(&["eval", MASS, &zmumu(), "-o", &output, "--name", "mass"]);
    for line in
        ["  dtype   f64\n", "  length  2304\n", "82.46269", "96.65673", "  mean    80.20593\n"]
    {
        assert!(text.contains(line), "{text}");
    }
    let (mass, expected) = (read_f64(&output, "mass"), read_f64(zmumu(), "M"));
    assert_eq!(mass.len(), 2304);
    let difference = mass.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(difference < 3e-8, "{difference}");
    assert_eq!(mass.iter().filter(|m| (60.0..120.0).contains(*m)).count(), 2008);
}

#[test]
fn batches_and_threads_do_not_change_a_bit() {
    let folder = Folder::new();
    let mut results = Vec::new();
    for (at, options) in
        [["--batch-rows=100000", "--threads=1"], ["--batch-rows=97", "--threads=2"]]
            .into_iter()
            .enumerate()
    {
        let output = folder.path(&format!("{at}.parquet"));
        numjit()
            .args(["eval", "M - mean(M)", &zmumu(), "-o", &output])
            .args(options)
            .assert()
            .success();
        results.push(read_f64(&output, "result").iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    }
    assert_eq!(results[0].len(), 2304);
    assert!(results[0] == results[1]);
}

#[test]
fn a_reduction_prints_its_value() {
    assert_eq!(stdout(&["eval", "max(M) > 172", &zmumu()]), "true\n");
    let whole: f64 = stdout(&["eval", "mean(M)", &zmumu()]).trim().parse().expect("it is a number");
    assert!((whole - 80.205_93).abs() < 1e-5);
    let pieces = stdout(&["eval", "mean(M)", &zmumu(), "--batch-rows", "10"]);
    assert_eq!(pieces.trim().parse::<f64>().map(f64::to_bits), Ok(whole.to_bits()));
}

#[test]
fn numbers_and_settings_need_no_file() {
    assert_eq!(stdout(&["eval", "2**10"]), "1024\n");
    assert_eq!(stdout(&["eval", "a*b + 1", "--set", "a=3", "--set", "b=0.5"]), "2.5\n");
    assert_eq!(stdout(&["eval", "not flag", "--set", "flag=true"]), "false\n");
    assert_eq!(stdout(&["eval", "-1", "--threads", "1"]), "-1\n");
}

#[test]
fn settings_go_before_columns() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x,y\n1,10\n2,20\n");
    assert_eq!(stdout(&["eval", "sum(x*y)", &file, "--set", "y=100"]), "300\n");
}

#[test]
fn files_and_patterns_are_one_table() {
    let folder = Folder::new();
    for (at, name) in ["b", "a", "c"].into_iter().enumerate() {
        let x = at as f64;
        folder.parquet(
            &format!("{name}.parquet"),
            vec![("x", column(Float64Array::from(vec![x, x + 10.0])))],
        );
    }
    let text = stdout(&["eval", "x", &folder.path("*.parquet")]);
    assert!(text.contains("values  1  11  0  10  2  12\n"), "{text}");
    let text = stdout(&["eval", "x", &folder.path("c.parquet"), &folder.path("b.parquet")]);
    assert!(text.contains("values  2  12  0  10\n"), "{text}");
}

#[test]
fn the_summary_fits_the_dtype() {
    let folder = Folder::new();
    let file = folder.parquet(
        "t.parquet",
        vec![
            ("flag", column(BooleanArray::from(vec![true, false, true]))),
            ("n", column(Int32Array::from(vec![-7, 0, 9]))),
            ("x", column(Float64Array::from(vec![Some(1.0), None, Some(f64::INFINITY)]))),
            ("void", column(Float64Array::from(vec![f64::NAN; 3]))),
        ],
    );
    let text = stdout(&["eval", "flag", &file]);
    assert!(text.contains("true    2 (66.67%)") && !text.contains("mean"), "{text}");
    let text = stdout(&["eval", "n", &file]);
    assert!(text.contains("min     -7\n  max     9\n  mean    0.6666667"), "{text}");
    let text = stdout(&["eval", "x", &file]);
    assert!(text.contains("max     inf\n  mean    inf\n  nan     1, left out"), "{text}");
    let text = stdout(&["eval", "void", &file]);
    assert!(text.contains("nan     3\n") && !text.contains("mean"), "{text}");
}

#[test]
fn an_empty_table_gives_an_empty_column() {
    let folder = Folder::new();
    let file =
        folder.parquet("t.parquet", vec![("x", column(Float64Array::from(Vec::<f64>::new())))]);
    let output = folder.path("out.npy");
    let text = stdout(&["eval", "2*x", &file, "-o", &output]);
    assert!(text.contains("length  0\n"), "{text}");
    assert_eq!(stdout(&["eval", "sum(x)", &file]), "0.0\n");
    assert!(stdout(&["eval", "out", &output]).contains("length  0\n"));
}

#[test]
fn only_the_columns_of_the_formula_matter() {
    let folder = Folder::new();
    let first = folder.text("a.csv", "x,note\n1,hello\n");
    let second = folder.text("b.csv", "other,x\n7,2\n");
    assert_eq!(stdout(&["eval", "sum(x)", &first, &second]), "3\n");
}
