//! Rules that were read and checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::{Scope, expression};
use super::expr::{Ex, Root};
use super::file::{Each, Expected, Expression, RuleFile, Weight, WrittenRule, WrittenTest, WrittenValidation};
use super::place::Place;
use super::select::Selector;
use super::types::Type;
use super::{About, LIMIT, SHAPE, TYPE, objects};
use crate::diag::{Diagnostic, Severity, nearest};
use crate::source::{Span, Spanned};
use crate::yaml::decode::visible;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Field, Node};

/// The kind of a file with rules.
const KIND: &str = "Rules";

/// Most variables of a rule.
const MOST_VARIABLES: usize = 50;

/// A rule.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its name.
    pub(super) name: Spanned<Arc<str>>,
    pub(super) each: Each,
    pub(super) selector: Selector,
    /// Whether it is fine that nothing matches.
    pub(super) optional: bool,
    /// Where it says what it goes through.
    pub(super) matching: Span,
    pub(super) variables: Vec<Variable>,
    pub(super) for_each: Option<Ex>,
    pub(super) validations: Vec<Validation>,
    /// Whether it reads the list of all documents, so that it is judged when all of them are there.
    pub(super) documents: bool,
    pub(super) why: Option<Arc<str>>,
    pub(super) help: Option<Arc<str>>,
    pub(super) tests: Vec<Test>,
}

impl Rule {
    /// Returns what people are told of it.
    pub(super) fn about(&self) -> About {
        let text = |validation: &Validation| match &validation.message {
            Message::Text(text) => Some(text.clone()),
            Message::Computed(_) => None,
        };
        About {
            name: self.name.clone(),
            severity: self.validations.iter().map(|validation| validation.severity).min().unwrap_or(Severity::Error),
            message: self.validations.iter().find_map(text),
            why: self.why.clone(),
            help: self.help.clone(),
            each: self.each.word(),
            clauses: self.validations.iter().map(|validation| validation.text.clone()).collect(),
            tests: self.tests.len(),
        }
    }
}

/// A value that is computed once for each thing.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) ex: Ex,
}

/// Something that has to hold.
#[derive(Debug)]
pub(super) struct Validation {
    pub(super) ex: Ex,
    /// It as written.
    pub(super) text: Arc<str>,
    pub(super) severity: Severity,
    pub(super) message: Message,
    pub(super) at: Option<Ex>,
}

/// What is said when something does not hold.
#[derive(Debug)]
pub(super) enum Message {
    Text(Arc<str>),
    Computed(Ex),
}

/// A platform on which a rule passes or fails.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: Spanned<Arc<str>>,
    /// Sections of a platform.
    pub platform: Option<Node>,
    /// Objects of a component.
    pub objects: Option<Node>,
    /// Whether the rule has nothing to say.
    pub passes: Spanned<bool>,
    /// The text that has to be pointed at.
    pub at: Option<Spanned<Arc<str>>>,
    /// A part of what has to be said.
    pub message: Option<Spanned<Arc<str>>>,
}

/// Reads the rules of one file, reporting every problem. A rule with a problem is left out; its name is known.
pub(super) fn read(root: &Node, source: &str, names: &mut Vec<Arc<str>>, out: &mut Vec<Diagnostic>) -> Vec<Rule> {
    if let Some(problem) = other_kind(root) {
        out.push(problem);
        return Vec::new();
    }
    let mut cx = Decoder::default();
    let file = RuleFile::decode(root, &mut cx);
    let errors = cx.diagnostics.iter().filter(|problem| problem.is_error());
    let broken: Vec<Span> = errors.filter_map(|problem| Some(problem.primary.as_ref()?.span)).collect();
    out.append(&mut cx.diagnostics);
    let Some(file) = file else { return Vec::new() };
    let written = file.rules.value().into_iter().flatten().filter_map(Field::get);
    if file.rules.value().is_some_and(Vec::is_empty) {
        let span = file.rules.span().unwrap_or(root.span);
        out.push(Diagnostic::error(SHAPE, span, "the file has no rules").help("write a rule, or remove the file"));
    }
    names.extend(written.clone().filter_map(|rule| rule.value.name.value().cloned()));
    // Without a part that could not be read, a rule would judge something else than what was meant.
    let whole = |span: Span| broken.iter().all(|at| at.start < span.start || span.end < at.end);
    written
        .filter_map(|rule| Reader { source, documents: false, out }.rule(rule).filter(|_| whole(rule.span)))
        .collect()
}

/// Of a file of another kind nothing can be said but that: it may be a pack.
fn other_kind(root: &Node) -> Option<Diagnostic> {
    let kind = root.get("kind")?;
    let text = kind.as_scalar().filter(|text| ***text != *KIND && nearest(text, [KIND]).is_none())?;
    let problem = Diagnostic::error(BAD_VALUE, kind.span, format!("`{}` is no kind of policy file", visible(text)));
    Some(problem.help(format!("a file with rules has `kind: {KIND}`; a pack has no `kind`")))
}

