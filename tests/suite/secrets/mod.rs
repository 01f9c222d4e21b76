//! Secrets: every place they may be kept in, and that none of them is ever spelled out.

mod leaks;
mod prompts;
mod sources;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::{Ran, World};

/// A world whose JumpCloud provider finds its key in that place.
fn world(reference: &str) -> World {
    let world = World::only("jumpcloud");
    let text = world.config_text();
    let line = text.lines().find(|line| line.starts_with("api_key")).unwrap().to_owned();
    fs::write(world.config_path(), text.replace(&line, &format!("api_key = {reference}"))).unwrap();
    world
}

fn key(world: &World) -> String {
    fs::read_to_string(world.place.path().join("c.toml.jumpcloud.secret")).unwrap().trim().to_owned()
}

fn private(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn find(world: &World, more: &[(&str, &str)]) -> Ran {
    Ran::from(world.command(&["find", "ada"]).envs(more.iter().copied()).output().unwrap())
}
