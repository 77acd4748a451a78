//! Every format in and out, and every type of column.

use std::fs::File;

use arrow_array::types::Float16Type;
use arrow_array::{
    ArrayRef, BooleanArray, Float16Array, Float32Array, Float64Array, Int8Array, Int16Array,
    Int32Array, Int64Array, PrimitiveArray, UInt8Array, UInt16Array, UInt32Array, UInt64Array,
};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

use crate::support::{Folder, batch, column, failure, read_f64, stdout};

/// Values that are awkward to print and read.
const AWKWARD: [f64; 7] = [0.1, -0.0, 1e300, 5e-324, f64::INFINITY, f64::NEG_INFINITY, 1.0 / 3.0];

#[test]
fn every_output_is_read_back_with_the_same_bits() {
    let folder = Folder::new();
    let input =
        folder.parquet("in.parquet", vec![("x", column(Float64Array::from(AWKWARD.to_vec())))]);
    for extension in ["parquet", "arrow", "feather", "csv", "npy"] {
        let middle = folder.path(&format!("result.{extension}"));
        stdout(&["eval", "x * 3", &input, "-o", &middle, "--batch-rows", "2"]);
        let back = folder.path(&format!("back-{extension}.parquet"));
        stdout(&["eval", "result", &middle, "-o", &back, "--batch-rows", "3"]);
        let bits: Vec<u64> = read_f64(back, "result").iter().map(|x| x.to_bits()).collect();
        let expected: Vec<u64> = AWKWARD.iter().map(|x| (x * 3.0).to_bits()).collect();
        assert_eq!(bits, expected, "{extension}");
    }
}

#[test]
fn every_dtype_goes_through_every_format() {
    let folder = Folder::new();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("bool", column(BooleanArray::from(vec![true, false]))),
        ("i32", column(Int32Array::from(vec![i32::MIN, 7]))),
        ("i64", column(Int64Array::from(vec![i64::MAX, -7]))),
        ("f32", column(Float32Array::from(vec![0.1, -2.5]))),
        ("f64", column(Float64Array::from(vec![0.1, -2.5]))),
    ];
    let values =
        ["true  false", "-2147483648  7", "9223372036854775807  -7", "0.1  -2.5", "0.1  -2.5"];
    let columns = columns.into_iter().map(|(name, values)| (name, format!("c_{name}"), values));
    for ((dtype, name, array), shown) in columns.zip(values) {
        let input = folder.parquet("in.parquet", vec![(&name, array)]);
        for extension in ["parquet", "arrow", "npy"] {
            let output = folder.path(&format!("c.{extension}"));
            stdout(&["eval", &name, &input, "-o", &output, "--name", "c"]);
            let text = stdout(&["eval", "c", &output]);
            assert!(text.contains(&format!("dtype   {dtype}\n")), "{extension} {text}");
            assert!(text.contains(&format!("values  {shown}\n")), "{extension} {text}");
        }
    }
}

#[test]
fn narrow_columns_stay_narrow() {
    let folder = Folder::new();
    let half: PrimitiveArray<Float16Type> =
        Float16Array::from_iter_values([half::f16::from_f32(0.5)]);
    let file = folder.parquet(
        "t.parquet",
        vec![
            ("a", column(Int8Array::from(vec![-128]))),
            ("b", column(Int16Array::from(vec![-300]))),
            ("c", column(UInt8Array::from(vec![255]))),
            ("d", column(UInt16Array::from(vec![65535]))),
            ("e", column(UInt32Array::from(vec![u32::MAX]))),
            ("f", column(UInt64Array::from(vec![1 << 62]))),
            ("g", column(half)),
        ],
    );
    let cases = [
        ("a", "i8", "-128"),
        ("b", "i16", "-300"),
        ("c", "u8", "255"),
        ("d", "u16", "65535"),
        ("e", "u32", "4294967295"),
        ("f", "u64", "4611686018427387904"),
        ("g", "f32", "0.5"),
    ];
    for (name, dtype, value) in cases {
        let text = stdout(&["eval", name, &file]);
        assert!(text.contains(&format!("dtype   {dtype}\n")), "{text}");
        assert!(text.contains(&format!("values  {value}\n")), "{text}");
    }
}

