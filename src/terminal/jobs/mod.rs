//! What the screen's effects need of the engine: each job tells its results as messages.

pub mod lists;
pub mod tab_queries;
