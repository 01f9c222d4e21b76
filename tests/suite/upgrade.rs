//! What the first release left behind: its configuration, ledger, frozen plan, open unlocks and killed run go on.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::bent::forward;

/// The run that was killed.
const RUN: &str = "01a21801-a501-7892-9fcf-3cc560777878";
/// The addresses in the old configuration. The ledger knows its systems by them.
const ADDRESSES: [(&str, &str); 4] = [
    ("pingone", "127.99.13.1:8101"),
    ("jumpcloud", "127.99.13.1:8102"),
    ("adaxes", "127.99.13.1:8103"),
    ("macs", "127.99.13.1:8104"),
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o700)).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap().path();
        let target = to.join(item.file_name().unwrap());
        if item.is_dir() {
            copy(&item, &target);
        } else {
            std::fs::copy(&item, &target).unwrap();
            std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }
}

/// The systems as they stood, with what was left behind.
fn world() -> World {
    let world = World::with_people(40);
    world.write_config_anew();
    let left = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/upgrade");
    let config = std::fs::read_to_string(left.join("config.toml")).unwrap();
    let config = config.replace("@CONFIG@", &world.config_path().display().to_string());
    // Nobody shares a clock with the one who wrote it: what may still be under way is waited for.
    let config = config.replace("[[provider]]", "[[provider]]\ntotal_timeout = \"2s\"");
    for (provider, address) in ADDRESSES {
        forward(address, &world.url(provider));
    }
    std::fs::write(world.config_path(), config).unwrap();
    copy(&left.join("ledger"), &world.ledger_dir());
    for who in ["katherine", "alan", "dorothy"] {
        let person = world.person(who);
        for (provider, _) in &ADDRESSES[..3] {
            let own = &person[*provider];
            if let Some(id) = own["guid"].as_str().or(own["id"].as_str()) {
                world.post("/lock", json!({"provider": provider, "id": id}));
            }
        }
    }
    world
}

#[test]
fn what_an_earlier_version_left_loads_verifies_and_resumes() {
    let world = world();
    let shown = world.run(&["config", "show"]);
    assert!(shown.code == 0 && shown.out.contains("127.99.13.1:8103"), "{shown:?}");
    let verified = world.run(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
    let open = world.run(&["ledger", "show", "--open", "--json"]).json();
    let accounts = |rows: &Value| -> Vec<String> {
        let name = |row: &Value| format!("{} {}", row["provider"].as_str().unwrap(), row["username"].as_str().unwrap());
        let mut names: Vec<String> = rows.as_array().unwrap().iter().map(name).collect();
        names.sort();
        names.dedup();
        names
    };
    let names = accounts(&open);
    for expected in ["adaxes katherine", "jumpcloud katherine", "macs ghopper"] {
        assert!(names.iter().any(|name| name == expected), "{expected} in {names:?}");
    }
    // The plan is known for what it is.
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/upgrade/plan.json");
    let stale = world.run(&["bulk", "run", plan.to_str().unwrap(), "--yes", "--count", "1"]);
    assert!(stale.code != 0 && stale.err.contains("was run already"), "{stale:?}");
    assert!(world.unlocks().is_empty(), "nothing was sent");

    let report = world.run(&["bulk", "report", RUN]);
    assert!(report.out.contains("katherine"), "{report:?}");
    let resumed = world.resume(&["bulk", "resume", RUN, "--pause", "0"]);
    assert!([0, 3, 6].contains(&resumed.code), "{resumed:?}");
    let resolved = world.run(&["ledger", "resolve", "--json"]);
    assert!([0, 3, 4, 6].contains(&resolved.code), "{resolved:?}");
    assert_eq!(world.run(&["ledger", "verify"]).code, 0, "and what was added fits to what was there");
    let still = accounts(&world.run(&["ledger", "show", "--open", "--json"]).json());
    assert!(!still.iter().any(|name| name == "jumpcloud katherine"), "{still:?}\n{resolved:?}");
}
