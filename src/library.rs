//! The component library: what is known about the things that a platform deploys.
//!
//! Its files are data (`values/`, `gitops/`, `schemas/`), compiled into the binary; `dvgen/` of the user's
//! repository adds to them and takes their place. Only what a platform uses is read.

pub mod configs;
pub mod contract;
mod entry;
mod facts;
mod files;
mod free;
mod habits;
mod home;
pub mod kinds;
mod needs;
mod place;
mod settings;
mod shape;
mod variant;
mod versions;

pub use entry::{Entry, Library, Loader};
pub use facts::{
    Agents, Creates, Extension, Facts, Kinds, PartFacts, Pin, PodSecurity, Provides, SettingPins, StorageFacts, Sync,
};
pub use files::{LibraryFiles, USER_FOLDER};
pub use habits::{Apart, ConfigFact, Guard, GuardUse, HostPort, SharedVolume, TimeFact, Unlock};
pub use home::Home;
pub use needs::{LocalDisk, MachineSort, Needs, RunsOnFacts};
pub use settings::{Least, Pattern, SettingType, Time};
pub use shape::{facts_shape, template_shape};
pub use variant::{Computed, Variant};
pub use versions::Versions;

use crate::diag::Kind;

/// A file of the library cannot be understood.
pub const BAD_FACTS: Kind = Kind::new("bad-component-facts", "DV0251");
/// A file of a library of one's own that nobody reads.
pub const UNREAD_FILE: Kind = Kind::new("unread-library-file", "DV0259");
