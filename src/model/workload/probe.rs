//! Probes, volumes and files of a workload.

use std::sync::Arc;

use super::{Reader, written_only};
use crate::diag::Diagnostic;
use crate::model::INCOMPLETE;
use crate::spec::{self, Probe, Probes, WorkloadPort};
use crate::template::Data;
use crate::yaml::{Field, Names};

impl Reader<'_, '_> {
    /// Returns the probes of a container, as Kubernetes takes them.
    pub(super) fn probes(&mut self, written: &Field<Probes>, ports: &Field<Names<WorkloadPort>>) -> Data {
        let Some(probes) = written.value() else { return Data::map::<&str>([], self.none) };
        let known: Vec<&Arc<str>> = ports.value().into_iter().flat_map(Names::keys).collect();
        let fields = [
            ("startup", self.probe(&probes.startup, &known)),
            ("readiness", self.probe(&probes.readiness, &known)),
            ("liveness", self.probe(&probes.liveness, &known)),
        ];
        Data::map(fields, self.none)
    }

    fn probe(&mut self, written: &Field<Probe>, ports: &[&Arc<str>]) -> Data {
        let Some(probe) = written.get() else { return Data::null(self.none) };
        let here = self.cx.origins.written("probe", probe.span);
        let fields = &probe.value;
        let port = match fields.port.get() {
            Some(port) => {
                self.port(&port.value.0, port.span, ports, "a probe");
                Some(Data::str(port.value.0.clone(), self.cx.origins.written("port", port.span)))
            }
            None => ports.first().map(|port| Data::str(Arc::clone(port), here)),
        };
        let command = fields.command.get().is_some();
        if port.is_none() && !command && !fields.port.is_broken() && !fields.command.is_broken() {
            let message = format!("a probe of `{}` asks nothing: its container has no port", self.name.value);
            let problem = Diagnostic::error(INCOMPLETE, probe.span, message);
            self.cx.out.push(problem.help("give it a `command`, or the container a port"));
        }
        let (path, none) = (self.text(&fields.path, "path"), Data::null(self.none));
        let port = port.unwrap_or_else(|| none.clone());
        let (http, tcp, exec) = if command {
            (none.clone(), none.clone(), Data::map([("command", self.words(&fields.command, "command"))], here))
        } else if path.as_str().is_some() {
            (Data::map([("path", path), ("port", port)], here), none.clone(), none.clone())
        } else {
            (none.clone(), Data::map([("port", port)], here), none.clone())
        };
        let all = [
            ("exec", exec),
            ("httpGet", http),
            ("tcpSocket", tcp),
            ("initialDelaySeconds", self.number(&fields.initial_delay, "probe")),
            ("periodSeconds", self.number(&fields.period, "probe")),
            ("timeoutSeconds", self.number(&fields.timeout, "probe")),
            ("failureThreshold", self.number(&fields.failures, "probe")),
        ];
        written_only(all, here)
    }

    /// Returns where volumes and files are in the main container.
    pub(super) fn mounts(&mut self, written: &spec::Workload) -> Data {
        let mut all = Vec::new();
        for (name, named) in written.volumes.value().into_iter().flatten() {
            let Some(volume) = &named.value else { continue };
            let origin = self.cx.origins.written("volume", named.key);
            let fields =
                [("name", Data::str(name.clone(), origin)), ("mountPath", self.text(&volume.value.path, "path"))];
            all.push(Data::map(fields, origin));
        }
        for (path, key) in file_keys(written) {
            let origin = self.cx.origins.written("file", path.span);
            let fields = [
                ("name", Data::str("files", origin)),
                ("mountPath", Data::str(path.value.0.clone(), origin)),
                ("subPath", Data::str(key, origin)),
                ("readOnly", Data::bool(true, origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    /// Returns the volumes of the pod: claims, and folders that go with it.
    pub(super) fn volumes(&mut self, written: &spec::Workload) -> Data {
        let stateful = written.controller.value() == Some(&spec::Controller::StatefulSet);
        let mut all = Vec::new();
        for (name, named) in written.volumes.value().into_iter().flatten() {
            let Some(volume) = &named.value else { continue };
            let origin = self.cx.origins.written("volume", named.key);
            let claimed = volume.value.size.get().is_some();
            if claimed && stateful {
                continue;
            }
            let claim = claimed.then(|| Data::map([("claimName", self.claim_name(name, &volume.value))], origin));
            let folder = (!claimed).then(|| Data::map::<&str>([], origin));
            let null = || Data::null(self.none);
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("claim", claim.unwrap_or_else(null)),
                ("folder", folder.unwrap_or_else(null)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    fn claim_name(&mut self, name: &Arc<str>, volume: &spec::WorkloadVolume) -> Data {
        match volume.claim.get() {
            Some(claim) => Data::str(claim.value.0.clone(), self.cx.origins.written("claim", claim.span)),
            None => Data::str(format!("{}-{name}", self.name.value), self.name.origin),
        }
    }

    /// Returns the claims.
    pub(super) fn claims(&mut self, written: &spec::Workload) -> Data {
        let mut all = Vec::new();
        for (name, named) in written.volumes.value().into_iter().flatten() {
            let Some(volume) = named.value.as_ref().map(|volume| &volume.value) else { continue };
            let Some(size) = volume.size.get() else { continue };
            let origin = self.cx.origins.written("volume", named.key);
            let size = Data::str(size.value.text.clone(), self.cx.origins.written("size", size.span));
            let fields = [
                ("name", Data::str(name.clone(), origin)),
                ("claim", self.claim_name(name, volume)),
                ("size", size),
                ("class", self.text(&volume.class, "storage class")),
                ("shared", Data::bool(volume.shared.value() == Some(&true), origin)),
            ];
            all.push(Data::map(fields, origin));
        }
        Data::list(all, self.none)
    }

    /// Returns the files, by the keys of their ConfigMap.
    pub(super) fn files(&mut self, written: &spec::Workload) -> Data {
        let texts = written.files.value().into_iter().flat_map(|files| &files.0).map(|(_, text)| text);
        let mut all = Vec::new();
        for ((path, key), text) in file_keys(written).zip(texts) {
            let Some(text) = text.get() else { continue };
            let _ = path;
            all.push((
                Arc::<str>::from(key),
                Data::str(text.value.clone(), self.cx.origins.written("file", text.span)),
            ));
        }
        Data::map(all, self.none)
    }
}

/// Iterates over the files with the keys that they have in their ConfigMap, which takes no `/`.
fn file_keys(
    written: &spec::Workload,
) -> impl Iterator<Item = (&crate::source::Spanned<spec::scalars::AbsolutePath>, String)> {
    let files = written.files.value().into_iter().flat_map(|files| &files.0);
    files.filter_map(|(path, _)| path.get()).map(|path| {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
        (path, path.value.0.trim_start_matches('/').chars().map(plain).collect())
    })
}
