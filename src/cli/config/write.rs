//! A system as lines of the configuration, and the files that hold them.

use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use toml::Value;

use crate::engine::new_file::write_new;
use crate::provider::registry::BackendSpec;

/// How a first configuration begins.
pub const FIRST_LINE: &str =
    "# unbolt's configuration. `unbolt config example` prints every setting with its default.\n";

/// The settings that are numbers; an id of digits is none.
const NUMBERS: [&str; 3] = ["max_parallel", "max_per_second", "wait_seconds"];

/// A system's table.
pub fn table(kind: &BackendSpec, name: &str, answers: &[(String, String)], secret: &Value) -> String {
    let mut text = format!("\n[[provider]]\nname = {}\nkind = \"{}\"\n", Value::from(name), kind.kind.word);
    for (key, answer) in answers {
        let number = answer.parse::<i64>().ok().filter(|_| NUMBERS.contains(&key.as_str()));
        let value = match answer.as_str() {
            "true" | "false" => Value::from(answer == "true"),
            _ => number.map_or_else(|| Value::from(answer.as_str()), Value::from),
        };
        text.push_str(&format!("{key} = {value}\n"));
    }
    text.push_str(&format!("{} = {secret}\n", kind.secret));
    text
}

/// A new file that nobody else can read, in a directory that nobody else can enter where it has to be made.
pub fn private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    write_new(path, |out| out.write_all(text.as_bytes()))
}

/// Puts a text in the place of a file's, whole or not at all, with the file's mode.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mode = path.metadata()?.mode() & 0o777;
    let draft = path.with_extension("toml.part");
    private(&draft, text)?;
    let kept = std::fs::set_permissions(&draft, std::os::unix::fs::PermissionsExt::from_mode(mode));
    kept.and_then(|()| std::fs::rename(&draft, path)).inspect_err(|_| {
        let _ = std::fs::remove_file(&draft);
    })
}
