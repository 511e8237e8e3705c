//! What is reported, where, and with which help.

use super::Bench;

/// Templates and parts of each problem that they have: "name: message @ place | help".
const LOAD: &[(&str, &[&str])] = &[
    ("a: !expr replicsa > 1", &["unknown-name: there is no `replicsa` here @ replicsa | did you mean `replicas`?"]),
    (
        "a: !expr services.gossip.hots",
        &["unknown-name: `services.gossip` has no `hots` @ services.gossip.hots | did you mean `host`?"],
    ),
    ("a: !expr flows.qurey\nb: !expr nmae", &["`flows` has no `qurey`", "there is no `nmae`"]),
    ("a: !expr name.x", &["`name` has no `x` @ name.x"]),
    ("a: !expr flows.query.url", &["`flows.query` has no `url` @ flows.query.url | loop over it with `!for`"]),
    (
        "!for { as: flow, in: !expr flows.query, do: !expr flow.to.nam }",
        &["`flow.to` has no `nam` @ flow.to.nam | did you mean `name`?"],
    ),
    (
        "!for { as: f, in: !expr flows.query|selectattr('kind')|sort(attribute='url'), do: !expr f.ulr }",
        &["`f` has no `ulr`"],
    ),
    (
        "!for { as: f, in: !expr services, do: !expr f.value.prot }",
        &["`f.value` has no `prot` @ f.value.prot | did you mean `port`?"],
    ),
    ("!for { as: f, in: !expr \"flows.query or []\", do: !expr f.ulr }", &["`f` has no `ulr`"]),
    ("a: !expr (flows.query|first).uri", &["this value has no `uri`"]),
    ("a: !text \"x << nmae >>\"", &["there is no `nmae` here @ nmae"]),
    ("a: !expr name|uper", &["unknown-function: there is no filter `uper` @ uper | did you mean `upper`?"]),
    ("a: !expr name is strin", &["there is no test `strin` @ strin | did you mean `string`?"]),
    ("a: !expr upper(name)", &["there is no function `upper` @ upper(name) | `upper` is a filter: write `…|upper`"]),
    ("a: !expr name.upper()", &["values have no methods", "use the filter: `…|upper`"]),
    ("a: !expr now()", &["there is no function `now`"]),
    ("a: !expr name|replace('a')", &["`replace` needs `new` @ replace('a') | it is used as `value|replace(old, new)`"]),
    ("a: !expr name|upper(1, 2)", &["`upper` takes at most one value", "`upper` takes at most one value"]),
    ("a: !expr numbers|sort(revers=true)", &["`sort` has no parameter `revers`"]),
    ("a: !expr numbers|map('uper')", &["there is no filter `uper` @ 'uper'"]),
    ("a: !expr numbers|select('od')", &["there is no test `od`"]),
    ("a: !expr range", &["there is no `range` here @ range | `range` is a function"]),
    ("a: !expr name ~", &["template-syntax: this is not an expression: unexpected end of input"]),
    ("a: !expr", &["template-syntax: the expression is empty"]),
    ("a: !expr name = 1", &["template-syntax: this is not an expression"]),
    ("a: !expr 99999999999999999999", &["does not fit into 64 bits"]),
    (
        "a: !text x << name",
        &["template-syntax: a `<<` without its `>>` @ << | to print `<<` itself, write `<< \"<<\" >>`"],
    ),
    (
        "{ a: !expr range(1, 3) }",
        &[
            "expression-cut: the expression ends in the middle of a bracket or string @ ",
            "put the whole expression in quotes",
        ],
    ),
    ("a: !expr name ~ \" # x\"", &["expression-cut"]),
    ("a: !expr \"x\" ~ name", &["expression-cut: this is not valid YAML"]),
    ("a: 1\nb: !expr 'x' ~ name\nc: 2", &["expression-cut"]),
    ("a: !expr name if flag else {'k': 1}", &["expression-cut"]),
    ("{ a: !expr numbers[0] }", &["expression-cut"]),
    ("a: !expr [1, 2]", &["expression-cut: YAML reads this as a list"]),
    ("a: !expr { x: 1 }", &["expression-cut: YAML reads this as a map"]),
    ("a: !text { x: 1 }", &["expression-cut: YAML reads this as a map"]),
    ("a: !text \"x\": y", &["expression-cut"]),
    ("a: !exp name", &["template-structure: there is no tag `!exp` @ !exp | did you mean `!expr`?"]),
    ("a: !include x", &["there is no tag `!include` @ !include | the tags are"]),
    ("a: !if x", &["`!if` needs a map"]),
    ("a: !if { then: 1 }", &["`!if` has no `when` @ !if | add `when: …`"]),
    ("a: !if { when: !expr flag }", &["`!if` has no `then`"]),
    (
        "a: !if { when: replicas > 1, then: 1 }",
        &["`when` has to be computed @ replicas > 1 | write `when: !expr replicas > 1`"],
    ),
    ("a: !if { when: !expr flag, than: 1, then: 2 }", &["`!if` knows no `than` @ than | did you mean `then`?"]),
    ("a: !for { as: x, in: databases, do: 1 }", &["`in` has to be computed"]),
    ("a: !for { as: 1x, in: !expr databases, do: 1 }", &["`as` has to be a name"]),
    ("a: !for { as: name, in: !expr databases, do: 1 }", &["`name` is the name of something else here"]),
    ("a: !for { as: x, in: !expr databases, key: x, do: 1 }", &["`key` has to be computed"]),
    ("a: !for { as: x, in: !expr databases }", &["`!for` has no `do`"]),
    ("a: !for { in: !expr databsaes, do: !expr nmae }", &["`!for` has no `as`", "no `databsaes`", "no `nmae`"]),
    ("a: !merge { x: 1 }", &["`!merge` needs a list"]),
    ("a: !merge [1]", &["`!merge` takes maps, found the number `1`"]),
    ("a: !lines x", &["`!lines` needs a list"]),
    ("a: !lines [[x]]", &["a line has to be a string"]),
    ("a: no\nb: 0777\nc: 12:30", &["ambiguous-scalar: readers of YAML 1.1 and 1.2 take `no`", "`0777`", "`12:30`"]),
    ("!text 'x-<< name >>': 1", &["a key cannot be computed like this @ !text"]),
    ("a:\n  ? !expr name\n  : 1", &["a key cannot be computed like this"]),
    (
        "a: << name >>-x",
        &["untagged-text: this string is printed as it stands, with its `<<` @ << name >>-x | write `!text`"],
    ),
    (
        "a: !expr \"not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not x\"",
        &["template-limit: the expression is too long"],
    ),
];

