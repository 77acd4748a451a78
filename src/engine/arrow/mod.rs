//! Programs over Arrow record batches, with nulls.
//!
//! [`evaluate`] computes a program over the columns of a batch, [`Kernel`] does so many times. Columns are read
//! where they lie, results become columns without a copy; [`Column`] says how types match.
//!
//! ```
//! use std::sync::Arc;
//!
//! use arrow_array::cast::AsArray;
//! use arrow_array::types::Float64Type;
//! use arrow_array::{Float64Array, RecordBatch};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let price = Float64Array::from(vec![Some(10.0), None, Some(30.0)]);
//! let batch = RecordBatch::try_from_iter([("price", Arc::new(price) as _)])?;
//!
//! let results = numjit::arrow::evaluate("m = mean(price); m, price - m", &batch)?;
//! let mean = results.column_by_name("m").expect("the name of a variable");
//! assert_eq!(mean.as_primitive::<Float64Type>().value(0), 20.0);
//! assert_eq!(results.column(1).as_ref(), &Float64Array::from(vec![Some(-10.0), None, Some(10.0)]));
//! # Ok(())
//! # }
//! ```
//!
//! # Nulls
//!
//! - An element of a result is null if an element of a column that it is computed from is. That is so for every
//!   operator and function, also for both branches of `where` and both sides of `and` and `or`.
//! - Reductions leave out the rows in which a column of their argument is null. A reduction that no row is left
//!   for is null, also that of a batch without rows; `count_nonzero` and the sum of truth values are 0.
//! - Positions (`argmin`, `argmax`) count all rows.
//! - "Not a time" is null in results.
//!
//! # Results
//!
//! A result that is a variable has its name, others are called `out0`, `out1`, … by their place. Single values are
//! repeated when other results have rows. Timestamps are in the time zone that all moments of the columns are in,
//! or in none.

mod column;
mod result;

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, Schema, SchemaRef};

pub use self::column::Column;
use self::result::Zone;
use super::array::Array;
use super::array_ref::ArrayRef;
use super::options::RunOptions;
use super::{Engine, Input, kernel, nulls};
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::DType;
use crate::error::{Error, Result};

/// Returns the dtype that columns of an Arrow type are computed with; of strings the shortest.
///
/// # Errors
/// When there is none.
pub fn dtype(data_type: &DataType) -> Result<DType> {
    column::dtype_of(data_type)
}

/// Returns the Arrow type of results of a dtype, as [`Array::into_arrow`] makes them.
///
/// # Errors
/// When there is none.
pub fn data_type(dtype: DType) -> Result<DataType> {
    result::type_of(dtype, None)
}

/// Computes a program over the columns of a record batch, with [`Engine::default`].
///
/// # Errors
/// As [`Kernel::new`] and [`Kernel::run`].
pub fn evaluate(program: &str, batch: &RecordBatch) -> Result<RecordBatch> {
    Kernel::new(&Engine::default(), program, batch.schema_ref())?.run(batch)
}

/// A program compiled for the columns of a schema.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{Int64Array, RecordBatch};
/// use numjit::{Engine, arrow::Kernel};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let batch = |values: Vec<i64>| {
///     RecordBatch::try_from_iter([("x", Arc::new(Int64Array::from(values)) as _)])
/// };
/// let kernel = Kernel::new(&Engine::default(), "y = x*x; y", batch(vec![])?.schema_ref())?;
/// for values in [vec![1, 2], vec![3]] {
///     let squares = kernel.run(&batch(values)?)?;
///     assert_eq!(squares.schema_ref(), kernel.schema());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Kernel {
    engine: Engine,
    /// For the columns as the schema has them, strings as short as can be.
    kernel: kernel::Kernel,
    columns: Vec<(String, DataType)>,
    /// Of timestamps in results.
    zone: Option<Zone>,
    schema: SchemaRef,
}

