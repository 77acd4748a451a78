//! Arrays of several axes, programs with several results, and what is not a plain number.

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int8Type;
use arrow_array::{
    BinaryArray, Date32Array, DurationMillisecondArray, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};

use crate::formats::npy;
use crate::support::{Folder, column, numjit, read_f64, stdout};

/// A folder with a table of points and the path of it.
fn points() -> (Folder, String) {
    let folder = Folder::new();
    let file = folder.parquet(
        "points.parquet",
        vec![
            ("x", column(Float64Array::from(vec![3.0, 5.0, 0.0]))),
            ("y", column(Float64Array::from(vec![4.0, 12.0, 2.0]))),
        ],
    );
    (folder, file)
}

#[test]
fn results_of_a_program_are_columns_of_one_file() {
    let (folder, file) = points();
    let program = "r2 = x*x + y*y; r = sqrt(r2); r, arctan2(y, x)";
    for extension in ["parquet", "arrow", "csv"] {
        let output = folder.path(&format!("polar.{extension}"));
        let text = stdout(&["eval", program, &file, "-o", &output, "--batch-rows", "2"]);
        assert!(text.contains("r\n  dtype   f64\n  length  3\n  values  5  13  2\n"), "{text}");
        assert!(text.contains("\nout1\n  dtype   f64\n") && text.contains("  wrote   "), "{text}");
        let back = folder.path("back.parquet");
        stdout(&["eval", "r*cos(out1)", &output, "-o", &back]);
        let x = read_f64(&back, "result");
        assert!(x.iter().zip([3.0, 5.0, 0.0]).all(|(x, y)| (x - y).abs() < 1e-15), "{x:?}");
    }
}

#[test]
fn single_values_of_a_program_are_listed() {
    let (_folder, file) = points();
    let text = stdout(&["eval", "low = min(x); low, max(x), mean(x, where=x > 0)", &file]);
    assert_eq!(text, "low   0.0\nout1  5.0\nout2  4.0\n");
    let text = stdout(&["eval", "m = mean(x); m, x - m", &file]);
    assert!(text.starts_with("m     2.6666666666666665\nout1\n  dtype   f64\n"), "{text}");
}

#[test]
fn arrays_of_any_shape_come_and_go_as_npy() {
    let folder = Folder::new();
    let elements: Vec<u8> = [1_i16, 2, 3, 4, 5, 6].iter().flat_map(|x| x.to_le_bytes()).collect();
    let c = folder.bytes("c.npy", &npy("'<i2'", "(2, 3)", &elements));
    let text = stdout(&["eval", "c", &c]);
    assert!(text.contains("  shape   (2, 3)\n  values  [[1  2  3]\n"), "{text}");
    let mut fortran = npy("'<i2'", "(2, 3)", &elements);
    let at = fortran.windows(5).position(|bytes| bytes == b"False").expect("it is in the header");
    fortran.splice(at..at + 5, *b"True ");
    let f = folder.bytes("f.npy", &fortran);
    let text = stdout(&["eval", "f", &f]);
    assert!(text.contains("values  [[1  3  5]\n           [2  4  6]]\n"), "{text}");
    assert_eq!(stdout(&["eval", "sum(c * f)", &c, &f]), "86\n");
    let row = folder.path("row.npy");
    stdout(&["eval", "sum(c, axis=0)", &c, "-o", &row]);
    assert!(stdout(&["eval", "row", &row]).contains("i64\n  length  3\n  values  5  7  9\n"));
    let outer = folder.path("outer.npy");
    let text = stdout(&["eval", "row[:, None] * row", &row, "-o", &outer]);
    assert!(text.contains("shape   (3, 3)\n"), "{text}");
    assert!(stdout(&["eval", "outer", &outer]).contains("[45  63  81]]\n"));
}

