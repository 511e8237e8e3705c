//! Which contract speaks for a chart.
//!
//! A chart is keyed by repository, name and version: "loki 7" is two different charts, and some names with versions
//! exist in two repositories.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::Embedded;
use super::builtin::CONTRACTS;
use super::check::{Finding, check};
use super::parse::{head, number};
use super::tree::{BadContract, Contract, Head};
use crate::doc::Doc;
use crate::source::{FileId, Span};

/// Each embedded contract, parsed when it is first asked for.
static PARSED: [OnceLock<Contract>; CONTRACTS.len()] = [const { OnceLock::new() }; CONTRACTS.len()];

/// All contracts: those that are compiled in, and the user's own before them.
#[derive(Debug, Default)]
pub struct Contracts {
    own: Vec<Contract>,
    /// The files of the library that are built in.
    library: BTreeSet<FileId>,
}

/// The contract of a chart version, as far as there is one.
#[derive(Clone, Debug)]
pub enum Selection<'a> {
    /// The contract was made from this very version.
    Exact(&'a Contract),
    /// The contract was made from the nearest lower version of the same major.
    Older(&'a Contract),
    /// No contract speaks for this version; the versions of which there are contracts, if any.
    None(Vec<&'a str>),
}

/// A contract that may not have been parsed yet.
enum Candidate<'a> {
    Own(&'a Contract),
    Embedded(usize, Head),
}

impl Contracts {
    /// Returns the contracts that are compiled in.
    pub const fn new() -> Self {
        Self { own: Vec::new(), library: BTreeSet::new() }
    }

    /// Adds a contract of the user's own, which wins over one that is compiled in.
    pub fn add(&mut self, text: String) -> Result<(), BadContract> {
        self.own.push(Contract::parse(text)?);
        Ok(())
    }

    /// Says which files are the library's own.
    pub fn library_is(&mut self, files: impl Iterator<Item = FileId>) {
        self.library = files.collect();
    }

    /// Returns whether a finding at a place is about what a person wrote. The templates of the library are held to the
    /// contracts that come with it; one that is made of a chart's defaults closes maps that the chart passes on, and a
    /// line of the library is nobody's to change.
    pub fn concerns(&self, contract: &Contract, place: Span) -> bool {
        !self.library.contains(&place.file) || !self.own.iter().any(|own| std::ptr::eq(own, contract))
    }

    /// Returns the contract for a version of the chart `name` of `repository`.
    pub fn select(&self, repository: &str, name: &str, version: &str) -> Selection<'_> {
        let at_home =
            |homes: &[String]| homes.is_empty() || homes.iter().any(|home| same_repository(home, repository, name));
        let wanted = number(version);
        let is = |own: &&Contract| {
            own.name() == name && Some(own.number()) == wanted.as_ref() && at_home(own.repositories())
        };
        // The user's own come first, so nothing else has to be looked at.
        if let Some(exact) = self.own.iter().find(is) {
            return Selection::Exact(exact);
        }
        let mut candidates = self.candidates(name);
        candidates.retain(|candidate| at_home(candidate.repositories()));
        let exact = candidates.iter().find(|candidate| Some(candidate.number()) == wanted.as_ref());
        if let Some(exact) = exact {
            return Selection::Exact(exact.contract());
        }
        let lower = candidates.iter().filter(|candidate| {
            let ours = candidate.number();
            wanted.as_ref().is_some_and(|wanted| ours.major == wanted.major && ours < wanted)
        });
        match lower.max_by(|a, b| a.number().cmp(b.number()).then_with(|| a.is_own().cmp(&b.is_own()))) {
            Some(lower) => Selection::Older(lower.contract()),
            None => Selection::None(candidates.iter().map(Candidate::version).collect()),
        }
    }

    /// Returns the contracts of all other versions of a chart, in any repository, lowest first.
    pub fn siblings(&self, contract: &Contract) -> Vec<&Contract> {
        let mut all: Vec<&Contract> = self
            .candidates(contract.name())
            .iter()
            .filter(|candidate| candidate.number() != contract.number())
            .map(Candidate::contract)
            .collect();
        all.sort_by(|a, b| a.number().cmp(b.number()));
        all
    }

    /// Returns the contracts of a chart's name, the user's own first.
    fn candidates(&self, name: &str) -> Vec<Candidate<'_>> {
        let own = self.own.iter().filter(|contract| contract.name() == name).map(Candidate::Own);
        let start = CONTRACTS.partition_point(|embedded| embedded.name < name);
        let embedded = CONTRACTS.iter().enumerate().skip(start).take_while(|(_, embedded)| embedded.name == name);
        own.chain(embedded.map(|(at, embedded)| Candidate::Embedded(at, embedded_head(embedded)))).collect()
    }
}

impl<'a> Selection<'a> {
    /// Returns the contract, if there is one.
    pub const fn contract(&self) -> Option<&'a Contract> {
        match self {
            Self::Exact(contract) | Self::Older(contract) => Some(contract),
            Self::None(_) => None,
        }
    }

    /// Judges values. What an older contract does not know may be new, and so is a warning at most.
    pub fn check(&self, contracts: &Contracts, values: &Doc) -> Vec<Finding> {
        self.contract().map_or_else(Vec::new, |contract| {
            check(contract, &|| contracts.siblings(contract), self.is_exact(), values)
        })
    }

    /// Returns whether the contract is of the very version in use.
    pub(super) const fn is_exact(&self) -> bool {
        matches!(self, Self::Exact(_))
    }
}

impl<'a> Candidate<'a> {
    fn repositories(&self) -> &[String] {
        match self {
            Self::Own(contract) => contract.repositories(),
            Self::Embedded(_, head) => &head.repositories,
        }
    }

    const fn number(&self) -> &semver::Version {
        match self {
            Self::Own(contract) => contract.number(),
            Self::Embedded(_, head) => &head.number,
        }
    }

    const fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    fn version(&self) -> &'a str {
        match self {
            Self::Own(contract) => contract.version(),
            Self::Embedded(at, _) => CONTRACTS.get(*at).map_or("", |embedded| embedded.version),
        }
    }

    fn contract(&self) -> &'a Contract {
        match self {
            Self::Own(contract) => contract,
            Self::Embedded(at, _) => embedded(*at),
        }
    }
}

fn embedded_head(embedded: &Embedded) -> Head {
    head(embedded.text).expect("internal error: an embedded contract has a bad head")
}

/// Returns an embedded contract.
fn embedded(at: usize) -> &'static Contract {
    let cell = PARSED.get(at).expect("internal error: no such embedded contract");
    cell.get_or_init(|| {
        let embedded = CONTRACTS.get(at).expect("internal error: no such embedded contract");
        Contract::parse(embedded.text).expect("internal error: an embedded contract is broken")
    })
}

/// Returns whether two spellings name one chart repository. An OCI reference may end in the chart's name.
fn same_repository(home: &str, given: &str, name: &str) -> bool {
    if home == given {
        return true;
    }
    let plain = |url: &str| {
        let url = url.trim_end_matches('/').to_ascii_lowercase();
        let url = url.strip_prefix("oci://").or_else(|| url.strip_prefix("https://")).unwrap_or(&url).to_owned();
        url.strip_suffix(&format!("/{}", name.to_ascii_lowercase())).map(str::to_owned).unwrap_or(url)
    };
    plain(home) == plain(given)
}
