//! Writes functions out: from what the text says to expressions over free variables.
//!
//! The names of the results are those that the last statement reads or binds. That needs no syntax for
//! outputs, and a program is what one would write in a notebook: names for parts, the result in the last
//! line.
//!
//! `names` has found all mistakes by now. [`Writer`] copies the expressions, with a frame on a stack of its
//! own for each call inside a call, and can only fail at a limit. Every call makes one expression at
//! least, so the limit on their number also bounds the time.

use std::ops::Range;

use super::ast::{
    self, Ast, AstOutput, CompareLink, Expr, ExprId, ExprKind, InlinedCall, Keyword, NameId,
};
use super::error::{NoResult, ParseError};
use super::limits::Limits;
use super::names::{Names, Use};
use super::program::{Program, Statement, StatementKind};
use crate::diag::Span;

impl Program {
    /// Looks names up and writes out the calls of the functions that the program defines.
    ///
    /// Takes time and memory linear in the length of the text and the number of expressions that result,
    /// which `limits` bound.
    pub(crate) fn resolve(&self, limits: &Limits) -> Result<Ast, ParseError> {
        let names = Names::look_up(self)?;
        let mut writer = Writer::new(self, &names, limits);
        for (index, statement) in self.statements.iter().enumerate() {
            match statement.kind {
                StatementKind::Definition { .. } => {}
                StatementKind::Binding(_) | StatementKind::Result => {
                    let value = writer.statement(statement)?;
                    writer.values[index] = Some(value);
                }
            }
        }
        writer.finish()
    }
}

/// Expressions of the text that are being copied: a statement, or the body of a function for one call.
struct Frame {
    /// The next and the end.
    todo: Range<u32>,
    /// What the expressions before `todo` became.
    ids: Vec<ExprId>,
    /// The first expression of the text in `ids`.
    start: u32,
    /// The values of the parameters.
    arguments: Vec<ExprId>,
    /// Where the call stands, and the first expression that its body became.
    call: Option<(Span, u32)>,
}

impl Frame {
    fn new(statement: &Statement, arguments: Vec<ExprId>, call: Option<(Span, u32)>) -> Frame {
        let todo = statement.exprs.clone();
        Frame { start: todo.start, ids: Vec::with_capacity(todo.len()), todo, arguments, call }
    }

    /// What an expression of the text became.
    fn id(&self, id: ExprId) -> ExprId {
        self.ids[(id.0 - self.start) as usize]
    }
}

/// Copies expressions, with names replaced by what they mean and calls by bodies.
struct Writer<'p> {
    program: &'p Program,
    names: &'p Names<'p>,
    nodes: usize,
    nesting: usize,
    exprs: Vec<Expr>,
    calls: Vec<InlinedCall>,
    spellings: Vec<(ExprId, NameId)>,
    /// The names that the statements themselves read, in the order of the arena.
    read: Vec<(ExprId, NameId)>,
    /// The values of the statements.
    values: Vec<Option<ExprId>>,
    /// The frames around the one that is being copied.
    frames: Vec<Frame>,
    /// The call in the statement itself whose body is being copied.
    call: Option<Span>,
}

