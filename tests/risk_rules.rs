//! Rules of risk on edits of Detectviz: what each says, and that each is shown somewhere.

#![expect(clippy::disallowed_methods, reason = "a test")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::path::Path;

use dvgen::diff::risk::RULES;
use dvgen::diff::{Input, Report, Side, Unread, compare};
use dvgen::pipeline::{Compilation, Options, compile};
use dvgen::world::{MemoryWorld, RelPath};

/// Edits of the spec, and what is said of them: level, rule, subject.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str]);

/// Holds in all cases.
const BASE: &[(&str, &str)] = &[(
    "      grafana.ini: { users: { default_theme: light } }",
    "      image: { tag: 12.1.0 }\n      grafana.ini: { users: { default_theme: light } }",
)];

const CASES: &[Case] = &[
    (
        &[("version: 18.11.0,", "application: { metadata: { finalizers: [] } }, version: 18.11.0,")],
        &["caution finalizer-changed loki"],
    ),
    (
        &[("project: observability", "project: watching")],
        &["caution project-changed grafana", "caution project-changed mimir"],
    ),
    (&[("host: grafana.detectviz.internal", "host: boards.detectviz.internal")], &["caution exposure-changed grafana"]),
    (
        &[("revision: main", "revision: stable")],
        &["caution revision-changed the platform", "caution large-change the platform"],
    ),
    (&[("storage: { size: 100Gi }", "storage: { size: 50Gi }")], &["danger volume-changed minio"]),
    (
        &[("default_theme: light } }", "default_theme: light }, auth.anonymous: { enabled: true, org_role: Admin } }")],
        &["danger new-problem platform.yaml:170"],
    ),
    (
        &[
            ("{ from: alloy, to: loki }", "{ from: alloy, to: loki, tenant: platform }"),
            (
                "query:       { from: grafana, to: [mimir, loki, tempo, alertmanager] }",
                "query:       { from: grafana, to: [mimir, tempo, alertmanager] }\n  - query:       { from: grafana, to: loki, tenant: platform }",
            ),
        ],
        &["danger data-left-behind loki"],
    ),
    (
        &[(
            "    version: 0.2.2",
            "    chart: { repo: https://charts.example.org, name: chromadb }\n    version: 0.2.2",
        )],
        &["caution source-moved chromadb"],
    ),
    (&[("  name: detectviz\n", "  name: boards\n")], &["danger platform-renamed the platform"]),
    (&[("tag: 12.1.0", "tag: 12.1.1")], &["routine image-version grafana"]),
    (&[("tag: 12.1.0", "tag: 13.0.0")], &["caution image-version grafana"]),
    (
        &[("vmid: 114\n    cores: 6", "vmid: 116\n    cores: 5")],
        &[
            "danger machine-replaced app-worker",
            "caution machine-resized app-worker",
            "danger machine-replaced ai-worker",
        ],
    ),
    (
        &[(
            "size: 250Gi, volumeGroup: topolvm-vg }\n  ai-worker",
            "size: 200Gi, volumeGroup: topolvm-vg }\n  ai-worker",
        )],
        &["danger machine-resized app-worker"],
    ),
    (&[("lan: 192.168.0.13,", "lan: 192.168.0.23,")], &["danger address-changed master-3"]),
    (&[("lan: 192.168.0.15,", "lan: 192.168.0.25,")], &["caution address-changed ai-worker"]),
    (
        &[("  networkPolicies: true", "  networkPolicies: false")],
        &["danger object-removed grafana", "danger object-removed vault"],
    ),
    (&[("version: 0.34.1", "version: 0.33.0")], &["caution chart-version vault"]),
    (&[("version: 0.34.1", "version: 0.35.0")], &["caution chart-version vault"]),
    (&[("version: 2.9.0", "version: 2.10.0")], &["routine chart-version external-secrets"]),
    (
        &[("prometheus: { replicas: 1,", "prometheus: { replicas: 2,")],
        &["caution replicas-changed kube-prometheus-stack, part prometheus"],
    ),
    (
        &[(
            "version: 18.11.0,",
            "application: { spec: { syncPolicy: { syncOptions: [Replace=true] } } }, version: 18.11.0,",
        )],
        &["danger sync-policy-changed loki"],
    ),
    (&[("cidr: 10.244.0.0/16", "cidr: 10.245.0.0/16")], &["danger cluster-network-changed the cluster"]),
    (&[("cluster: cluster.local", "cluster: k8s.local")], &["danger cluster-network-changed the cluster"]),
    (&[("cidr: 10.96.0.0/12", "cidr: 10.112.0.0/12")], &["danger cluster-network-changed the cluster"]),
    (
        &[("to: minio, name: loki }", "to: minio, name: logs }"), ("name: keycloak }", "name: sso }")],
        &["danger data-left-behind loki", "danger data-left-behind keycloak"],
    ),
    (
        &[
            ("volumeGroup: topolvm-vg }\n  ai-worker", "volumeGroup: fast-vg }\n  ai-worker"),
            ("volumeGroup: topolvm-vg }", "volumeGroup: fast-vg }"),
            ("volumeGroup: topolvm-vg,", "volumeGroup: fast-vg,"),
        ],
        &["danger data-left-behind storage class topolvm"],
    ),
    (&[("retention: 15d", "retention: 5d")], &["danger retention-shortened kube-prometheus-stack, part prometheus"]),
    // That majors are merged too, the head says itself.
    (&[("\nflows:", "\nrenovate: { automerge: true }\n\nflows:")], &["caution new-problem platform.yaml:184"]),
    (
        &[("\nflows:", "\nrenovate: { packageRules: [{ matchUpdateTypes: [minor], automerge: true }] }\n\nflows:")],
        &["caution bot-changed renovate"],
    ),
    (&[("release: detectviz-loki", "release: loki")], &["danger release-renamed loki"]),
    (&[("kubernetes: 1.32.0", "kubernetes: 1.34.0")], &["danger tool-version kubernetes"]),
    (&[("kubernetes: 1.32.0", "kubernetes: 1.31.0")], &["danger tool-version kubernetes"]),
    // Two machines swap their numbers.
    (
        &[("vmid: 114", "vmid: 999"), ("vmid: 115", "vmid: 114"), ("vmid: 999", "vmid: 115")],
        &["danger machine-replaced app-worker", "danger machine-replaced ai-worker"],
    ),
    (
        &[("\n  app-worker:\n", "\n  web-worker:\n"), ("      app-worker: {", "      web-worker: {")],
        &["danger node-renamed web-worker"],
    ),
    (
        &[
            ("\n  chromadb:\n", "\n  vectors:\n    library: chromadb\n"),
            ("to: chromadb }", "to: vectors }"),
            ("chromadb: $remove", "vectors: $remove"),
            ("to: chromadb, $remove", "to: vectors, $remove"),
        ],
        &["danger component-renamed vectors", "danger service-renamed vectors"],
    ),
];

