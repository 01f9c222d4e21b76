//! What each command prints for people: golden text at several widths and in a pipe, with wide, hostile and very long names
//! and a system that failed; and what happens where it can't be written.

use std::fs;

use serde_json::json;

use crate::frames::steady;
use crate::support::terminal::Terminal;
use crate::support::{Ran, World};

const WIDTHS: [u16; 4] = [40, 80, 120, 200];

/// A world in which something was done, something failed, and a list was run.
fn busy_world() -> World {
    let world = World::whole();
    assert_eq!(world.run(&["unlock", "ada", "--everywhere", "--yes", "--ticket", "INC-4711"]).code, 0);
    let list = world.place.path().join("list.csv");
    let long = "wolfeschlegelsteinhausenbergerdorff.llanfairpwllgwyngyll";
    fs::write(
        &list,
        format!("user,ticket\n{long},INC-1\nnobody,\nyamada.akiko,\nAdam Smith,\n\"bobby\"\"tables\\\",\n"),
    )
    .unwrap();
    let list = list.display().to_string();
    let plan = world.place.path().join("plan.json").display().to_string();
    world.run(&["bulk", "plan", &list, "--provider", "pingone", "-o", &plan]);
    let ran = world.run(&["bulk", "run", &plan, "--yes", "--pause", "0"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    world.fault_of("jumpcloud", json!({"fault": "status", "status": 401}));
    world
}

/// What changes from run to run, in as many signs.
fn masked(world: &World, text: &str) -> String {
    let place = world.place.path().display().to_string();
    let text = text.replace(&place, &"P".repeat(place.len())).replace("< 1 min", "9 min  ");
    let is_moment =
        |field: &str| field.len() >= 20 && field.starts_with("20") && field.ends_with('Z') && field.contains('T');
    let fields = |line: &str| {
        let fields = line.split('\t').map(|field| if is_moment(field) { "TIME" } else { field });
        fields.collect::<Vec<_>>().join("\t")
    };
    // Ports have four digits or five: what comes behind the first one of `config show` is left out.
    let lines = text.lines().take_while(|line| !line.starts_with("webhook.listen"));
    let mut is_path = false;
    let lines = lines.filter(|line| {
        is_path = line.starts_with("ledger.directory") || (is_path && line.starts_with(' '));
        !is_path
    });
    let text = lines.map(fields).collect::<Vec<_>>().join("\n");
    let text = steady(&without_ids(&text));
    let mut out = String::new();
    let mut rest = text.as_str();
    // Ports and latencies.
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        let is_port = before.ends_with("127.0.0.1:") || before.ends_with("127.9.9.9:");
        let varies = is_port
            || after.starts_with(" ms")
            || after.starts_with(" min")
            || (digits.len() >= 6 && before.ends_with(['.', ' ']));
        out.push_str(before);
        let is_measured = after.starts_with(" ms") || after.starts_with(" s apart");
        out.push_str(&match (is_measured, varies) {
            (true, _) => "9".to_owned(),
            (false, true) => "9".repeat(digits.len().min(5)),
            (false, false) => digits.to_owned(),
        });
        rest = after;
    }
    out + rest
}

/// The ids of plans and runs, which hold the time of their making, whole or shortened.
fn without_ids(text: &str) -> String {
    let is_id = |word: &str| {
        let parts: Vec<&str> = word.split('-').collect();
        let fits = |n: usize, part: &&str| {
            part.len() == [8, 4, 4, 4, 12][n.min(4)] && part.chars().all(|c| c.is_ascii_hexdigit())
        };
        word.starts_with("01")
            && (parts.len() == 2 || parts.len() == 5)
            && parts.iter().enumerate().all(|(n, part)| fits(n, part))
    };
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || c == '-' {
            word.push(c);
            continue;
        }
        out.push_str(&if is_id(&word) { word.replace(|c: char| c != '-', "x") } else { std::mem::take(&mut word) });
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

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
        for width in WIDTHS {
            lock_again();
            // The rows alone: messages name paths, which end somewhere else in each run.
            let mut command = portable_pty::CommandBuilder::new("sh");
            command.args(["-c", "exec \"$0\" \"$@\" 2>/dev/null", env!("CARGO_BIN_EXE_unbolt"), "--config", &config]);
            command.args(&words);
            let mut terminal = Terminal::run(world.place.path(), command, &[], (width, 160));
            terminal.exit();
            terminal.wait_for_rest();
            let screen = terminal.screen();
            let screen: Vec<&str> = screen.lines().map(str::trim_end).collect();
            let text = screen.join("\n");
            insta::assert_snapshot!(format!("{name}_{width}"), masked(&world, text.trim_end()));
        }
        lock_again();
        let piped = world.run(&words);
        assert!(!piped.out.contains('\x1b'), "{name}: {piped:?}");
        insta::assert_snapshot!(format!("{name}_pipe"), masked(&world, &piped.out));
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
        terminal.wait_for_rest();
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
        terminal.wait_for_rest();
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
