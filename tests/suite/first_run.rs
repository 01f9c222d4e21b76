//! A newcomer's first five minutes, in a terminal and an empty home: a configuration, a check, a look, an unlock.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use portable_pty::CommandBuilder;

use crate::support::terminal::Terminal;
use crate::support::{Ran, World, bare_command};

/// A shell in which `unbolt` is at hand.
fn shell(world: &World) -> Terminal {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_unbolt"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut shell = CommandBuilder::new("/bin/sh");
    shell.arg("-i");
    let terminal = Terminal::run(world.place.path(), shell, &[("PATH", &path), ("PS1", "$ ")], (120, 60));
    terminal.wait_to_see("$");
    terminal
}

/// A setting of a provider's table in the world's own configuration.
fn setting(world: &World, provider: &str, key: &str) -> String {
    let config: toml::Table = world.config_text().parse().unwrap();
    let tables = config["provider"].as_array().unwrap();
    let table = tables.iter().find(|table| table["name"].as_str() == Some(provider)).unwrap();
    table[key].as_str().unwrap().to_owned()
}

#[test]
fn from_nothing_to_an_unlock() {
    let world = World::whole();
    let url = world.url("jumpcloud");
    let (pingone, environment, client) =
        (world.url("pingone"), setting(&world, "pingone", "environment_id"), setting(&world, "pingone", "client_id"));
    let secret = |name: &str| {
        fs::read_to_string(world.place.path().join(format!("c.toml.{name}.secret"))).unwrap().trim().to_owned()
    };
    let mut terminal = shell(&world);
    terminal.keys("unbolt find ada\r");
    terminal.wait_to_see("to set it up: `unbolt config init`");
    // A wrong answer is told at once and asked for again; what was answered before stays.
    let answers: [(&str, &str); 20] = [
        ("Which system?", "jumpclod"),
        ("did you mean `jumpcloud`?", "jumpcloud"),
        ("the role Help Desk", "cloud"),
        ("The region", ""),
        ("The organisation's id", ""),
        ("Another console address", "mars"),
        ("the URL mars can't be used", &url),
        ("Another Directory Insights address", &url),
        ("Its place [file:", "somewhere"),
        ("that names no place", ""),
        ("it is not shown", &secret("jumpcloud")),
        ("Another system? [y/N]", "y"),
        ("adaxes, apple_mdm", "pingone"),
        ("one role in this environment", ""),
        ("The environment's id", "not-a-uuid"),
        ("is no UUID", &environment),
        ("The worker application's client id", &client),
        ("The region: com", ""),
        ("Another API address", &pingone),
        ("Another sign-on address", &pingone),
    ];
    terminal.keys("clear; unbolt config init\r");
    for (question, answer) in answers {
        terminal.wait_to_see(question);
        terminal.wait_for_rest();
        terminal.keys(&format!("{answer}\r"));
    }
    terminal.wait_to_see("/pingone.secret]:");
    terminal.keys("\r");
    terminal.wait_to_see("Type the worker application's client secret");
    terminal.keys(&format!("{}\r", secret("pingone")));
    terminal.wait_to_see("has one more system");
    terminal.keys("n\r");
    // At the end it is checked.
    terminal.wait_to_see("an account locks after");
    terminal.wait_to_see("next: `unbolt find NAME`");
    for name in ["jumpcloud", "pingone"] {
        assert!(!terminal.raw().contains(&secret(name)), "the secret was shown");
    }
    terminal.keys("clear; unbolt check; echo \"check $?\"\r");
    terminal.wait_to_see("check 0");
    terminal.keys("clear; unbolt config show | grep region; unbolt find ada\r");
    terminal.wait_to_see("default");
    terminal.wait_to_see("Ada Lovelace");
    terminal.keys("clear; unbolt unlock grace --provider cloud --ticket INC-1\r");
    terminal.wait_to_see("[y/N]");
    terminal.keys("y\r");
    terminal.wait_to_see("ended");
    terminal.keys("clear; unbolt ledger show\r");
    terminal.wait_to_see("INC-1");
    let home = world.place.path().join(".config/unbolt");
    for (file, mode) in [("", 0o700), ("config.toml", 0o600), ("cloud.secret", 0o600), ("pingone.secret", 0o600)] {
        let meta = fs::metadata(home.join(file)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, mode, "{file}");
    }
    terminal.keys("exit\r");
    terminal.exit();
}

