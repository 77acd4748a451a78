//! Registers for the values of straight-line code.
//!
//! One walk over the instructions. When no register is free, the value whose next use is farthest gives its
//! own up (Belady 1966), which for a single block is the best choice; constants and elements of arrays are
//! dropped and read again, others go to scratch memory. Operands that lie in memory and are used once are
//! read there by the instruction that needs them.

use smallvec::SmallVec;

use super::lower::Code;
use super::machine::{self, Form, Inst, Length, Level, Operand, Place, TAIL_MASK};

/// How code is to be allocated.
pub(super) struct Setting<'a> {
    pub(super) level: Level,
    /// Values that have a register of their own for good: what was numbered first, and its register.
    pub(super) fixed: &'a [(u32, u8)],
    /// What lies in memory and was loaded before the loop.
    pub(super) pinned: &'a [(Place, u8)],
    /// Whether elements of arrays are those of a tail, of which only some exist.
    pub(super) is_tail: bool,
}

/// Instructions on registers.
pub(super) struct Allocated {
    pub(super) insts: Vec<Inst>,
    /// How many vectors of scratch memory hold values.
    pub(super) n_spills: u32,
}

/// Allocates registers; those of `fixed` and `pinned` are not used for anything else.
pub(super) fn allocate(code: &Code, setting: &Setting) -> Allocated {
    let mut state = State::new(code, setting);
    for (at, inst) in (0_u32..).zip(&code.insts) {
        state.inst(at, *inst);
    }
    Allocated { insts: state.out, n_spills: state.n_spills }
}

/// Returns the constants and uniform inputs that are worth a register for the whole loop, most used first,
/// as many as are left when everything else has one.
pub(super) fn pins(code: &Code, level: Level, n_fixed: usize) -> Vec<Place> {
    let n = code.values.len();
    let (mut first, mut last) = (vec![None; n], vec![0; n]);
    let mut uses = vec![0_u32; n];
    for (at, inst) in code.insts.iter().enumerate() {
        for value in inst.operands() {
            uses[value as usize] += 1;
            first[value as usize].get_or_insert(at);
            last[value as usize] = at;
        }
        if let Operand::V(value) = inst.to {
            first[value as usize].get_or_insert(at);
        }
    }
    // How many values are alive at once.
    let is_pinnable = |value: usize| {
        matches!(code.values[value].place, Some(Place::Constant(_) | Place::Uniform(_)))
    };
    let mut changes = vec![0_i32; code.insts.len() + 1];
    for value in (n_fixed..n).filter(|&value| !is_pinnable(value)) {
        if let Some(first) = first[value] {
            changes[first] += 1;
            changes[last[value].max(first)] -= 1;
        }
    }
    let mut alive = 0;
    let most = changes.iter().map(|change| {
        alive += change;
        alive
    });
    // One more for an operand that is loaded where it is used.
    let most = usize::try_from(most.max().unwrap_or(0)).unwrap_or(0).max(3) + 2 + n_fixed;
    let free = usize::from(level.registers()).saturating_sub(most);
    let mut candidates: Vec<usize> = (0..n).filter(|&v| is_pinnable(v) && uses[v] > 0).collect();
    candidates.sort_by_key(|&value| std::cmp::Reverse(uses[value]));
    candidates.truncate(free);
    candidates.iter().filter_map(|&value| code.values[value].place).collect()
}

struct State<'a> {
    code: &'a Code,
    setting: &'a Setting<'a>,
    out: Vec<Inst>,
    /// For each value the instructions that read it, last first; those that are past are popped.
    uses: Vec<SmallVec<[u32; 4]>>,
    /// For each value its register.
    register: Vec<Option<u8>>,
    /// For each value the scratch vector it lies in.
    spill: Vec<Option<u32>>,
    /// For each register what is in it.
    holds: [Option<u32>; 32],
    /// The registers that are given out.
    usable: u32,
    /// Registers that the instruction at hand reads.
    locked: u32,
    free_spills: Vec<u32>,
    n_spills: u32,
}

