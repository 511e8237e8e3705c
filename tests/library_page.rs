//! The page of the library: `docs/library.md` says of each component what its files, the contracts and the platforms say.
//!
//! `DVGEN_BLESS=1 cargo test --test library_page` rewrites it.
#![expect(clippy::disallowed_methods, reason = "a test reads the repository")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dvgen::diag::Diagnostic;
use dvgen::library::{Facts, Library, LibraryFiles, Loader, SettingType, Variant, Versions};
use dvgen::source::SourceMap;
use dvgen::spec::FlowKind;
use dvgen::world::{MemoryWorld, RelPath};
use dvgen::yaml::decode::Named;
use dvgen::yaml::{Entry, Names, Node};
use semver::Version;

/// What stands above the list.
const HEAD: &str = "\
<!-- Made by `DVGEN_BLESS=1 cargo test --test library_page`; do not edit. -->

# What the library has

Every component that is built in, with the facts that dvgen goes by. How to read them, and how to add one of your own, is in
[components.md](components.md).

- *Tested* are the versions of the chart from the oldest to the newest that the facts were read in, with the patches of that
  one; `||` stands between several ranges. Of others the rule `untested-version` speaks.
- *Checked* means that a contract judges the Helm values at these versions; at others the nearest older one does, and
  `older-contract` says so. One that is *derived* was made of the contract of another version and of what is known to have changed,
  since the values of the version itself were not at hand. Without a contract a component is *unchecked* (`unchecked-chart`).
- *Proved with* are the platforms in [fixtures/platforms](../fixtures/platforms) that it is part of, at which versions. All
  their outputs are compared with what is expected, and given to the tools that read them.
- *Rendered* are the versions of the real chart that Helm has rendered with the values of all these platforms, in each environment:
  it makes the Services that flows go to, and no others than the facts know. Charts are no part of the repository: the test
  runs where they are at hand, and of those that were not it says `no`.
- *Only in fixtures*, at the end, are components that a platform brings itself to show how.
";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the names in a folder, sorted.
fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The charts that Helm has rendered: name and version, a line each. The test of real charts adds to them.
const RENDERED: &str = include_str!("charts/rendered.txt");

/// Returns those versions of a chart that platforms have and that Helm has rendered.
fn rendered(chart: &str, proved: Option<&BTreeMap<String, BTreeSet<String>>>) -> String {
    let used: BTreeSet<&String> = proved.into_iter().flat_map(BTreeMap::values).flatten().collect();
    let there = |version: &&String| RENDERED.lines().any(|line| line == format!("{chart} {version}"));
    let versions: Vec<&str> = used.into_iter().filter(there).map(String::as_str).collect();
    if versions.is_empty() { "no".to_owned() } else { versions.join(", ") }
}

/// Returns the components that platforms bring themselves: name and platform, and what the file says.
fn own() -> Vec<(String, String, serde_json::Value)> {
    let mut own = Vec::new();
    for platform in names("fixtures/platforms") {
        let folder = format!("fixtures/platforms/{platform}/dvgen/values");
        for name in names(&folder) {
            let path = root().join(&folder).join(&name).join("component.yaml");
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let options = serde_saphyr::options! { strict_booleans: true };
            let facts = serde_saphyr::from_str_with_options(&text, options).expect("facts that any reader reads");
            own.push((name, platform.clone(), facts));
        }
    }
    own.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
    own
}

