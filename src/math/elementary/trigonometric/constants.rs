//! Constants of the trigonometric functions, printed by `tools/math/trigonometric.py`.

/// π/2 in three parts, to 2^-138; the second has 30 bits.
pub(super) const HALF_PI: f64 = f64::from_bits(0x3ff921fb54442d18); // 1.5707963267948966
pub(super) const HALF_PI_SECOND: f64 = f64::from_bits(0x3c91a62633000000); // 6.12323399409214e-17
pub(super) const HALF_PI_THIRD: f64 = f64::from_bits(0x3a945c06e0e68948); // 1.6446256936324258e-26

/// What π/2 is more than [`HALF_PI`].
pub(super) const HALF_PI_LOW: f64 = f64::from_bits(0x3c91a62633145c07); // 6.123233995736766e-17

/// π, and what it is more.
pub(super) const PI: f64 = f64::from_bits(0x400921fb54442d18); // 3.141592653589793
pub(super) const PI_LOW: f64 = f64::from_bits(0x3ca1a62633145c07); // 1.2246467991473532e-16

/// π²/2.
pub(super) const HALF_PI_SQUARE: f64 = f64::from_bits(0x4013bd3cc9be45de); // 4.934802200544679

/// 2/π.
pub(super) const TWO_OVER_PI: f64 = f64::from_bits(0x3fe45f306dc9c883); // 0.6366197723675814

/// (r - sin r) / r³ for |r| <= π/4, in powers of r².
pub(super) const SINE: [f64; 6] = [
    -1.5895433456139372e-10,
    2.505073439140279e-08,
    -2.755731353852293e-06,
    0.0001984126982935854,
    -0.00833333333332184,
    0.1666666666666663,
];

/// (r - sin r) / r³ for |r| <= π/2, in powers of r².
pub(super) const SINE_FAST: [f64; 8] = [
    -2.7214196739341326e-15,
    7.64301937705955e-13,
    -1.605894100240321e-10,
    2.505210690442388e-08,
    -2.7557319211569486e-06,
    0.0001984126984121248,
    -0.008333333333333207,
    0.16666666666666666,
];

/// (cos r - 1 + r²/2) / r⁴ for |r| <= π/4, in powers of r².
pub(super) const COSINE: [f64; 6] = [
    -1.1358749246650662e-11,
    2.087570539610012e-09,
    -2.7557314217039046e-07,
    2.480158728900208e-05,
    -0.0013888888888873342,
    0.041666666666666595,
];

/// (sin πr - πr) / r³ for |r| <= 1/4, in powers of r².
pub(super) const SINE_PI: [f64; 6] = [
    0.0004615629192569845,
    -0.007370028554365162,
    0.08214586977906924,
    -0.5992645289643068,
    2.5501640398738683,
    -5.167712780049959,
];

/// (cos πr - 1 + [`HALF_PI_SQUARE`]·r²) / r⁴ for |r| <= 1/4, in powers of r²: makes up for the rounded
/// factor of r² too.
pub(super) const COSINE_PI: [f64; 6] = [
    -0.00010304559971295031,
    0.0019293528605037078,
    -0.025806876106555084,
    0.23533062979391278,
    -1.3352627688435823,
    4.058712126416667,
];

/// The bits of 2/π after 64 zeros, which stand for its whole part.
pub(super) const TWO_OVER_PI_BITS: [u64; 20] = [
    0x0000000000000000,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
];
