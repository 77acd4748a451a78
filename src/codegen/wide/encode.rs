//! Instructions to bytes: VEX for AVX2, EVEX for AVX-512, and the few general instructions of a loop.
//!
//! Where an operand in memory lies is decided here too; [`Register`] says which general register holds what.

use std::fmt;

use super::listing;
use super::machine::{Form, Inst, Length, Level, Operand, Place};

/// General registers, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Register(pub(super) u8);

/// The first element of the iteration.
pub(super) const INDEX: Register = Register(0); // rax
/// What the index is compared with.
pub(super) const LIMIT: Register = Register(1); // rcx
/// Scratch memory: the third argument.
pub(super) const SCRATCH: Register = Register(2); // rdx
/// The number of elements: the second argument.
pub(super) const COUNT: Register = Register(6); // rsi
/// The table of pointers: the first argument.
pub(super) const TABLE: Register = Register(7); // rdi
/// The end of a block.
pub(super) const END: Register = Register(8);
/// The number of a block.
pub(super) const BLOCK: Register = Register(9);
/// Holds the pointer of an array that has no register of its own.
pub(super) const SPARE: Register = Register(10);
/// Hold the pointers of arrays; from `rbx` on a function must give back what was in them.
pub(super) const BASES: [Register; 7] = [
    Register(11),
    Register(3),
    Register(5),
    Register(12),
    Register(13),
    Register(14),
    Register(15),
];

impl Register {
    /// Returns whether callers keep something in it.
    pub(super) fn is_saved(self) -> bool {
        matches!(self.0, 3 | 5 | 12..=15)
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(listing::general(self.0))
    }
}

/// What jumps compare for: signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Less = 0xc,
    GreaterOrEqual = 0xd,
    NotZero = 0x5,
    LessOrEqual = 0xe,
    Greater = 0xf,
}

impl Condition {
    fn mnemonic(self) -> &'static str {
        match self {
            Condition::Less => "jl",
            Condition::GreaterOrEqual => "jge",
            Condition::NotZero => "jnz",
            Condition::LessOrEqual => "jle",
            Condition::Greater => "jg",
        }
    }
}

/// A place in the code that a jump leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label(usize);

/// Where things lie in scratch memory, in bytes from its start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) tail_masks: usize,
    pub(super) work: usize,
    pub(super) spills: usize,
}

/// Bytes of a vector in scratch memory or the pool.
pub(super) const VECTOR: usize = 64;

/// Code under construction.
pub(super) struct Assembler {
    level: Level,
    frame: Frame,
    pub(super) bytes: Vec<u8>,
    /// Where each label is, once it is known.
    labels: Vec<Option<usize>>,
    /// Distances of 32 bits to fill in: where they lie, and the label.
    jumps: Vec<(usize, Label)>,
    /// Distances to the pool: where they lie, how many bytes of the instruction follow, and the constant.
    constants: Vec<(usize, usize, u32)>,
    /// What was emitted as text, if it is wanted.
    pub(super) listing: Option<Vec<String>>,
}

/// The address of an operand.
struct Address {
    base: Option<Register>,
    index: Option<(Register, u8)>,
    displacement: i32,
}

impl Assembler {
    pub(super) fn new(level: Level, frame: Frame) -> Assembler {
        let (bytes, labels) = (Vec::with_capacity(1024), Vec::new());
        Assembler {
            level,
            frame,
            bytes,
            labels,
            jumps: Vec::new(),
            constants: Vec::new(),
            listing: None,
        }
    }

