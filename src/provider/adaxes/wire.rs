//! What Adaxes' answers have to hold, and directory objects in the shapes that clients were seen to meet.

use jiff::Timestamp;

use crate::domain::Untrusted;
use crate::provider::json::{JsonKind, Object, Shape};

/// A directory object, as read or found. `accountStatus` is present for users and computers.
pub const OBJECT: Shape = Shape { name: "a directory object", needs: &[("guid|objectGuid", JsonKind::Text)] };

/// An operation result (`REST_OperationResult`).
pub const RESULT: Shape = Shape { name: "an operation result", needs: &[("resultType", JsonKind::Text)] };

/// A running operation.
pub const RUNNING: Shape = Shape { name: "a running operation", needs: &[("completed", JsonKind::Any)] };

/// The start of FILETIME, 1601, in 100 ns before 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

/// A moment as FILETIME, which filters compare with.
pub fn filetime(at: Timestamp) -> i64 {
    at.as_microsecond().saturating_mul(10).saturating_add(EPOCH)
}

/// The values of a property as texts: in the map of properties, in a list of names and values, or on the object
/// itself; whatever the case of its name, and a single one also without an array.
pub fn texts(object: &Object, name: &str) -> Vec<Untrusted> {
    let of = |object: &Object| object.named(name).map(|own| object.texts(own)).filter(|texts| !texts.is_empty());
    if let Some(texts) = object.object("properties").as_ref().and_then(of) {
        return texts;
    }
    let listed = object.objects("properties").into_iter().find(|property| {
        ["name", "propertyName"].iter().any(|key| property.text(key).is_some_and(|own| own.same_name(name)))
    });
    let values = listed.map(|property| [property.texts("values"), property.texts("value")].concat());
    values.filter(|values| !values.is_empty()).or_else(|| of(object)).unwrap_or_default()
}

/// The first value of a property as text.
pub fn text(object: &Object, name: &str) -> Option<Untrusted> {
    texts(object, name).into_iter().next()
}

/// A property as a count.
pub fn count(object: &Object, name: &str) -> Option<u32> {
    text(object, name)?.as_data().trim().parse().ok()
}

/// A moment: ISO 8601, or a FILETIME (100 ns since 1601) as number or text; 0 and the largest mean never.
pub fn moment(object: &Object, name: &str) -> Option<Timestamp> {
    let text = text(object, name)?;
    if let Ok(at) = text.as_data().parse() {
        return Some(at);
    }
    let ticks: i64 = text.as_data().parse().ok().filter(|ticks| *ticks > 0 && *ticks != i64::MAX)?;
    Timestamp::from_microsecond(ticks.saturating_sub(EPOCH) / 10).ok()
}
