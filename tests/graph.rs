//! `dvgen graph`: what drawings hold, for all platforms of the repository.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files and start dvgen")]

#[path = "support/platforms.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod platforms;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use dvgen::draw::{self, Drawing, Format, Line, View};
use dvgen::pipeline::{Model, compile};
use dvgen::world::MemoryWorld;

/// Calls a function with the model of each environment of each platform.
fn each(judge: impl Fn(&str, &Model)) {
    let mut count = 0;
    for dir in platforms::all() {
        let compilation = platforms::compiled(&dir, true);
        for environment in &compilation.environments {
            let name = format!("{} {}", dir.display(), environment.name);
            judge(&name, environment.model.as_ref().expect("a model"));
            count += 1;
        }
    }
    assert!(count > 10, "only {count} environments");
}

fn ids(drawing: &Drawing) -> BTreeSet<&str> {
    drawing.nodes.iter().map(|node| node.id.as_str()).collect()
}

/// Returns the pairs that edges lead from and to, by way of others too.
fn closure(drawing: &Drawing, with_implied: bool) -> BTreeSet<(usize, usize)> {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let order = drawing.edges.iter().filter(|edge| edge.line != Line::Dotted && (with_implied || !edge.implied));
    for edge in order {
        next.entry(edge.from).or_default().push(edge.to);
    }
    let mut all = BTreeSet::new();
    for start in 0..drawing.nodes.len() {
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            open.extend(next.get(&at).into_iter().flatten().filter(|to| all.insert((start, **to))));
        }
    }
    all
}

#[test]
fn an_order_has_every_component_and_loses_no_way() {
    each(|name, model| {
        let drawing = draw::order(&model.platform, &model.graph);
        let ids = ids(&drawing);
        for component in &model.platform.components {
            assert!(ids.contains(format!("component/{}", component.name.value).as_str()), "{name}: {ids:?}");
        }
        assert_eq!(closure(&drawing, false), closure(&drawing, true), "{name}: a picture says less than the order");
        let circles = closure(&drawing, true).into_iter().filter(|(from, to)| from == to).count();
        assert_eq!(circles, 0, "{name}: an order goes in a circle");
    });
}

#[test]
fn waves_only_grow_along_edges() {
    each(|name, model| {
        let drawing = draw::order(&model.platform, &model.graph);
        for edge in drawing.edges.iter().filter(|edge| edge.line != Line::Dotted) {
            let rank = |at: usize| drawing.nodes.get(at).and_then(|node| node.frame);
            let (Some(first), Some(later)) = (rank(edge.from), rank(edge.to)) else { continue };
            assert!(first <= later, "{name}: {edge:?}");
        }
    });
}

#[test]
fn flows_are_all_drawn_when_their_kinds_are_asked_for() {
    each(|name, model| {
        let kinds: Vec<_> = model.platform.flows.iter().map(|flow| flow.kind).collect();
        if kinds.is_empty() {
            return;
        }
        let drawing = draw::flows(&model.platform, &kinds);
        let labels: usize = drawing.edges.iter().map(|edge| edge.labels.len()).sum();
        // Machines that are saved and restored are drawn beside the flow to where their backups lie.
        let backups = &model.platform.backups;
        let saved: usize = backups.jobs.iter().map(|job| job.machines.len()).sum();
        let most = model.platform.flows.len() * 2 + saved + backups.stores.len() + backups.tests.len();
        assert!(labels > 0 && drawing.edges.len() <= most, "{name}");
        for flow in &model.platform.flows {
            for end in [&flow.from, &flow.to] {
                let component = model.platform.components.get(end.component.0).expect("a component");
                let id = format!("component/{}", component.name.value);
                assert!(drawing.nodes.iter().any(|node| node.id.starts_with(&id)), "{name}: no {id}");
            }
        }
    });
}

#[test]
fn a_topology_has_every_node_once() {
    each(|name, model| {
        let drawing = draw::topology(&model.platform);
        assert_eq!(ids(&drawing).len(), drawing.nodes.len(), "{name}");
        for node in &model.platform.topology.nodes {
            assert!(ids(&drawing).contains(format!("node/{}", node.name.value).as_str()), "{name}");
        }
    });
}

