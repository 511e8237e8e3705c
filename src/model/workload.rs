//! Workloads as meant: what the templates of `workload` read, nearly as Kubernetes takes it.
//!
//! Everything that a person wrote is there with its line, defaults are filled in, and images are whole names. What comes
//! from flows ([`flow_env()`]) is added where the flows of the component are known.

mod container;
mod flow_env;
mod probe;

use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::image::{self, Image};
use super::resolve::Resolver;
use super::{INCOMPLETE, NO_EFFECT, Text, UNKNOWN_PORT};
use crate::diag::Diagnostic;
use crate::source::{OriginId, Span};
use crate::spec::{self, Controller, ServiceType};
use crate::template::{Data, DataValue};
use crate::yaml::{Field, Names};

pub(super) use flow_env::{SETTING as FLOW_SETTING, check as check_flow_env, flow_env, own_env};

/// A workload of a component.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What templates read.
    pub data: Data,
    /// Whether a load balancer outside stands before it.
    pub load_balancer: bool,
}

impl Workload {
    /// Returns whether each node has a copy.
    pub fn is_on_each_node(&self) -> bool {
        self.kind() == "daemonset"
    }

    /// Returns what keeps its pods, as kubectl calls it.
    pub fn kind(&self) -> &'static str {
        match self.data.get("controller").and_then(Data::as_str).map(|kind| &**kind) {
            Some("StatefulSet") => "statefulset",
            Some("DaemonSet") => "daemonset",
            _ => "deployment",
        }
    }
}

/// What reading a workload needs.
pub(super) struct Reader<'a, 'b> {
    pub(super) cx: &'a mut Resolver<'b>,
    pub(super) images: &'a [Image],
    pub(super) name: &'a Text,
    pub(super) none: OriginId,
}

impl Reader<'_, '_> {
    /// Reads a workload.
    pub(super) fn workload(mut self, written: &spec::Workload, component: &spec::Component) -> Workload {
        self.check(written, component);
        let here = self.name.origin;
        let controller = written.controller.get();
        let kind = match controller.map(|controller| controller.value) {
            Some(Controller::StatefulSet) => "StatefulSet",
            Some(Controller::DaemonSet) => "DaemonSet",
            _ => "Deployment",
        };
        let origin = controller.map(|controller| self.cx.origins.written("controller", controller.span));
        let autoscale = written.autoscale.value().map(|autoscale| self.autoscale(autoscale));
        let volumes = self.volumes(written);
        let files = self.files(written);
        let claims = self.claims(written);
        let fields = vec![
            ("controller", Data::str(kind, origin.unwrap_or(here))),
            ("recreate", Data::bool(kind == "Deployment" && !is_empty(&claims) && !shared(written), here)),
            ("containers", self.containers(written)),
            ("volumes", volumes),
            ("claims", claims),
            ("files", files),
            ("filesHash", self.files_hash(written)),
            ("ports", self.service_ports(written)),
            ("serves", self.serves(written)),
            ("service", self.service(written)),
            ("secretItems", self.secret_items(written)),
            ("autoscale", autoscale.unwrap_or_else(|| Data::null(here))),
            ("disruption", self.disruption(written)),
            ("metrics", self.metrics(written)),
            ("security", self.security(written)),
            ("identity", self.texts(&written.identity, "identity")),
            ("podLabels", self.labels(written)),
            ("podAnnotations", self.texts(&written.pod_annotations, "annotation")),
        ];
        let service = written.service.value().and_then(|service| service.kind.value());
        Workload { data: Data::map(fields, here), load_balancer: service == Some(&ServiceType::LoadBalancer) }
    }