/// Edits of other platforms, and what is said of them.
const OF_PLATFORMS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "flowagent",
        "platform.yaml",
        "            mongodb_up == 0\n",
        "            mongodb_up < 1\n",
        "caution alerting-changed alerting",
    ),
    (
        "flowagent",
        "platform.yaml",
        "      approval: production                # who approves is said there; until then the branch of Argo CD stays where it is\n",
        "",
        "danger pipeline-changed .github/workflows/cd-deploy.yml",
    ),
    (
        "homelab",
        "platform.yaml",
        "protocol: ssh, access: identity",
        "protocol: ssh, access: public",
        "danger exposure-changed pve",
    ),
    (
        "homelab",
        "monitoring.yaml",
        "host: grafana.harvestasya.org, access: identity",
        "host: grafana.harvestasya.org, access: machine",
        "caution exposure-changed grafana",
    ),
    ("homelab", "applications.yaml", "open: [/rest]", "open: [/]", "danger exposure-changed navidrome"),
    ("homelab", "monitoring.yaml", "access: machine", "access: public", "caution exposure-changed influxdb2"),
    ("homelab", "platform.yaml", "- 103.21.244.0/22", "- 0.0.0.0/0", "danger exposure-changed traefik"),
    (
        "prj-sde-002",
        "platform.yaml",
        "tenant: machines, settings",
        "tenant: hosts, settings",
        "caution flow-changed alloy",
    ),
    (
        "detectviz",
        "platform.yaml",
        "host: grafana.detectviz.internal, issuer: selfsigned",
        "host: grafana.detectviz.internal, issuer: vault-pki",
        "caution certificate-moved grafana",
    ),
    ("homelab", "monitoring.yaml", "raw: 90d", "raw: 30d", "danger retention-shortened thanos"),
    (
        "homelab",
        "monitoring.yaml",
        "raw: 90d, fiveMinutes: 1y",
        "raw: 120d, fiveMinutes: 90d",
        "danger retention-shortened thanos",
    ),
    ("detectviz", "platform.yaml", "    node: pve   ", "    node: pve2  ", "danger machine-replaced the machines"),
    (
        "prj-sde-002",
        "platform.yaml",
        "schedule: sun 06:00",
        "schedule: \"*-*-01 06:00\"",
        "caution backup-lowered restore test monitoring",
    ),
    (
        "prj-sde-002",
        "platform.yaml",
        "settings: { server: monitoring }",
        "settings: { server: backup }",
        "danger machine-moved consul",
    ),
    (
        "composable",
        "config/security.yaml",
        "require_signature: true",
        "require_signature: false",
        "danger protection-lowered composition monitoring-stack",
    ),
    (
        "composable",
        "platform.yaml",
        "grpc: 127.0.0.1:4317",
        "grpc: 0.0.0.0:4317",
        "caution exposure-changed composition alloy-devkit",
    ),
    (
        "composable",
        "blueprints/dev-platform.yaml",
        "allowed_origins: [\"http://localhost:8080\"]",
        "allowed_origins: [\"*\"]",
        "caution exposure-changed composition dev-platform",
    ),
    (
        "composable",
        "platform.yaml",
        "logs: { tenant: detectviz-production }",
        "logs: { tenant: detectviz }",
        "caution data-left-behind composition alloy-devkit",
    ),
    ("prj-sde-002", "platform.yaml", "critical: 2160h", "critical: 720h", "danger retention-shortened loki"),
    ("prj-sde-002", "platform.yaml", "export: /volume1/pbs", "export: /volume2/pbs", "danger data-left-behind pbs"),
    (
        "flowagent",
        "platform.yaml",
        "location: asia-east1-a",
        "location: asia-east1-b",
        "danger machine-replaced the cluster",
    ),
    ("detectviz", "platform.yaml", "storage: nvme-vm", "storage: sata-vm", "danger machine-replaced the machines"),
    ("detectviz", "platform.yaml", "id: 9000", "id: 9001", "danger machine-replaced the machines"),
    (
        "flowagent",
        "images.yaml",
        "tag: 3f1c2a9d7b5e4c60a1b2c3d4e5f60718293a4b5c",
        "tag: 4f1c2a9d7b5e4c60a1b2c3d4e5f60718293a4b5c",
        "caution image-version module-a",
    ),
    (
        "prj-sde-002",
        "platform.yaml",
        "retention: { last: 3, daily: 14",
        "retention: { last: 3, daily: 7",
        "danger retention-shortened backup store main",
    ),
    (
        "prj-sde-002",
        "platform.yaml",
        "prometheus: { settings: { retention: 3d } }",
        "prometheus: { settings: { retention: 1d } }",
        "danger retention-shortened prometheus",
    ),
    (
        "homelab",
        "applications.yaml",
        "settings: { postgresql: \"18.0\", extensions: { vchord: 0.5.3 } }",
        "settings: { postgresql: \"17.6\", extensions: { vchord: 0.5.3 } }",
        "danger database-version immich-db",
    ),
];