/// Returns the list of the components that platforms bring themselves.
fn only_in_fixtures() -> String {
    let mut text = "\n## Only in fixtures\n\n| component | what it is | chart | checked | rendered | platform |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for (name, platform, facts) in own() {
        let word = |key: &str| facts.get(key).and_then(|word| word.as_str());
        let what = [word("title"), word("description")].into_iter().flatten().collect::<Vec<_>>().join(". ");
        let chart = facts.get("chart").and_then(|chart| chart.get("name")?.as_str());
        let versions = chart.map(contracts).unwrap_or_default();
        let checked = match chart {
            None => "-".to_owned(),
            Some(_) if versions.is_empty() => "no: unchecked".to_owned(),
            Some(_) => versions.join(", "),
        };
        let rendered = chart.map_or("-", |chart| {
            if RENDERED.lines().any(|line| line.split_once(' ').is_some_and(|(name, _)| name == chart)) {
                "yes"
            } else {
                "no"
            }
        });
        let chart = chart.map_or_else(|| "none".to_owned(), |chart| format!("`{chart}`"));
        let _ =
            writeln!(text, "| {name} | {} | {chart} | {checked} | {rendered} | {platform} |", what.replace('|', "\\|"));
    }
    text
}

/// Returns every component of the library as it is without a version.
fn library() -> Vec<(String, Arc<Variant>)> {
    let world = MemoryWorld::default();
    let (mut sources, mut out) = (SourceMap::new(), Vec::<Diagnostic>::new());
    let files = LibraryFiles::list(&world, &RelPath::root(), &mut out);
    let known = names("values").into_iter().flat_map(|name| [format!("{name}/machines"), name]);
    let known = known.filter(|name| root().join("values").join(name).join("component.yaml").is_file());
    let uses: BTreeMap<Arc<str>, _> = known.map(|name| (Arc::from(name), vec![None])).collect();
    let mut loader = Loader { files: &files, world: &world, sources: &mut sources, out: &mut out };
    let library = Library::load(&mut loader, &uses);
    let variant = |name: &Arc<str>| (name.to_string(), library.variant(name, None).expect("facts that can be read"));
    let all = library.names().iter().map(variant).collect();
    assert!(out.is_empty(), "{out:?}");
    all
}

/// Returns the versions that there are contracts of, the oldest first.
fn contracts(chart: &str) -> Vec<String> {
    let files = names(&format!("schemas/charts/{chart}")).into_iter();
    let mut found: Vec<String> = files.filter_map(|file| Some(file.strip_suffix(".contract")?.to_owned())).collect();
    found.sort_by_key(|version| Version::parse(version.trim_start_matches('v')).ok());
    found
}

/// Returns the components of a platform, those of the files that it includes too.
fn components(platform: &str) -> Vec<(String, serde_json::Value)> {
    let folder: PathBuf = root().join("fixtures/platforms").join(platform);
    let read = |file: &str| -> Option<serde_json::Value> {
        let text = std::fs::read_to_string(folder.join(file)).ok()?;
        Some(serde_saphyr::from_str(&text).expect("a spec that any reader reads"))
    };
    let Some(spec) = read("platform.yaml") else { return Vec::new() };
    let included = spec.get("include").and_then(|files| files.as_array()).into_iter().flatten();
    let included: Vec<_> = included.filter_map(|file| read(file.as_str()?)).collect();
    let of = |spec: &serde_json::Value| spec.get("components").and_then(|all| all.as_object()).cloned();
    std::iter::once(spec).chain(included).filter_map(|spec| of(&spec)).flatten().collect()
}

/// Returns the platforms of each component, with the versions that they have it at.
fn uses() -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut uses = BTreeMap::<_, BTreeMap<_, BTreeSet<String>>>::new();
    for platform in names("fixtures/platforms") {
        for (name, fields) in components(&platform) {
            let word = |key: &str| fields.get(key).and_then(|word| word.as_str());
            let usual = if fields.get("workload").is_some() { "workload" } else { &name };
            let component = word("library").unwrap_or(usual).to_owned();
            let outside = fields.get("runsOn").is_some() || matches!(word("installedBy"), Some("systemd" | "compose"));
            let component = if outside { format!("{component}/machines") } else { component };
            // A component of the platform's own may have the name of a built-in one.
            if root().join("fixtures/platforms").join(&platform).join("dvgen/values").join(&component).exists() {
                continue;
            }
            let versions = uses.entry(component).or_default().entry(platform.clone()).or_default();
            versions.extend(word("version").map(str::to_owned));
        }
    }
    uses
}

