//! What a spec has to start with.

use super::API_VERSION;
use super::platform::Platform;
use crate::diag::{Diagnostic, nearest};
use crate::yaml::decode::visible;

/// The version of the format that this dvgen reads.
pub(super) const FORMAT: &str = "dvgen.dev/v1alpha1";

/// The kind of document that it reads.
pub(super) const KIND: &str = "Platform";

/// Reports another version or kind of document.
pub(super) fn check_format(platform: &Platform, out: &mut Vec<Diagnostic>) {
    let wanted = [
        (&platform.api_version, FORMAT, "a version of the spec that this dvgen reads"),
        (&platform.kind, KIND, "a kind of document that this dvgen reads"),
    ];
    for (field, expected, what) in wanted {
        let Some(written) = field.get().filter(|written| &*written.value != expected) else { continue };
        let message = format!("`{}` is not {what}", visible(&written.value));
        let problem = Diagnostic::error(API_VERSION, written.span, message);
        out.push(match nearest(&written.value, [expected]) {
            Some(near) => {
                let title = format!("change to `{near}`");
                problem.help(format!("did you mean `{near}`?")).fix(false, title, written.span, near)
            }
            None => problem.help(format!("write `{expected}`")),
        });
    }
}
