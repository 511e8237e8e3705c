//! The contracts that are compiled in, sorted by chart and version.
//!
//! Written by `scripts/contracts.py list`; do not edit.

use super::Embedded;

/// Every embedded contract.
pub(super) static CONTRACTS: &[Embedded] = &[
    Embedded {
        name: "alertmanager",
        version: "1.9.0",
        text: include_str!("../../../schemas/charts/alertmanager/1.9.0.contract"),
    },
    Embedded {
        name: "alertmanager",
        version: "1.42.0",
        text: include_str!("../../../schemas/charts/alertmanager/1.42.0.contract"),
    },
    Embedded { name: "alloy", version: "1.11.1", text: include_str!("../../../schemas/charts/alloy/1.11.1.contract") },
    Embedded {
        name: "argo-cd",
        version: "10.1.1",
        text: include_str!("../../../schemas/charts/argo-cd/10.1.1.contract"),
    },
    Embedded {
        name: "argocd-apps",
        version: "2.0.5",
        text: include_str!("../../../schemas/charts/argocd-apps/2.0.5.contract"),
    },
    Embedded {
        name: "argocd-image-updater",
        version: "1.2.4",
        text: include_str!("../../../schemas/charts/argocd-image-updater/1.2.4.contract"),
    },
    Embedded {
        name: "cert-manager",
        version: "v1.21.1",
        text: include_str!("../../../schemas/charts/cert-manager/v1.21.1.contract"),
    },
    Embedded {
        name: "chromadb",
        version: "0.2.2",
        text: include_str!("../../../schemas/charts/chromadb/0.2.2.contract"),
    },
    Embedded {
        name: "cloudnative-pg",
        version: "0.29.0",
        text: include_str!("../../../schemas/charts/cloudnative-pg/0.29.0.contract"),
    },
    Embedded {
        name: "cluster",
        version: "0.8.1",
        text: include_str!("../../../schemas/charts/cluster/0.8.1.contract"),
    },
    Embedded {
        name: "connect",
        version: "2.4.1",
        text: include_str!("../../../schemas/charts/connect/2.4.1.contract"),
    },
    Embedded {
        name: "external-secrets",
        version: "2.9.0",
        text: include_str!("../../../schemas/charts/external-secrets/2.9.0.contract"),
    },
    Embedded {
        name: "grafana",
        version: "7.3.7",
        text: include_str!("../../../schemas/charts/grafana/7.3.7.contract"),
    },
    Embedded {
        name: "grafana",
        version: "10.5.15",
        text: include_str!("../../../schemas/charts/grafana/10.5.15.contract"),
    },
    Embedded {
        name: "grafana",
        version: "12.11.1",
        text: include_str!("../../../schemas/charts/grafana/12.11.1.contract"),
    },
    Embedded {
        name: "influxdb2",
        version: "2.1.2",
        text: include_str!("../../../schemas/charts/influxdb2/2.1.2.contract"),
    },
    Embedded {
        name: "ingress-nginx",
        version: "4.15.1",
        text: include_str!("../../../schemas/charts/ingress-nginx/4.15.1.contract"),
    },
    Embedded {
        name: "keycloakx",
        version: "7.1.11",
        text: include_str!("../../../schemas/charts/keycloakx/7.1.11.contract"),
    },
    Embedded {
        name: "kube-prometheus-stack",
        version: "57.0.3",
        text: include_str!("../../../schemas/charts/kube-prometheus-stack/57.0.3.contract"),
    },
    Embedded {
        name: "kube-prometheus-stack",
        version: "88.5.3",
        text: include_str!("../../../schemas/charts/kube-prometheus-stack/88.5.3.contract"),
    },
    Embedded {
        name: "kube-state-metrics",
        version: "8.4.0",
        text: include_str!("../../../schemas/charts/kube-state-metrics/8.4.0.contract"),
    },
    Embedded { name: "loki", version: "6.6.4", text: include_str!("../../../schemas/charts/loki/6.6.4.contract") },
    Embedded { name: "loki", version: "6.55.0", text: include_str!("../../../schemas/charts/loki/6.55.0.contract") },
    Embedded { name: "loki", version: "6.57.0", text: include_str!("../../../schemas/charts/loki/6.57.0.contract") },
    Embedded { name: "loki", version: "18.11.0", text: include_str!("../../../schemas/charts/loki/18.11.0.contract") },
    Embedded {
        name: "metallb",
        version: "0.16.1",
        text: include_str!("../../../schemas/charts/metallb/0.16.1.contract"),
    },
    Embedded {
        name: "mimir-distributed",
        version: "5.6.0",
        text: include_str!("../../../schemas/charts/mimir-distributed/5.6.0.contract"),
    },
    Embedded {
        name: "mimir-distributed",
        version: "6.2.0",
        text: include_str!("../../../schemas/charts/mimir-distributed/6.2.0.contract"),
    },
    Embedded { name: "minio", version: "5.4.0", text: include_str!("../../../schemas/charts/minio/5.4.0.contract") },
    Embedded {
        name: "ollama",
        version: "1.77.0",
        text: include_str!("../../../schemas/charts/ollama/1.77.0.contract"),
    },
    Embedded {
        name: "plugin-barman-cloud",
        version: "0.7.0",
        text: include_str!("../../../schemas/charts/plugin-barman-cloud/0.7.0.contract"),
    },
    Embedded {
        name: "prometheus-blackbox-exporter",
        version: "11.17.2",
        text: include_str!("../../../schemas/charts/prometheus-blackbox-exporter/11.17.2.contract"),
    },
    Embedded {
        name: "prometheus-node-exporter",
        version: "4.56.1",
        text: include_str!("../../../schemas/charts/prometheus-node-exporter/4.56.1.contract"),
    },
    Embedded {
        name: "prometheus-operator-crds",
        version: "31.0.1",
        text: include_str!("../../../schemas/charts/prometheus-operator-crds/31.0.1.contract"),
    },
    Embedded {
        name: "prometheus-postgres-exporter",
        version: "8.2.0",
        text: include_str!("../../../schemas/charts/prometheus-postgres-exporter/8.2.0.contract"),
    },
    Embedded {
        name: "prometheus-pve-exporter",
        version: "2.10.0",
        text: include_str!("../../../schemas/charts/prometheus-pve-exporter/2.10.0.contract"),
    },
    Embedded {
        name: "rollout-operator",
        version: "0.51.1",
        text: include_str!("../../../schemas/charts/rollout-operator/0.51.1.contract"),
    },
    Embedded {
        name: "secrets-store-csi-driver",
        version: "1.6.0",
        text: include_str!("../../../schemas/charts/secrets-store-csi-driver/1.6.0.contract"),
    },
    Embedded { name: "tempo", version: "2.2.4", text: include_str!("../../../schemas/charts/tempo/2.2.4.contract") },
    Embedded {
        name: "tempo-distributed",
        version: "3.3.0",
        text: include_str!("../../../schemas/charts/tempo-distributed/3.3.0.contract"),
    },
    Embedded {
        name: "topolvm",
        version: "17.1.0",
        text: include_str!("../../../schemas/charts/topolvm/17.1.0.contract"),
    },
    Embedded {
        name: "traefik",
        version: "41.3.0",
        text: include_str!("../../../schemas/charts/traefik/41.3.0.contract"),
    },
    Embedded { name: "vault", version: "0.34.1", text: include_str!("../../../schemas/charts/vault/0.34.1.contract") },
];
