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

/// 2/π; the number below 1/π, and what that is more.
pub(super) const TWO_OVER_PI: f64 = f64::from_bits(0x3fe45f306dc9c883); // 0.6366197723675814
pub(super) const ONE_OVER_PI: f64 = f64::from_bits(0x3fd45f306dc9c882); // 0.31830988618379064
pub(super) const ONE_OVER_PI_LOW: f64 = f64::from_bits(0x3c84a7f09d5f47d5); // 3.583247455607534e-17

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
pub(super) const SINE_FAST: [f64; 7] = [
    7.373281052904261e-13,
    -1.604809029375497e-10,
    2.5051880113489828e-08,
    -2.7557316598086885e-06,
    0.0001984126982503718,
    -0.008333333333285474,
    0.16666666666666186,
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

/// (sin r / r - 1 + r²/8) / r² for |r| <= π/2, in powers of r².
pub(super) const ARCH: [f64; 8] = [
    2.7214196739341326e-15,
    -7.64301937705955e-13,
    1.605894100240321e-10,
    -2.505210690442388e-08,
    2.7557319211569486e-06,
    -0.0001984126984121248,
    0.008333333333333207,
    -0.04166666666666666,
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

/// (sin πr / r - π) / r² for |r| <= 1/2, in powers of r², to 2^-43.7.
pub(super) const SINE_PI_SINGLE: [f64; 6] = [
    0.0004474429858038241,
    -0.007363984518761543,
    0.0821447952715584,
    -0.5992644353441926,
    2.5501640361299094,
    -5.167712779999723,
];

/// tan r is r times the quotient of 1 and this and 1 and [`TANGENT_BELOW`] for |r| <= π/4, in powers of r² from
/// the first, to 2^-43.1.
pub(super) const TANGENT_ABOVE: [f64; 2] = [0.002030583305922733, -0.12132084776003792];

/// See [`TANGENT_ABOVE`].
pub(super) const TANGENT_BELOW: [f64; 3] =
    [-9.724451090320405e-05, 0.02024864368061845, -0.45465418109349776];

/// 2^128·2/π in four parts, for numbers from 2^(16i + 1) in row i: without the bits that make multiples of 4 of
/// them, and with 196 others.
#[rustfmt::skip]
pub(super) const TWO_OVER_PI_ROWS: [[f64; 4]; 64] = [
    [f64::from_bits(0x0000000000000000), f64::from_bits(0x47e45f306dc90000), f64::from_bits(0x45991054a7f09d5f), f64::from_bits(0x4231f534ddc0db62)],
    [f64::from_bits(0x0000000000000000), f64::from_bits(0x47e45f306dc9c882), f64::from_bits(0x4494a7f09d5f47d4), f64::from_bits(0x414a6ee06db14acc)],
    [f64::from_bits(0x47e45f2000000000), f64::from_bits(0x46e06dc9c882a53f), f64::from_bits(0x43909d5f47d4d377), f64::from_bits(0x3feb6c52b3278840)],
    [f64::from_bits(0x47e45f306dc00000), f64::from_bits(0x45d391054a7f09d4), f64::from_bits(0x429f47d4d377036d), f64::from_bits(0x3f414acc9e21c820)],
    [f64::from_bits(0x4739836e4e440000), f64::from_bits(0x44b529fc2757d1f0), f64::from_bits(0x4194d377036d8a56), f64::from_bits(0x3e393c439041fe50)],
    [f64::from_bits(0x462c9c882a520000), f64::from_bits(0x43ef84eafa3ea69b), f64::from_bits(0x4097036d8a5664f1), f64::from_bits(0x3d0c820ff28b1d50)],
    [f64::from_bits(0x451054a7f09c0000), f64::from_bits(0x42d5f47d4d377036), f64::from_bits(0x3f8b14acc9e21c82), f64::from_bits(0x3bffe5163abdeba0)],
    [f64::from_bits(0x4423f84eafa20000), f64::from_bits(0x41eea69bb81b6c52), f64::from_bits(0x3e9664f10e4107f9), f64::from_bits(0x3b3163abdebbc560)],
    [f64::from_bits(0x431d5f47d4d00000), f64::from_bits(0x40ebb81b6c52b327), f64::from_bits(0x3d910e4107f9458e), f64::from_bits(0x3a45ef5de2b0db92)],
    [f64::from_bits(0x4231f534ddc00000), f64::from_bits(0x3feb6c52b3278872), f64::from_bits(0x3c507f9458eaf7a0), f64::from_bits(0x394de2b0db92371d)],
    [f64::from_bits(0x4134ddc0db620000), f64::from_bits(0x3ee2b3278872083f), f64::from_bits(0x3b99458eaf7aef15), f64::from_bits(0x3840db92371d2126)],
    [f64::from_bits(0x3feb6c52b3200000), f64::from_bits(0x3dce21c820ff28b0), f64::from_bits(0x3a8d5ef5de2b0db8), f64::from_bits(0x3742371d2126e970)],
    [f64::from_bits(0x3f04acc9e2180000), f64::from_bits(0x3ce2083fca2c757b), f64::from_bits(0x399aef1586dc91b8), f64::from_bits(0x364d2126e9700324)],
    [f64::from_bits(0x3e393c4390410000), f64::from_bits(0x3befca2c757bd778), f64::from_bits(0x389586dc91b8e909), f64::from_bits(0x352ba5c00c925dd4)],
    [f64::from_bits(0x3d0c820ff2880000), f64::from_bits(0x3ad8eaf7aef1586c), f64::from_bits(0x379c91b8e909374b), f64::from_bits(0x34400324977504e8)],
    [f64::from_bits(0x3bffe5163ab00000), f64::from_bits(0x39ebd778ac36e48d), f64::from_bits(0x3698e909374b8019), f64::from_bits(0x33225dd413a32438)],
    [f64::from_bits(0x3b3163abdebb0000), f64::from_bits(0x38e8ac36e48dc748), f64::from_bits(0x35826e9700324976), f64::from_bits(0x324504e8c90e7f0e)],
    [f64::from_bits(0x3a27bd778ac20000), f64::from_bits(0x37e6e48dc74849ba), f64::from_bits(0x348700324977504e), f64::from_bits(0x3131921cfe1deb1c)],
    [f64::from_bits(0x393bc561b7240000), f64::from_bits(0x36db8e909374b800), f64::from_bits(0x339924bba8274648), f64::from_bits(0x303cfe1deb1cb128)],
    [f64::from_bits(0x37fb7246e3a00000), f64::from_bits(0x35d09374b801924a), f64::from_bits(0x329ba827464873f8), f64::from_bits(0x2f3deb1cb129a73e)],
    [f64::from_bits(0x3711b8e909340000), f64::from_bits(0x34ea5c00c925dd41), f64::from_bits(0x317d1921cfe1deb0), f64::from_bits(0x2e3cb129a73ee882)],
    [f64::from_bits(0x363a424dd2e00000), f64::from_bits(0x339924bba8274640), f64::from_bits(0x3080e7f0ef58e588), f64::from_bits(0x2d44d39f74411afa)],
    [f64::from_bits(0x352ba5c00c920000), f64::from_bits(0x32c77504e8c90e7c), f64::from_bits(0x2f9877ac72c4a69c), f64::from_bits(0x2c4f74411afa975d)],
    [f64::from_bits(0x339924bba8000000), f64::from_bits(0x31a3a32439fc3bd0), f64::from_bits(0x2e88e5894d39f744), f64::from_bits(0x2b01afa975da2420)],
    [f64::from_bits(0x33225dd413a20000), f64::from_bits(0x30e2439fc3bd6396), f64::from_bits(0x2d729a73ee88235c), f64::from_bits(0x2a4a975da24274ce)],
    [f64::from_bits(0x322413a324380000), f64::from_bits(0x2fefc3bd63962534), f64::from_bits(0x2c9cfba208d7d4ba), f64::from_bits(0x294da24274ce3813)],
    [f64::from_bits(0x3131921cfe1d0000), f64::from_bits(0x2eed63962534e7dd), f64::from_bits(0x2b6046bea5d76890), f64::from_bits(0x2813a671c09ad178)],
    [f64::from_bits(0x303cfe1deb1c0000), f64::from_bits(0x2de62534e7dd1046), f64::from_bits(0x2a97d4baed1213a6), f64::from_bits(0x273c7026b45f7e40)],
    [f64::from_bits(0x2f3deb1cb1290000), f64::from_bits(0x2ce4e7dd1046bea5), f64::from_bits(0x299aed1213a671c0), f64::from_bits(0x26435a2fbf209cc8)],
    [f64::from_bits(0x2e3cb129a73e0000), f64::from_bits(0x2bed1046bea5d768), f64::from_bits(0x289213a671c09ad1), f64::from_bits(0x253f7e413991d638)],
    [f64::from_bits(0x2d234e7dd1040000), f64::from_bits(0x2acafa975da24274), f64::from_bits(0x2779c7026b45f7e4), f64::from_bits(0x23f3991d63983520)],
    [f64::from_bits(0x2c3ee88235f50000), f64::from_bits(0x29c75da24274ce38), f64::from_bits(0x26435a2fbf209cc0), f64::from_bits(0x2331d639835339f4)],
    [f64::from_bits(0x2b01afa975d80000), f64::from_bits(0x28d1213a671c09ac), f64::from_bits(0x25917df904e64758), f64::from_bits(0x224cc1a99cfa4e42)],
    [f64::from_bits(0x2a352ebb44840000), f64::from_bits(0x27ed338e04d68bef), f64::from_bits(0x249904e64758e60d), f64::from_bits(0x213339f49c845f8a)],
    [f64::from_bits(0x293b4484e99c0000), f64::from_bits(0x26dc09ad17df904e), f64::from_bits(0x23791d639835339c), f64::from_bits(0x204a4e422fc5defc)],
    [f64::from_bits(0x2813a671c0980000), f64::from_bits(0x25e68befc827323a), f64::from_bits(0x2298e60d4ce7d272), f64::from_bits(0x1f117e2ef7e4a0e8)],
    [f64::from_bits(0x273c7026b45f0000), f64::from_bits(0x24df904e64758e60), f64::from_bits(0x218a99cfa4e422fc), f64::from_bits(0x1e277bf250763ff0)],
    [f64::from_bits(0x261ad17df9040000), f64::from_bits(0x23ccc8eb1cc1a99c), f64::from_bits(0x207f49c845f8bbdc), f64::from_bits(0x1d4c941d8ffc4bff)],
    [f64::from_bits(0x253f7e4139910000), f64::from_bits(0x22eac7306a673e93), f64::from_bits(0x1f92117e2ef7e4a0), f64::from_bits(0x1c4d8ffc4bffef02)],
    [f64::from_bits(0x23f3991d63900000), f64::from_bits(0x21e06a673e93908b), f64::from_bits(0x1e9e2ef7e4a0ec7f), f64::from_bits(0x1b4c4bffef02cc07)],
    [f64::from_bits(0x2331d63983530000), f64::from_bits(0x20ccfa4e422fc5dc), f64::from_bits(0x1d97e4a0ec7fe25f), f64::from_bits(0x1a4fef02cc07f797)],
    [f64::from_bits(0x2239835339f40000), f64::from_bits(0x1fe3908bf177bf25), f64::from_bits(0x1c4d8ffc4bffef00), f64::from_bits(0x1916603fbcbc4628)],
    [f64::from_bits(0x213339f49c840000), f64::from_bits(0x1ed7e2ef7e4a0ec6), f64::from_bits(0x1b9fe25fff781660), f64::from_bits(0x182fde5e2316b414)],
    [f64::from_bits(0x20349c845f8b0000), f64::from_bits(0x1de7bf250763ff12), f64::from_bits(0x1a9fff7816603fbc), f64::from_bits(0x174788c5ad05368f)],
    [f64::from_bits(0x1f117e2ef7e40000), f64::from_bits(0x1cc41d8ffc4bffec), f64::from_bits(0x199816603fbcbc46), f64::from_bits(0x1626b414da3eda6c)],
    [f64::from_bits(0x1e277bf250760000), f64::from_bits(0x1bbff897ffde0598), f64::from_bits(0x182fde5e2316b400), f64::from_bits(0x1524da3eda6cfd9c)],
    [f64::from_bits(0x1d39283b1ff80000), f64::from_bits(0x1ae2fffbc0b301fd), f64::from_bits(0x179cbc462d6829b4), f64::from_bits(0x143f6d367ecf27ca)],
    [f64::from_bits(0x1c3b1ff897ff0000), f64::from_bits(0x19ebc0b301fde5e2), f64::from_bits(0x1678b5a0a6d1f6d0), f64::from_bits(0x134b3f6793e584db)],
    [f64::from_bits(0x1b3897ffde050000), f64::from_bits(0x18e301fde5e2316b), f64::from_bits(0x15805368fb69b3f6), f64::from_bits(0x122e4f96136e9e8c)],
    [f64::from_bits(0x1a3fde05980f0000), f64::from_bits(0x17ede5e2316b414d), f64::from_bits(0x14947db4d9fb3c9f), f64::from_bits(0x1126136e9e8c7ecc)],
    [f64::from_bits(0x1916603fbcbc0000), f64::from_bits(0x16b18b5a0a6d1f68), f64::from_bits(0x1394d9fb3c9f2c26), f64::from_bits(0x104ba7a31fb34f2f)],
    [f64::from_bits(0x182fde5e23160000), f64::from_bits(0x15d6829b47db4d9e), f64::from_bits(0x129b3c9f2c26dd3d), f64::from_bits(0x0f18fd9a797fa8b0)],
    [f64::from_bits(0x172e2316b4140000), f64::from_bits(0x14db47db4d9fb3c8), f64::from_bits(0x119f2c26dd3d18fd), f64::from_bits(0x0e434f2ff516ba93)],
    [f64::from_bits(0x1626b414da3e0000), f64::from_bits(0x13db4d9fb3c9f2c2), f64::from_bits(0x107b74f463f669e4), f64::from_bits(0x0d3fea2d7527bac6)],
    [f64::from_bits(0x1524da3eda6c0000), f64::from_bits(0x12dfb3c9f2c26dd2), f64::from_bits(0x0f9d18fd9a797fa8), f64::from_bits(0x0c46ba93dd63f5f2)],
    [f64::from_bits(0x143f6d367ecf0000), f64::from_bits(0x11c3e584dba7a31c), f64::from_bits(0x0e9d9a797fa8b5d4), f64::from_bits(0x0b43dd63f5f2f8bd)],
    [f64::from_bits(0x13367ecf27cb0000), f64::from_bits(0x10a36e9e8c7ecd30), f64::from_bits(0x0d997fa8b5d49eeb), f64::from_bits(0x0a1faf97c5ecf418)],
    [f64::from_bits(0x122e4f96136e0000), f64::from_bits(0x0fd3d18fd9a797fa), f64::from_bits(0x0c816ba93dd63f5e), f64::from_bits(0x0942f8bd9e839cfb)],
    [f64::from_bits(0x1126136e9e8c0000), f64::from_bits(0x0ecfb34f2ff516b8), f64::from_bits(0x0b949eeb1faf97c5), f64::from_bits(0x084d9e839cfbc529)],
    [f64::from_bits(0x10374f463f660000), f64::from_bits(0x0de3cbfd45aea4f7), f64::from_bits(0x0a863f5f2f8bd9e8), f64::from_bits(0x071ce7de294a4ba8)],
    [f64::from_bits(0x0f18fd9a797c0000), f64::from_bits(0x0ced45aea4f758fd), f64::from_bits(0x098f2f8bd9e839ce), f64::from_bits(0x064bc529497535fd)],
    [f64::from_bits(0x0e1a797fa8b40000), f64::from_bits(0x0bdd49eeb1faf97c), f64::from_bits(0x0877b3d0739f78a4), f64::from_bits(0x053292ea6bfb5fb0)],
    [f64::from_bits(0x0d3fea2d75270000), f64::from_bits(0x0ae758fd7cbe2f67), f64::from_bits(0x07941ce7de294a4b), f64::from_bits(0x044535fdafd88fc6)],
    [f64::from_bits(0x0c2aea4f758e0000), f64::from_bits(0x09ed7cbe2f67a0e7), f64::from_bits(0x067f78a5292ea6bc), f64::from_bits(0x034dafd88fc6ae84)],
];

/// 1/π in three parts, for numbers of 24 bits from 2^(8i + 1) in row i: without the bits that make multiples of 2
/// of them. The last number of a row is not used.
#[rustfmt::skip]
pub(super) const ONE_OVER_PI_ROWS: [[f64; 4]; 16] = [
    [f64::from_bits(0x3fd4000000000000), f64::from_bits(0x3f77cc1b72000000), f64::from_bits(0x3d9c882a53f84eac), 0.0],
    [f64::from_bits(0x3fd45f0000000000), f64::from_bits(0x3ee836e4e4000000), f64::from_bits(0x3d0054a7f09d5f40), 0.0],
    [f64::from_bits(0x3fd45f3000000000), f64::from_bits(0x3e7b727220000000), f64::from_bits(0x3ca529fc2757d1f4), 0.0],
    [f64::from_bits(0x3fd45f306d000000), f64::from_bits(0x3e09391054000000), f64::from_bits(0x3c34fe13abe8fa9a), 0.0],
    [f64::from_bits(0x3f5f306dc9000000), f64::from_bits(0x3d891054a7000000), f64::from_bits(0x3bbe13abe8fa9a6e), 0.0],
    [f64::from_bits(0x3ed06dc9c8000000), f64::from_bits(0x3d0054a7f0000000), f64::from_bits(0x3b33abe8fa9a6ee0), 0.0],
    [f64::from_bits(0x3e4b939104000000), f64::from_bits(0x3c84a7f09d000000), f64::from_bits(0x3aa7d1f534ddc0da), 0.0],
    [f64::from_bits(0x3dc391054a000000), f64::from_bits(0x3befc2757c000000), f64::from_bits(0x3a21f534ddc0db62), 0.0],
    [f64::from_bits(0x3d41054a7e000000), f64::from_bits(0x3b809d5f47000000), f64::from_bits(0x39ba9a6ee06db14a), 0.0],
    [f64::from_bits(0x3ca529fc20000000), f64::from_bits(0x3b0d5f47d4000000), f64::from_bits(0x393a6ee06db14acc), 0.0],
    [f64::from_bits(0x3c34fe13a8000000), f64::from_bits(0x3a8f47d4d3000000), f64::from_bits(0x38adc0db6295993c), 0.0],
    [f64::from_bits(0x3bdf84eafa000000), f64::from_bits(0x39ef534ddc000000), f64::from_bits(0x37db6c52b3278840), 0.0],
    [f64::from_bits(0x3b33abe8f8000000), f64::from_bits(0x3984d37703000000), f64::from_bits(0x37ab6295993c4390), 0.0],
    [f64::from_bits(0x3ac5f47d4c000000), f64::from_bits(0x390377036d000000), f64::from_bits(0x37314acc9e21c820), 0.0],
    [f64::from_bits(0x3a5a3ea69b000000), f64::from_bits(0x3887036d8a000000), f64::from_bits(0x36a5993c439041fe), 0.0],
    [f64::from_bits(0x39dea69bb8000000), f64::from_bits(0x37db6c52b0000000), f64::from_bits(0x36293c439041fe50), 0.0],
];
