//! Whether a plan may be run here and now.

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use crate::bulk::SealedPlan;
use crate::domain::{Code, Problem};
use crate::engine::Core;
use crate::engine::bulk::config_digest;

use super::problem;

/// The id that a plan says it has, before anything of it is believed.
///
/// # Errors
/// A [`Problem`] when it can't be read.
pub fn claimed_id(path: &Path) -> Result<Uuid, Problem> {
    let next = "name the file that `bulk plan` has written";
    let text = std::fs::read_to_string(path).map_err(|e| problem(path, &e, next))?;
    SealedPlan::read(&text)
        .map(|(frozen, _)| frozen.id)
        .map_err(|why| problem(path, &why, "make the plan again: `unbolt bulk plan LIST`"))
}

/// Checks that the systems and the rules are those of the plan.
///
/// # Errors
/// A [`Problem`] when they aren't.
pub fn same_config(core: &Core, frozen: &SealedPlan) -> Result<(), Problem> {
    if frozen.config == config_digest(core) {
        return Ok(());
    }
    Err(Problem::new(
        Code::Refused,
        "the plan was made with another configuration",
        "other systems or other rules",
        "use the configuration that it was made with, or make it again",
    ))
}

/// Checks that a plan may begin now.
///
/// # Errors
/// A [`Problem`] that says why not.
pub fn may_begin(core: &Core, frozen: &SealedPlan, path: &Path, now: Timestamp) -> Result<(), Problem> {
    if now > frozen.expires {
        let why = format!("it expired at {}: what it says of the accounts is too old", frozen.expires);
        return Err(problem(path, &why, "make the plan again: `unbolt bulk plan LIST`"));
    }
    same_config(core, frozen)
}
