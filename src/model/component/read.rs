//! Reads `components` into the model.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Component, ComponentId, Expose, GateStep, Manifest, Metrics, Part, Requirement};
use crate::diag::Diagnostic;
use crate::doc::{Doc, Value};
use crate::library::Variant;
use crate::model::context::{self, Shared};
use crate::model::resolve::{Input, Platform, Resolver};
use crate::model::{
    INCOMPLETE, Traced, UNKNOWN_COMPONENT, UNKNOWN_LIBRARY, UNKNOWN_PART, UNKNOWN_STORAGE_CLASS, UNUSABLE_NAME, secret,
    service,
};
use crate::source::{OriginId, Span, Spanned};
use crate::spec::scalars::{Quantity, Version, is_dns_label};
use crate::spec::{self, InstalledBy};
use crate::template::{Data, Template};
use crate::yaml::decode::{Named, OneOrMany};
use crate::yaml::{Decoder, Field, Names};

/// Helm refuses longer release names (helm.sh, `helm install`: 53 characters).
const LONGEST_RELEASE: usize = 53;

/// Resolves the components, and puts them into the platform in the order of their names.
pub(in crate::model) fn resolve(
    cx: &mut Resolver<'_>,
    spec: &spec::Platform,
    input: Input<'_>,
    platform: &mut Platform,
) {
    let shared = Shared::new(cx, platform);
    let mut all = Vec::new();
    for (name, named) in spec.components.value().into_iter().flatten() {
        let mut reader = Reader { cx, platform, input, shared: &shared };
        all.extend(named.value.as_ref().and_then(|written| reader.component(name, named.key, written)));
    }
    platform.components = all;
    relations(cx, spec, platform);
    check_storage_classes(cx, platform);
    store_server(cx, platform);
}

/// The store is reached at the service of its component.
fn store_server(cx: &mut Resolver<'_>, platform: &mut Platform) {
    let Some(name) = platform.secret_store.as_ref().and_then(|store| store.component.clone()) else { return };
    let Some(component) = platform.component(&name.value) else {
        report_unknown(cx, platform, &name);
        return;
    };
    let service = component.service("api").or_else(|| component.services.first());
    let server = service.and_then(|service| {
        let reads = [name.origin, service.host.origin, service.port.origin];
        Some(Traced::new(context::base_url(service)?.into(), cx.origins.derived("the URL of the secret store", &reads)))
    });
    if let Some(store) = &mut platform.secret_store {
        store.server = server;
    }
}

fn report_unknown(cx: &mut Resolver<'_>, platform: &Platform, name: &Traced<Arc<str>>) {
    if let Some(span) = cx.origins.written_span(name.origin) {
        let known = platform.components.iter().map(|component| &*component.name.value);
        cx.out.push(Decoder::unknown_name(UNKNOWN_COMPONENT, span, "component", &name.value, known));
    }
}

fn check_storage_classes(cx: &mut Resolver<'_>, platform: &Platform) {
    let classes = || platform.topology.storage_classes.iter().map(|class| &*class.name.value);
    for class in &platform.topology.storage_classes {
        if platform.component(&class.component.value).is_none() {
            report_unknown(cx, platform, &class.component);
        }
    }
    for component in &platform.components {
        let own = component.storage.0.iter();
        for class in own.chain(component.parts.iter().filter_map(|part| part.storage.0.as_ref())) {
            if let Some(span) =
                cx.origins.written_span(class.origin).filter(|_| classes().all(|known| known != &*class.value))
            {
                cx.out.push(Decoder::unknown_name(
                    UNKNOWN_STORAGE_CLASS,
                    span,
                    "storage class",
                    &class.value,
                    classes(),
                ));
            }
        }
    }
}

