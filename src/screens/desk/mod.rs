//! The desk: one caller, with every account.

pub mod account_sheet;
pub mod accounts;
pub mod console_link;
pub mod request_log;
pub mod select;
pub mod state;
pub mod ticket;
pub mod ticket_note;
pub mod unlock;
pub mod unlock_all;
pub mod view;
pub mod watch;
