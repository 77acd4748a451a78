//! The elementary functions as loops over slices, for each kind of processor.

use std::fmt;

use crate::math::elementary::kernels::{self, Element, Level};
use crate::math::elementary::{Function1, Function2};
use crate::ops::Func;

/// An elementary function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Of one number.
    One(One),
    /// Of two numbers.
    Two(Two),
}

/// A function of one number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct One(Function1);

/// A function of two numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Two(Function2);

/// A kind of processor that this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Processor(Level);

/// The two types of elements.
#[expect(private_bounds, reason = "two types have it, and no others can")]
pub trait Number: Element {}

impl Number for f64 {}
impl Number for f32 {}

impl Processor {
    /// Returns what this processor is, the plainest first and the one that is used last.
    pub fn kinds() -> Vec<Processor> {
        Level::available().into_iter().map(Processor).collect()
    }

    /// Returns its name in lower case: `one`, `avx2`, `avx512`, `neon`.
    pub fn name(self) -> String {
        format!("{:?}", self.0).to_lowercase()
    }
}

impl Function {
    /// Returns all of them.
    pub fn all() -> Vec<Function> {
        let one = Function1::ALL.iter().map(|&f| Function::One(One(f)));
        let two = Function2::ALL.iter().map(|&f| Function::Two(Two(f)));
        one.chain(two).collect()
    }

    /// Returns whether formulas are made of it, which has no name in the language then.
    pub fn is_part(self) -> bool {
        match self {
            Function::One(_) => false,
            Function::Two(Two(function)) => matches!(
                function,
                Function2::LogHypot
                    | Function2::LogHypotLow
                    | Function2::Log2Hypot
                    | Function2::Log10Hypot
                    | Function2::Log1pHypot
                    | Function2::Arctan2High
                    | Function2::Arctan2Low
                    | Function2::ProductLow
            ),
        }
    }

    /// Returns the error in units in the last place that its documentation promises.
    pub fn bound(self) -> f64 {
        let name = self.to_string();
        if name.ends_with("fast") {
            return 4.0;
        }
        if self.is_part() {
            return 1.0;
        }
        let func = Func::ALL.iter().find(|func| func.info().name == name);
        func.map_or(0.0, |func| func.info().max_ulp.into())
    }
}

impl One {
    /// Computes the function of each number.
    ///
    /// # Panics
    /// When the lengths differ.
    #[expect(unsafe_code, reason = "the loops take raw pointers")]
    pub fn map<T: Number>(self, processor: Processor, x: &[T], out: &mut [T]) {
        assert_eq!(x.len(), out.len());
        let tile = kernels::tile1::<T>(self.0, processor.0);
        // SAFETY: both have as many elements, and kinds are only made of those that the processor is.
        unsafe { tile(x.as_ptr().cast(), out.as_mut_ptr().cast(), x.len()) }
    }
}

impl Two {
    /// Computes the function of each pair of numbers.
    ///
    /// # Panics
    /// When the lengths differ.
    #[expect(unsafe_code, reason = "the loops take raw pointers")]
    pub fn map<T: Number>(self, processor: Processor, x: &[T], y: &[T], out: &mut [T]) {
        assert_eq!((x.len(), y.len()), (out.len(), out.len()));
        let tile = kernels::tile2::<T>(self.0, processor.0);
        // SAFETY: as above.
        unsafe { tile(x.as_ptr().cast(), y.as_ptr().cast(), out.as_mut_ptr().cast(), x.len()) }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Function::One(One(function)) => format!("{function:?}"),
            Function::Two(Two(Function2::Pow)) => "power".to_owned(),
            Function::Two(Two(function)) => format!("{function:?}"),
        };
        f.write_str(&name.to_lowercase())
    }
}