/// Resolves what components say of each other: `requires`, and the gates of the platform.
fn relations(cx: &mut Resolver<'_>, spec: &spec::Platform, platform: &mut Platform) {
    let broken = |name: &str| spec.components.value().is_some_and(|all| all.contains_key(name));
    let find = |cx: &mut Resolver<'_>, platform: &Platform, name: &Spanned<Arc<str>>| {
        let at = platform.components.binary_search_by(|component| component.name.value.cmp(&name.value)).ok();
        if at.is_none() && !broken(&name.value) {
            let known = platform.components.iter().map(|component| &*component.name.value);
            cx.out.push(Decoder::unknown_name(UNKNOWN_COMPONENT, name.span, "component", &name.value, known));
        }
        at.map(ComponentId)
    };
    for (name, named) in spec.components.value().into_iter().flatten() {
        let Some(requires) = named.value.as_ref().and_then(|written| written.value.requires.value()) else { continue };
        let found: Vec<Requirement> = requires
            .0
            .iter()
            .filter_map(|name| {
                let on = find(cx, platform, name)?;
                Some(Requirement { on, origin: cx.origins.written("requires", name.span) })
            })
            .collect();
        if let Ok(at) = platform.components.binary_search_by(|component| component.name.value.cmp(name))
            && let Some(component) = platform.components.get_mut(at)
        {
            component.requires = found;
        }
    }
    for (name, named) in spec.gates.value().into_iter().flatten() {
        let Some(written) = &named.value else { continue };
        let Some(action) = written.value.action.get() else { continue };
        let ends = |cx: &mut Resolver<'_>, field: &Field<OneOrMany<Arc<str>>>| -> Vec<ComponentId> {
            field.value().map_or(&[][..], |names| &names.0).iter().filter_map(|name| find(cx, platform, name)).collect()
        };
        let (mut after, before) = (ends(cx, &written.value.after), ends(cx, &written.value.before));
        let (gate, action) = (cx.name("gate", name, named.key), cx.traced("gate", action.value.clone(), action.span));
        let owner = if after.is_empty() { None } else { Some(after.remove(0)) };
        match owner.and_then(|owner| platform.components.get_mut(owner.0)) {
            Some(owner) => owner.gates.push(GateStep { name: gate, action, before, after }),
            None if written.value.after.value().is_none() => {
                let message = format!("gate `{name}` says nothing that has to be there first");
                let problem = Diagnostic::error(INCOMPLETE, named.key, message);
                cx.out.push(problem.help("write `after: <component>`: a gate holds through that component's health"));
            }
            None => {}
        }
    }
}

struct Reader<'a, 'b> {
    cx: &'a mut Resolver<'b>,
    platform: &'a Platform,
    input: Input<'a>,
    shared: &'a Shared,
}

impl Reader<'_, '_> {
    fn component(&mut self, name: &Arc<str>, key: Span, written: &Spanned<spec::Component>) -> Option<Component> {
        let spec = &written.value;
        let name = self.cx.name("component", name, key);
        self.check_name(&name, key);
        let version = spec.version.get().map(|version| self.cx.traced("version", version.value.clone(), version.span));
        let (library, variant) = self.variant(spec, &name, key, version.as_ref())?;
        let facts = &variant.facts;
        self.check_version(spec, &name, key, &variant);
        let chart = self.chart(spec, &variant);
        let title = facts.title.get().map_or_else(
            || Traced::new(name.value.clone(), name.origin),
            |title| Traced::new(title.value.clone(), self.cx.origins.template(title.span, &[])),
        );
        let namespace = self.namespace(spec, &variant, &name);
        let group = spec.group.get().map(|group| self.cx.traced("group", group.value.clone(), group.span));
        let project = self.project(spec, group.as_ref());
        let release = self.dns(&spec.release, "release").unwrap_or_else(|| {
            Traced::new(name.value.clone(), self.cx.origins.derived("the name of the component", &[name.origin]))
        });
        self.check_release(&release);
        let replicas = self.replicas(&spec.replicas, &facts.replicas);
        let installed_by =
            self.cx.given_or(&spec.installed_by, "installer", InstalledBy::Argocd, "Argo CD installs", key);
        let placement = self.placement(spec, name.origin);
        let storage = self.storage(spec.storage.value(), facts.storage.value().map(|storage| &storage.size));
        let expose = self.expose(spec);
        let gates = self.gates(spec);
        let parts = self.parts(spec, &variant);
        let databases = spec.databases.value().into_iter().flatten().filter_map(Field::get);
        let databases = databases.map(|name| self.cx.traced("database", name.value.0.clone(), name.span)).collect();
        let settings = context::free(self.cx, &spec.settings, name.origin);
        let mut component = Component {
            fullname: release.clone(),
            name,
            library,
            variant: variant.clone(),
            title,
            chart,
            version,
            group,
            namespace,
            project,
            release,
            replicas,
            installed_by,
            placement,
            storage,
            expose,
            requires: Vec::new(),
            gates,
            parts,
            databases,
            settings,
            values: spec.values.value().cloned(),
            application: spec.application.value().cloned(),
            manifests: self.manifests(spec),
            services: Vec::new(),
            serves: BTreeMap::new(),
            secrets: Vec::new(),
            metrics: None,
            base: Data::null(self.platform.name.origin),
        };
        self.compute(&mut component, &variant);
        Some(component)
    }

