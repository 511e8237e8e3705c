//! The Services that a chart may make besides those that its facts list.

use super::Component;
use crate::library::Versions;
use crate::spec::InstalledBy;
use crate::yaml::{Node, NodeKind};

impl Component {
    /// Returns whether the facts hold for its version: then what they say is all there is, and not merely all that is
    /// known. Facts without `tested` hold for every version.
    pub fn facts_hold(&self) -> bool {
        let Some(tested) = self.variant.facts.tested.value() else { return !self.variant.unknown };
        let Some((tested, version)) = Versions::parse(tested).zip(self.version.as_ref()) else { return false };
        tested.have(&version.value.number)
    }

    /// Returns whether its chart may make a Service of this name that its facts do not list: it may, unless they say
    /// which others there are, for its version.
    pub fn may_make_service(&self, name: &str) -> bool {
        if self.chart.is_none() {
            // Of what others run, and nobody has read the facts of, everything may be there.
            return self.variant.unknown && self.installed_by.value == InstalledBy::External;
        }
        let others = self.variant.facts.other_services.value().filter(|_| self.facts_hold());
        others.is_none_or(|others| {
            others.iter().filter_map(|word| word.value()).any(|other| match other.split_once(" if ") {
                Some((pattern, key)) => self.fits(pattern, name) && self.sets(key),
                None => self.fits(other, name),
            })
        })
    }

    /// Returns whether its values have a key, wherever that is.
    fn sets(&self, key: &str) -> bool {
        fn holds(node: &Node, key: &str) -> bool {
            match &node.kind {
                NodeKind::Sequence(items) => items.iter().any(|item| holds(item, key)),
                NodeKind::Mapping(mapping) => {
                    mapping.entries.iter().any(|entry| &*entry.key.text == key || holds(&entry.value, key))
                }
                NodeKind::Scalar { .. } => false,
            }
        }
        self.values.as_ref().is_some_and(|values| holds(values, key))
    }

    fn fits(&self, pattern: &str, name: &str) -> bool {
        let names = [("{fullname}", &self.fullname.value), ("{release}", &self.release.value)];
        let found = names.iter().find_map(|(word, value)| Some((value, pattern.strip_prefix(word)?)));
        let rest = match found {
            Some((value, rest)) => name.strip_prefix(&***value).map(|name| (rest, name)),
            None => Some((pattern, name)),
        };
        rest.is_some_and(|(pattern, name)| match pattern.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == pattern,
        })
    }
}