    /// Emits a vector instruction. `base` tells which register holds the pointer of an array.
    pub(super) fn vector(&mut self, inst: &Inst, base: impl Fn(u32) -> Register) {
        self.note(|| listing::vector(inst, |pointer| base(pointer).0));
        let op = inst.op;
        // Roles: `reg`, `vvvv` and `rm` of the encoding.
        let (reg, vvvv, rm) = match op.form {
            Form::Rm => (number(inst.to), 0, inst.y),
            Form::Rvm => (number(inst.to), number(inst.x), inst.y),
            Form::Mr => (number(inst.y), 0, inst.to),
            Form::Shift(more) => (more, number(inst.to), inst.y),
            Form::Several(_) => unreachable!("`functions` emits them one by one"),
        };
        let vvvv_used = matches!(op.form, Form::Rvm | Form::Shift(_));
        let vvvv = if vvvv_used { vvvv } else { 0 };
        let after_address =
            usize::from(inst.immediate.is_some()) + usize::from(inst.z != Operand::None);
        match self.level {
            Level::Avx2 => self.vex(inst, reg, vvvv, rm, &base),
            Level::Avx512 => self.evex(inst, reg, vvvv, rm, &base),
        }
        self.bytes.push(op.opcode);
        match rm {
            Operand::V(_) | Operand::Mask(_) => {
                self.bytes.push(0xc0 | (reg & 7) << 3 | (number(rm) & 7));
            }
            Operand::Place(place) => {
                let accessed = match op.narrower {
                    0 => place_bytes(inst),
                    times => inst.length.bytes() / usize::from(times),
                };
                let scale = if self.level == Level::Avx512 { accessed } else { 1 };
                self.memory(reg, place, scale, after_address, &base);
            }
            Operand::None => unreachable!("every instruction has an operand in rm"),
        }
        if let Operand::V(fourth) = inst.z {
            self.bytes.push(low(fourth) << 4);
        }
        self.bytes.extend(inst.immediate);
    }

    fn vex(
        &mut self,
        inst: &Inst,
        reg: u8,
        vvvv: u8,
        rm: Operand,
        base: &impl Fn(u32) -> Register,
    ) {
        let (x, b) = self.extensions(rm, base);
        let op = inst.op;
        self.bytes.push(0xc4);
        self.bytes.push(bit(reg & 8 == 0, 7) | bit(!x, 6) | bit(!b, 5) | op.map);
        let length = bit(inst.length != Length::X, 2);
        self.bytes.push(bit(op.wide, 7) | (!vvvv & 15) << 3 | length | op.prefix);
    }

    fn evex(
        &mut self,
        inst: &Inst,
        reg: u8,
        vvvv: u8,
        rm: Operand,
        base: &impl Fn(u32) -> Register,
    ) {
        let (mut x, b) = self.extensions(rm, base);
        if let Operand::V(register) = rm {
            x = register & 16 != 0;
        }
        let op = inst.op;
        self.bytes.push(0x62);
        let high = bit(reg & 16 == 0, 4);
        self.bytes.push(bit(reg & 8 == 0, 7) | bit(!x, 6) | bit(!b, 5) | high | op.map);
        self.bytes.push(bit(op.wide, 7) | (!vvvv & 15) << 3 | 4 | op.prefix);
        let (mask, zeroing) = inst.masked.unwrap_or((0, false));
        let length = (inst.length as u8) << 5;
        self.bytes.push(bit(zeroing, 7) | length | bit(vvvv & 16 == 0, 3) | mask);
    }

    /// The fourth bits of the registers of an operand: of the index, and of the base or the register itself.
    fn extensions(&self, rm: Operand, base: &impl Fn(u32) -> Register) -> (bool, bool) {
        match rm {
            Operand::V(register) => (false, register & 8 != 0),
            Operand::Mask(_) | Operand::None => (false, false),
            Operand::Place(place) => {
                let address = self.address(place, base);
                let extended = |register: Option<Register>| register.is_some_and(|r| r.0 & 8 != 0);
                (extended(address.index.map(|(index, _)| index)), extended(address.base))
            }
        }
    }