    /// Names become file names, Application names and namespaces: a label of DNS fits all of them.
    fn check_name(&mut self, name: &Traced<Arc<str>>, key: Span) {
        if !is_dns_label(&name.value) {
            let message = format!("`{}` cannot be the name of a component", name.value);
            let problem = Diagnostic::error(UNUSABLE_NAME, key, message)
                .why("it names an Application, a file and a Helm release")
                .help("use at most 63 lower-case letters, digits and `-`, starting and ending with a letter or digit");
            self.cx.out.push(problem);
        }
    }

    fn check_release(&mut self, release: &Traced<Arc<str>>) {
        if release.value.len() <= LONGEST_RELEASE && is_dns_label(&release.value) {
            return;
        }
        if let Some(span) = self.cx.origins.written_span(release.origin) {
            let message = format!("`{}` cannot be the name of a Helm release", release.value);
            let help = format!("use at most {LONGEST_RELEASE} lower-case letters, digits and `-`");
            self.cx.out.push(Diagnostic::error(UNUSABLE_NAME, span, message).help(help));
        }
    }

    fn variant(
        &mut self,
        spec: &spec::Component,
        name: &Traced<Arc<str>>,
        key: Span,
        version: Option<&Traced<Version>>,
    ) -> Option<(Arc<str>, Arc<Variant>)> {
        let (library, span) = match spec.library.get() {
            Some(library) => (library.value.clone(), library.span),
            None if spec.library.is_broken() => return None,
            None => (name.value.clone(), key),
        };
        let known = self.input.library;
        if known.has(&library) {
            let variant = known.variant(&library, version.map(|version| &version.value.number));
            return variant.map(|variant| (library, variant));
        }
        let own = spec.chart.get().is_some() || spec.manifests.get().is_some();
        if own && spec.library.get().is_none() {
            return Some((library, Arc::new(Variant::unknown(&name.value, key))));
        }
        if spec.chart.is_broken() || spec.manifests.is_broken() {
            return None;
        }
        let names = known.names().iter().map(|name| &**name);
        let problem = Decoder::unknown_name(UNKNOWN_LIBRARY, span, "component of the library called", &library, names);
        let help =
            "give a component of your own a `chart:` or `manifests:`, or add `dvgen/values/<name>/component.yaml`";
        self.cx.out.push(problem.help(help));
        None
    }

    fn check_version(&mut self, spec: &spec::Component, name: &Traced<Arc<str>>, key: Span, variant: &Variant) {
        let external = spec.installed_by.value() == Some(&InstalledBy::External);
        let chart = variant.facts.chart.get().is_some() || spec.chart.get().is_some();
        if matches!(spec.version, Field::Absent) && chart && !external {
            let message = format!("component `{}` has no `version`", name.value);
            let problem = Diagnostic::error(INCOMPLETE, key, message)
                .why("a chart without a pinned version changes under the platform");
            self.cx.out.push(problem.help("write the version of its chart"));
        }
    }

