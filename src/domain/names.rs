//! How a typed text fits names: by the beginnings of words, without regard to case. Shared by accounts and by entries of
//! a map, so that nobody builds an account only to see whether it fits.

use super::case_folding::fold;
use super::untrusted::Untrusted;

/// What was typed, word by word.
#[derive(Clone, Debug)]
pub struct QueryWords(Vec<String>);

impl QueryWords {
    /// The words of a text.
    pub fn of(text: &str) -> Self {
        Self(fold(text).split_whitespace().map(str::to_owned).collect())
    }
}

/// The names of one account.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountNames<'a> {
    /// The name one signs in with.
    pub username: Option<&'a Untrusted>,
    /// The user name elsewhere.
    pub owner: Option<&'a Untrusted>,
    /// The e-mail address.
    pub email: Option<&'a Untrusted>,
    /// The person's name.
    pub display_name: Option<&'a Untrusted>,
    /// The number that the employer knows the person by.
    pub employee_id: Option<&'a Untrusted>,
}

impl<'a> AccountNames<'a> {
    fn all(&self) -> impl Iterator<Item = &'a Untrusted> {
        [self.username, self.owner, self.email, self.display_name, self.employee_id].into_iter().flatten()
    }

    /// True when one of them is exactly that text.
    pub fn is_exactly(&self, text: &str) -> bool {
        self.all().any(|name| name.same_name(text))
    }

    /// True when every word begins a name, or a word of one. Of an address only what stands before the `@` counts word by
    /// word: everybody has the organisation's domain.
    pub fn fit(&self, words: &QueryWords) -> bool {
        let addresses = [self.username, self.email].into_iter().flatten();
        let addresses = addresses.map(|name| name.as_data().split('@').next().unwrap_or_default());
        let others = [self.owner, self.display_name, self.employee_id].into_iter().flatten();
        let others = others.map(Untrusted::as_data);
        let is_start = |word: &String| {
            let is_word = |name: &str| name.split(|c: char| !c.is_alphanumeric()).any(|part| begins(part, word));
            self.all().any(|name| begins(name.as_data(), word)) || addresses.clone().chain(others.clone()).any(is_word)
        };
        words.0.iter().all(is_start)
    }
}

/// True when a name begins with a text that is in lower case.
fn begins(name: &str, word: &str) -> bool {
    if name.is_ascii() && word.is_ascii() {
        return name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    }
    fold(name).starts_with(word)
}

#[cfg(test)]
mod tests;
