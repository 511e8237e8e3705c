//! What the printers of HCL, Ansible inventories and Alloy write, read by the tools that it is for.
#![expect(unreachable_pub, reason = "the parts of a test are no library")]
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::panic,
    reason = "tests hand files to other tools and fail with a panic"
)]

mod support {
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tools;
    #[expect(dead_code, reason = "other tests use the rest")]
    pub mod tree;
}

use std::path::{Path, PathBuf};

use dvgen::doc::{Doc, Key, Map, Value};
use dvgen::emit::print::block::{Block, Expr, Item};
use dvgen::emit::print::ini::{Body, Host, Section};
use dvgen::emit::print::{LineTable, Note, alloy, hcl, ini};
use dvgen::source::{OriginId, Origins};
use serde_json::{Value as Json, json};
use support::tools::{go_judge, run, said, works};
use support::tree::expected;

/// What a tool that is missing would have shown.
const TEST: &str = "does it read the nasty strings as they are meant?";

fn nasty() -> Vec<String> {
    serde_json::from_str(include_str!("data/nasty.json")).expect("the table is a list of strings")
}

fn origin() -> OriginId {
    Origins::new().defaulted("test", None)
}

fn key(text: &str) -> Key {
    Key { text: std::sync::Arc::<str>::from(text).into(), origin: origin() }
}

fn doc(json: &Json) -> Doc {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::Int(number),
            None => Value::Float(number.as_f64().expect("a float")),
        },
        Json::String(text) => Value::Str(text.clone().into()),
        Json::Array(items) => Value::List(items.iter().map(doc).collect()),
        Json::Object(_) => Value::Map(map(json)),
    };
    Doc::new(value, origin())
}

