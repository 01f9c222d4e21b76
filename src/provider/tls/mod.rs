//! Whom a connection trusts, and why it didn't come about: the same for HTTP and for directories.

pub mod certificates;
pub mod error;
pub mod self_signed;
