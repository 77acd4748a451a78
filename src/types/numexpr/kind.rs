//! numexpr's kinds, and the kind that operands agree on.
//!
//! numexpr computes in seven kinds, named by letters in its messages: `b i l f d c s`. Inputs of other
//! dtypes are converted to one of them. There is one kind more here: `uint64`, which numexpr takes for
//! `l` although half of its values are none of `l`'s. Messages call it `l` all the same.

use super::super::literal::Literal;
use crate::dtype::DType;

/// In what an operation computes. The order is the one in which kinds promote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Bool,
    Int,
    Long,
    Unsigned,
    Float,
    Double,
    Complex,
    Bytes,
}

impl Kind {
    /// Returns the kind in which inputs of a dtype are computed.
    ///
    /// # Errors
    ///
    /// What numexpr says about a dtype that it does not take.
    pub(super) fn of(dtype: DType) -> Result<Kind, String> {
        match dtype {
            DType::Bool => Ok(Kind::Bool),
            DType::I8 | DType::I16 | DType::I32 | DType::U8 | DType::U16 => Ok(Kind::Int),
            DType::U32 | DType::I64 => Ok(Kind::Long),
            DType::U64 => Ok(Kind::Unsigned),
            DType::F32 => Ok(Kind::Float),
            DType::F64 => Ok(Kind::Double),
            DType::C64 | DType::C128 => Ok(Kind::Complex),
            DType::Bytes(_) => Ok(Kind::Bytes),
            DType::Str(_) => Err("NumExpr 2 does not support Unicode as a dtype.".to_owned()),
            DType::Datetime(_) | DType::Timedelta(_) => Err(format!("unknown type {dtype}")),
        }
    }

    /// Returns the kind of a number in the text.
    pub(super) fn of_literal(value: Literal) -> Kind {
        match value {
            Literal::Bool(_) => Kind::Bool,
            Literal::Int(x) if i32::try_from(x).is_ok() => Kind::Int,
            Literal::Int(_) => Kind::Long,
            Literal::Float(_) => Kind::Double,
            Literal::Complex(..) => Kind::Complex,
        }
    }

    /// Returns the letter that stands for the kind in the name of an operation.
    pub(super) fn letter(self) -> char {
        match self {
            Kind::Bool => 'b',
            Kind::Int => 'i',
            Kind::Long | Kind::Unsigned => 'l',
            Kind::Float => 'f',
            Kind::Double => 'd',
            Kind::Complex => 'c',
            Kind::Bytes => 's',
        }
    }

    /// Returns the dtype in which numbers of this kind are computed; strings have their own.
    pub(super) fn dtype(self) -> DType {
        match self {
            Kind::Bool => DType::Bool,
            Kind::Int => DType::I32,
            Kind::Long => DType::I64,
            Kind::Unsigned => DType::U64,
            Kind::Float => DType::F32,
            Kind::Double => DType::F64,
            Kind::Complex => DType::C128,
            Kind::Bytes => DType::Bytes(0),
        }
    }

    pub(super) fn is_int(self) -> bool {
        match self {
            Kind::Int | Kind::Long | Kind::Unsigned => true,
            Kind::Bool | Kind::Float | Kind::Double | Kind::Complex | Kind::Bytes => false,
        }
    }
}

/// What an operand brings to the kind of an operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) kind: Kind,
    /// Of a number in the text, or made of such numbers.
    pub(super) constant: Option<Literal>,
    pub(super) is_constant: bool,
}

/// The kind of an operation, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Common {
    pub(super) kind: Kind,
    /// The kind that numexpr has for them, if it is a smaller one, which cannot hold them.
    pub(super) raised_from: Option<Kind>,
}

impl Common {
    /// The kind that numexpr has too.
    pub(super) fn plain(kind: Kind) -> Common {
        Common { kind, raised_from: None }
    }

    pub(super) fn is_raised(self) -> bool {
        self.raised_from.is_some()
    }
}

/// Some operands are strings and some are not.
pub(super) struct MixedStrings;

/// Returns the kind that operands agree on: the highest of them, where numbers in the text count like
/// arrays.
///
/// Not as numexpr: `l` with `f` is `d`, which holds what neither of them does, unless the `l` is a number
/// in the text; `uint64` stays beside its own kind, `bool` and numbers in the text that it can hold, and
/// is `d` with other integers and with `f`, as in NumPy.
pub(super) fn common(shares: &[Share]) -> Result<Common, MixedStrings> {
    let strings = shares.iter().filter(|share| share.kind == Kind::Bytes).count();
    if strings > 0 {
        let all = strings == shares.len();
        return if all { Ok(Common::plain(Kind::Bytes)) } else { Err(MixedStrings) };
    }
    let highest = shares.iter().map(|share| share.kind).max().unwrap_or(Kind::Bool);
    let has = |kind: Kind| shares.iter().any(|share| !share.is_constant && share.kind == kind);
    let is_negative = |share: &Share| {
        share.is_constant
            && share.kind.is_int()
            && !matches!(share.constant, Some(Literal::Int(x)) if x >= 0)
    };
    let beyond = match highest {
        Kind::Float => has(Kind::Long) || has(Kind::Unsigned),
        Kind::Unsigned => has(Kind::Int) || has(Kind::Long) || shares.iter().any(is_negative),
        Kind::Bool | Kind::Int | Kind::Long | Kind::Double | Kind::Complex | Kind::Bytes => false,
    };
    Ok(if beyond {
        Common { kind: Kind::Double, raised_from: Some(highest) }
    } else {
        Common::plain(highest)
    })
}

/// Returns the kind in which operands combine bit by bit: as [`common`], but `uint64` has the bits of `l`
/// and joins other integers there.
pub(super) fn common_bits(shares: &[Share]) -> Result<Common, MixedStrings> {
    let common = common(shares)?;
    let ints = shares.iter().all(|share| share.kind.is_int() || share.kind == Kind::Bool);
    Ok(if common.is_raised() && ints { Common::plain(Kind::Long) } else { common })
}
