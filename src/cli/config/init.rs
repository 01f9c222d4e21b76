//! `unbolt config init`: a first configuration, from answers or flags. Nothing that exists is written over.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use clap::Args;
use toml::Value;

use crate::cli::args::Cli;
use crate::cli::console::{ask, ask_secret, can_ask, out, say};
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::config;
use crate::domain::{Secret, Untrusted, nearest};
use crate::provider::SPECS;
use crate::provider::registry::{BackendSpec, Question};

#[derive(Debug, Args)]
pub struct Init {
    /// What the system is: `pingone`, `jumpcloud`, `adaxes` or `apple_mdm`
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Your name for it; by default its kind
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// A setting of it, as KEY=VALUE; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// Where its secret is kept: `file:PATH`, `env:NAME`, `credential:NAME`, `keyring:SERVICE/ACCOUNT`, `command:PROGRAM`, `prompt`
    #[arg(long, value_name = "PLACE")]
    pub secret: Option<String>,
}

/// The settings that are numbers; an id of digits is none.
const NUMBERS: [&str; 3] = ["max_parallel", "max_per_second", "wait_seconds"];

pub fn run(cli: &Cli, arguments: &Init) -> Exit {
    start(cli, arguments).unwrap_or_else(|exit| exit)
}

fn usage(why: &str) -> Exit {
    say(&Untrusted::from(why).line());
    Exit::Usage
}

fn start(cli: &Cli, arguments: &Init) -> Result<Exit, Exit> {
    // Whatever the file says: who runs as another account sets nothing up for it.
    setup::may_use_file(setup::is_service()?, "config init", "root writes /etc/unbolt/config.toml")?;
    let path = cli.config.clone().or_else(config::default_path).ok_or_else(|| usage("there is no home directory"))?;
    // What is written has to hold from wherever it is read.
    let path = std::path::absolute(&path).map_err(|e| usage(&format!("{}: {e}", path.display())))?;
    if path.symlink_metadata().is_ok() {
        return Err(usage(&format!(
            "{} is there already, and is not written over: add a [[provider]] to it, or name another with --config",
            path.display()
        )));
    }
    let kind = kind(arguments)?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None if can_ask() => Some(ask(&format!("Your name for it [{}]:", kind.kind.word)))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| kind.kind.word.to_owned()),
        None => kind.kind.word.to_owned(),
    };
    let answers = answers(kind, arguments)?;
    let (place, typed) = secret(kind, &name, &path, arguments)?;
    let text = written(kind, &name, &answers, &place);
    // Nothing is written that unbolt itself would not take.
    config::parse(&text).map_err(|complaint| usage(&format!("that makes no configuration: {}", complaint.what)))?;
    let failed = |path: &Path, e: &io::Error| usage(&format!("{}: {e}", path.display()));
    if let Some((file, secret)) = typed {
        write_private(&file, secret.expose()).map_err(|e| failed(&file, &e))?;
        out(&Untrusted::from(format!("{} holds the secret, readable by you alone", file.display())).line());
    }
    write_private(&path, &text).map_err(|e| failed(&path, &e))?;
    out(&Untrusted::from(format!(
        "{} is written; every further setting stands in config.example.toml",
        path.display()
    ))
    .line());
    out("next: unbolt check");
    Ok(Exit::Done)
}

fn kind(arguments: &Init) -> Result<&'static BackendSpec, Exit> {
    let words: Vec<&str> = SPECS.iter().map(|spec| spec.kind.word).collect();
    let named = |word: &str| SPECS.iter().copied().find(|spec| spec.kind.word == word);
    loop {
        let word = match &arguments.kind {
            Some(word) => word.clone(),
            None if can_ask() => ask(&format!("Which system? {}:", words.join(", "))),
            None => return Err(usage(&format!("say which system with --kind: {}", words.join(", ")))),
        };
        if let Some(kind) = named(word.trim()) {
            return Ok(kind);
        }
        let hint = nearest(&word, words.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        let hint = hint.unwrap_or_else(|| format!("; there are: {}", words.join(", ")));
        let why = format!("`{word}` is no kind of system{hint}");
        if arguments.kind.is_some() || word.is_empty() {
            return Err(usage(&why));
        }
        say(&Untrusted::from(why).line());
    }
}

