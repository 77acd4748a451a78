//! What a lane of a register holds.

use std::fmt;

use super::DType;

/// What one lane computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Prim {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

impl Prim {
    #[cfg(test)]
    pub(crate) const ALL: [Prim; 11] = [
        Prim::Bool,
        Prim::I8,
        Prim::I16,
        Prim::I32,
        Prim::I64,
        Prim::U8,
        Prim::U16,
        Prim::U32,
        Prim::U64,
        Prim::F32,
        Prim::F64,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Prim::Bool => "bool",
            Prim::I8 => "i8",
            Prim::I16 => "i16",
            Prim::I32 => "i32",
            Prim::I64 => "i64",
            Prim::U8 => "u8",
            Prim::U16 => "u16",
            Prim::U32 => "u32",
            Prim::U64 => "u64",
            Prim::F32 => "f32",
            Prim::F64 => "f64",
        }
    }

    /// Returns the dtype whose elements are one of these.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Prim::Bool => DType::Bool,
            Prim::I8 => DType::I8,
            Prim::I16 => DType::I16,
            Prim::I32 => DType::I32,
            Prim::I64 => DType::I64,
            Prim::U8 => DType::U8,
            Prim::U16 => DType::U16,
            Prim::U32 => DType::U32,
            Prim::U64 => DType::U64,
            Prim::F32 => DType::F32,
            Prim::F64 => DType::F64,
        }
    }

    /// Returns the size in memory, in bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            Prim::Bool | Prim::I8 | Prim::U8 => 1,
            Prim::I16 | Prim::U16 => 2,
            Prim::I32 | Prim::U32 | Prim::F32 => 4,
            Prim::I64 | Prim::U64 | Prim::F64 => 8,
        }
    }

    pub(crate) fn is_float(self) -> bool {
        match self {
            Prim::F32 | Prim::F64 => true,
            Prim::Bool
            | Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => false,
        }
    }

    pub(crate) fn is_int(self) -> bool {
        self != Prim::Bool && !self.is_float()
    }

    /// Returns whether this is an unsigned integer.
    pub(crate) fn is_unsigned(self) -> bool {
        matches!(self, Prim::U8 | Prim::U16 | Prim::U32 | Prim::U64)
    }

    /// Returns the smallest and largest value of an integer.
    pub(crate) fn int_range(self) -> Option<(i128, i128)> {
        match self {
            Prim::I8 => Some((i8::MIN.into(), i8::MAX.into())),
            Prim::I16 => Some((i16::MIN.into(), i16::MAX.into())),
            Prim::I32 => Some((i32::MIN.into(), i32::MAX.into())),
            Prim::I64 => Some((i64::MIN.into(), i64::MAX.into())),
            Prim::U8 => Some((0, u8::MAX.into())),
            Prim::U16 => Some((0, u16::MAX.into())),
            Prim::U32 => Some((0, u32::MAX.into())),
            Prim::U64 => Some((0, u64::MAX.into())),
            Prim::Bool | Prim::F32 | Prim::F64 => None,
        }
    }
}

impl fmt::Display for Prim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Runs `$body` with `$T` naming the Rust type of a [`Prim`].
macro_rules! each_prim {
    ($prim:expr, $T:ident => $body:expr) => {
        match $prim {
            $crate::dtype::Prim::Bool => {
                type $T = bool;
                $body
            }
            $crate::dtype::Prim::I8 => {
                type $T = i8;
                $body
            }
            $crate::dtype::Prim::I16 => {
                type $T = i16;
                $body
            }
            $crate::dtype::Prim::I32 => {
                type $T = i32;
                $body
            }
            $crate::dtype::Prim::I64 => {
                type $T = i64;
                $body
            }
            $crate::dtype::Prim::U8 => {
                type $T = u8;
                $body
            }
            $crate::dtype::Prim::U16 => {
                type $T = u16;
                $body
            }
            $crate::dtype::Prim::U32 => {
                type $T = u32;
                $body
            }
            $crate::dtype::Prim::U64 => {
                type $T = u64;
                $body
            }
            $crate::dtype::Prim::F32 => {
                type $T = f32;
                $body
            }
            $crate::dtype::Prim::F64 => {
                type $T = f64;
                $body
            }
        }
    };
}

pub(crate) use each_prim;
