//! What each command prints for people: golden text at several widths and in a pipe, with wide, hostile and very long names
//! and a system that failed; and what happens where it can't be written.
mod masks;

use std::fs;

use serde_json::json;

use crate::support::terminal::Terminal;
use crate::support::{Ran, World};

use masks::{busy_world, masked};

const WIDTHS: [u16; 4] = [40, 80, 120, 200];

const COMMANDS: [(&str, &[&str]); 16] = [
    ("find", &["find", "ada"]),
    ("find_wide", &["find", "yamada.akiko"]),
    ("find_long", &["find", "wolfe"]),
    ("find_hostile", &["find", "bobby"]),
    ("locked", &["locked"]),
    ("ledger_show", &["ledger", "show"]),
    ("bulk_runs", &["bulk", "runs"]),
    ("bulk_report", &["bulk", "report", "last", "--all"]),
    ("bulk_plan", &["bulk", "plan", "LIST", "--provider", "pingone"]),
    ("check", &["check"]),
    ("config_show", &["config", "show"]),
    ("ledger_show_open", &["ledger", "show", "--open"]),
    ("ledger_verify", &["ledger", "verify"]),
    ("ledger_resolve", &["ledger", "resolve"]),
    ("unlock", &["unlock", "katherine", "--provider", "pingone", "--yes"]),
    (
        "unlock_long",
        &["unlock", "wolfeschlegelsteinhausenbergerdorff.llanfairpwllgwyngyll", "--provider", "pingone", "--yes"],
    ),
];

#[test]
fn each_command_fits_each_width_and_a_pipe_gets_whole_fields() {
    let world = busy_world();
    let config = world.config_path().display().to_string();
    let list = world.place.path().join("list.csv").display().to_string();
    for (name, words) in COMMANDS {
        let words: Vec<&str> = words.iter().map(|word| if *word == "LIST" { list.as_str() } else { word }).collect();
        let lock_again = || {
            if let ["unlock", who, ..] = words.as_slice() {
                let id = world.person(who)["pingone"]["id"].clone();
                world.post("/lock", json!({"provider": "pingone", "id": id}));
            }
        };
        lock_again();
        let piped = world.run(&words);
        assert!(!piped.out.contains('\x1b'), "{name}: {piped:?}");
        insta::assert_snapshot!(format!("{name}_pipe"), masked(&world, &piped.out));
        for width in WIDTHS {
            lock_again();
            // The rows alone: messages name paths, which end somewhere else in each run.
            let messages = world.place.path().join("messages");
            let mut command = portable_pty::CommandBuilder::new("sh");
            let shell = format!("exec \"$0\" \"$@\" 2>{}", messages.display());
            command.args(["-c", &shell, env!("CARGO_BIN_EXE_unbolt"), "--config", &config]);
            command.args(&words);
            let mut terminal = Terminal::run(world.place.path(), command, &[], (width, 160));
            let code = terminal.exit();
            assert_eq!(Ok(code), u32::try_from(piped.code), "{name} at {width}: {:?}", fs::read_to_string(messages));
            let screen = terminal.screen();
            let screen: Vec<&str> = screen.lines().map(str::trim_end).collect();
            let text = screen.join("\n");
            insta::assert_snapshot!(format!("{name}_{width}"), masked(&world, text.trim_end()));
        }
    }
}

