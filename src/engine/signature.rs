//! What goes into a program and what comes out of it, known without code.

use super::Input;
use super::bind;
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::exec::run::RunError;
use crate::ir::Graph;
use crate::ir::shape::{ShapeId, Shapes};
use crate::syntax::ast::Ast;
use crate::types::Dialect;

/// The inputs and results of a program: what [`Engine::check`](crate::Engine::check) finds out.
///
/// ```
/// use numjit::{DType, Engine};
///
/// # fn main() -> Result<(), numjit::Error> {
/// let program = "r = hypot(x, y); r, mean(r > 1, axis=0)";
/// let signature = Engine::default().check(program, &[("x", DType::F32), ("y", DType::F32)])?;
/// assert_eq!(signature.outputs()[0], (Some("r".to_owned()), DType::F32));
/// assert_eq!(signature.outputs()[1], (None, DType::F64));
/// assert_eq!(signature.shapes(&[&[1000, 1], &[3]])?, [vec![1000, 3], vec![3]]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Signature {
    expression: String,
    inputs: Vec<(String, DType)>,
    weak: Vec<bool>,
    outputs: Vec<(Option<String>, DType)>,
    is_tuple: bool,
    dialect: Dialect,
    /// How many parameters the graph has; those beyond the inputs are single values.
    params: usize,
    shapes: Shapes,
    /// Of the outputs.
    results: Vec<ShapeId>,
}

impl Signature {
    pub(super) fn new(
        expression: &str,
        ast: &Ast,
        graph: &Graph,
        inputs: &[Input],
        dialect: Dialect,
    ) -> Signature {
        let name = |name: crate::syntax::ast::NameId| ast.name(name).to_owned();
        let names = ast.outputs.iter().map(|output| output.name.map(name));
        let dtypes = graph.outputs().iter().map(|output| output.dtype);
        Signature {
            expression: expression.to_owned(),
            inputs: inputs.iter().map(|input| (input.name.to_string(), input.dtype)).collect(),
            weak: inputs.iter().map(|input| input.weak).collect(),
            outputs: names.zip(dtypes).collect(),
            is_tuple: ast.is_tuple,
            dialect,
            params: graph.params().len(),
            shapes: graph.shapes().clone(),
            results: graph.outputs().iter().map(|output| output.shape).collect(),
        }
    }

    /// Returns the names and dtypes of the inputs, in the order in which they were given.
    pub fn inputs(&self) -> &[(String, DType)] {
        &self.inputs
    }

    /// Returns whether an input is a [number without a dtype](crate::Weak).
    pub fn is_weak(&self, input: &str) -> bool {
        self.inputs.iter().zip(&self.weak).any(|((name, _), weak)| *weak && name == input)
    }

    /// Returns the names, where they have one, and dtypes of the results.
    pub fn outputs(&self) -> &[(Option<String>, DType)] {
        &self.outputs
    }

    /// Returns whether the program ends with a tuple, also one of a single item.
    pub fn is_tuple(&self) -> bool {
        self.is_tuple
    }

    /// Returns the shapes of the results for inputs of these shapes, in the order of the
    /// [`inputs`](Signature::inputs); a single value has the shape `[]`.
    ///
    /// # Errors
    /// When the shapes do not fit, an axis does not exist, or there are not as many shapes as inputs.
    pub fn shapes(&self, inputs: &[&[usize]]) -> Result<Vec<Vec<usize>>> {
        if inputs.len() != self.inputs.len() {
            let (given, wanted) = (inputs.len(), self.inputs.len());
            let message = format!("{given} shapes are given, and the program has {wanted} inputs");
            return Err(Error::new(
                &self.expression,
                vec![Diagnostic::new(ErrorKind::Config, message)],
            ));
        }
        let mut params = inputs.to_vec();
        params.resize(self.params.max(inputs.len()), &[]);
        let shapes = self.shapes.infer(&params).map_err(|error| {
            bind::run_error(&self.expression, &[], self.dialect, &RunError::from(error))
        })?;
        Ok(self.results.iter().map(|id| shapes[id.0 as usize].to_vec()).collect())
    }
}