fn map(json: &Json) -> Map {
    let mut map = Map::new();
    for (key, value) in json.as_object().expect("an object") {
        map.set(std::sync::Arc::<str>::from(key.as_str()), doc(value));
    }
    map
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file can be written");
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// Templates and quotes of all three languages, beside the strings that YAML readers fall over.
fn more() -> Vec<String> {
    let more = [
        "$${x}",
        "$$${x}",
        "%{if x}",
        "%%{x}",
        "$",
        "$$",
        "${",
        "%{",
        "a$",
        "${${x}}",
        "$\"{x}",
        "a%{b}${c}",
        "True",
        "False",
        "None",
        "True and x",
        "(1)",
        "1,2",
        "(1, 2)",
        "[1]",
        "{'a': 1}",
        "1+2j",
        "1j",
        "set()",
        "b'x'",
        "u'x'",
        "...",
        "- 1",
        "not x",
        "a;b",
        "-o StrictHostKeyChecking=no -o 'ProxyCommand=ssh -W %h:%p \"x y\"'",
        "/dev/sda",
        "~/.ssh/id_rsa",
        "1/2",
        "/1",
        "1 # x",
        "a=b",
        "a = b",
        "x if y else z",
        "lambda: 1",
        "10.0.0.1,10.0.0.2",
        "10.0.0.200-10.0.0.220",
        "1.",
        "1.2.3/4",
        "x\\'y\"z",
        "`raw`",
    ];
    more.into_iter().map(str::to_owned).chain(nasty()).collect()
}

fn variables() -> Json {
    let strings: Vec<String> = more().into_iter().filter(|text| is_normal(text)).collect();
    // Its formatter counts what a person sees as one character; the printer counts code points.
    let keys = strings.iter().filter(|text| !text.contains('\u{200d}'));
    json!({
        "cluster_name": "detectviz",
        "dns": ["192.168.0.2", "1.1.1.1"],
        "node_count": 3,
        "nodes": [
            { "name": "master-1", "ip": "192.168.0.11", "disks": [{ "size": 100 }, { "size": 250, "volume_group": "topolvm-vg" }], "tags": [] },
            { "name": "worker", "labels": { "detectviz.io/proxmox-host": "pve-01", "for": "x", "null": "y", "é": "z", "a-b": "c" }, "none": {} },
        ],
        "x": true,
        "vm_ids": [111, 112, 113],
        "matrix": [[1, 2], [], [3]],
        "longest_name_of_all": null,
        "ratio": 0.5,
        "y": false,
        "lines": (0..20).map(|number| format!("line number {number}")).collect::<Vec<_>>(),
        "strings": strings,
        "keys": keys.map(|text| (text.clone(), json!([text]))).collect::<serde_json::Map<_, _>>(),
    })
}

/// Terraform normalises strings (NFC), so a decomposed one comes back composed.
fn is_normal(text: &str) -> bool {
    !text.contains('\u{301}')
}

fn has_terraform() -> bool {
    works("terraform", &["terraform", "version"], TEST)
}

fn same(seen: &Json, expected: &Json, path: &str) {
    match (seen, expected) {
        (Json::Object(seen), Json::Object(expected)) => {
            assert_eq!(seen.len(), expected.len(), "{path}");
            for (key, value) in expected {
                same(
                    seen.get(key).unwrap_or_else(|| panic!("{path}.{key:?} is missing")),
                    value,
                    &format!("{path}.{key}"),
                );
            }
        }
        (Json::Array(seen), Json::Array(expected)) => {
            assert_eq!(seen.len(), expected.len(), "{path}");
            let items = seen.iter().zip(expected).enumerate();
            items.for_each(|(number, (seen, expected))| same(seen, expected, &format!("{path}[{number}]")));
        }
        (Json::Number(seen), Json::Number(expected)) => assert_eq!(seen.as_f64(), expected.as_f64(), "{path}"),
        (seen, expected) => assert_eq!(seen, expected, "{path}"),
    }
}

#[test]
fn terraform_reads_tfvars_and_its_formatter_leaves_them_alone() {
    if !has_terraform() {
        return;
    }
    let (folder, variables) = (folder(), variables());
    let header = [Note::new("Generated by dvgen.", origin())];
    let tfvars = hcl::tfvars(&header, map(&variables), LineTable::Skip).text;
    let file = write(folder.path(), "terraform.auto.tfvars", &tfvars);
    said(&["terraform", "fmt", "-check", "-diff", &file]);

    let names: Vec<&String> = variables.as_object().expect("an object").keys().collect();
    let declared = names.iter().map(|name| Item::Block(Block::new("variable", origin()).label(name.as_str())));
    write(folder.path(), "variables.tf", &hcl::print(&declared.collect::<Vec<_>>(), LineTable::Skip).text);
    let fields: Vec<String> = names.iter().map(|name| format!("{name} = var.{name}")).collect();
    write(folder.path(), "outputs.tf", &format!("output \"all\" {{\n  value = {{ {} }}\n}}\n", fields.join(", ")));
    let chdir = format!("-chdir={}", folder.path().display());
    said(&["terraform", &chdir, "init", "-backend=false", "-input=false"]);
    said(&["terraform", &chdir, "plan", "-input=false", "-lock=false", "-refresh=false", "-out=plan.bin"]);
    let plan: Json = serde_json::from_str(&said(&["terraform", &chdir, "show", "-json", "plan.bin"])).expect("JSON");
    same(&plan["planned_values"]["outputs"]["all"]["value"], &variables, "var");
}

fn declarations() -> Vec<Item> {
    let origin = origin();
    let raw = |text: &str| Expr::raw(text, origin);
    let validation = Block::new("validation", origin)
        .set("condition", raw("alltrue([for node in var.nodes : node.memory > 0])"))
        .set("error_message", Expr::str("memory of ${node} must be positive", origin));
    let nodes = Block::new("variable", origin)
        .label("nodes")
        .set("description", Expr::str("The machines, \"ordered\" by vmid.", origin))
        .set("type", raw("list(object({\n  name   = string\n  memory = number\n}))"))
        .set("nullable", doc(&json!(false)))
        .set("default", doc(&json!([{ "name": "a", "memory": 8 }])))
        .with(validation);
    let token = Block::new("variable", origin)
        .label("api_token")
        .set("type", raw("string"))
        .set("sensitive", doc(&json!(true)));
    vec![
        Item::Comment(Note::new("Generated by dvgen.", origin)),
        Item::Blank(origin),
        Item::Block(nodes),
        Item::Comment(Note::new("A secret.\nNever in tfvars.", origin)),
        Item::Comment(Note::new("Really.", origin)),
        Item::Block(token),
        Item::Block(Block::new("locals", origin)),
    ]
}

#[test]
fn terraform_reads_variable_blocks_and_its_formatter_leaves_them_alone() {
    if !has_terraform() {
        return;
    }
    let folder = folder();
    let file = write(folder.path(), "variables.tf", &hcl::print(&declarations(), LineTable::Skip).text);
    said(&["terraform", "fmt", "-check", "-diff", &file]);
    let chdir = format!("-chdir={}", folder.path().display());
    said(&["terraform", &chdir, "init", "-backend=false", "-input=false"]);
    said(&["terraform", &chdir, "validate"]);
}

#[test]
fn ansible_reads_inventories() {
    if !works("ansible-inventory", &["ansible-inventory", "--version"], TEST) {
        return;
    }
    let strings: Vec<String> = more().into_iter().filter(|text| !text.contains("{{")).collect();
    let named = |prefix: &str| -> Json {
        let entries =
            strings.iter().enumerate().map(|(number, text)| (format!("{prefix}{number}"), text.as_str().into()));
        entries.collect::<serde_json::Map<_, _>>().into()
    };
    let mut on_host = named("host_");
    let typed = json!({
        "int": 7, "negative": -7, "float": 0.5, "big": 1e20, "yes": true, "no": false, "nothing": null,
        "list": ["a", 1, "it's", "\"q\"", true], "map": { "k # 1": "v", "l": [null, "2"] }, "empty": [], "none": {},
    });
    on_host.as_object_mut().expect("an object").extend(typed.as_object().expect("an object").clone());
    let mut in_vars = named("vars_");
    in_vars.as_object_mut().expect("an object").extend(typed.as_object().expect("an object").clone());

    let origin = origin();
    let host = |name: &str, vars: &Json| Host { name: name.to_owned(), vars: map(vars), origin };
    let section = |group: Option<&str>, body| Section { group: group.map(str::to_owned), body, origin };
    let sections = [
        section(None, Body::Hosts(vec![host("bastion", &json!({}))])),
        section(Some("masters"), Body::Hosts(vec![host("m1", &on_host), host("m2", &json!({ "ansible_port": 22 }))])),
        section(Some("workers"), Body::Hosts(vec![host("w1", &json!({}))])),
        section(Some("k8s"), Body::Children(vec![("masters".to_owned(), origin), ("workers".to_owned(), origin)])),
        section(Some("workers"), Body::Vars(map(&in_vars))),
    ];
    let header = [Note::new("[not a section]\nnot: a host", origin)];
    let folder = folder();
    let file = write(folder.path(), "inventory.ini", &ini::print(&header, &sections, LineTable::Skip).text);
    let seen: Json = serde_json::from_str(&said(&["ansible-inventory", "-i", &file, "--list"])).expect("JSON");
    assert_eq!(seen["k8s"]["children"], json!(["masters", "workers"]));
    assert_eq!(seen["masters"]["hosts"], json!(["m1", "m2"]));
    assert_eq!(seen["ungrouped"]["hosts"], json!(["bastion"]));
    same(&seen["_meta"]["hostvars"]["m1"], &on_host, "m1");
    same(&seen["_meta"]["hostvars"]["w1"], &in_vars, "w1");
}

fn pipeline(strings: &[String]) -> Vec<Item> {
    let origin = origin();
    let raw = |text: &str| Expr::raw(text, origin);
    let target = Expr::object(
        vec![
            (key("__address__"), Expr::str("localhost", origin)),
            (key("__path__"), Expr::str("/var/log/*.log", origin)),
            (key("host name"), raw("sys.env(\"HOSTNAME\")")),
            (key("null"), doc(&json!({ "a": 1, "long_one": [[1], {}] })).into()),
            (key("after"), doc(&json!(null)).into()),
        ],
        origin,
    );
    let endpoint = Block::new("endpoint", origin)
        .set("url", Expr::str("https://loki/api/v1/push", origin))
        .with(Block::new("tls_config", origin).set("ca_file", raw("\"/etc/ca.pem\"")).set("min", doc(&json!(0.5))))
        .with(Block::new("basic_auth", origin));
    vec![
        Item::Comment(Note::new("Generated by dvgen.", origin)),
        Item::Blank(origin),
        Item::Block(
            Block::new("loki.source.file", origin)
                .label("logs")
                .set("forward_to", Expr::list(vec![raw("loki.write.default.receiver")], origin))
                .set("a", doc(&json!(-1)))
                .set("targets", Expr::list(vec![target], origin))
                .set("tail_from_end", doc(&json!(true)))
                .set("rate", doc(&json!(1e20))),
        ),
        Item::Comment(Note::new("Where logs go.", origin)),
        Item::Block(Block::new("loki.write", origin).label("default").with(endpoint)),
        Item::Block(
            Block::new("test.strings", origin)
                .set("values", doc(&json!(strings)))
                .set("short", doc(&json!({ "regex": "^a\\.b$", "é": "x", "k": "v" }))),
        ),
    ]
}

/// Builds Alloy's parser, which Go fetches at the first run.
fn parser(into: &Path) -> Option<PathBuf> {
    go_judge("Alloy's parser", "alloy", into, TEST)
}

/// Returns the texts that Alloy's parser finds in a file, which it has to take.
fn texts_in(parser: &Path, file: &str) -> Json {
    let outcome = run(parser, [file]);
    assert!(outcome.ok, "{file}: {}", outcome.said());
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

#[test]
fn alloy_reads_configurations_and_its_formatter_leaves_them_alone() {
    let (folder, strings) = (folder(), more());
    let Some(parser) = parser(folder.path()) else { return };
    let file = write(folder.path(), "config.alloy", &alloy::print(&pipeline(&strings), LineTable::Skip).text);
    let seen = texts_in(&parser, &file);
    let seen: Vec<&str> = seen.as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    for text in &strings {
        assert!(seen.contains(&text.as_str()), "{text:?} did not arrive");
    }
}

/// Returns the text of one file that dvgen makes of the example platform.
fn artifact(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/platforms/detectviz");
    let world = dvgen::world::SystemWorld::new(root.canonicalize().expect("the platform"));
    let spec = dvgen::world::RelPath::root().join("platform.yaml").expect("a path");
    let options = dvgen::pipeline::Options::new(spec);
    let compilation = dvgen::pipeline::compile(&world, &options);
    let found = compilation.artifacts().find(|(_, artifact)| artifact.path == path);
    found.expect("the platform has the file").1.text.to_string()
}

#[test]
fn alloy_reads_the_configuration_of_the_example_platform() {
    let folder = folder();
    let Some(parser) = parser(folder.path()) else { return };
    let manifest: Json = serde_saphyr::from_str(&artifact("gitops/manifests/alloy/config.yaml")).expect("YAML");
    let config = manifest["data"]["config.alloy"].as_str().expect("a configuration");
    let file = write(folder.path(), "config.alloy", config);
    let seen = texts_in(&parser, &file);
    let url = "http://detectviz-loki-gateway.monitoring.svc.cluster.local/loki/api/v1/push";
    assert!(seen.as_array().expect("a list").iter().any(|text| text == url), "{seen}");
}

#[test]
fn alloy_reads_the_configurations_of_machines_and_compositions() {
    let folder = folder();
    let Some(parser) = parser(folder.path()) else { return };
    let files = expected(&["/config.alloy"]);
    for place in ["/hosts/", "/compositions/"] {
        assert!(files.iter().any(|file| file.to_string_lossy().contains(place)), "none of {place}");
    }
    for file in files {
        texts_in(&parser, &file.to_string_lossy());
    }
    let broken = write(folder.path(), "config.alloy", "logging { level = }\n");
    assert!(!run(&parser, [&broken]).ok, "Alloy's parser takes anything");
}
