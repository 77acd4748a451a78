//! A few `f64` side by side, and what elementary functions are made of: the arithmetic that every machine
//! has, and that gives the same bits on each.
//!
//! Functions are written once over [`Lanes`]. What implements it is a [`vector`] register of each kind of machine that
//! has a fused multiply-add (`avx2`, `avx512`, `neon`: lists of instructions), or one number ([`one`], for all others
//! and as the definition of what the rest must give).
//!
//! Each lane is by itself: no result depends on what lies in the other lanes. Rounding is to nearest, and
//! nothing is flushed to zero.
#![expect(unsafe_code, reason = "loads and stores of raw tiles")]

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
pub(crate) mod one;
#[cfg(target_arch = "x86_64")]
pub(crate) mod twice;
pub(crate) mod vector;

use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

/// Numbers side by side. The operators are those of IEEE 754, rounded to nearest.
pub(crate) trait Lanes:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The same lanes as integers of 64 bits.
    type Bits: Bits<Lanes = Self>;
    /// Yes or no for each lane.
    type Mask: Mask<Lanes = Self>;

    /// How many.
    const N: usize;

    /// Reads [`N`](Lanes::N) numbers.
    ///
    /// # Safety
    /// `from` is readable for them; it need not be aligned.
    unsafe fn load(from: *const f64) -> Self;

    /// Writes [`N`](Lanes::N) numbers.
    ///
    /// # Safety
    /// `to` is writable for them; it need not be aligned.
    unsafe fn store(self, to: *mut f64);

    /// Reads as many `f32`.
    ///
    /// # Safety
    /// As [`load`](Lanes::load).
    unsafe fn load_f32(from: *const f32) -> Self;

    /// Writes as many `f32`, each rounded once.
    ///
    /// # Safety
    /// As [`store`](Lanes::store).
    unsafe fn store_f32(self, to: *mut f32);

    /// The same number in all lanes.
    fn of(x: f64) -> Self;

    fn sqrt(self) -> Self;

    /// `self * y + z`, rounded once.
    fn mul_add(self, y: Self, z: Self) -> Self;

    /// To the nearest whole number, halves to even.
    fn rint(self) -> Self;

    /// Less; no for NaN, as are the next ones.
    fn lt(self, y: Self) -> Self::Mask;
    fn le(self, y: Self) -> Self::Mask;
    fn eq(self, y: Self) -> Self::Mask;

    fn bits(self) -> Self::Bits;

    /// Row number `index` of a table of pairs. Of the index only the bits count that the last row's has; the row must
    /// be there.
    fn lookup2<const LEN: usize>(
        index: Self::Bits,
        table: &'static [[f64; 2]; LEN],
    ) -> (Self, Self);

    /// Row number `index` of a table of rows of four.
    fn lookup4<const LEN: usize>(index: Self::Bits, table: &'static [[f64; 4]; LEN]) -> [Self; 4];

    /// The lanes with those replaced for which the mask is set, each by what `f` makes of the number that
    /// `x` has there. Meant for arguments so rare that a call for each does not matter.
    fn fix(self, mask: Self::Mask, x: Self, f: fn(f64) -> f64) -> Self;

    /// The same for functions of two numbers.
    fn fix2(self, mask: Self::Mask, x: Self, y: Self, f: fn(f64, f64) -> f64) -> Self;

    /// The smaller one; `y` if one is NaN, or if they are equal.
    #[inline(always)]
    fn min(self, y: Self) -> Self {
        self.lt(y).select(self, y)
    }

    /// The larger one, as above.
    #[inline(always)]
    fn max(self, y: Self) -> Self {
        y.lt(self).select(self, y)
    }

    #[inline(always)]
    fn gt(self, y: Self) -> Self::Mask {
        y.lt(self)
    }

    #[inline(always)]
    fn ge(self, y: Self) -> Self::Mask {
        y.le(self)
    }

    #[inline(always)]
    fn is_nan(self) -> Self::Mask {
        !self.eq(self)
    }

    /// `self * y - z`, rounded once.
    #[inline(always)]
    fn mul_sub(self, y: Self, z: Self) -> Self {
        self.mul_add(y, -z)
    }

    /// `z - self * y`, rounded once.
    #[inline(always)]
    fn neg_mul_add(self, y: Self, z: Self) -> Self {
        (-self).mul_add(y, z)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        (self.bits() & Self::Bits::of(!SIGN)).float()
    }

    /// The magnitude with the sign of `sign`.
    #[inline(always)]
    fn copysign(self, sign: Self) -> Self {
        let sign = sign.bits() & Self::Bits::of(SIGN);
        ((self.bits() & Self::Bits::of(!SIGN)) | sign).float()
    }

    /// The magnitude with its sign changed where that of `sign` is set.
    #[inline(always)]
    fn xor_sign(self, sign: Self) -> Self {
        (self.bits() ^ (sign.bits() & Self::Bits::of(SIGN))).float()
    }

    /// As integers, what are whole numbers of magnitude at most 2^51.
    #[inline(always)]
    fn to_int(self) -> Self::Bits {
        (self + Self::of(SHIFTER)).bits() - Self::Bits::of(SHIFTER.to_bits())
    }
}

/// Integers of 64 bits side by side; arithmetic wraps.
pub(crate) trait Bits:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
{
    type Lanes: Lanes<Bits = Self>;

    /// The same integer in all lanes.
    fn of(x: u64) -> Self;

    /// The numbers with these bits.
    fn float(self) -> Self::Lanes;

    fn shl<const BY: u32>(self) -> Self;

    /// Zeros come in.
    fn shr<const BY: u32>(self) -> Self;

    fn eq(self, y: Self) -> <Self::Lanes as Lanes>::Mask;

    /// Whether the highest bit of either half is set in some lane.
    #[inline(always)]
    fn any_half_negative(self) -> bool {
        (!(self & Self::of(SIGNS_OF_HALVES)).eq(Self::of(0))).any()
    }

    /// Where the highest bit is set.
    #[inline(always)]
    fn is_negative(self) -> <Self::Lanes as Lanes>::Mask {
        self.shr::<63>().eq(Self::of(1))
    }

    /// As numbers, what are signed integers of magnitude at most 2^51.
    #[inline(always)]
    fn to_float(self) -> Self::Lanes {
        (self + Self::of(SHIFTER.to_bits())).float() - Self::Lanes::of(SHIFTER)
    }
}

/// Yes or no for each lane.
pub(crate) trait Mask:
    Copy + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    type Lanes: Lanes<Mask = Self>;

    /// `yes` where it is set, else `no`.
    fn select(self, yes: Self::Lanes, no: Self::Lanes) -> Self::Lanes;

    /// Whether it is set for some lane.
    fn any(self) -> bool;
}

/// The highest bits of the halves.
pub(crate) const SIGNS_OF_HALVES: u64 = SIGN | SIGN >> 32;
/// The bits that number the rows of a table.
pub(super) const fn row_mask(len: usize) -> usize {
    len.next_power_of_two() - 1
}

/// The bit of the sign.
pub(crate) const SIGN: u64 = 1 << 63;

/// 1.5·2^52: added to a number of magnitude at most 2^51 it leaves its whole part in the low bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;
