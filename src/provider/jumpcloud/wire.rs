//! What JumpCloud's answers have to hold. No key is required in the vendor's schema, so the fewest are required here.

use crate::provider::json::{JsonKind, Shape};

/// A page of the search.
pub const USERS: Shape = Shape { name: "a list of users", needs: &[("results", JsonKind::List)] };

/// A system user: real answers name the id twice.
pub const USER: Shape = Shape { name: "a user", needs: &[("_id|id", JsonKind::Text)] };

/// The organisations that the login sees.
pub const ORGANIZATIONS: Shape = Shape { name: "a list of organisations", needs: &[("results", JsonKind::List)] };

/// One organisation.
pub const ORGANIZATION: Shape = Shape { name: "an organisation", needs: &[("_id|id|settings", JsonKind::Any)] };