    /// What can be said of the workload by itself.
    fn check(&mut self, written: &spec::Workload, component: &spec::Component) {
        let main: Vec<&Arc<str>> = written.ports.value().into_iter().flat_map(Names::keys).collect();
        let sidecars = written.sidecars.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
        let beside = sidecars.filter_map(|sidecar| sidecar.value.ports.value()).flat_map(Names::keys);
        let all: Vec<&Arc<str>> = main.iter().copied().chain(beside).collect();
        if let Some(port) = written.metrics.value().and_then(|metrics| metrics.port.get()) {
            self.port(&port.value.0, port.span, &all, "the metrics");
        }
        if let (Some(_), Some(replicas)) = (written.autoscale.get(), component.replicas.span()) {
            let span = written.autoscale.span();
            let message = format!("`replicas` of `{}` has no effect beside `autoscale`", self.name.value);
            let problem = Diagnostic::warning(NO_EFFECT, replicas, message)
                .why("the autoscaler sets the number of copies, and Argo CD would set it back");
            let problem =
                span.into_iter().fold(problem, |problem, span| problem.related(span, "this sets their number"));
            self.cx.out.push(problem.help("remove it; `min` and `max` of `autoscale` are the bounds"));
        }
        if let Some(autoscale) = written
            .autoscale
            .get()
            .filter(|auto| matches!((&auto.value.cpu, &auto.value.memory), (Field::Absent, Field::Absent)))
        {
            let message = format!("nothing says what the copies of `{}` follow", self.name.value);
            let problem = Diagnostic::error(INCOMPLETE, autoscale.span, message);
            self.cx
                .out
                .push(problem.help("write `cpu` or `memory`: how much of what is asked for is to be used, in percent"));
        }
    }

    /// Reports a port that no container has.
    pub(super) fn port(&mut self, name: &str, span: Span, known: &[&Arc<str>], whose: &str) {
        if known.iter().any(|port| &***port == name) {
            return;
        }
        let names = known.iter().map(|port| &***port);
        let problem = crate::yaml::Decoder::unknown_name(UNKNOWN_PORT, span, "port", name, names);
        self.cx
            .out
            .push(problem.why(format!("{whose} of `{}` would be looked for where nothing listens", self.name.value)));
    }

    pub(super) fn image(&mut self, written: &Field<spec::scalars::ImageRef>) -> Data {
        match image::find(self.cx, self.images, written) {
            Some((text, origin)) => Data::str(text, origin),
            None => Data::null(self.none),
        }
    }

    pub(super) fn texts(&mut self, names: &Field<Names<Arc<str>>>, what: &'static str) -> Data {
        let mut all = Vec::new();
        for (name, named) in names.value().into_iter().flatten() {
            let Some(value) = &named.value else { continue };
            let origin = self.cx.origins.written(what, value.span);
            all.push((name.clone(), Data::str(value.value.clone(), origin)));
        }
        Data::map(all, self.none)
    }

    fn labels(&mut self, written: &spec::Workload) -> Data {
        let mut all = Vec::new();
        for (name, named) in written.pod_labels.value().into_iter().flat_map(|labels| &labels.0) {
            let Some(value) = &named.value else { continue };
            let origin = self.cx.origins.written("label", value.span);
            all.push((name.clone(), Data::str(value.value.0.clone(), origin)));
        }
        Data::map(all, self.none)
    }

    pub(super) fn number<T: Copy + Into<i64>>(&mut self, field: &Field<T>, what: &'static str) -> Data {
        match field.get() {
            Some(number) => Data::int(number.value, self.cx.origins.written(what, number.span)),
            None => Data::null(self.none),
        }
    }

    pub(super) fn text<T: Clone + Into<Arc<str>>>(&mut self, field: &Field<T>, what: &'static str) -> Data {
        match field.get() {
            Some(text) => Data::str(text.value.clone().into(), self.cx.origins.written(what, text.span)),
            None => Data::null(self.none),
        }
    }

    fn flag(&mut self, field: Option<&Field<bool>>, default: bool) -> Data {
        match field.and_then(Field::get) {
            Some(flag) => Data::bool(flag.value, self.cx.origins.written("security", flag.span)),
            None => Data::bool(default, self.none),
        }
    }

    /// The Service: what stands before the ports.
    fn service(&mut self, written: &spec::Workload) -> Data {
        let service = written.service.get();
        let fields = service.map(|service| &service.value);
        let here = service.map_or(self.none, |service| self.cx.origins.written("Service", service.span));
        let kind = fields.and_then(|service| service.kind.get());
        let kind = match kind {
            Some(kind) => Data::str(kind.value.word(), self.cx.origins.written("type", kind.span)),
            None => Data::str("ClusterIP", here),
        };
        let annotations = match fields {
            Some(service) => self.texts(&service.annotations, "annotation"),
            None => Data::map::<&str>([], here),
        };
        let ranges = fields.and_then(|service| service.source_ranges.value()).into_iter().flatten();
        let ranges: Vec<Data> = ranges
            .filter_map(Field::get)
            .map(|range| Data::str(range.value.0.to_string(), self.cx.origins.written("range", range.span)))
            .collect();
        let fields = [("type", kind), ("annotations", annotations), ("sourceRanges", Data::list(ranges, here))];
        Data::map(fields, here)
    }