fn code<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> Option<String> {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{}`", word.as_ref())).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn keys(node: Option<&Node>) -> Vec<String> {
    let mapping = node.and_then(Node::as_mapping);
    mapping.into_iter().flat_map(|mapping| &mapping.entries).map(|entry| entry.key.text.to_string()).collect()
}

/// What a component has as the spec says: its facts compute them.
const COMPUTED: &str = "as the spec says";

/// Returns the names of a map, or that facts compute it.
fn named(node: Option<&Node>) -> Option<String> {
    match node {
        Some(node) if node.tag.is_some() => Some(COMPUTED.to_owned()),
        node => code(keys(node)),
    }
}

/// Returns what it says of the chart, or of where it comes from without one.
fn chart(facts: &Facts) -> String {
    if let Some(chart) = facts.chart.value() {
        let (repo, name) = (chart.repo.value().expect("a repository"), chart.name.value().expect("a name"));
        return format!("`{}` of {}", name.0, repo.0);
    }
    match facts.pin.value() {
        Some(pin) => format!(
            "none; versions from `{}` of {}",
            pin.package.value().expect("a package"),
            pin.datasource.value().expect("a datasource").0
        ),
        None if facts.chart.value().is_none() && facts.namespace.value().is_none() => {
            "none; what runs on machines has files".to_owned()
        }
        None => "none; manifests of dvgen's own".to_owned(),
    }
}

/// Returns the version whose contract another one was made of: its own values were not at hand.
fn derived(chart: &str, version: &str) -> Option<String> {
    let path = root().join(format!("schemas/charts/{chart}/{version}.contract"));
    let text = std::fs::read_to_string(path).expect("a contract");
    let source = text.lines().find_map(|line| line.strip_prefix("source: "))?;
    source.split(' ').find_map(|word| word.strip_prefix("derived-from-")).map(str::to_owned)
}

/// Returns the Services with their ports.
fn services(node: Option<&Node>) -> Option<String> {
    let mapping = node.filter(|node| node.tag.is_none()).and_then(Node::as_mapping);
    let Some(mapping) = mapping else { return named(node) };
    let one = |entry: &Entry| {
        let port = entry.value.get("port").filter(|port| port.tag.is_none()).and_then(Node::as_scalar);
        port.map_or_else(|| format!("`{}`", entry.key.text), |port| format!("`{}` ({port})", entry.key.text))
    };
    let all: Vec<String> = mapping.entries.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn checked(facts: &Facts) -> Option<String> {
    let chart = facts.chart.value()?;
    let name = &chart.name.value().expect("a name").0;
    let versions = contracts(name);
    let shown = |version: &String| {
        derived(name, version).map_or(version.clone(), |from| format!("{version} (derived from {from})"))
    };
    let versions: Vec<String> = versions.iter().map(shown).collect();
    Some(if versions.is_empty() { "no: unchecked".to_owned() } else { versions.join(", ") })
}

fn kinds(facts: &Facts, opened: bool) -> Option<String> {
    let parts = facts.parts.value().into_iter().flatten().filter_map(|(_, part)| Some(&part.value.as_ref()?.value));
    let mut words = BTreeSet::new();
    if opened {
        words
            .extend(facts.opens.value().into_iter().flatten().filter_map(|kind| Some(kind.value()?.word().to_owned())));
        for part in parts {
            words.extend(
                part.opens.value().into_iter().flatten().filter_map(|kind| Some(kind.value()?.word().to_owned())),
            );
        }
    } else if facts.serves.value().is_some_and(|serves| serves.tag.is_some()) {
        return Some(COMPUTED.to_owned());
    } else {
        words.extend(keys(facts.serves.value()));
        parts.for_each(|part| words.extend(keys(part.serves.value())));
    }
    code(words)
}

/// Returns the settings with what they take.
fn settings(typed: Option<&Names<SettingType>>) -> Option<String> {
    let one = |(name, of): (&Arc<str>, &Named<SettingType>)| {
        format!("`{name}`: {}", of.value.as_ref().expect("a type").value.expected())
    };
    let all: Vec<String> = typed?.into_iter().map(one).collect();
    Some(all.join("; "))
}

fn flow_settings(facts: &Facts) -> Option<String> {
    let kinds = facts.flow_settings.value()?.into_iter();
    let of = |kind: &Arc<str>, typed: &Named<Names<SettingType>>| {
        let typed = settings(typed.value.as_ref().map(|typed| &typed.value)).expect("settings");
        format!("of `{kind}` {typed}")
    };
    Some(kinds.map(|(kind, typed)| of(kind, typed)).collect::<Vec<_>>().join("; "))
}

fn section(name: &str, variant: &Variant, proved: Option<&BTreeMap<String, BTreeSet<String>>>) -> String {
    let facts = &variant.facts;
    let title = facts.title.value().expect("a title");
    let description = facts.description.value().map_or("", |text| text);
    let head = name.strip_suffix("/machines").map_or_else(|| name.to_owned(), |name| format!("{name}, on machines"));
    let mut text = format!("\n## {head}\n\n{title}. {description}\n\n| | |\n|---|---|\n");
    let published = facts.publishes.value().into_iter().flatten().filter_map(|kind| Some(kind.value()?.word()));
    let rendered = facts.chart.value().map(|chart| rendered(&chart.name.value().expect("a name").0, proved));
    let proved = proved.into_iter().flatten().map(|(platform, versions)| {
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        if versions.is_empty() { platform.clone() } else { format!("{platform} ({})", versions.join(", ")) }
    });
    let proved: Vec<String> = proved.collect();
    let rows = [
        ("Chart", Some(chart(facts))),
        ("Tested", facts.tested.value().map(|range| format!("`{range}`"))),
        ("Checked", checked(facts)),
        ("Namespace", facts.namespace.value().map(|namespace| format!("`{}`", namespace.0))),
        ("Parts", code(facts.parts.value().into_iter().flatten().map(|(name, _)| name))),
        ("Services", services(facts.services.value())),
        ("Answers", kinds(facts, false)),
        ("Opens", kinds(facts, true)),
        (
            "Publishes",
            code(published).map(|kinds| format!("{kinds}. {}", facts.publishes_note.value().map_or("", |note| note))),
        ),
        ("Secrets", named(facts.secrets.value())),
        ("Settings", settings(facts.settings.value())),
        ("Settings of flows", flow_settings(facts)),
        ("Provides", facts.provides.value().and_then(|all| code(Facts::words(&all.crds)))),
        ("Needs", facts.needs.value().and_then(|all| code(Facts::words(&all.crds)))),
        ("Proved with", Some(if proved.is_empty() { "nothing yet".to_owned() } else { proved.join(", ") })),
        ("Rendered", rendered),
    ];
    for (what, says) in rows.into_iter().filter_map(|(what, says)| Some((what, says?))) {
        let _ = writeln!(text, "| {what} | {} |", says.replace('|', "\\|"));
    }
    text
}

fn page() -> String {
    let uses = uses();
    let mut text = HEAD.to_owned();
    for (name, variant) in library() {
        text.push_str(&section(&name, &variant, uses.get(&name)));
    }
    text.push_str(&only_in_fixtures());
    text
}

#[test]
fn the_page_says_what_the_library_has() {
    let path = root().join("docs/library.md");
    let given = page();
    if std::env::var_os("DVGEN_BLESS").is_some() {
        std::fs::write(&path, &given).expect("a writable page");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == given,
        "docs/library.md is stale: DVGEN_BLESS=1 cargo test --test library_page, and read the diff"
    );
}

/// What is said to be tested was read: not more than the patches of the newest release that there is a contract of.
#[test]
fn what_is_tested_was_read() {
    let mut wrong = Vec::new();
    for (name, variant) in library() {
        let (Some(chart), Some(tested)) = (variant.facts.chart.value(), variant.facts.tested.value()) else { continue };
        let range = Versions::parse(tested).expect("a range");
        let plain = |version: &String| Version::parse(version.trim_start_matches('v')).expect("a version");
        let read: Vec<Version> = contracts(&chart.name.value().expect("a name").0).iter().map(plain).collect();
        let Some(newest) = read.last() else { continue };
        let (patch, minor) = (
            Version::new(newest.major, newest.minor, newest.patch + 1),
            Version::new(newest.major, newest.minor + 1, 0),
        );
        if !read.iter().chain([&patch]).all(|version| range.have(version)) || range.have(&minor) {
            wrong.push(format!("{name}: `{tested}`, and {newest} is the newest that was read"));
        }
    }
    assert_eq!(wrong, [""; 0], "fewer or more versions than there are contracts of");
}

/// A chart that no platform has any more was rendered with other values.
#[test]
fn what_is_rendered_is_used() {
    let uses = uses();
    let mut charts = BTreeSet::new();
    for (name, variant) in library() {
        let Some(chart) = variant.facts.chart.value() else { continue };
        let versions = uses.get(&name).into_iter().flat_map(BTreeMap::values).flatten();
        charts.extend(versions.map(|version| format!("{} {version}", chart.name.value().expect("a name").0)));
    }
    let own: Vec<String> =
        own().iter().filter_map(|(.., facts)| Some(facts.get("chart")?.get("name")?.as_str()?.into())).collect();
    let known = |line: &str| charts.contains(line) || own.iter().any(|name| line.starts_with(&format!("{name} ")));
    let stale: Vec<&str> = RENDERED.lines().filter(|line| !known(line)).collect();
    assert!(stale.is_empty(), "no platform has {stale:?} of tests/charts/rendered.txt");
    assert!(RENDERED.lines().is_sorted(), "tests/charts/rendered.txt is in order");
}

/// A component that no platform has is compared with nothing.
#[test]
fn every_component_is_part_of_a_platform() {
    let uses = uses();
    let unproved: Vec<String> =
        library().into_iter().map(|(name, _)| name).filter(|name| !uses.contains_key(name)).collect();
    assert!(unproved.is_empty(), "no platform in fixtures/platforms has {unproved:?}");
}

/// A setting without a type would take anything, and make something else of it without a word; one that nothing reads has no
/// effect, whatever it takes.
#[test]
fn every_setting_that_is_read_has_a_type() {
    let mut wrong = Vec::new();
    let mut compare = |what: &str, read: BTreeSet<String>, typed: BTreeSet<String>| {
        wrong.extend(read.difference(&typed).map(|name| format!("{what}: `{name}` has no type")));
        wrong.extend(typed.difference(&read).map(|name| format!("{what}: nothing reads `{name}`")));
    };
    for (name, variant) in library() {
        let facts = &variant.facts;
        let typed = facts.settings.value().into_iter().flat_map(Names::keys).map(ToString::to_string).collect();
        compare(&name, variant.read_below("settings").map(str::to_owned).collect(), typed);
        for kind in FlowKind::WORDS {
            let typed = facts.flow_settings.value().and_then(|kinds| Some(&kinds.get(kind)?.value.as_ref()?.value));
            let typed = typed.into_iter().flat_map(Names::keys).map(ToString::to_string).collect();
            let (from, to) = (format!("flows.{kind}.options"), format!("served.{kind}.options"));
            let read = variant.read_below(&from).chain(variant.read_below(&to)).map(str::to_owned).collect();
            compare(&format!("{name}, {kind}"), read, typed);
        }
    }
    assert_eq!(wrong, [""; 0], "settings and what templates read of them differ");
}