#[test]
fn flags_say_everything_and_nothing_is_written_over() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    let cases: [(&[&str], &str); 5] = [
        (&["config", "init"], "--kind"),
        (&["config", "init", "--kind", "okta"], "is no kind of system"),
        (&["config", "init", "--kind", "adaxes"], "`base_url` is missing"),
        (&["config", "init", "--kind", "adaxes", "--set", "base_url=https://a.test/restApi"], "--secret"),
        (
            &[
                "config",
                "init",
                "--kind",
                "adaxes",
                "--set",
                "base_ur=x",
                "--set",
                "base_url=https://a",
                "--secret",
                "env:T",
            ],
            "unknown setting `base_ur`",
        ),
    ];
    for (arguments, words) in cases {
        let ran = run(arguments);
        assert!(ran.code == 2 && ran.err.contains(words), "{arguments:?}: {ran:?}");
        assert!(!place.path().join("config/unbolt/config.toml").exists());
    }
    let arguments = [
        "config",
        "init",
        "--kind",
        "pingone",
        "--name",
        "prod",
        "--secret",
        "env:T",
        "--set",
        "client_id=c",
        "--set",
        "environment_id=abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6",
        "--set",
        "region=eu",
        "--set",
        "max_parallel=3",
    ];
    let ran = run(&arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    let text = fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap();
    let shown = run(&["config", "show"]);
    assert!(
        shown.out.contains("\t\"eu\"\n")
            && shown.out.lines().any(|line| line.starts_with("provider.prod.max_parallel\t") && line.ends_with("\t3")),
        "{shown:?}"
    );
    let again = run(&arguments);
    assert!(again.code == 2 && again.err.contains("is not written over"), "{again:?}");
    assert_eq!(fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap(), text);
    // Another system goes beside the first, and no name is given twice.
    let add = |more: &[&str]| run(&[&["config", "add", "--kind", "adaxes", "--secret", "env:A"][..], more].concat());
    let twice = add(&["--name", "prod", "--set", "base_url=https://a.test/restApi"]);
    assert!(twice.code == 2 && twice.err.contains("prod"), "{twice:?}");
    assert_eq!(fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap(), text);
    let added = add(&["--set", "base_url=https://a.test/restApi"]);
    assert_eq!(added.code, 0, "{added:?}");
    let both = fs::read_to_string(place.path().join("config/unbolt/config.toml")).unwrap();
    assert!(both.starts_with(&text) && both.contains("kind = \"adaxes\""), "{both}");
    assert!(run(&["config", "example"]).out.contains("[[provider]]"));
    // A secret in the wrong place isn't repeated.
    let ran = run(&["--config", "other.toml", "config", "init", "--kind", "jumpcloud", "--secret", "hunter2"]);
    assert!(ran.code == 2 && !ran.err.contains("hunter2"), "{ran:?}");
}

