//! A Mac as a server or a map knows it, and the accounts that follow from it: which short name is whose.

use jiff::Timestamp;

use crate::domain::{
    Account, AccountFact, BadLogins, Layer, LayerLock, Lock, MayUnlock, Problem, ProviderKind, Untrusted,
};

use crate::provider::ProviderInfo;
use crate::provider::json::Object;

use super::KIND;
use super::mac_map::{self, MacAssignment};

/// Why there is no lock state, in the words of the detail pane.
const NO_LOCK_STATE: &str = "not reported: MDM has no question for it; the Mac's own acknowledgement is all there is";
/// Why the account of a line of the map is a guess.
const NOT_IN_MAP: &str = "the map names no account: this one is made of the person's user name or address";
const NO_COUNT: &str = "MDM has no question for failed logins";

/// One local account.
#[derive(Clone, Debug, Default)]
pub struct LocalUser {
    /// Its short name.
    pub short_name: Untrusted,
    /// Its long name.
    pub full_name: Option<Untrusted>,
    /// Its number, where told.
    pub uid: Option<i64>,
}

impl LocalUser {
    /// The accounts of that list, under the names that servers have for an account's members; none where there is no
    /// such list.
    pub fn list(holder: &Object, list: &str, full_name: Option<&str>) -> Option<Vec<Self>> {
        let local = |user: &Object| {
            let full_name = full_name.and_then(|name| user.text(name));
            Some(Self { short_name: user.text("username")?, full_name, uid: user.integer("uid") })
        };
        holder.raw(list).map(|_| holder.objects(list).iter().filter_map(local).collect())
    }

    /// True for accounts of the system: nobody signs in with them.
    fn is_system(&self) -> bool {
        let name = self.short_name.as_data();
        name.starts_with('_') || matches!(name, "root" | "daemon" | "nobody") || self.uid.is_some_and(|uid| uid < 500)
    }
}

/// The person a Mac belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The user name elsewhere.
    pub username: Option<Untrusted>,
    /// The e-mail address.
    pub email: Option<Untrusted>,
    /// The name.
    pub name: Option<Untrusted>,
}

impl Owner {
    /// True where there is a name to search for.
    pub fn is_known(&self) -> bool {
        self.username.is_some() || self.email.is_some()
    }

    /// The names that an account of this person might have on a Mac.
    fn likely(&self) -> impl Iterator<Item = Untrusted> {
        let local_part = |email: &Untrusted| email.as_data().split('@').next().map(Untrusted::from);
        let names = [self.username.as_ref().and_then(local_part), self.email.as_ref().and_then(local_part)];
        names.into_iter().flatten().filter(|name| !name.is_blank())
    }
}

/// One Mac.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// The server's own id: the UDID, for Iru its device id.
    pub id: Untrusted,
    /// Other ids that are nobody's to choose: UDID, serial number.
    pub aliases: Vec<Untrusted>,
    /// Whose it is.
    pub owner: Owner,
    /// Its accounts; none where the server doesn't know them.
    pub locals: Option<Vec<LocalUser>>,
    /// What else there is to say.
    pub facts: Vec<AccountFact>,
    /// Why the server would refuse, where it says so.
    pub refuses: Option<&'static str>,
    /// A second id that some requests need (Jamf's management id, Fleet's number).
    pub other_id: Option<Untrusted>,
    /// Its number in Jamf, which the Classic API wants.
    pub number: Option<Untrusted>,
}

/// One account on one Mac.
#[derive(Clone, Debug)]
pub struct MacAccount {
    /// Its short name.
    pub short_name: Untrusted,
    /// Whose it is, where known.
    pub owner: Owner,
    /// Why that is only a guess.
    pub guess: Option<&'static str>,
}

impl Device {
    /// True when that text is one of its ids or its name.
    pub fn is_exactly(&self, text: &Untrusted) -> bool {
        let names = self.facts.iter().filter(|fact| fact.label.same_name("Device name")).map(|fact| &fact.value);
        [&self.id].into_iter().chain(&self.aliases).chain(names).any(|own| own.same_name(text.as_data()))
    }

    /// A fact under the heading of the Mac.
    pub fn note(&mut self, label: &str, value: Option<&Untrusted>) {
        if let Some(value) = value.filter(|value| !value.is_blank()) {
            self.facts.push(AccountFact { group: "Mac".into(), ..AccountFact::new(label, value.clone()) });
        }
    }

