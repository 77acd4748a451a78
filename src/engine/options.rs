//! What may be chosen for one run.

use super::casting::Casting;
use crate::exec::pool::Interrupt;
use crate::exec::run::ResultOrder;

/// Options of a run.
#[derive(Clone, Copy, Default)]
pub struct RunOptions<'a> {
    pub(super) order: ResultOrder,
    pub(super) casting: Casting,
    pub(super) interrupt: Option<Interrupt<'a>>,
}

impl<'a> RunOptions<'a> {
    /// The options of [`Kernel::run`](crate::Kernel::run): results laid out as the inputs are, `same_kind` casting.
    pub fn new() -> RunOptions<'a> {
        RunOptions::default()
    }

    /// Sets how fresh results are laid out.
    pub fn order(mut self, order: Order) -> RunOptions<'a> {
        self.order = match order {
            Order::K => ResultOrder::Keep,
            Order::C => ResultOrder::C,
            Order::F => ResultOrder::F,
        };
        self
    }

    /// Sets which dtype changes outputs allow.
    pub fn casting(mut self, casting: Casting) -> RunOptions<'a> {
        self.casting = casting;
        self
    }

    /// Lets a long run be stopped: `stop` is called by the calling thread between chunks of work, which take
    /// some milliseconds at most, and never in runs that are over sooner. When it returns true, the run ends
    /// with an error of kind [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted); what outputs hold then is not specified.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicBool, Ordering};
    ///
    /// use numjit::{DType, Engine, ErrorKind, RunOptions, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let is_cancelled = AtomicBool::new(true);
    /// let stop = || is_cancelled.load(Ordering::Relaxed);
    ///
    /// let kernel = Engine::default().compile("sqrt(x)", &[("x", DType::F64)])?;
    /// let x = vec![2.0; 1_000_000];
    /// let stopped = kernel.run_with(vars! { x }, &RunOptions::new().interrupt(&stop));
    /// assert!(stopped.is_err_and(|error| error.kind() == ErrorKind::Interrupted));
    /// # Ok(())
    /// # }
    /// ```
    pub fn interrupt(mut self, stop: &'a (dyn Fn() -> bool + Sync)) -> RunOptions<'a> {
        self.interrupt = Some(stop);
        self
    }
}

impl std::fmt::Debug for RunOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunOptions")
            .field("order", &self.order)
            .field("casting", &self.casting)
            .field("interrupt", &self.interrupt.is_some())
            .finish()
    }
}

/// How results lie in memory, as NumPy's `order`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Their axes nest as those of the inputs do.
    #[default]
    K,
    /// The last axis is innermost.
    C,
    /// The first axis is innermost.
    F,
}
