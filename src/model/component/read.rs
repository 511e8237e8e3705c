//! Reads `components` into the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::effect::typed;
use super::{Component, Expose, GateStep, relations};
use crate::diag::Diagnostic;
use crate::library::Variant;
use crate::model::context::{self, Shared};
use crate::model::machine;
use crate::model::resolve::{Input, Platform, Resolver};
use crate::model::workload::{self, Workload};
use crate::model::{Text, Traced, UNUSABLE_NAME};
use crate::source::{Span, Spanned};
use crate::spec::scalars::{Quantity, is_dns_name};
use crate::spec::{self, InstalledBy};
use crate::yaml::decode::Named;
use crate::yaml::{Field, Names, Node, WRONG_TYPE};

/// About as many origins as a component has.
const ORIGINS_EACH: usize = 64;

/// Resolves the components, and puts them into the platform in the order of their names.
pub(in crate::model) fn resolve(
    cx: &mut Resolver<'_>,
    spec: &spec::Platform,
    input: Input<'_>,
    platform: &mut Platform,
) {
    let shared = Shared::new(cx, platform);
    let declared = spec.components.value().map_or(0, Names::len);
    cx.origins.reserve(ORIGINS_EACH * declared);
    let mut all = Vec::with_capacity(declared);
    for (name, named) in spec.components.value().into_iter().flatten() {
        let mut reader = Reader { cx, platform, input, shared: &shared, failed: false };
        all.extend(named.value.as_ref().and_then(|written| reader.component(name, named.key, written)));
    }
    let certain = all.iter().all(|component: &Component| !component.doubtful);
    // A node without a role is none of the model's, whatever else it has.
    let nodes = spec.nodes.value().map_or(0, Names::len) == platform.topology.nodes.len();
    platform.complete = certain && nodes && !spec.components.is_broken() && declared == all.len();
    platform.components = all;
    platform.shared = shared;
    relations::resolve(cx, spec, input.library, platform);
}

pub(super) struct Reader<'a, 'b> {
    pub(super) cx: &'a mut Resolver<'b>,
    pub(super) platform: &'a Platform,
    pub(super) input: Input<'a>,
    pub(super) shared: &'a Shared,
    /// Whether a computed fact could not be computed, which has been reported.
    pub(super) failed: bool,
}

impl Reader<'_, '_> {
    fn component(&mut self, name: &Arc<str>, key: Span, written: &Spanned<spec::Component>) -> Option<Component> {
        let spec = &written.value;
        let name = self.cx.name("component", name, key);
        self.check_name(&name, key);
        let version = spec.version.get().map(|version| self.cx.traced("version", version.value.clone(), version.span));
        let (library, variant) = self.variant(spec, &name, key, version.as_ref())?;
        let facts = &variant.facts;
        let pinned = self.check_version(spec, &name, key, &variant);
        // Which fields have an effect is a fact of the version.
        let misspelt = pinned && self.check_effect(spec, &variant, &name);
        let broken = self.ill_typed(spec, &variant);
        let unsettled = misspelt || !broken.is_empty();
        let unread = spec.version.is_broken() || !pinned || unsettled && variant.settled;
        let blind = unread || variant.facts.services.is_broken();
        let doubtful = blind || variant.facts.is_broken();
        let chart = self.chart(spec, &variant);
        let title = facts.title.get().map_or_else(
            || Traced::new(name.value.clone(), name.origin),
            |title| Traced::new(title.value.clone(), self.cx.origins.template(title.span, &[])),
        );
        let namespace = self.namespace(spec, &variant, &name);
        let group = spec.group.get().map(|group| self.cx.traced("group", group.value.clone(), group.span));
        let own_labels = self.own_labels(spec);
        let project = self.project(spec, group.as_ref());
        let written = self.dns(&spec.release, "release");
        self.check_release(written.as_ref(), &name);
        let release = written.unwrap_or_else(|| {
            Traced::new(name.value.clone(), self.cx.origins.derived("the name of the component", &[name.origin]))
        });
        let replicas = self.replicas(&spec.replicas, &facts.replicas);
        let installed_by =
            self.cx.given_or(&spec.installed_by, "installer", InstalledBy::Argocd, "Argo CD installs", key);
        let machines = machine::machines(self.cx, self.platform, &name, key, spec, &facts.runs_on);
        let tls = spec.tls.get().map(|tls| self.cx.traced("TLS", tls.value, tls.span));
        let placement = self.placement(spec, name.origin);
        let storage = self.storage(
            spec.storage.value().map(|storage| &**storage),
            facts.storage.value().map(|storage| &storage.size),
        );
        let expose = self.expose(spec.expose.value().map(|expose| &**expose));
        let gates = self.gates(spec);
        let parts = self.parts(spec, &variant, &placement, name.origin);
        let databases = spec.databases.value().into_iter().flatten().filter_map(Field::get);
        let databases = databases.map(|name| self.cx.traced("database", name.value.0.clone(), name.span));
        let mut databases: Vec<Traced<Arc<str>>> = databases.collect();
        databases.sort_by(|a, b| a.value.cmp(&b.value));
        let settings = context::free(self.cx, &spec.settings, &broken, &|name| typed(&variant, name), name.origin);
        let workload = self.workload(spec, &name);
        let mut component = Component {
            fullname: release.clone(),
            name,
            library,
            variant: variant.clone(),
            title,
            chart,
            version,
            group,
            own_labels,
            namespace,
            project,
            release,
            replicas,
            installed_by,
            on_machines: spec.on_machines(),
            machines,
            tls,
            placement,
            storage,
            expose: expose.map(Box::new),
            ingress: None,
            requires: Vec::new(),
            gates,
            parts,
            databases,
            settings,
            workload,
            values: self.free_map("values", &spec.values),
            application: self.free_map("application", &spec.application),
            manifests: self.manifests(spec),
            kinds: self.kinds(spec),
            doubtful,
            services: Vec::new(),
            serves: BTreeMap::new(),
            secrets: Vec::new(),
            metrics: None,
            pods: None,
            network_policy: self.network_policy(spec, key),
            vault: None,
            follows: None,
            labels: None,
        };
        self.compute(&mut component, &variant, blind);
        Some(component)
    }

