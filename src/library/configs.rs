//! Configurations of programs: the settings that are known, by the name of the file.
//!
//! A contract in `schemas/configs`, in the format of those of charts, lists the settings of a file such as `prometheus.yml`. A
//! program may know more than these, so only what is nearly one of them is misspelt.

use std::sync::OnceLock;

use super::LibraryFiles;
use super::contract::{Contract, Finding, Problem, Reason, check};
use crate::diag::Kind;
use crate::doc::Doc;
use crate::source::OriginId;

/// A setting that a program does not have, but one that is spelled nearly so.
pub const MISSPELT_SETTING: Kind = Kind::new("misspelt-setting", "DV1572");

const FOLDER: &str = "schemas/configs/";

/// Keys of which new ones come that look like those that are there, by how they end: the ways to discover targets.
const GROWING: [&str; 1] = ["_sd_configs"];

/// The settings of a file, which are read when somebody has such a file.
type Settings = (&'static str, OnceLock<Option<Contract>>);

fn known() -> &'static [Settings] {
    static KNOWN: OnceLock<Vec<Settings>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let name = |path: &'static str| path.strip_prefix(FOLDER)?.strip_suffix(".contract");
        LibraryFiles::standard_below(FOLDER).filter_map(name).map(|name| (name, OnceLock::new())).collect()
    })
}

/// Returns the settings of a file.
fn settings(name: &str) -> Option<&'static Contract> {
    let (known, contract) = known().iter().find(|(known, _)| *known == name)?;
    let read = || {
        let contract = Contract::parse(LibraryFiles::standard(&[FOLDER, known, ".contract"].concat())?);
        Some(contract.expect("internal error: a built-in configuration cannot be read"))
    };
    contract.get_or_init(read).as_ref()
}

/// Returns whether the settings of a file are known.
pub fn is_config(name: &str) -> bool {
    // Each key of all values is asked for: most are told apart by their length.
    known().iter().any(|(known, _)| known.len() == name.len() && *known == name)
}

/// A setting that is misspelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// The path in the file.
    pub path: String,
    /// The key.
    pub origin: OriginId,
    /// The one that is meant.
    pub near: String,
    /// The origins of what stands under that one already.
    pub there: Vec<OriginId>,
}

/// Returns why the misspelt settings of a file matter.
pub fn why(name: &str) -> &'static str {
    settings(name).map_or("", Contract::why)
}

/// Returns the settings of a file that are misspelt.
pub fn misspelt(name: &str, doc: &Doc) -> Vec<Misspelt> {
    let Some(contract) = settings(name) else { return Vec::new() };
    let near = |finding: Finding| {
        let grows = GROWING.iter().any(|end| finding.path.ends_with(end));
        match &finding.problem {
            Problem::UnknownKey { reason: Reason::NearMiss, suggestion: Some(near), there } if !grows => {
                let (near, there) = (near.clone(), there.clone());
                Some(Misspelt { path: finding.path, origin: finding.origin, near, there })
            }
            _ => None,
        }
    };
    check(contract, &Vec::new, true, doc).into_iter().filter_map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_can_be_read() {
        assert!(known().len() > 4);
        assert!(known().iter().all(|(name, _)| settings(name).is_some()));
        assert!(is_config("grafana.ini") && is_config("renovate.json") && !is_config("values.yaml"));
    }
}
