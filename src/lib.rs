//! dvgen compiles one platform spec to the configuration of every tool that a platform team runs.

pub mod cli;
pub mod diag;
pub mod doc;
pub mod emit;
pub mod graph;
pub mod library;
pub mod lint;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod source;
pub mod spec;
pub mod template;
pub mod world;
pub mod yaml;
