//! The entries of the library that a platform uses, loaded and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use semver::{Version, VersionReq};

use super::BAD_FACTS;
use super::Versions;
use super::facts::Facts;
use super::files::LibraryFiles;
use super::free;
use super::shape::template_shape;
use super::variant::{Variant, computed};
use crate::diag::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::template::{Shape, Template, load_documents, load_file};
use crate::world::World;
use crate::yaml::{Decode, Decoder, Dialect, Field, Mapping, Node, NodeKind, load};

/// The library entries that a platform uses.
#[derive(Debug, Default)]
pub struct Library {
    entries: BTreeMap<Arc<str>, Entry>,
    names: Vec<Arc<str>>,
}

/// A component of the library.
#[derive(Debug)]
pub struct Entry {
    /// Its name.
    pub name: Arc<str>,
    ranges: Vec<VersionReq>,
    variants: BTreeMap<u64, Option<Arc<Variant>>>,
}

/// Where library files come from and where problems go.
pub struct Loader<'a> {
    /// The files.
    pub files: &'a LibraryFiles,
    /// The world that the user's files are read from.
    pub world: &'a dyn World,
    /// The sources that the texts are added to.
    pub sources: &'a mut SourceMap,
    /// The problems.
    pub out: &'a mut Vec<Diagnostic>,
}

impl Library {
    /// Loads the entries that are used, each at the versions that are used.
    pub fn load(loader: &mut Loader<'_>, uses: &BTreeMap<Arc<str>, Vec<Option<Version>>>) -> Self {
        let names = loader.files.below("values/").filter_map(|path| {
            let (name, file) = path.strip_prefix("values/")?.rsplit_once('/')?;
            (file == "component.yaml").then(|| Arc::from(name))
        });
        let mut library = Self { entries: BTreeMap::new(), names: names.collect() };
        for (name, versions) in uses {
            if library.names.contains(name)
                && let Some(entry) = Entry::load(loader, name, versions)
            {
                library.entries.insert(name.clone(), entry);
            }
        }
        library
    }

    /// Returns the names of all components of the library, loaded or not.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    /// Returns whether the library has a component of this name, whether or not its files could be read.
    pub fn has(&self, name: &str) -> bool {
        // Those that are used are asked for again and again.
        self.entries.contains_key(name) || self.names.iter().any(|known| &**known == name)
    }

    /// Returns what is known about a component at a version, if its files could be read.
    pub fn variant(&self, name: &str, version: Option<&Version>) -> Option<Arc<Variant>> {
        let entry = self.entries.get(name)?;
        entry.variants.get(&entry.mask(version))?.clone()
    }
}

impl Entry {
    fn load(loader: &mut Loader<'_>, name: &Arc<str>, versions: &[Option<Version>]) -> Option<Self> {
        let path = format!("values/{name}/component.yaml");
        let (file, text) = loader.files.open(&path, loader.world, loader.sources, loader.out)?;
        let (root, _) = load(file, &text, Dialect::Template, loader.out)?;
        let NodeKind::Mapping(mut base) = root.kind else {
            loader.out.push(Diagnostic::error(BAD_FACTS, root.span, "facts are a map"));
            return None;
        };
        let at = base.entries.iter().position(|entry| &*entry.key.text == "variants");
        let listed = at.map(|at| base.entries.remove(at).value);
        let overlays = read_variants(listed, loader.out);
        let ranges = overlays.iter().map(|(range, _)| range.clone()).collect();
        let mut entry = Self { name: name.clone(), ranges, variants: BTreeMap::new() };
        let used: BTreeSet<u64> = versions.iter().map(|version| entry.mask(version.as_ref())).collect();
        let read: Vec<(u64, Option<Facts>)> =
            used.into_iter().map(|mask| (mask, decode(&base, &overlays, mask, root.span, loader.out))).collect();
        if !loader.sources.file(file).is_built_in() {
            let idle = |at: &usize| read.iter().all(|(mask, _)| mask & (1 << *at) == 0);
            let unused =
                overlays.iter().take(64).enumerate().filter(|(at, _)| idle(at)).map(|(_, (_, overlay))| overlay);
            unused.for_each(|overlay| free::unused(overlay, root.span, loader.out));
        }
        let all: Vec<&Facts> = read.iter().filter_map(|(_, facts)| facts.as_ref()).collect();
        let on_machines = name.ends_with("/machines");
        let shape = template_shape(&all, on_machines);
        let start = loader.out.len();
        let values = values_template(loader, name, &shape);
        let manifests = templates_below(loader, &format!("gitops/{name}/"), &shape);
        let ansible = templates_below(loader, &format!("values/{name}/ansible/"), &shape);
        let folder = format!("values/{name}/");
        let machine = if on_machines { templates_below(loader, &folder, &shape) } else { Vec::new() };
        for (mask, facts) in read {
            let variant = facts.map(|mut facts| {
                let computed = computed(&facts, &shape, loader.out);
                free::unreadable(&mut facts, &computed);
                let mut variant = Variant {
                    facts,
                    span: Some(root.span),
                    unknown: false,
                    partial: false,
                    reads: Vec::new(),
                    read_settings: Vec::new(),
                    roots: Vec::new(),
                    settled: false,
                    computed,
                    values: values.clone(),
                    manifests: manifests.clone(),
                    ansible: ansible.clone(),
                    machine: machine.clone(),
                };
                variant.partial = loader.out.iter().skip(start).any(Diagnostic::is_error);
                variant.note_reads();
                Arc::new(variant)
            });
            entry.variants.insert(mask, variant);
        }
        Some(entry)
    }