impl<'p> Writer<'p> {
    fn new(program: &'p Program, names: &'p Names<'p>, limits: &Limits) -> Writer<'p> {
        Writer {
            program,
            names,
            nodes: limits.nodes.min(u32::MAX as usize),
            nesting: limits.nesting.min(Limits::MAX_NESTING),
            exprs: Vec::new(),
            calls: Vec::new(),
            spellings: Vec::new(),
            read: Vec::new(),
            values: vec![None; program.statements.len()],
            frames: Vec::new(),
            call: None,
        }
    }

    /// Copies a statement; returns its value.
    fn statement(&mut self, statement: &Statement) -> Result<ExprId, ParseError> {
        let program = self.program;
        let mut frame = Frame::new(statement, Vec::new(), None);
        loop {
            let Some(id) = frame.todo.next().map(ExprId) else {
                let value = *frame.ids.last().expect("a statement has a root");
                let Some(mut outer) = self.frames.pop() else { return Ok(value) };
                if let Some((span, first)) = frame.call {
                    let exprs = first..self.count();
                    self.calls.push(InlinedCall { exprs, span });
                }
                outer.ids.push(value);
                frame = outer;
                if self.frames.is_empty() {
                    self.call = None;
                }
                continue;
            };
            let Expr { kind, span } = program.expr(id);
            let meaning = self.names.uses[id.0 as usize];
            let new = match (kind, meaning) {
                (ExprKind::Name(name), Use::Value(source)) => {
                    let value = self.values[source].expect("a name is read after it is bound");
                    self.read(*name);
                    self.bound(value, *name, *span)?
                }
                (ExprKind::Name(name), Use::Parameter(position)) => {
                    self.bound(frame.arguments[position], *name, *span)?
                }
                // The name of a function does not outlive its call; nothing asks what it became.
                (ExprKind::Name(_), Use::Function(_)) => ExprId(u32::MAX),
                (ExprKind::Call { args, keywords, .. }, Use::Function(definition)) => {
                    let function = &program.statements[definition];
                    let arguments = self.arguments(definition, args, keywords, &frame);
                    if self.frames.len() >= self.nesting {
                        let limit = self.nesting;
                        return Err(ParseError::CallsTooDeep { span: *span, limit });
                    }
                    self.call.get_or_insert(*span);
                    let call = Some((*span, self.count()));
                    let inner = Frame::new(function, arguments, call);
                    self.frames.push(std::mem::replace(&mut frame, inner));
                    continue;
                }
                (ExprKind::Name(name), Use::Free) => {
                    self.read(*name);
                    self.add(ExprKind::Name(*name), *span)?
                }
                (kind, _) => self.add(copied(kind, &frame), *span)?, // tidy: no names, nor our calls
            };
            frame.ids.push(new);
        }
    }

    /// The values of the parameters of a function in a call, in the order of the definition.
    fn arguments(
        &self,
        definition: usize,
        args: &[ExprId],
        keywords: &[Keyword],
        frame: &Frame,
    ) -> Vec<ExprId> {
        let mut arguments: Vec<ExprId> = args.iter().map(|&arg| frame.id(arg)).collect();
        let count = self.program.statements[definition].parameters().len();
        arguments.resize(count, ExprId(u32::MAX));
        for keyword in keywords {
            arguments[self.names.parameters[&(definition, keyword.name)]] = frame.id(keyword.value);
        }
        arguments
    }

    /// Notes that the next expression is a name.
    fn read(&mut self, name: NameId) {
        if self.frames.is_empty() {
            self.read.push((ExprId(self.count()), name));
        }
    }

    fn bound(&mut self, value: ExprId, name: NameId, span: Span) -> Result<ExprId, ParseError> {
        let id = self.add(ExprKind::Bound(self.looked_through(value)), span)?;
        self.spellings.push((id, name));
        Ok(id)
    }

    fn add(&mut self, kind: ExprKind, span: Span) -> Result<ExprId, ParseError> {
        if self.exprs.len() >= self.nodes {
            let span = self.call.unwrap_or(span);
            return Err(ParseError::TooManyInlined { span, limit: self.nodes });
        }
        let id = ExprId(self.count());
        self.exprs.push(Expr { kind, span });
        Ok(id)
    }

    /// What an expression is bound to, if it is.
    fn looked_through(&self, id: ExprId) -> ExprId {
        match self.exprs[id.0 as usize].kind {
            ExprKind::Bound(value) => value,
            _ => id, // tidy: a question, not a dispatch
        }
    }

    fn count(&self) -> u32 {
        u32::try_from(self.exprs.len()).expect("`add` keeps the arena within the limit on nodes")
    }

    /// Makes outputs of the value of the last statement.
    fn finish(mut self) -> Result<Ast, ParseError> {
        let last = self.program.statements.last().expect("a program has a statement");
        let root = self.values.last().copied().flatten().ok_or_else(|| ParseError::NoResult {
            why: NoResult::Definition,
            span: last.word().expect("only a definition has no value").span,
        })?;
        let value = self.looked_through(root);
        let (items, is_tuple) = match &self.exprs[value.0 as usize].kind {
            ExprKind::Tuple(items) => (items.clone(), true),
            _ => (vec![root], false), // tidy: everything else is one value
        };
        if items.is_empty() {
            let span = self.program.expr(last.root()).span;
            return Err(ParseError::NoResult { why: NoResult::EmptyTuple, span });
        }
        if is_tuple {
            // Nothing refers to the last expression. It is the tuple, or the name of one.
            self.exprs.pop();
            self.spellings.pop_if(|(id, _)| *id == root);
        }
        let bound = last.word().filter(|_| !is_tuple).map(|word| word.name);
        let outputs = items.into_iter().map(|expr| AstOutput {
            name: bound.or_else(|| ast::spelling(&self.read, expr)),
            expr,
        });
        Ok(Ast {
            outputs: outputs.collect(),
            exprs: self.exprs,
            names: self.program.names.clone(),
            is_tuple,
            calls: self.calls,
            spellings: self.spellings,
        })
    }
}

/// An expression of the text with its parts replaced by what they became.
fn copied(kind: &ExprKind, frame: &Frame) -> ExprKind {
    let all = |ids: &[ExprId]| ids.iter().map(|&id| frame.id(id)).collect();
    let optional = |id: &Option<ExprId>| id.map(|id| frame.id(id));
    match kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Ellipsis
        | ExprKind::Name(_) => kind.clone(),
        ExprKind::Bound(_) => unreachable!("a program has names in place of bound values"),
        ExprKind::Unary { op, operand } => ExprKind::Unary { op: *op, operand: frame.id(*operand) },
        ExprKind::Binary { op, op_span, lhs, rhs } => ExprKind::Binary {
            op: *op,
            op_span: *op_span,
            lhs: frame.id(*lhs),
            rhs: frame.id(*rhs),
        },
        ExprKind::Compare { first, rest } => ExprKind::Compare {
            first: frame.id(*first),
            rest: (rest.iter())
                .map(|link| CompareLink { operand: frame.id(link.operand), ..*link })
                .collect(),
        },
        ExprKind::IfElse { condition, then, otherwise } => ExprKind::IfElse {
            condition: frame.id(*condition),
            then: frame.id(*then),
            otherwise: frame.id(*otherwise),
        },
        ExprKind::Call { callee, args, keywords } => ExprKind::Call {
            callee: frame.id(*callee),
            args: all(args),
            keywords: (keywords.iter())
                .map(|keyword| Keyword { value: frame.id(keyword.value), ..*keyword })
                .collect(),
        },
        ExprKind::Attribute { object, name, name_span } => {
            ExprKind::Attribute { object: frame.id(*object), name: *name, name_span: *name_span }
        }
        ExprKind::Subscript { object, indices } => {
            ExprKind::Subscript { object: frame.id(*object), indices: all(indices) }
        }
        ExprKind::Slice { start, stop, step } => {
            ExprKind::Slice { start: optional(start), stop: optional(stop), step: optional(step) }
        }
        ExprKind::Tuple(items) => ExprKind::Tuple(all(items)),
        ExprKind::List(items) => ExprKind::List(all(items)),
    }
}
