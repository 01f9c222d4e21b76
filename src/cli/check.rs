//! `unbolt check`: what works of each provider, what doesn't, and what shouldn't.

use clap::Args;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::domain::{Finding, Grade, Kind, ProviderName};
use crate::runtime::check;
use crate::runtime::webhook::status::Refusals;

use super::args::Cli;
use super::console::{out, say};
use super::exit::Exit;
use super::{json, setup};

#[derive(Debug, Args)]
pub struct Check {
    /// Only this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

pub fn run(cli: &Cli, arguments: &Check) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => core,
        Err(exit) => return exit,
    };
    let meant = |name: &ProviderName| arguments.provider.as_deref().is_none_or(|only| only == name.as_str());
    let providers: Vec<_> = core.providers().iter().filter(|provider| meant(&provider.info().name)).collect();
    if providers.is_empty() {
        say("no provider has this name");
        return Exit::Usage;
    }
    let refused = Refusals::read(core.ledger_directory());
    let looking = async {
        let looks = providers.iter().map(|provider| async {
            let found = check::findings(provider, core.policy(), &refused).await;
            (provider.info().name.clone(), provider.info().kind, found)
        });
        join_all(looks).await
    };
    let checked = match setup::with_core(&core, looking) {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    if arguments.json {
        json::print(&Value::from(
            checked.iter().map(|(name, kind, found)| row(name, *kind, found)).collect::<Vec<_>>(),
        ));
    } else {
        for (name, _, found) in &checked {
            tell(name, found);
        }
    }
    let works = |found: &[Finding]| found.iter().all(|one| one.grade != Grade::Bad);
    match checked.iter().filter(|(_, _, found)| works(found)).count() {
        n if n == checked.len() => Exit::Done,
        0 => Exit::Failed,
        _ => Exit::Mixed,
    }
}

fn tell(name: &ProviderName, found: &[Finding]) {
    for one in found {
        let word = one.grade.word().replace('_', " ");
        let next = if one.next.is_empty() { String::new() } else { format!(". Next: {}", one.next) };
        out(&format!("{:<12} {word:<9} {:<12} {}{next}", name.as_str(), one.topic, one.says.line()));
    }
}

fn row(name: &ProviderName, kind: Kind, found: &[Finding]) -> Value {
    let finding = |one: &Finding| json!({"topic": one.topic, "grade": one.grade.word(), "says": json::text(&one.says), "next": one.next});
    json!({
        "provider": name.as_str(),
        "kind": kind.word(),
        "ok": found.iter().all(|one| one.grade != Grade::Bad),
        "findings": found.iter().map(finding).collect::<Vec<_>>(),
    })
}