/// Edits of manifests of one's own and of Helm values, and what is said of them.
const OF_OBJECTS: &[(&str, &str, &str)] = &[
    ("matchLabels: { app: web }", "matchLabels: { app: site }", "danger immutable-field cert-manager"),
    ("clusterIP: 10.96.0.50", "clusterIP: 10.96.0.51", "danger immutable-field cert-manager"),
    ("image: registry.example.org/once:1", "image: registry.example.org/once:2", "danger immutable-field cert-manager"),
    ("serviceName: store", "serviceName: storage", "danger immutable-field cert-manager"),
    ("accessModes: [ReadWriteOnce]", "accessModes: [ReadWriteMany]", "danger immutable-field cert-manager"),
    ("requests: { storage: 20Gi }", "requests: { storage: 10Gi }", "danger volume-changed cert-manager"),
    ("scope: Namespaced", "scope: Cluster", "danger immutable-field cert-manager"),
    ("secretName: web-tls", "secretName: site-tls", "caution certificate-moved cert-manager"),
    ("apiVersion: v1\nkind: Namespace\nmetadata: { name: extra }\n---\n", "", "danger object-removed cert-manager"),
    (
        "image: docker.io/library/postgres:16.4",
        "image: docker.io/library/postgres:17.2",
        "danger database-version cert-manager",
    ),
    (
        "image: docker.io/library/postgres:16.4 }",
        "image: docker.io/library/postgres:16.4, securityContext: { privileged: true } }",
        "danger more-rights cert-manager",
    ),
    (
        "image: docker.io/library/postgres:16.4 }",
        "image: docker.io/library/postgres:16.4, securityContext: { capabilities: { add: [SYS_ADMIN] } } }",
        "caution more-rights cert-manager",
    ),
    ("add: [NET_BIND_SERVICE]", "add: [SYS_ADMIN]", "caution more-rights cert-manager"),
    ("add: [NET_BIND_SERVICE]", "add: [NET_BIND_SERVICE, SYS_ADMIN]", "caution more-rights cert-manager"),
    ("emptyDir: {}", "hostPath: { path: / }", "danger more-rights cert-manager"),
    (
        "spec: { containers: [{ name: db",
        "spec: { volumes: [{ name: root, hostPath: { path: / } }], containers: [{ name: db",
        "danger more-rights cert-manager",
    ),
    ("apiVersion: v1\nkind: Namespace\n", PRIVILEGED, "danger more-rights cert-manager"),
    (
        "  selector: { matchLabels: { app: web } }\n",
        "  replicas: 0\n  selector: { matchLabels: { app: web } }\n",
        "danger replicas-changed cert-manager",
    ),
    ("  replicas: 3\n", "  replicas: 0\n", "danger replicas-changed cert-manager"),
    ("ha: { enabled: true,", "ha: { enabled: true, replicas: 0,", "danger replicas-changed vault"),
    ("  jobTemplate: {", "  suspend: true\n  jobTemplate: {", "caution runs-suspended cert-manager"),
    ("raft: { enabled: true }", "raft: { enabled: false }", "danger store-changed vault"),
    (
        "metadata: { name: data, namespace: cert-manager }",
        "metadata: { name: data, namespace: vault }",
        "danger object-removed cert-manager",
    ),
    (
        "metadata: { name: keeper, namespace: cert-manager }",
        "metadata: { name: keeper, namespace: vault }",
        "danger namespace-moved cert-manager",
    ),
    ("[--retention=30d, --port=80", "[--retention=3d, --port=81", "danger retention-shortened cert-manager"),
    ("[{ from: [{ podSelector: { matchLabels: { app: store } } }] }]", "[{}]", "danger isolation-lowered cert-manager"),
    ("policyTypes: [Ingress]", "policyTypes: [Egress]", "danger isolation-lowered cert-manager"),
    (
        "podSelector: { matchLabels: { app: web } }",
        "podSelector: { matchLabels: { app: nobody } }",
        "danger isolation-lowered cert-manager",
    ),
    ("verbs: [get, list]", "verbs: [\"*\"]", "danger more-rights cert-manager"),
    ("verbs: [get, list]", "verbs: [get, list, delete]", "caution more-rights cert-manager"),
    (
        "subjects: [{ kind: ServiceAccount, name: reader, namespace: cert-manager }]",
        "subjects: [{ kind: Group, name: \"system:authenticated\", apiGroup: rbac.authorization.k8s.io }]",
        "danger more-rights cert-manager",
    ),
    (
        "kind: ClusterRole, name: reader }",
        "kind: ClusterRole, name: cluster-admin }",
        "danger more-rights cert-manager",
    ),
    (
        "image: registry.example.org/keeper:1.0.0",
        "image: docker.io/evil/keeper:1.0.1",
        "caution source-moved cert-manager",
    ),
    ("size: 11Gi", "size: 9Gi", "danger volume-changed vault"),
    ("dataStorage: { enabled: true", "dataStorage: { enabled: false", "danger volume-changed vault"),
];

