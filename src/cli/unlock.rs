//! `unbolt unlock WHO`

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::domain::inert::is_dangerous;
use crate::domain::{Account, Cause, Code, Lock, Match, Outcome, Papers, Problem, Untrusted};
use crate::flow::unlock::{Patience, Request, UnlockFlow, lock_words};
use crate::policy::{Asked, Objection};
use crate::provider::Provider;
use crate::runtime::ends::Leaving;
use crate::runtime::follow::follow;
use crate::runtime::{Core, webhook};
use crate::view::words::clock_millis;

use super::args::{Cli, Include, Unlock};
use super::console::{ask, can_ask, out, say};
use super::exit::Exit;
use super::{find, json, setup};
use crate::runtime::lookup;

/// No helpdesk numbers its cases longer, and no system takes a longer header.
const LONGEST_TICKET: usize = 100;

pub fn run(cli: &Cli, arguments: &Unlock) -> Exit {
    let core = match setup::core(cli) {
        Ok(core) => Arc::new(core),
        Err(exit) => return exit,
    };
    if let Some(name) = &arguments.provider
        && !core.providers().iter().any(|provider| provider.about().name.as_str() == name)
    {
        let known: Vec<&str> = core.providers().iter().map(|provider| provider.about().name.as_str()).collect();
        say(&format!(
            "no provider is named `{}`; there are: {}",
            Untrusted::from(name.as_str()).line(),
            known.join(", ")
        ));
        return Exit::Usage;
    }
    if let Some(ticket) = &arguments.ticket
        && (ticket.chars().any(is_dangerous) || ticket.chars().count() > LONGEST_TICKET)
    {
        say("a ticket is one line of at most 100 visible characters");
        return Exit::Usage;
    }
    setup::with_core(&core, unlock(&core, arguments)).unwrap_or_else(|exit| exit)
}

async fn unlock(core: &Arc<Core>, arguments: &Unlock) -> Exit {
    // Macs may answer while we wait.
    let (tell, _) = mpsc::unbounded_channel();
    let _receiver = match receiver(core, arguments, tell).await {
        Ok(receiver) => receiver,
        Err(problem) => {
            say(&problem.line());
            None
        }
    };
    if arguments.everywhere {
        return everywhere(core, arguments).await;
    }
    let hits = lookup::search(core, &arguments.who, Match::Exact, |name| {
        arguments.provider.as_deref().is_none_or(|only| only == name.as_str())
    })
    .await;
    for (provider, problem) in &hits.problems {
        say(&format!("{provider}: {problem}"));
    }
    if hits.accounts.is_empty() && !hits.problems.is_empty() {
        say("whether the account exists is not known: not every provider could be asked");
        return Exit::Failed;
    }
    let targets = match choose(&hits.accounts, arguments) {
        Ok(targets) => targets,
        Err(exit) => {
            if arguments.json && exit == Exit::Failed {
                json::print(&Value::from(Vec::<Value>::new()));
            }
            return exit;
        }
    };
    // A Mac is meant when it is the only one that can be, or was named.
    let is_clear = arguments.provider.is_some() || hits.problems.is_empty();
    let unreported = (targets.len() == 1 && is_clear) || takes_unreported(arguments);
    let mut confirmed = Vec::new();
    for account in &targets {
        let by_rule = match ruled(core, account, arguments).await {
            Ok(by_rule) => by_rule,
            Err(exit) => return exit,
        };
        match confirm(account, arguments, unreported, by_rule) {
            Ok(typed_id) => confirmed.push(Confirmed { typed_id, unreported }),
            Err(exit) => return exit,
        }
    }
    let mut results: Vec<(UnlockFlow, Account)> = Vec::new();
    // Until here Ctrl-C ends it at once: nothing was begun.
    let leaving = Leaving::listen();
    for (account, confirmed) in targets.into_iter().zip(confirmed) {
        if leaving.is_heard() {
            say(&not_begun(account));
            continue;
        }
        let flow = follow_one(core, account, arguments, confirmed, leaving.clone()).await;
        results.push((flow, account.clone()));
    }
    finish(&results, arguments, leaving.is_heard(), !hits.problems.is_empty())
}

async fn receiver(
    core: &Arc<Core>,
    arguments: &Unlock,
    tell: mpsc::UnboundedSender<webhook::Told>,
) -> Result<Option<webhook::Receiver>, Problem> {
    let wanted = |provider: &&Arc<dyn Provider>| {
        let about = provider.about();
        let is_meant = match &arguments.provider {
            Some(name) => about.name.as_str() == name,
            None => true,
        };
        about.answers_by_mail && is_meant
    };
    if core.providers().iter().any(|provider| wanted(&provider)) { webhook::start(core, tell).await } else { Ok(None) }
}

