//! What the instructions compute at the edges.

use super::*;

#[test]
fn max_and_min_give_the_first_operand_unless_it_is_beaten() {
    let f64_cases = [(0.0, -0.0), (-0.0, 0.0), (1.0, 1.0)];
    for (x, y) in f64_cases {
        assert_eq!(binary(Binary::Max, Scalar::F64(x), Scalar::F64(y)), Scalar::F64(x));
        assert_eq!(binary(Binary::Min, Scalar::F64(x), Scalar::F64(y)), Scalar::F64(x));
    }
    for (x, y) in [(f32::NAN, 1.0), (1.0, f32::NAN)] {
        for op in [Binary::Max, Binary::Min] {
            let Scalar::F32(got) = binary(op, Scalar::F32(x), Scalar::F32(y)) else {
                panic!("f32 in, f32 out")
            };
            assert!(got.is_nan(), "{op:?} {x} {y}");
        }
    }
}

#[test]
fn shifts_outside_the_width_lose_every_bit() {
    let cases = [
        (Binary::Shl, 1, 31, i32::MIN),
        (Binary::Shl, 1, 32, 0),
        (Binary::Shl, 1, -1, 0),
        (Binary::Shl, 3, i32::MIN, 0),
        (Binary::Shr, -8, 1, -4),
        (Binary::Shr, -8, 32, -1),
        (Binary::Shr, -8, -1, -1),
        (Binary::Shr, 8, 64, 0),
    ];
    for (op, x, count, want) in cases {
        let got = binary(op, Scalar::I32(x), Scalar::I32(count));
        assert_eq!(got, Scalar::I32(want), "{op:?} {x} {count}");
    }
    let got = binary(Binary::Shl, Scalar::I64(1), Scalar::I64(1 << 32));
    assert_eq!(got, Scalar::I64(0));
}

#[test]
fn unsigned_shifts_outside_the_width_give_zero() {
    for (count, shl, shr) in [(0, 200, 200), (1, 144, 100), (7, 0, 1), (8, 0, 0), (255, 0, 0)] {
        let [x, count] = [200, count].map(Scalar::U8);
        assert_eq!(binary(Binary::Shl, x, count), Scalar::U8(shl), "{count}");
        assert_eq!(binary(Binary::Shr, x, count), Scalar::U8(shr), "{count}");
    }
}

// NumPy 2.4's answers.
#[test]
fn divisors_and_multiples_are_of_absolute_values_and_wrap() {
    let cases: [(i8, i8, i8, i8); 7] = [
        (12, -18, 6, 36),
        (0, 5, 5, 0),
        (0, 0, 0, 0),
        (-128, 0, -128, 0),
        (-128, -128, -128, -128),
        (-128, 3, 1, -128),
        (100, 3, 1, 44),
    ];
    for (x, y, gcd, lcm) in cases {
        let (x, y) = (Scalar::I8(x), Scalar::I8(y));
        assert_eq!(binary(Binary::Gcd, x, y), Scalar::I8(gcd), "gcd({x}, {y})");
        assert_eq!(binary(Binary::Lcm, x, y), Scalar::I8(lcm), "lcm({x}, {y})");
    }
    let top = Scalar::U64(u64::MAX);
    assert_eq!(binary(Binary::Gcd, top, Scalar::U64(15)), Scalar::U64(15));
}

#[test]
fn bits_of_the_absolute_value_are_counted() {
    let cases = [
        (Scalar::I8(-1), Scalar::I8(1)),
        (Scalar::I8(-128), Scalar::I8(1)),
        (Scalar::U8(255), Scalar::U8(8)),
        (Scalar::I64(-7), Scalar::I64(3)),
        (Scalar::U64(u64::MAX), Scalar::U64(64)),
    ];
    for (x, want) in cases {
        assert_eq!(unary(Unary::BitCount, x), want, "{x}");
    }
}

