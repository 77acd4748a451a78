//! A tree as canonical text.
//!
//! One spacing, the fewest brackets, decimal integers, the shortest digits that make the same float. The
//! text parses back to an equal tree, so it identifies the expression: kernels are cached by it.

use std::fmt::Write;

use super::ast::{Ast, ExprId, ExprKind};
use super::precedence::Precedence;
use crate::ops::BinaryOp;

/// Returns the canonical text of a tree. `parse(print(tree))` equals `tree`, spans aside.
pub(crate) fn print(ast: &Ast) -> String {
    let mut printer = Printer { ast, out: String::new(), todo: Vec::new() };
    printer.todo.push(Todo::Expr(ast.root, Precedence::Conditional));
    while let Some(todo) = printer.todo.pop() {
        match todo {
            Todo::Text(text) => printer.out.push_str(text),
            Todo::Expr(id, least) => printer.expr(id, least),
        }
    }
    printer.out
}

/// What remains to be printed; a stack instead of recursion, so the depth of the tree does not matter.
enum Todo<'a> {
    Text(&'a str),
    /// An expression, in brackets if it binds weaker than its place asks for.
    Expr(ExprId, Precedence),
}

struct Printer<'a> {
    ast: &'a Ast,
    out: String,
    /// The next thing is the last.
    todo: Vec<Todo<'a>>,
}

impl<'a> Printer<'a> {
    fn expr(&mut self, id: ExprId, least: Precedence) {
        let ast = self.ast;
        let kind = &ast.expr(id).kind;
        // What follows is pushed in reading order and turned around at the end.
        let mark = self.todo.len();
        let brackets = precedence(kind) < least;
        if brackets {
            self.text("(");
        }
        match kind {
            ExprKind::Int(value) => self.format(format_args!("{value}")),
            ExprKind::Float(value) => self.float(*value),
            ExprKind::Imaginary(value) => {
                self.float(*value);
                if self.out.ends_with(".0") {
                    self.out.truncate(self.out.len() - 2);
                }
                self.out.push('j');
            }
            ExprKind::Str(text) => self.str(text),
            ExprKind::Bytes(bytes) => self.bytes(bytes),
            ExprKind::Bool(true) => self.text("True"),
            ExprKind::Bool(false) => self.text("False"),
            ExprKind::None => self.text("None"),
            ExprKind::Name(name) => self.text(ast.name(*name)),
            ExprKind::Unary { op, operand } => {
                let precedence = Precedence::of_unary(*op);
                self.text(op.symbol());
                if precedence == Precedence::Not {
                    self.text(" ");
                }
                self.operand(*operand, precedence);
            }
            ExprKind::Binary { op, lhs, rhs, .. } => {
                let (left, right) = binary_operands(*op);
                self.operand(*lhs, left);
                self.infix(op.symbol());
                self.operand(*rhs, right);
            }
            ExprKind::Compare { first, rest } => {
                self.operand(*first, Precedence::BitOr);
                for link in rest {
                    self.infix(link.op.symbol());
                    self.operand(link.operand, Precedence::BitOr);
                }
            }
            ExprKind::IfElse { condition, then, otherwise } => {
                self.operand(*then, Precedence::Or);
                self.infix("if");
                self.operand(*condition, Precedence::Or);
                self.infix("else");
                self.operand(*otherwise, Precedence::Conditional);
            }
            ExprKind::Call { callee, args, keywords } => {
                self.operand(*callee, Precedence::Postfix);
                self.text("(");
                self.items(args);
                for (index, keyword) in keywords.iter().enumerate() {
                    if index > 0 || !args.is_empty() {
                        self.text(", ");
                    }
                    self.text(ast.name(keyword.name));
                    self.text("=");
                    self.operand(keyword.value, Precedence::Conditional);
                }
                self.text(")");
            }
            ExprKind::Attribute { object, name, .. } => {
                // `1.real` would read `1.` as a number.
                let number = matches!(ast.expr(*object).kind, ExprKind::Int(_));
                self.text(if number { "(" } else { "" });
                self.operand(*object, Precedence::Postfix);
                self.text(if number { ")." } else { "." });
                self.text(ast.name(*name));
            }
            ExprKind::Subscript { object, indices } => {
                self.operand(*object, Precedence::Postfix);
                self.text("[");
                match indices[..] {
                    [] => self.text("()"),
                    [only] if matches!(ast.expr(only).kind, ExprKind::Tuple(_)) => {
                        self.operand(only, Precedence::Conditional);
                        self.text(",");
                    }
                    [..] => self.items(indices),
                }
                self.text("]");
            }
            ExprKind::Slice { start, stop, step } => {
                self.optional(*start);
                self.text(":");
                self.optional(*stop);
                if step.is_some() {
                    self.text(":");
                    self.optional(*step);
                }
            }
            ExprKind::Tuple(items) => {
                self.text("(");
                self.items(items);
                self.text(if items.len() == 1 { ",)" } else { ")" });
            }
            ExprKind::List(items) => {
                self.text("[");
                self.items(items);
                self.text("]");
            }
        }
        if brackets {
            self.text(")");
        }
        self.todo[mark..].reverse();
    }

