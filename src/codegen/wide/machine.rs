//! The instructions of x86-64 that loops are made of, as data: what the encoder, the allocator of registers
//! and the listing need to know of each.
//!
//! The table serves both encodings, VEX (AVX2) and EVEX (AVX-512): prefix, map and opcode are the same in
//! both, and where VEX gives the bit `W` a meaning so does EVEX, the same. Numbers are those of Intel's
//! Software Developer's Manual, volume 2.

/// What vectors a processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// Sixteen registers of 256 bits.
    Avx2,
    /// Thirty-two registers of 512 bits, and masks: AVX-512 F, BW, DQ and VL.
    Avx512,
}

impl Level {
    /// Returns the best level of this processor, if it has one.
    pub(crate) fn best() -> Option<Level> {
        let avx512 = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        match (avx512, is_x86_feature_detected!("avx2")) {
            (true, _) => Some(Level::Avx512),
            (false, true) => Some(Level::Avx2),
            (false, false) => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Avx2 => "AVX2",
            Level::Avx512 => "AVX-512",
        }
    }

    /// Returns the bytes of a register.
    pub(super) fn bytes(self) -> usize {
        match self {
            Level::Avx2 => 32,
            Level::Avx512 => 64,
        }
    }

    /// Returns how many registers there are.
    pub(super) fn registers(self) -> u8 {
        match self {
            Level::Avx2 => 16,
            Level::Avx512 => 32,
        }
    }
}

/// How the operands of an instruction are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `op reg, rm`.
    Rm,
    /// `op reg, vvvv, rm`.
    Rvm,
    /// `op rm, reg`: stores, and what narrows.
    Mr,
    /// `op vvvv, rm, imm`, with three more bits of the opcode in `reg`.
    Shift(u8),
    /// Not one instruction but a few, which `functions` emits.
    Several(Several),
}

/// What takes several instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Several {
    /// AVX-512: pairs of numbers from the addresses in the even or the odd lanes of `y`, side by side.
    Pairs { odd: bool },
    /// AVX-512: where `TEST_MASK` is set, `tied` is replaced by what the function with the number in `immediate`
    /// makes of `x` and `y`.
    Rare,
}

/// An instruction without operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Op {
    pub(super) name: &'static str,
    /// The implied prefix: none, 66, F3, F2.
    pub(super) prefix: u8,
    /// The opcode map: 0F, 0F38, 0F3A.
    pub(super) map: u8,
    pub(super) opcode: u8,
    pub(super) wide: bool,
    pub(super) form: Form,
    /// How many times narrower than the vector the operand in memory is; 0 for operands that lie in memory
    /// with a size of their own.
    pub(super) narrower: u8,
    /// Whether the operands of an `Rvm` may be swapped.
    pub(super) commutes: bool,
}

impl Op {
    const fn new(name: &'static str, prefix: u8, map: u8, opcode: u8, w: u8, form: Form) -> Op {
        Op { name, prefix, map, opcode, wide: w == 1, form, narrower: 1, commutes: false }
    }

    /// The same with an operand in memory so many times narrower than the result.
    const fn narrowed_from(self, narrower: u8) -> Op {
        Op { narrower, ..self }
    }

    const fn commuting(self) -> Op {
        Op { commutes: true, ..self }
    }
}

/// The length that an instruction is encoded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Length {
    X = 0,
    Y = 1,
    Z = 2,
}

impl Length {
    /// Returns the length of the register that holds so many bytes.
    pub(super) fn of(bytes: usize) -> Length {
        match bytes {
            0..=16 => Length::X,
            17..=32 => Length::Y,
            _ => Length::Z, // tidy: 64
        }
    }

    pub(super) fn bytes(self) -> usize {
        16 << (self as usize)
    }
}

/// Something in memory that a loop reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// A vector of the pool that lies beside the code.
    Constant(u32),
    /// A uniform input, repeated in a vector of scratch memory.
    Uniform(u32),
    /// Masks of the elements that a tail has, in scratch memory, from this byte on.
    TailMask(u32),
    /// A value that did not fit into the registers.
    Spill(u32),
    /// The elements of the array with this number in the table of pointers, of this size, from the one of
    /// the iteration plus so many.
    Array { pointer: u32, size: u8, ahead: u32 },
    /// The element for the block of a reduction, of this size.
    Block { pointer: u32, size: u8 },
    /// What functions in line need, in scratch memory, from this byte on.
    Work(u32),
    /// The row of a table whose address is in the spare register.
    Row,
}