#[test]
fn completions_manual_and_version() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("unbolt") && ran.out.contains("UNBOLT_COMPLETE"), "{shell}: {ran:?}");
    }
    let manual = run(&["man"]).out;
    for words in [
        ".TH",
        "UNBOLT BULK RUN",
        "UNBOLT LEDGER VERIFY",
        "UNBOLT CONFIG INIT",
        "against",
        "SH EXAMPLES",
        "SH \"EXIT STATUS\"",
        "SH FILES",
        "SH ENVIRONMENT",
        "SH KEYS",
        "people: u",
    ] {
        assert!(manual.contains(words), "{words}");
    }
    assert!(!manual.contains("detached"), "what is hidden stays hidden");
    let pages = place.path().join("man");
    fs::create_dir(&pages).unwrap();
    assert_eq!(run(&["man", pages.to_str().unwrap()]).code, 0);
    let pages: Vec<String> =
        fs::read_dir(pages).unwrap().map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for page in ["unbolt.1", "unbolt-bulk-run.1", "unbolt-check.1"] {
        assert!(pages.contains(&page.to_owned()), "{pages:?}");
    }
    assert_eq!(run(&["--version"]).out, concat!("unbolt ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(run(&["--version", "--verbose"]).out.contains("OCSF"));
    assert_eq!(run(&["--verbose"]).code, 2);
}

#[test]
fn a_shell_completes_the_names_of_systems_runs_topics_and_themes() {
    let world = World::new();
    let list = world.place.path().join("list.csv");
    fs::write(&list, "ada\n").unwrap();
    let plan = world.run(&["bulk", "plan", list.to_str().unwrap(), "--provider", "pingone", "--json"]).json();
    let id = plan["plan"].as_str().unwrap().to_owned();
    assert_eq!(world.run(&["bulk", "run", &id, "--yes"]).code, 0);
    let config = world.config_path().display().to_string();
    let completed = |words: &[&str]| {
        let line = [&["--", "unbolt", "--config", &config][..], words].concat();
        let mut command = bare_command(world.place.path());
        command.args(&line).env("UNBOLT_COMPLETE", "bash").env("_CLAP_IFS", "\n").env("_CLAP_COMPLETE_TYPE", "9");
        command.env("_CLAP_COMPLETE_SPACE", "true").env("_CLAP_COMPLETE_INDEX", (line.len() - 2).to_string());
        let ran = Ran::from(command.output().unwrap());
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let cases: [(&[&str], &str); 7] = [
        (&["check", "--provider", ""], "pingone"),
        (&["unlock", "ada", "--provider", "p"], "pingone"),
        (&["bulk", "plan", "list.csv", "--provider", ""], "pingone"),
        (&["bulk", "resume", ""], &id[..13]),
        (&["bulk", "report", "l"], "last"),
        (&["help", "l"], "lists"),
        (&["--theme", "high"], "high_contrast"),
    ];
    for (words, expected) in cases {
        let found = completed(words);
        assert!(found.iter().any(|one| one == expected), "{words:?}: {found:?}");
    }
}

#[test]
fn a_name_that_is_nearly_right_is_offered() {
    let world = World::new();
    let cases: [(&[&str], &str); 6] = [
        (&["check", "--provider", "pingon"], "did you mean `pingone`?"),
        (&["unlock", "ada", "--provider", "pinone"], "did you mean `pingone`?"),
        (&["bulk", "plan", "-", "--provider", "pingon"], "did you mean `pingone`?"),
        (&["help", "list"], "did you mean `lists`?"),
        (&["--theme", "high_contrats"], "'high_contrast'"),
        (&["find", "ada", "--jsn"], "'--json'"),
    ];
    for (words, expected) in cases {
        let ran = world.run(words);
        assert!(ran.code == 2 && ran.err.contains(expected), "{words:?}: {ran:?}");
    }
    // What the screen would refuse, `check` refuses.
    for (setting, expected) in [
        ("theme = \"high_contrat\"", "did you mean `high_contrast`"),
        ("keymap = \"/nowhere/keys.toml\"", "the keymap can't be read"),
    ] {
        let text = world.config_text();
        fs::write(world.config_path(), format!("[screen]\n{setting}\n\n{text}")).unwrap();
        let ran = world.run(&["check"]);
        assert!(ran.code == 2 && ran.err.contains(expected), "{setting}: {ran:?}");
        fs::write(world.config_path(), text).unwrap();
    }
}

#[test]
fn help_has_examples_codes_variables_and_topics() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    for words in [&["--help"][..], &["help"], &["unlock", "--help"], &["help", "bulk", "run"]] {
        let text = run(words).out;
        for head in ["Examples:", "Exit codes:", "Environment:", "Global options:"] {
            assert!(text.contains(head), "{words:?} lacks {head}: {text}");
        }
    }
    for (topic, words) in [("lists", "# Lists"), ("command-line", "## Exit codes"), ("simulator", "POST /fault")] {
        assert!(run(&["help", topic]).out.contains(words), "{topic}");
        assert!(run(&["--help"]).out.contains(topic), "{topic}");
    }
}

/// Each example of the help is taken by the parser: what isn't is told with "Usage".
#[test]
fn each_example_of_the_help_is_a_command() {
    let place = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Ran::from(bare_command(place.path()).args(arguments).output().unwrap());
    let mut tried = 0;
    let mut pages = vec![Vec::new()];
    while let Some(path) = pages.pop() {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let text = run(&[&["help"][..], &words].concat()).out;
        if let Some(commands) = text.split("\nCommands:\n").nth(1) {
            let names = commands.lines().take_while(|line| line.starts_with("  "));
            let names =
                names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()));
            pages.extend(names.map(|name| [&path[..], &[name.to_owned()]].concat()));
        }
        let examples = text.split("\nExamples:\n").nth(1).unwrap_or_default();
        for line in examples.lines().take_while(|line| line.starts_with("  ")) {
            let Some(line) = line.trim().strip_prefix("unbolt") else { continue };
            let typed = line.split("  ").next().unwrap().split(['|', '>']).next().unwrap();
            // A line that can be parsed and lacks nothing shows its help in the end.
            let script = format!("exec \"$0\" {typed} --help");
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &script, env!("CARGO_BIN_EXE_unbolt")]).env("HOME", place.path());
            let ran = Ran::from(shell.output().unwrap());
            assert!(ran.code == 0, "unbolt{typed}: {ran:?}");
            tried += 1;
        }
    }
    assert!(tried > 35, "{tried}");
}

#[test]
fn the_demo_keeps_everything_to_itself_and_takes_no_impossible_number() {
    let world = World::new();
    for number in ["99999999999", "0.5", "many"] {
        let ran = world.run(&["demo", "--people", number]);
        assert!(ran.code == 2 && ran.err.contains("--people"), "{number}: {ran:?}");
    }
    let mut shell = CommandBuilder::new("/bin/sh");
    shell.args(["-c", "umask 000; exec \"$0\" demo", env!("CARGO_BIN_EXE_unbolt")]);
    let own = world.place.path().join("tmp");
    std::fs::create_dir(&own).unwrap();
    let mut terminal = Terminal::run(world.place.path(), shell, &[("TMPDIR", own.to_str().unwrap())], (80, 24));
    terminal.wait_to_see("Ada Lovelace");
    let directories: Vec<_> = std::fs::read_dir(&own).unwrap().map(|item| item.unwrap()).collect();
    assert_eq!(directories.len(), 1);
    assert_eq!(directories[0].metadata().unwrap().permissions().mode() & 0o777, 0o700);
    terminal.keys("\x03");
    terminal.exit();
    assert_eq!(std::fs::read_dir(&own).unwrap().count(), 0, "nothing is left");
}
