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

/// tan r is r times the quotient of 1 - r⁴·(this) and 1 - r²/4 + r²·([`TANGENT_UNDER`]) for |r| <= π/4, both in
/// powers of r², to 2^-59.
pub(super) const TANGENT_OVER: [f64; 3] =
    [9.979813026968461e-07, -0.0003563795826646472, 0.013685813844335194];

/// See [`TANGENT_OVER`].
pub(super) const TANGENT_UNDER: [f64; 4] =
    [-2.7302190539893546e-05, 0.0028019154143655717, -0.03590803606655708, -0.08333333333333333];

/// tan r is r times the quotient of 1 and this and 1 and [`TANGENT_BELOW`] for |r| <= π/4, in powers of r² from
/// the first, to 2^-43.1.
pub(super) const TANGENT_ABOVE: [f64; 2] = [0.002030583305922733, -0.12132084776003792];

/// See [`TANGENT_ABOVE`].
pub(super) const TANGENT_BELOW: [f64; 3] =
    [-9.724451090320405e-05, 0.02024864368061845, -0.45465418109349776];

/// 2^128·2/π in four parts, for numbers from 2^(16i + 1) in row i: a power of two that makes multiples of 4 of them
/// instead of all bits that do.
#[rustfmt::skip]
pub(super) const TWO_OVER_PI_ROWS: [[f64; 4]; 64] = [
    [f64::from_bits(0x4b40000000000000), f64::from_bits(0x47e45f306dc9c883), f64::from_bits(0xc486b01ec5417056), f64::from_bits(0xc126447e493ad4ce)],
    [f64::from_bits(0x4a4000000000517d), f64::from_bits(0xc6df246c6efab581), f64::from_bits(0x4343abe8fa9a6ee0), f64::from_bits(0x3feb6c52b3278872)],
    [f64::from_bits(0x49400000517cc1b7), f64::from_bits(0x45d391054a7f09d6), f64::from_bits(0xc2470565911f924f), f64::from_bits(0x3ee2b32788720840)],
    [f64::from_bits(0x4840517cc1b72722), f64::from_bits(0x44b529fc2757d1f5), f64::from_bits(0x414a6ee06db14acd), f64::from_bits(0xbde8778df7c035d4)],
    [f64::from_bits(0x474cc1b727220a95), f64::from_bits(0xc38ec54170565912), f64::from_bits(0x3feb6c52b3278872), f64::from_bits(0x3c507f9458eaf7af)],
    [f64::from_bits(0x464727220a94fe14), f64::from_bits(0xc2e505c1596447e5), f64::from_bits(0x3f8b14acc9e21c82), f64::from_bits(0x3bffe5163abdebbc)],
    [f64::from_bits(0x45420a94fe13abe9), f64::from_bits(0xc1a596447e493ad5), f64::from_bits(0x3e393c439041fe51), f64::from_bits(0x3ad8eaf7aef1586e)],
    [f64::from_bits(0x4444fe13abe8fa9a), f64::from_bits(0x40ebb81b6c52b328), f64::from_bits(0xbd8de37df00d74e3), f64::from_bits(0x3a27bd778ac36e49)],
    [f64::from_bits(0x4343abe8fa9a6ee0), f64::from_bits(0x3feb6c52b3278872), f64::from_bits(0x3c507f9458eaf7af), f64::from_bits(0xb8cd4f246dc8e2df)],
    [f64::from_bits(0x4248fa9a6ee06db1), f64::from_bits(0x3ee2b32788720840), f64::from_bits(0xbb7ae9c5421443aa), f64::from_bits(0x37fb7246e3a424dd)],
    [f64::from_bits(0x414a6ee06db14acd), f64::from_bits(0xbde8778df7c035d4), f64::from_bits(0x3a8d5ef5de2b0db9), f64::from_bits(0x3711b8e909374b80)],
    [f64::from_bits(0x40406db14acc9e22), f64::from_bits(0xbcdbef806ba71508), f64::from_bits(0xb97443a9e48db91c), f64::from_bits(0xb616f6c8b47fe6db)],
    [f64::from_bits(0x3f414acc9e21c821), f64::from_bits(0xbb7ae9c5421443aa), f64::from_bits(0x37fb7246e3a424dd), f64::from_bits(0x348700324977504f)],
    [f64::from_bits(0x3e4c9e21c820ff29), f64::from_bits(0xbae38a84288753c9), f64::from_bits(0xb76b7238b7b645a4), f64::from_bits(0x339924bba8274648)],
    [f64::from_bits(0x3d41c820ff28b1d6), f64::from_bits(0xb9c0a21d4f246dc9), f64::from_bits(0x364d2126e9700325), f64::from_bits(0xb2ea22bec5cdbc60)],
    [f64::from_bits(0x3c40ff28b1d5ef5e), f64::from_bits(0xb8cd4f246dc8e2df), f64::from_bits(0x355374b801924bbb), f64::from_bits(0xb1ff62e6de301e21)],
    [f64::from_bits(0x3b48b1d5ef5de2b1), f64::from_bits(0xb7d236e4716f6c8b), f64::from_bits(0xb471ff9b6d115f63), f64::from_bits(0x30f921cfe1deb1cb)],
    [f64::from_bits(0x3a45ef5de2b0db92), f64::from_bits(0x36db8e909374b802), f64::from_bits(0xb37b6d115f62e6de), f64::from_bits(0xb0080f10a71a76b3)],
    [f64::from_bits(0x394de2b0db92371d), f64::from_bits(0x35d09374b801924c), f64::from_bits(0xb2715f62e6de301e), f64::from_bits(0xaf00a71a76b2c609)],
    [f64::from_bits(0x3840db92371d2127), f64::from_bits(0xb4c68ffcdb688afb), f64::from_bits(0xb14736f180f10a72), f64::from_bits(0x2de62534e7dd1047)],
    [f64::from_bits(0x3742371d2126e970), f64::from_bits(0x339924bba8274648), f64::from_bits(0x303cfe1deb1cb12a), f64::from_bits(0xacd63045df7282b4)],
    [f64::from_bits(0x364d2126e9700325), f64::from_bits(0xb2ea22bec5cdbc60), f64::from_bits(0xaf7e214e34ed658c), f64::from_bits(0xabf177dca0ad144c)],
    [f64::from_bits(0x3546e97003249775), f64::from_bits(0x31a3a32439fc3bd6), f64::from_bits(0x2e3cb129a73ee882), f64::from_bits(0x2acafa975da24275)],
    [f64::from_bits(0x34400324977504e9), f64::from_bits(0xb0db78c0788538d4), f64::from_bits(0x2d729a73ee88235f), f64::from_bits(0x2a14baed1213a672)],
    [f64::from_bits(0x3344977504e8c90e), f64::from_bits(0x2fefc3bd63962535), f64::from_bits(0xac6822efb9415a29), f64::from_bits(0x290a24274ce38136)],
    [f64::from_bits(0x324504e8c90e7f0f), f64::from_bits(0xaeb4e34ed658c117), f64::from_bits(0xab5f7282b4512edf), f64::from_bits(0x27ed338e04d68bf0)],
    [f64::from_bits(0x3148c90e7f0ef58e), f64::from_bits(0x2de62534e7dd1047), f64::from_bits(0xaa80568a25dbd8b3), f64::from_bits(0xa70c7eca5d040df6)],
    [f64::from_bits(0x304e7f0ef58e5895), f64::from_bits(0xacd63045df7282b4), f64::from_bits(0xa9744bb7b16638fe), f64::from_bits(0x261ad17df904e647)],
    [f64::from_bits(0x2f4ef58e5894d39f), f64::from_bits(0x2bed1046bea5d769), f64::from_bits(0xa88bd8b31c7eca5d), f64::from_bits(0xa4e037d8cdc538d0)],
    [f64::from_bits(0x2e4e5894d39f7441), f64::from_bits(0x2acafa975da24275), f64::from_bits(0xa758e3f652e82070), f64::from_bits(0x23f3991d63983534)],
    [f64::from_bits(0x2d44d39f74411afb), f64::from_bits(0xa9ea28976f62cc72), f64::from_bits(0x26435a2fbf209cc9), f64::from_bits(0xa2c4e33e566305b2)],
    [f64::from_bits(0x2c4f74411afa975e), f64::from_bits(0xa8e76f62cc71fb29), f64::from_bits(0xa58d040df633714e), f64::from_bits(0xa219f2b3182d8def)],
    [f64::from_bits(0x2b411afa975da242), f64::from_bits(0x27ed338e04d68bf0), f64::from_bits(0xa47bec66e29c67cb), f64::from_bits(0x2109cfa4e422fc5e)],
    [f64::from_bits(0x2a4a975da24274ce), f64::from_bits(0x26dc09ad17df904e), f64::from_bits(0x23791d639835339f), f64::from_bits(0x201272117e2ef7e5)],
    [f64::from_bits(0x294da24274ce3813), f64::from_bits(0x25e68befc827323b), f64::from_bits(0xa27c67cacc60b638), f64::from_bits(0x1f117e2ef7e4a0ec)],
    [f64::from_bits(0x284274ce38135a30), f64::from_bits(0xa4e037d8cdc538d0), f64::from_bits(0x218a99cfa4e422fc), f64::from_bits(0x1e277bf250763ff1)],
    [f64::from_bits(0x274e38135a2fbf21), f64::from_bits(0xa3e8cdc538cf9599), f64::from_bits(0x207f49c845f8bbe0), f64::from_bits(0x9d1b5f13801da001)],
    [f64::from_bits(0x26435a2fbf209cc9), f64::from_bits(0xa2c4e33e566305b2), f64::from_bits(0x1f608bf177bf2507), f64::from_bits(0x1c08ffc4bffef02d)],
    [f64::from_bits(0x254fbf209cc8eb1d), f64::from_bits(0xa1df2b3182d8dee8), f64::from_bits(0x9e5d1081b5f13802), f64::from_bits(0x1ae2fffbc0b301fe)],
    [f64::from_bits(0x24409cc8eb1cc1aa), f64::from_bits(0xa0e8c16c6f740e88), f64::from_bits(0x9d8036be27003b40), f64::from_bits(0x99c0fd33f8086877)],
    [f64::from_bits(0x2348eb1cc1a99cfa), f64::from_bits(0x1fe3908bf177bf25), f64::from_bits(0x1c4d8ffc4bffef03), f64::from_bits(0x98d9fc04343b9d29)],
    [f64::from_bits(0x224cc1a99cfa4e42), f64::from_bits(0x1ed7e2ef7e4a0ec8), f64::from_bits(0x9b1da00087e99fc0), f64::from_bits(0x97b0d0ee74a5f593)],
    [f64::from_bits(0x21499cfa4e422fc6), f64::from_bits(0x9dd081b5f13801da), f64::from_bits(0x99c0fd33f8086877), f64::from_bits(0x965d297d64b824b2)],
    [f64::from_bits(0x204a4e422fc5defd), f64::from_bits(0x9ceaf89c00ed0004), f64::from_bits(0x997fa67f010d0ee7), f64::from_bits(0x961297d64b824b26)],
    [f64::from_bits(0x1f422fc5defc941e), f64::from_bits(0x9bec00ed00043f4d), f64::from_bits(0x182fde5e2316b415), f64::from_bits(0x94b2e092c98130d8)],
    [f64::from_bits(0x1e45defc941d8ffc), f64::from_bits(0x1ae2fffbc0b301fe), f64::from_bits(0x976a1dce94beb25c), f64::from_bits(0x93e25930261b069f)],
    [f64::from_bits(0x1d4c941d8ffc4c00), f64::from_bits(0x99c0fd33f8086877), f64::from_bits(0x965d297d64b824b2), f64::from_bits(0x92f8130d834f648b)],
    [f64::from_bits(0x1c4d8ffc4bffef03), f64::from_bits(0x98d9fc04343b9d29), f64::from_bits(0x957f592e092c9813), f64::from_bits(0x91eb069ec9161738)],
    [f64::from_bits(0x1b4c4bffef02cc08), f64::from_bits(0x97b0d0ee74a5f593), f64::from_bits(0x143f6d367ecf27cb), f64::from_bits(0x10a36e9e8c7ecd3d)],
    [f64::from_bits(0x1a4fef02cc07f798), f64::from_bits(0x96edce94beb25c12), f64::from_bits(0x93864c0986c1a7b2), f64::from_bits(0x902161738132c340)],
    [f64::from_bits(0x1942cc07f79788c6), f64::from_bits(0x95e4beb25c125930), f64::from_bits(0x92730d834f648b0c), f64::from_bits(0x0f18fd9a797fa8b6)],
    [f64::from_bits(0x1847f79788c5ad05), f64::from_bits(0x14db47db4d9fb3ca), f64::from_bits(0x914a7b24585ce04d), f64::from_bits(0x0de3cbfd45aea4f7)],
    [f64::from_bits(0x174788c5ad053690), f64::from_bits(0x93e25930261b069f), f64::from_bits(0x107b74f463f669e6), f64::from_bits(0x8cb5d28ad8453814)],
    [f64::from_bits(0x1645ad05368fb69b), f64::from_bits(0x12dfb3c9f2c26dd4), f64::from_bits(0x8f6738132c3402ba), f64::from_bits(0x8c0456c229c0a0d0)],
    [f64::from_bits(0x1545368fb69b3f68), f64::from_bits(0x91eb069ec9161738), f64::from_bits(0x8e632c3402ba515b), f64::from_bits(0x8ad14e050683a131)],
    [f64::from_bits(0x144fb69b3f6793e6), f64::from_bits(0x90eec9161738132c), f64::from_bits(0x8d7a015d28ad8454), f64::from_bits(0x0a1faf97c5ecf41d)],
    [f64::from_bits(0x134b3f6793e584dc), f64::from_bits(0x8fe61738132c3403), f64::from_bits(0x0c816ba93dd63f5f), f64::from_bits(0x0917c5ecf41ce7de)],
    [f64::from_bits(0x124793e584dba7a3), f64::from_bits(0x0ecfb34f2ff516bb), f64::from_bits(0x8b6b08a7028341d1), f64::from_bits(0x0809e839cfbc5295)],
    [f64::from_bits(0x114584dba7a31fb3), f64::from_bits(0x0de3cbfd45aea4f7), f64::from_bits(0x0a863f5f2f8bd9e8), f64::from_bits(0x071ce7de294a4baa)],
    [f64::from_bits(0x104ba7a31fb34f30), f64::from_bits(0x8cb5d28ad8453814), f64::from_bits(0x893a0e84c2f8c608), f64::from_bits(0x85dd6b5b45650128)],
    [f64::from_bits(0x0f431fb34f2ff517), f64::from_bits(0x8be15b08a7028342), f64::from_bits(0x0877b3d0739f78a5), f64::from_bits(0x050497535fdafd89)],
    [f64::from_bits(0x0e434f2ff516ba94), f64::from_bits(0x8ad14e050683a131), f64::from_bits(0x0770739f78a5292f), f64::from_bits(0x84165012813b81cb)],
    [f64::from_bits(0x0d4ff516ba93dd64), f64::from_bits(0x89b41a0e84c2f8c6), f64::from_bits(0x8620eb5ada2b2809), f64::from_bits(0x82c0277039517bd5)],
    [f64::from_bits(0x0c46ba93dd63f5f3), f64::from_bits(0x88ad0985f18c10eb), f64::from_bits(0x8546b68aca025027), f64::from_bits(0x81ec0e545ef53f9a)],
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