    fn chart(&mut self, spec: &spec::Component, variant: &Variant) -> Option<(Traced<Arc<str>>, Traced<Arc<str>>)> {
        if let Some(chart) = spec.chart.value() {
            let (repo, name) = (chart.repo.get()?, chart.name.get()?);
            let repo = self.cx.traced("chart", repo.value.0.clone(), repo.span);
            return Some((repo, self.cx.traced("chart", name.value.0.clone(), name.span)));
        }
        let chart = variant.facts.chart.value()?;
        let (repo, name) = (chart.repo.get()?, chart.name.get()?);
        let repo_origin = self.cx.origins.template(repo.span, &[]);
        let name_origin = self.cx.origins.template(name.span, &[]);
        Some((Traced::new(repo.value.0.clone(), repo_origin), Traced::new(name.value.0.clone(), name_origin)))
    }

    fn dns(&mut self, field: &Field<spec::scalars::DnsName>, what: &'static str) -> Option<Traced<Arc<str>>> {
        field.get().map(|name| self.cx.traced(what, name.value.0.clone(), name.span))
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
        match group {
            Some(group) => {
                Traced::new(group.value.clone(), self.cx.origins.derived("the name of the group", &[group.origin]))
            }
            None => {
                let origin = self.cx.origins.derived("the name of the platform", &[platform.origin]);
                Traced::new(platform.value.clone(), origin)
            }
        }
    }

    fn replicas(&mut self, written: &Field<u16>, fact: &Field<u16>) -> Option<Traced<u16>> {
        if let Some(count) = written.get() {
            return Some(self.cx.traced("replicas", count.value, count.span));
        }
        fact.get().map(|count| Traced::new(count.value, self.cx.origins.template(count.span, &[])))
    }

    fn placement(&mut self, spec: &spec::Component, here: OriginId) -> Data {
        let written = spec.placement.value();
        let mut selector = Vec::new();
        for (label, named) in written.and_then(|p| p.node_selector.value()).into_iter().flatten() {
            if let Some(value) = &named.value {
                let origin = self.cx.origins.written("placement", value.span);
                selector.push((label.clone(), Data::str(value.value.0.clone(), origin)));
            }
        }
        let mut tolerations = Vec::new();
        for toleration in written.and_then(|p| p.tolerations.value()).into_iter().flatten().filter_map(Field::get) {
            let origin = self.cx.origins.written("placement", toleration.span);
            let value = &toleration.value;
            let fields = [
                ("key", &value.key),
                ("operator", &value.operator),
                ("value", &value.value),
                ("effect", &value.effect),
            ];
            let fields =
                fields.into_iter().filter_map(|(key, field)| Some((key, Data::str(field.value()?.0.clone(), origin))));
            tolerations.push(Data::map(fields, origin));
        }
        Data::map([("nodeSelector", Data::map(selector, here)), ("tolerations", Data::list(tolerations, here))], here)
    }

