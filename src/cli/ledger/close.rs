//! `unbolt ledger close`: settles by hand what nobody can tell any more.

use crate::cli::args::Cli;
use crate::cli::exit::Exit;
use crate::cli::output::out;
use crate::cli::setup;
use crate::domain::sanitize::is_dangerous;

use super::open_unlocks;

/// The fewest signs of an intent that name it.
const FEWEST: usize = 8;
/// The longest reason.
const LONGEST: usize = 500;

pub fn run(cli: &Cli, intent: &str, reason: &str) -> Result<Exit, Exit> {
    let (intent, reason) = (intent.trim().to_lowercase(), reason.trim());
    if reason.is_empty() || reason.chars().count() > LONGEST || reason.chars().any(is_dangerous) {
        return Err(Exit::Usage.because("a reason is one line of 1 to 500 visible characters"));
    }
    if intent.len() < FEWEST {
        return Err(Exit::Usage
            .because("name the intent by at least its first 8 signs, as `unbolt ledger show --open` shows it"));
    }
    let core = setup::core(cli)?;
    setup::with_core(&core, async {
        let open = open_unlocks(&core)?;
        let mut meant = open.into_iter().filter(|unlocked| unlocked.intent.to_string().starts_with(&intent));
        let (Some(unlocked), None) = (meant.next(), meant.next()) else {
            return Err(Exit::Failed
                .because("no open unlock, or more than one, has that intent: `unbolt ledger show --open` lists them"));
        };
        let unlock = &unlocked.unlock;
        core.ledger().close_by_hand(unlocked.intent, unlock, reason).await.map_err(Exit::Refused.saying())?;
        out(&format!("{} {}: closed", unlock.key.provider, unlock.username.line()));
        Ok(Exit::Done)
    })?
}