    fn address(&self, place: Place, base: &impl Fn(u32) -> Register) -> Address {
        let scratch = |at: usize| Address {
            base: Some(SCRATCH),
            index: None,
            displacement: i32::try_from(at).expect("node limits keep scratch memory small"),
        };
        match place {
            Place::Constant(_) => Address { base: None, index: None, displacement: 0 },
            Place::Uniform(at) => scratch(at as usize * VECTOR),
            Place::TailMask(at) => scratch(self.frame.tail_masks + at as usize),
            Place::Work(at) => scratch(self.frame.work + at as usize),
            Place::Row => Address { base: Some(SPARE), index: None, displacement: 0 },
            Place::Spill(at) => scratch(self.frame.spills + at as usize * VECTOR),
            Place::Array { pointer, size, ahead } => Address {
                base: Some(base(pointer)),
                index: Some((INDEX, size)),
                displacement: i32::try_from(ahead * u32::from(size)).expect("a few vectors"),
            },
            Place::Block { pointer, size } => {
                Address { base: Some(base(pointer)), index: Some((BLOCK, size)), displacement: 0 }
            }
        }
    }

    /// Emits ModRM, SIB and displacement. Displacements of 8 bits count in units of `scale`.
    fn memory(
        &mut self,
        reg: u8,
        place: Place,
        scale: usize,
        after: usize,
        base: &impl Fn(u32) -> Register,
    ) {
        let reg = (reg & 7) << 3;
        let address = self.address(place, base);
        let Some(base) = address.base else {
            let Place::Constant(constant) = place else { unreachable!("only constants have none") };
            self.bytes.push(reg | 5);
            self.constants.push((self.bytes.len(), after, constant));
            self.bytes.extend([0; 4]);
            return;
        };
        let displacement = address.displacement;
        let unit = i32::try_from(scale).expect("at most 64");
        let short =
            (displacement % unit == 0).then(|| i8::try_from(displacement / unit).ok()).flatten();
        let mode = if short.is_some() { 0x40 } else { 0x80 };
        match address.index {
            Some((index, size)) => {
                let shift = u8::try_from(size.trailing_zeros()).expect("at most 3") << 6;
                self.bytes.push(mode | reg | 4);
                self.bytes.push(shift | (index.0 & 7) << 3 | (base.0 & 7));
            }
            None => self.bytes.push(mode | reg | (base.0 & 7)),
        }
        match short {
            Some(short) => self.bytes.push(short.cast_unsigned()),
            None => self.bytes.extend(displacement.to_le_bytes()),
        }
    }

    /// `to = [from + bytes]`.
    pub(super) fn load(&mut self, to: Register, from: Register, bytes: usize) {
        self.note(|| format!("mov {to}, [{from} + {bytes}]"));
        self.general(0x8b, to, from, 2);
        let bytes = i32::try_from(bytes).expect("node limits bound the operands");
        self.bytes.extend(bytes.to_le_bytes());
    }

    /// `to = from`.
    pub(super) fn copy(&mut self, to: Register, from: Register) {
        self.note(|| format!("mov {to}, {from}"));
        self.general(0x8b, to, from, 3);
    }

    /// `to = 0`.
    pub(super) fn zero(&mut self, to: Register) {
        self.note(|| format!("xor {to}, {to}"));
        self.general(0x33, to, to, 3);
    }

    /// `to = from + bytes`.
    pub(super) fn sum(&mut self, to: Register, from: Register, add: i32) {
        self.note(|| format!("lea {to}, [{from} + {add}]"));
        self.general(0x8d, to, from, 2);
        self.bytes.extend(add.to_le_bytes());
    }

    pub(super) fn add(&mut self, to: Register, add: i32) {
        self.note(|| format!("add {to}, {add}"));
        self.group(0x81, 0, to);
        self.bytes.extend(add.to_le_bytes());
    }

    /// `to -= from`.
    pub(super) fn subtract(&mut self, to: Register, from: Register) {
        self.note(|| format!("sub {to}, {from}"));
        self.general(0x2b, to, from, 3);
    }

    pub(super) fn compare(&mut self, x: Register, y: Register) {
        self.note(|| format!("cmp {x}, {y}"));
        self.general(0x3b, x, y, 3);
    }

    /// `to = min(to, from)`, signed.
    pub(super) fn minimum(&mut self, to: Register, from: Register) {
        self.compare(to, from);
        self.note(|| format!("cmovg {to}, {from}"));
        let extended = |register: Register, at| bit(register.0 & 8 != 0, at);
        self.bytes.push(0x48 | extended(to, 2) | extended(from, 0));
        self.bytes.extend([0x0f, 0x4f, 0xc0 | (to.0 & 7) << 3 | (from.0 & 7)]);
    }

