//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    unbolt::cli::run(std::env::args_os())
}
