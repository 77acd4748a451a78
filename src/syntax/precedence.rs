//! Builds the trees from the tokens of the statements, by operator precedence, without recursion.
//!
//! Tokens arrive in the order of the text, and the grammar guarantees that operands and operators
//! alternate as they must. Operands wait on one stack and operators on another (Dijkstra's shunting
//! yard); an operator leaves its stack when one that binds weaker arrives, and becomes a node. A bracket
//! is a frame on a third stack: its expressions see only what was pushed after it opened. Each token is
//! pushed and popped once, so the time is linear.
//!
//! Nodes are made in postorder, which is the order the arena promises: children before parents, the
//! root of a statement last. Equal programs are therefore equal arenas.

use rustc_hash::FxHashMap;

use super::ast::{CompareLink, Expr, ExprId, ExprKind, Keyword, NameId};
use super::error::ParseError;
use super::program::{Program, Statement, StatementKind, Word};
use crate::diag::Span;
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// How tightly something holds its operands together; the table in `grammar/expr.pest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precedence {
    Conditional,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Sign,
    Power,
    /// Calls, attributes and subscripts.
    Postfix,
    /// Names, literals and brackets.
    Atom,
}

impl Precedence {
    pub(super) fn of_unary(op: UnaryOp) -> Precedence {
        match op {
            UnaryOp::Not => Precedence::Not,
            UnaryOp::Neg | UnaryOp::Pos | UnaryOp::Invert => Precedence::Sign,
        }
    }

    pub(super) fn of_binary(op: BinaryOp) -> Precedence {
        match op {
            BinaryOp::Or => Precedence::Or,
            BinaryOp::And => Precedence::And,
            BinaryOp::BitOr => Precedence::BitOr,
            BinaryOp::BitXor => Precedence::BitXor,
            BinaryOp::BitAnd => Precedence::BitAnd,
            BinaryOp::Shl | BinaryOp::Shr => Precedence::Shift,
            BinaryOp::Add | BinaryOp::Sub => Precedence::Sum,
            BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::FloorDiv
            | BinaryOp::Rem
            | BinaryOp::MatMul => Precedence::Product,
            BinaryOp::Pow => Precedence::Power,
        }
    }
}

/// An operator that waits for its right operand.
#[derive(Clone, Copy, Debug)]
enum Waiting {
    Unary {
        op: UnaryOp,
        span: Span,
    },
    Binary {
        op: BinaryOp,
        span: Span,
    },
    /// A link of a chain; the links of one chain lie directly above each other.
    Compare {
        op: CompareOp,
        span: Span,
    },
    /// An `if` whose `else` has not come; below it the value, above it the condition.
    If {
        span: Span,
    },
    /// An `if` and `else`; all but the last operand are there.
    Else,
}

impl Waiting {
    fn precedence(self) -> Precedence {
        match self {
            Waiting::Unary { op, .. } => Precedence::of_unary(op),
            Waiting::Binary { op, .. } => Precedence::of_binary(op),
            Waiting::Compare { .. } => Precedence::Compare,
            Waiting::If { .. } | Waiting::Else => Precedence::Conditional,
        }
    }
}

/// A kind of bracket, named for what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    Parens,
    List,
    Call,
    Subscript,
}

#[derive(Debug)]
enum FrameKind {
    /// The whole text.
    Text,
    Parens,
    List,
    Call {
        callee: ExprId,
    },
    Subscript {
        object: ExprId,
    },
}

/// An open bracket and what it contains so far.
#[derive(Debug)]
struct Frame {
    kind: FrameKind,
    start: usize,
    /// Heights of the stacks when the bracket opened.
    operands: usize,
    operators: usize,
    items: Vec<ExprId>,
    commas: usize,
    keywords: Vec<Keyword>,
    /// Where each name was given, to find repetitions.
    keyword_spans: FxHashMap<NameId, Span>,
    /// The name whose value is being read.
    keyword: Option<(NameId, Span)>,
    /// The slice that is being read.
    slice: Option<Slice>,
}

#[derive(Debug)]
struct Slice {
    span: Span,
    parts: [Option<ExprId>; 3],
    colons: usize,
}

