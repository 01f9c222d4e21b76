//! unbolt: find a locked-out person, see why each account is locked, unlock it, watch it confirmed.
//!
//! The rooms of the house and who may use whom (a test reads `src/` and holds it to this):
//!
//! ```text
//!   main ── cli ─────────────────────────┐          the fronts
//!            │                           │
//!            ├── sim          terminal ──┴─ runtime  sim uses nothing of ours
//!            │                    │         │  │
//!            │      widgets ── screens ─────┘  ├── provider ── ledger::Recorded
//!            │          │         │            ├── ledger
//!            │          │        bulk          └── config
//!            │          │         │  └── policy
//!            │          │        flow
//!            │          │         │
//!            └──────────┴───── domain                pure vocabulary, uses nothing
//! ```
//!
//! A key becomes an unlock in one direction: terminal → [`screens::Event`] → [`screens::update()`] → effects →
//! [`runtime`] → event. The screen is a pure function of [`screens::State`].

pub mod bulk;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flow;
pub mod ledger;
pub mod policy;
pub mod provider;
pub mod runtime;
pub mod screens;
pub mod settings;
pub mod sim;
pub mod terminal;
pub mod widgets;
