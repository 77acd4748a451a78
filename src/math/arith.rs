//! Division, remainder and power of one element, for integers and floats.

use super::elementary::{Function2, kernels};

/// Numbers with division towards minus infinity, its remainder, and powers.
pub(crate) trait Arith: Copy {
    /// The quotient rounded towards minus infinity. Integers: 0 for a zero divisor, `MIN // -1` is
    /// `MIN`. Floats: as `numpy.floor_divide`.
    fn floor_div(self, divisor: Self) -> Self;

    /// The remainder with the sign of the divisor. Integers: 0 for a zero divisor. Floats: as
    /// `numpy.remainder`.
    fn modulo(self, divisor: Self) -> Self;

    /// The remainder with the sign of the dividend. Integers: 0 for a zero divisor. Floats: as C's
    /// `fmod`, exact.
    fn fmod(self, divisor: Self) -> Self;

    /// `self` raised to `exponent`. Integers wrap; for a negative exponent the exact quotient is cut
    /// to an integer. Floats: as C's `pow`.
    fn power(self, exponent: Self) -> Self;
}

/// Integers, signed or not.
pub(crate) trait Int: Arith {
    /// The greatest common divisor of the absolute values; 0 for two zeros. Wraps: that of `MIN` and
    /// `MIN` or 0 is `MIN`.
    fn gcd(self, y: Self) -> Self;

    /// The smallest common multiple of the absolute values, 0 if one is 0. Wraps.
    fn lcm(self, y: Self) -> Self;
}

/// `f32` and `f64`.
pub(crate) trait Float: Arith + kernels::Element {
    fn widen(self) -> f64;

    /// Rounds to nearest.
    fn narrow(x: f64) -> Self;

    /// The next representable number after `self` towards `target`, as C's `nextafter`.
    fn nextafter(self, target: Self) -> Self;
}

macro_rules! signed_arith {
    ($($type:ty),*) => {$(
        impl Arith for $type {
            #[inline]
            fn floor_div(self, divisor: Self) -> Self {
                if divisor == 0 {
                    return 0;
                }
                let quotient = self.wrapping_div(divisor);
                // The truncated quotient is one too large if it was cut and is negative.
                let cut = self.wrapping_rem(divisor) != 0 && (self < 0) != (divisor < 0);
                quotient - Self::from(cut)
            }

            #[inline]
            fn modulo(self, divisor: Self) -> Self {
                let rest = self.fmod(divisor);
                // `rest` is smaller than the divisor and of the other sign, so the sum fits.
                if rest != 0 && (rest < 0) != (divisor < 0) { rest + divisor } else { rest }
            }

            #[inline]
            fn fmod(self, divisor: Self) -> Self {
                if divisor == 0 { 0 } else { self.wrapping_rem(divisor) }
            }

            #[inline]
            fn power(self, exponent: Self) -> Self {
                if exponent < 0 {
                    return match self {
                        1 => 1,
                        -1 => if exponent & 1 == 0 { 1 } else { -1 },
                        _ => 0, // tidy: a number, not an op; |1 / self**n| < 1, and 0 for 0
                    };
                }
                // Both are modulo 2^width, and the exponent is not negative.
                self.cast_unsigned().power(exponent.cast_unsigned()).cast_signed()
            }
        }

        impl Int for $type {
            #[inline]
            fn gcd(self, y: Self) -> Self {
                self.unsigned_abs().gcd(y.unsigned_abs()).cast_signed()
            }

            #[inline]
            fn lcm(self, y: Self) -> Self {
                self.unsigned_abs().lcm(y.unsigned_abs()).cast_signed()
            }
        }
    )*};
}

macro_rules! unsigned_arith {
    ($($type:ty),*) => {$(
        impl Arith for $type {
            #[inline]
            fn floor_div(self, divisor: Self) -> Self {
                self.checked_div(divisor).unwrap_or(0)
            }

            #[inline]
            fn modulo(self, divisor: Self) -> Self {
                self.checked_rem(divisor).unwrap_or(0)
            }

            #[inline]
            fn fmod(self, divisor: Self) -> Self {
                self.modulo(divisor)
            }

            #[inline]
            fn power(self, exponent: Self) -> Self {
                let (mut result, mut square, mut rest): (Self, Self, Self) = (1, self, exponent);
                while rest != 0 {
                    if rest & 1 != 0 {
                        result = result.wrapping_mul(square);
                    }
                    square = square.wrapping_mul(square);
                    rest >>= 1;
                }
                result
            }
        }

        impl Int for $type {
            #[inline]
            fn gcd(self, y: Self) -> Self {
                let (mut x, mut y) = (self, y);
                while y != 0 {
                    (x, y) = (y, x % y);
                }
                x
            }

            #[inline]
            fn lcm(self, y: Self) -> Self {
                // Divided first: the quotient is exact, and only the product wraps.
                let common = self.gcd(y);
                if common == 0 { 0 } else { (self / common).wrapping_mul(y) }
            }
        }
    )*};
}