    /// Its accounts. What the map says wins over the server's list, and that over a guess.
    pub fn accounts(&self, map: &[MacAssignment]) -> Vec<MacAccount> {
        let mut accounts: Vec<MacAccount> =
            map.iter().filter(|entry| entry.udid.same_name(self.id.as_data())).map(mapped).collect();
        if let Some(locals) = &self.locals {
            let own: Vec<&LocalUser> = locals.iter().filter(|local| !local.is_system()).collect();
            let is_mapped = |name: &Untrusted| accounts.iter().any(|known| known.short_name.same_name(name.as_data()));
            let further =
                own.iter().filter(|local| !is_mapped(&local.short_name)).map(|local| self.listed(local, &own));
            let further: Vec<MacAccount> = further.collect();
            accounts.extend(further);
        } else if accounts.is_empty() {
            accounts.extend(self.owner.likely().next().map(|short_name| MacAccount {
                short_name,
                owner: self.owner.clone(),
                guess: Some("nobody names the Mac's accounts: this one is made of the person's user name or address"),
            }));
        }
        accounts
    }

    fn listed(&self, local: &LocalUser, all: &[&LocalUser]) -> MacAccount {
        let likely: Vec<Untrusted> = self.owner.likely().collect();
        let fits = |local: &LocalUser| {
            likely.iter().any(|name| local.short_name.same_name(name.as_data()))
                || local.full_name.as_ref().zip(self.owner.name.as_ref()).is_some_and(|(a, b)| a.same_name(b.as_data()))
        };
        let is_whose = fits(local);
        // Even the only account may be the administrator's.
        let nobodys = self.owner.is_known() && !all.iter().any(|other| fits(other));
        MacAccount {
            short_name: local.short_name.clone(),
            owner: if is_whose || nobodys {
                self.owner.clone()
            } else {
                Owner { name: local.full_name.clone(), ..Owner::default() }
            },
            guess: nobodys.then_some("the server doesn't say which of the Mac's accounts is the person's"),
        }
    }
}

/// The account of a line of the map; without a short name it is a guess.
pub fn mapped(entry: &MacAssignment) -> MacAccount {
    let guessed = || entry.owner.likely().next().unwrap_or_default();
    MacAccount {
        short_name: entry.short_name.clone().unwrap_or_else(guessed),
        guess: entry.short_name.is_none().then_some(NOT_IN_MAP),
        owner: entry.owner.clone(),
    }
}

/// Mac and short name of an account's id.
///
/// # Errors
/// A [`Problem`] for what is no account of a Mac.
pub fn parts(id: &Untrusted) -> Result<(Untrusted, Untrusted), Problem> {
    let parts = id.as_data().split_once('/').filter(|(device, short_name)| {
        mac_map::bad_device(device).is_none() && mac_map::bad_short_name(short_name).is_none()
    });
    let why = || format!("`{}` is not a Mac's id, a slash and a short name", id.line());
    let (device, short_name) = parts.ok_or_else(|| Problem::bad_id("this is no account of a Mac", why()))?;
    Ok((device.into(), short_name.into()))
}

/// The account as the domain knows one; its id is made of Mac and short name.
pub fn account(info: &ProviderInfo, device: &Device, found: MacAccount, as_of: Timestamp) -> Account {
    let id = format!("{}/{}", device.id.as_data(), found.short_name.as_data());
    let mut facts = vec![AccountFact { group: "Mac".into(), ..AccountFact::new("Lock state", NO_LOCK_STATE) }];
    facts.extend(device.facts.iter().cloned());
    if let Some(guess) = found.guess {
        facts.push(AccountFact { group: "Mac".into(), ..AccountFact::new("A guess", guess) });
    }
    Account {
        owner: found.owner.username,
        email: found.owner.email,
        display_name: found.owner.name,
        lock: Lock::NotReported,
        layers: vec![LayerLock { layer: Layer::ACCOUNT, lock: Lock::NotReported, reported: "not reported".into() }],
        bad_logins: BadLogins::not_reported(NO_COUNT),
        facts,
        aliases: device.aliases.clone(),
        may_unlock: device.refuses.map_or(MayUnlock::Unknown, |why| MayUnlock::No(why.into())),
        guess: found.guess,
        ..Account::new(info.key(&id.into()), ProviderKind(&KIND), found.short_name, as_of)
    }
}
