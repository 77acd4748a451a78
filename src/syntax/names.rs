//! Looks names up: what each one in a text means.
//!
//! **The rules**, those that a function body has in Python: a name to which some statement of the program
//! gives a meaning has that meaning everywhere in it and is no input, so reading it before is an error, not
//! another variable. It gets a meaning once, because values do not change. Nothing else is reserved:
//! a statement may give a meaning to the name of a built-in function or constant, which hides that, so a
//! program does not change its meaning when the language gets another function. Parameters hide
//! everything of the same name inside their formula.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::ast::{ExprId, ExprKind, Keyword, NameId};
use super::error::ParseError;
use super::program::{Program, Statement, StatementKind};
use crate::diag::Span;
use crate::diag::suggest::nearest;

/// What a name, or a call, in the text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// As the text says: the program gives it no meaning.
    Free,
    /// The value of the statement with this index.
    Value(usize),
    /// The parameter with this index.
    Parameter(usize),
    /// The function that the statement with this index defines; at a call of it and at its callee.
    Function(usize),
}

/// What the names in the text mean.
pub(super) struct Names<'p> {
    program: &'p Program,
    /// The statement that gives each name its meaning.
    statements: Vec<Option<usize>>,
    /// The index of each parameter in the function that a statement defines.
    pub(super) parameters: FxHashMap<(usize, NameId), usize>,
    /// For each expression of the text.
    pub(super) uses: Vec<Use>,
}