struct Reader<'r> {
    source: &'r str,
    /// Whether an expression of the rule reads the list of all documents.
    documents: bool,
    out: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn rule(&mut self, written: &Spanned<WrittenRule>) -> Option<Rule> {
        let rule = &written.value;
        let before = self.errors();
        let name = rule.name.get()?;
        if !is_kebab(&name.value) {
            let message = format!("`{}` cannot be the name of a rule", name.value);
            let help = "use small letters, digits and `-`, and begin with a letter";
            self.out.push(Diagnostic::error(SHAPE, name.span, message).help(help));
        }
        let matching = rule.matching.value();
        // What names there are depends on what the rule goes through.
        if rule.matching.is_broken() || matching.is_some_and(|matching| matching.each.get().is_none()) {
            return None;
        }
        let each = matching.and_then(|matching| matching.each.value()).copied().unwrap_or(Each::Platform);
        let selector = Selector::read(each, matching, self.out);
        let mut scope = Scope { subject: subject(each), walks: walks(each), ..Scope::default() };
        let variables = self.variables(rule, &mut scope);
        let for_each = self.for_each(rule, &mut scope);
        let validations = rule.validations.value().into_iter().flatten().filter_map(Field::get);
        let validations: Vec<_> =
            validations.map(|validation| self.validation(rule, &validation.value, validation.span, &scope)).collect();
        if rule.validations.value().is_some_and(Vec::is_empty) {
            let span = rule.validations.span().unwrap_or(written.span);
            self.out.push(Diagnostic::error(SHAPE, span, "a rule without validations would judge nothing"));
        }
        let tests = rule.tests.value().into_iter().flatten().filter_map(Field::get);
        let tests = tests.filter_map(|test| test_of(test, self.out)).collect();
        let broken = self.errors() > before || rule.is_broken();
        let validations = validations.into_iter().collect::<Option<Vec<_>>>();
        let rule = Rule {
            name: name.clone(),
            each,
            selector,
            optional: matching.and_then(|matching| matching.optional.value()).copied().unwrap_or(false),
            matching: rule.matching.span().unwrap_or(name.span),
            variables: variables?,
            for_each: for_each?,
            validations: validations?,
            documents: self.documents,
            why: rule.why.value().cloned(),
            help: rule.help.value().cloned(),
            tests,
        };
        (!broken).then_some(rule)
    }

    fn errors(&self) -> usize {
        self.out.iter().filter(|problem| problem.is_error()).count()
    }

    fn check(&mut self, written: &Node, scope: &Scope) -> Option<super::check::Checked> {
        let place = Place::of(written, self.source);
        let checked = expression(written.as_scalar()?, &place, scope, self.out);
        self.documents |= checked.as_ref().is_some_and(|checked| checked.documents);
        checked
    }

    fn wanted(&mut self, written: &Expression, scope: &Scope, what: &str, fits: fn(&Type) -> bool) -> Option<Ex> {
        let checked = self.check(&written.0, scope)?;
        if !fits(&checked.kind) {
            let message = format!("{what}, this is {}", checked.kind);
            self.out.push(Diagnostic::error(TYPE, checked.ex.span, message));
            return None;
        }
        Some(checked.ex)
    }

    fn variables(&mut self, rule: &WrittenRule, scope: &mut Scope) -> Option<Vec<Variable>> {
        let entries = rule.variables.value().map_or(&[][..], |variables| variables.0.as_slice());
        if let Some(entry) = entries.get(MOST_VARIABLES) {
            let message = format!("a rule has at most {MOST_VARIABLES} variables");
            self.out.push(Diagnostic::error(LIMIT, entry.key.span, message));
            return None;
        }
        let mut made = Vec::new();
        let mut good = !rule.variables.is_broken();
        for entry in entries {
            // The name is known also where its value is not: what uses it is no second problem.
            let checked = self.check(&entry.value, scope);
            let kind = checked.as_ref().map_or(Type::Any, |checked| checked.kind.clone());
            scope.variables.push((entry.key.text.clone(), kind));
            match checked {
                Some(checked) => made.push(Variable { ex: checked.ex }),
                None => good = false,
            }
        }
        good.then_some(made)
    }

    #[expect(clippy::option_option, reason = "a broken list is not an absent one")]
    fn for_each(&mut self, rule: &WrittenRule, scope: &mut Scope) -> Option<Option<Ex>> {
        let Some(written) = rule.for_each.value() else { return (!rule.for_each.is_broken()).then_some(None) };
        scope.each = Some(Type::Any);
        let mut outer = scope.clone();
        outer.each = None;
        let checked = self.check(&written.0, &outer)?;
        let item = match &checked.kind {
            Type::List(item) => Type::clone(item),
            Type::Any => Type::Any,
            other => {
                let message = format!("`forEach` takes a list, this is {other}");
                self.out.push(Diagnostic::error(TYPE, checked.ex.span, message));
                return None;
            }
        };
        scope.each = Some(item);
        Some(Some(checked.ex))
    }

    fn validation(
        &mut self,
        rule: &WrittenRule,
        written: &WrittenValidation,
        span: Span,
        scope: &Scope,
    ) -> Option<Validation> {
        let boolean = |of: &Type| matches!(of, Type::Any | Type::Bool);
        let string = |of: &Type| matches!(of, Type::Any | Type::Str);
        let ex = written.expression.value();
        let ex = ex.and_then(|ex| self.wanted(ex, scope, "a validation has to be true or false", boolean));
        let at = written.at.value().map(|at| self.wanted(at, scope, "", |_| true));
        let computed = |field: &Field<Expression>| field.value().cloned();
        let own = computed(&written.message_expression);
        let text = written.message.value().cloned();
        let inherited = own.is_none() && text.is_none();
        let computed = own.or_else(|| computed(&rule.message_expression).filter(|_| inherited));
        let text = text.or_else(|| rule.message.value().cloned());
        let message = match (computed, text) {
            (Some(written), _) => {
                Message::Computed(self.wanted(&written, scope, "a message has to be a string", string)?)
            }
            (None, Some(text)) => Message::Text(text),
            (None, None) => {
                if !(rule.is_broken() || written.is_broken()) {
                    let problem = Diagnostic::error(SHAPE, span.at_start(), "nothing is said when this does not hold");
                    self.out.push(problem.help("add `message: …` here or to the rule"));
                }
                return None;
            }
        };
        let weight = written.severity.value().or(rule.severity.value()).copied().unwrap_or(Weight::Error);
        let severity = match weight {
            Weight::Error => Severity::Error,
            Weight::Warning => Severity::Warning,
        };
        let at = match at {
            None => None,
            Some(at) => Some(at?),
        };
        let text = written.expression.value().and_then(|ex| ex.0.as_scalar().cloned()).unwrap_or_default();
        Some(Validation { ex: ex?, text, severity, message, at })
    }
}