    fn autoscale(&mut self, written: &spec::Autoscale) -> Data {
        let fields = [
            ("min", self.number(&written.min, "least number")),
            ("max", self.number(&written.max, "largest number")),
            ("cpu", self.number(&written.cpu, "processor time")),
            ("memory", self.number(&written.memory, "memory")),
            ("downAfter", self.number(&written.down_after, "time")),
        ];
        Data::map(fields, self.none)
    }

    fn disruption(&mut self, written: &spec::Workload) -> Data {
        let Some(disruption) = written.disruption.value() else { return Data::null(self.none) };
        let mut count = |field: &Field<spec::scalars::Share>| match field.get() {
            Some(word) => {
                let origin = self.cx.origins.written("disruption budget", word.span);
                word.value
                    .0
                    .parse::<u16>()
                    .map_or_else(|_| Data::str(word.value.0.clone(), origin), |n| Data::int(n, origin))
            }
            None => Data::null(self.none),
        };
        let fields = [
            ("minAvailable", count(&disruption.min_available)),
            ("maxUnavailable", count(&disruption.max_unavailable)),
        ];
        Data::map(fields, self.none)
    }

    fn metrics(&mut self, written: &spec::Workload) -> Data {
        let Some(metrics) = written.metrics.get() else { return Data::null(self.none) };
        let here = self.cx.origins.written("metrics", metrics.span);
        let fields = [
            ("port", self.text(&metrics.value.port, "port")),
            ("path", self.text(&metrics.value.path, "path")),
            ("interval", self.interval(&metrics.value.interval)),
        ];
        Data::map(fields, here)
    }

    fn interval(&mut self, written: &Field<spec::scalars::Duration>) -> Data {
        match written.get() {
            Some(span) => Data::str(span.value.text.clone(), self.cx.origins.written("interval", span.span)),
            None => Data::null(self.none),
        }
    }

    /// Who it runs as: not root, with the files of the image as they are, unless the spec says otherwise.
    fn security(&mut self, written: &spec::Workload) -> Data {
        let security = written.security.value();
        let absent = spec::PodSecurity::absent();
        let given = security.unwrap_or(&absent);
        let group = self.number(&given.group, "group");
        let volume_group = match self.number(&given.volume_group, "group") {
            own if own.as_int().is_some() => own,
            _ => group.clone(),
        };
        let fields = [
            ("user", self.number(&given.user, "user")),
            ("group", group),
            ("volumeGroup", volume_group),
            ("root", self.flag(Some(&given.root), false)),
            ("writableImage", self.flag(Some(&given.writable_image), false)),
            ("apiToken", self.flag(Some(&given.api_token), false)),
        ];
        Data::map(fields, self.none)
    }

    /// A changed file changes the pods, which would not read it anew otherwise.
    fn files_hash(&self, written: &spec::Workload) -> Data {
        let Some(files) = written.files.get() else { return Data::null(self.none) };
        let mut hash = Sha256::new();
        for (path, text) in &files.value.0 {
            for part in [path.value().map(|path| &path.0), text.value()].into_iter().flatten() {
                hash.update(part.as_bytes());
                hash.update([0]);
            }
        }
        let mut short = String::with_capacity(16);
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(short, "{byte:02x}");
        }
        Data::str(short, self.none)
    }
}

/// Returns whether all claims can be mounted by several nodes at once.
fn shared(written: &spec::Workload) -> bool {
    let volumes = written.volumes.value().into_iter().flatten().filter_map(|(_, named)| named.value.as_ref());
    let mut claims = volumes.filter(|volume| volume.value.size.get().is_some());
    claims.all(|volume| volume.value.shared.value() == Some(&true))
}

/// Returns a map of the fields that are there, for what goes into a manifest as it is.
fn written_only<const N: usize>(fields: [(&'static str, Data); N], origin: OriginId) -> Data {
    let there = |(_, data): &(&str, Data)| !matches!(data.value, DataValue::Null);
    Data::map(fields.into_iter().filter(there), origin)
}

fn is_empty(data: &Data) -> bool {
    data.as_list().is_none_or(<[Data]>::is_empty)
}
