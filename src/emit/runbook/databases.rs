//! How a database comes back from its archive, and a volume from the share that it lies on.

use super::Writer;
use crate::emit::page::code;
use crate::model::{Component, Flow, StorageClass};
use crate::source::OriginId;
use crate::spec::FlowKind;

/// The component of the library whose archive a new cluster can begin with.
const CLUSTER: &str = "cnpg-cluster";

impl<'a> Writer<'a> {
    /// Returns the databases that write an archive, with the flow to it.
    fn archived(&self) -> impl Iterator<Item = (&'a Component, &'a Flow)> + use<'a> {
        let platform = self.source.platform;
        let flows = platform.flows.iter().filter(|flow| flow.kind == FlowKind::Backup);
        let archived = flows.filter_map(|flow| Some((platform.components.get(flow.from.component.0)?, flow)));
        archived.filter(|(component, _)| &*component.library == CLUSTER && component.is_installed())
    }

    /// Returns where the first archive is asked for, or else the first share that volumes lie on.
    pub(super) fn first_archived(&self) -> Option<OriginId> {
        let shares = self.source.platform.topology.storage_classes.iter().filter_map(|class| class.share.as_ref());
        self.archived().map(|(_, flow)| flow.origin).chain(shares.map(|share| share.origin)).next()
    }

    /// Says how a new cluster of databases begins with the archive of an old one.
    pub(super) fn lost_databases(&mut self) {
        let all: Vec<_> = self.archived().collect();
        let Some((component, flow)) = all.first().copied() else { return };
        let platform = self.source.platform;
        let (name, origin) = (&component.name.value, flow.origin);
        let store = platform.components.get(flow.to.component.0).map(|store| &*store.name.value).unwrap_or_default();
        let bucket = flow.name.as_ref().map_or(&**name, |bucket| &*bucket.value);
        self.say(
            "**A database is lost, or has to go back in time**: a new cluster is made beside the old one, and begins with what the archive has of\nit, up to a time. An archive reaches from its first base backup on to the last minutes:",
        );
        let mut rows = Vec::new();
        for (component, flow) in &all {
            let bucket = flow.name.as_ref().map_or(&*component.name.value, |bucket| &*bucket.value);
            let store = platform.components.get(flow.to.component.0).map(|store| &*store.name.value);
            let (namespace, cluster) = (&component.namespace.value, &component.fullname.value);
            let cells = vec![
                code(&component.name.value),
                code(cluster),
                format!("{} at {}", code(bucket), code(store.unwrap_or_default())),
                code(&format!(
                    "kubectl -n {namespace} get objectstores.barmancloud.cnpg.io {cluster}-archive -o jsonpath='{{.status.serverRecoveryWindow}}'"
                )),
            ];
            let reads = [flow.origin, component.fullname.origin];
            rows.push((cells, self.origins.derived("what a database is recovered from", &reads)));
        }
        self.page.table(&["database", "cluster", "archive", "what it reaches back to"], &rows);
        self.page.text(
            &format!(
                "1. In the spec, copy {} under another name, such as {}, with\n   `settings: {{ recover: {{ from: {}, until: \"2026-01-31 12:00:00+00\" }} }}`; without `until` everything comes back.\n   It needs the version of PostgreSQL and the extensions of the old one.\n2. Copy its `backup` flow too, with `name: {bucket}`: the new cluster reads the bucket of the old one, and\n   writes an archive of its own beside it.\n3. Put the items of the new component into the store (see Secrets), build and commit. It is there when\n   {} says `Cluster in healthy state`.\n4. Let the `database` flows go to the new component, build and commit. Passwords and owners are those of the flows, as before. What\n   was written to the old one after `until` is not in the new one.\n5. Look at the data, and wait for the first base backup of the new cluster. Only then remove the old component and its volumes;\n   {} keeps the old archive until you delete it.",
                code(name),
                code(&format!("{name}-2")),
                component.fullname.value,
                code(&format!("kubectl -n {} get clusters.postgresql.cnpg.io", component.namespace.value)),
                code(store),
            ),
            origin,
        );
    }

    /// Says where the files of volumes on shares are, and how an old one is taken again.
    pub(super) fn lost_volumes(&mut self) {
        let platform = self.source.platform;
        let shared = platform.topology.storage_classes.iter().filter_map(|class| Some((class, class.share.as_ref()?)));
        let shared: Vec<(&StorageClass, &crate::model::Text)> = shared.collect();
        for (class, share) in shared {
            let server = class.server.as_ref().map(|server| code(&server.value)).unwrap_or_default();
            let text = format!(
                "**A volume of class {} is lost, or has to go back**: each is a directory of {} on {server}. dvgen makes\nno backup of it: what brings it back is a snapshot or a copy that the server makes. Stop what uses the claim, bring the directory back on\nthe server under the same name, and start again. Argo CD puts back what is scaled by hand: scale its application controller to 0\nbefore, and up again afterwards. Which directory it is:",
                code(&class.name.value),
                code(&share.value),
            );
            self.page.text(&text, class.name.origin);
            let line = format!(
                "kubectl get pv -o jsonpath='{{range .items[?(@.spec.storageClassName==\"{}\")]}}{{.spec.claimRef.namespace}}/{{.spec.claimRef.name}} {{.spec.csi.volumeHandle}}{{\"\\n\"}}{{end}}'",
                class.name.value
            );
            self.page.commands([(line, class.name.origin)]);
        }
    }
}
