//! What stands between the rows of a run and their unlocks: the cap, the ids of locks on purpose, and one confirmation
//! that fits their number.

use crate::bulk::SealedPlan;
use crate::bulk::plan::{Row, Verdict};
use crate::bulk::run::MOST_BY_YES;
use crate::cli::console::{can_ask, confirmed, is_yes, say};
use crate::cli::exit::Exit;
use crate::engine::Core;

use super::RunOptions;

/// Confirms a run that begins: something is to be unlocked, and no more than the cap.
pub fn begin(
    core: &Core,
    plan: &SealedPlan,
    verdicts: &[Verdict],
    rows: &[&Row],
    running: &RunOptions,
) -> Result<(), Exit> {
    let count = rows.len();
    if count == 0 {
        let left = |verdict| plan.rows.iter().filter(|row| row.verdict == verdict).count();
        let hint = match (left(Verdict::NotReported), left(Verdict::AdminLocked)) {
            (0, 0) => String::new(),
            (macs, 0) => format!("; {macs} report no lock state: --include not_reported takes them in"),
            (_, locked) => format!("; {locked} were locked on purpose: --include admin_locked takes them in"),
        };
        return Err(Exit::Done.because(&format!("the plan has nothing to unlock; nothing was sent{hint}")));
    }
    let most = core.policy().bulk_max_rows;
    let cap = running.max.min(most);
    if count > cap {
        return Err(Exit::Refused.because(&format!(
            "the plan unlocks {count} accounts, and a run takes {cap}: raise it with --max, up to the policy's {most}"
        )));
    }
    let words: Vec<String> = verdicts.iter().map(|verdict| verdict.in_words()).collect();
    let head = format!("plan {}: {count} accounts ({})", plan.id, words.join(", "));
    confirm(rows, running, "the plan unlocks", "unlock them", Some(&head))
}

/// Confirms what a run goes on with.
pub fn go_on(rows: &[&Row], running: &RunOptions) -> Result<(), Exit> {
    if rows.is_empty() {
        return Ok(());
    }
    confirm(rows, running, "the run goes on with", "go on with them", None)
}

/// One confirmation: by `--count`, by `--yes` where that is enough, or by an answer at the terminal.
fn confirm(rows: &[&Row], running: &RunOptions, does: &str, act: &str, head: Option<&str>) -> Result<(), Exit> {
    let count = rows.len();
    // A lock that somebody set on purpose is never opened by a plain yes.
    let by_number = count > MOST_BY_YES || rows.iter().any(|row| row.verdict == Verdict::AdminLocked);
    each_by_id(rows, running)?;
    match running.count {
        Some(said) if said == count => return Ok(()),
        Some(said) => {
            return Err(
                Exit::Refused.because(&format!("--count says {said}, and {does} {count} accounts; nothing was sent"))
            );
        }
        None if running.yes && !by_number => return Ok(()),
        None => {}
    }
    if !can_ask() {
        let how = if by_number { format!("--count {count}") } else { "--yes".to_owned() };
        return Err(Exit::Usage.because(&format!("{does} {count} accounts; confirm with {how}; nothing was sent")));
    }
    head.into_iter().for_each(say);
    if by_number {
        let question = format!("type the number of accounts to {act} ({count}):");
        return confirmed(&question, |answer| answer == count.to_string());
    }
    confirmed(&format!("{count} accounts: {act}? [y/N]"), is_yes)
}

/// A lock that somebody set on purpose is opened with its id typed, in a list as by itself.
fn each_by_id(rows: &[&Row], running: &RunOptions) -> Result<(), Exit> {
    let missing: Vec<String> = rows
        .iter()
        .filter(|row| row.verdict == Verdict::AdminLocked)
        .filter_map(|row| row.account.as_ref())
        .filter(|account| !running.confirm.iter().any(|typed| account.key.id.same_name(typed.trim())))
        .map(|account| {
            format!("{} in {}: --confirm {}", account.username.line(), account.key.provider, account.key.id.line())
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Exit::Usage.because(&format!(
        "locked on purpose, and opened only with the id of each typed; nothing was sent: {}",
        missing.join(", ")
    )))
}
