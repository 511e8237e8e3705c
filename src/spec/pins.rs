//! Where the versions of a spec stand: for bots that raise them, which have to be told each place.
//!
//! Pins are collected from each file before layers are laid over each other, so that a version is named by the path that it
//! has in its own file, and those of all environments are known whichever of them is compiled.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::source::Span;
use crate::yaml::{Node, NodeKind};

/// A step of a path into a YAML file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A key of a map.
    Key(Arc<str>),
    /// An item of a list, from 0.
    Item(usize),
}

/// What a version is the version of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pinned {
    /// A tool of `versions`.
    Tool(Arc<str>),
    /// A collection of Ansible.
    Collection(Arc<str>),
    /// The chart of a component.
    Component(Arc<str>),
    /// The charts of the components of a group that have no version of their own.
    Group(Arc<str>),
    /// A container image, its tag in a field of its own.
    Tag {
        /// The image; none where only a tag is written.
        image: Option<Arc<str>>,
        /// Whether a digest stands beside it, in the field `digest`: both say together which bits are meant.
        digest: bool,
    },
    /// A container image in values, with its tag in one text.
    Image(Arc<str>),
    /// Something that a setting of a component lists, such as a plugin: it is a pin where the facts say so.
    Setting {
        /// The component.
        component: Arc<str>,
        /// The setting.
        setting: Arc<str>,
        /// What the setting lists; none for a setting that lists nothing by name.
        entry: Option<Arc<str>>,
    },
}

