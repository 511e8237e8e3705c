//! The `dvgen` command.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(dvgen::cli::run(std::env::args_os()))
}
