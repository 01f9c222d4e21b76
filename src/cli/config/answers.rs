//! The answers about one system: each is checked when it is given, and a wrong one is asked for again.

use std::collections::BTreeMap;

use toml::Value;

use crate::cli::console::{ask_line, can_ask, say};
use crate::cli::exit::Exit;
use crate::config;
use crate::domain::{ProviderName, Untrusted, suggest};
use crate::provider::SPECS;
use crate::provider::registry::{BackendSpec, Question};

use super::init::SystemArgs;

pub fn usage(why: &str) -> Exit {
    Exit::Usage.because(&Untrusted::from(why).line())
}

/// The operator ended the questions.
pub fn given_up() -> Exit {
    usage("given up; nothing was written")
}

/// Which kind of system.
pub fn kind(flags: &SystemArgs) -> Result<&'static BackendSpec, Exit> {
    let words: Vec<&str> = SPECS.iter().map(|spec| spec.kind.word).collect();
    let all = words.join(", ");
    let ask = || {
        if !can_ask() {
            return Err(usage(&format!("say which system with --kind: {all}")));
        }
        ask_line(&format!("Which system? {all}:")).ok_or_else(given_up)
    };
    until_right(flags.kind.clone(), ask, |word| {
        SPECS.iter().copied().find(|spec| spec.kind.word == word.trim()).ok_or_else(|| {
            let hint = suggest(&word, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            format!("`{word}` is no kind of system; {}", hint.unwrap_or_else(|| format!("there are: {all}")))
        })
    })
}

/// What a right answer comes to. One that was given by a flag is refused where it is wrong, a typed one is asked for again.
pub fn until_right<T>(
    given: Option<String>,
    ask: impl Fn() -> Result<String, Exit>,
    check: impl Fn(String) -> Result<T, String>,
) -> Result<T, Exit> {
    if let Some(given) = given {
        return check(given).map_err(|why| usage(&why));
    }
    loop {
        match check(ask()?) {
            Ok(right) => return Ok(right),
            Err(why) => say(&Untrusted::from(why).line()),
        }
    }
}

/// What is asked about one system, beside the configuration that is there already.
pub struct ProviderQuestions<'a> {
    pub kind: &'static BackendSpec,
    pub flags: &'a SystemArgs,
    /// The configuration that the system is added to; empty where it is the first.
    pub before: &'a str,
}

impl ProviderQuestions<'_> {
    /// The operator's name for it: no other system may have it.
    pub fn name(&self) -> Result<String, Exit> {
        let usual = self.kind.kind.word;
        let given = self.flags.name.clone().or_else(|| (!can_ask()).then(|| usual.to_owned()));
        let ask = || {
            let answer = ask_line(&format!("Your name for it [{usual}]:")).ok_or_else(given_up)?;
            Ok(if answer.is_empty() { usual.to_owned() } else { answer })
        };
        until_right(given, ask, |name| match ProviderName::new(&name) {
            None => Err(format!("`{name}` is no name: letters, digits, - and _, at most 32")),
            Some(_) => self.check(&name, &[], &[]).map(|()| name),
        })
    }

    /// The settings, in the order of the questions.
    pub fn answers(&self, name: &str) -> Result<Vec<(String, String)>, Exit> {
        let mut given = BTreeMap::new();
        for setting in &self.flags.settings {
            let (key, value) = setting.split_once('=').ok_or_else(|| usage(&format!("`{setting}` is no KEY=VALUE")))?;
            given.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        let mut answers: Vec<(String, String)> = Vec::new();
        for (at, question) in self.kind.questions.iter().enumerate() {
            let rest = self.kind.questions.get(at + 1..).unwrap_or_default();
            let by_flag = given.remove(question.key);
            if by_flag.is_none() && !is_asked(question, &answers) {
                continue;
            }
            let check = |answer: String| {
                let mut all = answers.clone();
                if !answer.is_empty() {
                    all.push((question.key.to_owned(), answer));
                    self.check(name, &all, rest)?;
                }
                Ok(all)
            };
            answers = until_right(by_flag, || answer(question), check)?;
        }
        answers.extend(given);
        Ok(answers)
    }

    /// What unbolt itself would say of a configuration with these answers, while the rest is made up.
    fn check(&self, name: &str, answers: &[(String, String)], rest: &[Question]) -> Result<(), String> {
        let rest = if answers.is_empty() { self.kind.questions } else { rest };
        let needed: Vec<&Question> =
            rest.iter().filter(|question| question.default.is_none() && is_asked(question, answers)).collect();
        let mut all = answers.to_vec();
        all.extend(needed.iter().map(|question| (question.key.to_owned(), question.example.to_owned())));
        let secret = Value::Table(toml::Table::from_iter([("env".to_owned(), Value::from("UNUSED"))]));
        let text = format!("{}{}", self.before, table(self.kind, name, &all, &secret));
        let config = config::parse(&text).map_err(|complaint| complaint.what)?;
        config.providers.last().map_or(Ok(()), |one| one.backend.common().check_endpoints())?;
        // Files that are made up aren't looked for.
        if needed.is_empty() { config.check_files().map_err(|complaint| complaint.to_string()) } else { Ok(()) }
    }
}

/// The answer to one question; without a terminal a default is taken.
fn answer(question: &Question) -> Result<String, Exit> {
    let (ask_for, default) = (question.ask, question.default);
    if !can_ask() {
        return default
            .map(|_| String::new())
            .ok_or_else(|| usage(&format!("`{}` is missing: --set {}=…  ({ask_for})", question.key, question.key)));
    }
    let shown = default.map(|default| if default.is_empty() { " []".to_owned() } else { format!(" [{default}]") });
    loop {
        let answer = ask_line(&format!("{ask_for}{}:", shown.clone().unwrap_or_default())).ok_or_else(given_up)?;
        match (answer.is_empty(), default) {
            (false, _) => return Ok(answer),
            // A default is not written down: it may be a better one some day.
            (true, Some(_)) => return Ok(String::new()),
            (true, None) => say("it can't be left out"),
        }
    }
}

/// True where the earlier answers make it a question.
fn is_asked(question: &Question, answers: &[(String, String)]) -> bool {
    question
        .only
        .is_none_or(|(key, values)| answers.iter().any(|(own, value)| own == key && values.contains(&value.as_str())))
}

/// The settings that are numbers; an id of digits is none.
const NUMBERS: [&str; 3] = ["max_parallel", "max_per_second", "wait_seconds"];

/// A system's table.
pub fn table(kind: &BackendSpec, name: &str, answers: &[(String, String)], secret: &Value) -> String {
    let mut text = format!("\n[[provider]]\nname = {}\nkind = \"{}\"\n", Value::from(name), kind.kind.word);
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
