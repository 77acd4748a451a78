//! A program as canonical text.
//!
//! One statement per line, one spacing, the fewest brackets, decimal integers, the shortest digits that make the same float. The
//! text parses back to an equal tree, so it identifies the expression: kernels are cached by it.

use std::fmt::Write;

use super::ast::{self, Ast, Expr, ExprId, ExprKind, NameId};
use super::precedence::Precedence;
use super::program::{Program, StatementKind};
use crate::ops::BinaryOp;

/// Returns the canonical text of a program. `parse(print(program))` equals `program`, spans aside.
pub(crate) fn print(program: &Program) -> String {
    let mut printer = Printer::new(&program.exprs, &program.names, &[]);
    for (index, statement) in program.statements.iter().enumerate() {
        if index > 0 {
            printer.out.push('\n');
        }
        match &statement.kind {
            StatementKind::Binding(word) => {
                printer.out.push_str(program.name(word.name));
                printer.out.push_str(" = ");
            }
            StatementKind::Definition { name, parameters } => {
                let names: Vec<&str> = parameters.iter().map(|p| program.name(p.name)).collect();
                let (name, names) = (program.name(name.name), names.join(", "));
                printer.format(format_args!("def {name}({names}): return "));
            }
            StatementKind::Result => {}
        }
        printer.run(statement.root());
    }
    printer.out
}

/// Returns an expression the way it could be written in the text, with the names that are bound there.
pub(crate) fn print_expr(ast: &Ast, id: ExprId) -> String {
    let mut printer = Printer::new(&ast.exprs, &ast.names, &ast.spellings);
    printer.run(id);
    printer.out
}

/// What remains to be printed; a stack instead of recursion, so the depth of the tree does not matter.
enum Todo<'a> {
    Text(&'a str),
    /// An expression, in brackets if it binds weaker than its place asks for.
    Expr(ExprId, Precedence),
}

struct Printer<'a> {
    exprs: &'a [Expr],
    names: &'a [String],
    /// The names of the `Bound` expressions, of which a program has none.
    spellings: &'a [(ExprId, NameId)],
    out: String,
    /// The next thing is the last.
    todo: Vec<Todo<'a>>,
}

impl<'a> Printer<'a> {
    fn new(
        exprs: &'a [Expr],
        names: &'a [String],
        spellings: &'a [(ExprId, NameId)],
    ) -> Printer<'a> {
        Printer { exprs, names, spellings, out: String::new(), todo: Vec::new() }
    }

    fn run(&mut self, root: ExprId) {
        self.todo.push(Todo::Expr(root, Precedence::Conditional));
        while let Some(todo) = self.todo.pop() {
            match todo {
                Todo::Text(text) => self.out.push_str(text),
                Todo::Expr(id, least) => self.expr(id, least),
            }
        }
    }

    fn kind(&self, id: ExprId) -> &'a ExprKind {
        &self.exprs[id.0 as usize].kind
    }

    fn name(&mut self, id: NameId) {
        self.text(&self.names[id.0 as usize]);
    }

    fn expr(&mut self, id: ExprId, least: Precedence) {
        let kind = self.kind(id);
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
            ExprKind::Ellipsis => self.text("..."),
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Bound(_) => {
                let name = ast::spelling(self.spellings, id);
                self.name(name.expect("the resolver notes the name of every bound expression"));
            }
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
                    self.name(keyword.name);
                    self.text("=");
                    self.operand(keyword.value, Precedence::Conditional);
                }
                self.text(")");
            }
            ExprKind::Attribute { object, name, .. } => {
                // `1.real` would read `1.` as a number.
                let number = matches!(self.kind(*object), ExprKind::Int(_));
                self.text(if number { "(" } else { "" });
                self.operand(*object, Precedence::Postfix);
                self.text(if number { ")." } else { "." });
                self.name(*name);
            }
            ExprKind::Subscript { object, indices } => {
                self.operand(*object, Precedence::Postfix);
                self.text("[");
                match indices[..] {
                    [] => self.text("()"),
                    [only] if matches!(self.kind(only), ExprKind::Tuple(_)) => {
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
        | ExprKind::Ellipsis
        | ExprKind::Name(_)
        | ExprKind::Bound(_)
        | ExprKind::Slice { .. }
        | ExprKind::Tuple(_)
        | ExprKind::List(_) => Precedence::Atom,
    }
}
