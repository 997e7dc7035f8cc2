//! Completions and man pages: written by the definitions of the command line, and current.
#![allow(clippy::unwrap_used)]

use chat_tui::cli::args::Cli;
use clap::CommandFactory;
use clap_complete::{Shell, generate};
use clap_mangen::Man;
use std::fs;
use std::path::Path;
use std::process::Command;

const CRATE: &str = env!("CARGO_MANIFEST_DIR");

/// Every file, and what is to be in it.
fn files() -> Vec<(String, Vec<u8>)> {
    let shells = [Shell::Bash, Shell::Zsh, Shell::Fish];
    let names = ["chat-tui.bash", "_chat-tui", "chat-tui.fish"];
    let completion = |(shell, name): (Shell, &str)| {
        let mut text = Vec::new();
        generate(shell, &mut Cli::command(), "chat-tui", &mut text);
        // The generator for bash takes the hyphen of the name for the border of a subcommand.
        let text = String::from_utf8(text).unwrap().replace("chat__subcmd__tui", "chat__tui");
        (format!("completions/{name}"), text.into_bytes())
    };
    let mut files: Vec<_> = shells.into_iter().zip(names).map(completion).collect();
    let mut all = Cli::command();
    all.build();
    let subs = all.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help");
    let pages: Vec<_> = std::iter::once(all.clone())
        .chain(subs.map(|c| {
            let name: &'static str = format!("chat-tui-{}", c.get_name()).leak();
            c.clone().name(name)
        }))
        .collect();
    for page in pages {
        let path = format!("man/{}.1", page.get_name());
        let mut text = Vec::new();
        // Without a date, so that it changes only with what it says.
        Man::new(page).date("").render(&mut text).unwrap();
        files.push((path, text));
    }
    files
}

#[test]
fn completions_and_man_pages_are_what_the_definitions_say() {
    for (path, wanted) in files() {
        let path = Path::new(CRATE).join(path);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &wanted).unwrap();
        }
        assert!(
            fs::read(&path).unwrap_or_default() == wanted,
            "{} is stale: run UPDATE_DOCS=1 cargo test -p chat-tui --test generated",
            path.display()
        );
    }
}

#[test]
fn bash_completes_commands_and_flags() {
    let complete = |words: &str, at: usize| {
        let script = format!(
            "source {CRATE}/completions/chat-tui.bash; COMP_WORDS=({words}); COMP_CWORD={at}; \
             _chat__tui chat-tui \"${{COMP_WORDS[{at}]}}\" \"${{COMP_WORDS[{at}-1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let out = Command::new("bash").args(["-c", &script]).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    assert_eq!(complete("chat-tui sen", 1), "send\n");
    assert!(complete("chat-tui send --ro", 2).contains("--room"));
}