async fn everywhere(core: &Core, arguments: &Unlock) -> Exit {
    let (parts, interrupted) = match super::everywhere::run(core, arguments).await {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let ambiguous = parts.iter().any(|part| part.ambiguous);
    let failed = parts.iter().any(|part| !part.problems.is_empty());
    let is_open = parts.iter().any(|part| !part.open.is_empty());
    let results: Vec<(UnlockFlow, Account)> = parts.into_iter().flat_map(|part| part.results).collect();
    if results.is_empty() && interrupted {
        say("told to end; nothing was sent");
        return Exit::Interrupted;
    }
    if results.is_empty() && !is_open {
        if arguments.json {
            json::print(&Value::from(Vec::<Value>::new()));
        }
        let who = Untrusted::from(arguments.who.as_str()).line();
        match (ambiguous, failed) {
            (true, _) => return Exit::Usage,
            (false, true) => say("whether the account exists is not known: not every provider could be asked"),
            (false, false) => say(&format!("no account is exactly `{who}`; `unbolt find` lists what begins like it")),
        }
        return Exit::Failed;
    }
    if results.is_empty() {
        say("no account is locked; nothing was sent");
    }
    match finish(&results, arguments, interrupted, failed) {
        Exit::Done if ambiguous => Exit::Mixed,
        exit => exit,
    }
}

/// What the confirmation covers beyond an ordinary lock.
#[derive(Clone, Copy, Default)]
pub struct Confirmed {
    /// The id was typed.
    pub typed_id: bool,
    /// It was said that nobody can see whether it is locked.
    pub unreported: bool,
}

/// True when accounts that report no lock state are taken in.
pub fn takes_unreported(arguments: &Unlock) -> bool {
    arguments.include.contains(&Include::NotReported)
}

/// Follows one unlock to its end, telling its steps.
pub async fn follow_one(
    core: &Core,
    account: &Account,
    arguments: &Unlock,
    confirmed: Confirmed,
    leaving: Leaving,
) -> UnlockFlow {
    let request = request(core, account, arguments, confirmed);
    follow(core, request, patience(core, account, arguments), leaving, |step| {
        if !arguments.json {
            let at = clock_millis(step.at, &TimeZone::system());
            out(&format!("{:<12} {at}  {:<12} {}", account.key.provider, step.state.word(), step.detail.line()));
        }
    })
    .await
}

/// That the program ended before it came to this account.
pub fn not_begun(account: &Account) -> String {
    format!("{} {}: not begun, the program was told to end", account.key.provider, account.username.line())
}

/// An account and what is locked of it, for a question.
pub fn locked_line(account: &Account) -> String {
    format!("  {} {} {}: {}", account.key.provider, account.username.line(), account.key.id.line(), lock_words(account))
}

fn finish(results: &[(UnlockFlow, Account)], arguments: &Unlock, interrupted: bool, failed: bool) -> Exit {
    if arguments.json {
        json::print(&results.iter().map(|(flow, account)| json::unlock(flow, account)).collect::<Vec<_>>().into());
        // The steps are in the document; who reads only messages learns the end here.
        tell(results);
    }
    let outcomes: Vec<Outcome> =
        results.iter().map(|(flow, _)| flow.outcome().map_or(Outcome::Unknown, |(outcome, _)| outcome)).collect();
    let is_unrecorded = |(flow, _): &(UnlockFlow, Account)| {
        flow.outcome().is_some_and(|(_, why)| why.is_some_and(|why| why.code == Code::Ledger))
    };
    if interrupted {
        return Exit::Interrupted;
    }
    if results.iter().any(is_unrecorded) {
        return Exit::Refused;
    }
    match Exit::of(&outcomes) {
        // A provider that couldn't be asked may hold another locked account.
        Exit::Done if failed => Exit::Mixed,
        exit => exit,
    }
}

fn tell(results: &[(UnlockFlow, Account)]) {
    for (flow, account) in results {
        if let Some((_, Some(problem))) = flow.outcome() {
            say(&format!("{} in {}: {problem}", account.username.line(), account.key.provider));
        }
        if let Some(warning) = flow.account().and_then(Account::after_unlock_warning) {
            say(&format!("{} in {}: {warning}", account.username.line(), account.key.provider));
        }
    }
}

/// Which accounts are meant. Anything but one clear choice is a question, and nothing is sent.
fn choose<'a>(accounts: &'a [Account], arguments: &Unlock) -> Result<Vec<&'a Account>, Exit> {
    let who = Untrusted::from(arguments.who.as_str()).line();
    if accounts.is_empty() {
        say(&format!("no account is exactly `{who}`; `unbolt find` lists what begins like it"));
        return Err(Exit::Failed);
    }
    let doubled = |name: &str| accounts.iter().filter(|account| account.key.provider.as_str() == name).count() > 1;
    if accounts.iter().any(|account| doubled(account.key.provider.as_str())) {
        say(&format!("`{who}` names several accounts of one provider; name one by its id:"));
        for account in accounts {
            say(&format!("  {}", find::line(account)));
        }
        return Err(Exit::Usage);
    }
    let locked: Vec<&Account> = accounts.iter().filter(|account| account.lock.is_locked()).collect();
    if arguments.provider.is_none() && !arguments.everywhere && locked.len() > 1 {
        say(&format!("{} accounts of `{who}` are locked; choose with --provider NAME or --everywhere:", locked.len()));
        for account in &locked {
            say(&format!("  {}", find::line(account)));
        }
        return Err(Exit::Usage);
    }
    Ok(if locked.is_empty() { accounts.iter().collect() } else { locked })
}

