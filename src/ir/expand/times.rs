//! Functions of moments and durations, which are `i64`; the smallest of them is "not a time".
//!
//! "Not a time" is the smallest integer, but NumPy lets it win `maximum` as well. One less than each
//! value, wrapped, is an order in which it is the largest.

use super::super::{Binary, GraphBuilder, Value};

/// "Not a time".
pub(crate) const NAT: i64 = i64::MIN;

/// Returns whether a value is "not a time".
pub(crate) fn is_nat(b: &mut GraphBuilder, x: Value) -> Value {
    let nat = b.constant(NAT);
    b.binary(Binary::Eq, x, nat)
}

/// Returns whether some value is "not a time".
pub(crate) fn some_nat(b: &mut GraphBuilder, values: &[Value]) -> Value {
    let mut some = None;
    for &value in values {
        let nat = is_nat(b, value);
        some = Some(some.map_or(nat, |some| b.binary(Binary::Or, some, nat)));
    }
    some.expect("an operation has an operand")
}

/// Returns a result, or "not a time" where some operand is that.
pub(crate) fn unless_nat(b: &mut GraphBuilder, operands: &[Value], result: Value) -> Value {
    let some = some_nat(b, operands);
    let nat = b.constant(NAT);
    b.select(some, nat, result)
}

/// Divides a duration by an integer, cut towards zero; by zero it is "not a time".
pub(crate) fn shrink(b: &mut GraphBuilder, x: Value, divisor: Value) -> Value {
    // Without the remainder the quotient is exact, so rounding down does not matter.
    let rest = b.binary(Binary::Fmod, x, divisor);
    let whole = b.binary(Binary::Sub, x, rest);
    let quotient = b.binary(Binary::FloorDiv, whole, divisor);
    let zero = b.constant(0_i64);
    let by_zero = b.binary(Binary::Eq, divisor, zero);
    let nat = b.constant(NAT);
    let quotient = b.select(by_zero, nat, quotient);
    unless_nat(b, &[x], quotient)
}

/// Returns the place of a value in the order in which "not a time" is the largest.
pub(crate) fn key(b: &mut GraphBuilder, x: Value) -> Value {
    let one = b.constant(1_i64);
    b.binary(Binary::Sub, x, one)
}

/// Returns the value with this place in that order.
pub(crate) fn of_key(b: &mut GraphBuilder, key: Value) -> Value {
    let one = b.constant(1_i64);
    b.binary(Binary::Add, key, one)
}

/// Combines two values in the order in which "not a time" is the largest.
pub(crate) fn by_keys(b: &mut GraphBuilder, op: Binary, x: Value, y: Value) -> Value {
    let (x, y) = (key(b, x), key(b, y));
    let result = b.binary(op, x, y);
    of_key(b, result)
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Eq,
    Ne,
    Lt,
    Le,
}

/// Compares two values; with "not a time" nothing holds but that they differ.
pub(crate) fn compare(b: &mut GraphBuilder, order: Order, x: Value, y: Value) -> Value {
    let nat = is_nat(b, x);
    if order == Order::Ne {
        let differ = b.binary(Binary::Ne, x, y);
        return b.binary(Binary::Or, differ, nat);
    }
    // Nothing is before or equal to "not a time" but itself, so asking about the first is enough.
    let op = match order {
        Order::Eq => Binary::Eq,
        Order::Lt => Binary::Lt,
        Order::Le => Binary::Le,
        Order::Ne => unreachable!("returned above"),
    };
    let holds = b.binary(op, x, y);
    let time = b.unary(super::super::Unary::Not, nat);
    b.binary(Binary::And, holds, time)
}
