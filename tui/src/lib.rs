//! Switchboard's console: the live floor of an ACD in a terminal.
//!
//! The console is a function of its model: [`update`] decides, [`view`] draws, both pure;
//! [`stage`] waits, [`runtime`] has its effects done, [`perform`] asks the ACD, [`pace`] asks at a
//! rate, [`feed`] looks at it, [`demo`] plays on it, [`terminal`] alone touches the terminal.
//! [`desk`], one agent's own screen, and [`wallboard`] are made the same way; [`commands`] do one
//! thing for a script and end. Nothing here goes round the operations of [`shared::Acd`].

pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod desk;
pub mod effect;
pub mod feed;
pub mod find;
pub mod glance;
pub mod history;
pub mod keys;
pub mod local;
pub mod message;
pub mod model;
pub mod offer;
pub mod pace;
pub mod perform;
pub mod picture;
pub mod query;
pub mod remote;
pub mod request;
pub mod runtime;
pub mod sample;
mod seconds;
mod seen;
pub mod sentence;
pub mod series;
pub mod stage;
pub mod terminal;
pub mod text;
pub mod theme;
pub mod update;
pub mod verbs;
pub mod view;
pub mod wallboard;