signed_arith!(i8, i16, i32, i64);
unsigned_arith!(u8, u16, u32, u64);

macro_rules! float_arith {
    ($($type:ident),*) => {$(
        impl Arith for $type {
            #[inline]
            fn floor_div(self, divisor: Self) -> Self {
                kernels::call2(Function2::FloorDiv, self, divisor)
            }

            #[inline]
            fn modulo(self, divisor: Self) -> Self {
                kernels::call2(Function2::Rem, self, divisor)
            }

            #[inline]
            fn fmod(self, divisor: Self) -> Self {
                kernels::call2(Function2::Fmod, self, divisor)
            }

            #[inline]
            fn power(self, exponent: Self) -> Self {
                kernels::call2(Function2::Pow, self, exponent)
            }
        }

        impl Float for $type {
            #[inline]
            fn widen(self) -> f64 {
                self.into()
            }

            #[inline]
            #[allow(clippy::unnecessary_cast, reason = "f64 to f64 in one of the two instances")]
            fn narrow(x: f64) -> Self {
                x as $type
            }

            #[inline]
            fn nextafter(self, target: Self) -> Self {
                if self.is_nan() || target.is_nan() {
                    self + target
                } else if self == target {
                    target // so that nextafter(0, -0) is -0
                } else if self == 0.0 {
                    $type::from_bits(1).copysign(target)
                } else {
                    // The bits of floats of one sign are ordered by magnitude.
                    let bits = self.to_bits();
                    let outward = (self < target) == (self > 0.0);
                    $type::from_bits(if outward { bits + 1 } else { bits - 1 })
                }
            }
        }
    )*};
}

