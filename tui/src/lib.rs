//! Switchboard's console: an ACD's contacts, skills and agents, live in a terminal.
//!
//! The [`console`] is a function of its model. Its `update` decides and its `view` draws; both are
//! pure. [`event_loop`] waits for events, [`runtime`] starts tasks, [`perform`] sends requests to
//! the ACD, [`pace`] injects contacts at a rate, [`feed`] polls the ACD, and [`demo`] runs the demo
//! session. Only [`terminal`] touches the terminal.
//!
//! [`desk`] (the screen of one agent) and [`wallboard`] have the same structure. [`commands`] run
//! once and exit, for use in scripts. Everything here goes through the operations of
//! [`shared::Acd`].

mod agent_words;
pub mod cli;
pub mod commands;
pub mod config;
pub mod console;
mod dashed_agent;
pub mod demo;
pub mod desk;
pub mod event_loop;
pub mod feed;
pub mod find;
pub mod history;
pub mod local;
pub mod offer_answer;
mod operation_words;
pub mod pace;
pub mod parts;
pub mod perform;
pub mod picture;
pub mod polled;
pub mod query;
pub mod remote;
pub mod request;
pub mod runtime;
pub mod sample;
mod seconds;
mod seen;
pub mod sentence;
pub mod series;
pub mod settings_words;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod wallboard;
