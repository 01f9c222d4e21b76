//! What a shell completes, what the help says.

use std::fs;

use crate::support::{Ran, World, bare_command};

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