impl Kernel {
    /// Compiles a program for the columns that it names.
    ///
    /// # Errors
    /// As [`Engine::compile`], and when a column has a type that numjit does not compute with, its name is not
    /// unique, or a result has a dtype that Arrow has not.
    pub fn new(engine: &Engine, program: &str, schema: &Schema) -> Result<Kernel> {
        let variables = engine.variables(program)?;
        let mut known: Vec<(&str, DType)> = Vec::new();
        for field in schema.fields() {
            let is_used = variables.contains(field.name());
            match column::dtype_of(field.data_type()) {
                Err(error) if is_used => return Err(in_column(field.name(), &error)),
                Ok(_) if is_used && known.iter().any(|(name, _)| name == field.name()) => {
                    let message = format!("the batch has two columns `{}`", field.name());
                    return Err(Error::plain(Diagnostic::new(ErrorKind::Names, message)));
                }
                Ok(dtype) => known.push((field.name(), dtype)),
                Err(_) => {}
            }
        }
        let kernel = engine.compile_with_schema(program, &known)?;
        let data_type = |name: &str| {
            let (_, field) = schema.column_with_name(name).expect("inputs are columns");
            field.data_type().clone()
        };
        let columns = kernel.inputs().iter();
        let columns: Vec<(String, DataType)> =
            columns.map(|(name, _)| (name.clone(), data_type(name))).collect();
        let zone = common_zone(columns.iter().map(|(_, data_type)| data_type));
        let field = |(at, (name, dtype)): (usize, (Option<String>, DType))| {
            let name = name.unwrap_or_else(|| format!("out{at}"));
            Ok(Field::new(name, result::type_of(dtype, zone.as_ref())?, true))
        };
        let fields = kernel.outputs().into_iter().enumerate().map(field);
        let schema = Arc::new(Schema::new(fields.collect::<Result<Vec<_>>>()?));
        Ok(Kernel { engine: engine.clone(), kernel, columns, zone, schema })
    }

    /// Returns the kernel for columns without nulls.
    pub fn kernel(&self) -> &kernel::Kernel {
        &self.kernel
    }

    /// Returns the names and types of the columns that the program reads.
    pub fn columns(&self) -> &[(String, DataType)] {
        &self.columns
    }

    /// Returns the names and types of the results.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Computes the results for the rows of a batch.
    ///
    /// # Errors
    /// When the batch lacks a column or has it in another type than the kernel was compiled for, and as
    /// [`Kernel::run_all`](crate::Kernel::run_all); when results have several axes or different lengths.
    pub fn run(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        self.run_with(batch, &RunOptions::default())
    }

