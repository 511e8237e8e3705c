//! What people write into the configurations of programs: their own lines in files of machines and of Renovate, and files that Helm
//! values hold as maps.

use super::rename;
use crate::diag::Diagnostic;
use crate::doc::{Doc, Map, Outline, PerOutline, Value};
use crate::emit::{Body, Draft, TargetName};
use crate::library::Facts;
use crate::library::configs::{MISSPELT_SETTING, is_config, misspelt, why};
use crate::model::Component;
use crate::source::{Origin, Origins};
use crate::yaml::Field;

/// Whether values of an outline hold configurations.
#[derive(Debug, Default)]
pub struct Configured(PerOutline<bool>);

impl Configured {
    fn may_hold(&mut self, doc: &Doc, outline: Option<&Outline<'_>>) -> bool {
        let Some(outline) = outline else { return true };
        if let Some(known) = self.0.get(outline) {
            return *known;
        }
        let held = holds(doc);
        self.0.set(outline, held);
        held
    }
}

fn holds(doc: &Doc) -> bool {
    match &doc.value {
        Value::Map(map) => map.iter().any(|(key, doc)| is_config(&key.text) || holds(doc)),
        Value::List(items) => items.iter().any(holds),
        _ => false,
    }
}

/// Judges a file.
pub fn configs(
    (draft, outlines): (&Draft, &[Option<Outline<'_>>]),
    known: &mut Configured,
    component: Option<&Component>,
    origins: &Origins,
    out: &mut Vec<Diagnostic>,
) {
    let mut judge = Judge { component, origins, out };
    let name = draft.path.rsplit('/').next().unwrap_or(&draft.path);
    match &draft.body {
        Body::Yaml(docs) if draft.target == TargetName::Values => {
            for (at, doc) in docs.iter().enumerate() {
                if known.may_hold(doc, outlines.get(at).and_then(Option::as_ref)) {
                    judge.inside(doc);
                }
                judge.passed(doc);
            }
        }
        Body::Yaml(docs) if is_config(name) => docs.iter().for_each(|doc| judge.config(name, doc)),
        Body::Json(doc) | Body::Sections(doc) => judge.config(name, doc),
        _ => {}
    }
}

struct Judge<'a> {
    component: Option<&'a Component>,
    origins: &'a Origins,
    out: &'a mut Vec<Diagnostic>,
}

impl Judge<'_> {
    /// Looks for configurations in values, under the names of their files.
    fn inside(&mut self, doc: &Doc) {
        match &doc.value {
            Value::Map(map) => self.map(map),
            Value::List(items) => items.iter().for_each(|item| self.inside(item)),
            _ => {}
        }
    }

    fn map(&mut self, map: &Map) {
        for (key, doc) in map.iter() {
            if is_config(&key.text) {
                self.config(&key.text, doc);
            } else {
                self.inside(doc);
            }
        }
    }

    /// Judges what the chart passes on to its program.
    fn passed(&mut self, doc: &Doc) {
        let facts = self.component.and_then(|component| component.variant.facts.configs.value());
        for fact in facts.into_iter().flatten().filter_map(Field::value) {
            let path: Vec<&str> = Facts::words(&fact.path).collect();
            if let (Some(file), Some(doc)) = (fact.file.value(), doc.at(&path)) {
                self.settings(file, doc, fact.sections.value() == Some(&true));
            }
        }
    }

    fn config(&mut self, name: &str, doc: &Doc) {
        self.settings(name, doc, false);
    }

    /// Judges settings; with `inner`, only those that are in sections.
    fn settings(&mut self, name: &str, doc: &Doc, inner: bool) {
        if !is_config(name) {
            return;
        }
        for found in misspelt(name, doc).into_iter().filter(|found| !inner || found.path.contains('.')) {
            // Lines of the library are nobody's to change.
            let Some(span) = self.origins.written_span(found.origin) else { continue };
            let said = |problem: &Diagnostic| problem.primary.as_ref().is_some_and(|label| label.span == span);
            if !matches!(self.origins.get(found.origin), Origin::Written { .. }) || self.out.iter().any(said) {
                continue;
            }
            let message = format!("`{}` is no setting of {name}, but one is spelled nearly so", found.path);
            let problem = Diagnostic::error(MISSPELT_SETTING, span, message)
                .why(why(name))
                .help(format!("did you mean `{}`?", found.near));
            let key = rename::Misspelt { near: &found.near, origin: found.origin, span, there: &found.there };
            let problem = key.repair(problem, false, self.origins);
            self.out.push(match self.component {
                Some(component) => problem.about(&component.name.value),
                None => problem,
            });
        }
    }
}