/// Texts of what is edited, and what stands there then.
type Edits = &'static [(&'static str, &'static str)];

/// Edits of them, part of what the most careful finding says of them, and part of the edit that it names.
const SAID: &[(Edits, &str, &str)] = &[
    (&[("{ port: 443 }", "{ port: 8443 }")], "front lets everybody in on some ports", "ingress[0].ports"),
    (&[("endPort: 9100", "endPort: 9200")], "front lets everybody in on some ports", "endPort"),
    (
        &[(
            "from: [{ podSelector: { matchLabels: { app: probe } } }]",
            "from: [{ namespaceSelector: {}, podSelector: {} }]",
        )],
        "front lets everybody in",
        "ingress[1]",
    ),
    (
        &[("matchLabels: { app: outward }", "matchLabels: { app: inward }")],
        "outward holds for other pods: those that it held for can go anywhere",
        "podSelector",
    ),
    (&[("resourceNames: [first], ", "")], "opener may do more: `get` on each of `secrets`", "resourceNames"),
    (
        &[("resourceNames: [first]", "resourceNames: [first, second]")],
        "opener may do more: `get` on `secrets` `second`",
        "resourceNames",
    ),
    (
        &[("team: two", "team: three"), ("ClusterRole, name: view", "ClusterRole, name: cluster-admin")],
        "looker gives the rights of `cluster-admin`",
        "roleRef.name",
    ),
    // The head says it itself.
    (
        &[("enabled: false, org_role: Viewer", "enabled: true, org_role: Admin")],
        "warning[anonymous-admin]: Grafana lets everybody in as Admin",
        "auth.anonymous",
    ),
    (
        &[("enabled: false, org_role: Viewer", "enabled: true, org_role: Viewer")],
        "lets everybody in without a name",
        "enabled",
    ),
    (
        &[("grafana.ini: {", "image: { registry: docker.io, repository: evil/grafana }\n      grafana.ini: {")],
        "`image.repository` is `evil/grafana`, and so far its chart said what it is",
        "image",
    ),
    (
        &[("otel_exporter_insecure: \"false\"", "otel_exporter_insecure: \"true\"")],
        "`spec.otel_exporter_insecure` is true",
        "otel",
    ),
    (
        &[("LDAP_TLS_SKIP_VERIFY, value: \"false\"", "LDAP_TLS_SKIP_VERIFY, value: \"true\"")],
        "env[LDAP_TLS_SKIP_VERIFY].value` is true: a certificate is no longer checked",
        "value",
    ),
    (
        &[(
            "env: [{ name: LDAP_TLS_SKIP_VERIFY, value: \"false\" }]",
            "env: [{ name: LDAP_TLS_SKIP_VERIFY, value: \"false\" }, { name: OTHER_INSECURE, value: \"true\" }]",
        )],
        "env[OTHER_INSECURE].value` is true",
        "env",
    ),
    (&[("127.0.0.1:9901", ":9901")], "listens at `:9901`", "address"),
    (&[("emptyDir: {}", "hostPath: { path: / }")], "StatefulSet cert-manager/store: mounts `/` of its node", "volumes"),
];

