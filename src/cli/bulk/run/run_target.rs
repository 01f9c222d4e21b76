//! Which run is meant, and whether its number was typed.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::bulk::plan::{Row, Verdict};
use crate::cli::bulk::ResumeArgs;
use crate::cli::exit::Exit;
use crate::cli::setup;
use crate::engine::Core;
use crate::engine::bulk::plan_store;

use super::refused;

/// Which plan, and how it is named to the process that goes on without a terminal.
#[derive(Clone, Copy)]
pub enum RunTarget<'a> {
    Plan(&'a Path),
    Run(&'a ResumeArgs),
}

impl RunTarget<'_> {
    /// True when what failed is done again.
    pub fn retries(&self) -> bool {
        matches!(self, Self::Run(resume) if resume.retry_failed)
    }
}

/// The file of a plan that is named by its id; none when its file is named.
pub(super) fn named_by_id(core: &Core, plan: &Path) -> Result<Option<PathBuf>, Exit> {
    let id = plan.to_str().and_then(|text| Uuid::parse_str(text).ok()).filter(|_| !plan.exists());
    match id {
        Some(id) => plan_store::own_path(core, id).map(Some).map_err(|problem| refused(&problem)),
        None => setup::may_use_file(core.is_service(), "a plan by its file", "name its id").map(|()| None),
    }
}

pub(super) fn is_meant(row: &Row, verdicts: &[Verdict]) -> bool {
    row.account.is_some() && verdicts.contains(&row.verdict)
}
