//! What can be typed after `numjit`: the only user of clap's derive.

use std::path::PathBuf;
use std::str::FromStr;

use anstyle::{AnsiColor, Style};
use clap::builder::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use numjit::{DType, Dialect, Math};

pub(crate) use crate::setting::Setting;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .valid(Style::new().bold());

const EXAMPLES: &str = "\
Examples:
  numjit eval '2**10'
  numjit eval 'sqrt(px**2 + py**2)' events.parquet
  numjit eval 'mean(pt)' 'run*/events.parquet'
  numjit eval 'r2 = x*x + y*y; sqrt(r2), arctan2(y, x)' points.csv
  numjit explain 'a*b + c' --types a:f64,b:f64,c:f64
  numjit functions";

const EVAL_EXAMPLES: &str = "\
Examples:
  # First and last values, smallest, largest and mean of a column that is computed from others
  numjit eval 'sqrt(px**2 + py**2)' events.parquet

  # A histogram in the terminal: 60 bins from 0 to 120; and the same as a picture
  numjit eval 'sqrt(px**2 + py**2)' events.parquet --hist 60,0,120
  numjit eval 'sqrt(px**2 + py**2)' events.parquet --hist 60,0,120 --plot pt.svg

  # The whole column as a file; several files of one format are one table, rows one after another
  numjit eval 'sqrt(px**2 + py**2)' 'run*/events.parquet' -o pt.parquet --name pt

  # Several statements, several results: columns r and phi
  numjit eval 'r = hypot(x, y); phi = arctan2(y, x); r, phi' points.csv -o polar.parquet

  # NPY files are columns or arrays of any shape, named like the files: x.npy and y.npy
  numjit eval 'x[:, None] * y' x.npy y.npy -o product.npy
  numjit eval 'mean(x, axis=0)' x.npy

  # A reduction prints its value; --set gives values to names that are not columns
  numjit eval 'mean((x - mu)**2)' table.csv --set mu=2.5
  numjit eval 'sum(when >= start)' log.parquet --set 'start:datetime64[s]=2026-01-31T12:00:00'

Formats by extension: .parquet .pq, .arrow .feather .ipc .arrows, .csv .tsv, .npy
Only the columns that the formula names are read, a batch of rows at a time; as a whole if there are several
results, or arrays that are no columns.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  numjit explain 'sqrt(px**2 + py**2)' events.parquet
  numjit explain '2*a**3 + 6*log(a)' --types a:f32 --passes
  numjit explain 'a*b + c' --asm";

