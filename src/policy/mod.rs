//! What a desk may do, as its owner has decided. Pure: it is given what is to be done and answers.

use crate::domain::Account;

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Accounts that no list opens, by patterns over user name, address and id; `*` stands for anything.
    pub protected: Vec<String>,
    /// The most rows of one run, whatever is asked for.
    pub bulk_max_rows: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self { protected: Vec::new(), bulk_max_rows: 5_000 }
    }
}

impl Policy {
    /// The pattern that protects this account.
    #[must_use]
    pub fn protects(&self, account: &Account) -> Option<&str> {
        let names = [Some(&account.username), account.owner.as_ref(), account.email.as_ref(), Some(&account.key.id)];
        let names: Vec<String> = names.into_iter().flatten().map(|name| name.as_data().to_lowercase()).collect();
        self.protected
            .iter()
            .find(|pattern| names.iter().any(|name| fits(&pattern.to_lowercase(), name)))
            .map(String::as_str)
    }
}

/// True when the text is what the pattern says; `*` stands for any signs, also none.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = text.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything() {
        let cases = [
            ("ada", "ada", true),
            ("ada", "adam", false),
            ("svc-*", "svc-backup", true),
            ("svc-*", "asvc-x", false),
            ("*admin*", "the-admins", true),
            ("*@root.test", "ada@root.test", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("*", "", true),
            ("ab*ba", "aba", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