fn answers(kind: &BackendSpec, arguments: &Init) -> Result<Vec<(String, String)>, Exit> {
    let mut given = BTreeMap::new();
    for setting in &arguments.settings {
        let (key, value) = setting.split_once('=').ok_or_else(|| usage(&format!("`{setting}` is no KEY=VALUE")))?;
        given.insert(key.trim().to_owned(), value.trim().to_owned());
    }
    let mut answers: Vec<(String, String)> = Vec::new();
    for question in kind.questions {
        let is_asked = question.only.is_none_or(|(key, values)| {
            answers.iter().any(|(own, value)| own == key && values.contains(&value.as_str()))
        });
        let answer = match given.remove(question.key) {
            Some(answer) => answer,
            None if !is_asked => continue,
            None => answer(question, arguments.kind.is_some())?,
        };
        if !answer.is_empty() {
            answers.push((question.key.to_owned(), answer));
        }
    }
    answers.extend(given);
    Ok(answers)
}

/// The answer to one question. Who has named the kind by a flag is asked only for what has no default.
fn answer(question: &Question, by_flags: bool) -> Result<String, Exit> {
    let (ask_for, default) = (question.ask, question.default);
    if !can_ask() || (by_flags && default.is_some()) {
        return default
            .map(|_| String::new())
            .ok_or_else(|| usage(&format!("`{}` is missing: --set {}=…  ({ask_for})", question.key, question.key)));
    }
    let shown = default.map(|default| if default.is_empty() { " []".to_owned() } else { format!(" [{default}]") });
    for _ in 0..3 {
        let answer = ask(&format!("{ask_for}{}:", shown.clone().unwrap_or_default()));
        match (answer.is_empty(), default) {
            (false, _) => return Ok(answer),
            // A default is not written down: it may be a better one some day.
            (true, Some(_)) => return Ok(String::new()),
            (true, None) => say("it can't be left out"),
        }
    }
    Err(usage("given up; nothing was written"))
}

type Typed = Option<(PathBuf, Secret)>;

/// The reference to the secret, and the secret where it is typed now.
fn secret(kind: &BackendSpec, name: &str, config: &Path, arguments: &Init) -> Result<(Value, Typed), Exit> {
    let own = config.with_file_name(format!("{name}.secret"));
    let place = match &arguments.secret {
        Some(place) => place.clone(),
        None if can_ask() => {
            say("where is its secret? file:PATH, env:NAME, credential:NAME, command:PROGRAM or prompt");
            let answer = ask(&format!("Its place [file:{}]:", own.display()));
            if answer.is_empty() { format!("file:{}", own.display()) } else { answer }
        }
        None => return Err(usage("say where the secret is kept with --secret, for instance file:PATH or env:NAME")),
    };
    let (how, what) = place.split_once(':').unwrap_or((place.as_str(), ""));
    let one = |key: &str, value: Value| Value::Table(toml::Table::from_iter([(key.to_owned(), value)]));
    let reference = match (how, what) {
        ("prompt", _) => one("prompt", Value::from(kind.secret_is)),
        ("command", program) if !program.is_empty() => {
            one("command", program.split_whitespace().map(Value::from).collect::<Vec<_>>().into())
        }
        ("file", what) if !what.is_empty() => {
            let whole = std::path::absolute(what).map_err(|e| usage(&format!("{what}: {e}")))?;
            one(how, Value::from(whole.display().to_string()))
        }
        ("env" | "credential" | "keyring", what) if !what.is_empty() => one(how, Value::from(what)),
        // The place may be the secret itself, typed where it doesn't belong: it isn't repeated.
        _ => {
            return Err(usage(
                "that names no place; write file:PATH, env:NAME, credential:NAME, command:PROGRAM or prompt",
            ));
        }
    };
    let missing = how == "file" && !Path::new(what).exists();
    let typed = if missing && can_ask() {
        let question = format!("Type {} (it is not shown):", kind.secret_is);
        let secret = ask_secret(&question).filter(|secret| !secret.is_empty());
        Some((PathBuf::from(what), secret.ok_or_else(|| usage("given up; nothing was written"))?))
    } else {
        None
    };
    Ok((reference, typed))
}

fn written(kind: &BackendSpec, name: &str, answers: &[(String, String)], secret: &Value) -> String {
    let mut text = format!(
        "# unbolt's configuration. Every setting and its default: config.example.toml\n\n[[provider]]\nname = {}\nkind = \"{}\"\n",
        Value::from(name),
        kind.kind.word
    );
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
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