    /// Returns which variants fit a version, one bit each.
    fn mask(&self, version: Option<&Version>) -> u64 {
        let fits = |range: &VersionReq| version.is_some_and(|version| matches(range, version));
        self.ranges
            .iter()
            .take(64)
            .enumerate()
            .filter(|(_, range)| fits(range))
            .fold(0, |mask, (at, _)| mask | (1 << at))
    }
}

/// A pre-release counts as the release that it leads to: a chart's `18.0.0-rc.1` has the keys of 18.
fn matches(range: &VersionReq, version: &Version) -> bool {
    range.matches(&Version::new(version.major, version.minor, version.patch))
}

fn read_variants(listed: Option<Node>, out: &mut Vec<Diagnostic>) -> Vec<(VersionReq, Mapping)> {
    let mut all = Vec::new();
    let Some(listed) = listed else { return all };
    for item in listed.as_sequence().unwrap_or_default() {
        let NodeKind::Mapping(mut mapping) = item.kind.clone() else {
            out.push(Diagnostic::error(BAD_FACTS, item.span, "a variant is a map with `versions`"));
            continue;
        };
        let at = mapping.entries.iter().position(|entry| &*entry.key.text == "versions");
        let Some(versions) = at.map(|at| mapping.entries.remove(at).value) else {
            out.push(Diagnostic::error(BAD_FACTS, item.span, "a variant has no `versions`"));
            continue;
        };
        if let Some(Ok(range)) = versions.as_scalar().map(|text| VersionReq::parse(text)) {
            all.push((range, mapping));
        } else {
            let problem = Diagnostic::error(BAD_FACTS, versions.span, "`versions` is not a range of versions");
            out.push(problem.help("write it as `<6` or `>=6, <18`"));
        }
    }
    all
}

fn decode(
    base: &Mapping,
    overlays: &[(VersionReq, Mapping)],
    mask: u64,
    span: Span,
    out: &mut Vec<Diagnostic>,
) -> Option<Facts> {
    let mut mapping = base.clone();
    for (at, (_, overlay)) in overlays.iter().enumerate().take(64) {
        if mask & (1 << at) != 0 {
            lay_over(&mut mapping, overlay);
        }
    }
    let node = Node { span, tag: None, kind: NodeKind::Mapping(mapping) };
    let mut cx = Decoder::default();
    let mut facts = Facts::decode(&node, &mut cx);
    out.append(&mut cx.diagnostics);
    if let Some(facts) = &mut facts {
        free::judge(facts, out);
    }
    let ranges = facts.iter().flat_map(|facts| [("tested", &facts.tested), ("kubernetes", &facts.kubernetes)]);
    let homes = facts.iter().filter_map(|facts| facts.also.value()).flatten().filter_map(Field::value);
    let ranges = ranges.chain(homes.map(|home| ("versions", &home.versions)));
    for (name, range) in ranges.filter_map(|(name, field)| Some((name, field.get()?))) {
        let readable = if name == "kubernetes" {
            VersionReq::parse(&range.value).is_ok()
        } else {
            Versions::parse(&range.value).is_some()
        };
        if !readable {
            let problem = Diagnostic::error(BAD_FACTS, range.span, format!("`{name}` is not a range of versions"));
            out.push(problem.help("write it as `>=1.2.0, <2`"));
        }
    }
    let times = facts.iter().filter_map(|facts| facts.times.value()).flatten().filter_map(Field::value);
    for least in times.filter(|time| !time.has_readable_least()).filter_map(|time| time.least.get()) {
        let message = format!("`least` is `{}`, which is no length of time: nothing would be too short", least.value);
        let problem = Diagnostic::error(BAD_FACTS, least.span, message);
        out.push(problem.help("write it in the units of the program, such as `30m`"));
    }
    facts
}

/// Maps are merged deeply, everything else is replaced; tagged nodes count as one value.
fn lay_over(base: &mut Mapping, over: &Mapping) {
    for entry in &over.entries {
        match base.get_mut(&entry.key.text) {
            None => base.entries.push(entry.clone()),
            Some(old) => match (&mut old.value.kind, &entry.value.kind) {
                (NodeKind::Mapping(below), NodeKind::Mapping(above))
                    if old.value.tag.is_none() && entry.value.tag.is_none() =>
                {
                    lay_over(below, above);
                }
                _ => old.value = entry.value.clone(),
            },
        }
    }
}

fn values_template(loader: &mut Loader<'_>, name: &str, shape: &Shape) -> Option<Arc<Template>> {
    let path = format!("values/{name}/values.dvgen.yaml");
    let (file, text) = loader.files.open(&path, loader.world, loader.sources, loader.out)?;
    load_file(file, &text, shape, loader.out).map(Arc::new)
}

/// Returns the templates of a folder, by the name of their file.
fn templates_below(loader: &mut Loader<'_>, folder: &str, shape: &Shape) -> Vec<(Arc<str>, Arc<Template>)> {
    let paths: Vec<Arc<str>> = loader.files.below(folder).cloned().collect();
    let mut all = Vec::new();
    for path in paths {
        let Some(stem) = path.strip_prefix(folder).and_then(|file| file.strip_suffix(".dvgen.yaml")) else { continue };
        let Some((file, text)) = loader.files.open(&path, loader.world, loader.sources, loader.out) else { continue };
        let documents = load_documents(file, &text, shape, loader.out).unwrap_or_default();
        all.extend(documents.into_iter().map(|template| (Arc::from(stem), Arc::new(template))));
    }
    all
}