#[test]
fn load() {
    for (template, wanted) in LOAD {
        let mut bench = Bench::new();
        let loaded = bench.load(template);
        let problems = bench.problems();
        assert_eq!(
            problems.iter().filter(|p| !wanted.iter().any(|w| p.contains(w))).count(),
            0,
            "{template}: {problems:#?}"
        );
        for part in *wanted {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{template}: {part}\n{problems:#?}");
        }
        assert_eq!(loaded.is_some(), bench.out.iter().all(|problem| !problem.is_error()), "{template}");
    }
}

/// Templates that load and cannot be rendered.
const RENDER: &[(&str, &[&str])] = &[
    ("a: !expr absent", &["undefined-value: `absent` has no value here @ absent"]),
    ("a: !expr absent.x.y", &["undefined-value: `absent` has no value here @ absent"]),
    (
        "a: !expr services.gosip.host",
        &["undefined-value: `services` has no `gosip` @ services.gosip | did you mean `gossip`?"],
    ),
    (
        "a: !expr expose.host",
        &["`expose` is none, so there is no `host` @ expose.host | write `… if expose else none`"],
    ),
    ("a: !text 'x-<< tenant >>'", &["expression-failed: `tenant` is none, which is no text @ tenant"]),
    ("a: !text 'x-<< numbers >>'", &["`numbers` is a list, which is no text"]),
    ("a: !expr tenant > 1", &["`tenant` is none, and `>` needs a value @ tenant"]),
    ("a: !expr name > 1", &["`>` does not work on the string `grafana` and the number `1`"]),
    ("a: !expr name * 3", &["`*` does not work on"]),
    ("a: !expr replicas // 0", &["`//` divides by zero"]),
    ("a: !expr replicas / 0", &["`/` divides by zero"]),
    ("a: !expr 9223372036854775807 + replicas", &["the result is not a number"]),
    ("a: !expr 1 if not flag", &["there is no `else`"]),
    ("a: !expr flows.logs|first", &["undefined-value: the list is empty"]),
    ("a: !expr numbers[7]", &["there is no such item @ numbers[7]"]),
    ("a: !expr absent + 1\nb: !expr absent ~ 'x'", &["`absent` has no value here", "`absent` has no value here"]),
    ("a: !expr required(tenant, 'write `tenant`')", &["undefined-value: write `tenant` @ null"]),
    ("a: !expr name|int", &["`int`: the string `grafana` is not a whole number"]),
    ("a: !expr tenant|upper", &["`upper`: `value` has to be a string, this is none"]),
    ("a: !expr flows.query|map(attribute='x')", &["`map`: an item has no `x`"]),
    ("a: !expr '[1, \"a\"]|sort'", &["`sort`: the number `1` and the string `a` have no order"]),
    (
        "a: !for { as: x, in: !expr tenant, do: 1 }",
        &["`tenant` is none, and a loop needs a list or a map @ tenant | write `… or []`"],
    ),
    ("a: !for { as: x, in: !expr databases, key: !expr x, do: 1 }", &["two items of the loop have the key `b`"]),
    ("a: !for { as: x, in: !expr flows.query, key: !expr x, do: 1 }", &["the key of an entry has to be a string"]),
    ("!merge [ !expr databases ]", &["`!merge` takes maps"]),
    ("!lines [ !expr databases ]", &["a line has to be a string"]),
    ("!for\n  as: x\n  in: !expr range(30)\n  do: !expr absent[x]", &["`absent` has no value here"]),
];

#[test]
fn render() {
    for (template, wanted) in RENDER {
        let mut bench = Bench::new();
        let result = bench.json(template);
        let problems = bench.problems();
        assert!(result.is_err(), "{template}: {result:?}");
        assert_eq!(problems.len(), wanted.len(), "{template}: {problems:#?}");
        for part in *wanted {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{template}: {part}\n{problems:#?}");
        }
    }
}

#[test]
fn problems_point_at_the_component() {
    let mut bench = Bench::new();
    let template = bench.load("a: !expr absent").unwrap();
    let span = template.span();
    template.render(&bench.data, Some(("grafana", span)), &mut bench.origins, &mut bench.out);
    assert_eq!(bench.out[0].secondary[0].text, "rendered for `grafana`");
}