/// Evaluates formulas over columns of data, compiled to native code.
#[derive(Debug, Parser)]
#[command(name = "numjit", version, styles = STYLES, after_help = EXAMPLES)]
#[command(max_term_width = 100, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// When to use colors; NO_COLOR in the environment means never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    #[arg(help = "When to use colors: auto, always or never")]
    pub(crate) color: ColorWhen,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute a formula over the columns of files
    #[command(after_help = EVAL_EXAMPLES)]
    Eval(EvalArgs),
    /// Show what a formula is compiled to
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// List the functions and reductions that formulas can use
    Functions(FunctionsArgs),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  numjit completions bash > ~/.local/share/bash-completion/completions/numjit"
    )]
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// The formula, e.g. 'sqrt(x**2 + y**2)'; quote it for the shell
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,

    /// Files with the columns, or patterns such as 'data/*.parquet'
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<String>,

    /// Draw a histogram in the terminal; without LO,HI it spans the finite values (a second pass)
    #[arg(long, value_name = "BINS[,LO,HI]", allow_hyphen_values = true)]
    pub(crate) hist: Option<HistSpec>,

    /// Draw the histogram to a .svg or .png file; without --hist, 100 bins over the finite values
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) plot: Option<PathBuf>,

    /// Write the results as columns to a .parquet, .arrow, .feather or .csv file, one of any shape to .npy
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,

    /// Name of the column in the output file, if there is one; else its name in the formula, or `result`
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Give a name in the formula a value, e.g. --set cut=2.5; goes before a column of that name
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub(crate) set: Vec<Setting>,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,

    /// Threads that compute; as many as there are processors if left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) threads: Option<u32>,

    /// Rows that are read and computed at a time
    #[arg(long, value_name = "N", hide = true, default_value_t = 1 << 18)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch_rows: u32,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The formula; quote it for the shell
    #[arg(allow_hyphen_values = true)]
    pub(crate) expr: String,

    /// A file whose columns give the dtypes of the names
    #[arg(value_name = "FILE", conflicts_with = "types", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<String>,

    /// Dtypes of the names (bool, i8 … u64, f32, f64, c64, c128, S8, U8, datetime64[s], …); names left out are f64
    #[arg(long, value_name = "NAME:DTYPE,…", value_delimiter = ',')]
    pub(crate) types: Vec<TypeSpec>,

    /// Also disassemble the machine code
    #[arg(long)]
    pub(crate) asm: bool,

    /// Show the graph after each pass, not only before and after all of them
    #[arg(long)]
    pub(crate) passes: bool,

    #[command(flatten)]
    pub(crate) rules: RulesArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FunctionsArgs {
    /// Print the tables as Markdown, as in docs/functions.md
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// What a formula means, and how accurate its functions are.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct RulesArgs {
    /// The rules for dtypes: numpy (NumPy 2) or numexpr (numexpr 2.14)
    #[arg(long, value_name = "NAME", default_value = "numpy", hide_possible_values = true)]
    dialect: DialectName,

    /// Functions: accurate (as `numjit functions` says) or fast (within 4 units in the last place)
    #[arg(long, value_name = "NAME", default_value = "accurate", hide_possible_values = true)]
    math: MathName,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DialectName {
    Numpy,
    Numexpr,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MathName {
    Accurate,
    Fast,
}

impl RulesArgs {
    pub(crate) fn dialect(self) -> Dialect {
        match self.dialect {
            DialectName::Numpy => Dialect::NumPy,
            DialectName::Numexpr => Dialect::NumExpr,
        }
    }

    pub(crate) fn math(self) -> Math {
        match self.math {
            MathName::Accurate => Math::Accurate,
            MathName::Fast => Math::Fast,
        }
    }
}

/// `BINS` or `BINS,LO,HI`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct HistSpec {
    pub(crate) bins: usize,
    /// Both ends are finite and the first is below the second.
    pub(crate) range: Option<(f64, f64)>,
}

impl FromStr for HistSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<HistSpec, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let bins = match parts[0].parse() {
            Ok(bins @ 1..=100_000) => bins,
            _ => return Err(format!("`{}` is not a number of bins (1 to 100000)", parts[0])),
        };
        let number = |part: &str| match part.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(x),
            _ => Err(format!("`{part}` is not a finite number")),
        };
        match parts[..] {
            [_] => Ok(HistSpec { bins, range: None }),
            [_, lo, hi] => match (number(lo)?, number(hi)?) {
                (lo, hi) if lo < hi && (hi - lo).is_finite() => {
                    Ok(HistSpec { bins, range: Some((lo, hi)) })
                }
                (lo, hi) => Err(format!("the range must go up, and {lo} is not below {hi}")),
            },
            _ => Err("expected BINS or BINS,LO,HI, e.g. 60,0,120".to_owned()),
        }
    }
}

/// `NAME:DTYPE`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TypeSpec {
    pub(crate) name: String,
    pub(crate) dtype: DType,
}

impl FromStr for TypeSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<TypeSpec, String> {
        let (name, dtype) = text.split_once(':').ok_or("expected NAME:DTYPE, e.g. a:f64")?;
        Ok(TypeSpec { name: name.trim().to_owned(), dtype: dtype_named(dtype.trim())? })
    }
}

/// Returns the dtype with this name.
pub(crate) fn dtype_named(name: &str) -> Result<DType, String> {
    DType::from_name(name).ok_or_else(|| {
        let known: Vec<String> = DType::NUMERIC.iter().map(DType::to_string).collect();
        format!(
            "`{name}` is not a dtype; they are {}, S8 and U8 (strings of 8), datetime64[s] and timedelta64[s] \
             (also with other units)",
            known.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn histograms_are_bins_and_a_range() {
        let parse = |text: &str| text.parse::<HistSpec>().ok();
        assert_eq!(parse("60"), Some(HistSpec { bins: 60, range: None }));
        assert_eq!(parse("60,-1,1e2"), Some(HistSpec { bins: 60, range: Some((-1.0, 100.0)) }));
        for wrong in ["", "0", "60,1", "60,2,1", "60,0,nan", "60,0,1,2", "-3,0,1", "9,-1e308,1e308"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
