//! The program, started as a process, and what it printed.
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The binary with an empty home.
pub fn bare_command(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unbolt"));
    command
        .env("HOME", place)
        .env("XDG_STATE_HOME", place.join("state"))
        .env("XDG_CONFIG_HOME", place.join("config"))
        .env("TZ", "UTC")
        .env_remove("SSH_CONNECTION")
        .stdin(std::process::Stdio::null());
    command
}

/// How a run of the binary went.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}
