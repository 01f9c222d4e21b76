//! The kinds of problems: part of the JSON, and of the ledger.

/// Declares [`Code`] with each code's word, meaning and usual next step.
macro_rules! codes {
    ($($variant:ident $word:literal: $means:literal, $next:literal;)*) => {
        /// The kind of a problem. Decisions are made by it, never by words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $means] $variant,)*
        }

        /// Every code: its word in JSON, what it means, and what usually helps; the page on errors is made of these.
        pub const CODES: &[(Code, &str, &str, &str)] = &[$((Code::$variant, $word, $means, $next),)*];
    };
}

codes! {
    Unreachable "unreachable":
        "the system couldn't be reached",
        "look at the network, the address and the proxy: `unbolt check`";
    NameNotFound "name_not_found":
        "the system's name doesn't resolve",
        "compare `base_url` with the system's address; look at this host's DNS";
    Tls "tls":
        "the system's certificate wasn't accepted",
        "the message says what is wrong with it; `ca_file` names an authority of your own";
    TimedOut "timed_out": "no answer came in time", "read again; `total_timeout` says how long is waited";
    Cut "cut": "the connection ended in the middle", "read again; the account is read before anything is repeated";
    Login "login_refused":
        "the login of the configuration was refused",
        "`unbolt check`; renew the secret, then `r` on the screen";
    Forbidden "forbidden": "the login lacks a right", "`unbolt check` names the right";
    NotFound "not_found": "the system says that there is no such account or path", "search for the person again";
    Throttled "throttled": "the system asks to slow down", "wait; `max_per_second` lowers the rate";
    MediaType "media_type":
        "the system refused the form of the request",
        "it may be of another version; report it with the request's id";
    BadRequest "bad_request": "the system took the request for wrong", "report it with the request's id";
    Server "server_error":
        "the system answered with an error of its own",
        "read again later; its support desk knows the request's id";
    BadAnswer "bad_answer":
        "the answer isn't what the vendor documents",
        "look whether a gateway answers in the system's place";
    TooLarge "too_large": "the answer is larger than 8 MiB", "narrow the search";
    Redirected "redirected":
        "the answer points to another place, which is never followed",
        "put that address into the configuration, if it is right";
    Ledger "ledger":
        "the ledger couldn't be written or read, so nothing was sent",
        "make room, or repair the ledger's directory";
    NotCopied "ledger_not_copied":
        "the ledger's copy elsewhere couldn't be made, and the configuration demands it",
        "start the log daemon again";
    Refused "refused": "a rule of the policy doesn't allow it", "the message names the rule";
    Changed "changed": "the account changed between the look and the unlock", "look again, then decide";
    StillOpen "still_open":
        "an earlier unlock of the account has no end yet",
        "wait for it, or settle it: `unbolt ledger show --open`";
    Unanswered "unanswered":
        "a Mac hasn't answered, or nobody can tell how it ended",
        "wait, or close it by hand: `unbolt ledger close INTENT --reason WHY`";
    Device "device_error": "a Mac answered that it couldn't do it", "its own words stand beside it";
    BadId "bad_id":
        "an id has the wrong shape and was put into no request",
        "search for the person and act on the account that is found";
    WrongAccount "wrong_account":
        "the answer is about another account than the one that was asked about",
        "nothing is repeated; look at both accounts in the system's own console";
    Unsupported "unsupported":
        "the system doesn't know this request: an older version, or another edition",
        "`unbolt check` says what it offers";
    Incomplete "incomplete": "a list was cut, or its end isn't known", "narrow the search";
    Proxy "proxy_refused":
        "a proxy in between let nothing through",
        "compare `proxy` and `proxy_login` with what the proxy wants";
    Superseded "superseded": "a newer question took its place", "nothing: the newer answer counts";
    NotBegun "not_begun": "the operator left before it was carried out", "unlock it again";
    Internal "internal": "a part of the program failed", "report it with the text of the message";
}

impl Code {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        CODES.iter().find(|row| row.0 == self).map_or("internal", |row| row.1)
    }

    /// True where the ledger stands in the way: nothing was sent.
    pub fn is_ledger(self) -> bool {
        matches!(self, Self::Ledger | Self::NotCopied)
    }
}

#[cfg(test)]
mod tests;
