//! The `numjit` command: formulas over columns of files, from the shell.
//!
//! `args` says what can be typed; one module per command does it (`eval`, `explain`, `functions`);
//! `input` and `output` know the file formats; `exit` turns the outcome into messages and exit codes.

mod args;
mod cell;
mod eval;
mod exit;
mod explain;
mod format;
mod functions;
mod grid;
mod hist;
mod input;
mod moment;
mod npy;
mod number;
mod output;
mod picture;
mod plot;
mod progress;
mod report;
mod setting;
mod style;
mod summary;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::args::{Cli, Command};

fn main() -> ExitCode {
    exit::call_panics_bugs();
    let cli = Cli::parse();
    style::choose(cli.color);
    exit::report(run(&cli.command))
}

fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Eval(args) => eval::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Functions(args) => functions::run(args.markdown),
        Command::Completions { shell } => {
            // Through memory, because clap_complete panics when a pipe is closed.
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "numjit", &mut script);
            Ok(io::Write::write_all(&mut io::stdout(), &script)?)
        }
    }
}
