//! What `PingOne`'s answers have to hold. Every other member is optional and unknown ones are ignored, as its
//! forward-compatibility guidance asks.

use crate::provider::json::{JsonKind, Shape};

/// A page of users (paging-ordering-collections: `count` and `size` are optional).
pub const USERS: Shape = Shape { name: "a list of users", needs: &[("_embedded.users", JsonKind::List)] };

/// A page of audit activities.
pub const ACTIVITIES: Shape =
    Shape { name: "a list of activities", needs: &[("_embedded.activities", JsonKind::List)] };

/// A user (users data model). Not even `email` or `account` is sure to be there.
pub const USER: Shape = Shape { name: "a user", needs: &[("id", JsonKind::Text)] };

/// The password state (user passwords).
pub const PASSWORD: Shape = Shape { name: "a password state", needs: &[("status", JsonKind::Text)] };

/// A password policy; without `lockout` nothing locks.
pub const POLICY: Shape = Shape { name: "a password policy", needs: &[("id", JsonKind::Text)] };

/// The roles of an application (applications, role assignments), where it may see them.
pub const ASSIGNMENTS: Shape =
    Shape { name: "a list of role assignments", needs: &[("_embedded.roleAssignments", JsonKind::List)] };

/// Every role by name (roles).
pub const ROLES: Shape = Shape { name: "a list of roles", needs: &[("_embedded.roles", JsonKind::List)] };