    fn text(&mut self, text: &'a str) {
        self.todo.push(Todo::Text(text));
    }

    fn infix(&mut self, symbol: &'a str) {
        self.text(" ");
        self.text(symbol);
        self.text(" ");
    }

    fn operand(&mut self, id: ExprId, least: Precedence) {
        self.todo.push(Todo::Expr(id, least));
    }

    fn optional(&mut self, id: Option<ExprId>) {
        if let Some(id) = id {
            self.operand(id, Precedence::Conditional);
        }
    }

    fn items(&mut self, items: &[ExprId]) {
        for (index, &item) in items.iter().enumerate() {
            if index > 0 {
                self.text(", ");
            }
            self.operand(item, Precedence::Conditional);
        }
    }

    fn format(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.out.write_fmt(arguments).expect("a string takes any text");
    }

    fn float(&mut self, value: f64) {
        if value.is_infinite() {
            self.out.push_str("1e400");
        } else {
            // `Debug` prints the shortest digits that read back as the same float, and always a `.` or `e`.
            self.format(format_args!("{value:?}"));
        }
    }

    fn str(&mut self, text: &str) {
        let quote = quote(text.contains('\''), text.contains('"'));
        self.out.push(quote);
        for c in text.chars() {
            let code = u32::from(c);
            match c {
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\\' => self.out.push_str("\\\\"),
                c if c == quote => self.format(format_args!("\\{c}")),
                c if c.is_control() => self.format(format_args!("\\x{code:02x}")),
                c => self.out.push(c),
            }
        }
        self.out.push(quote);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let quote = quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
        self.format(format_args!("b{quote}"));
        for &byte in bytes {
            match byte {
                b'\n' => self.out.push_str("\\n"),
                b'\r' => self.out.push_str("\\r"),
                b'\t' => self.out.push_str("\\t"),
                b'\\' => self.out.push_str("\\\\"),
                b if char::from(b) == quote => self.format(format_args!("\\{quote}")),
                b' '..=b'~' => self.out.push(char::from(byte)),
                _ => self.format(format_args!("\\x{byte:02x}")),
            }
        }
        self.out.push(quote);
    }
}

/// Python's choice: single quotes, unless only those would need a backslash.
fn quote(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

/// How tightly the operands of a binary operator must bind to stand without brackets.
fn binary_operands(op: BinaryOp) -> (Precedence, Precedence) {
    match op {
        BinaryOp::Or => (Precedence::Or, Precedence::And),
        BinaryOp::And => (Precedence::And, Precedence::Not),
        BinaryOp::BitOr => (Precedence::BitOr, Precedence::BitXor),
        BinaryOp::BitXor => (Precedence::BitXor, Precedence::BitAnd),
        BinaryOp::BitAnd => (Precedence::BitAnd, Precedence::Shift),
        BinaryOp::Shl | BinaryOp::Shr => (Precedence::Shift, Precedence::Sum),
        BinaryOp::Add | BinaryOp::Sub => (Precedence::Sum, Precedence::Product),
        BinaryOp::Mul | BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem | BinaryOp::MatMul => {
            (Precedence::Product, Precedence::Sign)
        }
        // `2**-a` needs no brackets, `(-a)**2` does.
        BinaryOp::Pow => (Precedence::Postfix, Precedence::Sign),
    }
}

fn precedence(kind: &ExprKind) -> Precedence {
    match kind {
        ExprKind::IfElse { .. } => Precedence::Conditional,
        ExprKind::Binary { op, .. } => Precedence::of_binary(*op),
        ExprKind::Unary { op, .. } => Precedence::of_unary(*op),
        ExprKind::Compare { .. } => Precedence::Compare,
        ExprKind::Call { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
            Precedence::Postfix
        }
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Slice { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_) => Precedence::Atom,
    }
}
