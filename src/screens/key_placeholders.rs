//! Messages name actions and never keys: `{key:refresh}` becomes the key that is bound to it, or what is typed in its
//! place.

use super::action::Action;

const OPENS: &str = "{key:";

/// The text with each `{key:action}` as `hint` says; what names no action stays as it is.
pub fn fill(text: &str, hint: impl Fn(Action) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPENS) {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, behind)| Some((Action::named(name)?, behind))) {
            Some((action, behind)) => {
                out.push_str(&hint(action));
                rest = behind;
            }
            None => {
                out.push_str(OPENS);
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests;
