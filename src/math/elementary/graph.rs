//! Functions as graphs of the operations of [`Lanes`]: what a code generator needs to write one out in line,
//! at any width.
//!
//! [`record1`] and [`record2`] run a function over nodes instead of numbers. A node is created once for each
//! operation and operands, so what a function computes twice is one node. What a function does for rare arguments
//! only is left out; a recording says for which.

#![expect(unsafe_code, reason = "loads and stores are declared so")]
#![cfg_attr(
    not(any(test, target_arch = "x86_64")),
    expect(dead_code, reason = "for generators that write functions in line")
)]

use std::cell::RefCell;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use rustc_hash::FxHashMap;

#[cfg(test)]
use super::Function2;
use super::kernels::Element;
use super::lanes::{Bits, Lanes, Mask, row_mask};
use super::{Function1, Map1, Map2, Visit1, Visit2};

/// Number of a node in its graph; operands come before what uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node(pub(crate) u32);

/// One operation. Operands are `f64` unless the name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Argument(u8),
    /// A number by its bits, or an integer: the same thing.
    Constant(u64),
    Add(Node, Node),
    Sub(Node, Node),
    Mul(Node, Node),
    Div(Node, Node),
    Neg(Node),
    Sqrt(Node),
    MulAdd(Node, Node, Node),
    Rint(Node),
    Lt(Node, Node),
    Le(Node, Node),
    Eq(Node, Node),
    IntAdd(Node, Node),
    IntSub(Node, Node),
    And(Node, Node),
    Or(Node, Node),
    Xor(Node, Node),
    Shl(Node, u32),
    Shr(Node, u32),
    IntEq(Node, Node),
    MaskAnd(Node, Node),
    MaskOr(Node, Node),
    MaskNot(Node),
    /// The first of a mask where it is set, else the second.
    Select(Node, Node, Node),
    /// Element `index` of the table at this address with this many elements.
    Lookup(Node, Table),
}

/// A table of `f64`; two with the same address and length are one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    elements: &'static [f64],
    /// What an index is multiplied by, and what is added: for columns of rows.
    pub(crate) step: usize,
    pub(crate) offset: usize,
}

impl Table {
    fn key(&self) -> (usize, usize, usize, usize) {
        (self.elements.as_ptr().addr(), self.elements.len(), self.step, self.offset)
    }

    /// Returns how many rows the table has; an index is masked to be below the next power of two.
    pub(crate) fn rows(&self) -> usize {
        self.elements.len() / self.step
    }

    /// Returns where the table starts.
    pub(crate) fn address(&self) -> *const f64 {
        self.elements.as_ptr()
    }

    /// Returns the element that an index stands for.
    #[cfg(test)]
    pub(crate) fn get(&self, index: u64) -> Option<f64> {
        let index = usize::try_from(index).ok()?;
        self.elements.get(index.checked_mul(self.step)?.checked_add(self.offset)?).copied()
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Table) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Table {}

impl Hash for Table {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// A recorded function.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    steps: Vec<Step>,
    rare: Vec<Node>,
    result: Node,
}

/// A function while it is recorded.
#[derive(Default)]
struct Recorder {
    steps: Vec<Step>,
    known: FxHashMap<Step, Node>,
    rare: Vec<Node>,
}

impl Recording {
    /// Returns the steps, each after its operands.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the node of the result.
    pub(crate) fn result(&self) -> Node {
        self.result
    }

    /// Returns the masks of arguments for which the result is not that of the function.
    pub(crate) fn rare(&self) -> &[Node] {
        &self.rare
    }
}

impl Recorder {
    fn push(&mut self, step: Step) -> Node {
        *self.known.entry(step).or_insert_with(|| {
            self.steps.push(step);
            Node(u32::try_from(self.steps.len() - 1).expect("functions are short"))
        })
    }
}

thread_local! {
    /// The function that is being recorded: constants do not say to which one they belong.
    static CURRENT: RefCell<Recorder> = RefCell::default();
}

fn push(step: Step) -> Node {
    CURRENT.with_borrow_mut(|recorder| recorder.push(step))
}

fn push_rare(mask: Truth) {
    CURRENT.with_borrow_mut(|recorder| recorder.rare.push(mask.0));
}

struct Record<T>(PhantomData<T>);

impl<T: Element> Visit1 for Record<T> {
    type Output = Recording;

    fn visit<F: Map1>(self) -> Recording {
        CURRENT.take();
        let Number(result) = T::call1::<F, _>(Number(push(Step::Argument(0))));
        finish(result)
    }
}

impl<T: Element> Visit2 for Record<T> {
    type Output = Recording;

