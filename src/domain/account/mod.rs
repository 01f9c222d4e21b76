//! One login in one provider, with everything that was read of it.

mod parts;

use jiff::Timestamp;

use super::{
    AccountKey, AccountNames, BadLogins, Lock, Problem, ProviderKind, ProviderName, QueryWords, Untrusted,
    given_name_first,
};

pub use parts::{AccountFact, LayerLock, MayUnlock, PasswordState};

/// One login in one provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Provider and immutable id.
    pub key: AccountKey,
    /// What kind of system holds it.
    pub kind: ProviderKind,
    /// The name one signs in with.
    pub username: Untrusted,
    /// Whose it is, by the user name elsewhere, where a map or the system says so.
    pub owner: Option<Untrusted>,
    /// The e-mail address.
    pub email: Option<Untrusted>,
    /// The person's name.
    pub display_name: Option<Untrusted>,
    /// The number that the employer knows the person by.
    pub employee_id: Option<Untrusted>,
    /// Where the person can be called.
    pub phones: Vec<Untrusted>,
    /// False when an administrator has switched the account off; none when not reported.
    pub enabled: Option<bool>,
    /// What else keeps the person out, apart from lock and switch: `suspended`, `staged`, `expired`, `not activated`.
    pub barred: Option<&'static str>,
    /// Whether the system itself says that the person can sign in now; none where it doesn't say.
    pub can_sign_in: Option<bool>,
    /// The lock state over all layers.
    pub lock: Lock,
    /// Each layer, where the system keeps several.
    pub layers: Vec<LayerLock>,
    /// False where the system doesn't tell when a lock ends by itself; then no end means nothing.
    pub tells_end: bool,
    /// Who may have set a deliberate lock, where an audit trail names somebody.
    pub locked_by: Option<Untrusted>,
    /// The wrong passwords counted.
    pub bad_logins: BadLogins,
    /// The password's own state.
    pub password: PasswordState,
    /// Everything else worth showing.
    pub facts: Vec<AccountFact>,
    /// Other ids that name it as surely as its key (a DN, a SID).
    pub aliases: Vec<Untrusted>,
    /// The groups it is in, by name and by id; none where the system wasn't asked or doesn't say.
    pub groups: Option<Vec<Untrusted>>,
    /// Whether an unlock would be allowed.
    pub may_unlock: MayUnlock,
    /// The provider through which it is unlocked, where this one only confirms.
    pub unlocked_through: Option<ProviderName>,
    /// What the system is asked before the unlock itself goes out.
    pub asked_first: Option<&'static str>,
    /// Why it is only a guess that this is the person's account; then its id has to be typed.
    pub guess: Option<&'static str>,
    /// When it was read.
    pub as_of: Timestamp,
    /// A part of the account that couldn't be read; the rest stands.
    pub problem: Option<Problem>,
}

impl Account {
    /// An account of which nothing is known but its ids.
    pub fn new(key: AccountKey, kind: ProviderKind, username: Untrusted, as_of: Timestamp) -> Self {
        Self {
            key,
            kind,
            username,
            owner: None,
            email: None,
            display_name: None,
            employee_id: None,
            phones: Vec::new(),
            enabled: None,
            barred: None,
            can_sign_in: None,
            lock: Lock::UNREAD,
            layers: Vec::new(),
            tells_end: false,
            locked_by: None,
            bad_logins: BadLogins::default(),
            password: PasswordState::default(),
            facts: Vec::new(),
            aliases: Vec::new(),
            groups: None,
            may_unlock: MayUnlock::Unknown,
            unlocked_through: None,
            asked_first: None,
            guess: None,
            as_of,
            problem: None,
        }
    }

    /// What the system itself says of each lock, in its own words.
    pub fn reported(&self) -> Untrusted {
        let words: Vec<&str> = self.layers.iter().map(|layer| layer.reported.as_data()).collect();
        words.join(", ").into()
    }

    /// The layers that are locked now, in the order in which they have to be opened.
    pub fn locked_layers(&self) -> impl Iterator<Item = &LayerLock> {
        self.layers.iter().filter(|layer| layer.lock.is_locked())
    }

    /// True once it was read in full, not only listed by a search.
    pub fn is_read(&self) -> bool {
        !self.layers.is_empty()
    }

    /// The name to call the person by: the display name, else the user name.
    pub fn label(&self) -> &Untrusted {
        self.display_name.as_ref().filter(|name| !name.is_blank()).unwrap_or(&self.username)
    }

    fn names(&self) -> AccountNames<'_> {
        AccountNames {
            username: Some(&self.username),
            owner: self.owner.as_ref(),
            email: self.email.as_ref(),
            display_name: self.display_name.as_ref(),
            employee_id: self.employee_id.as_ref(),
        }
    }

    /// True when one of its own names or ids is exactly that text, without regard to case.
    pub fn is_exactly(&self, text: &str) -> bool {
        let text = given_name_first(text);
        self.names().is_exactly(&text)
            || std::iter::once(&self.key.id).chain(&self.aliases).any(|id| id.same_name(&text))
    }

    /// True when every word of `text` begins a word of its names or of an address before the `@`, or the text is its id.
    pub fn fits(&self, text: &str) -> bool {
        let text = given_name_first(text);
        let digits = phone_digits(&text);
        let called = |phone: &Untrusted| {
            let own: String = phone.as_data().chars().filter(char::is_ascii_digit).collect();
            digits.as_ref().is_some_and(|digits| own.contains(digits))
        };
        self.names().fit(&QueryWords::of(&text)) || self.key.id.same_name(&text) || self.phones.iter().any(called)
    }

    /// What will still keep the person out after an unlock.
    pub fn after_unlock_warning(&self) -> Option<&'static str> {
        if let Some(why) = self.kept_out().next() {
            Some(why)
        } else if self.password.needs_change {
            Some("the password has expired or must be changed: the caller needs a new one")
        } else if self.can_sign_in == Some(false) && !self.lock.is_locked() {
            Some("the system says that the person still can't sign in: look at the account in its console")
        } else {
            None
        }
    }

    /// What keeps the person out beside a lock, and an unlock leaves as it is: switched off, barred otherwise.
    pub fn kept_out(&self) -> impl Iterator<Item = &'static str> {
        let is_off = self.enabled == Some(false);
        let disabled = is_off.then_some("the account is disabled: an unlock does not enable it");
        let barred = self.barred.map(|barred| match barred {
            "suspended" => "the account is suspended: an unlock does not lift that",
            "expired" => "the account has expired: an unlock does not extend it",
            "staged" => "the account is staged: it has to be activated before anybody can sign in",
            _ => "the account is not activated: the person has to finish the invitation",
        });
        disabled.into_iter().chain(barred)
    }
}

/// The digits of a text that may be a telephone number, however it is written or a display shows it: four at least,
/// and no letters. Without the zeros that are dialled before it, within a country or out of one: what is left stands in
/// the number with its country too.
pub fn phone_digits(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches("tel:").replace("(0)", "");
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-()./".contains(c));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (is_number && digits.len() >= 4).then(|| digits.to_owned())
}
