fn main() -> std::process::ExitCode {
    chat_server::cli::run(std::env::args_os())
}
