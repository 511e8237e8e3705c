//! The pages of a composition: who may see what, and how it looks.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::record;
use crate::spec::scalars::{SimpleName, Url};
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Field, Names, Node};

record! {
    /// Pages.
    pub struct Web as "the pages of a composition" {
        /// Who may do what: roles, each with its permissions.
        roles: Names<Vec<Field<PagePermission>>> = "roles",
        /// The paths of the framework's own pages, besides those that plugins serve. If they are written, entries lead to
        /// no other ones.
        pages: Vec<Field<PagePath>> = "pages",
        /// Entries of the navigation, besides those of plugins.
        navigation: Names<NavigationNode> = "navigation",
        /// How pages look.
        themes: Themes = "themes",
    }
}

record! {
    /// An entry of the navigation.
    pub struct NavigationNode as "an entry of the navigation" {
        /// Its text.
        title: Arc<str> = "title" required,
        /// Its icon.
        icon: SimpleName = "icon",
        /// The page that it leads to: a path, or the URL of another program.
        url: PageUrl = "url" required,
        /// What somebody must be allowed to do to see it; everybody sees it unless written.
        permission: PagePermission = "permission",
        /// The entry that it stands below.
        parent: Arc<str> = "parent",
    }
}

record! {
    /// How pages look.
    pub struct Themes as "the themes" {
        /// The one that is shown first.
        default: Arc<str> = "default" required,
        /// The plugins that people can choose from.
        available: Vec<Field<Arc<str>>> = "available" required,
    }
}

/// What somebody may do with pages: a resource and an action, `dashboard.view`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePermission(pub Arc<str>);

impl Decode for PagePermission {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "a permission")?;
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        if !text.split_once('.').is_some_and(|(resource, action)| word(resource) && word(action)) {
            let problem = Diagnostic::error(BAD_VALUE, node.span, cx.cannot_be(text, "a permission"));
            cx.report(problem.help("write what it is about and what may be done, for example dashboard.view"));
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$" })
    }
}

/// Returns what is wrong with a path of pages, as the end of a sentence.
fn path_problem(text: &str) -> Option<&'static str> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"'`\\<>{}|^".contains(c);
    if !text.starts_with('/') {
        return Some("begin with `/`: without it browsers look for the page beside the one that is shown");
    }
    if text.starts_with("//") {
        return Some("begin with one `/`: what stands after two is the name of another host");
    }
    if text.contains(odd) || text.contains("//") || text.split('/').any(|part| part == "..") {
        return Some("write words with `/` in between, for example /web/alerts");
    }
    None
}

/// The path of a page, or of several: `/web/alerts`, `/web/alerts/:id`, `/web/static/*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePath(pub Arc<str>);

impl PagePath {
    /// Returns whether a path is one of these. A part with `:` stands for any word, a `*` for all that follows.
    pub fn holds(&self, path: &str) -> bool {
        let mut parts = path.trim_end_matches('/').split('/');
        for own in self.0.trim_end_matches('/').split('/') {
            if own == "*" {
                return true;
            }
            if !parts.next().is_some_and(|part| part == own || own.starts_with(':') && !part.is_empty()) {
                return false;
            }
        }
        parts.next().is_none()
    }
}

impl Decode for PagePath {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "the path of a page")?;
        if let Some(help) = path_problem(text) {
            cx.bad_value(node.span, cx.cannot_be(text, "the path of a page"), help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^/([^/].*)?$" })
    }
}

/// Where an entry of the navigation leads to: a path, or the URL of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageUrl(pub Arc<str>);

impl PageUrl {
    /// Returns the path of a page of the application itself, without what follows `?` and `#`.
    pub fn path(&self) -> Option<&str> {
        self.0.starts_with('/').then(|| self.0.split(['?', '#']).next().unwrap_or(&self.0))
    }
}

impl Decode for PageUrl {
    fn decode(node: &Node, cx: &mut Decoder) -> Option<Self> {
        let text = text(node, cx, "the path or URL of a page")?;
        if text.starts_with("https://") || text.starts_with("http://") {
            return Url::decode(node, cx).map(|url| Self(url.0));
        }
        let path = text.split(['?', '#']).next().unwrap_or(text);
        if let Some(help) = path_problem(path).or_else(|| path_problem(&text.replace("//", "/"))) {
            cx.bad_value(node.span, cx.cannot_be(text, "the path or URL of a page"), help);
            return None;
        }
        Some(Self(text.clone()))
    }

    fn schema(_: &mut Schema) -> serde_json::Value {
        serde_json::json!({ "type": "string", "pattern": "^(/([^/].*)?|https?://.+)$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_hold_pages() {
        let holds = |own: &str, path: &str| PagePath(own.into()).holds(path);
        assert!(holds("/web/alerts", "/web/alerts"));
        assert!(holds("/web/alerts", "/web/alerts/"));
        assert!(holds("/web/alerts/:id", "/web/alerts/7"));
        assert!(holds("/web/static/*", "/web/static/a/b"));
        assert!(!holds("/web/alerts/:id", "/web/alerts"));
        assert!(!holds("/web/alerts", "/web/alerts/7"));
        assert!(!holds("/web/alerts", "/web"));
    }

    #[test]
    fn pages_begin_at_the_root() {
        for good in ["/", "/web/alerts", "/web/alerts/:id", "/web/*"] {
            assert_eq!(path_problem(good), None, "{good}");
        }
        for bad in ["web", "", "//host/web", "/web//alerts", "/web/../etc", "/web alerts", "javascript:alert"] {
            assert!(path_problem(bad).is_some(), "{bad}");
        }
    }
}