#[test]
fn a_part_stands_where_its_own_placement_lets_it_run() {
    let spec = "apiVersion: dvgen.dev/v1alpha1\nkind: Platform\nmetadata: { name: demo, environment: production }\n\
        repository: { url: https://git.example.org/demo.git }\n\
        networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }\nnodes:\n  \
        one: { role: worker, ip: { lan: 192.168.0.12 } }\n  \
        two: { role: worker, ip: { lan: 192.168.0.13 }, labels: { disk: fast } }\ncomponents:\n  \
        stack:\n    library: kube-prometheus-stack\n    version: 88.5.3\n    \
        parts: { prometheus: { replicas: 2, placement: { nodeSelector: { disk: fast } } } }\n";
    let world = MemoryWorld::new([("platform.yaml", spec.as_bytes())]);
    let compilation = compile(&world, &platforms::options(true));
    let environments = compilation.partial.iter().filter_map(|one| one.environment.as_ref());
    let environment = compilation.environments.iter().chain(environments).next().expect("an environment");
    let drawing = draw::topology(&environment.model.as_ref().expect("a model").platform);
    let lines = |id: &str| drawing.nodes.iter().find(|node| node.id == id).map(|node| node.lines.join(", "));
    assert_eq!(lines("on/two").as_deref(), Some("on two, prometheus of stack × 2"), "{drawing:?}");
    assert_eq!(lines("on/one+two").as_deref(), Some("on any node, stack"), "{drawing:?}");
    assert_eq!(lines("each/one+two").as_deref(), Some("on each node, node-exporter of stack"), "{drawing:?}");
}

#[test]
fn compositions_have_every_plugin_in_the_order_of_the_start() {
    let seen = std::cell::Cell::new(0);
    each(|name, model| {
        let platform = &model.platform;
        let drawing = draw::plugins(platform, &model.graph);
        let ids = ids(&drawing);
        let off = |id: &str| drawing.nodes.iter().any(|node| node.id == id && node.off);
        for composition in &platform.compositions {
            for member in &composition.members {
                let id = format!("plugin/{}/{}", composition.name.value, member.name.value);
                assert!(ids.contains(id.as_str()), "{name}: no {id}");
                assert_eq!(off(&id), !member.enabled.value, "{name}: {id}");
                seen.set(seen.get() + 1);
            }
        }
        // What is off has no part in the order; what starts later stands in a later rank.
        for edge in drawing.edges.iter().filter(|edge| edge.line == Line::Solid) {
            let node = |at: usize| drawing.nodes.get(at).expect("a node");
            assert!(!node(edge.from).off && !node(edge.to).off, "{name}: {edge:?}");
            assert!(node(edge.from).frame < node(edge.to).frame, "{name}: {edge:?}");
        }
    });
    assert!(seen.get() > 30, "only {} plugins", seen.get());
}

#[test]
fn layers_are_drawn_with_what_they_may_and_may_not() {
    let compilation = platforms::compiled(&platforms::named("composable"), true);
    let model = compilation.environments.first().and_then(|one| one.model.as_ref()).expect("a model");
    let drawing = draw::layers(&model.platform);
    let lines = |line: Line| {
        let of = drawing.edges.iter().filter(|edge| edge.line == line).count();
        assert!(of > 5, "only {of} of {line:?}");
        of
    };
    let written = model.platform.layers.iter().map(|layer| layer.imports.len() + layer.forbids.len()).sum::<usize>();
    assert_eq!(lines(Line::Solid) + lines(Line::Never), written);
}

#[test]
fn the_way_of_telemetry_is_a_flow() {
    let compilation = platforms::compiled(&platforms::named("composable"), true);
    let model = compilation.environments.first().and_then(|one| one.model.as_ref()).expect("a model");
    let drawing = draw::flows(&model.platform, &[]);
    for id in ["application/alloy-devkit", "agent/alloy-devkit", "component/tempo", "datasources/alloy-devkit"] {
        assert!(ids(&drawing).contains(id), "{:?}", ids(&drawing));
    }
    let logs = draw::flows(&model.platform, &[dvgen::spec::FlowKind::Logs]);
    assert!(ids(&logs).contains("component/loki") && !ids(&logs).contains("component/tempo"), "{:?}", ids(&logs));
}

#[test]
fn a_focus_is_a_plugin_a_composition_or_a_layer_too() {
    let compilation = platforms::compiled(&platforms::named("composable"), true);
    let model = compilation.environments.first().and_then(|one| one.model.as_ref()).expect("a model");
    let mut drawing = draw::plugins(&model.platform, &model.graph);
    draw::focus(&mut drawing, "dev-platform");
    assert!(drawing.nodes.len() > 5 && ids(&drawing).iter().all(|id| id.starts_with("plugin/dev-platform/")));
    let mut drawing = draw::plugins(&model.platform, &model.graph);
    draw::focus(&mut drawing, "core-middleware-logging");
    let around = ["core-middleware-logging", "core-middleware-recovery", "otelzap-logger"];
    assert_eq!(
        ids(&drawing),
        around.map(|name| format!("plugin/dev-platform/{name}")).iter().map(String::as_str).collect()
    );
    assert!(draw::render(&drawing, Format::Mermaid).contains("solid: it starts after"), "nothing says what lines mean");
    let mut drawing = draw::layers(&model.platform);
    draw::focus(&mut drawing, "plugins");
    assert!(ids(&drawing).contains("layer/pkg/shared") && !ids(&drawing).contains("layer/internal/ports"));
}