/// Where an operand is: `V` is the number of a value while code is selected, and of a register afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    V(u32),
    Mask(u8),
    Place(Place),
    None,
}

/// An instruction. `Mr` writes `rm` and reads `reg`; the others write `reg`, or a `Shift` `vvvv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inst {
    pub(super) op: Op,
    pub(super) length: Length,
    /// What is written: a value, a mask or a place.
    pub(super) to: Operand,
    /// The operand in `vvvv` of an `Rvm`.
    pub(super) x: Operand,
    /// The operand in `rm`, in `reg` for `Mr`.
    pub(super) y: Operand,
    /// A fourth operand, of blends in VEX.
    pub(super) z: Operand,
    /// The value that the result starts from, where the instruction changes its first operand.
    pub(super) tied: Operand,
    pub(super) immediate: Option<u8>,
    /// The mask register that chooses lanes, and whether the others become zero.
    pub(super) masked: Option<(u8, bool)>,
}

impl Inst {
    pub(super) fn new(op: Op, length: Length, to: Operand, x: Operand, y: Operand) -> Inst {
        let (z, tied) = (Operand::None, Operand::None);
        Inst { op, length, to, x, y, z, tied, immediate: None, masked: None }
    }
}

impl Inst {
    /// Returns the values that it reads.
    pub(super) fn operands(&self) -> impl Iterator<Item = u32> + use<> {
        [self.x, self.y, self.z, self.tied].into_iter().filter_map(|operand| match operand {
            Operand::V(value) => Some(value),
            Operand::Mask(_) | Operand::Place(_) | Operand::None => None,
        })
    }

    /// Returns whether it reads the mask that a comparison before it has made.
    pub(super) fn reads_test(&self) -> bool {
        let is_masked = matches!(self.masked, Some((TEST_MASK, _)));
        is_masked || self.y == Operand::Mask(TEST_MASK) || self.op == RARE
    }
}

/// Mask registers: of the lanes of a tail, and the one of a comparison for the instruction that follows.
pub(super) const TAIL_MASK: u8 = 1;
pub(super) const TEST_MASK: u8 = 2;

const NP: u8 = 0;
const P66: u8 = 1;
const PF3: u8 = 2;
const PF2: u8 = 3;
const M0F: u8 = 1;
const M38: u8 = 2;
const M3A: u8 = 3;

