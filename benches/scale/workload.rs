//! The workload: a platform of N components of one shape, each with an Application and some forty lines of Helm values.
//! It is a function of N alone.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::super::Result;

const TIERS: [&str; 3] = ["frontend", "backend", "data"];
const TEAMS: usize = 23;
const SIZES: [&str; 3] = ["small", "medium", "large"];

/// What is known about one component.
struct App {
    name: String,
    team: String,
    tier: &'static str,
    size: &'static str,
    version: String,
    replicas: usize,
    exposed: bool,
    /// How far it is from a component that needs nothing.
    wave: usize,
    /// Earlier components, so that there is no cycle.
    depends: Vec<String>,
}

fn pick(words: &[&'static str; 3], number: usize) -> &'static str {
    let [first, second, third] = words;
    match number % 3 {
        0 => first,
        1 => second,
        _ => third,
    }
}

fn name(number: usize) -> String {
    format!("app-{number:05}")
}

fn team(number: usize) -> String {
    format!("team-{:02}", number % TEAMS)
}

fn app(number: usize) -> App {
    let mut depends = Vec::new();
    if !number.is_multiple_of(4) {
        depends.push(name(number / 2));
    }
    if number % 6 == 5 {
        depends.push(name(number / 3));
    }
    App {
        name: name(number),
        team: team(number * 7),
        tier: pick(&TIERS, number),
        size: pick(&SIZES, number % 7),
        version: format!("{}.0.0", 1 + number % 4),
        replicas: 1 + number % 5,
        exposed: number.is_multiple_of(3),
        wave: number.checked_ilog2().map_or(0, |wave| wave as usize + 1),
        depends,
    }
}

/// Writes five rules of the platform's own beside it, which hold.
pub fn write_rules(dir: &Path) -> Result<()> {
    let policies = dir.join("dvgen/policies");
    fs::create_dir_all(&policies)?;
    fs::write(policies.join("own.yaml"), RULES)?;
    Ok(())
}

/// One looks at the platform, three at each component, one at each document.
const RULES: &str = r#"kind: Rules
rules:
  - name: names-of-apps
    message: the name of a component does not begin with app
    match: { each: component }
    validations: [{ expression: "component.name.startsWith('app-') || component.name == 'argocd'" }]
  - name: few-copies
    message: a component has too many copies
    match: { each: component }
    validations: [{ expression: "component.?replicas.orValue(1) < 100" }]
  - name: few-needs
    message: a component needs very many others
    match: { each: component }
    validations: [{ expression: "waveOf(component) >= 0 && size(component.needs) < 1000" }]
  - name: one-namespace-many-names
    message: two components have one name
    validations: [{ expression: "size(platform.components.map(one, one.name).distinct()) == size(platform.components)" }]
  - name: objects-have-names
    message: an object has no name
    match: { each: document }
    validations: [{ expression: "!has(document.kind) || has(document.name)" }]
"#;

/// Writes the platform: a spec, the component that all of its components are made of, and the contracts of its chart.
pub fn write(dir: &Path, n: usize) -> Result<()> {
    let library = dir.join("dvgen/values/app");
    fs::create_dir_all(&library)?;
    fs::write(library.join("component.yaml"), COMPONENT)?;
    fs::write(library.join("values.dvgen.yaml"), VALUES)?;
    let contracts = dir.join("dvgen/schemas/charts/app");
    fs::create_dir_all(&contracts)?;
    for major in 1..=4 {
        let text = CONTRACT.replace("VERSION", &format!("{major}.0.0"));
        fs::write(contracts.join(format!("{major}.0.0.contract")), text)?;
    }
    fs::write(dir.join("platform.yaml"), spec(n)?)?;
    Ok(())
}

fn spec(n: usize) -> Result<String> {
    let mut text = String::from(SPEC);
    writeln!(text, "groups:")?;
    for team in (0..TEAMS).map(team) {
        text.push_str(&GROUP.replace("TEAM", &team));
    }
    writeln!(text, "components:\n  argocd: {{ installedBy: ansible, version: 10.1.1 }}")?;
    for app in (0..n).map(app) {
        let App { name, team, tier, size, version, replicas, exposed, .. } = &app;
        let upstreams = app.depends.join(",");
        writeln!(text, "  {name}:")?;
        writeln!(text, "    library: app\n    version: {version}\n    replicas: {replicas}")?;
        writeln!(text, "    namespace: {team}-{tier}\n    group: {team}")?;
        write!(text, "    settings: {{ team: {team}, tier: {tier}, size: {size}, exposed: {exposed}")?;
        if !upstreams.is_empty() {
            write!(text, ", upstreams: \"{upstreams}\"")?;
        }
        writeln!(text, " }}")?;
        if !upstreams.is_empty() {
            writeln!(text, "    requires: [{}]", app.depends.join(", "))?;
        }
    }
    Ok(text)
}

/// Returns the same list for a program that takes it as JSON.
pub fn apps_json(n: usize) -> String {
    let apps = (0..n).map(app).map(|app| {
        serde_json::json!({
            "name": app.name,
            "namespace": format!("{}-{}", app.team, app.tier),
            "team": app.team,
            "tier": app.tier,
            "chart": "app",
            "version": app.version,
            "repo": "https://charts.example.org/stable",
            "wave": app.wave,
            "depends": app.depends,
            "size": app.size,
            "replicas": app.replicas,
            "exposed": app.exposed,
        })
    });
    serde_json::json!({ "apps": apps.collect::<Vec<_>>() }).to_string()
}

const SPEC: &str = "\
apiVersion: dvgen.dev/v1alpha1
kind: Platform
metadata:
  name: scale
  environment: production
domains:
  external: example.org
  cluster: cluster.local
versions:
  kubernetes: 1.34.0
repository:
  url: https://git.example.org/platform/deploy.git
  revision: main
";

const GROUP: &str = "  TEAM:
    application:
      metadata:
        labels:
          app.kubernetes.io/managed-by: bench
          platform.example.org/team: TEAM
      spec:
        ignoreDifferences:
          - group: apps
            kind: Deployment
            jsonPointers: [/spec/replicas]
";

const COMPONENT: &str = "\
title: App
description: A service of one of the teams.
chart: { repo: https://charts.example.org/stable, name: app }
tested: \">=1, <5\"
namespace: apps
replicas: 1
fullname: { contains: app, truncate: 63 }
services:
  http: { name: !expr name, port: 8080, portName: http }
kinds:
  namespaced: [Deployment.apps, Service, ServiceAccount, Ingress.networking.k8s.io, PodDisruptionBudget.policy]
sync: { serverSideApply: true }
";

const VALUES: &str = r#"fullnameOverride: !expr name
replicaCount: !expr replicas
image:
  repository: !text "registry.example.org/<< settings.team >>/<< name >>"
  tag: !expr version
  pullPolicy: IfNotPresent
serviceAccount:
  create: true
  name: !expr name
podLabels:
  app.kubernetes.io/name: !expr name
  platform.example.org/team: !expr settings.team
resources:
  requests:
    cpu: !if
      when: !expr settings.size == "large"
      then: "1"
      else: !if { when: !expr settings.size == "medium", then: 250m, else: 100m }
    memory: !if
      when: !expr settings.size == "large"
      then: 2Gi
      else: !if { when: !expr settings.size == "medium", then: 512Mi, else: 128Mi }
  limits:
    memory: !if
      when: !expr settings.size == "large"
      then: 4Gi
      else: !if { when: !expr settings.size == "medium", then: 1Gi, else: 256Mi }
service:
  type: ClusterIP
  port: 8080
ingress:
  enabled: !expr settings.exposed
  className: !if { when: !expr settings.exposed, then: nginx }
  hosts: !if
    when: !expr settings.exposed
    then:
      - host: !text "<< name >>.<< domains.external >>"
        paths:
          - path: /
            pathType: Prefix
nodeSelector:
  platform.example.org/pool: !if
    when: !expr settings.tier == "frontend"
    then: edge
    else: !if { when: !expr settings.tier == "data", then: storage, else: general }
env:
  - name: LOG_LEVEL
    value: info
  - !if
    when: !expr settings.upstreams is defined
    then:
      name: UPSTREAMS
      value: !expr settings.upstreams
metrics:
  enabled: true
  port: 9090
podDisruptionBudget:
  minAvailable: 1
"#;

/// What the chart takes: every value of every component is judged by it.
const CONTRACT: &str = "\
dvgen-contract 1
name: app
version: VERSION
repo: https://charts.example.org/stable
source: values
---
--- !
env L
 - M*
  name S
  value S
fullnameOverride S
image M!
 pullPolicy S
 repository S
 tag S
ingress M!
 className S
 enabled B
 hosts L
  - M!
   host S
   paths L
    - M!
     path S
     pathType S
metrics M!
 enabled B
 port I
nodeSelector M*
 * S
podDisruptionBudget M!
 minAvailable
podLabels M*
 * S
replicaCount I
resources M*
service M!
 port I
 type S
serviceAccount M!
 create B
 name S
";
