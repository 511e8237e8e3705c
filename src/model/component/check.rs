//! Whether names and versions of components can be used.

use std::sync::Arc;

use super::read::Reader;
use crate::diag::{Diagnostic, did_you_mean};
use crate::library::{LibraryFiles, Variant, Versions};
use crate::model::{INCOMPLETE, Text, Traced, UNTESTED_VERSION, UNUSABLE_NAME};
use crate::source::{Span, Spanned};
use crate::spec::scalars::{Version, is_dns_label};
use crate::spec::{self, InstalledBy, NOT_IN_BASE};
use crate::yaml::decode::visible;
use crate::yaml::{BAD_VALUE, Field};

/// Helm refuses longer release names (helm.sh, `helm install`: 53 characters).
const LONGEST_RELEASE: usize = 53;

/// Names of Applications that dvgen makes besides those of components and the root, which has the platform's name.
const RESERVED: [&str; 1] = ["platform-base"];

impl Reader<'_, '_> {
    /// Names become file names, Application names and namespaces: a label of DNS fits all of them.
    pub(super) fn check_name(&mut self, name: &Traced<Arc<str>>, key: Span) {
        // Services are named after it, and names of Services start with a letter (RFC 1035).
        if !is_dns_label(&name.value) || name.value.starts_with(|c: char| c.is_ascii_digit()) {
            let message = format!("`{}` cannot be the name of a component", visible(&name.value));
            let problem = Diagnostic::error(UNUSABLE_NAME, key, message)
                .why("it names an Application, a file and a Helm release")
                .help(
                    "use at most 63 lower-case letters, digits and `-`, starting with a letter and not ending with `-`",
                );
            self.cx.out.push(problem);
        } else if RESERVED.contains(&&*name.value) || name.value == self.platform.name.value {
            let message = format!("a component cannot be called `{}`", name.value);
            let problem = Diagnostic::error(UNUSABLE_NAME, key, message)
                .why("an Application that dvgen makes for the platform itself has this name")
                .help("choose another name; `library:` keeps what it is, and `release:` how Helm calls it");
            self.cx.out.push(problem);
        }
    }

    /// A release that nobody wrote has the name of the component.
    pub(super) fn check_release(&mut self, written: Option<&Text>, name: &Text) {
        let release = written.unwrap_or(name);
        if release.value.len() <= LONGEST_RELEASE || !is_dns_label(&release.value) {
            return;
        }
        if let Some(span) = self.cx.origins.written_span(release.origin) {
            let message = format!("`{}` is too long for the name of a Helm release", release.value);
            let problem = Diagnostic::error(UNUSABLE_NAME, span, message)
                .why(format!("Helm refuses releases with more than {LONGEST_RELEASE} characters"));
            self.cx.out.push(match written {
                Some(_) => problem.help("choose a shorter name"),
                None => problem.help("choose a shorter name, or write a short `release:`"),
            });
        }
    }

    /// Returns whether its version is written, or need not be.
    pub(super) fn check_version(
        &mut self,
        spec: &spec::Component,
        name: &Traced<Arc<str>>,
        key: Span,
        variant: &Variant,
    ) -> bool {
        let external = spec.installed_by.value() == Some(&InstalledBy::External);
        let chart = variant.facts.chart.get().is_some() || spec.chart.get().is_some();
        if matches!(spec.version, Field::Absent) && chart && !external {
            let problem = if self.is_added(&name.value) {
                self.not_in_base(name, key, "and it has no `version` here")
            } else {
                let message = format!("component `{}` has no `version`", name.value);
                let problem = Diagnostic::error(INCOMPLETE, key, message)
                    .why("a chart without a pinned version changes under the platform");
                problem.help("write the version of its chart")
            };
            self.cx.out.push(problem);
            return false;
        }
        if let Some(version) = spec.version.get().filter(|_| !external) {
            self.check_tested(variant, version);
            self.check_letter(spec, name, version);
        }
        true
    }

    /// What runs on machines has its version without a letter, and templates of the library write it where a tag has one.
    fn check_letter(&mut self, spec: &spec::Component, name: &Text, version: &Spanned<Version>) {
        let Some(bare) = version.value.text.strip_prefix('v').filter(|_| spec.on_machines()) else { return };
        let library = spec.library_name(&name.value);
        // An entry of the user's own takes what its templates make of it.
        let facts = format!("values/{}/component.yaml", spec::entry_on_machines(&library));
        if LibraryFiles::standard_below(&facts).next().is_none() {
            return;
        }
        let message = format!("the version of `{}` is written as `{bare}` here", name.value);
        let problem = Diagnostic::error(BAD_VALUE, version.span, message)
            .why("images, downloads and packages are named after it, and there would be none of that name")
            .help("leave the `v` out; where a tag begins with one, it is added");
        self.cx.out.push(problem.fix(true, "leave the `v` out", version.span, bare));
    }

    /// Returns whether an overlay names a component that the base does not have.
    pub(super) fn is_added(&self, name: &str) -> bool {
        self.input.written.changes.added.contains(name)
    }

    /// An overlay has something for a component that the base calls otherwise, or has no more.
    pub(super) fn not_in_base(&self, name: &Text, key: Span, but: &str) -> Diagnostic {
        let message = format!("the base has no component `{}`, {but}", name.value);
        let problem = Diagnostic::error(NOT_IN_BASE, key, message);
        let components = || self.cx.spec.components.value().into_iter().flatten();
        let same = components().find(|(other, named)| {
            let library = named.value.as_ref().map(|written| written.value.library_name(other));
            **other != name.value && library.is_some_and(|library| library == name.value)
        });
        let problem = if let Some((other, _)) = same {
            let title = format!("change to `{other}`");
            let help = format!("did you mean `{other}`? it is the `{}` of the base", name.value);
            problem.help(help).fix(false, title, key, &**other)
        } else {
            let others = components().map(|(other, _)| &**other).filter(|other| !self.is_added(other));
            did_you_mean(&name.value, others).into_iter().fold(problem, Diagnostic::help)
        };
        problem.help("to add a component here, write all that it needs, as the base would: its `version` first")
    }

    /// Facts are true for the versions that they were read in: outside, names of Services are guesses.
    fn check_tested(&mut self, variant: &Variant, version: &Spanned<Version>) {
        let Some(tested) = variant.facts.tested.get() else { return };
        if Versions::parse(&tested.value).is_some_and(|range| !range.have(&version.value.number)) {
            let message = format!(
                "nobody has read the facts of chart version {} (they hold for {})",
                version.value.text, tested.value
            );
            let problem = Diagnostic::warning(UNTESTED_VERSION, version.span, message)
                .related(tested.span, "the versions that the facts were read in")
                .why("names of Services, ports and keys may have changed, and what is wired from them with it")
                .help("compare the chart with its facts, and put your own into `dvgen/values/`");
            self.cx.out.push(problem);
        }
    }
}
