//! Which unlocks are meant: by person, system, operator, outcome, time.

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::cli::console::say;
use crate::cli::exit::Exit;
use crate::cli::json;
use crate::domain::{AccountKey, IntentId, Outcome, Untrusted};
use crate::ledger::{Journal, Refusal, Unlocked};
use crate::policy::fits;

#[derive(Debug, Default, Args)]
pub struct Filter {
    /// Only this person: user name, e-mail address or account id; * stands for anything
    #[arg(long, value_name = "WHO")]
    pub person: Option<String>,
    /// Only in this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,
    /// Only by this operator
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// Only with this outcome
    #[arg(long, value_name = "WORD")]
    pub outcome: Option<String>,
    /// Only since then: a day, a time, or how long ago (2026-11-22, 2026-11-22T08:00Z, 2h)
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Only until then
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Only those without a decisive outcome
    #[arg(long)]
    pub open: bool,
}

impl Filter {
    /// True when everything is meant.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.person, &self.provider, &self.operator, &self.outcome, &self.since, &self.until];
        texts.iter().all(|text| text.is_none()) && !self.open
    }
}

/// An unlock or a refusal, as lists show it.
#[derive(Debug)]
pub struct Row {
    /// When it was asked for.
    pub at: Timestamp,
    /// The outcome's word.
    pub outcome: &'static str,
    /// When that was recorded.
    pub ended: Option<Timestamp>,
    /// Who asked.
    pub operator: Untrusted,
    /// The account.
    pub key: AccountKey,
    /// Its user name.
    pub username: Untrusted,
    /// Its address.
    pub email: Option<Untrusted>,
    /// Which of its locks.
    pub layer: &'static str,
    /// The helpdesk case.
    pub ticket: Option<Untrusted>,
    /// How the caller was verified.
    pub verified: Option<Untrusted>,
    /// The lock that was confirmed.
    pub seen: String,
    /// Why it ended so.
    pub why: Untrusted,
    /// The rule that stood against it.
    pub rule: Option<Untrusted>,
    /// Its intent; a refusal has none.
    pub intent: Option<IntentId>,
    /// True without a decisive outcome.
    pub open: bool,
}

impl Row {
    fn unlocked(one: Unlocked) -> Self {
        let open = one.outcome.is_none_or(|(outcome, _)| outcome == Outcome::Unknown || outcome.is_waiting());
        Self {
            at: one.at,
            outcome: one.word(),
            ended: one.outcome.map(|(_, at)| at),
            operator: one.operator,
            key: one.unlock.key,
            username: one.unlock.username,
            email: one.unlock.email,
            layer: one.unlock.layer.0,
            ticket: one.unlock.ticket,
            verified: one.unlock.verified,
            seen: one.unlock.seen,
            why: one.why,
            rule: None,
            intent: Some(one.intent),
            open,
        }
    }

    fn refused(one: &Refusal) -> Self {
        Self {
            at: one.at,
            outcome: Outcome::Refused.word(),
            ended: Some(one.at),
            operator: one.operator.clone(),
            key: one.key.clone(),
            username: one.username.clone(),
            email: None,
            layer: "",
            ticket: one.ticket.clone(),
            verified: None,
            seen: String::new(),
            why: one.why.clone(),
            rule: Some(one.rule.clone()),
            intent: None,
            open: false,
        }
    }

    /// The row as JSON.
    pub fn json(&self) -> Value {
        let text = |text: &Option<Untrusted>| text.as_ref().map_or(Value::Null, json::text);
        json!({
            "at": self.at.to_string(),
            "intent": self.intent.map(|intent| intent.to_string()),
            "operator": json::text(&self.operator),
            "provider": self.key.provider.as_str(),
            "id": json::text(&self.key.id),
            "username": json::text(&self.username),
            "layer": self.layer,
            "ticket": text(&self.ticket),
            "verified": text(&self.verified),
            "seen": self.seen,
            "outcome": self.outcome,
            "ended": json::moment(self.ended),
            "rule": text(&self.rule),
            "why": json::text(&self.why),
        })
    }
}

/// The unlocks and refusals that are meant, oldest first.
pub fn rows(journal: &Journal, filter: &Filter) -> Result<Vec<Row>, Exit> {
    let now = Timestamp::now();
    let since = filter.since.as_deref().map(|text| moment(text, now)).transpose()?;
    let until = filter.until.as_deref().map(|text| moment(text, now)).transpose()?;
    if let Some(word) = &filter.outcome
        && Outcome::named(word).is_none()
    {
        let all: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.word()).collect();
        say(&format!("`{}` is no outcome; there are: {}", Untrusted::from(word.as_str()).line(), all.join(", ")));
        return Err(Exit::Usage);
    }
    let all = journal.unlocks().into_iter().map(Row::unlocked);
    let mut rows: Vec<Row> = all.chain(journal.refusals().into_iter().map(Row::refused)).collect();
    rows.retain(|row| {
        let names = [Some(&row.username), row.email.as_ref(), Some(&row.key.id)];
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| fits(wanted, own));
        filter.person.as_ref().is_none_or(|who| names.into_iter().flatten().any(|name| fits(who, name.as_data())))
            && is(&filter.provider, row.key.provider.as_str())
            && is(&filter.operator, row.operator.as_data())
            && is(&filter.outcome, row.outcome)
            && since.is_none_or(|since| row.at >= since)
            && until.is_none_or(|until| row.at < until)
            && (!filter.open || row.open)
    });
    rows.sort_by_key(|row| row.at);
    Ok(rows)
}

/// A moment as people write it: a day here, a time, or how long ago.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Exit> {
    let day = |date: Date| date.to_zoned(TimeZone::system()).ok().map(|day| day.timestamp());
    let local =
        || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::system()).ok().map(|at| at.timestamp());
    let ago = || now.checked_sub(text.parse::<SignedDuration>().ok()?.abs()).ok();
    let found = match (text.len(), text.parse::<Date>()) {
        (10, Ok(date)) => day(date),
        _ => text.parse::<Timestamp>().ok().or_else(local).or_else(ago),
    };
    found.ok_or_else(|| {
        say(&format!(
            "`{}` is no moment; write 2026-11-22, 2026-11-22T08:00, 2026-11-22T08:00Z or 2h",
            Untrusted::from(text).line()
        ));
        Exit::Usage
    })
}