#[test]
fn casts_wrap_cut_saturate_or_ask_for_zero() {
    use Scalar::{Bool, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
    let cases = [
        (I32(-1), U8(255)),
        (I32(300), I8(44)),
        (I8(-1), U64(u64::MAX)),
        (U64(1 << 63), I64(i64::MIN)),
        (I64(1 << 40), Bool(true)),
        (I64(1 << 40), I32(0)),
        (Bool(true), U16(1)),
        (Bool(true), F32(1.0)),
        (F64(-0.0), Bool(false)),
        (F64(f64::NAN), Bool(true)),
        (F64(f64::NAN), I32(0)),
        (F64(-1.9), I8(-1)),
        (F64(-1.9), U8(0)),
        (F64(255.9), U8(255)),
        (F64(256.0), U8(255)),
        (F32(-1e20), I16(i16::MIN)),
        (F32(f32::INFINITY), U32(u32::MAX)),
        (F64(1e300), F32(f32::INFINITY)),
        (F64(1e-300), F32(0.0)),
        // The middle between two f32 but for the last bit, which a step through f64 would lose.
        (U64((1 << 63) + (1 << 39) + 1), F32(9_223_373_136_366_403_584.0)),
    ];
    for (x, want) in cases {
        assert_eq!(cast(x, want.prim()), want, "{x:?}");
    }
}

#[test]
fn the_smallest_integer_is_its_own_negative() {
    for op in [Unary::Neg, Unary::Abs] {
        assert_eq!(unary(op, Scalar::I32(i32::MIN)), Scalar::I32(i32::MIN));
        assert_eq!(unary(op, Scalar::I64(i64::MIN)), Scalar::I64(i64::MIN));
    }
}

#[test]
fn comparisons_with_nan_are_false_except_ne() {
    let (x, nan) = (Scalar::F64(1.0), Scalar::F64(f64::NAN));
    for (x, y) in [(x, nan), (nan, x), (nan, nan)] {
        for op in [Binary::Eq, Binary::Lt, Binary::Le] {
            assert_eq!(binary(op, x, y), Scalar::Bool(false));
        }
        assert_eq!(binary(Binary::Ne, x, y), Scalar::Bool(true));
    }
}

#[test]
fn identities_leave_every_element_as_it_is_but_a_sum_negative_zero() {
    let floats = [-0.0, 0.0, 1.5, f64::NEG_INFINITY, f64::INFINITY];
    for prim in Prim::ALL {
        let mut elements: Vec<Scalar> = match prim {
            Prim::F32 => floats.map(|x| Scalar::F32(x as f32)).to_vec(),
            Prim::F64 => floats.map(Scalar::F64).to_vec(),
            _ => vec![least(prim), Scalar::small(1, prim), greatest(prim)], // tidy: the others
        };
        let check = |op, elements: &[Scalar]| {
            for &x in elements {
                let e = identity(op, prim);
                assert_eq!(combine(op, e, x), x, "{op:?} {x}");
                assert_eq!(combine(op, x, e), x, "{op:?} {x}");
            }
        };
        check(Reduce::Min, &elements);
        check(Reduce::Max, &elements);
        if prim == Prim::Bool {
            check(Reduce::Any, &elements);
            check(Reduce::All, &elements);
            continue;
        }
        check(Reduce::Prod, &elements);
        if prim.is_float() {
            elements.remove(0);
        }
        check(Reduce::Sum, &elements);
    }
}

#[test]
fn long_integers_round_once_on_their_way_to_a_float() {
    // Just above the middle of two f32; as f64 it would be the middle, and go down to the even one.
    let x = Scalar::I64((1 << 54) + (1 << 30) + 1);
    assert_eq!(cast(x, Prim::F32), Scalar::F32(2_f32.powi(54) + 2_f32.powi(31)));
    assert_eq!(cast(Scalar::I64(i64::MAX), Prim::F64), Scalar::F64(9_223_372_036_854_775_808.0));
}
