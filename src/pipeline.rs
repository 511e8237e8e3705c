//! The pipeline in one function: text to spec to model to graph to documents, judged on the way.
//!
//! [`compile`] reads through a [`World`] and writes nothing. Every stage runs on what the last one could read and
//! reports all it finds. Documents of an environment with errors are made to be judged, as far as they can be, and no
//! further.

mod claims;
mod clash;
mod compilation;
mod compiled;
mod elsewhere;
mod environment;
mod facts;
mod manifests;
mod memory;
mod nothing;
mod once;
mod overlays;
mod paths;
mod ruled;
mod said;
mod shared;
mod skew;
mod spelt;
pub mod test;
mod trust;
mod uses;
mod worker;

pub use compilation::{Compilation, Environment, Missing, Model, Options, Partial, Without};

use claims::Claims;
use ruled::Ruled;

use std::sync::Arc;

use crate::diag::{self, Diagnostic};
use crate::emit::{self, TargetName};
use crate::library::contract::{BAD_CONTRACT, Contracts};
use crate::library::kinds::KindTables;
use crate::library::{Library, LibraryFiles, Loader};
use crate::lint;
use crate::lint::waiver::Day;
use crate::model::{self, Input};
use crate::policy::{self, PolicyFiles, Rules};
use crate::source::{SourceMap, Span};
use crate::spec::{self, NOTHING_TO_REMOVE, SpecFiles, UNKNOWN_ENVIRONMENT, Written};
use crate::world::{RelPath, World};

/// The names that `--target` takes.
pub const TARGETS: &[&str] = TargetName::WORDS;

/// Compiles a platform.
pub fn compile(world: &dyn World, options: &Options) -> Compilation {
    with_rules(world, options, None)
}

/// Compiles a platform; of the rules of its own only one is asked, if it is named.
fn with_rules(world: &dyn World, options: &Options, only: Option<&str>) -> Compilation {
    let mut sources = SourceMap::new();
    let mut out = Vec::new();
    let dir = options.spec.parent();
    let files = spec::read_files(world, &dir, &options.spec, &mut sources, &mut out);
    let mut secrets = Vec::new();
    files.iter().flat_map(SpecFiles::trees).for_each(|tree| lint::secret::sections(tree, &mut secrets));
    let ruled = Ruled::on(Day { today: options.today, strict: options.strict });
    let seen = once::Environments::default();
    let partial = Vec::new();
    let mut compiler =
        Compiler { world, options, dir, sources, out, secrets, only, platform: None, ruled, partial, seen };
    let environments = files.map(|files| compiler.environments(files)).unwrap_or_default();
    let Compiler { sources, mut out, mut secrets, platform, ruled, partial, mut seen, .. } = compiler;
    seen.complete = ruled.complete;
    // Apart from the others until now: what is found here keeps nothing from being judged.
    out.append(&mut secrets);
    lint::secret::texts(&sources, &mut out);
    lint::secret::once(&mut out, &sources);
    said::once_each_chart(&mut out);
    let own_rules = ruled.own.clone();
    let waived = ruled.waive(&sources, &mut out);
    said::without_followers(&mut out, &sources);
    said::without_rightly_spelt(&mut out, &sources);
    spelt::settle(&mut out, &sources);
    said::without_overwritten(&mut out);
    said::without_consequences(&mut out);
    said::without_spread(&mut out);
    said::once_for_all_places(&mut out);
    said::without_inherited(&mut out);
    once::merge(&mut out, &seen);
    said::once_each_thing(&mut out);
    diag::redact(&mut out, &sources);
    diag::sort(&mut out);
    let stop = out.iter().any(Diagnostic::is_error);
    let environments = if stop && !options.provenance { Vec::new() } else { environments };
    Compilation { sources, diagnostics: out, own_rules, waived, platform, environments, partial }
}

struct Compiler<'a> {
    world: &'a dyn World,
    options: &'a Options,
    dir: RelPath,
    sources: SourceMap,
    out: Vec<Diagnostic>,
    /// The secrets that were found.
    secrets: Vec<Diagnostic>,
    /// The only rule of the platform's own that is asked.
    only: Option<&'a str>,
    platform: Option<Arc<str>>,
    ruled: Ruled,
    partial: Vec<Partial>,
    /// The environments that were compiled.
    seen: once::Environments,
}