    /// As [`run`](Kernel::run), with options; columns have no order of axes.
    ///
    /// # Errors
    /// As [`run`](Kernel::run).
    pub fn run_with(&self, batch: &RecordBatch, options: &RunOptions<'_>) -> Result<RecordBatch> {
        let columns = self.bind(batch)?;
        let vars: Vec<(&str, ArrayRef<'_>)> = (self.columns.iter().zip(&columns))
            .map(|((name, _), column)| (name.as_str(), column.elements()))
            .collect();
        let is_same =
            |(column, (_, dtype)): (&Column<'_>, &(String, DType))| column.dtype() == *dtype;
        let kernel = if columns.iter().zip(self.kernel.inputs()).all(is_same) {
            self.kernel.clone()
        } else {
            // Strings of another width.
            self.engine.compile_for(self.kernel.expression(), &vars)?
        };
        // Reductions of nothing are null.
        let is_empty = batch.num_rows() == 0;
        let nullable: Vec<bool> =
            columns.iter().map(|column| is_empty || column.validity().is_some()).collect();
        let results = if nullable.contains(&true) {
            self.run_nullable(&kernel, &columns, vars, &nullable, options)?
        } else {
            let arrays = kernel.run_all_with(vars, options)?.into_arrays().into_iter();
            arrays.map(|array| (array, None)).collect()
        };
        self.assemble(results)
    }

    /// Returns the columns that the program names.
    fn bind<'b>(&self, batch: &'b RecordBatch) -> Result<Vec<Column<'b>>> {
        let column = |(name, want): &(String, DataType)| {
            let Some(array) = batch.column_by_name(name) else {
                let message = format!("the batch has no column `{name}`");
                return Err(Error::plain(Diagnostic::new(ErrorKind::Names, message)));
            };
            if array.data_type() != want {
                let message =
                    format!("column `{name}` is {}, not {want} as compiled for", array.data_type());
                return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message)));
            }
            Column::new(array.as_ref()).map_err(|error| in_column(name, &error))
        };
        self.columns.iter().map(column).collect()
    }

    /// Runs the kernel that knows of nulls in these columns. The cache keeps it beside the others.
    fn run_nullable(
        &self,
        kernel: &kernel::Kernel,
        columns: &[Column<'_>],
        vars: Vec<(&str, ArrayRef<'_>)>,
        nullable: &[bool],
        options: &RunOptions<'_>,
    ) -> Result<Vec<(Array, Option<NullBuffer>)>> {
        let inputs: Arc<[Input]> = nulls::inputs(kernel.compiled_inputs(), nullable).into();
        let cache = &self.engine.0.cache;
        let with_nulls =
            cache.get_or_insert(kernel.expression(), &inputs, || kernel.with_nulls(nullable))?;
        let none = Array::from_vec(Vec::<bool>::new());
        let validities = columns.iter().zip(nullable).filter(|(_, nullable)| **nullable);
        let validities = validities.map(|(column, _)| column.validity().unwrap_or(&none));
        let names = inputs[columns.len()..].iter().map(|input| &*input.name);
        let vars: Vec<(&str, ArrayRef<'_>)> = (vars.into_iter())
            .chain(names.zip(validities.map(|validity| ArrayRef::of(validity.view()))))
            .collect();
        let mut arrays = with_nulls.run_all_with(vars, options)?.into_arrays();
        let valid = arrays.split_off(self.schema.fields().len());
        let valid: Vec<NullBuffer> = valid.into_iter().map(result::nulls).collect();
        let first = arrays.len();
        let nulls = |at: &Option<usize>| at.map(|at| valid[at - first].clone());
        Ok(arrays.into_iter().zip(with_nulls.validities().iter().map(nulls)).collect())
    }

    /// Makes results columns of one batch.
    fn assemble(&self, results: Vec<(Array, Option<NullBuffer>)>) -> Result<RecordBatch> {
        let longer = results.iter().map(|(array, _)| array).find(|a| a.ndim() == 1 && a.len() != 1);
        let rows = longer.map_or(1, Array::len);
        let mut arrays = Vec::with_capacity(results.len());
        for (at, (array, nulls)) in results.into_iter().enumerate() {
            let (array, nulls) = if array.ndim() <= 1 && array.len() == 1 {
                let nulls = nulls.map(|nulls| result::repeated(&nulls, rows));
                (array.repeated(rows), nulls)
            } else {
                (array, nulls)
            };
            let len = array.len();
            arrays.push(result::to_arrow(array, nulls, self.zone.as_ref())?);
            if len != rows {
                let name = self.schema.field(at).name();
                let message = format!("result `{name}` has {len} rows, and another has {rows}");
                return Err(Error::plain(Diagnostic::new(ErrorKind::Shape, message)));
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .expect("the arrays have the types of the schema and one length"))
    }
}

/// Returns the time zone that all moments are in, if it is one.
fn common_zone<'t>(types: impl Iterator<Item = &'t DataType>) -> Option<Zone> {
    let mut zones = types.filter_map(|data_type| match data_type {
        DataType::Timestamp(_, zone) => Some(zone.clone()),
        DataType::Date32 | DataType::Date64 => Some(None),
        _ => None, // tidy: no moments
    });
    let first = zones.next()?;
    zones.all(|zone| zone == first).then_some(first)?
}

/// Says which column an error is about.
fn in_column(name: &str, error: &Error) -> Error {
    let first = &error.diagnostics()[0];
    let diagnostic =
        Diagnostic { message: format!("column `{name}`: {}", first.message), ..first.clone() };
    Error::plain(diagnostic)
}
