//! The test suite. `tests/README.md` says which file tells which story.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::needless_pass_by_value, reason = "helpers read better with plain values")]

mod adaxes;
mod answers;
mod bad_days;
mod bulk;
mod check;
mod cli;
mod config;
mod corpus;
mod crash;
mod desk;
mod exchange;
mod fault_matrix;
mod fixtures;
mod flow;
mod foreign_clients;
mod frames;
mod heads;
mod hostile;
mod jumpcloud;
mod ledger;
mod macs;
mod mdm_wire;
mod network;
mod newcomer;
mod nothing_twice;
mod pages;
mod person;
mod pictures;
mod policy;
mod pty;
mod registry;
mod rooms;
mod schemas;
mod secrets;
mod service;
mod shapes;
mod sim;
mod support;
mod tls;
mod upgrade;
mod vendor;
mod webhook;
mod widgets;
mod wire;