    fn visit<F: Map2>(self) -> Recording {
        CURRENT.take();
        let [x, y] = [0, 1].map(|at| Number(push(Step::Argument(at))));
        let Number(result) = T::call2::<F, _>(x, y);
        finish(result)
    }
}

fn finish(result: Node) -> Recording {
    let Recorder { steps, rare, .. } = CURRENT.take();
    Recording { steps, rare, result }
}

/// Returns the graph of a function of one `T`; arguments and result are `f64`, the result not yet rounded.
pub(crate) fn record1<T: Element>(function: Function1) -> Recording {
    function.visit(Record::<T>(PhantomData))
}

/// Returns the graph of a function of two `T`, as above.
#[cfg(test)]
pub(crate) fn record2<T: Element>(function: Function2) -> Recording {
    function.visit(Record::<T>(PhantomData))
}

/// A number that is not known yet; the next two are integers and masks.
#[derive(Clone, Copy)]
struct Number(Node);

#[derive(Clone, Copy)]
struct Integer(Node);

#[derive(Clone, Copy)]
struct Truth(Node);

macro_rules! operators {
    ($($type:ident $trait:ident $method:ident $step:ident;)*) => {$(
        impl $trait for $type {
            type Output = $type;

            fn $method(self, other: $type) -> $type {
                $type(push(Step::$step(self.0, other.0)))
            }
        }
    )*};
}

operators! {
    Number Add add Add;
    Number Sub sub Sub;
    Number Mul mul Mul;
    Number Div div Div;
    Integer Add add IntAdd;
    Integer Sub sub IntSub;
    Integer BitAnd bitand And;
    Integer BitOr bitor Or;
    Integer BitXor bitxor Xor;
    Truth BitAnd bitand MaskAnd;
    Truth BitOr bitor MaskOr;
}

impl Neg for Number {
    type Output = Number;

    fn neg(self) -> Number {
        Number(push(Step::Neg(self.0)))
    }
}

impl Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        Truth(push(Step::MaskNot(self.0)))
    }
}

impl Lanes for Number {
    type Bits = Integer;
    type Mask = Truth;

    const N: usize = 1;

    unsafe fn load(_: *const f64) -> Number {
        unreachable!("a recording starts with its arguments")
    }

    unsafe fn store(self, _: *mut f64) {
        unreachable!("a recording ends with a node")
    }

    unsafe fn load_f32(_: *const f32) -> Number {
        unreachable!("as for f64")
    }

    unsafe fn store_f32(self, _: *mut f32) {
        unreachable!("as for f64")
    }

    fn of(x: f64) -> Number {
        Number(push(Step::Constant(x.to_bits())))
    }

    fn sqrt(self) -> Number {
        Number(push(Step::Sqrt(self.0)))
    }

    fn mul_add(self, y: Number, z: Number) -> Number {
        Number(push(Step::MulAdd(self.0, y.0, z.0)))
    }

    fn rint(self) -> Number {
        Number(push(Step::Rint(self.0)))
    }

    fn lt(self, y: Number) -> Truth {
        Truth(push(Step::Lt(self.0, y.0)))
    }

    fn le(self, y: Number) -> Truth {
        Truth(push(Step::Le(self.0, y.0)))
    }

    fn eq(self, y: Number) -> Truth {
        Truth(push(Step::Eq(self.0, y.0)))
    }

    fn bits(self) -> Integer {
        Integer(self.0)
    }

    fn lookup2<const LEN: usize>(
        index: Integer,
        table: &'static [[f64; 2]; LEN],
    ) -> (Number, Number) {
        let (elements, row) = (table.as_flattened(), row::<LEN>(index));
        let column = |offset| Number(push(Step::Lookup(row, Table { elements, step: 2, offset })));
        (column(0), column(1))
    }

    fn lookup4<const LEN: usize>(index: Integer, table: &'static [[f64; 4]; LEN]) -> [Number; 4] {
        let (elements, row) = (table.as_flattened(), row::<LEN>(index));
        [0, 1, 2, 3]
            .map(|offset| Number(push(Step::Lookup(row, Table { elements, step: 4, offset }))))
    }

    fn fix(self, mask: Truth, _: Number, _: fn(f64) -> f64) -> Number {
        push_rare(mask);
        self
    }

    fn fix2(self, mask: Truth, _: Number, _: Number, _: fn(f64, f64) -> f64) -> Number {
        push_rare(mask);
        self
    }
}

/// The row of a table of so many that an index stands for.
fn row<const LEN: usize>(index: Integer) -> Node {
    (index & Integer::of(row_mask(LEN) as u64)).0
}

impl Bits for Integer {
    type Lanes = Number;

    fn of(x: u64) -> Integer {
        Integer(push(Step::Constant(x)))
    }

    fn float(self) -> Number {
        Number(self.0)
    }

    fn shl<const BY: u32>(self) -> Integer {
        Integer(push(Step::Shl(self.0, BY)))
    }

    fn shr<const BY: u32>(self) -> Integer {
        Integer(push(Step::Shr(self.0, BY)))
    }

    fn eq(self, y: Integer) -> Truth {
        Truth(push(Step::IntEq(self.0, y.0)))
    }
}

impl Mask for Truth {
    type Lanes = Number;

    fn select(self, yes: Number, no: Number) -> Number {
        Number(push(Step::Select(self.0, yes.0, no.0)))
    }

    /// What is skipped unless some lane needs it is rare.
    fn any(self) -> bool {
        push_rare(self);
        false
    }
}

#[cfg(test)]
mod tests;