#[test]
fn json_is_json_and_all_forms_are_the_same_each_time() {
    each(|name, model| {
        let draw = || {
            let platform = &model.platform;
            [
                draw::order(platform, &model.graph),
                draw::flows(platform, &[]),
                draw::topology(platform),
                draw::plugins(platform, &model.graph),
                draw::layers(platform),
                draw::delivery(platform),
            ]
        };
        for (one, two) in draw().into_iter().zip(draw()) {
            for format in [Format::Mermaid, Format::Dot, Format::Json] {
                assert_eq!(draw::render(&one, format), draw::render(&two, format), "{name}");
            }
            let text = draw::render(&one, Format::Json);
            let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let edges = json.get("edges").and_then(serde_json::Value::as_array).expect("edges");
            assert_eq!(edges.len(), one.edges.len(), "{name}");
        }
    });
}

#[test]
fn a_focus_leaves_what_has_to_do_with_it() {
    let compilation = platforms::compiled(&platforms::named("detectviz"), true);
    let model = compilation.environments.first().and_then(|one| one.model.as_ref()).expect("a model");
    let mut order = draw::order(&model.platform, &model.graph);
    draw::focus(&mut order, "external-secrets");
    let left = ids(&order);
    for there in ["external-secrets", "vault", "topolvm", "minio", "grafana"] {
        assert!(left.contains(format!("component/{there}").as_str()), "{left:?}");
    }
    assert!(left.contains("gate/vault/unseal"), "{left:?}");
    for gone in ["chromadb", "calico", "cert-manager"] {
        assert!(!left.contains(format!("component/{gone}").as_str()), "{left:?}");
    }
    let mut flows = draw::flows(&model.platform, &[]);
    draw::focus(&mut flows, "tempo");
    let around = ["alloy", "analysis", "grafana", "mimir", "minio", "tempo"].map(|name| format!("component/{name}"));
    assert_eq!(ids(&flows), around.iter().map(String::as_str).collect());
    let tempo = flows.nodes.iter().position(|node| node.id == "component/tempo").expect("the component");
    assert!(flows.edges.iter().all(|edge| edge.from == tempo || edge.to == tempo), "{flows:?}");
    let mut topology = draw::topology(&model.platform);
    assert_eq!(topology.view, View::Topology);
    draw::focus(&mut topology, "ollama");
    assert_eq!(ids(&topology), ["node/ai-worker", "on/ai-worker"].into());
    let mut topology = draw::topology(&model.platform);
    draw::focus(&mut topology, "vault");
    let places = topology.nodes.iter().filter(|node| node.id.starts_with("on/"));
    let lines: Vec<&str> = places.flat_map(|node| node.lines.iter().skip(1)).map(String::as_str).collect();
    assert_eq!(lines, ["vault × 3"], "what runs beside it has nothing to do with it");
    let mut topology = draw::topology(&model.platform);
    draw::focus(&mut topology, "topolvm");
    let places: Vec<(&str, &[String])> =
        topology.nodes.iter().map(|node| (&*node.id, node.lines.get(1..).unwrap_or_default())).collect();
    let of = |id: &str| places.iter().find(|(own, _)| own.starts_with(id)).map(|(_, lines)| lines.join(", "));
    assert_eq!(of("on/").as_deref(), Some("topolvm × 2"));
    assert_eq!(of("each/").as_deref(), Some("agents of topolvm"), "its agents run on each node that takes them");
    let mut secrets = draw::secrets(&model.platform, &model.graph);
    draw::focus(&mut secrets, "grafana");
    let around = ids(&secrets);
    for there in ["store", "component/external-secrets", "secret/grafana/grafana-admin", "component/grafana"] {
        assert!(around.contains(there), "{around:?}");
    }
    assert!(!around.iter().any(|id| id.starts_with("secret/keycloak/")), "{around:?}");
    let mut volumes = draw::volumes(&model.platform);
    draw::focus(&mut volumes, "ollama");
    assert!(ids(&volumes).iter().any(|id| id.starts_with("volume-group/")), "{volumes:?}");
}

