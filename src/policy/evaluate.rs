//! The rules that stand against an unlock.

use jiff::Zoned;

use crate::domain::case_folding::fold;
use crate::domain::{Account, AuditContext, Code, Problem, Untrusted, UsageCounts};

use super::{OwnAccountRule, Policy, VerificationRequirement, fits};

/// An unlock as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct PolicyInput<'a> {
    /// The account.
    pub account: &'a Account,
    /// The operator's name.
    pub operator: &'a Untrusted,
    /// Its ticket, and how the caller was verified.
    pub audit: &'a AuditContext,
    /// True when the account's id was typed.
    pub typed_id: bool,
    /// True for a row of a list.
    pub in_list: bool,
}

/// A rule that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRule {
    /// The setting's name in the policy.
    pub name: &'static str,
    /// What it says about this case.
    pub says: String,
}

/// What has to happen before it may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// It is not done.
    Refuse(PolicyRule),
    /// The account's id has to be typed.
    TypeId(PolicyRule),
    /// A ticket, or another one, has to be given.
    Ticket(PolicyRule),
    /// It has to be said how the caller was verified.
    Verify(PolicyRule),
}

impl Denial {
    /// The rule behind it.
    pub fn rule(&self) -> &PolicyRule {
        match self {
            Self::Refuse(rule) | Self::TypeId(rule) | Self::Ticket(rule) | Self::Verify(rule) => rule,
        }
    }

    /// The objection as a problem for the operator.
    pub fn problem(&self) -> Problem {
        let next = match self {
            Self::Refuse(_) => "ask the owner of the policy, or somebody who may do it",
            Self::TypeId(_) => "confirm by typing the account's id (--confirm ID)",
            Self::Ticket(_) => "give the ticket: t on the screen, or --ticket ID",
            Self::Verify(_) => "verify the caller and say how; on the command line: --verified METHOD",
        };
        let rule = self.rule();
        let why = format!("{} (rule `{}`)", rule.says, rule.name);
        Problem::new(Code::Refused, "the policy doesn't allow this", why, next)
    }
}

impl Policy {
    /// What stands against every unlock just now, whoever's account it is: the final ones first.
    pub fn standing(&self, audit: &AuditContext, now: &Zoned) -> Vec<Denial> {
        let mut all = Vec::new();
        if self.read_only {
            all.push(Denial::Refuse(rule("read_only", "this desk only looks")));
        }
        for set in self.hours.iter().filter(|set| !set.iter().any(|hours| hours.hold(now))) {
            let allowed: Vec<String> = set.iter().map(ToString::to_string).collect();
            let says = format!("unlocks are done {}; it is {}", allowed.join(", "), now.strftime("%a %H:%M"));
            all.push(Denial::Refuse(rule("hours", says)));
        }
        match audit.ticket.as_ref().map(Untrusted::as_data).filter(|ticket| !ticket.trim().is_empty()) {
            None if self.ticket_required => all.push(Denial::Ticket(rule("ticket", "a ticket is required"))),
            Some(ticket) => {
                let wrong = self.ticket_patterns.iter().filter(|pattern| !pattern.fits(ticket));
                all.extend(wrong.map(|pattern| {
                    let says = format!("the ticket doesn't look like `{}`", pattern.written());
                    Denial::Ticket(rule("ticket_pattern", says))
                }));
            }
            None => {}
        }
        match &audit.verified {
            None if self.verification == VerificationRequirement::Require => {
                let says = "it has to be said how the caller was verified";
                all.push(Denial::Verify(rule("verification", says)));
            }
            Some(method) if !self.methods.iter().any(|one| method.same_name(one)) => {
                let says = format!("the ways of verification are {}", self.methods.join(", "));
                all.push(Denial::Verify(rule("methods", says)));
            }
            _ => {}
        }
        all
    }