float_arith!(f32, f64);

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    fn same(got: f64, want: f64) -> bool {
        got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan()
    }

    // The tables are NumPy 2.4's answers, except where a comment says otherwise.

    #[test]
    fn float_division_is_that_of_numpy() {
        // dividend, divisor, floor_divide, remainder, fmod
        let cases = [
            (7.0, 3.0, 2.0, 1.0, 1.0),
            (-7.0, 3.0, -3.0, 2.0, -1.0),
            (7.0, -3.0, -3.0, -2.0, 1.0),
            (-7.0, -3.0, 2.0, -1.0, -1.0),
            (6.0, -3.0, -2.0, -0.0, 0.0),
            (0.0, 5.0, 0.0, 0.0, 0.0),
            (-0.0, 5.0, -0.0, 0.0, -0.0),
            (0.0, -5.0, -0.0, -0.0, 0.0),
            (-0.0, -5.0, 0.0, -0.0, -0.0),
            (1.0, 0.1, 9.0, 0.09999999999999995, 0.09999999999999995),
            (-1.0, 0.1, -10.0, 5.551115123125783e-17, -0.09999999999999995),
            (1.0, 0.0, INF, NAN, NAN),
            (-1.0, 0.0, -INF, NAN, NAN),
            (1.0, -0.0, -INF, NAN, NAN),
            (0.0, 0.0, NAN, NAN, NAN),
            (1.0, INF, 0.0, 1.0, 1.0),
            (-1.0, INF, -1.0, INF, -1.0),
            (1.0, -INF, -1.0, -INF, 1.0),
            (0.0, -INF, -0.0, -0.0, 0.0),
            (INF, 2.0, NAN, NAN, NAN),
            (-INF, 2.0, NAN, NAN, NAN),
            (INF, INF, NAN, NAN, NAN),
            (NAN, 1.0, NAN, NAN, NAN),
            (1.0, NAN, NAN, NAN, NAN),
            (5e-324, 1.0, 0.0, 5e-324, 5e-324),
            (-5e-324, 1.0, -1.0, 1.0, -5e-324),
            (1e+308, 5e-324, INF, 0.0, 0.0),
            (1e+17, 3.0, 3.3333333333333332e+16, 1.0, 1.0),
        ];
        for (x, y, quotient, rest, fmod) in cases {
            assert!(same(x.floor_div(y), quotient), "{x:?} // {y:?} = {:?}", x.floor_div(y));
            assert!(same(x.modulo(y), rest), "{x:?} % {y:?} = {:?}", x.modulo(y));
            assert!(same(x.fmod(y), fmod), "fmod({x:?}, {y:?}) = {:?}", x.fmod(y));
        }
        let cases: [(f32, f32, f32, f32, f32); 4] = [
            (1.0, 0.1, 9.0, 0.09999999, 0.09999999),
            (-1.0, 0.1, -10.0, 1.4901161e-08, -0.09999999),
            (1e+10, 3.3, 3.030303e+09, 0.29611063, 0.29611063),
            (1.6777216e+07, -0.7, -2.3967452e+07, -0.11428571, 0.5857143),
        ];
        for (x, y, quotient, rest, fmod) in cases {
            assert_eq!((x.floor_div(y), x.modulo(y), x.fmod(y)), (quotient, rest, fmod), "{x} {y}");
        }
    }

    #[test]
    fn integer_division_never_traps() {
        let cases: [(i32, i32, i32, i32, i32); 25] = [
            (7, 3, 2, 1, 1),
            (7, -3, -3, -2, 1),
            (7, 0, 0, 0, 0),
            (7, -1, -7, 0, 0),
            (7, -2147483648, -1, -2147483641, 7),
            (-7, 3, -3, 2, -1),
            (-7, -3, 2, -1, -1),
            (-7, 0, 0, 0, 0),
            (-7, -1, 7, 0, 0),
            (-7, -2147483648, 0, -7, -7),
            (0, 3, 0, 0, 0),
            (0, -3, 0, 0, 0),
            (0, 0, 0, 0, 0),
            (0, -1, 0, 0, 0),
            (0, -2147483648, 0, 0, 0),
            (-2147483648, 3, -715827883, 1, -2),
            (-2147483648, -3, 715827882, -2, -2),
            (-2147483648, 0, 0, 0, 0),
            (-2147483648, -1, -2147483648, 0, 0),
            (-2147483648, -2147483648, 1, 0, 0),
            (2147483647, 3, 715827882, 1, 1),
            (2147483647, -3, -715827883, -2, 1),
            (2147483647, 0, 0, 0, 0),
            (2147483647, -1, -2147483647, 0, 0),
            (2147483647, -2147483648, -1, -1, 2147483647),
        ];
        for (x, y, quotient, rest, fmod) in cases {
            assert_eq!((x.floor_div(y), x.modulo(y), x.fmod(y)), (quotient, rest, fmod), "{x} {y}");
        }
        assert_eq!(i64::MIN.floor_div(-1), i64::MIN);
        assert_eq!(i64::MIN.modulo(-1), 0);
        assert_eq!(5_i64.modulo(i64::MAX), 5);
        assert_eq!((-5_i64).modulo(i64::MAX), i64::MAX - 5);
    }

    #[test]
    fn float_power_at_the_edges() {
        let cases: [(f64, f64, f64); 19] = [
            (0.0, 0.0, 1.0),
            (NAN, 0.0, 1.0),
            (1.0, NAN, 1.0),
            (INF, 0.0, 1.0),
            (-0.0, -1.0, -INF),
            (-0.0, -2.0, INF),
            (-0.0, 3.0, -0.0),
            (-8.0, 3.0, -512.0),
            (-8.0, 0.3333333333333333, NAN),
            (-1.0, INF, 1.0),
            (2.0, -INF, 0.0),
            (0.5, INF, 0.0),
            (-INF, 3.0, -INF),
            (-INF, -3.0, -0.0),
            (10.0, 308.0, 1e+308),
            (10.0, 309.0, INF),
            (2.0, -1074.0, 5e-324),
            (2.0, -1076.0, 0.0),
            (-INF, 0.5, INF), // C's pow; NumPy takes the square root here
        ];
        for (x, y, want) in cases {
            assert!(same(x.power(y), want), "{x:?} ** {y:?} = {:?}", x.power(y));
        }
        assert_eq!(10_f32.power(38.0), 1e38);
        assert_eq!(10_f32.power(39.0), f32::INFINITY);
    }

    #[test]
    fn integer_power_wraps_and_cuts() {
        let cases = [
            (0, 0, 1),
            (0, -1, 0),
            (1, -5, 1),
            (-1, -5, -1),
            (-1, -4, 1),
            (2, -1, 0),
            (i32::MIN, -1, 0),
            (3, 4, 81),
            (-3, 3, -27),
            (2, 31, i32::MIN),
            (2, 32, 0),
            (3, i32::MAX, -1_431_655_765),
            (10, 10, 1_410_065_408),
        ];
        for (x, n, want) in cases {
            assert_eq!(x.power(n), want, "{x} ** {n}");
        }
        assert_eq!(3_i64.power(40), 12_157_665_459_056_928_801_u64.cast_signed());
    }

    #[test]
    fn nextafter_steps_by_one_bit() {
        let cases = [
            (1.0, 2.0, 1.0 + f64::EPSILON),
            (1.0, 0.0, 1.0 - f64::EPSILON / 2.0),
            (-1.0, -2.0, -1.0 - f64::EPSILON),
            (0.0, 1.0, 5e-324),
            (0.0, -1.0, -5e-324),
            (-0.0, 1.0, 5e-324),
            (5e-324, -1.0, 0.0),
            (-5e-324, 1.0, -0.0),
            (0.0, -0.0, -0.0),
            (f64::MAX, INF, INF),
            (INF, 0.0, f64::MAX),
            (-INF, -INF, -INF),
            (NAN, 1.0, NAN),
            (1.0, NAN, NAN),
        ];
        for (x, y, want) in cases {
            assert!(same(x.nextafter(y), want), "nextafter({x:?}, {y:?}) = {:?}", x.nextafter(y));
        }
        assert_eq!(1_f32.nextafter(2.0), 1.0 + f32::EPSILON);
    }
}