/// Edits of them, and the rule that has nothing to say of them.
const NOT_SAID: &[(Edits, &str)] = &[
    (&[("{ port: 80 }, { port: 443 }", "{ port: 443 }")], "isolation-lowered"),
    (&[("{ port: 80 }, { port: 443 }", "{ port: 443 }, { port: 80, protocol: TCP }")], "isolation-lowered"),
    (&[("endPort: 9100", "endPort: 9050")], "isolation-lowered"),
    (
        &[("{ port: 9000, endPort: 9100 }", "{ port: 9000, endPort: 9050 }, { port: 9051, endPort: 9100 }")],
        "isolation-lowered",
    ),
    (&[("{ app: front, tier: edge }", "{ tier: edge, app: front }"), ("team: one", "team: none")], "isolation-lowered"),
    (
        &[(
            "from: [{ podSelector: { matchLabels: { app: probe } } }]",
            "from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: probe } } }]",
        )],
        "isolation-lowered",
    ),
    (&[("team: two", "team: three")], "more-rights"),
    (&[("org_role: Viewer", "org_role: Admin")], "exposure-changed"),
    (&[("auth_enabled: false", "auth_enabled: true")], "data-left-behind"),
    (&[("skipCertManager: false", "skipCertManager: true")], "protection-lowered"),
    (&[("grafana.ini: {", "sidecar: { image: { tag: 1.2.3 } }\n      grafana.ini: {")], "source-moved"),
    (&[("resourceNames: [first]", "resourceNames: []"), ("verbs: [get] }", "verbs: [] }")], "more-rights"),
    (&[("verbs: [get] }", "verbs: [] }")], "more-rights"),
    (&[("speaker:1.0.0", "speaker:1.0.1")], "source-moved"),
    (&[("127.0.0.1:9901", "127.0.0.1:9902")], "exposure-changed"),
    (&[("127.0.0.1:9901", "localhost:9901")], "exposure-changed"),
    (
        &[("enabled: false, org_role: Viewer", "enabled: false, org_role: Viewer, hide_version: true")],
        "exposure-changed",
    ),
];

const OF_RBAC: &str = "apiVersion: rbac.authorization.k8s.io/v1\n";

