//! Which account is meant, what the policy says of it, and whether the operator wants it.

use crate::cli::args::{UnlockArgs, UnlockInclude};
use crate::cli::console::{can_ask, confirmed, is_yes, say};
use crate::cli::exit::Exit;
use crate::domain::{Account, AuditContext, Lock, Untrusted};
use crate::engine::Core;
use crate::flow::unlock::lock_words;
use crate::flow::unlock_delegation;
use crate::policy::consent::{TypedIdReason, typed_id_reason};
use crate::policy::{Denial, PolicyInput};

use super::progress_report::say_locked;

/// What the confirmation covers beyond an ordinary lock.
#[derive(Clone, Copy, Default)]
pub struct Confirmed {
    /// The id was typed.
    pub typed_id: bool,
    /// It was said that nobody can see whether it is locked.
    pub unreported: bool,
}

/// True when accounts that report no lock state are taken in.
pub fn takes_unreported(arguments: &UnlockArgs) -> bool {
    arguments.include.contains(&UnlockInclude::NotReported)
}

/// The ticket and the way of verification as the arguments have them.
pub fn audit(arguments: &UnlockArgs) -> AuditContext {
    AuditContext {
        ticket: arguments.ticket.as_deref().map(Untrusted::from),
        verified: arguments.verified.as_deref().map(Untrusted::from),
    }
}

/// Nobody is called exactly so.
pub fn nobody(who: &str) -> Exit {
    let who = Untrusted::from(who).line();
    Exit::Failed.because(&format!("no account is exactly `{who}`; `unbolt find NAME` lists what begins like it"))
}

/// Somebody who couldn't be asked may know the account.
pub fn not_known() -> Exit {
    Exit::Failed.because("whether the account exists is not known: not every provider could be asked")
}

/// Which accounts are meant. Anything but one clear choice is a question, and nothing is sent.
pub fn choose<'a>(accounts: &'a [Account], arguments: &UnlockArgs) -> Result<Vec<&'a Account>, Exit> {
    let who = Untrusted::from(arguments.who.as_str()).line();
    if accounts.is_empty() {
        return Err(nobody(&arguments.who));
    }
    let doubled = |name: &str| accounts.iter().filter(|account| account.key.provider.as_str() == name).count() > 1;
    if accounts.iter().any(|account| doubled(account.key.provider.as_str())) {
        say(&format!("`{who}` names several accounts of one provider; name one by its id:"));
        say_locked(accounts);
        return Err(Exit::Usage);
    }
    let mut locked: Vec<&Account> = accounts.iter().filter(|account| account.lock.is_locked()).collect();
    unlock_delegation::without_confirming(&mut locked);
    if locked.len() > 1 {
        say(&format!("{} accounts of `{who}` are locked; choose with --provider NAME or --everywhere:", locked.len()));
        say_locked(locked);
        return Err(Exit::Usage);
    }
    if !locked.is_empty() {
        return Ok(locked);
    }
    let mut all: Vec<&Account> = accounts.iter().collect();
    unlock_delegation::without_confirming(&mut all);
    Ok(all)
}

/// What the policy says of this account: it is refused and that is recorded, or what is answered by typing its id.
pub async fn ruled(core: &Core, account: &Account, arguments: &UnlockArgs) -> Result<Vec<Denial>, Exit> {
    if !account.lock.is_locked() && account.lock != Lock::NotReported {
        // Nothing will be sent, so that nothing is refused.
        return Ok(Vec::new());
    }
    let audit = audit(arguments);
    let operator = core.ledger().operator().label();
    let typed_id = arguments.confirm.is_some();
    let asked = PolicyInput { account, operator: &operator, audit: &audit, typed_id, in_list: false };
    let objections = core.objections(&asked, None).await.map_err(Exit::Refused.saying())?;
    match objections.first().cloned() {
        None | Some(Denial::TypeId(_)) => Ok(objections),
        Some(objection) => {
            let noted = core.note_refusal(&account.key, &account.username, audit.ticket.as_ref(), &objection).await;
            Err(Exit::Refused.because(&noted.map_or_else(|ledger| ledger.line(), |()| objection.problem().line())))
        }
    }
}

/// Asks, unless the arguments have answered. Gives whether a deliberate lock may be opened.
pub fn confirm(account: &Account, arguments: &UnlockArgs, unreported: bool, denials: &[Denial]) -> Result<bool, Exit> {
    let typed_id = arguments.confirm.as_deref();
    if let Some(typed) = typed_id
        && !account.key.id.same_name(typed)
    {
        let id = account.key.id.line();
        return Err(Exit::Usage.because(&format!("--confirm names another id than the account's ({id})")));
    }
    // Only where the kind itself can't tell; a missing fact of an answer is no leave.
    let blind = account.lock == Lock::NotReported && !account.kind.capabilities().lock_state && unreported;
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
    let needs_id = typed_id_reason(account, denials).map(|reason| match reason {
        TypedIdReason::LockedOnPurpose(by) => {
            let by = by.map_or_else(|| "an administrator".to_owned(), |by| by.line());
            format!("{what} was locked on purpose, by {by}")
        }
        TypedIdReason::UncertainOwner(guess) => format!("{what} is a guess: {guess}"),
        TypedIdReason::Rule(rule) => format!("{what}: {} (rule `{}`)", rule.says, rule.name),
    });
    if let Some(why) = needs_id {
        if typed_id.is_some() {
            return Ok(true);
        }
        say(&why);
        if !can_ask() {
            return Err(Exit::Refused.because(&format!("to open it all the same: --confirm {}", account.key.id.line())));
        }
        confirmed("type the account's id to open it:", |answer| account.key.id.same_name(answer))?;
        return Ok(true);
    }
    if blind {
        say(&format!("{}: no lock state is reported; its own answer is the only proof", account.key.provider));
    }
    if arguments.yes || typed_id.is_some() {
        return Ok(typed_id.is_some());
    }
    if !can_ask() {
        return Err(Exit::Usage.because("confirm with --yes; nothing was sent"));
    }
    let ticket = arguments
        .ticket
        .as_ref()
        .map_or_else(|| "no ticket".to_owned(), |ticket| Untrusted::from(ticket.as_str()).line());
    confirmed(&format!("unlock {what}, {}, {ticket}? [y/N]", lock_words(account)), is_yes)?;
    Ok(false)
}