/// The program under construction.
pub(super) struct Builder<'t> {
    node_limit: usize,
    exprs: Vec<Expr>,
    statements: Vec<Statement>,
    names: Vec<&'t str>,
    name_ids: FxHashMap<&'t str, NameId>,
    operands: Vec<ExprId>,
    operators: Vec<Waiting>,
    frames: Vec<Frame>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(node_limit: usize) -> Builder<'t> {
        let mut builder = Builder {
            node_limit,
            exprs: Vec::new(),
            statements: Vec::new(),
            names: Vec::new(),
            name_ids: FxHashMap::default(),
            operands: Vec::new(),
            operators: Vec::new(),
            frames: Vec::new(),
        };
        builder.push_frame(FrameKind::Text, 0);
        builder
    }

    /// Takes a literal.
    pub(super) fn operand(&mut self, kind: ExprKind, span: Span) -> Result<(), ParseError> {
        let id = self.node(kind, span)?;
        self.operands.push(id);
        Ok(())
    }

    /// Takes a name that is given a meaning.
    pub(super) fn word(&mut self, name: &'t str, span: Span) -> Word {
        Word { name: self.intern(name), span }
    }

    /// Takes a name that stands for a value.
    pub(super) fn name(&mut self, name: &'t str, span: Span) -> Result<(), ParseError> {
        let name = self.intern(name);
        self.operand(ExprKind::Name(name), span)
    }

    /// Takes the name after a `.`; it belongs to the operand just before.
    pub(super) fn attribute(&mut self, name: &'t str, name_span: Span) -> Result<(), ParseError> {
        let object = self.pop_operand();
        let name = self.intern(name);
        let span = self.span(object).to(name_span);
        self.operand(ExprKind::Attribute { object, name, name_span }, span)
    }

    /// Takes `name=` inside a call; its value follows.
    pub(super) fn keyword(&mut self, name: &'t str, span: Span) {
        let name = self.intern(name);
        self.frame().keyword = Some((name, span));
    }

    pub(super) fn unary(&mut self, op: UnaryOp, span: Span) -> Result<(), ParseError> {
        if op == UnaryOp::Not
            && let Some(above) = self.top()
            && above.precedence() > Precedence::Not
        {
            let (operator, operator_span) = match above {
                Waiting::Unary { op, span } => (op.symbol(), span),
                Waiting::Binary { op, span } => (op.symbol(), span),
                Waiting::Compare { op, span } => (op.symbol(), span),
                Waiting::If { span } => ("if", span),
                Waiting::Else => ("else", span),
            };
            return Err(ParseError::MisplacedNot { operator, operator_span, span });
        }
        self.operators.push(Waiting::Unary { op, span });
        Ok(())
    }

    pub(super) fn binary(&mut self, op: BinaryOp, span: Span) -> Result<(), ParseError> {
        let precedence = Precedence::of_binary(op);
        // `a**b**c` waits for `b**c`; all others group to the left, so an equal has its operands.
        self.reduce(|waiting| match op {
            BinaryOp::Pow => waiting > precedence,
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::FloorDiv
            | BinaryOp::Rem
            | BinaryOp::MatMul
            | BinaryOp::Shl
            | BinaryOp::Shr
            | BinaryOp::BitAnd
            | BinaryOp::BitXor
            | BinaryOp::BitOr
            | BinaryOp::And
            | BinaryOp::Or => waiting >= precedence,
        })?;
        self.operators.push(Waiting::Binary { op, span });
        Ok(())
    }

    pub(super) fn compare(&mut self, op: CompareOp, span: Span) -> Result<(), ParseError> {
        // A link that waits is left there: it and this one are of the same chain.
        self.reduce(|waiting| waiting > Precedence::Compare)?;
        self.operators.push(Waiting::Compare { op, span });
        Ok(())
    }

    pub(super) fn condition(&mut self, span: Span) -> Result<(), ParseError> {
        self.reduce(|waiting| waiting > Precedence::Conditional)?;
        if let Some(Waiting::If { span: outer }) = self.top() {
            return Err(ParseError::IfInCondition { outer, span });
        }
        self.operators.push(Waiting::If { span });
        Ok(())
    }

    pub(super) fn otherwise(&mut self, span: Span) -> Result<(), ParseError> {
        self.reduce(|waiting| waiting > Precedence::Conditional)?;
        match self.top() {
            Some(Waiting::If { .. }) => {
                self.operators.pop();
                self.operators.push(Waiting::Else);
                Ok(())
            }
            _ => Err(ParseError::ElseWithoutIf { span }),
        }
    }

    /// Opens a bracket at an offset. That of a call or subscript belongs to the operand just before.
    pub(super) fn open(&mut self, bracket: Bracket, start: usize) {
        let kind = match bracket {
            Bracket::Parens => FrameKind::Parens,
            Bracket::List => FrameKind::List,
            Bracket::Call => FrameKind::Call { callee: self.pop_operand() },
            Bracket::Subscript => FrameKind::Subscript { object: self.pop_operand() },
        };
        self.push_frame(kind, start);
    }

    pub(super) fn comma(&mut self) -> Result<(), ParseError> {
        self.item()?;
        self.frame().commas += 1;
        Ok(())
    }

    /// Takes a `:` of a slice.
    pub(super) fn colon(&mut self, span: Span) -> Result<(), ParseError> {
        let part = self.expression()?;
        let part_span = part.map(|id| self.span(id));
        let frame = self.frame();
        let slice = frame.slice.get_or_insert(Slice { span, parts: [None; 3], colons: 0 });
        slice.parts[slice.colons] = part;
        slice.colons += 1;
        slice.span = slice.span.to(span);
        if let Some(part_span) = part_span {
            slice.span = slice.span.to(part_span);
        }
        Ok(())
    }

    /// Closes the innermost bracket, whose closing character ends at an offset.
    pub(super) fn close(&mut self, end: usize) -> Result<(), ParseError> {
        self.item()?;
        let frame = self.frames.pop().expect("brackets balance");
        let inner = Span::new(frame.start, end);
        match frame.kind {
            FrameKind::Text => unreachable!("a statement is no bracket"),
            FrameKind::Parens if frame.commas == 0 && frame.items.len() == 1 => {
                let id = frame.items[0];
                // Carets under the operand of an operator should cover its brackets.
                self.exprs[id.0 as usize].span = inner;
                self.operands.push(id);
                Ok(())
            }
            FrameKind::Parens => self.operand(ExprKind::Tuple(frame.items), inner),
            FrameKind::List => self.operand(ExprKind::List(frame.items), inner),
            FrameKind::Call { callee } => {
                let span = self.span(callee).to(inner);
                self.operand(
                    ExprKind::Call { callee, args: frame.items, keywords: frame.keywords },
                    span,
                )
            }
            FrameKind::Subscript { object } => {
                let mut indices = frame.items;
                // As in Python `a[(i, j)]` is `a[i, j]`, but `a[(i, j),]` has one index.
                if let ([only], 0) = (&indices[..], frame.commas)
                    && let ExprKind::Tuple(items) = &mut self.exprs[only.0 as usize].kind
                {
                    indices = std::mem::take(items);
                    self.exprs.pop().expect("the tuple is the last node, nothing followed it");
                }
                let span = self.span(object).to(inner);
                self.operand(ExprKind::Subscript { object, indices }, span)
            }
        }
    }

    /// Ends a statement. Returns the span of its value.
    pub(super) fn end_statement(&mut self, kind: StatementKind) -> Result<Span, ParseError> {
        self.item()?;
        let frame = self.frames.pop().expect("the frame of the statement is the first and last");
        self.push_frame(FrameKind::Text, 0);
        match frame.items[..] {
            [_] if frame.commas == 0 => {}
            [first, .., last] | [first @ last] => {
                let span = self.span(first).to(self.span(last));
                self.node(ExprKind::Tuple(frame.items), span)?;
            }
            [] => unreachable!("the grammar asks for one expression at least"),
        }
        let before = self.statements.last().map_or(0, |statement| statement.exprs.end);
        let end = u32::try_from(self.exprs.len()).expect("fewer nodes than bytes");
        let statement = Statement { kind, exprs: before..end };
        let span = self.span(statement.root());
        self.statements.push(statement);
        Ok(span)
    }

    /// Returns the program that the statements make.
    pub(super) fn finish(self) -> Program {
        let names = self.names.into_iter().map(str::to_owned).collect();
        Program { exprs: self.exprs, names, statements: self.statements }
    }

    /// Ends an item of the innermost bracket, if there is one since the last comma.
    fn item(&mut self) -> Result<(), ParseError> {
        let expression = self.expression()?;
        if let Some(mut slice) = self.frame().slice.take() {
            if let Some(id) = expression {
                slice.parts[slice.colons] = expression;
                slice.span = slice.span.to(self.span(id));
            }
            let [start, stop, step] = slice.parts;
            let id = self.node(ExprKind::Slice { start, stop, step }, slice.span)?;
            self.frame().items.push(id);
            return Ok(());
        }
        let Some(id) = expression else { return Ok(()) };
        let span = self.span(id);
        if let Some((name, name_span)) = self.frame().keyword.take() {
            if let Some(first) = self.frame().keyword_spans.insert(name, name_span) {
                let name = self.names[name.0 as usize].into();
                return Err(ParseError::RepeatedKeyword { name, first, span: name_span });
            }
            self.frame().keywords.push(Keyword { name, name_span, value: id });
        } else if let Some(keyword) = self.frame().keywords.last() {
            return Err(ParseError::PositionalAfterKeyword { keyword: keyword.name_span, span });
        } else {
            self.frame().items.push(id);
        }
        Ok(())
    }

    /// Ends an expression of the innermost bracket, if one has begun.
    fn expression(&mut self) -> Result<Option<ExprId>, ParseError> {
        self.reduce(|waiting| waiting > Precedence::Conditional)?;
        while let Some(waiting) = self.top() {
            if let Waiting::If { span } = waiting {
                return Err(ParseError::IfWithoutElse { span });
            }
            self.reduce_top(waiting)?;
        }
        let begun = self.operands.len() > self.frame().operands;
        Ok(if begun { self.operands.pop() } else { None })
    }

    /// Makes nodes of the operators on top that bind as `ready` says.
    fn reduce(&mut self, ready: impl Fn(Precedence) -> bool) -> Result<(), ParseError> {
        while let Some(waiting) = self.top() {
            if !ready(waiting.precedence()) {
                break;
            }
            self.reduce_top(waiting)?;
        }
        Ok(())
    }

    /// Makes a node of the top operator, which is `waiting`, and its operands.
    fn reduce_top(&mut self, waiting: Waiting) -> Result<(), ParseError> {
        match waiting {
            Waiting::Unary { op, span } => {
                self.operators.pop();
                let operand = self.pop_operand();
                let span = span.to(self.span(operand));
                self.operand(ExprKind::Unary { op, operand }, span)
            }
            Waiting::Binary { op, span: op_span } => {
                self.operators.pop();
                let rhs = self.pop_operand();
                let lhs = self.pop_operand();
                let span = self.span(lhs).to(self.span(rhs));
                self.operand(ExprKind::Binary { op, op_span, lhs, rhs }, span)
            }
            Waiting::Compare { .. } => {
                let mut rest = Vec::new();
                while let Some(Waiting::Compare { op, span }) = self.top() {
                    self.operators.pop();
                    let operand = self.pop_operand();
                    rest.push(CompareLink { op, op_span: span, operand });
                }
                rest.reverse();
                let first = self.pop_operand();
                let last = rest.last().map_or(first, |link| link.operand);
                let span = self.span(first).to(self.span(last));
                self.operand(ExprKind::Compare { first, rest }, span)
            }
            Waiting::Else => {
                self.operators.pop();
                let otherwise = self.pop_operand();
                let condition = self.pop_operand();
                let then = self.pop_operand();
                let span = self.span(then).to(self.span(otherwise));
                self.operand(ExprKind::IfElse { condition, then, otherwise }, span)
            }
            Waiting::If { span } => Err(ParseError::IfWithoutElse { span }),
        }
    }

    /// The operator on top of those of the innermost bracket.
    fn top(&self) -> Option<Waiting> {
        let frame = self.frames.last().expect("the frame of the statement is below all others");
        self.operators[frame.operators..].last().copied()
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the frame of the statement is below all others")
    }

    fn push_frame(&mut self, kind: FrameKind, start: usize) {
        self.frames.push(Frame {
            kind,
            start,
            operands: self.operands.len(),
            operators: self.operators.len(),
            items: Vec::new(),
            commas: 0,
            keywords: Vec::new(),
            keyword_spans: FxHashMap::default(),
            keyword: None,
            slice: None,
        });
    }

    fn pop_operand(&mut self) -> ExprId {
        self.operands.pop().expect("the grammar puts operands around every operator")
    }

    fn span(&self, id: ExprId) -> Span {
        self.exprs[id.0 as usize].span
    }

    fn node(&mut self, kind: ExprKind, span: Span) -> Result<ExprId, ParseError> {
        if self.exprs.len() >= self.node_limit {
            return Err(ParseError::TooManyNodes { span, limit: self.node_limit });
        }
        // A node takes a byte of the text at least, and the length of the text fits 32 bits.
        let id = u32::try_from(self.exprs.len()).expect("fewer nodes than bytes");
        self.exprs.push(Expr { kind, span });
        Ok(ExprId(id))
    }

    fn intern(&mut self, name: &'t str) -> NameId {
        let next = u32::try_from(self.names.len()).expect("fewer names than bytes");
        let names = &mut self.names;
        *self.name_ids.entry(name).or_insert_with(|| {
            names.push(name);
            NameId(next)
        })
    }
}
