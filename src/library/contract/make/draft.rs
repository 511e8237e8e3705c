//! The tree of a contract while it is made.

use std::collections::BTreeMap;

use crate::library::contract::Mark;

/// What may stand at one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// Letters of the kinds of value; empty is anything.
    pub(super) types: String,
    /// Whether a schema states them.
    pub(super) exact: bool,
    pub(super) mark: Mark,
    pub(super) keys: BTreeMap<String, Draft>,
    pub(super) item: Option<Box<Draft>>,
    pub(super) rest: Option<Box<Draft>>,
}

impl Default for Draft {
    fn default() -> Self {
        Self::of("")
    }
}

impl Draft {
    /// Returns a draft of these types, as a default shows them.
    pub(super) fn of(types: &str) -> Self {
        Self {
            types: types.to_owned(),
            exact: false,
            mark: Mark::Assumed,
            keys: BTreeMap::new(),
            item: None,
            rest: None,
        }
    }

    /// Returns a map.
    pub(super) fn map(mark: Mark) -> Self {
        Self { mark, ..Self::of("m") }
    }

    /// Returns whether nothing lies below.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.item.is_none() && self.rest.is_none()
    }

    /// Returns the words after the key.
    pub(super) fn label(&self) -> String {
        let holds = !self.keys.is_empty() || self.rest.is_some();
        let types = match self.types.as_str() {
            "m" if !self.exact && self.mark == Mark::Assumed && holds => String::new(),
            "" if !self.is_empty() => "?".to_owned(),
            types if self.exact => types.to_uppercase(),
            types => types.to_owned(),
        };
        let mark = match self.mark {
            Mark::Closed => "!",
            Mark::Open => "*",
            Mark::Assumed => "",
        };
        types + mark
    }

    /// Iterates over all that lies below, in the order of the file.
    pub(super) fn children(&self) -> impl Iterator<Item = (String, &Self)> {
        let item = self.item.iter().map(|item| ("-".to_owned(), &**item));
        let rest = self.rest.iter().map(|rest| ("*".to_owned(), &**rest));
        item.chain(rest).chain(self.keys.iter().map(|(key, child)| (quoted(key), child)))
    }
}

/// A key that would be taken for something else stands in quotes.
fn quoted(key: &str) -> String {
    let odd = key.is_empty() || key.starts_with(['@', '-', '*', '~', '"', '#']) || key.contains(' ');
    if odd { format!("\"{key}\"") } else { key.to_owned() }
}

/// Returns what a schema says, completed by what the defaults show.
pub(super) fn merge(schema: Draft, values: Draft) -> Draft {
    let (types, exact) = if schema.types.is_empty() {
        (values.types.clone(), false)
    } else {
        // The chart's own default may contradict its schema; then nothing is certain.
        let integer = schema.types.contains('i');
        let fits = |letter: char| schema.types.contains(letter) || (letter == 'n' && integer);
        let contradicts = schema.exact && !values.types.is_empty() && !values.types.chars().any(fits);
        if contradicts { (String::new(), false) } else { (schema.types.clone(), schema.exact) }
    };
    let says_nothing = schema.mark == Mark::Open && schema.keys.is_empty() && schema.rest.is_none();
    let mark = if says_nothing && values.mark == Mark::Assumed && !values.keys.is_empty() {
        // `type: object` alone says nothing; the defaults show keys.
        Mark::Assumed
    } else if schema.mark == Mark::Assumed
        && values.mark == Mark::Open
        && (schema.keys.is_empty() || !values.keys.is_empty())
    {
        Mark::Open
    } else {
        schema.mark
    };
    // The rule for other keys says more than a default does.
    let ruled = schema.rest.is_some();
    let mut keys = schema.keys;
    for (key, shown) in values.keys {
        match keys.remove(&key) {
            Some(stated) => {
                keys.insert(key, merge(stated, shown));
            }
            None if ruled => {}
            None => {
                keys.insert(key, shown);
            }
        }
    }
    Draft { types, exact, mark, keys, item: schema.item.or(values.item), rest: schema.rest.or(values.rest) }
}

/// Keys whose value a chart hands to Kubernetes or to a program as it is, whatever its defaults show.
const PASSED: [&str; 31] = [
    "affinity",
    "annotations",
    "behavior",
    "config",
    "data",
    "deploymentStrategy",
    "dnsConfig",
    "env",
    "envFrom",
    "envs",
    "hostAliases",
    "imagePullSecrets",
    "initContainers",
    "labels",
    "lifecycle",
    "matchLabels",
    "nodeSelector",
    "resources",
    "securityContext",
    "selector",
    "sidecars",
    "strategy",
    "structuredConfig",
    "tolerations",
    "topologySpreadConstraints",
    "updateStrategy",
    "volumeMounts",
    "volumes",
    "podAnnotations",
    "podLabels",
    "podSecurityContext",
];

/// Ends of such keys.
const PASSED_ENDS: [&str; 13] = [
    "Annotations",
    "Labels",
    "SecurityContext",
    "Probe",
    "NodeSelector",
    "Affinity",
    "Tolerations",
    "Resources",
    "selector",
    "Selector",
    "VolumeMounts",
    "Volumes",
    "Overrides",
];

/// Returns whether a chart passes the value of a key through.
pub(super) fn is_passed(key: &str) -> bool {
    PASSED.contains(&key)
        || key.starts_with("extra")
        || (key.starts_with("additional") && key != "additionalLabels")
        || PASSED_ENDS.iter().any(|end| key.ends_with(end))
}

/// Returns whether charts also take the value of a key as a templated string.
pub(super) fn is_templated(key: &str) -> bool {
    matches!(key, "annotations" | "labels" | "nodeSelector" | "affinity" | "tolerations")
        || key.ends_with("Annotations")
        || key.ends_with("Labels")
        || key.starts_with("extra")
}

/// Returns whether the defaults of a passed key are worth knowing.
pub(super) fn is_typed(key: &str) -> bool {
    matches!(key, "config" | "structuredConfig" | "data")
}
