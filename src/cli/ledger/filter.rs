//! Which unlocks are meant: by person, system, operator, outcome, time.

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap_complete::engine::ArgValueCandidates;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::cli::completion_candidates;
use crate::cli::exit::Exit;
use crate::domain::{LedgerRow, Outcome, Untrusted};
use crate::engine::time_zone;
use crate::ledger::Journal;
use crate::policy::fits;

#[derive(Debug, Default, PartialEq, Args)]
pub struct LedgerFilter {
    /// Only this person: user name, e-mail address or account id; * stands for anything
    #[arg(long, value_name = "WHO")]
    pub person: Option<String>,
    /// Only in this provider
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion_candidates::providers))]
    pub provider: Option<String>,
    /// Only by this operator
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// Only with this outcome
    #[arg(long, value_name = "OUTCOME", value_parser = PossibleValuesParser::new(Outcome::ALL.iter().map(|one| one.word())))]
    pub outcome: Option<String>,
    /// Only of this helpdesk case; * stands for anything
    #[arg(long, value_name = "ID")]
    pub ticket: Option<String>,
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

impl LedgerFilter {
    /// True when everything is meant.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The unlocks and refusals that are meant, oldest first.
pub fn rows(journal: &Journal, filter: &LedgerFilter) -> Result<Vec<LedgerRow>, Exit> {
    let now = Timestamp::now();
    let since = filter.since.as_deref().map(|text| moment(text, now)).transpose()?;
    let until = filter.until.as_deref().map(|text| moment(text, now)).transpose()?;
    let mut rows = journal.records();
    rows.retain(|row| {
        let names = [Some(&row.username), row.email.as_ref(), Some(&row.key.id)];
        let is = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| fits(wanted, own));
        filter.person.as_ref().is_none_or(|who| names.into_iter().flatten().any(|name| fits(who, name.as_data())))
            && is(&filter.provider, row.key.provider.as_str())
            && is(&filter.operator, row.operator.as_data())
            && is(&filter.outcome, row.outcome)
            && is(&filter.ticket, row.ticket.as_ref().map_or("", Untrusted::as_data))
            && since.is_none_or(|since| row.at >= since)
            && until.is_none_or(|until| row.at < until)
            && (!filter.open || row.open)
    });
    Ok(rows)
}

/// A moment as people write it: a day here, a time, or how long ago.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Exit> {
    let day = |date: Date| date.to_zoned(time_zone::shown()).ok().map(|day| day.timestamp());
    let local =
        || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(time_zone::shown()).ok().map(|at| at.timestamp());
    let ago = || now.checked_sub(text.parse::<SignedDuration>().ok()?.abs()).ok();
    let found = match (text.len(), text.parse::<Date>()) {
        (10, Ok(date)) => day(date),
        _ => text.parse::<Timestamp>().ok().or_else(local).or_else(ago),
    };
    found.ok_or_else(|| {
        Exit::Usage.because(&format!(
            "`{}` is no moment; write 2026-11-22, 2026-11-22T08:00, 2026-11-22T08:00Z or 2h",
            Untrusted::from(text).line()
        ))
    })
}
