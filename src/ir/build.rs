//! Tree and types to graph.
//!
//! Mechanical: [`TypeMap`] says in which prim each operation computes, so nothing is decided here and
//! nothing can fail. This is the only place that makes `Cast`s.

use super::expand;
use super::{Binary, Graph, GraphBuilder, Inst, Output, Reduce, SpaceId, Unary, Value};
use crate::dtype::Prim;
use crate::ops::{BinaryOp, CompareOp, Func, Reduction, UnaryOp};
use crate::syntax::ast::{Ast, CompareLink, ExprId, ExprKind};
use crate::types::{Link, Meaning, Type, TypeMap};

/// Builds the graph of an expression. Its inputs are those of the type map, in their order.
pub(crate) fn build(ast: &Ast, types: &TypeMap) -> Graph {
    let spaces = Spaces::of(ast, types);
    let mut translator = Translator {
        types,
        builder: GraphBuilder::new(types.inputs()),
        values: Vec::with_capacity(ast.exprs.len()),
    };
    for (index, expr) in (0_u32..).zip(&ast.exprs) {
        let value = translator.expr(ExprId(index), &expr.kind, &spaces);
        translator.values.push(value);
    }
    let value = translator.operand(ast.root, types.prim());
    let space = translator.builder.space(&spaces.output);
    translator.builder.finish(vec![Output { value, space }])
}

/// The inputs over which the output and each reduction run: those reachable without passing through
/// another reduction, whether or not their values matter in the end.
struct Spaces {
    /// By expression; empty for all but reductions.
    reductions: Vec<Vec<u32>>,
    output: Vec<u32>,
}

impl Spaces {
    fn of(ast: &Ast, types: &TypeMap) -> Spaces {
        let mut spaces =
            Spaces { reductions: vec![Vec::new(); ast.exprs.len()], output: Vec::new() };
        // The nearest reduction around each expression; parents come after their children, so a walk
        // from the end has seen what is around an expression before the expression.
        let mut around: Vec<Option<ExprId>> = vec![None; ast.exprs.len()];
        for (index, expr) in ast.exprs.iter().enumerate().rev() {
            let id = ExprId(u32::try_from(index).expect("node limits keep the arena within u32"));
            let outer = around[index];
            let mut inner = outer;
            match *types.meaning(id) {
                Meaning::Input(input) => match outer {
                    Some(reduction) => spaces.reductions[reduction.0 as usize].push(input),
                    None => spaces.output.push(input),
                },
                Meaning::Reduction(..) => inner = Some(id),
                Meaning::Nothing
                | Meaning::Operator(_)
                | Meaning::Logical
                | Meaning::Comparison(_)
                | Meaning::Function(..) => {}
            }
            for_each_operand(&expr.kind, |operand| around[operand.0 as usize] = inner);
        }
        for space in spaces.reductions.iter_mut().chain([&mut spaces.output]) {
            space.sort_unstable();
            space.dedup();
        }
        spaces
    }
}

/// Calls `f` on the parts of an expression that have values.
fn for_each_operand(kind: &ExprKind, mut f: impl FnMut(ExprId)) {
    match kind {
        ExprKind::Unary { operand: x, .. } | ExprKind::Attribute { object: x, .. } => f(*x),
        ExprKind::Binary { lhs, rhs, .. } => {
            f(*lhs);
            f(*rhs);
        }
        ExprKind::Compare { first, rest } => {
            f(*first);
            rest.iter().for_each(|link| f(link.operand));
        }
        ExprKind::IfElse { condition, then, otherwise } => {
            f(*condition);
            f(*then);
            f(*otherwise);
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|&arg| f(arg)),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Subscript { .. }
        | ExprKind::Slice { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_) => {}
    }
}

struct Translator<'a> {
    types: &'a TypeMap,
    builder: GraphBuilder,
    /// By expression; `None` for literals, which each user makes a constant of its own prim, and for
    /// names of functions.
    values: Vec<Option<Value>>,
}

