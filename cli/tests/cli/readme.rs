//! What the documents show of the command is what it prints.

use std::path::Path;

use crate::support::{numjit, stdout};

const START: &str = "$ cargo run --release -- ";

/// Returns the commands of the README with what it shows below each.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.starts_with("```") {
            open = false;
        } else if let Some(command) = line.strip_prefix(START) {
            commands.push((command.to_owned(), String::new()));
            open = true;
        } else if line.starts_with("$ ") {
            open = false;
        } else if let (true, Some((_, shown))) = (open, commands.last_mut()) {
            shown.push_str(line.trim_end());
            shown.push('\n');
        }
    }
    commands
}

/// Splits a command as a shell does, for words and single quotes.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, piece) in command.split('\'').enumerate() {
        let last = words.last_mut().expect("there is always a word");
        if index % 2 == 1 {
            last.push_str(piece);
            continue;
        }
        let mut parts = piece.split(' ');
        last.push_str(parts.next().unwrap_or_default());
        words.extend(parts.map(str::to_owned));
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there is a README");
    let commands = commands(&readme);
    assert!(!commands.is_empty(), "the README shows no command");
    for (command, shown) in commands {
        let arguments = words(&command);
        let writes =
            arguments.iter().any(|word| ["-o", "--output", "--plot"].contains(&word.as_str()));
        if writes || shown.is_empty() {
            continue;
        }
        let output =
            numjit().args(&arguments).current_dir(&root).output().expect("the command runs");
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).expect("the command prints text");
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        let printed = lines.join("\n");
        assert_eq!(printed.trim_end(), shown.trim_end(), "\n{START}{command}");
    }
}

#[test]
fn the_table_of_functions_in_the_documents_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md");
    let printed = stdout(&["functions", "--markdown"]);
    if std::env::var_os("NUMJIT_BLESS").is_some() {
        std::fs::write(&path, &printed).expect("the folder is writable");
    }
    let shown = std::fs::read_to_string(&path).expect("there is a table");
    assert!(shown == printed, "write it again: numjit functions --markdown > docs/functions.md");
}
