//! dvgen compiles one platform spec to the configuration of every tool that a platform team runs.
//!
//! This page is the map. [`pipeline::compile`] is the whole way in one function; everything that it reads comes through
//! a [`World`](world::World), and it writes nothing.
//!
//! ```text
//! world ─text─► yaml ─tree─► spec ─as written─► model ─as meant─► graph ─order─► emit ─documents─► policy, lint ─► output
//! ```
//!
//! Text becomes a tree, the tree becomes what was written, that becomes what is meant, that becomes an order and the
//! documents of every tool, and all of it is judged before a byte is written. Nothing flows back. Every stage runs on
//! what the one before could read, and reports all problems that it finds.
//!
//! | stage | gives | which is |
//! |---|---|---|
//! | [`world`] | [`World`](world::World) | the only door to files: the machine's, those of a git revision, or some in memory |
//! | [`yaml`] | [`Node`](yaml::Node) | a tree with the place of every key and value; [`Decode`](yaml::Decode) makes types of it |
//! | [`spec`] | [`Written`](spec::Written) | the sections as a person wrote them, of one environment |
//! | [`library`] | [`Variant`](library::Variant) | what is known about a component at a version: facts, templates, contract |
//! | [`model`] | [`Platform`](model::Platform) | what is meant: names resolved, defaults filled in, flows with both ends |
//! | [`graph`] | [`Graph`](graph::Graph) | what has to be there before what, and why |
//! | [`emit`] | [`Draft`](emit::Draft), then [`Artifact`](emit::Artifact) | a document with a path, then its text and the origin of each line |
//! | [`policy`] | [`Rules`](policy::Rules), then [`Verdicts`](policy::Verdicts) | what rules of the platform's own say about all of it |
//! | [`lint`] | [`Diagnostic`](diag::Diagnostic) | what rules say about all of it |
//! | [`draw`] | [`Drawing`](draw::Drawing) | a picture of the model: order, flows, topology |
//! | [`pipeline`] | [`Compilation`](pipeline::Compilation) | the artifacts of all environments, and all problems |
//! | [`diff`] | [`Report`](diff::Report) | what a change of the spec does: two compilations, compared |
//! | [`output`] | [`Plan`](output::Plan), then [`Summary`](output::Summary) | what has to change on the disk, and what was changed |
//!
//! Three rooms serve all stages:
//!
//! - [`source`] knows texts and places: a [`Span`](source::Span) is a piece of a file, an [`Origin`](source::Origin) says
//!   where a value comes from. `dvgen why` walks origins back to lines that a person can change.
//! - [`diag`] has the one type of problem, [`Diagnostic`](diag::Diagnostic), and its renderers.
//! - [`doc`] has the tree of an output, [`Doc`](doc::Doc), in which every node needs an origin; [`template`] makes such
//!   trees out of YAML with expressions ([`Template`](template::Template)).
//!
//! [`cli`] is the only room that prints, reads the environment or the clock, or decides an exit code.
//!
//! A room uses only rooms before it: source, diag, world, yaml, doc, spec, template, library, model, graph, emit,
//! policy, lint, draw, output, pipeline, diff, cli. `tests/tidy.rs` sees to that.

pub mod cli;
pub mod diag;
pub mod diff;
pub mod doc;
pub mod draw;
pub mod emit;
pub mod graph;
pub mod library;
pub mod lint;
pub mod model;
pub mod output;
pub mod pipeline;
pub mod policy;
pub mod source;
pub mod spec;
pub mod template;
pub mod world;
pub mod yaml;