    /// Sets the mask register to its low `LIMIT` bits; changes `SPARE`. `LIMIT` is below 64.
    pub(super) fn low_bits(&mut self, mask: u8) {
        self.note(|| format!("mov {SPARE}, -1; shl {SPARE}, cl; not {SPARE}"));
        self.group(0xc7, 0, SPARE);
        self.bytes.extend((-1_i32).to_le_bytes());
        self.group(0xd3, 4, SPARE); // shl SPARE, cl
        self.group(0xf7, 2, SPARE); // not SPARE
        self.set_mask(mask);
    }

    /// Sets the mask register to `SPARE`.
    pub(super) fn set_mask(&mut self, mask: u8) {
        self.note(|| format!("kmovq k{mask}, {SPARE}"));
        self.bytes.extend([0xc4, 0xc1, 0xfb, 0x92, 0xc0 | mask << 3 | (SPARE.0 & 7)]);
    }

    /// Sets `SPARE` to the mask register.
    pub(super) fn get_mask(&mut self, mask: u8) {
        self.note(|| format!("kmovq {SPARE}, k{mask}"));
        self.bytes.extend([0xc4, 0x61, 0xfb, 0x93, 0xc0 | (SPARE.0 & 7) << 3 | mask]);
    }

    /// Compares the low eight bits of the mask register with zero.
    pub(super) fn is_mask_zero(&mut self, mask: u8) {
        self.note(|| format!("kortestb k{mask}, k{mask}"));
        self.bytes.extend([0xc5, 0xf9, 0x98, 0xc0 | mask << 3 | mask]);
    }

    /// `[to + bytes] = SPARE`.
    pub(super) fn store_spare(&mut self, to: Register, bytes: usize) {
        self.note(|| format!("mov [{to} + {bytes}], {SPARE}"));
        self.general(0x89, SPARE, to, 2);
        let bytes = i32::try_from(bytes).expect("scratch memory is small");
        self.bytes.extend(bytes.to_le_bytes());
    }

    /// `SPARE = constant`.
    pub(super) fn set_spare(&mut self, constant: u64) {
        self.note(|| format!("mov {SPARE}, {constant:#x}"));
        self.bytes.extend([0x49, 0xb8 | (SPARE.0 & 7)]);
        self.bytes.extend(constant.to_le_bytes());
    }

    /// Calls the function whose address is in `SPARE`, on a stack as the calling convention wants it.
    pub(super) fn call_spare(&mut self) {
        self.note(|| format!("push rbp; mov rbp, rsp; and rsp, -16; call {SPARE}; leave"));
        self.bytes.extend([0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xe4, 0xf0]);
        self.bytes.extend([0x41, 0xff, 0xd0 | (SPARE.0 & 7), 0xc9]);
    }

    pub(super) fn zero_upper(&mut self) {
        self.note(|| "vzeroupper".to_owned());
        self.bytes.extend([0xc5, 0xf8, 0x77]);
    }

    pub(super) fn return_(&mut self) {
        self.note(|| "ret".to_owned());
        self.bytes.push(0xc3);
    }

    pub(super) fn jump(&mut self, to: Label) {
        self.note(|| format!("jmp L{}", to.0));
        self.bytes.push(0xe9);
        self.distance(to);
    }

    pub(super) fn call(&mut self, to: Label) {
        self.note(|| format!("call L{}", to.0));
        self.bytes.push(0xe8);
        self.distance(to);
    }

    fn distance(&mut self, to: Label) {
        self.jumps.push((self.bytes.len(), to));
        self.bytes.extend([0; 4]);
    }

    pub(super) fn push(&mut self, register: Register) {
        self.note(|| format!("push {register}"));
        self.stack(0x50, register);
    }

    pub(super) fn pop(&mut self, register: Register) {
        self.note(|| format!("pop {register}"));
        self.stack(0x58, register);
    }