/// What the policy says of this account: it is refused and that is recorded, or its id has to be typed, and why.
async fn ruled(core: &Core, account: &Account, arguments: &Unlock) -> Result<Option<String>, Exit> {
    if !account.lock.is_locked() && account.lock != Lock::NotReported {
        // Nothing will be sent, so that nothing is refused.
        return Ok(None);
    }
    let papers = papers(arguments);
    let operator = core.ledger().operator().label();
    let typed_id = arguments.confirm.is_some();
    let asked = Asked { account, operator: &operator, papers: &papers, typed_id, in_list: false };
    let objections = core.objections(&asked, None).map_err(|problem| {
        say(&problem.line());
        Exit::Refused
    })?;
    match objections.first() {
        None => Ok(None),
        Some(Objection::TypeId(rule)) => Ok(Some(format!("{} (rule `{}`)", rule.says, rule.name))),
        Some(objection) => {
            let noted = core.note_refusal(account, papers.ticket.as_ref(), objection).await;
            say(&noted.map_or_else(|ledger| ledger.line(), |()| objection.problem().line()));
            Err(Exit::Refused)
        }
    }
}

/// The ticket and the way of verification as the arguments have them.
pub fn papers(arguments: &Unlock) -> Papers {
    Papers {
        ticket: arguments.ticket.as_deref().map(Untrusted::from),
        verified: arguments.verified.as_deref().map(Untrusted::from),
    }
}

/// Asks, unless the arguments have answered. Gives whether a deliberate lock may be opened.
fn confirm(account: &Account, arguments: &Unlock, unreported: bool, by_rule: Option<String>) -> Result<bool, Exit> {
    let typed_id = arguments.confirm.as_deref();
    if let Some(typed) = typed_id
        && !account.key.id.same_name(typed)
    {
        say(&format!("--confirm names another id than the account's ({})", account.key.id.line()));
        return Err(Exit::Usage);
    }
    let blind = account.lock == Lock::NotReported && unreported;
    if (!account.lock.is_locked() && !blind) || account.enabled == Some(false) {
        return Ok(typed_id.is_some());
    }
    let what = format!(
        "{} ({}) in {}, id {}",
        account.label().line(),
        account.username.line(),
        account.key.provider,
        account.key.id.line()
    );
    let needs_id = if account.lock.cause() == Some(Cause::Admin) {
        let by = account.locked_by.as_ref().map_or_else(|| "an administrator".to_owned(), Untrusted::line);
        Some(format!("{what} was locked on purpose, by {by}"))
    } else {
        let guess = account.guess.map(|guess| format!("{what} is a guess: {guess}"));
        guess.or_else(|| by_rule.map(|says| format!("{what}: {says}")))
    };
    if let Some(why) = needs_id {
        if typed_id.is_some() {
            return Ok(true);
        }
        say(&why);
        if !can_ask() {
            say(&format!("to open it all the same: --confirm {}", account.key.id.line()));
            return Err(Exit::Refused);
        }
        if account.key.id.same_name(&ask("type the account's id to open it:")) {
            return Ok(true);
        }
        say("not confirmed; nothing was sent");
        return Err(Exit::Refused);
    }
    if blind && !arguments.json {
        say(&format!("{}: no lock state is reported; its own answer is the only proof", account.key.provider));
    }
    if arguments.yes || typed_id.is_some() {
        return Ok(typed_id.is_some());
    }
    if !can_ask() {
        say("confirm with --yes; nothing was sent");
        return Err(Exit::Usage);
    }
    let ticket = arguments
        .ticket
        .as_ref()
        .map_or_else(|| "no ticket".to_owned(), |ticket| Untrusted::from(ticket.as_str()).line());
    let answer = ask(&format!("unlock {what}, {}, {ticket}? [y/N]", lock_words(account)));
    if answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes") {
        return Ok(false);
    }
    say("not confirmed; nothing was sent");
    Err(Exit::Refused)
}

fn request(core: &Core, account: &Account, arguments: &Unlock, confirmed: Confirmed) -> Request {
    let Papers { ticket, verified } = papers(arguments);
    Request {
        key: account.key.clone(),
        ticket,
        verified,
        operator: core.ledger().operator().label(),
        confirmed: account.lock.cause().unwrap_or(Cause::BadPasswords),
        in_passing: arguments.everywhere,
        typed_id: confirmed.typed_id,
        opens_unreported: confirmed.unreported,
        planned_since: None,
        part: None,
    }
}

fn patience(core: &Core, account: &Account, arguments: &Unlock) -> Patience {
    let exchange =
        core.provider(&account.key.provider).map_or(Duration::ZERO, |provider| provider.about().total_timeout);
    let wait = Duration::from_secs(arguments.wait);
    Patience { verify: wait, device: wait, ..Patience::with(exchange) }
}
