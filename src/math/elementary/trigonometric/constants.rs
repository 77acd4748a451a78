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

/// The number above π, and π as a product of two, to 2^-64.
pub(super) const PI_ABOVE: f64 = f64::from_bits(0x400921fb54442d19); // 3.1415926535897936
pub(super) const PI_FACTORS: [f64; 2] = [
    f64::from_bits(0x3ff054d900000000), // 1.0207147598266602
    f64::from_bits(0x40089f687db70345), // 3.07783601965676
];

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

/// (cos r - 1 + r²/2) / r⁴ for |r| <= π/4, in powers of r².
pub(super) const COSINE: [f64; 6] = [
    -1.1358749246650662e-11,
    2.087570539610012e-09,
    -2.7557314217039046e-07,
    2.480158728900208e-05,
    -0.0013888888888873342,
    0.041666666666666595,
];

/// (sin πr / r - π + 4r²) / r² for |r| <= 1/2, in powers of r².
pub(super) const SINE_PI: [f64; 8] = [
    7.688550513059377e-07,
    -2.190261684500138e-05,
    0.00046629948052087286,
    -0.0073704304403764305,
    0.08214588656621802,
    -0.5992645293185749,
    2.5501640398772922,
    -1.1677127800499696,
];

/// (1 - sin r / r) / r² for |r| <= π/2, in powers of r², to 2^-43.7.
pub(super) const SINE_SINGLE: [f64; 6] = [
    -1.5409528515802464e-10,
    2.5030196945045e-08,
    -2.7556953113760405e-06,
    0.00019841266729754618,
    -0.008333333321087539,
    0.16666666666504612,
];

/// (sin πr / r - π) / r² for |r| <= 1/2, in powers of r², to 2^-43.7.
pub(super) const SINE_PI_SINGLE: [f64; 6] = [
    0.0004474429858038241,
    -0.007363984518761543,
    0.0821447952715584,
    -0.5992644353441926,
    2.5501640361299094,
    -5.167712779999723,
];

/// tan r is r times the quotient of this and [`TANGENT_BELOW`] for |r| <= π/4, in powers of r², to 2^-43.1.
pub(super) const TANGENT_ABOVE: [f64; 3] = [
    0.002030583305922733,
    -0.12132084776003792,
    1.0,
];

/// See [`TANGENT_ABOVE`].
pub(super) const TANGENT_BELOW: [f64; 4] = [
    -9.724451090320405e-05,
    0.02024864368061845,
    -0.45465418109349776,
    1.0,
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
