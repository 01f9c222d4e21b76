//! What the registry promises: a backend is a folder and a line, and everything else finds it there.

use std::path::Path;

use serde_json::{Value, json};
use unbolt::provider::SPECS;

use crate::support::World;

const ID: &str = "u-1";

/// A world whose one provider is the example: users in a file, two replicas, no HTTP.
fn world() -> World {
    let world = World::new();
    let users = json!([
        {"id": ID, "username": "ada", "email": "ada@acme.test", "replicas": [
            {"name": "dc1", "locked": true, "failures": 5}, {"name": "dc2", "locked": false, "failures": 2},
        ]},
        {"id": "u-2", "username": "grace", "email": "grace@acme.test", "replicas": []},
    ]);
    let file = world.place.path().join("users.json");
    std::fs::write(&file, users.to_string()).unwrap();
    let text = format!(
        "[[provider]]\nname = \"files\"\nkind = \"example\"\nfile = \"{}\"\npassword = {{ env = \"EXAMPLE_PASSWORD\" }}\n",
        file.display()
    );
    std::fs::write(world.config_path(), text).unwrap();
    world
}

#[test]
fn a_backend_is_a_folder_and_a_line_and_every_command_knows_it() {
    let world = world();
    let account = world.run(&["find", "ada", "--json"]).json()[0]["accounts"][0].clone();
    assert_eq!((account["kind"].as_str(), account["lock"]["state"].as_str()), (Some("example"), Some("locked")));
    assert_eq!(account["bad_logins"]["replicas"][0]["name"], "dc1");
    assert_eq!(account["bad_logins"]["replicas"][1]["count"], 2);

    let locked = world.run(&["locked", "--jsonl"]);
    let rows: Vec<Value> = locked.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((locked.code, rows.len(), rows[0]["id"].as_str()), (0, 1, Some(ID)), "{locked:?}");

    let check = world.run(&["check", "--json"]);
    assert!(check.out.contains("reads users: 2"), "{check:?}");
    let shown = world.run(&["config", "show"]);
    assert!(shown.out.contains("\"example\"") && shown.out.contains("users.json"), "{shown:?}");

    let unlocked = world.run(&["unlock", "ada", "--yes", "--json"]);
    assert_eq!((unlocked.code, unlocked.json()[0]["outcome"].as_str()), (0, Some("unlocked")), "{unlocked:?}");
    assert_eq!(world.run(&["ledger", "show", "--json"]).json()[0]["provider"], "files");
    assert_eq!(world.run(&["unlock", "ada", "--yes", "--json"]).json()[0]["outcome"], "already_open");
}

#[test]
fn each_backend_has_its_row_in_the_readme_and_its_simulated_servers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The example of a backend is in no release.
    let words: Vec<&str> = SPECS.iter().map(|spec| spec.kind.word).filter(|word| *word != "example").collect();
    for word in &words {
        assert!(root.join("src/sim").join(word).is_dir(), "{word} has no simulated servers: src/sim/{word}/");
    }
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let table = readme.lines().skip_while(|line| !line.starts_with("| system |"));
    let rows = table.skip(2).take_while(|line| line.starts_with('|')).count();
    assert_eq!(rows, words.len(), "a row in the README's table of systems for each of {words:?}");
}

#[test]
fn a_first_configuration_asks_what_the_backend_declares() {
    let world = world();
    let path = world.place.path().join("fresh.toml");
    let ran = world.run(&[
        "config",
        "init",
        "--config",
        path.to_str().unwrap(),
        "--kind",
        "example",
        "--name",
        "files",
        "--set",
        "file=/srv/users.json",
        "--secret",
        "env:EXAMPLE_PASSWORD",
    ]);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(ran.code == 0 && text.contains("file = \"/srv/users.json\""), "{ran:?}\n{text}");
    let wrong = world.run(&["config", "init", "--config", "/nonexistent/x.toml", "--kind", "nothing", "--name", "x"]);
    assert!(wrong.code == 2 && wrong.err.contains("example"), "the kinds that there are are named: {wrong:?}");
}