impl<'a> State<'a> {
    fn new(code: &'a Code, setting: &'a Setting<'a>) -> State<'a> {
        let n = code.values.len();
        let mut uses: Vec<SmallVec<[u32; 4]>> = vec![SmallVec::new(); n];
        for (at, inst) in code.insts.iter().enumerate().rev() {
            let at = u32::try_from(at).expect("node limits keep it small");
            for value in inst.operands() {
                uses[value as usize].push(at);
            }
        }
        let mut register = vec![None; n];
        let mut usable = u32::MAX >> (32 - u32::from(setting.level.registers()));
        for &(value, fixed) in setting.fixed {
            register[value as usize] = Some(fixed);
            usable &= !(1 << fixed);
        }
        for &(place, pinned) in setting.pinned {
            usable &= !(1 << pinned);
            for (value, source) in code.values.iter().enumerate() {
                if source.place == Some(place) {
                    register[value] = Some(pinned);
                }
            }
        }
        let (spill, out) = (vec![None; n], Vec::with_capacity(2 * code.insts.len()));
        State {
            code,
            setting,
            out,
            uses,
            register,
            spill,
            holds: [None; 32],
            usable,
            locked: 0,
            free_spills: Vec::new(),
            n_spills: 0,
        }
    }

    fn inst(&mut self, at: u32, mut inst: Inst) {
        self.locked = 0;
        if let Some(signs) = machine::FMA.iter().position(|op| *op == inst.op) {
            self.choose_tied(&mut inst, signs);
        }
        if inst.op.commutes
            && let (Operand::V(x), Operand::V(y)) = (inst.x, inst.y)
            && self.register[x as usize].is_none()
            && self.can_fold(&inst, x)
            && (self.register[y as usize].is_some() || !self.can_fold(&inst, y))
        {
            (inst.x, inst.y) = (inst.y, inst.x);
        }
        for operand in [inst.x, inst.y, inst.z, inst.tied] {
            if let Operand::V(value) = operand
                && let Some(register) = self.register[value as usize]
            {
                self.locked |= 1 << register;
            }
        }
        let read: SmallVec<[u32; 4]> = inst.operands().collect();
        let folded = match inst.y {
            Operand::V(y)
                if self.register[y as usize].is_none()
                    && ![inst.x, inst.z, inst.tied].contains(&inst.y)
                    && self.can_fold(&inst, y) =>
            {
                Some(self.home(y).expect("what can be read in memory lies there"))
            }
            _ => None, // tidy: what is in a register, or is no value
        };
        let y = match folded {
            Some(place) => Operand::Place(place),
            None => self.in_register(inst.y),
        };
        let (x, z) = (self.in_register(inst.x), self.in_register(inst.z));
        // A constant that the result starts from is loaded right there.
        let tied_constant = match inst.tied {
            Operand::V(value) if self.register[value as usize].is_none() => {
                self.home(value).filter(|place| matches!(place, Place::Constant(_)))
            }
            _ => None, // tidy: what is in a register
        };
        let tied = match tied_constant {
            Some(place) => Operand::Place(place),
            None => self.in_register(inst.tied),
        };
        let mut freed: SmallVec<[u32; 4]> = SmallVec::new();
        for value in read {
            let uses = &mut self.uses[value as usize];
            while uses.last().is_some_and(|&next| next <= at) {
                uses.pop();
            }
            if self.uses[value as usize].is_empty() {
                self.release(value);
                freed.extend(self.spill[value as usize].take());
            }
        }
        let mut done = Inst { x, y, z, tied: Operand::None, ..inst };
        if let Operand::V(value) = inst.to {
            let to = self.destination(value, inst.tied, tied);
            done.to = Operand::V(to.into());
            if self.uses[value as usize].is_empty() {
                self.release(value);
            }
        }
        self.emit(done);
        self.free_spills.extend(freed);
    }

    /// Chooses which operand of `tied * x + y` gives its register to the result: one that is not needed any more,
    /// if there is one.
    fn choose_tied(&self, inst: &mut Inst, signs: usize) {
        let dies = |operand: Operand| match operand {
            Operand::V(value) => {
                let register = self.register[value as usize];
                let holds = register.and_then(|register| self.holds[usize::from(register)]);
                holds == Some(value) && self.uses[value as usize].len() == 1
            }
            Operand::Mask(_) | Operand::Place(_) | Operand::None => false,
        };
        if dies(inst.tied) {
            return;
        }
        if dies(inst.x) {
            std::mem::swap(&mut inst.tied, &mut inst.x);
        } else if dies(inst.y) {
            let (x, y) = (inst.x, inst.tied);
            (inst.tied, inst.x, inst.y) = (inst.y, x, y);
            inst.op = machine::FMA_ADD[signs];
        }
    }

    /// Returns the register for a result, with what it starts from in it.
    fn destination(&mut self, value: u32, tied: Operand, tied_in: Operand) -> u8 {
        if let Operand::Place(place) = tied_in {
            let fixed = self.register[value as usize];
            let to = fixed.unwrap_or_else(|| self.take(true));
            let load = load(place, self.setting.level.bytes(), to, self.setting);
            self.emit(load);
            if fixed.is_none() {
                self.hold(value, to);
            }
            return to;
        }
        if let Some(fixed) = self.register[value as usize] {
            if let Operand::V(from) = tied_in {
                self.copy(fixed, from);
            }
            return fixed;
        }
        if let (Operand::V(from), Operand::V(register)) = (tied, tied_in) {
            let register = u8::try_from(register).expect("registers are below 32");
            let is_dead = self.uses[from as usize].is_empty()
                && self.usable & (1 << register) != 0
                && self.holds[usize::from(register)].is_none();
            // A copy comes before the instruction, so it must not overwrite what that reads.
            let to = if is_dead { register } else { self.take(true) };
            if to != register {
                self.copy(to, register.into());
            }
            self.hold(value, to);
            return to;
        }
        let to = self.take(false);
        self.hold(value, to);
        to
    }

    fn copy(&mut self, to: u8, from: u32) {
        let length = Length::of(self.setting.level.bytes());
        let operands = (Operand::V(to.into()), Operand::None, Operand::V(from));
        self.out.push(Inst::new(machine::MOVE, length, operands.0, operands.1, operands.2));
    }

    fn hold(&mut self, value: u32, register: u8) {
        self.register[value as usize] = Some(register);
        self.holds[usize::from(register)] = Some(value);
        self.locked |= 1 << register;
    }

    /// Where a value that has no register lies.
    fn home(&self, value: u32) -> Option<Place> {
        let spill = self.spill[value as usize].map(Place::Spill);
        self.code.values[value as usize].place.or(spill)
    }

    /// Returns whether an instruction may read its last operand in memory, were it this value.
    fn can_fold(&self, inst: &Inst, value: u32) -> bool {
        if matches!(inst.op.form, Form::Mr | Form::Shift(_) | Form::Several(_)) {
            return false;
        }
        let is_last = self.uses[value as usize].len() == 1;
        match self.home(value) {
            Some(Place::Constant(_) | Place::Uniform(_) | Place::TailMask(_)) => true,
            Some(Place::Spill(_)) => is_last,
            Some(Place::Array { .. }) => {
                let accessed = match inst.op.narrower {
                    0 => return false,
                    times => inst.length.bytes() / usize::from(times),
                };
                let bytes = self.code.values[value as usize].bytes;
                is_last && !self.setting.is_tail && accessed == bytes
            }
            Some(Place::Block { .. } | Place::Work(_) | Place::Row) | None => false,
        }
    }

    fn in_register(&mut self, operand: Operand) -> Operand {
        let Operand::V(value) = operand else { return operand };
        if self.register[value as usize].is_none() {
            let to = self.take(false);
            let place = self.home(value).expect("a value is in a register or in memory");
            let load = load(place, self.code.values[value as usize].bytes, to, self.setting);
            self.emit(load);
            self.hold(value, to);
        }
        let register = self.register[value as usize].expect("it was loaded");
        self.locked |= 1 << register;
        Operand::V(register.into())
    }

    fn release(&mut self, value: u32) {
        let Some(register) = self.register[value as usize] else { return };
        // Fixed and pinned registers hold nothing that could be given up.
        if self.holds[usize::from(register)] == Some(value) {
            self.holds[usize::from(register)] = None;
            self.register[value as usize] = None;
        }
    }

    /// Returns a register that holds nothing; if `unread`, one that the instruction does not read.
    fn take(&mut self, unread: bool) -> u8 {
        let level = self.setting.level;
        let usable = (0..level.registers()).filter(|&r| self.usable & (1 << r) != 0);
        let mut farthest: Option<(u32, u8, u32)> = None;
        for register in usable {
            let Some(value) = self.holds[usize::from(register)] else {
                if !unread || self.locked & (1 << register) == 0 {
                    return register;
                }
                continue;
            };
            if self.locked & (1 << register) != 0 {
                continue;
            }
            let next = self.uses[value as usize].last().copied().unwrap_or(u32::MAX);
            if farthest.is_none_or(|(most, ..)| next > most) {
                farthest = Some((next, register, value));
            }
        }
        let (_, register, value) = farthest.expect("an instruction reads few registers");
        if self.home(value).is_none() {
            let spill = self.free_spills.pop().unwrap_or_else(|| {
                self.n_spills += 1;
                self.n_spills - 1
            });
            self.spill[value as usize] = Some(spill);
            let bytes = self.code.values[value as usize].bytes;
            let length = Length::of(bytes);
            let (to, y) = (Operand::Place(Place::Spill(spill)), Operand::V(register.into()));
            let store = machine::store(usize::MAX);
            self.emit(Inst::new(store, length, to, Operand::None, y));
        }
        self.release(value);
        register
    }

    fn emit(&mut self, mut inst: Inst) {
        if let (true, Operand::Place(Place::Array { size, .. })) = (self.setting.is_tail, inst.to) {
            inst.op = machine::move_masked_store(size.into()).expect("a size of lanes");
            inst.masked = Some((TAIL_MASK, false));
        }
        self.out.push(inst);
    }
}

/// The instruction that loads a value into a register.
pub(super) fn load(place: Place, bytes: usize, to: u8, setting: &Setting) -> Inst {
    let (op, masked, bytes) = match place {
        Place::Array { size, .. } if setting.is_tail => {
            let op = machine::move_masked_load(size.into()).expect("a size of lanes");
            (op, Some((TAIL_MASK, true)), bytes)
        }
        Place::Array { .. } => (machine::load(bytes), None, bytes),
        Place::Constant(_)
        | Place::Uniform(_)
        | Place::TailMask(_)
        | Place::Spill(_)
        | Place::Block { .. }
        | Place::Work(_)
        | Place::Row => (machine::load(usize::MAX), None, bytes.min(setting.level.bytes())),
    };
    let operands = (Operand::V(to.into()), Operand::None, Operand::Place(place));
    let mut inst = Inst::new(op, Length::of(bytes), operands.0, operands.1, operands.2);
    inst.masked = masked;
    inst
}