    /// Leaves no vector longer than what other code expects, and returns.
    pub(super) fn finish(&mut self, pushed: &[Register]) {
        self.zero_upper();
        for &register in pushed.iter().rev() {
            self.pop(register);
        }
        self.return_();
    }

    fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(listing) = &mut self.listing {
            listing.push(line());
        }
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    pub(super) fn bind(&mut self, label: Label) {
        self.note(|| format!("L{}:", label.0));
        self.labels[label.0] = Some(self.bytes.len());
    }

    pub(super) fn jump_if(&mut self, condition: Condition, to: Label) {
        self.note(|| format!("{} L{}", condition.mnemonic(), to.0));
        self.bytes.extend([0x0f, 0x80 | condition as u8]);
        self.distance(to);
    }

    /// Fills up with instructions that do nothing.
    pub(super) fn align(&mut self, to: usize) {
        const NOPS: [&[u8]; 9] = [
            &[0x90],
            &[0x66, 0x90],
            &[0x0f, 0x1f, 0x00],
            &[0x0f, 0x1f, 0x40, 0x00],
            &[0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
            &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
        ];
        let mut missing = self.bytes.len().next_multiple_of(to) - self.bytes.len();
        while missing > 0 {
            let nop = NOPS[missing.min(NOPS.len()) - 1];
            self.bytes.extend(nop);
            missing -= nop.len();
        }
    }

    /// Puts the pool behind the code, fills in all distances, and returns the bytes.
    pub(super) fn assemble(mut self, pool: &[[u8; VECTOR]]) -> Vec<u8> {
        for (at, label) in std::mem::take(&mut self.jumps) {
            let target = self.labels[label.0].expect("every label is bound");
            self.fill(at, target, at + 4);
        }
        self.align(VECTOR);
        let start = self.bytes.len();
        for (at, after, constant) in std::mem::take(&mut self.constants) {
            self.fill(at, start + constant as usize * VECTOR, at + 4 + after);
        }
        self.bytes.extend(pool.as_flattened());
        self.bytes
    }

    fn fill(&mut self, at: usize, target: usize, from: usize) {
        let distance = i32::try_from(target.cast_signed() - from.cast_signed());
        let distance = distance.expect("node limits keep code small");
        self.bytes[at..at + 4].copy_from_slice(&distance.to_le_bytes());
    }

    /// An instruction of 64 bits with the operands `reg` and `rm`.
    fn general(&mut self, opcode: u8, reg: Register, rm: Register, mode: u8) {
        self.bytes.push(0x48 | bit(reg.0 & 8 != 0, 2) | bit(rm.0 & 8 != 0, 0));
        self.bytes.extend([opcode, mode << 6 | (reg.0 & 7) << 3 | (rm.0 & 7)]);
        debug_assert!(mode == 3 || rm.0 & 7 != 4, "such a base needs a SIB");
    }

    fn group(&mut self, opcode: u8, more: u8, rm: Register) {
        self.bytes.push(0x48 | bit(rm.0 & 8 != 0, 0));
        self.bytes.extend([opcode, 0xc0 | more << 3 | (rm.0 & 7)]);
    }

    fn stack(&mut self, opcode: u8, register: Register) {
        if register.0 & 8 != 0 {
            self.bytes.push(0x41);
        }
        self.bytes.push(opcode | (register.0 & 7));
    }
}

/// The bytes that a load or store of its own size accesses.
fn place_bytes(inst: &Inst) -> usize {
    match (inst.op.opcode, inst.op.name) {
        (0x14, _) => 1,
        (0x15, _) => 2,
        (_, "vmovd") => 4,
        _ => 8, // tidy: vmovq
    }
}

fn number(operand: Operand) -> u8 {
    match operand {
        Operand::V(register) => u8::try_from(register).expect("registers are below 32"),
        Operand::Mask(mask) => mask,
        Operand::Place(_) | Operand::None => unreachable!("not a register: {operand:?}"),
    }
}

fn low(register: u32) -> u8 {
    u8::try_from(register & 15).expect("four bits")
}

fn bit(set: bool, at: u8) -> u8 {
    u8::from(set) << at
}