#[test]
fn colours_follow_the_theme_the_variable_and_the_option() {
    let world = World::new();
    let config = world.config_path().display().to_string();
    let raw = |more: &[&str], variables: &[(&str, &str)]| {
        let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_unbolt"));
        command.args([&["--config", &config, "find", "ada"][..], more].concat());
        let mut terminal = Terminal::run(world.place.path(), command, variables, (100, 30));
        terminal.exit();
        terminal.raw()
    };
    let red = "\x1b[1;31m● LOCKED\x1b[m";
    assert!(raw(&[], &[]).contains(red), "{:?}", raw(&[], &[]));
    for (more, variables) in [
        (&["--color", "never"][..], &[][..]),
        (&["--theme", "mono"], &[]),
        (&[], &[("NO_COLOR", "1")]),
        (&[], &[("TERM", "dumb")]),
    ] {
        let text = raw(more, variables);
        assert!(!text.contains("31m") && text.contains("LOCKED"), "{more:?} {variables:?}: {text:?}");
    }
    assert!(raw(&["--color", "always"], &[("NO_COLOR", "1")]).contains(red));
    // Without colour there is no escape at all: a dumb terminal would show it.
    for (more, variables) in
        [(&["--color", "never"][..], &[][..]), (&[], &[("TERM", "dumb")]), (&[], &[("NO_COLOR", "1")])]
    {
        let text = raw(more, variables);
        assert!(!text.replace("\x1b[K", "").contains('\x1b'), "{more:?} {variables:?}: {text:?}");
    }
    assert!(raw(&["--ascii"], &[]).is_ascii());
}

#[test]
fn a_plan_that_finds_no_room_leaves_nothing_behind() {
    // The largest file that the process may write stands for a full disk.
    let world = World::new();
    let list = world.place.path().join("list.csv");
    let names: Vec<String> = (0..400).map(|n| format!("nobody{n}")).collect();
    fs::write(&list, names.join("\n")).unwrap();
    let out = world.place.path().join("out");
    fs::create_dir(&out).unwrap();
    let plan = out.join("plan.json");
    let limited = format!(
        "trap '' XFSZ; ulimit -f 16; exec {} --config {} bulk plan {} --provider pingone -o {}",
        env!("CARGO_BIN_EXE_unbolt"),
        world.config_path().display(),
        list.display(),
        plan.display()
    );
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", &limited])
        .env("XDG_STATE_HOME", world.place.path().join("state"))
        .env("HOME", world.place.path());
    let ran = Ran::from(command.output().unwrap());
    assert!(ran.code == 5 && ran.err.contains("File too large"), "{ran:?}");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}

#[test]
fn what_is_open_keeps_its_intent_however_narrow_the_terminal_is() {
    let world = World::only("macs");
    let ran = world.run(&["unlock", "grace", "--provider", "macs", "--yes", "--wait", "0"]);
    assert_eq!(ran.code, 6, "{ran:?}");
    let intent = world.run(&["ledger", "show", "--open", "--json"]).json()[0]["intent"].as_str().unwrap().to_owned();
    let config = world.config_path().display().to_string();
    for width in [60, 80] {
        let arguments = ["--config", &config, "ledger", "show", "--open"];
        let mut terminal = Terminal::start(world.place.path(), &arguments, (width, 20));
        terminal.exit();
        assert!(terminal.screen().contains(&intent), "{width}: {}", terminal.screen());
    }
}

#[test]
fn no_argument_reaches_the_terminal_raw() {
    let world = World::new();
    let hostile = "\x1b]0;owned\x07\x1b[2J";
    let cases: [&[&str]; 8] = [
        &[hostile],
        &["find", "x", hostile],
        &["bulk", "plan", hostile],
        &["bulk", "report", hostile],
        &["help", hostile],
        &["check", "--provider", hostile],
        &["--config", hostile, "find", "x"],
        &["unlock", "x", &format!("--{hostile}")],
    ];
    for words in cases {
        let ran = Ran::from(world.command(&[]).args(words).output().unwrap());
        let steers = |text: &str| text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        assert!(ran.code != 0 && !steers(&ran.out) && !steers(&ran.err), "{words:?}: {ran:?}");
    }
    // A plan's own path is shown at its end.
    let path = world.place.path().join(format!("{}.json", hostile.replace('/', "")));
    let list = world.place.path().join("list");
    fs::write(&list, "ada\n").unwrap();
    let mut command = world.command(&["bulk", "plan", list.to_str().unwrap(), "-o"]);
    let ran = Ran::from(command.arg(&path).output().unwrap());
    assert!(path.exists() && !ran.err.contains('\x1b'), "{ran:?}");
}
