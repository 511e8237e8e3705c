//! The one builder of Argo CD's `Application`: every Application that dvgen writes is made here.

use super::build::{list, lit, map, some, text, unless_empty};
use crate::doc::{Doc, Key, Map};
use crate::model::{Platform, Repository, Text};
use crate::source::OriginId;

/// The API server of the cluster that Argo CD runs in.
pub(super) const IN_CLUSTER: &str = "https://kubernetes.default.svc";

/// What differs between Applications.
pub(super) struct Application<'a> {
    /// Where what is the same in all of them comes from.
    pub(super) origin: OriginId,
    /// Its name, as Argo CD knows it.
    pub(super) name: String,
    /// The namespace that Argo CD looks for Applications in.
    pub(super) argocd: &'a Text,
    /// Its labels.
    pub(super) labels: Option<Doc>,
    /// Its annotations.
    pub(super) annotations: Option<Doc>,
    /// Its project.
    pub(super) project: Doc,
    /// The namespace of objects that name none.
    pub(super) namespace: &'a Text,
    /// Where its objects come from.
    pub(super) from: Sources,
    /// Whether its objects go when it goes. Not so for the root: one wrong deletion would take the whole platform.
    pub(super) cascade: bool,
    /// What a person reads in its details.
    pub(super) info: Option<Doc>,
    /// `syncOptions` and `retry`, beside the automated sync that all have.
    pub(super) sync: [(&'static str, Option<Doc>); 2],
    /// What is not changed back.
    pub(super) ignore_differences: Option<Doc>,
}

/// Where the objects of an Application come from.
pub(super) enum Sources {
    /// One source.
    One(Doc),
    /// Several, or one of several.
    Many(Vec<Doc>),
}

/// Returns how often a sync that failed is tried again: without end, at most three minutes apart. Argo CD gives up after five
/// attempts, some three minutes, where nothing is said (`RetryStrategy{Limit: 5}` in its controller), and then leaves the
/// commit alone; but a person who opens a gate, or writes a secret into the store, takes longer. From 3.2 on a new attempt
/// may take the newest commit; without that a repair in Git waits behind the attempts of the broken one.
pub(super) fn retry(platform: &Platform, here: OriginId) -> Doc {
    let backoff =
        map(here, [("duration", lit(here, "10s")), ("factor", Doc::int(2, here)), ("maxDuration", lit(here, "3m"))]);
    let refresh = platform.argocd_version().is_some_and(|version| version >= (3, 2));
    let refresh = refresh.then(|| Doc::bool(true, here));
    some(here, [("limit", Some(Doc::int(-1, here))), ("refresh", refresh), ("backoff", Some(backoff))])
}

impl Application<'_> {
    /// Returns the manifest.
    pub(super) fn doc(self) -> Doc {
        let here = self.origin;
        let cascade = || list(here, [lit(here, "resources-finalizer.argocd.argoproj.io")]);
        let finalizers = self.cascade.then(cascade);
        let metadata = some(
            here,
            [
                ("name", Some(Doc::str(self.name, here))),
                ("namespace", Some(text(self.argocd))),
                ("labels", self.labels),
                ("annotations", self.annotations),
                ("finalizers", finalizers),
            ],
        );
        let (key, source) = match self.from {
            Sources::One(source) => ("source", source),
            Sources::Many(sources) => ("sources", Doc::list(sources, here)),
        };
        let spec = some(
            here,
            [
                ("project", Some(self.project)),
                ("destination", Some(destination(here, text(self.namespace)))),
                (key, Some(source)),
                ("info", self.info.and_then(unless_empty)),
                ("syncPolicy", Some(sync_policy(here, self.sync))),
                ("ignoreDifferences", self.ignore_differences),
            ],
        );
        object(here, "Application", metadata, spec)
    }
}

/// Returns an object of Argo CD.
pub(super) fn object(here: OriginId, kind: &'static str, metadata: Doc, spec: Doc) -> Doc {
    map(
        here,
        [
            ("apiVersion", lit(here, "argoproj.io/v1alpha1")),
            ("kind", lit(here, kind)),
            ("metadata", metadata),
            ("spec", spec),
        ],
    )
}

/// Returns a namespace of the cluster as a destination.
pub(super) fn destination(here: OriginId, namespace: Doc) -> Doc {
    map(here, [("server", lit(here, IN_CLUSTER)), ("namespace", namespace)])
}

/// Returns a source in the platform's own repository.
pub(super) fn git<const N: usize>(repository: &Repository, here: OriginId, extra: [(&'static str, Doc); N]) -> Doc {
    let mut fields = Map::with_capacity(2 + N);
    let own = [("repoURL", text(&repository.url)), ("targetRevision", text(&repository.revision))];
    for (key, doc) in own.into_iter().chain(extra) {
        fields.push_new(Key { text: key.into(), origin: here }, doc);
    }
    Doc::map(fields, here)
}

/// Automated: a gate holds through the health of what comes first, never by a manual sync.
fn sync_policy(here: OriginId, more: [(&'static str, Option<Doc>); 2]) -> Doc {
    let automated = map(here, [("prune", Doc::bool(true, here)), ("selfHeal", Doc::bool(true, here))]);
    let [options, retry] = more;
    some(here, [("automated", Some(automated)), options, retry])
}