    fn workload(&mut self, spec: &spec::Component, name: &Text) -> Option<Workload> {
        let written = spec.workload.value()?;
        let (images, none) = (self.platform.images.as_slice(), name.origin);
        Some(workload::Reader { cx: self.cx, images, name, none }.workload(written, spec))
    }

    fn own_labels(&mut self, spec: &spec::Component) -> Vec<(Text, Text)> {
        let mut labels = Vec::new();
        for (key, named) in spec.labels.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(value) = &named.value else { continue };
            let key = self.cx.traced("label", key.clone(), named.key);
            labels.push((key, self.cx.traced("label", value.value.0.clone(), value.span)));
        }
        labels
    }

    /// Returns free YAML that is merged into a map, so it has to be one.
    fn free_map(&mut self, key: &str, field: &Field<Arc<Node>>) -> Option<Arc<Node>> {
        let node = field.value()?;
        if node.as_mapping().is_none() && !node.is_refused() {
            let message = format!("`{key}` takes a map, not {}", node.describe());
            let problem = Diagnostic::error(WRONG_TYPE, node.span, message);
            self.cx.out.push(problem.help("write `key: value` a line, indented, or remove the key"));
            return None;
        }
        Some(node.clone())
    }

    /// A list of which an entry is broken is not known.
    fn kinds(&mut self, spec: &spec::Component) -> Option<Vec<Traced<Arc<str>>>> {
        let listed = spec.kinds.value()?;
        let read = |kind: &Field<Arc<str>>| {
            let kind = kind.get()?;
            crate::library::kinds::named::check(self.cx.out, kind);
            Some(self.cx.traced("kind", kind.value.clone(), kind.span))
        };
        listed.iter().map(read).collect()
    }

    fn dns<T: Clone + Into<Arc<str>>>(&mut self, field: &Field<T>, what: &'static str) -> Option<Text> {
        field.get().map(|name| self.cx.traced(what, name.value.clone().into(), name.span))
    }

    fn namespace(&mut self, spec: &spec::Component, variant: &Variant, name: &Traced<Arc<str>>) -> Traced<Arc<str>> {
        if let Some(written) = self.dns(&spec.namespace, "namespace") {
            return written;
        }
        match variant.facts.namespace.get() {
            Some(fact) => Traced::new(fact.value.0.clone(), self.cx.origins.template(fact.span, &[name.origin])),
            None => {
                Traced::new(name.value.clone(), self.cx.origins.derived("the name of the component", &[name.origin]))
            }
        }
    }

    fn project(&mut self, spec: &spec::Component, group: Option<&Traced<Arc<str>>>) -> Traced<Arc<str>> {
        if let Some(written) = self.dns(&spec.project, "project") {
            return written;
        }
        let platform = &self.platform.name;
        if let Some(group) = group {
            // A group that does not exist has been reported.
            let declared = self.cx.spec.groups.value().is_some_and(|groups| groups.contains_key(&group.value));
            if declared && !is_dns_name(&group.value) {
                let span = self.cx.origins.place(group.origin);
                let message = format!("group `{}` cannot be the name of an Argo CD project", group.value);
                let problem = span.map(|span| Diagnostic::error(UNUSABLE_NAME, span, message));
                self.cx.out.extend(problem.map(|problem| problem.help("rename the group, or give it a `project`")));
            }
            Traced::new(group.value.clone(), self.cx.origins.derived("the name of the group", &[group.origin]))
        } else {
            let origin = self.cx.origins.derived("the name of the platform", &[platform.origin]);
            Traced::new(platform.value.clone(), origin)
        }
    }

    pub(super) fn replicas(&mut self, written: &Field<u16>, fact: &Field<u16>) -> Option<Traced<u16>> {
        if let Some(count) = written.get() {
            return Some(self.cx.traced("replicas", count.value, count.span));
        }
        fact.get().map(|count| Traced::new(count.value, self.cx.origins.template(count.span, &[])))
    }

    fn network_policy(&mut self, spec: &spec::Component, key: Span) -> Traced<bool> {
        let defaults = self.cx.spec.defaults.value();
        let shared = defaults.map(|defaults| &defaults.network_policies);
        let denied = defaults.and_then(|defaults| defaults.deny_by_default.get()).filter(|denied| denied.value);
        let written = spec.network_policy.get().or_else(|| shared.and_then(Field::get)).or(denied);
        match written {
            Some(flag) => self.cx.traced("network policy", flag.value, flag.span),
            None => Traced::new(false, self.cx.origins.defaulted("no network policies are asked for", Some(key))),
        }
    }

    pub(super) fn storage(
        &mut self,
        written: Option<&spec::Storage>,
        fact: Option<&Field<Quantity>>,
    ) -> (Option<Traced<Arc<str>>>, Option<Traced<Quantity>>) {
        let class = written.and_then(|storage| storage.class.get());
        let size = written.and_then(|storage| storage.size.get());
        let class = class.map(|class| self.cx.traced("storage class", class.value.clone(), class.span));
        let default = || self.platform.topology.storage_classes.iter().find(|class| class.default.value);
        let class = class.or_else(|| {
            let class = default()?;
            let origin =
                self.cx.origins.derived("the default storage class", &[class.name.origin, class.default.origin]);
            Some(Traced::new(class.name.value.clone(), origin))
        });
        let size = match size {
            Some(size) => Some(self.cx.traced("size", size.value.clone(), size.span)),
            None => fact
                .and_then(Field::get)
                .map(|size| Traced::new(size.value.clone(), self.cx.origins.template(size.span, &[]))),
        };
        (class, size)
    }

    pub(super) fn expose(&mut self, written: Option<&spec::Expose>) -> Option<Expose> {
        let expose = written?;
        let host = self.dns(&expose.host, "host")?;
        let (issuer, class) = (self.cx.word(&expose.issuer, "issuer"), self.cx.word(&expose.class, "ingress class"));
        let access = expose.access.get().map(|access| self.cx.traced("access", access.value, access.span));
        let tunnel = expose.tunnel.get().map(|name| self.cx.traced("tunnel", name.value.clone(), name.span));
        let open = expose.open.value().into_iter().flatten().filter_map(Field::get);
        let mut open: Vec<Text> = open.map(|path| self.cx.traced("path", path.value.0.clone(), path.span)).collect();
        open.sort_by(|a, b| a.value.cmp(&b.value));
        let (annotations, url, guard) = (Vec::new(), None, crate::model::Guard::None);
        Some(Expose { host, issuer, class, annotations, url, access, tunnel, guard, open })
    }

    fn gates(&mut self, spec: &spec::Component) -> Vec<GateStep> {
        let gates = spec.gate.value().into_iter().flatten();
        let step = |(name, named): (&Arc<str>, &Named<Arc<str>>)| {
            let action = named.value.as_ref()?;
            let name = self.cx.name("gate", name, named.key);
            let action = self.cx.traced("gate", action.value.clone(), action.span);
            Some(GateStep { name, action, before: Vec::new(), after: Vec::new() })
        };
        gates.filter_map(step).collect()
    }
}