/// Roles and bindings that are new, and what is said of them: level, rule, message. What binds a new role is told with it.
const GRANTED: &[(&[&str], &[&str])] = &[
    (
        &[
            "kind: Role\nmetadata: { name: keys, namespace: web }\nrules: [{ apiGroups: [\"\"], resources: [secrets, pods], verbs: [get] }]",
        ],
        &["danger Role web/keys is new and may `get` on `secrets`, `get` on `pods`"],
    ),
    (
        &[
            "kind: Role\nmetadata: { name: reads, namespace: web }\nrules: [{ apiGroups: [\"\"], resources: [pods], verbs: [get] }]",
            "kind: RoleBinding\nmetadata: { name: reads, namespace: web }\nroleRef: { kind: Role, name: reads }\nsubjects: [{ kind: ServiceAccount, name: web, namespace: web }]",
        ],
        &["caution Role web/reads is new: ServiceAccount `web/web` may `get` on `pods`"],
    ),
    (
        &[
            "kind: ClusterRole\nmetadata: { name: climbs }\nrules: [{ apiGroups: [\"*\"], resources: [roles], verbs: [list, escalate] }]",
        ],
        &["danger ClusterRole climbs is new and may `escalate` on `roles`, `list` on `roles`"],
    ),
    (&["kind: ClusterRole\nmetadata: { name: sums }\naggregationRule: {}\nrules: []"], &[]),
    (
        &[
            "kind: RoleBinding\nmetadata: { name: rules, namespace: web }\nroleRef: { kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: User, name: ann }]",
        ],
        &[
            "danger RoleBinding web/rules is new: gives User `ann` the rights of ClusterRole `cluster-admin` in its namespace",
        ],
    ),
    // What the role that is there may do decides.
    (
        &[
            "kind: RoleBinding\nmetadata: { name: opens, namespace: cert-manager }\nroleRef: { kind: Role, name: opener }\nsubjects: [{ kind: User, name: ann }]",
        ],
        &[
            "danger RoleBinding cert-manager/opens is new: gives User `ann` the rights of Role `opener` in its namespace",
        ],
    ),
    (
        &[
            "kind: RoleBinding\nmetadata: { name: looks, namespace: web }\nroleRef: { kind: ClusterRole, name: reader }\nsubjects: [{ kind: User, name: ann }]",
        ],
        &["caution RoleBinding web/looks is new: gives User `ann` the rights of ClusterRole `reader` in its namespace"],
    ),
    (
        &[
            "kind: RoleBinding\nmetadata: { name: all, namespace: web }\nroleRef: { kind: ClusterRole, name: reader }\nsubjects: [{ kind: Group, name: \"system:authenticated\" }]",
        ],
        &[
            "danger RoleBinding web/all is new: gives Group `system:authenticated`, everybody who is signed in, each pod too, the rights of ClusterRole `reader` in its namespace",
        ],
    ),
    (
        &[
            "kind: ClusterRoleBinding\nmetadata: { name: wide }\nroleRef: { kind: ClusterRole, name: reader }\nsubjects: [{ kind: User, name: ann }]",
        ],
        &[
            "danger ClusterRoleBinding wide is new: gives User `ann` the rights of ClusterRole `reader` in the whole cluster",
        ],
    ),
];

