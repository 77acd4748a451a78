//! Mistakes: what is said about them, and that nothing is left behind.

use arrow_array::types::Int32Type;
use arrow_array::{
    BooleanArray, Decimal128Array, Float64Array, Int32Array, Int64Array, ListArray, StringArray,
};

use crate::support::{Folder, column, failure, numjit, zmumu};

#[test]
fn an_unknown_column_suggests_the_nearest() {
    let text = failure(&["eval", "pt_1 + 1", &zmumu()]);
    assert!(text.contains("pt_1") && text.contains("^^^^") && text.contains("`pt1`"), "{text}");
    assert!(text.contains("has the columns ") && text.contains(", pt1, "), "{text}");
}

#[test]
fn a_formula_that_is_none_is_shown_with_carets() {
    let text = failure(&["eval", "pt1 + * 2", &zmumu()]);
    assert!(
        text.starts_with("error: ") && text.contains("pt1 + * 2") && text.contains('^'),
        "{text}"
    );
    let text = failure(&["eval", "sqr(pt1)", &zmumu()]);
    assert!(text.contains("`sqrt`"), "{text}");
}

#[test]
fn columns_that_formulas_cannot_take_are_named() {
    let folder = Folder::new();
    let decimal = Decimal128Array::from(vec![1]).with_precision_and_scale(9, 2).expect("it fits");
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)])]);
    let file =
        folder.parquet("t.parquet", vec![("price", column(decimal)), ("hits", column(list))]);
    let cases = [
        ("price", "column `price` is a decimal number"),
        ("hits", "column `hits` is a list of Int32"),
    ];
    for (name, message) in cases {
        let text = failure(&["eval", name, &file]);
        assert!(text.contains(message) && text.contains("help: "), "{text}");
    }
    let csv = folder.text("t.csv", "x,y\n1,true\n2,2\nthree,3\n");
    assert!(
        failure(&["eval", "x", &csv])
            .contains("column `x` is a mixture of numbers and text: line 4 has `three`")
    );
    assert!(failure(&["eval", "y", &csv]).contains("column `y` is a mixture"));
}

#[test]
fn missing_values_in_whole_numbers_are_counted() {
    let folder = Folder::new();
    let file = folder.parquet(
        "t.parquet",
        vec![
            ("n", column(Int32Array::from(vec![Some(1), None, None]))),
            ("flag", column(BooleanArray::from(vec![None, Some(true), Some(true)]))),
            ("name", column(StringArray::from(vec![Some("a"), Some("b"), None]))),
        ],
    );
    let text = failure(&["eval", "n", &file]);
    assert!(text.contains("column `n`") && text.contains("2 in rows 0 to 2"), "{text}");
    assert!(text.contains("help: fill them"), "{text}");
    assert!(failure(&["eval", "flag", &file]).contains("missing values: 1 in rows 0 to 2"));
    assert!(failure(&["eval", "name", &file]).contains("missing values: 1 in rows 0 to 2"));
}

#[test]
fn files_that_disagree_are_named() {
    let folder = Folder::new();
    let one = folder.parquet("one.parquet", vec![("x", column(Float64Array::from(vec![1.0])))]);
    let two = folder.parquet("two.parquet", vec![("x", column(Int64Array::from(vec![1])))]);
    let three = folder.parquet("three.parquet", vec![("y", column(Int64Array::from(vec![1])))]);
    let text = failure(&["eval", "x", &one, &two]);
    assert!(text.contains("column `x` is f64 in") && text.contains("two.parquet"), "{text}");
    let text = failure(&["eval", "x", &one, &three]);
    assert!(text.contains("three.parquet` has no column `x`"), "{text}");
    let csv = folder.text("t.csv", "x\n1\n");
    assert!(failure(&["eval", "x", &one, &csv]).contains("is Parquet but"));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new();
    let text = failure(&["eval", "x", &folder.path("none.parquet")]);
    assert!(text.contains("none.parquet`: no such file or directory"), "{text}");
    let text = failure(&["eval", "x", &folder.path("*.parquet")]);
    assert!(text.contains("no file matches"), "{text}");
    let other = folder.text("t.xlsx", "");
    assert!(failure(&["eval", "x", &other]).contains("cannot tell the format"));
    for extension in ["parquet", "arrow", "npy", "csv"] {
        let damaged =
            folder.bytes(&format!("damaged.{extension}"), b"\x00\x01damaged\xff\n\x00,\x01\n");
        let text = failure(&["eval", "x", &damaged]);
        assert!(text.starts_with("error: ") && text.contains("damaged."), "{text}");
    }
    let ragged = folder.text("ragged.csv", "x,y\n1,2\n3\n");
    let text = failure(&["eval", "x", &ragged]);
    assert!(text.contains("ragged.csv") && text.contains("line: 3"), "{text}");
    let bare = folder.text("bare.csv", "1,2\n3,4\n");
    assert!(failure(&["eval", "x", &bare]).contains("does not name the columns"));
}

