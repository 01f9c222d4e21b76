//! How the desk is drawn.

pub mod account_facts;
pub mod account_table;
pub mod people;
pub mod progress;
pub mod request_log;