impl Translator<'_> {
    fn expr(&mut self, id: ExprId, kind: &ExprKind, spaces: &Spaces) -> Option<Value> {
        Some(match *self.types.meaning(id) {
            Meaning::Nothing => return None,
            Meaning::Input(input) => self.builder.push(Inst::Input(input)),
            Meaning::Operator(prim) => self.operator(kind, prim),
            Meaning::Logical => self.logical(kind),
            Meaning::Comparison(ref links) => self.comparison(kind, links),
            Meaning::Function(func, prim) => self.function(func, prim, kind),
            Meaning::Reduction(reduction, prim) => {
                let space = self.builder.space(&spaces.reductions[id.0 as usize]);
                self.reduction(reduction, prim, arguments(kind)[0], space)
            }
        })
    }

    /// Returns the value of a part, as this prim.
    fn operand(&mut self, id: ExprId, prim: Prim) -> Value {
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => self.builder.constant(literal.to_scalar(prim)),
            Type::Strong(_) => {
                let value = self.values[id.0 as usize].expect("children come before parents");
                self.builder.cast(value, prim)
            }
        }
    }

    /// Returns whether a part is not zero. NaN is not zero.
    fn truth(&mut self, id: ExprId) -> Value {
        match self.types.get(id).expect("an operand of a checked tree has a type") {
            Type::Weak(literal) => self.builder.constant(literal.truth()),
            Type::Strong(Prim::Bool) => self.operand(id, Prim::Bool),
            Type::Strong(prim) => {
                let value = self.operand(id, prim);
                let zero = self.builder.constant(expand::number(0, prim));
                self.builder.binary(Binary::Ne, value, zero)
            }
        }
    }

    fn operator(&mut self, kind: &ExprKind, prim: Prim) -> Value {
        match *kind {
            ExprKind::Unary { op, operand } => {
                let x = self.operand(operand, prim);
                match op {
                    UnaryOp::Neg => self.builder.unary(Unary::Neg, x),
                    UnaryOp::Pos => x,
                    UnaryOp::Invert => self.builder.unary(Unary::Not, x),
                    UnaryOp::Not => unreachable!("`not` is logical"),
                }
            }
            ExprKind::Binary { op, lhs, rhs, .. } => {
                let (x, y) = (self.operand(lhs, prim), self.operand(rhs, prim));
                self.builder.binary(expand::infix(op, prim), x, y)
            }
            ExprKind::IfElse { condition, then, otherwise } => {
                self.choose(condition, then, otherwise, prim)
            }
            ref other => unreachable!("{other:?} is not an operator"),
        }
    }

    fn choose(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        prim: Prim,
    ) -> Value {
        let condition = self.truth(condition);
        let (then, otherwise) = (self.operand(then, prim), self.operand(otherwise, prim));
        self.builder.select(condition, then, otherwise)
    }

    fn logical(&mut self, kind: &ExprKind) -> Value {
        match *kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let x = self.truth(operand);
                self.builder.unary(Unary::Not, x)
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), lhs, rhs, .. } => {
                let (x, y) = (self.truth(lhs), self.truth(rhs));
                self.builder.binary(expand::infix(op, Prim::Bool), x, y)
            }
            ref other => unreachable!("{other:?} is not logical"),
        }
    }

    fn comparison(&mut self, kind: &ExprKind, links: &[Link]) -> Value {
        let ExprKind::Compare { first, ref rest } = *kind else {
            unreachable!("{kind:?} is not a comparison");
        };
        let mut lhs = first;
        let mut all: Option<Value> = None;
        for (&CompareLink { op, operand: rhs, .. }, &link) in rest.iter().zip(links) {
            let holds = match link {
                Link::Known(holds) => self.builder.constant(holds),
                Link::Compare(prim) => {
                    let (x, y) = (self.operand(lhs, prim), self.operand(rhs, prim));
                    match op {
                        CompareOp::Lt => self.builder.binary(Binary::Lt, x, y),
                        CompareOp::Le => self.builder.binary(Binary::Le, x, y),
                        CompareOp::Eq => self.builder.binary(Binary::Eq, x, y),
                        CompareOp::Ne => self.builder.binary(Binary::Ne, x, y),
                        CompareOp::Ge => self.builder.binary(Binary::Le, y, x),
                        CompareOp::Gt => self.builder.binary(Binary::Lt, y, x),
                        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
                            unreachable!("`{}` has no type", op.symbol())
                        }
                    }
                }
            };
            all = Some(match all {
                Some(before) => self.builder.binary(Binary::And, before, holds),
                None => holds,
            });
            lhs = rhs;
        }
        all.expect("a comparison has a link")
    }

    fn reduction(
        &mut self,
        reduction: Reduction,
        prim: Prim,
        x: ExprId,
        space: SpaceId,
    ) -> Value {
        let op = match reduction {
            Reduction::Sum | Reduction::Mean => Reduce::Sum,
            Reduction::Prod => Reduce::Prod,
            Reduction::Min => Reduce::Min,
            Reduction::Max => Reduce::Max,
            Reduction::Any => Reduce::Any,
            Reduction::All => Reduce::All,
        };
        let x = match reduction {
            Reduction::Any | Reduction::All => self.truth(x),
            Reduction::Sum
            | Reduction::Prod
            | Reduction::Min
            | Reduction::Max
            | Reduction::Mean => self.operand(x, prim),
        };
        let reduced = self.builder.push(Inst::Reduce(op, x, space));
        match reduction {
            Reduction::Mean => {
                let count = self.builder.push(Inst::Count(space, prim));
                self.builder.binary(Binary::Div, reduced, count)
            }
            Reduction::Sum
            | Reduction::Prod
            | Reduction::Min
            | Reduction::Max
            | Reduction::Any
            | Reduction::All => reduced,
        }
    }

    fn function(&mut self, func: Func, prim: Prim, kind: &ExprKind) -> Value {
        let args = arguments(kind);
        if func == Func::Where {
            return self.choose(args[0], args[1], args[2], prim);
        }
        let x = self.operand(args[0], prim);
        let y = args.get(1).map(|&y| self.operand(y, prim));
        match y {
            Some(y) => self.builder.binary(expand::of_two(func), x, y),
            None => expand::of_one(&mut self.builder, func, x),
        }
    }
}

/// Returns the arguments of a call, or the object of an attribute that means a call.
fn arguments(kind: &ExprKind) -> &[ExprId] {
    match kind {
        ExprKind::Call { args, .. } => args,
        ExprKind::Attribute { object, .. } => std::slice::from_ref(object),
        other => unreachable!("{other:?} calls nothing"),
    }
}
