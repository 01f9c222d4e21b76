//! Whose files are believed. A file that names a program to run is as good as that program.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::diagnostics::Complaint;

/// Checks that a file belongs to the user or to root, and that nobody else can write it. In service mode it has
/// to be root's or the service account's, which is the user then.
///
/// # Errors
/// A [`Complaint`] that names the file, what is wrong, and what to do.
pub fn check(path: &Path, why: &str) -> Result<(), Complaint> {
    let wrong = |what: String| Err(Complaint::new(what).in_file(path));
    let meta =
        std::fs::metadata(path).map_err(|e| Complaint::new(format!("it can't be looked at: {e}")).in_file(path))?;
    let me = rustix::process::geteuid().as_raw();
    if meta.uid() != me && meta.uid() != 0 {
        return wrong(format!("{why}, so that it must belong to you or to root; it belongs to uid {}", meta.uid()));
    }
    if meta.mode() & 0o022 != 0 {
        let mode = meta.mode() & 0o777;
        return wrong(format!("{why}, and others can write it (mode {mode:o}): chmod go-w {}", path.display()));
    }
    Ok(())
}

/// True when a setting in it names a program.
pub fn names_a_program(table: &toml::Table) -> bool {
    table.iter().any(|(key, value)| match value {
        toml::Value::Array(_) if key == "command" || key == "idle_command" => true,
        toml::Value::Table(inner) => names_a_program(inner),
        toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_table).any(names_a_program),
        _ => false,
    })
}