fn test_of(written: &Spanned<WrittenTest>, out: &mut Vec<Diagnostic>) -> Option<Test> {
    let (span, written) = (written.span, &written.value);
    let (platform, objects) = (&written.platform, &written.objects);
    if platform.is_broken() || objects.is_broken() {
        return None;
    }
    let expect = written.expect.get()?;
    if platform.value().is_none() && objects.value().is_none() {
        let place = written.name.span().unwrap_or(span);
        let problem = Diagnostic::error(SHAPE, place, "the test has nothing that the rule could judge");
        out.push(problem.help("write sections of a platform under `platform`, or objects under `objects`"));
        return None;
    }
    Some(Test {
        name: written.name.get()?.clone(),
        platform: platform.value().map(|platform| platform.0.clone()),
        objects: objects.value().map(|objects| objects.0.clone()),
        passes: Spanned::new(expect.value == Expected::Pass, expect.span),
        at: written.at.get().cloned(),
        message: written.message.get().cloned(),
    })
}

fn is_kebab(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-')
        && !text.ends_with('-')
        && text.len() <= 100
}

/// Returns the name of the thing that is judged, and its type.
fn subject(each: Each) -> Option<(&'static str, Type)> {
    let object = match each {
        Each::Platform => return None,
        Each::Component => &objects::COMPONENT,
        Each::Node => &objects::NODE,
        Each::Flow => &objects::FLOW,
        Each::Address => &objects::ADDRESS,
        Each::Plugin => &objects::PLUGIN,
        Each::Composition => &objects::COMPOSITION,
        Each::Document => &objects::DOCUMENT,
    };
    Some((each.word(), Type::Object(object)))
}

/// Returns the list of the platform that a rule goes through.
const fn walks(each: Each) -> Option<Root> {
    match each {
        // There are some documents for each component.
        Each::Component | Each::Document => Some(Root::Components),
        Each::Node => Some(Root::Nodes),
        Each::Flow => Some(Root::Flows),
        Each::Address => Some(Root::Addresses),
        Each::Plugin => Some(Root::Plugins),
        Each::Composition => Some(Root::Compositions),
        Each::Platform => None,
    }
}

/// Reports rules of one name, also of several files, and drops the second one.
pub(super) fn once(rules: &mut Vec<Rule>, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    rules.retain(|rule| {
        let Rule { name, .. } = rule;
        let Some(place) = first.get(&name.value) else {
            first.insert(name.value.clone(), name.span);
            return true;
        };
        let problem = Diagnostic::error(SHAPE, name.span, format!("there are two rules `{}`", name.value));
        out.push(problem.related(*place, "the first one").help("give each rule a name of its own"));
        false
    });
}
