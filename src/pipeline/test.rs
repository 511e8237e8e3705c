//! Tests of rules: each platform that a rule file brings is compiled, and its rule has to say what is expected.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Compilation, Options, with_rules};
use crate::diag::{self, Diagnostic, Kind};
use crate::library::{LibraryFiles, Loader};
use crate::lint;
use crate::policy::{self, Engine, Rules, Test, Tested};
use crate::source::{SourceMap, Span};

use crate::world::{RelPath, World, WorldError};
use crate::yaml::Node;

/// A test did not end as expected.
pub const TEST_FAILED: Kind = Kind::new("test-failed", "DV0811");
/// A rule without a test.
pub const UNTESTED: Kind = Kind::new("rule-without-test", "DV0812");
/// There is nothing to test.
pub const NO_TESTS: Kind = Kind::no_verdict("nothing-to-test", "DV0813");

/// What a spec begins with; a test need not write it.
const HEAD: [(&str, &str); 3] = [
    ("apiVersion", "dvgen.dev/v1alpha1"),
    ("kind", "Platform"),
    ("repository", "{ url: https://git.example.org/test.git }"),
];

/// What tests came to.
#[derive(Debug)]
pub struct Report {
    /// The texts that spans point into.
    pub sources: SourceMap,
    /// All problems, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
    /// What became of each test, in the order of the files.
    pub results: Vec<Outcome>,
}

/// What became of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The rule.
    pub rule: Arc<str>,
    /// The test.
    pub test: String,
    /// Whether it ended as expected.
    pub passed: bool,
}

/// Runs the tests of all rules of a platform.
pub fn run(world: &dyn World, options: &Options) -> Report {
    let (mut sources, mut out) = (SourceMap::new(), Vec::new());
    let files = LibraryFiles::list(world, &options.spec.parent(), &mut out);
    let mut loader = Loader { files: &files, world, sources: &mut sources, out: &mut out };
    let rules = Rules::load(&mut loader, lint::taken);
    let mut results = Vec::new();
    for tested in rules.tests() {
        if tested.tests.is_empty() {
            let message = format!("rule `{}` has no test", tested.rule.value);
            let problem = Diagnostic::warning(UNTESTED, tested.rule.span, message);
            out.push(problem.help("write a platform that passes and one that fails under `tests`"));
        }
        for test in &tested.tests {
            let problem = Case { world, options, sources: &sources, tested: &tested, test }.run();
            let passed = problem.is_none();
            results.push(Outcome { rule: tested.rule.value.clone(), test: test.name.value.to_string(), passed });
            out.extend(problem);
        }
    }
    if results.is_empty() && !out.iter().any(Diagnostic::is_error) {
        let problem = Diagnostic::without_span(NO_TESTS, "there is no test of a rule");
        out.push(problem.help("rules are written in `dvgen/policies/`, with `tests`; docs/policies.md shows how"));
    }
    diag::sort(&mut out);
    Report { sources, diagnostics: out, results }
}

struct Case<'t> {
    world: &'t dyn World,
    options: &'t Options,
    sources: &'t SourceMap,
    tested: &'t Tested,
    test: &'t Test,
}

impl Case<'_> {
    /// Returns what is wrong, if the test does not end as expected.
    fn run(&self) -> Option<Diagnostic> {
        let files = match files(self.test, self.environment(), &self.options.spec, self.sources) {
            Ok(files) => files,
            Err(problem) => return Some(self.failed(self.test.name.span, problem)),
        };
        let world = TestWorld { inner: self.world, files };
        let options = Options::new(self.options.spec.clone());
        let compilation = with_rules(&world, &options, Some(&self.tested.rule.value));
        let own = |problem: &&Diagnostic| problem.rule.as_ref() == Some(&self.tested.rule.value);
        let found: Vec<&Diagnostic> = compilation.diagnostics.iter().filter(own).collect();
        let counts = |problem: &&Diagnostic| problem.is_error() && !own(problem) && !is_of_rules(problem, &compilation);
        let mut others = compilation.diagnostics.iter().filter(counts);
        if let Some(other) = others.clone().find(|problem| spoils(problem.kind)) {
            return Some(self.broken(other, &compilation));
        }
        let other = others.next();
        self.outcome(&found, &compilation).map(|problem| match other {
            Some(other) => problem.help(format!("its platform has another error, too: {}", other.message)),
            None => problem,
        })
    }

    /// Returns the environment of the test: one that its rule is for.
    fn environment(&self) -> &str {
        self.tested.environment.as_deref().unwrap_or("test")
    }

    fn outcome(&self, found: &[&Diagnostic], compilation: &Compilation) -> Option<Diagnostic> {
        match (self.test.passes.value, found.first()) {
            (true, None) => None,
            (true, Some(first)) => {
                let problem = self.failed(self.test.passes.span, "has to pass, and fails");
                Some(problem.label(format!("the rule says: {}", first.message)))
            }
            (false, None) => Some(self.failed(self.test.passes.span, "has to fail, and passes")),
            (false, Some(_)) => self.at(found, compilation).or_else(|| self.message(found)),
        }
    }

    fn failed(&self, span: Span, what: &str) -> Diagnostic {
        let message = format!("test `{}` of rule `{}` {what}", self.test.name.value, self.tested.rule.value);
        Diagnostic::error(TEST_FAILED, span, message)
    }

    /// Returns the report of a platform with other problems than the rule's.
    fn broken(&self, other: &Diagnostic, compilation: &Compilation) -> Diagnostic {
        let place = other.primary.as_ref().map(|label| compilation.sources.text(label.span).trim().to_owned());
        let place =
            place.filter(|text| !text.is_empty() && text.len() <= 60 && !text.contains('\n') && !other.concealed);
        let shown = place.map_or_else(String::new, |text| format!(" (at `{text}`)"));
        let problem = self.failed(self.test.name.span, "cannot be judged");
        problem.label(format!("its platform has another error: {}{shown}", other.message))
    }

    fn at(&self, found: &[&Diagnostic], compilation: &Compilation) -> Option<Diagnostic> {
        let wanted = self.test.at.as_ref()?;
        let texts = found.iter().filter_map(|problem| problem.primary.as_ref());
        let texts: Vec<&str> = texts.map(|label| compilation.sources.text(label.span)).collect();
        // A person need not repeat the quotes of the text.
        let plain = |text: &str| text.trim_matches(['"', '\'']) == &*wanted.value;
        if texts.iter().any(|text| *text == &*wanted.value || plain(text)) {
            return None;
        }
        let problem = self.failed(wanted.span, "points at something else");
        Some(problem.label(format!("it points at `{}`", texts.first().copied().unwrap_or_default())))
    }

    fn message(&self, found: &[&Diagnostic]) -> Option<Diagnostic> {
        let wanted = self.test.message.as_ref()?;
        if found.iter().any(|problem| problem.message.contains(&*wanted.value)) {
            return None;
        }
        let said = found.first().map(|problem| problem.message.clone()).unwrap_or_default();
        Some(self.failed(wanted.span, "says something else").label(format!("it says: {said}")))
    }
}

