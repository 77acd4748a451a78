//! Arrays of the crate `ndarray`.

use ndarray::{Array2, Array3, ArrayD, Axis, IxDyn, ShapeBuilder, arr0, array, s};
use num_complex::Complex;
use numjit::{ArrayMut, ArrayRef, DType, Element, evaluate, evaluate_into, vars};

fn cube() -> Array3<f64> {
    Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (100 * i + 10 * j + k) as f64)
}

/// Doubles an array and compares with `ndarray`.
fn doubles<S, D>(x: &ndarray::ArrayBase<S, D>)
where
    S: ndarray::Data<Elem = f64>,
    D: ndarray::Dimension,
{
    let y = evaluate("x + x", vars! { x }).expect("any layout is read");
    let y: ArrayD<f64> = y.into_ndarray().expect("the dtype is f64");
    assert_eq!(y, (x + x).into_dyn());
}

#[test]
fn views_of_any_layout_are_read() {
    let x = cube();
    doubles(&x);
    doubles(&x.t());
    doubles(&x.slice(s![..;-1, 1.., ..;2]));
    doubles(&x.slice(s![1, ..;-2, ..;-1]));
    doubles(&x.slice(s![.., 2..2, ..]));
    doubles(&x.index_axis(Axis(1), 3).reversed_axes());
    doubles(&x.view().permuted_axes([1, 2, 0]));
    doubles(&array![1.0, 2.0].broadcast((3, 2)).unwrap());
    doubles(&arr0(7.0));
    doubles(&x.view().into_dyn());
    doubles(&x.into_shared());
    doubles(&Array2::<f64>::zeros((0, 3)).slice(s![..;-1, ..;-1]));
}

#[test]
fn every_element_type_goes_in_and_out() {
    fn round<T: Element>(x: T, y: T) {
        let array = array![[x, y], [y, y]];
        let flipped = array.slice(s![..;-1, ..]);
        let copy = evaluate("where(True, x, x)", vars! { x: &flipped }).unwrap();
        assert_eq!(copy.dtype(), T::DTYPE);
        assert_eq!(copy.into_ndarray::<T>().unwrap(), array![[y, y], [x, y]].into_dyn());
    }
    round(true, false);
    round(-1_i8, 2);
    round(-1_i16, 2);
    round(-1_i32, 2);
    round(-1_i64, 2);
    round(1_u8, 2);
    round(1_u16, 2);
    round(1_u32, 2);
    round(u64::MAX, 2);
    round(1.5_f32, -2.5);
    round(1.5_f64, -2.5);
    round(Complex::new(1.0_f32, 2.0), Complex::new(3.0, 4.0));
    round(Complex::new(1.0_f64, 2.0), Complex::new(3.0, 4.0));
    round(numjit::Complex::new(1.0_f64, 2.0), numjit::Complex::new(3.0, 4.0));
}

#[test]
fn complex_numbers_are_those_of_num_complex() {
    let z = array![Complex::new(3.0, 4.0), Complex::new(0.0, -2.0)];
    let y = evaluate("z * z", vars! { z }).unwrap();
    assert_eq!(y.dtype(), DType::C128);
    let want = [Complex::new(-7.0, 24.0), Complex::new(-4.0, 0.0)];
    assert_eq!(y.as_slice::<Complex<f64>>(), Some(&want[..]));
    assert_eq!(y.as_slice::<numjit::Complex<f64>>().map(<[_]>::len), Some(2));
    assert_eq!(y.as_slice::<Complex<f32>>(), None);
    assert_eq!(y.into_vec::<Complex<f64>>().unwrap(), want);
    let same = numjit::Array::from_vec(z.to_vec()).into_ndarray::<Complex<f64>>();
    assert_eq!(same.unwrap(), z.into_dyn());
}

#[test]
fn results_keep_their_layout_without_a_copy() {
    let x = Array2::from_shape_fn((3, 4).f(), |(i, j)| (10 * i + j) as f64);
    let y = evaluate("2 * x", vars! { x }).unwrap();
    let memory = y.memory().as_ptr();
    let y = y.into_ndarray::<f64>().unwrap();
    assert_eq!(y.as_ptr().cast::<u8>(), memory);
    assert_eq!(y.strides(), [1, 3]);
    assert_eq!(y, (&x * 2.0).into_dyn());
}

#[test]
fn single_values_and_empty_results_have_their_shape() {
    let x = cube();
    let sum = evaluate("sum(x)", vars! { x }).unwrap().into_ndarray::<f64>().unwrap();
    assert_eq!(sum, arr0(x.sum()).into_dyn());
    let none = x.slice(s![.., 0..0, ..]);
    let none = evaluate("none + 1", vars! { none }).unwrap().into_ndarray::<f64>().unwrap();
    assert_eq!(none.shape(), [3, 0, 5]);
    let kept = evaluate("sum(x, axis=(0, 1), keepdims=True)", vars! { x }).unwrap();
    assert_eq!(kept.into_ndarray::<f64>().unwrap().shape(), [1, 1, 5]);
}

#[test]
fn an_array_of_another_type_is_given_back() {
    let x = array![1.0, 2.0];
    let y = evaluate("x", vars! { x }).unwrap();
    let y = y.into_ndarray::<f32>().unwrap_err();
    assert_eq!(y.as_slice::<f64>(), Some(&[1.0, 2.0][..]));
    let strings = numjit::Array::from_byte_strings(&["ab", "c"]);
    assert_eq!(strings.into_ndarray::<u8>().unwrap_err().to_strings().unwrap(), ["ab", "c"]);
}

#[test]
fn outputs_of_any_layout_are_written() {
    let x = cube();
    let mut out = Array3::<f64>::zeros((5, 8, 3));
    let mut view = out.slice_mut(s![..;-1, ..;2, ..]).reversed_axes();
    evaluate_into("x + 1", vars! { x }, &mut view).unwrap();
    for ((i, j, k), &value) in x.indexed_iter() {
        assert_eq!(out[[4 - k, 2 * j, i]], value + 1.0);
        assert_eq!(out[[4 - k, 2 * j + 1, i]], 0.0);
    }
}

#[test]
fn a_shared_array_is_copied_before_it_is_written() {
    let original = array![1.0, 2.0, 3.0].into_shared();
    let mut copy = original.clone();
    evaluate_into("2 * original", vars! { original }, &mut copy).unwrap();
    assert_eq!(original.as_slice().unwrap(), [1.0, 2.0, 3.0]);
    assert_eq!(copy.as_slice().unwrap(), [2.0, 4.0, 6.0]);
}

#[test]
fn more_axes_than_numpy_has_are_an_error() {
    let mut x = ArrayD::<f64>::zeros(IxDyn(&[1; 65]));
    assert!(ArrayRef::from_ndarray(&x).unwrap_err().to_string().contains("64"));
    assert!(ArrayMut::from_ndarray(&mut x).is_err());
    let one = array![1.0];
    let endless = one.broadcast(isize::MAX as usize).unwrap();
    assert!(ArrayRef::from_ndarray(&endless).is_err());
}