    /// Everything that stands against an unlock, the final ones first; empty when it may be done.
    pub fn objections(&self, asked: &PolicyInput<'_>, now: &Zoned, used: UsageCounts) -> Vec<Denial> {
        let mut all = self.standing(asked.audit, now);
        if let Some((name, pattern)) = named(asked.account, &self.refused, &self.refused_groups, "refused") {
            all.push(Denial::Refuse(rule(name, format!("accounts like `{pattern}` are not unlocked here"))));
        }
        let own = is_own(asked.account, asked.operator);
        if own && self.own_account == OwnAccountRule::Refuse {
            let says = "it is the operator's own account; a colleague has to do it";
            all.push(Denial::Refuse(rule("own_account", says)));
        }
        let is_nobody = asked.operator.as_data().starts_with("uid ");
        if self.limits_bind && is_nobody && self.own_account != OwnAccountRule::Allow {
            let says = "this host knows no name for the operator, so that nobody can tell whose account it is";
            all.push(Denial::Refuse(rule("own_account", says)));
        }
        // Nobody types an id for a row of a list.
        let typed: fn(PolicyRule) -> Denial = if asked.in_list { Denial::Refuse } else { Denial::TypeId };
        let is_typed = asked.typed_id && !asked.in_list;
        if own && self.own_account == OwnAccountRule::Type && !is_typed {
            all.push(typed(rule("own_account", "it is the operator's own account")));
        }
        let protected = named(asked.account, &self.protected, &self.protected_groups, "protected");
        if let Some((name, pattern)) = protected.filter(|_| !is_typed) {
            all.push(typed(rule(name, format!("accounts like `{pattern}` are protected"))));
        }
        // A rule by group has to hold where nobody tells the groups, too.
        let by_group = !self.protected_groups.is_empty() || !self.refused_groups.is_empty();
        if by_group && asked.account.groups.is_none() && !is_typed {
            let says = "the system doesn't tell this account's groups, and the policy has rules by group";
            all.push(typed(rule("protected_groups", says)));
        }
        let (beyond, advice): (fn(PolicyRule) -> Denial, _) = if self.limits_bind {
            (Denial::Refuse, "")
        } else {
            (typed, "; advisory, because this ledger is the operator's own")
        };
        if self.limits_bind || !is_typed {
            if let Some(most) = self.account_a_day.filter(|most| used.of_account >= *most) {
                let says =
                    format!("it was unlocked {} times within a day, the limit is {most}{advice}", used.of_account);
                all.push(beyond(rule("account_a_day", says)));
            }
            if let Some(most) = self.operator_an_hour.filter(|most| used.by_operator >= *most) {
                let says = format!("{} unlocks within an hour, the limit is {most}{advice}", used.by_operator);
                all.push(beyond(rule("operator_an_hour", says)));
            }
        }
        all.sort_by_key(|objection| !matches!(objection, Denial::Refuse(_)));
        all
    }

    /// Why no list opens this account; none when one may.
    pub fn protects(&self, account: &Account, operator: &Untrusted) -> Option<String> {
        if is_own(account, operator) && self.own_account != OwnAccountRule::Allow {
            return Some("the operator's own account".to_owned());
        }
        if account.groups.is_none() && !(self.protected_groups.is_empty() && self.refused_groups.is_empty()) {
            return Some(
                "its groups aren't told, and the policy has rules by group (rule `protected_groups`)".to_owned(),
            );
        }
        named(account, &self.refused, &self.refused_groups, "refused")
            .or_else(|| named(account, &self.protected, &self.protected_groups, "protected"))
            .map(|(rule, pattern)| format!("the policy protects `{pattern}` (rule `{rule}`)"))
    }
}

/// The rule and its pattern that fits the account, by name or by group.
fn named<'a>(
    account: &Account,
    names: &'a [String],
    groups: &'a [String],
    rule: &'static str,
) -> Option<(&'static str, &'a str)> {
    let own = [Some(&account.username), account.owner.as_ref(), account.email.as_ref(), Some(&account.key.id)];
    let own: Vec<&Untrusted> = own.into_iter().flatten().chain(&account.aliases).collect();
    let in_groups = account.groups.as_deref().unwrap_or_default();
    let by_name = names.iter().find(|pattern| own.iter().any(|name| fits(pattern, name.as_data())));
    let by_group = || groups.iter().find(|pattern| in_groups.iter().any(|group| fits(pattern, group.as_data())));
    let group_rule = if rule == "refused" { "refused_groups" } else { "protected_groups" };
    by_name.map(|pattern| (rule, pattern.as_str())).or_else(|| by_group().map(|pattern| (group_rule, pattern.as_str())))
}

fn rule(name: &'static str, says: impl Into<String>) -> PolicyRule {
    PolicyRule { name, says: says.into() }
}

/// True when the account bears the operator's own name: alone, in a domain, or before an address.
fn is_own(account: &Account, operator: &Untrusted) -> bool {
    let name = operator.as_data();
    let bare = |text: &str| {
        let text = text.rsplit('\\').next().unwrap_or(text);
        fold(text.split('@').next().unwrap_or(text))
    };
    let owner = account.owner.as_ref().unwrap_or(&account.username);
    !name.is_empty()
        // A user principal name is an alias; a distinguished name says nothing here.
        && [Some(owner), account.email.as_ref()]
            .into_iter()
            .flatten()
            .chain(account.aliases.iter().filter(|alias| !alias.as_data().contains('=')))
            .any(|own| bare(own.as_data()) == fold(name))
}

#[cfg(test)]
mod tests;
