//! How many wrong passwords a system counts, and what that number covers (law 3).

use jiff::Timestamp;

use super::untrusted::Untrusted;
use super::word_enum::words;

words! {
    /// How sure a count is.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum CountCertainty {
        /// The system's own count.
        Exact = "exact",
        /// There may be more: the source is capped or incomplete.
        AtLeast = "at_least",
        /// The system tells no count.
        #[default]
        NotReported = "not_reported",
    }
}

/// The wrong passwords counted for an account; by default no count yet, as nobody has asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadLogins {
    /// The number; none where it isn't reported.
    pub count: Option<u32>,
    /// What the number is worth.
    pub qualifier: CountCertainty,
    /// The number that locks the account.
    pub limit: Option<u32>,
    /// The last wrong password.
    pub last: Option<Timestamp>,
    /// Since when the count runs, where the source has a window.
    pub since: Option<Timestamp>,
    /// What the count covers or why there is none, in words.
    pub scope: Option<Untrusted>,
    /// When each wrong password was given, as far as the source tells; the latest first.
    pub times: Vec<Timestamp>,
    /// The same fact by replica, where it differs.
    pub replicas: Vec<Replica>,
}

/// What one replica of a directory says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replica {
    /// The replica's name.
    pub name: Untrusted,
    /// The site it stands in.
    pub site: Option<Untrusted>,
    /// Its state in words.
    pub state: Untrusted,
    /// Its own count.
    pub count: Option<u32>,
    /// The last wrong password it saw.
    pub last: Option<Timestamp>,
    /// When it saw the account locked.
    pub locked_at: Option<Timestamp>,
    /// The replica where the lock began.
    pub origin: Option<Untrusted>,
    /// When the password was set, as it knows.
    pub password_set: Option<Timestamp>,
    /// When it was read.
    pub as_of: Option<Timestamp>,
}

impl BadLogins {
    /// No count, and why.
    pub fn not_reported(why: &str) -> Self {
        Self { scope: Some(why.into()), ..Self::default() }
    }

    /// The system's own count.
    pub fn exact(count: u32, limit: Option<u32>) -> Self {
        Self { count: Some(count), qualifier: CountCertainty::Exact, limit, ..Self::default() }
    }

    /// A count that may be higher in truth.
    pub fn at_least(count: u32, limit: Option<u32>) -> Self {
        Self { count: Some(count), qualifier: CountCertainty::AtLeast, limit, ..Self::default() }
    }

    /// The count in a few words: `5 of 5 bad`, `3+ bad` (at least three), `not reported`.
    ///
    /// ```
    /// use unbolt::domain::BadLogins;
    ///
    /// assert_eq!(BadLogins::exact(5, Some(5)).words(), "5 of 5 bad");
    /// assert_eq!(BadLogins::at_least(3, None).words(), "3+ bad");
    /// ```
    pub fn words(&self) -> String {
        match (self.count, self.limit, self.qualifier) {
            (Some(0), _, CountCertainty::AtLeast) => "0 bad seen".to_owned(),
            (Some(n), Some(limit), CountCertainty::AtLeast) => format!("{n}+ of {limit} bad"),
            (Some(n), None, CountCertainty::AtLeast) => format!("{n}+ bad"),
            (Some(n), Some(limit), _) => format!("{n} of {limit} bad"),
            (Some(n), None, _) => format!("{n} bad"),
            (None, ..) => "not reported".to_owned(),
        }
    }
}
