//! The pages of a composition: who may see what, and how it looks.

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::record;
use crate::spec::scalars::{SimpleName, Word};
use crate::yaml::decode::text;
use crate::yaml::schema::Schema;
use crate::yaml::{BAD_VALUE, Decode, Decoder, Field, Names, Node};

record! {
    /// Pages.
    pub struct Web as "the pages of a composition" {
        /// Who may do what: roles, each with its permissions.
        roles: Names<Vec<Field<PagePermission>>> = "roles",
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
        /// The page that it leads to.
        url: Word = "url" required,
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