    fn storage(
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

    fn expose(&mut self, spec: &spec::Component) -> Option<Expose> {
        let expose = spec.expose.value()?;
        let host = self.dns(&expose.host, "host")?;
        let (issuer, class) = (self.cx.word(&expose.issuer, "issuer"), self.cx.word(&expose.class, "ingress class"));
        Some(Expose { host, issuer, class })
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

    fn parts(&mut self, spec: &spec::Component, variant: &Variant) -> Vec<Part> {
        let facts = variant.facts.parts.value();
        let written: Option<&Names<spec::Part>> = spec.parts.value();
        for (name, named) in written.into_iter().flatten() {
            if facts.is_none_or(|facts| !facts.contains_key(name)) {
                let known = facts.into_iter().flat_map(Names::keys).map(|name| &**name);
                self.cx.out.push(Decoder::unknown_name(UNKNOWN_PART, named.key, "part", name, known));
            }
        }
        let mut all = Vec::new();
        for (name, named) in facts.into_iter().flatten() {
            let Some(fact) = &named.value else { continue };
            let own = written.and_then(|written| written.get(name)).and_then(|named| named.value.as_ref());
            let absent = spec::Part::absent();
            let own = own.map_or(&absent, |own| &own.value);
            let fact = &fact.value;
            let origin = self.cx.origins.template(named.key, &[]);
            let enabled = match (own.enabled.get(), fact.enabled.get()) {
                (Some(written), _) => self.cx.traced("part", written.value, written.span),
                (None, Some(fact)) => Traced::new(fact.value, self.cx.origins.template(fact.span, &[])),
                (None, None) => Traced::new(true, origin),
            };
            let retention = self.cx.word(&own.retention, "retention").or_else(|| {
                let fact = fact.retention.get()?;
                Some(Traced::new(fact.value.0.clone(), self.cx.origins.template(fact.span, &[])))
            });
            let title = fact.title.get().map_or_else(
                || Traced::new(name.clone(), origin),
                |title| Traced::new(title.value.clone(), self.cx.origins.template(title.span, &[])),
            );
            all.push(Part {
                name: name.clone(),
                title,
                role: fact.role.value().map(|role| role.0.clone()),
                enabled,
                replicas: self.replicas(&own.replicas, &fact.replicas),
                retention,
                storage: self.storage(own.storage.value(), fact.storage.value().map(|storage| &storage.size)),
                serves: BTreeMap::new(),
                opens: fact.opens.value().into_iter().flatten().filter_map(Field::value).copied().collect(),
            });
        }
        all
    }

    fn manifests(&mut self, spec: &spec::Component) -> Vec<Manifest> {
        let mut all = Vec::new();
        for path in spec.manifests.value().into_iter().flatten().filter_map(Field::get) {
            // A file that could not be read has been reported where it was read.
            if let Some(text) = self.input.manifests.get(&path.value) {
                let path = self.cx.traced("manifest", path.value.clone(), path.span);
                all.push(Manifest { path, documents: text.documents.clone() });
            }
        }
        all
    }

    /// Evaluates the facts that depend on the component.
    fn compute(&mut self, component: &mut Component, variant: &Variant) {
        let none = component.name.origin;
        let base = self.base(component, none);
        let fullname = self.fullname(component, variant, &base);
        component.fullname = fullname;
        let mut map = base.as_map().cloned().unwrap_or_default();
        map.insert("fullname".into(), context::text(&component.fullname));
        let base = Data::map(map, none);
        let services = self.render(variant.computed.services.as_ref(), &base);
        component.services =
            service::services(self.cx, services.as_ref(), &component.namespace, &self.platform.domains);
        let serves = self.render(variant.computed.serves.as_ref(), &base);
        component.serves = service::serves(self.cx, serves.as_ref());
        for part in &mut component.parts {
            let serves = self.render(variant.computed.part_serves.get(&part.name), &base);
            part.serves = service::serves(self.cx, serves.as_ref());
        }
        let secrets = self.render(variant.computed.secrets.as_ref(), &base);
        component.secrets = secret::uses(self.cx, secrets.as_ref(), &component.name);
        let metrics = self.render(variant.computed.metrics.as_ref(), &base);
        component.metrics = metrics.as_ref().and_then(metrics_of);
        component.base = base;
    }

    fn render(&mut self, template: Option<&Template>, base: &Data) -> Option<Doc> {
        template?.render(base, None, &mut self.cx.origins, self.cx.out).doc()
    }

    /// Charts build the names of their objects from the release by one of a few rules; most cut at 63 characters.
    fn fullname(&mut self, component: &Component, variant: &Variant, base: &Data) -> Traced<Arc<str>> {
        let release = &component.release;
        let Some(doc) = self.render(variant.computed.fullname.as_ref(), base) else { return release.clone() };
        if let Value::Str(text) = &doc.value {
            return Traced::new(text.clone(), doc.origin);
        }
        let contains = doc.at(&["contains"]).and_then(Doc::as_str).unwrap_or("");
        let cut = match doc.at(&["truncate"]).map(|doc| &doc.value) {
            Some(Value::Int(number)) => usize::try_from(*number).unwrap_or(63),
            _ => 63,
        };
        let full = match release.value.contains(contains) {
            true => release.value.to_string(),
            false => format!("{}-{contains}", release.value),
        };
        let short: String = full.chars().take(cut).collect();
        let origin = self.cx.origins.derived("the chart's rule for its full name", &[release.origin, doc.origin]);
        Traced::new(short.trim_end_matches('-').into(), origin)
    }

    fn base(&mut self, component: &Component, none: OriginId) -> Data {
        let version = component.version.as_ref();
        let quantity = |size: &Traced<Quantity>| Data::str(size.value.text.clone(), size.origin);
        let count = |count: Option<&Traced<u16>>| {
            count.map_or_else(|| Data::null(none), |count| Data::int(count.value, count.origin))
        };
        let storage = |(class, size): &(Option<Traced<Arc<str>>>, Option<Traced<Quantity>>)| {
            let size = size.as_ref().map_or_else(|| Data::null(none), quantity);
            Data::map([("class", context::maybe(class.as_ref(), none)), ("size", size)], none)
        };
        let parts = component.parts.iter().map(|part| {
            let fields = [
                ("enabled", Data::bool(part.enabled.value, part.enabled.origin)),
                ("replicas", count(part.replicas.as_ref())),
                ("retention", context::maybe(part.retention.as_ref(), none)),
                ("storage", storage(&part.storage)),
            ];
            (part.name.clone(), Data::map(fields, none))
        });
        let parts = Data::map(parts.collect::<Vec<_>>(), none);
        let expose = component.expose.as_ref().map_or_else(
            || Data::null(none),
            |expose| {
                let issuer = context::maybe(expose.issuer.as_ref(), none);
                let class = context::maybe(expose.class.as_ref(), none);
                Data::map(
                    [("host", context::text(&expose.host)), ("issuer", issuer), ("className", class)],
                    expose.host.origin,
                )
            },
        );
        let major =
            version.map(|version| (i64::try_from(version.value.number.major).unwrap_or(i64::MAX), version.origin));
        let installer = &component.installed_by;
        let own = [
            ("name", context::text(&component.name)),
            ("release", context::text(&component.release)),
            ("namespace", context::text(&component.namespace)),
            ("version", version.map_or_else(|| Data::null(none), |v| Data::str(v.value.text.clone(), v.origin))),
            ("major", major.map_or_else(|| Data::null(none), |(major, origin)| Data::int(major, origin))),
            ("replicas", count(component.replicas.as_ref())),
            ("installedBy", Data::str(installer.value.word(), installer.origin)),
            ("parts", parts),
            ("settings", component.settings.clone()),
            ("expose", expose),
            ("storage", storage(&component.storage)),
            ("databases", Data::list(component.databases.iter().map(context::text).collect(), none)),
            ("placement", component.placement.clone()),
        ];
        Data::map(own.into_iter().chain(self.shared.entries()), none)
    }
}

fn metrics_of(doc: &Doc) -> Option<Metrics> {
    if matches!(doc.at(&["when"]).map(|when| &when.value), Some(Value::Bool(false))) {
        return None;
    }
    let text = |key| doc.at(&[key]).and_then(Doc::as_str).map(Arc::from);
    Some(Metrics {
        service: text("service")?,
        port_name: text("portName"),
        path: text("path").unwrap_or_else(|| "/metrics".into()),
        by_chart: doc.at(&["monitor"]).and_then(Doc::as_str) == Some("values"),
        origin: doc.origin,
    })
}
