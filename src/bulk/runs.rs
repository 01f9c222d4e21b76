//! The runs of a ledger: how each stands, and how one is found again by the first letters of its id or as `last`.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::Untrusted;

/// So many letters of an id tell runs apart on a screen: the beginning of an id is the moment of its plan.
const SHORT: usize = 13;

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunStatus {
    /// A process is at it.
    Running,
    /// Every row is over.
    Finished,
    /// It was stopped with rows left: why.
    Stopped(Untrusted),
    /// Its process ended with rows left, and nobody recorded why.
    Left,
}

/// A run as its ledger tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSummary {
    /// Its id, and that of its plan.
    pub id: Uuid,
    /// When it began.
    pub at: Timestamp,
    /// Who began it.
    pub operator: Untrusted,
    /// The helpdesk case of rows without their own.
    pub ticket: Option<Untrusted>,
    /// The rows that are meant.
    pub meant: u64,
    /// Those that are over.
    pub done: u64,
    /// Those that were opened.
    pub opened: u64,
    /// Those that failed.
    pub failed: u64,
    /// How it stands.
    pub status: RunStatus,
}

impl RunSummary {
    /// The rows that are still to be done.
    pub fn left(&self) -> u64 {
        self.meant.saturating_sub(self.done)
    }

    /// True when somebody may go on with it: rows are left, and no process is at it.
    pub fn is_left(&self) -> bool {
        matches!(self.status, RunStatus::Stopped(_) | RunStatus::Left)
    }

    /// The first letters of its id.
    pub fn short_id(&self) -> String {
        short_id(self.id)
    }

    /// How it stands, in a word.
    pub fn word(&self) -> &'static str {
        match self.status {
            RunStatus::Running => "running",
            RunStatus::Finished => "finished",
            RunStatus::Stopped(_) => "stopped",
            RunStatus::Left => "left",
        }
    }
}

/// The first letters of a run's id.
pub fn short_id(run: Uuid) -> String {
    run.to_string().chars().take(SHORT).collect()
}

/// The run that a text means: `last`, an id, or the first letters of one. The newest stands first.
///
/// # Errors
/// Why it means none, with the ids that it may mean.
pub fn find(runs: &[RunSummary], text: &str) -> Result<Uuid, String> {
    let text = text.trim().to_lowercase();
    if text == "last" {
        return runs.first().map(|run| run.id).ok_or_else(|| "this ledger has no run yet".to_owned());
    }
    if let Ok(id) = Uuid::parse_str(&text) {
        return Ok(id);
    }
    let is_meant = |run: &&RunSummary| !text.is_empty() && run.id.to_string().starts_with(&text);
    let meant: Vec<Uuid> = runs.iter().filter(is_meant).map(|run| run.id).collect();
    match meant.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!(
            "no run of this ledger begins with `{}`: `unbolt bulk runs` lists them",
            Untrusted::from(text).cell()
        )),
        many => {
            let ids: Vec<String> = many.iter().map(Uuid::to_string).collect();
            Err(format!("several runs begin with `{}`: {}", Untrusted::from(text).cell(), ids.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests;