#[test]
fn text_is_compared() {
    let folder = Folder::new();
    let mut dictionary = StringDictionaryBuilder::<Int8Type>::new();
    ["mu", "e", "mu", "tau"].iter().for_each(|name| dictionary.append_value(name));
    let file = folder.parquet(
        "t.parquet",
        vec![
            ("name", column(StringArray::from(vec!["µ", "é-long name", "", "µ"]))),
            ("tag", column(dictionary.finish())),
            ("raw", column(BinaryArray::from(vec![&b"a"[..], b"bc", b"", b"a"]))),
            ("x", column(Float64Array::from(vec![1.0, 2.0, 4.0, 8.0]))),
        ],
    );
    let cases = [
        ("sum(x, where=name == 'µ')", "9.0\n"),
        ("sum(x * startswith(name, 'é'))", "2.0\n"),
        ("sum(x, where=tag == 'mu')", "5.0\n"),
        ("sum(x, where=raw == b'a')", "9.0\n"),
        ("count_nonzero(isin(tag, ['e', 'tau']))", "2\n"),
    ];
    for (formula, value) in cases {
        assert_eq!(stdout(&["eval", formula, &file, "--batch-rows", "2"]), value, "{formula}");
    }
    assert_eq!(stdout(&["eval", "sum(x, where=tag == t)", &file, "--set", "t:str=e"]), "2.0\n");
    let text = stdout(&["eval", "name", &file]);
    assert!(text.contains("dtype   U11\n") && text.contains("\"é-long name\""), "{text}");
    for extension in ["parquet", "arrow", "csv", "npy"] {
        let output = folder.path(&format!("out.{extension}"));
        stdout(&["eval", "tag", &file, "-o", &output, "--name", "out"]);
        let text = stdout(&["eval", "out", &output]);
        assert!(text.contains("values  \"mu\"  \"e\"  \"mu\"  \"tau\"\n"), "{text}");
    }
}

#[test]
fn dates_and_times_are_moments() {
    let folder = Folder::new();
    let times = vec![Some(0), Some(86_400_000_000), None, Some(1_000_000)];
    let file = folder.parquet(
        "t.parquet",
        vec![
            ("when", column(TimestampMicrosecondArray::from(times))),
            ("day", column(Date32Array::from(vec![0, 1, 2, -1]))),
            ("lasted", column(DurationMillisecondArray::from(vec![1, 2, 3, 4]))),
            ("n", column(Int64Array::from(vec![1, 2, 3, 4]))),
        ],
    );
    let text = stdout(&["eval", "when", &file]);
    for part in [
        "dtype   datetime64[us]\n",
        "values  1970-01-01T00:00:00.000000  1970-01-02T00:00:00.000000  NaT  1970",
        "max     1970-01-02T00:00:00.000000\n",
        "NaT     1\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let noon = "noon:datetime64[s]=1970-01-01T12:00:00";
    assert_eq!(stdout(&["eval", "sum(n, where=when > noon)", &file, "--set", noon]), "2\n");
    for extension in ["parquet", "arrow", "npy"] {
        for (formula, shown) in [
            ("day + lasted", "1970-01-01T00:00:00.001"),
            ("day", "1970-01-01  1970-01-02  1970-01-03  1969-12-31\n"),
            ("lasted * n", "1 ms  4 ms  9 ms  16 ms\n"),
            ("when - day", "0 us  0 us  NaT  86401000000 us\n"),
        ] {
            let output = folder.path(&format!("out.{extension}"));
            stdout(&["eval", formula, &file, "-o", &output, "--name", "out"]);
            let text = stdout(&["eval", "out", &output]);
            assert!(text.contains(&format!("values  {shown}")), "{extension} {formula} {text}");
        }
    }
}

#[test]
fn complex_numbers_are_saved_as_npy_and_csv() {
    let (folder, file) = points();
    let output = folder.path("z.npy");
    stdout(&["eval", "x + 1j*y", &file, "-o", &output]);
    let text = stdout(&["eval", "z * conj(z)", &output]);
    assert!(text.contains("dtype   c128\n  length  3\n  values  25+0j  169+0j  4+0j\n"), "{text}");
    assert_eq!(stdout(&["eval", "z*2", "--set", "z=1-2j"]), "2.0-4.0j\n");
    let csv = folder.path("z.csv");
    stdout(&["eval", "x + 1j*y", &file, "-o", &csv]);
    let text = std::fs::read_to_string(csv).expect("it was written");
    assert_eq!(text, "result\n3.0+4.0j\n5.0+12.0j\n0.0+2.0j\n");
}

#[test]
fn the_dialect_decides_the_rules() {
    let ints = ["eval", "a / b", "--set", "a:i32=7", "--set", "b:i32=2"];
    assert_eq!(stdout(&ints), "3.5\n");
    let output = numjit().args(ints).args(["--dialect", "numexpr"]).assert().success();
    assert_eq!(output.get_output().stdout, b"3.5\n");
    numjit().args(["eval", "1", "--dialect", "fortran"]).assert().code(2);
}

#[test]
fn programs_over_every_dtype_are_explained() {
    let types = "z:c64,t:datetime64[ns],d:timedelta64[s],s:U8,n:u16";
    let text = stdout(&["explain", "abs(z) + n, t + d, s == 'mu'", "--types", types]);
    for part in ["z: c64", "s: U8", "datetime64[ns]", "stage 1"] {
        assert!(text.contains(part), "{text}");
    }
}