#[test]
fn arrow_streams_and_compressed_files_are_read() {
    let folder = Folder::new();
    let data = batch(vec![
        ("other", column(Int32Array::from(vec![1; 1000]))),
        ("x", column(Float64Array::from_iter_values((0..1000).map(f64::from)))),
    ]);
    let stream = folder.path("stream.arrows");
    let file = File::create(&stream).expect("the folder is writable");
    let mut writer = StreamWriter::try_new(file, &data.schema()).expect("it is a schema");
    writer.write(&data).expect("it is a batch");
    writer.finish().expect("the file is writable");
    assert_eq!(stdout(&["eval", "sum(x)", &stream, "--batch-rows", "7"]), "499500.0\n");
    for compression in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        let path = folder.path("file.feather");
        let file = File::create(&path).expect("the folder is writable");
        let options = IpcWriteOptions::default().try_with_compression(Some(compression));
        let options = options.expect("the compression is compiled in");
        let mut writer = FileWriter::try_new_with_options(file, &data.schema(), options)
            .expect("it is a schema");
        writer.write(&data).expect("it is a batch");
        writer.finish().expect("the file is writable");
        assert_eq!(stdout(&["eval", "sum(x)", &path]), "499500.0\n");
    }
}

#[test]
fn csv_columns_get_the_narrowest_dtype_that_holds_every_value() {
    let folder = Folder::new();
    let header = "flag,n,x,holes,inf\n";
    let rows = "true, 1,2,3,inf\nFALSE,-5,2.5,,-inf\nTrue,7,1e3,4,NaN\n";
    let file = folder.text("t.csv", &format!("{header}{rows}"));
    let cases = [
        ("flag", "bool", "true  false  true"),
        ("n", "i64", "1  -5  7"),
        ("x", "f64", "2  2.5  1000"),
        ("holes", "f64", "3  nan  4"),
        ("inf", "f64", "inf  -inf  nan"),
    ];
    for (name, dtype, values) in cases {
        let text = stdout(&["eval", name, &file]);
        assert!(text.contains(&format!("dtype   {dtype}\n")), "{text}");
        assert!(text.contains(&format!("values  {values}\n")), "{text}");
    }
}

#[test]
fn csv_dtypes_are_common_to_all_files() {
    let folder = Folder::new();
    let whole = folder.text("a.csv", "x\n1\n2\n");
    let fractions = folder.text("b.csv", "x\n2.5\n");
    let text = stdout(&["eval", "x", &whole, &fractions]);
    assert!(text.contains("dtype   f64\n") && text.contains("values  1  2  2.5\n"), "{text}");
}

#[test]
fn other_separators_are_noticed() {
    let folder = Folder::new();
    let tabs = folder.text("t.tsv", "x\ty\n1\t2\n");
    let semicolons = folder.text("s.csv", "\u{feff}x;y\r\n1;2\r\n");
    for file in [tabs, semicolons] {
        assert_eq!(stdout(&["eval", "sum(x + 10*y)", &file]), "21\n");
    }
}

#[test]
fn npy_files_are_columns_of_one_table() {
    let folder = Folder::new();
    let x = folder.bytes("x.npy", &npy("'<i4'", "(3,)", &[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]));
    let y = folder.bytes("y.npy", &npy("'>i2'", "(3,)", &[0, 10, 0, 20, 255, 255]));
    let text = stdout(&["eval", "x*y", &x, &y, "--batch-rows", "2"]);
    assert!(text.contains("dtype   i32\n") && text.contains("values  10  40  -3\n"), "{text}");
}

#[test]
fn npy_files_that_cannot_be_are_refused() {
    let folder = Folder::new();
    let long = folder.bytes("c.npy", &npy("'<c32'", "(1,)", &[0; 32]));
    assert!(
        failure(&["eval", "c", &long]).contains("column `c` is an array of NumPy dtype `<c32`")
    );
    let structured = folder.bytes("s.npy", &npy("[('a', '<f8')]", "(1,)", &[0; 8]));
    assert!(failure(&["eval", "s", &structured]).contains("column `s` is an array of NumPy dtype"));
    let short = folder.bytes("t.npy", &npy("'<f8'", "(2, 2)", &[0; 24]));
    assert!(failure(&["eval", "t", &short]).contains("it is cut off"));
    let one = folder.bytes("x.npy", &npy("'<f8'", "(1,)", &[0; 8]));
    let two = folder.bytes("y.npy", &npy("'<f8'", "(2,)", &[0; 16]));
    assert!(failure(&["eval", "x + y", &one, &two]).contains("has 1 element"));
}

/// Returns an NPY file as NumPy writes it.
pub(crate) fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let text = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}");
    let text = format!("{text:<117}\n");
    let length = u16::try_from(text.len()).expect("the header is short");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.bytes());
    bytes.extend(data);
    bytes
}