#[test]
fn roles_that_are_new_are_judged_by_what_they_give() {
    let base = with_objects(WITH_OBJECTS, OBJECTS);
    let mut wrong = Vec::new();
    for (new, expected) in GRANTED {
        let mut all: Vec<String> = new.iter().map(|one| format!("{OF_RBAC}{one}\n")).collect();
        all.push(OBJECTS.to_owned());
        let report = reviewed(&base, &with_objects(WITH_OBJECTS, &all.join("---\n")));
        let of_rights = report.findings.iter().filter(|finding| finding.rule.name == "more-rights");
        let said: Vec<String> = of_rights.map(|f| format!("{} {}", f.level.word(), f.message)).collect();
        if said != *expected {
            wrong.push(format!("{expected:#?}\nis not {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Edits of them that a rule of the review and a problem of the head are about: what is said of it, each time once.
const ONCE: &[(Edits, &str, &str)] =
    &[(&[("enabled: false, org_role: Viewer", "enabled: true, org_role: Admin")], "lets everybody in", "danger")];

/// A whole object that is new.
const PRIVILEGED: &str = include_str!("data/risk/privileged.yaml");

const OBJECTS: &str = include_str!("data/risk/objects.yaml");

const WITH_OBJECTS: &str = include_str!("data/risk/platform.yaml");

fn spec() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reviews/platform.yaml");
    edited(&std::fs::read_to_string(path).expect("the platform"), BASE)
}

#[track_caller]
fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the spec");
        text.replacen(from, to, 1)
    })
}

fn compiled(text: &str) -> Compilation {
    compiled_with(&[("platform.yaml".to_owned(), text.as_bytes().to_vec())])
}

fn compiled_with(files: &[(String, Vec<u8>)]) -> Compilation {
    let world = MemoryWorld::new(files.iter().map(|(name, text)| (name.as_str(), text.as_slice())));
    let spec = RelPath::root().join("platform.yaml").expect("a path");
    compile(&world, &Options { provenance: true, ..Options::new(spec) })
}

fn reviewed(base: &Compilation, head: &Compilation) -> Report {
    let specs = ("platform.yaml", "platform.yaml");
    compare(Input {
        base: (base, Side::default()),
        head: (head, Side::default()),
        specs,
        committed: None,
        unread: Unread::default(),
    })
}

fn said(report: &Report) -> Vec<String> {
    let line = |f: &dvgen::diff::risk::Finding| format!("{} {} {}", f.level.word(), f.rule.name, f.subject);
    report.findings.iter().map(line).collect()
}

#[test]
fn each_edit_is_judged() {
    let text = spec();
    let base = compiled(&text);
    assert!(!base.has_errors(), "{:?}", base.diagnostics);
    let mut missing = Vec::new();
    for (edits, expected) in CASES {
        let head = compiled(&edited(&text, edits));
        let report = reviewed(&base, &head);
        for finding in report.findings.iter().filter(|finding| finding.causes.is_empty()) {
            missing.push(format!("{edits:?}\n  {} of {} names no edit", finding.rule.name, finding.subject));
        }
        let said = said(&report);
        for wanted in expected.iter().filter(|wanted| said.iter().all(|line| line != *wanted)) {
            let errors: Vec<_> = head.diagnostics.iter().filter(|p| p.is_error()).map(|p| &p.message).collect();
            missing.push(format!("{edits:?}\n  {wanted} is not in {said:#?} {errors:?}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn edits_of_other_platforms_are_judged() {
    let mut missing = Vec::new();
    for (platform, file, from, to, wanted) in OF_PLATFORMS {
        let mut files = platforms::files(&platforms::named(platform), &[platforms::EXPECTED]);
        let base = compiled_with(&files.clone().into_iter().collect::<Vec<_>>());
        let text = String::from_utf8(files.remove(*file).expect("a file")).expect("UTF-8");
        files.insert((*file).to_owned(), edited(&text, &[(*from, *to)]).into_bytes());
        let report = reviewed(&base, &compiled_with(&files.into_iter().collect::<Vec<_>>()));
        expect(&report, wanted, from, &mut missing);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Edits that change no output.
const WITHOUT_EFFECT: &[(&str, &str, &str, &str)] = &[
    ("homelab", "platform.yaml", "host: argocd.harvestasya.org, access: identity", "access: public"),
    ("homelab", "monitoring.yaml", "host: grafana.harvestasya.org, access: identity", "access: public"),
];

#[test]
fn an_edit_that_changes_no_output_has_no_effect() {
    for (platform, file, from, to) in WITHOUT_EFFECT {
        let mut files = platforms::files(&platforms::named(platform), &[platforms::EXPECTED]);
        let base = compiled_with(&files.clone().into_iter().collect::<Vec<_>>());
        let text = String::from_utf8(files.remove(*file).expect("a file")).expect("UTF-8");
        let to = from.replace("access: identity", to);
        files.insert((*file).to_owned(), edited(&text, &[(*from, &*to)]).into_bytes());
        let report = reviewed(&base, &compiled_with(&files.into_iter().collect::<Vec<_>>()));
        assert!(!report.edits.is_empty() && report.is_empty(), "{file}: {to}: {:?}", said(&report));
    }
}

#[test]
fn every_change_has_a_reason() {
    let text = spec();
    let base = compiled(&text);
    let edits = [("tag: 12.1.0", "tag: 13.0.0"), ("default_theme: light", "default_theme: dark")];
    let report = reviewed(&base, &compiled(&edited(&text, &edits)));
    let mute = report.findings.iter().filter(|finding| finding.why.is_empty());
    let mute: Vec<_> = mute.map(|finding| (finding.rule.name, &finding.message)).collect();
    assert!(report.findings.len() > 1 && mute.is_empty(), "{mute:?}");
}

#[test]
fn edits_of_objects_are_judged() {
    let base = with_objects(WITH_OBJECTS, OBJECTS);
    let mut missing = Vec::new();
    for (from, to, wanted) in OF_OBJECTS {
        expect(&of_objects(&base, &[(*from, *to)]), wanted, from, &mut missing);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Returns the review of edits of the objects and of what they are in.
fn of_objects(base: &Compilation, edits: &[(&str, &str)]) -> Report {
    let (mut spec, mut objects) = (WITH_OBJECTS.to_owned(), OBJECTS.to_owned());
    for edit in edits {
        let text = if spec.contains(edit.0) { &mut spec } else { &mut objects };
        *text = edited(text, &[*edit]);
    }
    reviewed(base, &with_objects(&spec, &objects))
}

fn with_objects(spec: &str, objects: &str) -> Compilation {
    let named = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    compiled_with(&[named("platform.yaml", spec), named("objects.yaml", objects)])
}

#[test]
fn what_is_said_of_objects_names_the_edit() {
    let base = with_objects(WITH_OBJECTS, OBJECTS);
    let mut missing = Vec::new();
    for (edits, wanted, edit) in SAID {
        let report = of_objects(&base, edits);
        let of = |finding: &&dvgen::diff::risk::Finding| {
            let named: Vec<String> =
                finding.causes.iter().filter_map(|at| report.edits.get(*at)).map(dvgen::diff::Edit::words).collect();
            let text = format!("{}: {}", finding.message, finding.why);
            text.contains(wanted) && !named.is_empty() && named.iter().all(|words| words.contains(edit))
        };
        if report.findings.iter().find(of).is_none() {
            missing.push(format!("{edits:?}: {wanted} by {edit} is not in {:#?}", said(&report)));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn one_effect_is_said_once() {
    let base = with_objects(WITH_OBJECTS, OBJECTS);
    for (edits, part, level) in ONCE {
        let report = of_objects(&base, edits);
        let said = report.findings.iter().filter(|finding| finding.message.contains(part));
        let levels: Vec<&str> = said.map(|finding| finding.level.word()).collect();
        assert_eq!(levels, [*level], "{edits:?}: {:#?}", report.findings);
    }
}

#[test]
fn what_is_no_matter_is_not_said() {
    let base = with_objects(WITH_OBJECTS, OBJECTS);
    let mut wrong = Vec::new();
    for (edits, rule) in NOT_SAID {
        let report = of_objects(&base, edits);
        assert!(!report.is_empty(), "{edits:?} changes nothing");
        let said = report.findings.iter().filter(|finding| finding.rule.name == *rule);
        wrong.extend(said.map(|finding| format!("{edits:?}: {}", finding.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn expect(report: &Report, wanted: &str, from: &str, missing: &mut Vec<String>) {
    let said = said(report);
    if said.iter().all(|line| line != wanted) {
        missing.push(format!("{from:?}: {wanted} is not in {said:#?} {:?}", report.left_out));
    }
    for finding in report.findings.iter().filter(|finding| finding.causes.is_empty()) {
        missing.push(format!("{from:?}: {} of {} names no edit", finding.rule.name, finding.subject));
    }
}

#[test]
fn environments_come_and_go() {
    let text = spec();
    let (start, _) = text.split_once("\nenvironments:").expect("environments");
    let (both, one) = (compiled(&text), compiled(start));
    assert_eq!(said(&reviewed(&both, &one)).first().map(String::as_str), Some("danger environment-removed staging"));
    assert!(said(&reviewed(&one, &both)).iter().any(|line| line == "caution environment-added staging"));
}

/// Rules of what no spec of ours makes: they are tested beside their code, or with a broken side in `review_cases.rs`.
const ELSEWHERE: &[&str] = &["new-problem", "outputs-not-built"];

#[test]
fn every_rule_is_shown_once() {
    let mut shown = CASES.iter().flat_map(|(_, expected)| expected.iter().copied()).collect::<Vec<_>>().join("\n");
    for folder in ["reviews", "changes/detectviz", "changes/homelab", "changes/flowagent", "changes/prj-sde-002"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
        for entry in std::fs::read_dir(folder).expect("reviews").flatten() {
            shown += &std::fs::read_to_string(entry.path().join("report.txt")).unwrap_or_default();
        }
    }
    let others = OF_PLATFORMS.iter().map(|(.., wanted)| *wanted).chain(OF_OBJECTS.iter().map(|(.., wanted)| *wanted));
    shown.extend(others);
    shown += "environment-added environment-removed";
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/README.md");
    let page = std::fs::read_to_string(page).expect("the page");
    for rule in RULES {
        assert!(shown.contains(rule.name) || ELSEWHERE.contains(&rule.name), "{} is shown nowhere", rule.name);
        assert!(
            page.contains(&format!("[{}](review.md#{0}) | {} |", rule.name, rule.code)),
            "{} is not in docs/rules/README.md",
            rule.name
        );
    }
}
