use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(chat_tui::cli::run(std::env::args_os()))
}