impl Compiler<'_> {
    fn environments(&mut self, mut files: SpecFiles) -> Vec<Environment> {
        let complete = files.complete;
        let pins = std::mem::take(&mut files.pins);
        let names: Vec<Arc<str>> = files.base().cloned().into_iter().chain(files.environments()).collect();
        self.seen.overlays = once::overlays(&files);
        // Without the name of the base, it cannot be told from a misspelt one.
        let names = if files.base().is_some() { names } else { Vec::new() };
        let others = (!self.options.environments.is_empty() && complete).then(|| files.clone());
        let start = self.out.len();
        let (written, plan) = self.written(files);
        let read = start..self.out.len();
        let unread = plan.into_iter().filter(|name| written.iter().all(|one| one.name.as_ref() != Some(name)));
        self.lose(unread);
        let others = others.map(|files| self.others(files)).unwrap_or_default();
        if !complete {
            // Names may be missing that others name.
            self.lose(written.iter().filter_map(|one| one.name.clone()));
            return Vec::new();
        }
        let library_files = LibraryFiles::list(self.world, &self.dir, &mut self.out);
        let mut contracts = self.contracts(&library_files);
        let uses = uses::uses(written.iter().chain(&others));
        let mut loader =
            Loader { files: &library_files, world: self.world, sources: &mut self.sources, out: &mut self.out };
        let kinds = KindTables::load(&mut loader);
        let library = Library::load(&mut loader, &uses);
        loader.out.extend(library_files.unread(library.names()));
        contracts.library_is(loader.sources.ids().filter(|file| loader.sources.file(*file).is_built_in()));
        // What is wrong with them is no part of the platform: it keeps nothing from being judged.
        let mut of_policies = Vec::new();
        let policies = PolicyFiles::load(&mut Loader { out: &mut of_policies, ..loader });
        let mut own = Rules::of(&policies, lint::taken, &mut of_policies);
        if self.only.is_none() {
            own.strangers(&names, &mut of_policies);
        }
        let spoken = written.iter().chain(&others).map(|written| &written.platform.policies);
        let packs = lint::Packs::read(&policies, spoken, &mut of_policies);
        drop(policies);
        if let Some(only) = self.only {
            own.only(only);
        }
        self.ruled.own = Some(own.written().to_vec());
        let dependents = emit::dependents(pins, &library, &self.sources);
        let manifests = manifests::read(self.world, &self.dir, &written, &mut self.sources, &mut self.out);
        for document in manifests.values().flat_map(|manifest| &manifest.documents) {
            lint::secret::manifest(document, &mut self.secrets);
        }
        let (spec, home): (Arc<str>, _) = (self.options.spec.name().into(), self.dir.clone());
        let shared = environment::Shared {
            library: &library,
            contracts: &contracts,
            kinds: &kinds,
            manifests: &manifests,
            spec: &spec,
            world: self.world,
            home: &home,
            pins: &dependents,
            own: &own,
            provenance: self.options.provenance,
            several: written.len() + others.len() > 1,
            choice: &self.options.choice,
            packs: &packs,
            environments: &names,
            day: self.ruled.day,
            delivery: self.options.delivery,
            without: &self.options.without,
            tested: self.only.is_some(),
            common: self.out.len(),
            read,
        };
        let (all, mut claims) = self.each(&shared, written, &library_files);
        // As with rules that match nothing: another environment may have what a policy names.
        let parts = std::mem::take(&mut self.ruled.parts);
        self.out.extend(parts.unknown().filter(|_| self.options.environments.is_empty()));
        self.out.append(&mut of_policies);
        self.ruled.report(packs.unused(), &mut self.out);
        let asked = claims.len();
        for written in others {
            let input = Input { written: &written, library: &library, manifests: &manifests };
            claims.extend(model::resolve(input, &mut Vec::new()).map(|platform| Claims::of(&platform, &written)));
        }
        self.compare(&claims, asked);
        paths::report(&all, &mut self.out);
        all
    }

    /// Compiles environments one after the other, and returns what each claims, too.
    fn each(
        &mut self,
        shared: &environment::Shared<'_>,
        written: Vec<Written>,
        files: &LibraryFiles,
    ) -> (Vec<Environment>, Vec<Claims>) {
        let (mut all, mut claims) = (Vec::new(), Vec::new());
        // Nothing is said about rules that others than those that are asked for may be for.
        let mut matched = self.options.environments.is_empty().then(Vec::new);
        for written in written {
            let mut loader = Loader { files, world: self.world, sources: &mut self.sources, out: &mut self.out };
            let name = written.name.clone();
            let compiled = environment::compile(shared, written, &mut loader);
            let more = compiled.as_ref().and_then(|compiled| compiled.matched.as_ref());
            matched = matched.zip(more).map(|(total, more)| policy::sum(total, more));
            if let Some(compiled) = compiled {
                self.platform = Some(compiled.platform);
                self.seen.all.push(compiled.name);
                claims.extend(compiled.claims);
                self.ruled.add(compiled.ruled);
                all.extend(compiled.environment);
                self.partial.extend(compiled.partial);
            } else {
                self.ruled.lose();
                self.lose(name);
            }
        }
        if let Some(matched) = matched {
            shared.own.unmatched(&matched, shared.environments, &mut self.out);
        }
        (all, claims)
    }

    /// Compares the environments with each other; the first `asked` are those that are compiled.
    fn compare(&mut self, claims: &[Claims], asked: usize) {
        // What an overlay meant to take away is not known where it names something else.
        if self.out.iter().all(|problem| problem.kind != NOTHING_TO_REMOVE) {
            clash::report(claims, asked, &mut self.out);
        }
        let judge = |levels| {
            let all = [memory::report, skew::report, shared::report];
            all.into_iter().flat_map(|judge| judge(claims, asked, levels)).collect()
        };
        let found = self.ruled.levels.as_ref().map_or_else(Vec::new, judge);
        self.ruled.report(found, &mut self.out);
    }

    /// Adds environments of which nothing can be told.
    fn lose(&mut self, names: impl IntoIterator<Item = Arc<str>>) {
        for name in names {
            self.partial.push(self.lost(name));
        }
    }

    /// Returns an environment of which nothing can be told, with the first error as the reason.
    fn lost(&self, name: Arc<str>) -> Partial {
        let error = self.out.iter().find(|problem| problem.is_error());
        let missing = error.map(|problem| Missing {
            piece: None,
            kind: problem.kind,
            place: problem.primary.as_ref().map(|label| label.span),
        });
        Partial { name, environment: None, missing: missing.into_iter().collect() }
    }

    /// Reads the environments that are asked for; one that does not exist is an error and nothing else is left out. Returns the
    /// names of all that were tried, too.
    fn written(&mut self, files: SpecFiles) -> (Vec<Written>, Vec<Arc<str>>) {
        let base = files.base().cloned();
        let overlays = files.environments();
        let wanted = |name: &str| {
            self.options.environments.is_empty() || self.options.environments.iter().any(|wanted| wanted == name)
        };
        let mut plan: Vec<Option<Arc<str>>> = Vec::new();
        if base.as_ref().is_none_or(|base| wanted(base)) {
            plan.push(None);
        }
        plan.extend(overlays.iter().filter(|name| wanted(name)).cloned().map(Some));
        for name in &self.options.environments {
            let known = || overlays.iter().chain(base.iter()).map(|name| &**name);
            if known().all(|known| known != name) {
                let problem =
                    Diagnostic::without_span(UNKNOWN_ENVIRONMENT, format!("there is no environment `{name}`"));
                self.out.push(diag::did_you_mean(name, known()).into_iter().fold(problem, Diagnostic::help));
            }
        }
        let names = plan.iter().filter_map(|one| one.clone().or_else(|| base.clone())).collect();
        (spec::read(files, &plan, &mut self.out), names)
    }

    /// Reads the environments that are not asked for: they share clusters, machines and addresses with those that are.
    /// What is wrong in them is theirs.
    fn others(&self, files: SpecFiles) -> Vec<Written> {
        let asked = |name: &str| self.options.environments.iter().any(|wanted| wanted == name);
        let base = files.base().filter(|base| !asked(base)).map(|_| None);
        let overlays = files.environments();
        let overlays = overlays.iter().filter(|name| !asked(name)).cloned().map(Some);
        let plan: Vec<_> = base.into_iter().chain(overlays).collect();
        spec::read(files, &plan, &mut Vec::new())
    }

    fn contracts(&mut self, files: &LibraryFiles) -> Contracts {
        let mut contracts = Contracts::new();
        // Those that are built in are known without being read.
        let own = |path: &&Arc<str>| path.ends_with(".contract") && files.built_in(path).is_none();
        for path in files.below("schemas/").filter(own) {
            let Some((file, text)) = files.open(path, self.world, &mut self.sources, &mut self.out) else { continue };
            if let Err(bad) = contracts.add(text.to_string()) {
                let start = text.split_inclusive('\n').take(bad.line.saturating_sub(1)).map(str::len).sum::<usize>();
                let at = u32::try_from(start).unwrap_or(0);
                let message = format!("this contract cannot be read: {}", bad.problem);
                self.out.push(Diagnostic::error(BAD_CONTRACT, Span::new(file, at, at), message));
            }
        }
        contracts
    }
}