/// Declares a table: a function from the bytes of a lane to the instruction for such lanes.
macro_rules! by_size {
    ($($(#[$doc:meta])* $name:ident: $($size:literal => $op:expr),*;)*) => {$(
        $(#[$doc])*
        pub(super) fn $name(size: usize) -> Option<Op> {
            match size {
                $($size => Some($op),)*
                _ => None, // tidy: sizes of lanes
            }
        }
    )*};
}

const fn rvm(name: &'static str, prefix: u8, map: u8, opcode: u8, w: u8) -> Op {
    Op::new(name, prefix, map, opcode, w, Form::Rvm)
}

const fn rm(name: &'static str, prefix: u8, map: u8, opcode: u8, w: u8) -> Op {
    Op::new(name, prefix, map, opcode, w, Form::Rm)
}

const fn mr(name: &'static str, prefix: u8, map: u8, opcode: u8, w: u8) -> Op {
    Op::new(name, prefix, map, opcode, w, Form::Mr)
}

const fn shift(name: &'static str, opcode: u8, w: u8, more: u8) -> Op {
    Op::new(name, P66, M0F, opcode, w, Form::Shift(more))
}

by_size! {
    float_add: 4 => rvm("vaddps", NP, M0F, 0x58, 0).commuting(), 8 => rvm("vaddpd", P66, M0F, 0x58, 1).commuting();
    float_mul: 4 => rvm("vmulps", NP, M0F, 0x59, 0).commuting(), 8 => rvm("vmulpd", P66, M0F, 0x59, 1).commuting();
    float_sub: 4 => rvm("vsubps", NP, M0F, 0x5c, 0), 8 => rvm("vsubpd", P66, M0F, 0x5c, 1);
    /// The second operand if one is NaN or both are zeros, as `float_max`.
    float_min: 4 => rvm("vminps", NP, M0F, 0x5d, 0), 8 => rvm("vminpd", P66, M0F, 0x5d, 1);
    float_div: 4 => rvm("vdivps", NP, M0F, 0x5e, 0), 8 => rvm("vdivpd", P66, M0F, 0x5e, 1);
    float_max: 4 => rvm("vmaxps", NP, M0F, 0x5f, 0), 8 => rvm("vmaxpd", P66, M0F, 0x5f, 1);
    float_sqrt: 4 => rm("vsqrtps", NP, M0F, 0x51, 0), 8 => rm("vsqrtpd", P66, M0F, 0x51, 1);
    /// With an immediate: a predicate. Gives a mask register in EVEX.
    float_compare: 4 => rvm("vcmpps", NP, M0F, 0xc2, 0), 8 => rvm("vcmppd", P66, M0F, 0xc2, 1);
    /// With an immediate: the way to round. EVEX calls them `vrndscaleps` and `vrndscalepd`.
    float_round: 4 => rm("vroundps", P66, M3A, 0x08, 0), 8 => rm("vroundpd", P66, M3A, 0x09, 1);

    int_add:
        1 => rvm("vpaddb", P66, M0F, 0xfc, 0).commuting(), 2 => rvm("vpaddw", P66, M0F, 0xfd, 0).commuting(),
        4 => rvm("vpaddd", P66, M0F, 0xfe, 0).commuting(), 8 => rvm("vpaddq", P66, M0F, 0xd4, 1).commuting();
    int_sub:
        1 => rvm("vpsubb", P66, M0F, 0xf8, 0), 2 => rvm("vpsubw", P66, M0F, 0xf9, 0),
        4 => rvm("vpsubd", P66, M0F, 0xfa, 0), 8 => rvm("vpsubq", P66, M0F, 0xfb, 1);
    /// 8 is AVX-512 only.
    int_mul:
        2 => rvm("vpmullw", P66, M0F, 0xd5, 0).commuting(), 4 => rvm("vpmulld", P66, M38, 0x40, 0).commuting(),
        8 => rvm("vpmullq", P66, M38, 0x40, 1).commuting();
    /// 8 is AVX-512 only.
    int_abs:
        1 => rm("vpabsb", P66, M38, 0x1c, 0), 2 => rm("vpabsw", P66, M38, 0x1d, 0),
        4 => rm("vpabsd", P66, M38, 0x1e, 0), 8 => rm("vpabsq", P66, M38, 0x1f, 1);
    /// 8 is AVX-512 only, as in the three that follow.
    signed_max:
        1 => rvm("vpmaxsb", P66, M38, 0x3c, 0).commuting(), 2 => rvm("vpmaxsw", P66, M0F, 0xee, 0).commuting(),
        4 => rvm("vpmaxsd", P66, M38, 0x3d, 0).commuting(), 8 => rvm("vpmaxsq", P66, M38, 0x3d, 1).commuting();
    signed_min:
        1 => rvm("vpminsb", P66, M38, 0x38, 0).commuting(), 2 => rvm("vpminsw", P66, M0F, 0xea, 0).commuting(),
        4 => rvm("vpminsd", P66, M38, 0x39, 0).commuting(), 8 => rvm("vpminsq", P66, M38, 0x39, 1).commuting();
    unsigned_max:
        1 => rvm("vpmaxub", P66, M0F, 0xde, 0).commuting(), 2 => rvm("vpmaxuw", P66, M38, 0x3e, 0).commuting(),
        4 => rvm("vpmaxud", P66, M38, 0x3f, 0).commuting(), 8 => rvm("vpmaxuq", P66, M38, 0x3f, 1).commuting();
    unsigned_min:
        1 => rvm("vpminub", P66, M0F, 0xda, 0).commuting(), 2 => rvm("vpminuw", P66, M38, 0x3a, 0).commuting(),
        4 => rvm("vpminud", P66, M38, 0x3b, 0).commuting(), 8 => rvm("vpminuq", P66, M38, 0x3b, 1).commuting();
    /// VEX: masks of lanes.
    int_equal:
        1 => rvm("vpcmpeqb", P66, M0F, 0x74, 0).commuting(), 2 => rvm("vpcmpeqw", P66, M0F, 0x75, 0).commuting(),
        4 => rvm("vpcmpeqd", P66, M0F, 0x76, 0).commuting(), 8 => rvm("vpcmpeqq", P66, M38, 0x29, 1).commuting();
    /// VEX: masks of lanes, for signed integers.
    int_greater:
        1 => rvm("vpcmpgtb", P66, M0F, 0x64, 0), 2 => rvm("vpcmpgtw", P66, M0F, 0x65, 0),
        4 => rvm("vpcmpgtd", P66, M0F, 0x66, 0), 8 => rvm("vpcmpgtq", P66, M38, 0x37, 1);
    /// AVX-512, with an immediate: a predicate. Gives a mask register, as `unsigned_compare`.
    signed_compare:
        1 => rvm("vpcmpb", P66, M3A, 0x3f, 0), 2 => rvm("vpcmpw", P66, M3A, 0x3f, 1),
        4 => rvm("vpcmpd", P66, M3A, 0x1f, 0), 8 => rvm("vpcmpq", P66, M3A, 0x1f, 1);
    unsigned_compare:
        1 => rvm("vpcmpub", P66, M3A, 0x3e, 0), 2 => rvm("vpcmpuw", P66, M3A, 0x3e, 1),
        4 => rvm("vpcmpud", P66, M3A, 0x1e, 0), 8 => rvm("vpcmpuq", P66, M3A, 0x1e, 1);
    /// AVX-512: all ones in the lanes of a mask register, zeros in the others.
    mask_to_lanes:
        1 => rm("vpmovm2b", PF3, M38, 0x28, 0), 2 => rm("vpmovm2w", PF3, M38, 0x28, 1),
        4 => rm("vpmovm2d", PF3, M38, 0x38, 0), 8 => rm("vpmovm2q", PF3, M38, 0x38, 1);
    /// AVX-512: `y` in the lanes of the mask, `x` in the others.
    mask_blend:
        1 => rvm("vpblendmb", P66, M38, 0x66, 0), 2 => rvm("vpblendmw", P66, M38, 0x66, 1),
        4 => rvm("vpblendmd", P66, M38, 0x64, 0), 8 => rvm("vpblendmq", P66, M38, 0x64, 1);
    /// By the counts of the lanes, as the two that follow; 2 is AVX-512 only.
    shift_left:
        2 => rvm("vpsllvw", P66, M38, 0x12, 1), 4 => rvm("vpsllvd", P66, M38, 0x47, 0),
        8 => rvm("vpsllvq", P66, M38, 0x47, 1);
    shift_right:
        2 => rvm("vpsrlvw", P66, M38, 0x10, 1), 4 => rvm("vpsrlvd", P66, M38, 0x45, 0),
        8 => rvm("vpsrlvq", P66, M38, 0x45, 1);
    /// 8 is AVX-512 only too.
    shift_arithmetic:
        2 => rvm("vpsravw", P66, M38, 0x11, 1), 4 => rvm("vpsravd", P66, M38, 0x46, 0),
        8 => rvm("vpsravq", P66, M38, 0x46, 1);
    /// Doubles the width of lanes of this size with their sign, as `widen_unsigned` with zeros.
    widen_signed:
        1 => rm("vpmovsxbw", P66, M38, 0x20, 0).narrowed_from(2),
        2 => rm("vpmovsxwd", P66, M38, 0x23, 0).narrowed_from(2),
        4 => rm("vpmovsxdq", P66, M38, 0x25, 0).narrowed_from(2);
    widen_unsigned:
        1 => rm("vpmovzxbw", P66, M38, 0x30, 0).narrowed_from(2),
        2 => rm("vpmovzxwd", P66, M38, 0x33, 0).narrowed_from(2),
        4 => rm("vpmovzxdq", P66, M38, 0x35, 0).narrowed_from(2);
    /// Four times as wide.
    widen_signed_4:
        1 => rm("vpmovsxbd", P66, M38, 0x21, 0).narrowed_from(4),
        2 => rm("vpmovsxwq", P66, M38, 0x24, 0).narrowed_from(4);
    widen_unsigned_4:
        1 => rm("vpmovzxbd", P66, M38, 0x31, 0).narrowed_from(4),
        2 => rm("vpmovzxwq", P66, M38, 0x34, 0).narrowed_from(4);
    /// Eight times as wide.
    widen_signed_8: 1 => rm("vpmovsxbq", P66, M38, 0x22, 0).narrowed_from(8);
    widen_unsigned_8: 1 => rm("vpmovzxbq", P66, M38, 0x32, 0).narrowed_from(8);
    /// AVX-512: keeps the low half of lanes of this size, as the next the low quarter and the last the low
    /// eighth.
    narrow:
        2 => mr("vpmovwb", PF3, M38, 0x30, 0), 4 => mr("vpmovdw", PF3, M38, 0x33, 0),
        8 => mr("vpmovqd", PF3, M38, 0x35, 0);
    narrow_4: 4 => mr("vpmovdb", PF3, M38, 0x31, 0), 8 => mr("vpmovqw", PF3, M38, 0x34, 0);
    narrow_8: 8 => mr("vpmovqb", PF3, M38, 0x32, 0);
    /// AVX-512: loads and stores with a mask.
    move_masked_load:
        1 => rm("vmovdqu8", PF2, M0F, 0x6f, 0), 2 => rm("vmovdqu16", PF2, M0F, 0x6f, 1),
        4 => rm("vmovdqu32", PF3, M0F, 0x6f, 0), 8 => rm("vmovdqu64", PF3, M0F, 0x6f, 1);
    move_masked_store:
        1 => mr("vmovdqu8", PF2, M0F, 0x7f, 0), 2 => mr("vmovdqu16", PF2, M0F, 0x7f, 1),
        4 => mr("vmovdqu32", PF3, M0F, 0x7f, 0), 8 => mr("vmovdqu64", PF3, M0F, 0x7f, 1);
}

/// Loads of so many bytes.
pub(super) fn load(bytes: usize) -> Op {
    match bytes {
        4 => rm("vmovd", P66, M0F, 0x6e, 0).narrowed_from(0),
        8 => rm("vmovq", PF3, M0F, 0x7e, 1).narrowed_from(0),
        _ => rm("vmovdqu", PF3, M0F, 0x6f, 1), // tidy: the length of the instruction
    }
}

/// Stores of so many bytes.
pub(super) fn store(bytes: usize) -> Op {
    match bytes {
        1 => mr("vpextrb", P66, M3A, 0x14, 0).narrowed_from(0),
        2 => mr("vpextrw", P66, M3A, 0x15, 0).narrowed_from(0),
        4 => mr("vmovd", P66, M0F, 0x7e, 0).narrowed_from(0),
        8 => mr("vmovq", P66, M0F, 0xd6, 1).narrowed_from(0),
        _ => mr("vmovdqu", PF3, M0F, 0x7f, 1), // tidy: the length of the instruction
    }
}

/// From one register to another.
pub(super) const MOVE: Op = rm("vmovdqa", P66, M0F, 0x6f, 1);

const fn several(name: &'static str, what: Several) -> Op {
    Op::new(name, NP, M0F, 0, 0, Form::Several(what))
}

pub(super) const EVEN_PAIRS: Op = several("even pairs", Several::Pairs { odd: false });
pub(super) const ODD_PAIRS: Op = several("odd pairs", Several::Pairs { odd: true });
pub(super) const RARE: Op = several("rare", Several::Rare);
/// The first of each pair of two operands, and the second.
pub(super) const UNPACK_LOW: Op = rvm("vunpcklpd", P66, M0F, 0x14, 1);
pub(super) const UNPACK_HIGH: Op = rvm("vunpckhpd", P66, M0F, 0x15, 1);
/// `x * tied + y`, as the next three with their signs; EVEX of course rounds once.
pub(super) const FMA: [Op; 4] = [
    rvm("vfmadd213pd", P66, M38, 0xa8, 1),
    rvm("vfmsub213pd", P66, M38, 0xaa, 1),
    rvm("vfnmadd213pd", P66, M38, 0xac, 1),
    rvm("vfnmsub213pd", P66, M38, 0xae, 1),
];
/// `x * y + tied`, with the same signs.
pub(super) const FMA_ADD: [Op; 4] = [
    rvm("vfmadd231pd", P66, M38, 0xb8, 1),
    rvm("vfmsub231pd", P66, M38, 0xba, 1),
    rvm("vfnmadd231pd", P66, M38, 0xbc, 1),
    rvm("vfnmsub231pd", P66, M38, 0xbe, 1),
];
/// 128 bits into the place with the number in the immediate.
pub(super) const INSERT_128: Op = rvm("vinsertf64x2", P66, M3A, 0x18, 1).narrowed_from(4);
/// AVX-512: the lanes in which both operands share a bit, into a mask register.
pub(super) const TEST_BITS: Op = rvm("vptestmq", P66, M38, 0x27, 1);

pub(super) const AND: Op = rvm("vpand", P66, M0F, 0xdb, 1).commuting();
/// `!x & y`.
pub(super) const AND_NOT: Op = rvm("vpandn", P66, M0F, 0xdf, 1);
pub(super) const OR: Op = rvm("vpor", P66, M0F, 0xeb, 1).commuting();
pub(super) const XOR: Op = rvm("vpxor", P66, M0F, 0xef, 1).commuting();
/// AVX-512, with an immediate: any function of three bits, the first those of `tied`.
pub(super) const TERNARY: Op = rvm("vpternlogq", P66, M3A, 0x25, 1);
/// VEX: `y` where the mask `z` is set, else `x`.
pub(super) const BLEND: Op = rvm("vpblendvb", P66, M3A, 0x4c, 0);
/// The products of the low halves of lanes of 64 bits.
pub(super) const MUL_LOW: Op = rvm("vpmuludq", P66, M0F, 0xf4, 1).commuting();
pub(super) const SHIFT_LEFT_64: Op = shift("vpsllq", 0x73, 1, 6);
pub(super) const SHIFT_RIGHT_64: Op = shift("vpsrlq", 0x73, 1, 2);
/// Of 128 bits by bytes.
pub(super) const SHIFT_RIGHT_BYTES: Op = shift("vpsrldq", 0x73, 0, 3);
/// The upper halves: 128 bits of 256, and 256 bits of 512.
pub(super) const EXTRACT_128: Op = mr("vextracti128", P66, M3A, 0x39, 0);
pub(super) const EXTRACT_256: Op = mr("vextracti64x4", P66, M3A, 0x3b, 1);
/// VEX: lanes of 32 bits, two of each operand.
pub(super) const SHUFFLE_32: Op = rvm("vshufps", NP, M0F, 0xc6, 0);
/// VEX: halves the width of both operands, within each 128 bits; saturates to unsigned.
pub(super) const PACK_32: Op = rvm("vpackusdw", P66, M38, 0x2b, 0);
pub(super) const PACK_16: Op = rvm("vpackuswb", P66, M0F, 0x67, 0);

/// Conversions. The length is that of the wider side.
pub(super) const F32_TO_F64: Op = rm("vcvtps2pd", NP, M0F, 0x5a, 0).narrowed_from(2);
pub(super) const F64_TO_F32: Op = rm("vcvtpd2ps", P66, M0F, 0x5a, 1);
pub(super) const I32_TO_F64: Op = rm("vcvtdq2pd", PF3, M0F, 0xe6, 0).narrowed_from(2);
pub(super) const I32_TO_F32: Op = rm("vcvtdq2ps", NP, M0F, 0x5b, 0);
pub(super) const F64_TO_I32: Op = rm("vcvttpd2dq", P66, M0F, 0xe6, 1);
pub(super) const F32_TO_I32: Op = rm("vcvttps2dq", PF3, M0F, 0x5b, 0);
/// AVX-512 from here on.
pub(super) const I64_TO_F64: Op = rm("vcvtqq2pd", PF3, M0F, 0xe6, 1);
pub(super) const I64_TO_F32: Op = rm("vcvtqq2ps", NP, M0F, 0x5b, 1);
pub(super) const U32_TO_F64: Op = rm("vcvtudq2pd", PF3, M0F, 0x7a, 0).narrowed_from(2);
pub(super) const U32_TO_F32: Op = rm("vcvtudq2ps", PF2, M0F, 0x7a, 0);
pub(super) const U64_TO_F64: Op = rm("vcvtuqq2pd", PF3, M0F, 0x7a, 1);
pub(super) const U64_TO_F32: Op = rm("vcvtuqq2ps", PF2, M0F, 0x7a, 1);
pub(super) const F64_TO_I64: Op = rm("vcvttpd2qq", P66, M0F, 0x7a, 1);
pub(super) const F32_TO_I64: Op = rm("vcvttps2qq", P66, M0F, 0x7a, 0).narrowed_from(2);
pub(super) const F64_TO_U64: Op = rm("vcvttpd2uqq", P66, M0F, 0x78, 1);
pub(super) const F32_TO_U64: Op = rm("vcvttps2uqq", P66, M0F, 0x78, 0).narrowed_from(2);
pub(super) const F64_TO_U32: Op = rm("vcvttpd2udq", NP, M0F, 0x78, 1);
pub(super) const F32_TO_U32: Op = rm("vcvttps2udq", NP, M0F, 0x78, 0);