#[test]
fn a_delivery_leads_from_people_to_what_runs() {
    let seen = std::cell::Cell::new(0);
    each(|name, model| {
        let platform = &model.platform;
        let drawing = draw::delivery(platform);
        assert_eq!(ids(&drawing).len(), drawing.nodes.len(), "{name}");
        assert_eq!(drawing.nodes.is_empty(), platform.repository.is_none(), "{name}");
        let at = |is: &dyn Fn(&str) -> bool| drawing.nodes.iter().position(|node| is(&node.id));
        let Some(people) = at(&|id| id == "people") else { return };
        let ways = closure(&drawing, true);
        let deployed = platform.components.iter().any(dvgen::model::Component::by_argocd);
        let services = platform.components.iter().any(|one| one.on_machines && one.is_installed());
        for (wanted, kind) in [(deployed, "cluster/"), (services, "machines")] {
            let end = at(&|id| id.starts_with(kind));
            assert!(!wanted || end.is_some_and(|end| ways.contains(&(people, end))), "{name}: no way to {kind}");
            seen.set(seen.get() + usize::from(wanted));
        }
    });
    assert!(seen.get() > 10, "only {} ends", seen.get());
}

#[test]
fn a_delivery_is_that_of_its_environment() {
    let compilation = platforms::compiled(&platforms::named("flowagent"), true);
    let of = |name: &str| {
        let found = compilation.environments.iter().find(|one| &*one.name == name);
        draw::delivery(&found.and_then(|one| one.model.as_ref()).expect("a model").platform)
    };
    let (production, staging) = (of("production"), of("staging"));
    let both = ["workflow/ci-build", "registry/flowagent", "cluster/modular-cluster", "people"];
    for id in both {
        assert!(ids(&production).contains(id) && ids(&staging).contains(id), "{id}");
    }
    let own = [
        "branch/main",
        "branch/deploy/production",
        "workflow/cd-deploy",
        "workflow/outputs",
        "renovate",
        "step/terraform",
    ];
    for id in own {
        assert!(ids(&production).contains(id) && !ids(&staging).contains(id), "{id}");
    }
    for id in ["branch/develop", "workflow/cd-staging"] {
        assert!(!ids(&production).contains(id) && ids(&staging).contains(id), "{id}");
    }
    let mut focus = production;
    draw::focus(&mut focus, "ci-build");
    let around = ["branch/main", "registry/flowagent", "step/merge/main", "workflow/ci-build"];
    assert_eq!(ids(&focus), around.into());
}

/// Runs the command on a platform; returns its exit code, and what it printed and said.
fn run(platform: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dvgen"));
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms").join(platform);
    let output = command.arg("graph").args(arguments).arg("-C").arg(dir).output().expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let cases: [(&str, &[&str], &str); 15] = [
        ("detectviz", &["--focus", "grafna"], "did you mean `grafana`?"),
        ("detectviz", &["order", "--kind", "logs"], "`--kind` chooses flows"),
        ("detectviz", &["flows", "--kind", "log"], "did you mean `logs`?"),
        ("detectviz", &["--env", "stagin"], "did you mean `staging`?"),
        ("detectviz", &["flows", "--kind", "backup"], "no flow of this kind"),
        ("detectviz", &["plugins"], "no plugin of a composition"),
        ("nodes-only", &["volumes"], "no volume"),
        ("nodes-only", &["secrets"], "no secret and no certificate"),
        ("detectviz", &["secrets", "--focus", "grafna"], "did you mean `grafana`?"),
        ("composable", &["plugins", "--focus", "slak"], "did you mean `slack`?"),
        ("composable", &["plugins", "--focus", "monitoring-stak"], "did you mean `monitoring-stack`?"),
        ("composable", &["plugins", "--focus", "prometheus"], "`community/importers/prometheus`"),
        ("composable", &["delivery"], "no repository that changes come from"),
        ("flowagent", &["delivery", "--focus", "ci-buil"], "did you mean `ci-build`?"),
        ("composable", &["layers", "--focus", "internl"], "did you mean `internal`?"),
    ];
    for (platform, arguments, said) in cases {
        let (code, out, problems) = run(platform, arguments);
        assert!(code.is_some_and(|code| code != 0) && out.is_empty(), "{arguments:?}: {code:?}\n{out}");
        assert!(problems.contains(said), "{arguments:?}: {problems}");
    }
}

#[test]
fn another_environment_is_drawn_where_it_is_named() {
    let (code, out, _) = run("detectviz", &["topology", "--env", "staging"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("VM 211") && !out.contains("VM 111"), "{out}");
}
