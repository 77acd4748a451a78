//! Machine code as text, in Intel's syntax: what was emitted, line by line.

use super::machine::{Inst, Length, Operand, Place};

const GENERAL: [&str; 16] = [
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15",
];

/// Returns the name of a general register.
pub(super) fn general(register: u8) -> &'static str {
    GENERAL[usize::from(register)]
}

/// Returns a vector instruction as text. `base` is the register of the pointer of the array that it accesses,
/// if it does.
pub(super) fn vector(inst: &Inst, base: impl Fn(u32) -> u8) -> String {
    let operand = |operand: Operand, length: Length| match operand {
        Operand::V(register) => {
            let kind = match length {
                Length::X => 'x',
                Length::Y => 'y',
                Length::Z => 'z',
            };
            format!("{kind}mm{register}")
        }
        Operand::Mask(mask) => format!("k{mask}"),
        Operand::Place(place) => format!("[{}]", address(place, &base)),
        Operand::None => String::new(),
    };
    let mut text = format!("{} ", inst.op.name);
    // Where the sides differ in length, the one that `length` is of is the longer.
    let shorter = match (inst.op.narrower, inst.length) {
        (2, Length::Z) => Length::Y,
        (2 | 4 | 8, _) => Length::X,
        _ => inst.length, // tidy: the same
    };
    text.push_str(&operand(inst.to, inst.length));
    if let Some((mask, zeroing)) = inst.masked {
        text.push_str(&format!("{{k{mask}}}{}", if zeroing { "{z}" } else { "" }));
    }
    for (source, length) in [(inst.x, inst.length), (inst.y, shorter), (inst.z, inst.length)] {
        if source != Operand::None {
            text.push_str(&format!(", {}", operand(source, length)));
        }
    }
    if let Some(immediate) = inst.immediate {
        text.push_str(&format!(", {immediate}"));
    }
    text
}

/// An address as text. Pool, scratch memory and arrays are named; numbers of the last are those of the table of
/// pointers.
fn address(place: Place, base: &impl Fn(u32) -> u8) -> String {
    match place {
        Place::Constant(at) => format!("pool + {}", 64 * at),
        Place::Uniform(at) => format!("rdx + {}", 64 * at),
        Place::TailMask(at) => format!("tail masks + {at}"),
        Place::Work(at) => format!("work + {at}"),
        Place::Row => "r10".to_owned(),
        Place::Spill(at) => format!("spills + {}", 64 * at),
        Place::Array { pointer, size, ahead } => {
            format!("{} + {size}*rax + {}", general(base(pointer)), ahead * u32::from(size))
        }
        Place::Block { pointer, size } => format!("{} + {size}*r9", general(base(pointer))),
    }
}
