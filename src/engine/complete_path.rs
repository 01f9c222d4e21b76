//! Paths as they are typed: `~` is the home directory, and a beginning is completed from what is on the disk.

use std::path::{Path, PathBuf};

use crate::domain::sanitize::is_dangerous;

/// A path as it is typed: `~` is the home directory.
pub fn expanded(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), directories::BaseDirs::new()) {
        (Ok(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => path.to_owned(),
    }
}

/// What a path goes on with, and the names that begin so: as far as all that begin like it agree. Hidden files need their dot; a name that no field
/// can show is left out.
pub fn complete(typed: &str) -> (String, Vec<String>) {
    let (directory, beginning) = typed.rsplit_once('/').map_or(("", typed), |(directory, name)| (directory, name));
    let place = match directory {
        "" if typed.starts_with('/') => PathBuf::from("/"),
        "" => PathBuf::from("."),
        directory => expanded(Path::new(directory)),
    };
    let listing = std::fs::read_dir(place).into_iter().flatten().flatten();
    let mut choices: Vec<String> = listing
        .filter_map(|item| {
            let mut name = item.file_name().into_string().ok()?;
            let is_shown = !name.starts_with('.') || beginning.starts_with('.');
            let fits = name.starts_with(beginning) && is_shown && !name.chars().any(is_dangerous);
            if fits && item.path().is_dir() {
                name.push('/');
            }
            fits.then_some(name)
        })
        .collect();
    choices.sort();
    let kept = &typed[..typed.len() - beginning.len()];
    let path = if choices.is_empty() { typed.to_owned() } else { format!("{kept}{}", shared_beginning(&choices)) };
    (path, choices)
}

/// How far they all begin alike.
fn shared_beginning(names: &[String]) -> &str {
    let Some((first, rest)) = names.split_first() else { return "" };
    let agrees = |end: &usize| rest.iter().all(|name| first.get(..*end).is_some_and(|part| name.starts_with(part)));
    let ends = first.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.take_while(agrees).last().and_then(|end| first.get(..end)).unwrap_or("")
}

#[cfg(test)]
mod tests;
