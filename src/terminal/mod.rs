//! The terminal itself: it is taken and given back, keys come in, frames go out.

mod backend;
pub mod clipboard;
pub mod encode;
pub mod event_loop;
mod exit_report;
mod frame_scheduler;
pub mod guard;
pub mod input;
pub mod jobs;
pub mod output;
mod writer;

pub use event_loop::{ExitReport, run};
