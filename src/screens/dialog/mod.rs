//! Questions to the operator, over everything else.

pub mod account_details;
pub mod confirm;
pub mod help;
pub mod palette;
pub mod state;
pub mod view;
