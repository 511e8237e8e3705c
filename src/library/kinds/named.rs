//! The `kinds:` that a component or its facts name: each is `Kind.group`, and one of Kubernetes' own has to exist.

use std::sync::Arc;

use super::{UNKNOWN_KIND, known as kinds};
use crate::diag::{Diagnostic, nearest};
use crate::source::Spanned;
use crate::spec::scalars::is_dns_name;

/// Judges one kind: a wrong one allows nothing, and Argo CD refuses the objects that it was meant for.
pub fn check(out: &mut Vec<Diagnostic>, kind: &Spanned<Arc<str>>) {
    let text = &*kind.value;
    if kinds::built_in_scope(text).is_some() {
        return;
    }
    let (name, group) = text.split_once('.').unwrap_or((text, ""));
    let word = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let known = !kinds::is_built_in(text);
    if word && known && is_dns_name(group) {
        return;
    }
    let message = if word && (group.is_empty() || is_dns_name(group)) {
        format!("Kubernetes has no kind `{text}`")
    } else {
        format!("`{text}` is not a kind")
    };
    let problem = Diagnostic::error(UNKNOWN_KIND, kind.span, message)
        .why("the project would not allow what the chart creates, and Argo CD would refuse it");
    // The same name in its own group is nearer than any spelling.
    let plain = name.to_ascii_lowercase();
    let same = |known: &&str| known.split('.').next().is_some_and(|own| own.eq_ignore_ascii_case(&plain));
    let near = kinds::built_in().find(same).or_else(|| nearest(text, kinds::built_in()));
    let problem = near.map(|near| format!("did you mean `{near}`?")).into_iter().fold(problem, Diagnostic::help);
    out.push(problem.help("write `Kind.group`, such as `Deployment.apps`, or `Kind` alone for the core group"));
}