/// A version, and where it stands.
#[derive(Clone, Debug)]
pub struct Pin {
    /// The environment whose overlay has it; none for the base.
    pub environment: Option<Arc<str>>,
    /// What it is the version of.
    pub of: Pinned,
    /// The path to it from the root of its file.
    pub steps: Vec<Step>,
    /// The version, or the whole image, as written.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// What a component or group says about its chart.
#[derive(Clone, Debug, Default)]
struct Brief {
    library: Option<Arc<str>>,
    group: Option<Arc<str>>,
    repo: Option<Arc<str>>,
    chart: Option<Arc<str>>,
    version: Option<Arc<str>>,
    /// Whether it runs on machines, where it says so.
    on_machines: bool,
}

/// The environment, the section and the name.
type BriefKey = (Option<Arc<str>>, &'static str, Arc<str>);

/// The chart of a component as the spec tells it, all layers taken together.
#[derive(Clone, Debug)]
pub struct ChartOf {
    /// The entry of the library.
    pub library: Arc<str>,
    /// The repository, where the spec says so itself.
    pub repo: Option<Arc<str>>,
    /// The name, where the spec says so itself.
    pub name: Option<Arc<str>>,
    /// The version.
    pub version: Option<Arc<str>>,
}

/// The pins of all files of a spec.
#[derive(Clone, Debug, Default)]
pub struct Pins {
    /// The pins, in the order of the files.
    pub all: Vec<Pin>,
    /// Asked for by name only, or looked through as a whole for the least.
    briefs: IndexMap<BriefKey, Brief>,
}

impl Pins {
    /// Adds the pins of a file.
    pub(super) fn add_file(&mut self, root: &Node) {
        let mut steps = Vec::new();
        self.sections(root, None, &mut steps);
        for entry in root.get("environments").and_then(Node::as_mapping).into_iter().flat_map(|map| &map.entries) {
            let name = entry.key.text.clone();
            let mut steps = vec![Step::Key("environments".into()), Step::Key(name.clone())];
            self.sections(&entry.value, Some(&name), &mut steps);
        }
    }

    fn sections(&mut self, root: &Node, environment: Option<&Arc<str>>, steps: &mut Vec<Step>) {
        self.versions(root.get("versions"), environment, &["versions"], steps, Pinned::Tool);
        let collections = root.get("ansible").and_then(|ansible| ansible.get("collections"));
        self.versions(collections, environment, &["ansible", "collections"], steps, Pinned::Collection);
        if let Some(images) = root.get("images") {
            steps.push(Step::Key("images".into()));
            self.images(images, environment, steps);
            steps.pop();
        }
        for section in ["groups", "components"] {
            let entries = root.get(section).and_then(Node::as_mapping).map_or(&[][..], |map| &map.entries);
            // Most have a version.
            self.all.reserve(entries.len());
            self.briefs.reserve(entries.len());
            let depth = steps.len();
            steps.push(Step::Key(section.into()));
            for entry in entries {
                steps.push(Step::Key(entry.key.text.clone()));
                self.component(section, &entry.key.text, &entry.value, environment, steps);
                steps.pop();
            }
            steps.truncate(depth);
        }
    }

    fn versions(
        &mut self,
        map: Option<&Node>,
        environment: Option<&Arc<str>>,
        path: &[&str],
        steps: &mut Vec<Step>,
        of: fn(Arc<str>) -> Pinned,
    ) {
        let depth = steps.len();
        steps.extend(path.iter().map(|step| Step::Key((*step).into())));
        for entry in map.and_then(Node::as_mapping).into_iter().flat_map(|map| &map.entries) {
            steps.push(Step::Key(entry.key.text.clone()));
            self.push(&entry.value, environment, of(entry.key.text.clone()), steps);
            steps.pop();
        }
        steps.truncate(depth);
    }

    fn push(&mut self, value: &Node, environment: Option<&Arc<str>>, of: Pinned, steps: &[Step]) {
        let NodeKind::Scalar { text, .. } = &value.kind else { return };
        if !value.is_null() && &**text != super::layers::REMOVE {
            let (environment, steps) = (environment.cloned(), steps.to_vec());
            self.all.push(Pin { environment, of, steps, text: text.clone(), span: value.span });
        }
    }

    fn component(
        &mut self,
        section: &'static str,
        name: &Arc<str>,
        written: &Node,
        environment: Option<&Arc<str>>,
        steps: &mut Vec<Step>,
    ) {
        let word = |path: &[&str]| path.iter().try_fold(written, |node, key| node.get(key))?.as_scalar().cloned();
        let brief = Brief {
            library: word(&["library"]),
            group: word(&["group"]),
            repo: word(&["chart", "repo"]),
            chart: word(&["chart", "name"]),
            version: word(&["version"]),
            on_machines: written.get("runsOn").is_some()
                || word(&["installedBy"]).is_some_and(|word| matches!(&*word, "systemd" | "compose")),
        };
        self.briefs.insert((environment.cloned(), section, name.clone()), brief);
        if let Some(version) = written.get("version") {
            let of = if section == "groups" { Pinned::Group } else { Pinned::Component };
            steps.push(Step::Key("version".into()));
            self.push(version, environment, of(name.clone()), steps);
            steps.pop();
        }
        if section == "components" {
            self.settings(name, written.get("settings"), environment, steps);
        }
        for field in ["values", "settings", "workload"] {
            if let Some(free) = written.get(field) {
                steps.push(Step::Key(field.into()));
                self.images(free, environment, steps);
                steps.pop();
            }
        }
    }

    /// Collects what settings list: which of them are pins is known to the facts of the component.
    fn settings(
        &mut self,
        component: &Arc<str>,
        settings: Option<&Node>,
        environment: Option<&Arc<str>>,
        steps: &mut Vec<Step>,
    ) {
        let depth = steps.len();
        steps.push(Step::Key("settings".into()));
        for entry in settings.and_then(Node::as_mapping).into_iter().flat_map(|map| &map.entries) {
            // One word lists nothing: most settings are such, and there may be many.
            if entry.value.as_scalar().is_some() {
                continue;
            }
            let (component, setting) = (component.clone(), entry.key.text.clone());
            let of = |entry| Pinned::Setting { component: component.clone(), setting: setting.clone(), entry };
            steps.push(Step::Key(setting.clone()));
            match &entry.value.kind {
                NodeKind::Mapping(listed) => {
                    for (name, value) in listed.entries.iter().map(|entry| (&entry.key.text, &entry.value)) {
                        steps.push(Step::Key(name.clone()));
                        self.listed(value, environment, of(Some(name.clone())), steps);
                        steps.pop();
                    }
                }
                _ => self.listed(&entry.value, environment, of(None), steps),
            }
            steps.pop();
        }
        steps.truncate(depth);
    }

    /// Adds what a setting lists; without a version it has an empty text.
    fn listed(&mut self, value: &Node, environment: Option<&Arc<str>>, of: Pinned, steps: &[Step]) {
        let text = value.as_scalar().filter(|_| !value.is_null()).cloned().unwrap_or_default();
        if &*text != super::layers::REMOVE {
            let (environment, steps) = (environment.cloned(), steps.to_vec());
            self.all.push(Pin { environment, of, steps, text, span: value.span });
        }
    }

    /// Looks for images: `repository` and `tag` side by side, or `NAME:TAG` under a key that is `image` or ends so.
    fn images(&mut self, node: &Node, environment: Option<&Arc<str>>, steps: &mut Vec<Step>) {
        match &node.kind {
            NodeKind::Sequence(items) => {
                for (at, item) in items.iter().enumerate() {
                    steps.push(Step::Item(at));
                    self.images(item, environment, steps);
                    steps.pop();
                }
            }
            NodeKind::Mapping(map) => {
                let word = |key: &str| node.get(key).and_then(Node::as_scalar);
                let of_image = steps.last().is_some_and(is_image);
                let digest = word("digest").is_some_and(|digest| digest.starts_with("sha256:"));
                for entry in &map.entries {
                    steps.push(Step::Key(entry.key.text.clone()));
                    match (&*entry.key.text, word("repository")) {
                        ("tag", Some(repository)) => {
                            let registry = word("registry").map(|registry| format!("{registry}/")).unwrap_or_default();
                            let image = Some(format!("{registry}{repository}").into());
                            self.push(&entry.value, environment, Pinned::Tag { image, digest }, steps);
                        }
                        ("tag", None) if of_image => {
                            self.push(&entry.value, environment, Pinned::Tag { image: None, digest }, steps);
                        }
                        _ if names_image(&entry.key.text) && entry.value.as_scalar().is_some() => {
                            if let Some(image) = entry.value.as_scalar().and_then(|image| untagged(image)) {
                                self.push(&entry.value, environment, Pinned::Image(image.into()), steps);
                            }
                        }
                        _ => self.images(&entry.value, environment, steps),
                    }
                    steps.pop();
                }
            }
            NodeKind::Scalar { .. } => {}
        }
    }

    /// Returns what is known about the chart of a component in an environment.
    pub fn chart(&self, environment: Option<&Arc<str>>, component: &Arc<str>) -> ChartOf {
        let layers = |section: &'static str, name: &Arc<str>| {
            let over = environment.and_then(|env| self.briefs.get(&(Some(env.clone()), section, name.clone())));
            [over, self.briefs.get(&(None, section, name.clone()))].into_iter().flatten()
        };
        let own: Vec<&Brief> = layers("components", component).collect();
        let group = own.iter().find_map(|brief| brief.group.as_ref());
        let all: Vec<&Brief> =
            own.into_iter().chain(group.into_iter().flat_map(|name| layers("groups", name))).collect();
        let first = |field: fn(&Brief) -> Option<&Arc<str>>| all.iter().find_map(|brief| field(brief)).cloned();
        let library = first(|brief| brief.library.as_ref()).unwrap_or_else(|| component.clone());
        let on_machines = all.iter().any(|brief| brief.on_machines);
        ChartOf {
            library: if on_machines { entry_on_machines(&library) } else { library },
            repo: first(|brief| brief.repo.as_ref()),
            name: first(|brief| brief.chart.as_ref()),
            version: first(|brief| brief.version.as_ref()),
        }
    }

    /// Returns the image that a tag of an overlay belongs to: the one that the base has at the same place.
    pub fn image_below(&self, pin: &Pin) -> Option<&Arc<str>> {
        let place = pin.environment.as_ref().and_then(|_| pin.steps.get(2..))?;
        self.all.iter().find_map(|base| match &base.of {
            Pinned::Tag { image, .. } if base.environment.is_none() && base.steps == place => image.as_ref(),
            _ => None,
        })
    }

    /// Returns the first component that takes its version from a group.
    pub fn of_group(&self, environment: Option<&Arc<str>>, group: &str) -> Option<&Arc<str>> {
        let here = |env: &Option<Arc<str>>| env.is_none() || env.as_ref() == environment;
        let found = self.briefs.iter().filter(|((env, section, _), brief)| {
            here(env) && *section == "components" && brief.version.is_none() && brief.group.as_deref() == Some(group)
        });
        found.min_by_key(|(key, _)| *key).map(|((_, _, name), _)| name)
    }
}

/// Returns the key of the facts of a component where it runs on machines: a folder of its own in that of the component.
pub fn entry_on_machines(library: &str) -> Arc<str> {
    format!("{library}/machines").into()
}

fn is_image(step: &Step) -> bool {
    matches!(step, Step::Key(key) if names_image(key))
}

/// Returns whether what stands under a key is an image: `image`, `thanosImage`.
fn names_image(key: &str) -> bool {
    key.len().checked_sub(5).and_then(|at| key.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("image"))
}

/// Returns an image without its tag, if it has one.
fn untagged(image: &str) -> Option<&str> {
    let bare = image.split_once('@').map_or(image, |(bare, _)| bare);
    let (name, tag) = bare.rsplit_once(':')?;
    (!tag.is_empty() && !tag.contains('/') && !name.is_empty()).then_some(name)
}