impl<'p> Names<'p> {
    /// Looks all names up, and checks the calls of functions that the program defines.
    pub(super) fn look_up(program: &'p Program) -> Result<Names<'p>, ParseError> {
        let mut names = Names {
            program,
            statements: vec![None; program.names.len()],
            parameters: FxHashMap::default(),
            uses: vec![Use::Free; program.exprs.len()],
        };
        // Meanings first, so that a name read too early is known not to be an input.
        let mut mistake = None;
        for (index, statement) in program.statements.iter().enumerate() {
            let declared = names.declare(index, statement);
            mistake = mistake.or(declared.err().map(|error| (index, error)));
        }
        for (index, statement) in program.statements.iter().enumerate() {
            match mistake {
                Some((at, error)) if at == index => return Err(error),
                Some(_) | None => names.statement(index, statement)?,
            }
        }
        Ok(names)
    }

    /// Notes what a statement gives a meaning to.
    fn declare(&mut self, index: usize, statement: &Statement) -> Result<(), ParseError> {
        for (position, parameter) in statement.parameters().iter().enumerate() {
            if let Some(first) = self.parameters.insert((index, parameter.name), position) {
                return Err(ParseError::RepeatedParameter {
                    name: self.program.name(parameter.name).into(),
                    first: statement.parameters()[first].span,
                    span: parameter.span,
                });
            }
        }
        let Some(word) = statement.word() else { return Ok(()) };
        if let Some(first) = self.statements[word.name.0 as usize] {
            let name = self.program.name(word.name).into();
            return Err(ParseError::Rebound { name, first: self.bound(first), span: word.span });
        }
        self.statements[word.name.0 as usize] = Some(index);
        Ok(())
    }

    /// Where a statement gives its name a meaning.
    fn bound(&self, statement: usize) -> Span {
        let word = self.program.statements[statement].word();
        word.expect("only statements that give a meaning are asked").span
    }

    fn statement(&mut self, index: usize, statement: &Statement) -> Result<(), ParseError> {
        let program = self.program;
        // The grammar reads a callee before its arguments; its use is judged at the call, after them.
        for id in statement.exprs.clone().map(ExprId) {
            if let ExprKind::Name(name) = program.expr(id).kind {
                self.uses[id.0 as usize] = self.name(index, name, program.expr(id).span)?;
            }
        }
        let mut is_callee = vec![false; statement.exprs.len()];
        let start = statement.exprs.start;
        for id in statement.exprs.clone().map(ExprId) {
            if let ExprKind::Call { callee, args, keywords } = &program.expr(id).kind {
                is_callee[(callee.0 - start) as usize] = true;
                self.call(index, id, *callee, args, keywords)?;
            }
        }
        for id in statement.exprs.clone().map(ExprId) {
            if let Use::Function(definition) = self.uses[id.0 as usize]
                && let ExprKind::Name(name) = program.expr(id).kind
                && !is_callee[(id.0 - start) as usize]
            {
                return Err(ParseError::FunctionAsValue {
                    name: program.name(name).into(),
                    definition: self.bound(definition),
                    span: program.expr(id).span,
                });
            }
        }
        Ok(())
    }

    /// Returns what a name means that a statement reads.
    fn name(&self, index: usize, name: NameId, span: Span) -> Result<Use, ParseError> {
        if let Some(&parameter) = self.parameters.get(&(index, name)) {
            return Ok(Use::Parameter(parameter));
        }
        let Some(source) = self.statements[name.0 as usize] else { return Ok(Use::Free) };
        let text = || self.program.name(name).into();
        let bound = self.bound(source);
        let is_function =
            matches!(self.program.statements[source].kind, StatementKind::Definition { .. });
        match source.cmp(&index) {
            Ordering::Less if is_function => Ok(Use::Function(source)),
            Ordering::Less => Ok(Use::Value(source)),
            Ordering::Equal if is_function => {
                Err(ParseError::Recursion { name: text(), definition: bound, span })
            }
            Ordering::Equal => Err(ParseError::UsedInItself { name: text(), bound, span }),
            Ordering::Greater => Err(ParseError::UsedTooEarly { name: text(), bound, span }),
        }
    }

    /// Checks a call.
    fn call(
        &mut self,
        index: usize,
        id: ExprId,
        callee: ExprId,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<(), ParseError> {
        let program = self.program;
        let ExprKind::Name(name) = program.expr(callee).kind else { return Ok(()) };
        let text = || program.name(name).into();
        let span = program.expr(callee).span;
        let definition = match self.uses[callee.0 as usize] {
            Use::Free => return Ok(()),
            Use::Value(source) => {
                return Err(ParseError::ValueCalled {
                    name: text(),
                    bound: self.bound(source),
                    span,
                });
            }
            Use::Parameter(position) => {
                let bound = program.statements[index].parameters()[position].span;
                return Err(ParseError::ValueCalled { name: text(), bound, span });
            }
            Use::Function(definition) => definition,
        };
        let parameters = program.statements[definition].parameters();
        let defined = self.bound(definition);
        if let Some(&surplus) = args.get(parameters.len()) {
            return Err(ParseError::SurplusArguments {
                name: text(),
                expected: parameters.len(),
                given: args.len() + keywords.len(),
                definition: defined,
                span: program.expr(surplus).span,
            });
        }
        let mut given = vec![false; parameters.len()];
        given[..args.len()].fill(true);
        for keyword in keywords {
            let word = || program.name(keyword.name).into();
            match self.parameters.get(&(definition, keyword.name)) {
                None => {
                    let known = parameters.iter().map(|parameter| program.name(parameter.name));
                    return Err(ParseError::UnknownArgument {
                        name: text(),
                        keyword: word(),
                        nearest: nearest(program.name(keyword.name), known).map(Into::into),
                        definition: defined,
                        span: keyword.name_span,
                    });
                }
                // The grammar's builder refuses a keyword that is repeated.
                Some(&position) if given[position] => {
                    return Err(ParseError::ArgumentGivenTwice {
                        name: text(),
                        keyword: word(),
                        first: program.expr(args[position]).span,
                        definition: defined,
                        span: keyword.name_span,
                    });
                }
                Some(&position) => given[position] = true,
            }
        }
        if let Some(missing) = given.iter().position(|given| !given) {
            return Err(ParseError::MissingArgument {
                name: text(),
                missing: program.name(parameters[missing].name).into(),
                definition: defined,
                span: program.expr(id).span,
            });
        }
        self.uses[id.0 as usize] = Use::Function(definition);
        Ok(())
    }
}
