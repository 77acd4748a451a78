//! One number: what all the others must agree with.
#![expect(unsafe_code, reason = "loads and stores of raw tiles")]

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::{Bits, Lanes, Mask, row_mask};

#[derive(Clone, Copy, Debug)]
pub(crate) struct One(pub(crate) f64);

#[derive(Clone, Copy, Debug)]
pub(crate) struct OneBits(pub(crate) u64);

#[derive(Clone, Copy, Debug)]
pub(crate) struct OneMask(pub(crate) bool);

macro_rules! operators {
    ($type:ident: $($trait:ident $method:ident |$x:ident, $y:ident| $body:expr;)*) => {$(
        impl $trait for $type {
            type Output = $type;

            #[inline(always)]
            fn $method(self, other: $type) -> $type {
                let ($x, $y) = (self.0, other.0);
                $type($body)
            }
        }
    )*};
}

operators! { One:
    Add add |x, y| x + y;
    Sub sub |x, y| x - y;
    Mul mul |x, y| x * y;
    Div div |x, y| x / y;
}

operators! { OneBits:
    Add add |x, y| x.wrapping_add(y);
    Sub sub |x, y| x.wrapping_sub(y);
    BitAnd bitand |x, y| x & y;
    BitOr bitor |x, y| x | y;
    BitXor bitxor |x, y| x ^ y;
}

operators! { OneMask:
    BitAnd bitand |x, y| x & y;
    BitOr bitor |x, y| x | y;
}

impl Not for OneMask {
    type Output = OneMask;

    #[inline(always)]
    fn not(self) -> OneMask {
        OneMask(!self.0)
    }
}

impl Neg for One {
    type Output = One;

    #[inline(always)]
    fn neg(self) -> One {
        One(-self.0)
    }
}

impl Lanes for One {
    type Bits = OneBits;
    type Mask = OneMask;

    const N: usize = 1;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> One {
        // SAFETY: the caller's promise.
        One(unsafe { from.read_unaligned() })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { to.write_unaligned(self.0) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> One {
        // SAFETY: the caller's promise.
        One(unsafe { from.read_unaligned() }.into())
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "rounds, as the function says")]
    unsafe fn store_f32(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.write_unaligned(self.0 as f32) };
    }

    #[inline(always)]
    fn of(x: f64) -> One {
        One(x)
    }

    #[inline(always)]
    fn sqrt(self) -> One {
        One(self.0.sqrt())
    }

    #[inline(always)]
    fn mul_add(self, y: One, z: One) -> One {
        // The instruction where the build says that there is one: else in software, not from the platform.
        if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
            One(self.0.mul_add(y.0, z.0))
        } else {
            One(libm::fma(self.0, y.0, z.0))
        }
    }

    #[inline(always)]
    fn rint(self) -> One {
        One(libm::rint(self.0))
    }

    #[inline(always)]
    fn lt(self, y: One) -> OneMask {
        OneMask(self.0 < y.0)
    }

    #[inline(always)]
    fn le(self, y: One) -> OneMask {
        OneMask(self.0 <= y.0)
    }

    #[inline(always)]
    fn eq(self, y: One) -> OneMask {
        OneMask(self.0 == y.0)
    }

    #[inline(always)]
    fn bits(self) -> OneBits {
        OneBits(self.0.to_bits())
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(index: OneBits, table: &'static [[f64; 2]; LEN]) -> (One, One) {
        let [x, y] = table[index.0 as usize & row_mask(LEN)];
        (One(x), One(y))
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: OneBits, table: &'static [[f64; 4]; LEN]) -> [One; 4] {
        table[index.0 as usize & row_mask(LEN)].map(One)
    }

    #[inline(always)]
    fn fix(self, mask: OneMask, x: One, f: fn(f64) -> f64) -> One {
        if mask.0 { One(f(x.0)) } else { self }
    }

    #[inline(always)]
    fn fix2(self, mask: OneMask, x: One, y: One, f: fn(f64, f64) -> f64) -> One {
        if mask.0 { One(f(x.0, y.0)) } else { self }
    }
}

impl Bits for OneBits {
    type Lanes = One;

    #[inline(always)]
    fn of(x: u64) -> OneBits {
        OneBits(x)
    }

    #[inline(always)]
    fn float(self) -> One {
        One(f64::from_bits(self.0))
    }

    #[inline(always)]
    fn shl<const BY: u32>(self) -> OneBits {
        OneBits(self.0 << BY)
    }

    #[inline(always)]
    fn shr<const BY: u32>(self) -> OneBits {
        OneBits(self.0 >> BY)
    }

    #[inline(always)]
    fn eq(self, y: OneBits) -> OneMask {
        OneMask(self.0 == y.0)
    }
}

impl Mask for OneMask {
    type Lanes = One;

    #[inline(always)]
    fn select(self, yes: One, no: One) -> One {
        if self.0 { yes } else { no }
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0
    }
}
