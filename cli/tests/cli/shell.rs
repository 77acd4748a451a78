//! What does not depend on data: help, colors, completions, the tables, pipes.

use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{numjit, stdout, zmumu};

#[test]
fn help_has_examples() {
    for arguments in [&["--help"][..], &["eval", "--help"], &["explain", "--help"]] {
        let text = stdout(arguments);
        assert!(text.contains("Usage: numjit") && text.contains("Examples:\n"), "{text}");
    }
    assert!(stdout(&["--version"]).starts_with("numjit "));
}

#[test]
fn colors_come_when_they_are_wanted() {
    let colored = |arguments: &[&str], no_color: bool| {
        let mut command = numjit();
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.args(arguments).output().expect("the command starts");
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    let always = ["eval", "M", &zmumu(), "--color", "always"];
    assert!(colored(&always, false));
    assert!(!colored(&always[..3], false), "a pipe is no terminal");
    assert!(!colored(&["--color", "never", "eval", "M", &zmumu()], false));
    assert!(colored(&["eval", "1 +", "--color=always"], false));
    assert!(!colored(&["eval", "1 +"], true));
}

#[test]
fn the_functions_are_listed() {
    let text = stdout(&["functions"]);
    for part in ["arctan2(y, x)", "atan2", "where(condition, x, y)", "sum(x[, axis]", "Square root"]
    {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn every_stage_is_explained() {
    let text = stdout(&["explain", "a*b + 0.5", "--types", "a:f32,b:i32"]);
    for part in ["a: f32, b: i32", "Graph as built", "mul.f64", "generator"] {
        assert!(text.contains(part), "{text}");
    }
    let text = stdout(&["explain", "2*M", &zmumu(), "--passes", "--asm"]);
    assert!(
        text.contains("M: f64")
            && text.contains("Graph after the pass")
            && text.contains("Machine code"),
        "{text}"
    );
    // Division of integers has no form in the wide generator.
    let text = stdout(&["explain", "a // b", "--types", "a:i64,b:i64"]);
    assert!(text.contains("cranelift") && text.contains("CLIF"), "{text}");
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = stdout(&["completions", shell]);
        assert!(text.contains("numjit") && text.contains("eval"), "{shell}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(assert_cmd::cargo_bin!("numjit"))
        .arg("functions")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut errors).expect("it is text");
    assert!(child.wait().expect("it ends").success());
    assert_eq!(errors, "");
}