#[test]
fn a_failure_leaves_no_file_and_changes_none() {
    let folder = Folder::new();
    let file = folder.parquet(
        "t.parquet",
        vec![(
            "n",
            column(Int32Array::from((0..100).map(|n| (n < 99).then_some(n)).collect::<Vec<_>>())),
        )],
    );
    let output = folder.text("out.npy", "precious");
    failure(&["eval", "n", &file, "-o", &output, "--batch-rows", "10"]);
    assert_eq!(folder.names(), ["out.npy", "t.parquet"]);
    assert_eq!(std::fs::read(&output).expect("it is still there"), b"precious");
}

#[test]
fn inputs_and_folders_are_not_overwritten() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\n1\n");
    let text = failure(&["eval", "x", &file, "-o", &folder.path(".")]);
    assert!(text.starts_with("error: "), "{text}");
    assert!(failure(&["eval", "x", &file, "-o", &file]).contains("is also an input"));
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "x\n1\n");
}

#[test]
fn results_need_a_place() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\n1\n");
    let text = failure(&["eval", "x", &file, "-o", &folder.path("no/such/out.csv")]);
    assert!(
        text.contains("cannot write `") && text.contains("no such file or directory"),
        "{text}"
    );
    assert!(
        failure(&["eval", "x", &file, "-o", &folder.path("out.xlsx")])
            .contains("cannot tell the format")
    );
    assert!(
        failure(&["eval", "x", &file, "--plot", &folder.path("out.gif")]).contains(".svg or .png")
    );
    assert_eq!(folder.names(), ["t.csv"]);
}

#[test]
fn results_that_a_format_has_no_place_for_are_refused() {
    let folder = Folder::new();
    let file = folder.text("t.csv", "x\n1\n2\n");
    let refused = |formula: &str, name: &str| {
        let text = failure(&["eval", formula, &file, "-o", &folder.path(name)]);
        assert!(text.contains("help: "), "{text}");
        text
    };
    let text = refused("x + 2j", "out.parquet");
    assert!(text.contains("`result` is c128, and Parquet files have no such type"), "{text}");
    assert!(refused("x, 2*x", "out.npy").contains("one array, and there are 2 results"));
    let text = refused("x, sum(x)", "out.csv");
    assert!(text.contains("`x` has 2 elements, but `out1` has a single value"), "{text}");
    assert!(refused("x[:, None] * x", "out.csv").contains("has shape [2, 2]"));
    assert!(refused("x[:, None] * x", "out.arrow").contains("write it to an .npy file"));
    let text = failure(&["eval", "x, 2*x", &file, "--name", "y"]);
    assert!(text.contains("--name names one column, and there are 2 results"), "{text}");
    let text = failure(&["eval", "x, 2*x", &file, "--hist", "10"]);
    assert!(text.contains("a histogram is of one result, and there are 2"), "{text}");
    assert!(failure(&["eval", "x + 2j", &file, "--hist", "10"]).contains("needs real numbers"));
    assert_eq!(folder.names(), ["t.csv"]);
}

#[test]
fn names_without_a_file_are_asked_for() {
    let text = failure(&["eval", "a*b"]);
    assert!(text.contains("no file is given, but `a`, `b` are not known"), "{text}");
    let text = failure(&["eval", "2*x", "--set", "x=1", "--set", "y=2"]);
    assert!(text.contains("--set gives `y` a value, but the formula does not use it"), "{text}");
    assert!(failure(&["eval", "mean(M)", &zmumu(), "--hist", "10"]).contains("a single value"));
}

#[test]
fn wrong_arguments_exit_with_2() {
    for arguments in [
        &["eval"][..],
        &["evil", "x"],
        &["eval", "x", "--hist", "10,5,1"],
        &["eval", "x", "--set", "x"],
        &["eval", "x", "--threads", "0"],
        &["explain", "x", "--types", "x:f80"],
        &[],
    ] {
        numjit().args(arguments).assert().code(2);
    }
}