/// Returns whether an error is one of the rule files: it is told once, and not for each test.
fn is_of_rules(problem: &Diagnostic, compilation: &Compilation) -> bool {
    let file = problem.primary.as_ref().map(|label| compilation.sources.file(label.span.file).name());
    let at_work = matches!(problem.kind, policy::FAILED | policy::NOTHING);
    !at_work && file.is_some_and(|name| name.starts_with("dvgen/policies/"))
}

/// Returns whether a platform with this error cannot be judged. What is only missing in a part of one, or judged by other
/// rules, does not count.
fn spoils(kind: Kind) -> bool {
    matches!(kind, policy::FAILED | policy::NOTHING)
        || super::trust::costs(kind) && !kind.code.starts_with("DV06") && kind != super::environment::NOTHING
}

/// The files that hold the objects of a test, beside the spec.
const OBJECTS: &str = "dvgen-test-objects.yaml";
const INCLUDED: &str = "dvgen-test-include.yaml";

/// Returns the spec of a test, and its objects: as they are written, with what they leave out.
fn files(
    test: &Test,
    environment: &str,
    spec: &RelPath,
    sources: &SourceMap,
) -> Result<BTreeMap<RelPath, String>, &'static str> {
    let beside = |name: &str| spec.parent().join(name).ok_or("lies in a folder that cannot hold its objects");
    let mut files = BTreeMap::new();
    let metadata = format!("{{ name: test, environment: {environment} }}");
    let mut head = HEAD.to_vec();
    head.push(("metadata", &metadata));
    if let Some(objects) = &test.objects {
        let included = test.platform.as_ref().is_some_and(|platform| platform.get("include").is_some());
        if included {
            return Err("has `objects`, and a platform that includes files");
        }
        let items = objects.as_sequence().unwrap_or_default();
        let texts: Vec<String> = items.iter().map(|item| as_written(item, sources)).collect();
        files.insert(beside(OBJECTS)?, texts.join("---\n"));
        let component = format!("components: {{ test-objects: {{ namespace: test, manifests: [{OBJECTS}] }} }}\n");
        files.insert(beside(INCLUDED)?, component);
        head.push(("include", "[dvgen-test-include.yaml]"));
    }
    let written = test.platform.as_ref().map(|platform| as_written(platform, sources)).unwrap_or_default();
    let own = |key: &str| test.platform.as_ref().is_some_and(|platform| platform.get(key).is_some());
    head.retain(|(key, _)| !own(key));
    // A map in braces gets them inside.
    let written = if let Some(rest) = written.strip_prefix('{') {
        head.iter().fold("{".to_owned(), |all, (key, value)| format!("{all} {key}: {value},")) + rest
    } else {
        let indent: String = written.chars().take_while(|char| *char == ' ').collect();
        head.iter().fold(written, |all, (key, value)| format!("{all}{indent}{key}: {value}\n"))
    };
    files.insert(spec.clone(), written);
    Ok(files)
}

/// Returns a map as it is written.
fn as_written(node: &Node, sources: &SourceMap) -> String {
    let written = sources.text(node.span);
    if written.starts_with('{') {
        return format!("{written}\n");
    }
    // Of a block, every line but the first has its indentation.
    let indent = " ".repeat(sources.locate(node.span).column.saturating_sub(1));
    format!("{indent}{}\n", written.trim_end())
}

/// A world in which some files are those of a test.
struct TestWorld<'w> {
    inner: &'w dyn World,
    files: BTreeMap<RelPath, String>,
}

impl World for TestWorld<'_> {
    fn read(&self, path: &RelPath, limit: u64) -> Result<Vec<u8>, WorldError> {
        match self.files.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.inner.read(path, limit),
        }
    }

    fn walk(&self, dir: &RelPath) -> Result<Vec<RelPath>, WorldError> {
        self.inner.walk(dir)
    }
}
