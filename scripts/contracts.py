#!/usr/bin/env python3
"""Makes chart contracts: which value paths and types a version of a Helm chart accepts.

A developer's tool, never run by dvgen. What stands in a chart is read by dvgen itself (`dvgen contract add`): this script adds
what its charts do not say, the corrections of `overlay.txt` and the types of custom kinds, and the charts of dependencies. It
needs PyYAML and a dvgen: the one that DVGEN_BIN names, else the one of this repository, by cargo. It reads no network.

    contracts.py generate --charts DIR [--charts DIR ...] [--crds DIR] [NAME ...]
        writes every contract that schemas/charts/index.txt lists (or those of the named charts), and says what changed: against
        what was there, and of a newer release against the one before it
    contracts.py one CHARTDIR --repo URL [--repo URL ...] [--out FILE]
        writes one contract from one chart directory, with the overlay of its name
    contracts.py diff OLD NEW
        says what changed between two contracts or two chart directories: what a newer release of a chart brings
    contracts.py check
        fails when a contract was made by another format version, or is too large

A contract holds names of keys and kinds of values: facts about a chart. No description, comment or default
of the chart is copied.

FORMAT (version 1; read by src/library/contract/parse.rs)

    dvgen-contract 1            the first line, with the version of this format
    name: grafana               header lines: name, version, one `repo` a home of the chart, `source`;
                                for the configuration of a program also `why` a misspelt setting matters
    ---
    @0 m*                       shared subtrees, numbered from 0; a subtree may use those above it
     limits m*
    --- !                       the mark of the whole
    replicas n                  the tree: one line a key, indented by one blank a level
    ingress                     types may be missing: of a key with children that means `m`, else anything
     enabled b
     hosts l
      - s                       `-` is the item of a list
     annotations m*
      * s                       `*` is every key that has no line of its own
    resources @0                `@N` is the shared subtree N
    installCRDs ~crds.enabled   `~` marks a key that the chart ignores, and the path to use instead, if any

    A key that holds a blank, or begins with one of @ - * ~ " #, is a JSON string.
    Types: m map, l list, s string, n number, i integer, b boolean, ? anything. Upper case is certain (a schema said
    it); lower case is the shape of a default: only map, list and scalar are told apart. `w` is a word that the API server takes
    as a text only: a number is refused, unless it is 0, which templates take for nothing.
    Marks: `!` closed (unknown keys are refused or known to be ignored), `*` open (unknown keys pass through), none:
    assumed (the keys are those of the defaults; the chart may know more).

OVERLAY (schemas/charts/NAME/overlay.txt, by hand)

    [>=6]                       the lines below hold for these versions; [*] is all; [>=6 <12] is both
    open PATH                   unknown keys pass through here
    closed PATH                 the keys are all there are
    assume PATH                 undoes `open`
    known PATH [TYPES[MARK]]    a key that the chart takes and its defaults do not show
    ignored PATH [-> PATH]      a key that the chart ignores, and what to write instead
    drop PATH                   a key that is not there (for versions derived from another)
    crd PATH FILE SCHEMAPATH    the type of a custom resource's field, from crds-min/FILE
    crdkeys PATH FILE SCHEMAPATH   the same for those keys below PATH that are empty by default, and `w` for the texts of which
                                the CRD says how they look

    A path is keys joined by dots; "grafana.ini" quotes a key, [] is a list's item, * any key at that place.
"""

import argparse
import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

FORMAT = 1
ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = ROOT / "schemas" / "charts"
MAX_BYTES = 60 * 1024
# dvgen itself: another binary can be named.
DVGEN = [os.environ["DVGEN_BIN"]] if "DVGEN_BIN" in os.environ else ["cargo", "run", "--quiet", "--release", "--"]
SHARE_LINES = 3

CLOSED, OPEN, ASSUMED = "!", "*", ""

# Types of the Kubernetes core inside custom resources: large, and judged elsewhere.
CORE = {
    "affinity", "containers", "initContainers", "volumes", "volumeMounts", "tolerations", "securityContext", "dnsConfig",
    "topologySpreadConstraints", "hostAliases", "resources", "ephemeral", "emptyDir", "status", "podMetadata",
}


# Words of Kubernetes: where the default is one of them, the API server takes no number.
WORDS = {
    "ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "RollingUpdate", "Recreate", "OnDelete", "OrderedReady", "Parallel",
    "Deployment", "DaemonSet", "StatefulSet", "deployment", "daemonset", "statefulset", "Always", "IfNotPresent", "Never",
    "ReadWriteOnce", "ReadWriteMany", "Prefix", "ImplementationSpecific", "ClusterFirst", "ClusterFirstWithHostNet",
    "SingleStack", "PreferDualStack", "RequireDualStack",
}

# Maps that are handed to a workload as they are.
STRATEGIES = {"deploymentStrategy", "strategy", "updateStrategy"}


class Node:
    """What may stand at one path."""

    __slots__ = ("types", "exact", "mark", "keys", "item", "rest", "ignored", "anything")

    def __init__(self, types="", exact=False, mark=ASSUMED):
        self.types = types
        self.exact = exact
        self.mark = mark
        self.keys = {}
        self.item = None
        self.rest = None
        self.ignored = None
        # Read from a contract as `?`: a map or something else.
        self.anything = False

    def lines(self, depth=0):
        out = []
        for key, child in self.children():
            out.append((depth, key, child))
            out.extend(child.lines(depth + 1))
        return out

    def children(self):
        if self.item is not None:
            yield "-", self.item
        if self.rest is not None:
            yield "*", self.rest
        for key in sorted(self.keys):
            yield quote(key), self.keys[key]

    def label(self):
        """The words after the key."""
        types = self.types.upper() if self.exact else self.types
        if types == "m" and self.mark == ASSUMED and (self.keys or self.rest):
            types = ""
        elif not types and (self.keys or self.rest or self.item):
            types = "?"
        words = [types + self.mark] if types + self.mark else []
        if self.ignored is not None:
            words.append("~" + self.ignored)
        return " ".join(words)

    def empty(self):
        return not self.keys and self.item is None and self.rest is None


def quote(key):
    return json.dumps(key, ensure_ascii=False) if not key or key[0] in '@-*~"#' or " " in key else key


# ---------------------------------------------------------------- values.yaml


class Loader(yaml.SafeLoader):
    """The safe loader, without its failure on a bare `=`."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in pairs if tag not in ("tag:yaml.org,2002:value", "tag:yaml.org,2002:timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


# ---------------------------------------------------------------- JSON Schema

LETTER = {"object": "m", "array": "l", "string": "s", "number": "n", "integer": "i", "boolean": "b"}


class Schema:
    """A JSON Schema document; `strict` is a structural schema of a CRD, where unlisted fields are pruned."""

    def __init__(self, document, strict=False):
        self.document = document
        self.strict = strict

    def resolve(self, schema, seen=()):
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        if not ref:
            return schema
        if not ref.startswith("#") or ref in seen:
            return {}
        target = self.document
        for part in [part for part in ref[1:].split("/") if part]:
            target = target.get(part.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {**self.resolve(target, seen + (ref,)), **rest}

    def node(self, schema, key="", depth=0):
        schema = self.resolve(schema)
        if not isinstance(schema, dict) or not schema:
            return Node("")
        if depth > 24 or (self.strict and key in CORE):
            return Node("", mark=ASSUMED)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else list(types)
        letters = "".join(sorted({LETTER[name] for name in types if name in LETTER}))
        if schema.get("x-kubernetes-int-or-string"):
            letters = "ns"
        properties = schema.get("properties") or {}
        node = Node(letters, exact=bool(letters))
        for name, child in properties.items():
            node.keys[name] = self.node(child, name, depth + 1)
        branches = [branch for word in ("anyOf", "oneOf", "allOf") for branch in schema.get(word) or []]
        if not schema.get("x-kubernetes-int-or-string") and not (self.strict and properties):
            self.branches(node, branches, schema, key, depth)
        if isinstance(schema.get("items"), dict) and schema["items"]:
            item = self.node(schema["items"], "", depth + 1)
            node.item = item if item.types or not item.empty() else None
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and more:
            node.rest = self.node(more, "", depth + 1)
            node.mark = OPEN
        elif more is False:
            node.mark = CLOSED
        elif schema.get("x-kubernetes-preserve-unknown-fields") or more is True and not properties:
            node.mark = OPEN
        elif self.strict and properties:
            node.mark = CLOSED
        elif "m" in node.types and not node.keys:
            node.mark = OPEN
        if schema.get("patternProperties"):
            node.mark = OPEN
        return node

    def branches(self, node, branches, schema, key, depth):
        """Adds what any branch of a choice allows."""
        nodes = [self.node(branch, key, depth + 1) for branch in branches if isinstance(branch, dict)]
        if not nodes:
            return
        choice = "anyOf" in schema or "oneOf" in schema
        if not node.types:
            # A branch without a type allows everything.
            certain = all(branch.types or branch_is_null(raw) for branch, raw in zip(nodes, branches))
            node.types = "".join(sorted({letter for branch in nodes for letter in branch.types})) if certain else ""
            node.exact = bool(node.types)
        for branch in nodes:
            for name, child in branch.keys.items():
                node.keys.setdefault(name, child)
            node.item = node.item or branch.item
            node.rest = node.rest or branch.rest
            if branch.mark == OPEN and (choice or branch.keys or branch.rest):
                node.mark = OPEN


def branch_is_null(schema):
    return isinstance(schema, dict) and schema.get("type") == "null"


def merge(schema, values):
    """What the schema says, completed by what the defaults show."""
    out = Node(schema.types or values.types, schema.exact, schema.mark)
    if not schema.types:
        out.exact = False
    elif out.exact and values.types and not set(values.types) & set(out.types + ("n" if "i" in out.types else "")):
        # The chart's own default contradicts its schema; then nothing is certain.
        out.types, out.exact = "", False
    out.ignored = schema.ignored if schema.ignored is not None else values.ignored
    out.item = schema.item or values.item
    out.rest = schema.rest or values.rest
    if schema.mark == OPEN and not schema.keys and not schema.rest and values.mark == ASSUMED and values.keys:
        # `type: object` alone says nothing; the defaults show keys.
        out.mark = ASSUMED
    elif schema.mark == ASSUMED and values.mark == OPEN and not (schema.keys and not values.keys):
        out.mark = OPEN
    for name in {**schema.keys, **values.keys}:
        if schema.rest is not None and name not in schema.keys:
            continue  # the rule for other keys says more than the default does
        left, right = schema.keys.get(name), values.keys.get(name)
        out.keys[name] = merge(left, right) if left and right else (left or right)
    return out


# ---------------------------------------------------------------- overlays


def parse_path(text):
    parts = re.findall(r'"(?:[^"\\]|\\.)*"|\[\]|[^.\[\]]+', text)
    return [json.loads(part) if part.startswith('"') else part for part in parts]


def find(node, path, create=False):
    """The nodes at a path with wildcards."""
    if not path:
        return [node]
    head, rest = path[0], path[1:]
    if head == "[]":
        if node.item is None and create:
            node.item = Node("")
        return find(node.item, rest, create) if node.item is not None else []
    if head == "*":
        return [hit for child in list(node.keys.values()) for hit in find(child, rest, create)]
    if head not in node.keys and create:
        node.keys[head] = Node("")
        if not node.types:
            node.types = "m"
    return find(node.keys[head], rest, create) if head in node.keys else []


def version_key(version):
    numbers = re.match(r"v?(\d+)\.?(\d*)\.?(\d*)", version)
    return tuple(int(number or 0) for number in numbers.groups())


def applies(guard, version):
    if guard == "*":
        return True
    ours = version_key(version)
    for word in guard.split():
        sign, other = re.match(r"(>=|<=|<|>|=)?(.+)", word).groups()
        their = version_key(other)
        holds = {">=": ours >= their, "<=": ours <= their, "<": ours < their, ">": ours > their}.get(sign, ours == their)
        if not holds:
            return False
    return True


def overlay(root, name, version, crds):
    """Applies the corrections made by hand; returns whether there were any and whether CRDs were used."""
    path = SCHEMAS / name / "overlay.txt"
    used = set()
    if not path.is_file():
        return used
    guard = "*"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            guard = line.strip("[]")
        elif applies(guard, version):
            try:
                used |= apply_line(root, line, crds)
            except (KeyError, ValueError, IndexError, OSError) as problem:
                sys.exit(f"{path}:{number}: {line}: {problem!r}")
    return used


def apply_line(root, line, crds):
    words = line.split()
    verb, path = words[0], parse_path(words[1])
    if verb in ("open", "closed", "assume"):
        hits = find(root, path)
        if not hits:
            print(f"  nothing at `{words[1]}` for `{line}`", file=sys.stderr)
        for node in hits:
            node.mark = {"open": OPEN, "closed": CLOSED, "assume": ASSUMED}[verb]
            if verb == "open":
                open_below(node)
            if verb == "open" and "m" not in node.types and node.types != "":
                node.types, node.exact = "", False
            elif not node.types and (verb != "open" or node.keys):
                node.types = "m"
    elif verb == "known":
        add_known(root, path, words[2] if len(words) > 2 else "")
    elif verb == "ignored":
        instead = words[words.index("->") + 1] if "->" in words else ""
        for parent in find(root, path[:-1], create=True):
            parent.types = parent.types or "m"
            node = Node("")
            node.ignored = instead
            parent.keys[path[-1]] = node
    elif verb == "drop":
        for parent in find(root, path[:-1]):
            parent.keys.pop(path[-1], None)
    elif verb in ("crd", "crdkeys"):
        graft(root, verb, path, words[2], words[3] if len(words) > 3 else "", crds)
        return {"overlay", "crd"} if crds else {"overlay"}
    else:
        raise ValueError(f"unknown verb {verb}")
    return {"overlay"}


def add_known(root, path, label):
    mark = label[-1] if label and label[-1] in "!*" else ASSUMED
    types = label.rstrip("!*")
    for parent in find(root, path[:-1], create=True):
        parent.types = parent.types or "m"
        if path[-1] == "[]":
            parent.item = parent.item or Node("")
            node = parent.item
        else:
            node = parent.keys.setdefault(path[-1], Node(""))
        if types:
            node.types, node.exact = types.lower(), types.isupper()
        if mark:
            node.mark, node.types = mark, node.types or "m"
        node.ignored = None


def graft(root, verb, path, file, schema_path, crds):
    if not crds:
        return
    document = json.loads((Path(crds) / file).read_text())
    schema = Schema(document, strict=True)
    part = document
    for word in parse_path(schema_path):
        part = part["items"] if word == "[]" else part["properties"][word]
    typed = schema.node(part)
    for place in find(root, path, create=verb == "crd"):
        if verb == "crd":
            place.types, place.exact, place.mark = typed.types, typed.exact, typed.mark
            place.keys, place.item, place.rest = {**typed.keys, **place.keys}, typed.item, typed.rest
            continue
        for key, child in place.keys.items():
            crd = typed.keys.get(key)
            if is_word(part["properties"].get(key)) and child.empty() and child.types in ("", "s") and not child.exact:
                child.types = "w"
                continue
            if crd is None or not child.empty() or child.types in ("s", "b", "n", "l") or key.startswith("additional"):
                continue
            if key not in CORE and (crd.keys or crd.item or crd.rest):
                place.keys[key] = crd
                if crd.types == "m" and not child.types:
                    crd.types = "ms"  # the default is an empty string, which templates skip


def is_word(schema):
    """Whether a field of a CRD takes only texts that look in some way."""
    return schema is not None and schema.get("type") == "string" and ("pattern" in schema or "enum" in schema)


def add_words(node, value):
    """Marks what is a word of Kubernetes by default, and the type of a strategy."""
    for key, child in node.keys.items():
        add_words(child, value.get(key) if isinstance(value, dict) else None)
        if key in STRATEGIES and child.types == "m" and child.empty():
            child.keys["type"] = Node("w")
    if isinstance(value, str) and value in WORDS and node.types == "s" and not node.exact:
        node.types = "w"


# ---------------------------------------------------------------- charts


def base(directory):
    """The tree that dvgen itself makes of a chart, with the words for `source`: there is one reader of charts."""
    done = subprocess.run([*DVGEN, "contract", "add", str(directory), "--out", "-"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{directory}: dvgen made no contract of it")
    source = re.search(r"^source: (.*)$", done.stdout, flags=re.M).group(1).split()
    return read_contract(done.stdout), source


def build(directory, version=None, subs=(), crds=None, derived=False):
    """The tree of one chart with the corrections made by hand; returns it with the words for `source`."""
    directory = Path(directory)
    chart = yaml.load((directory / "Chart.yaml").read_text(), Loader)
    name, version = chart["name"], version or str(chart["version"])
    root, source = base(directory.resolve())
    values = directory / "values.yaml"
    add_words(root, yaml.load(values.read_text(), Loader) if values.is_file() else None)
    add_subcharts(root, chart, subs)
    add_relabelings(root, crds)
    used = overlay(root, name, version, crds)
    source += sorted(used)
    if derived:
        source.append(f"derived-from-{chart['version']}")
    return root, name, version, source


def add_relabelings(root, crds):
    """Types the lists that charts copy into a ServiceMonitor: the names in them are those of the custom resource."""
    if not crds:
        return
    document = json.loads((Path(crds) / "monitoring.coreos.com/servicemonitor_v1.json").read_text())
    endpoint = document["properties"]["spec"]["properties"]["endpoints"]["items"]["properties"]

    def walk(node):
        for key, child in node.keys.items():
            if key in ("relabelings", "metricRelabelings") and child.empty() and child.types in ("", "l"):
                child.item = Schema(document, strict=True).node(endpoint[key]["items"])
                child.types = child.types or "l"
            walk(child)

    walk(root)


def open_below(node):
    """Opens what is assumed below a map that is passed through: the defaults in it are examples."""
    for child in [*node.keys.values(), node.item, node.rest]:
        if child is not None and child.mark == ASSUMED:
            if child.keys:
                child.mark = OPEN
                child.types = child.types or "m"
            open_below(child)


def add_subcharts(root, chart, subs):
    """Gives every dependency its key: typed from its own chart where that is at hand, and open in any case.

    The chart at hand is seldom the very version that the dependency pins, so its keys inform and never judge.
    """
    trees = dict(subs)
    for dependency in chart.get("dependencies") or []:
        alias = dependency.get("alias") or dependency["name"]
        node = root.keys.setdefault(alias, Node("m"))
        tree, exact = trees.get(alias, (None, False))
        if tree is not None:
            node = merge(tree, node)
            root.keys[alias] = node
        node.mark = ASSUMED if exact else OPEN
        node.types = "m"
        condition = str(dependency.get("condition") or "").split(",")[0].strip()
        if condition:
            for parent in find(root, condition.split(".")[:-1], create=True):
                parent.keys.setdefault(condition.split(".")[-1], Node("b"))
    if any(dependency.get("tags") for dependency in chart.get("dependencies") or []):
        root.keys.setdefault("tags", Node("m", mark=OPEN))


# ---------------------------------------------------------------- writing


def text_of(root, header):
    shared = share(root)
    lines = [f"dvgen-contract {FORMAT}"] + header + ["---"]
    for number, node in enumerate(shared.order):
        lines.append(f"@{number} {node.label() or 'm'}")
        shared.write(node, 1, lines)
    lines.append(f"--- {root.mark}".rstrip())
    shared.write(root, 0, lines)
    return "\n".join(lines) + "\n"


class share:
    """Finds equal subtrees of some size, and writes each once."""

    def __init__(self, root):
        self.print = {}
        self.size = {}
        self.count = {}
        self.number = {}
        self.first = {}
        self.walk(root)
        top = self.print[id(root)]
        self.order = []
        repeated = {key for key, count in self.count.items() if count > 1 and self.size[key] >= SHARE_LINES and key != top}
        self.collect(root, repeated, set())

    def walk(self, node):
        parts = [(key, self.walk(child)) for key, child in node.children()]
        key = (node.label(), tuple(parts))
        key = self.number.setdefault(key, len(self.number))
        self.print[id(node)] = key
        self.size[key] = 1 + sum(self.size[part] for _, part in parts)
        self.count[key] = self.count.get(key, 0) + 1
        return key

    def collect(self, node, repeated, seen):
        """Children come before the subtrees that hold them."""
        key = self.print[id(node)]
        if key in seen:
            return
        for _, child in node.children():
            self.collect(child, repeated, seen)
        seen.add(key)
        if key in repeated:
            self.first[key] = len(self.order)
            self.order.append(node)

    def write(self, node, depth, lines):
        for key, child in node.children():
            number = self.first.get(self.print[id(child)])
            if number is not None:
                lines.append(" " * depth + f"{key} @{number}")
                continue
            lines.append((" " * depth + f"{key} {child.label()}").rstrip())
            self.write(child, depth + 1, lines)


def write_contract(directory, repos, out=None, subs=(), crds=None, version=None, derived=False):
    root, name, version, source = build(directory, version, subs, crds, derived)
    header = [f"name: {name}", f"version: {version}"]
    header += [f"repo: {repo}" for repo in repos] + ["source: " + " ".join(source)]
    text = text_of(root, header)
    path = Path(out) if out else SCHEMAS / name / f"{version}.contract"
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text() if path.is_file() else None
    path.write_text(text)
    note = "" if len(text) <= MAX_BYTES else "  TOO LARGE"
    print(f"{path}: {len(text.splitlines())} lines, {len(text)} bytes{note}")
    older = [other for other in contracts() if other.parent.name == name and version_key(other.stem) < version_key(version)]
    if before is not None:
        if before != text:
            print("against what was there:")
            tell(flat_text(before), flat_text(text))
    elif older:
        print(f"against {older[-1].stem}:")
        tell(flat_text(older[-1].read_text()), flat_text(text))


def index():
    """The lines of index.txt: name, version, and words `repo=`, `dir=`, `sub=ALIAS:DIR`, `sub!=ALIAS:DIR`."""
    for line in (SCHEMAS / "index.txt").read_text().splitlines():
        line = line.split("#")[0].split()
        if line:
            words = [word.split("=", 1) for word in line[2:]]
            yield line[0], line[1], words


def locate(charts, part):
    for base in charts:
        if (Path(base) / part / "values.yaml").is_file():
            return Path(base) / part
    return None


def generate(arguments):
    for name, version, words in index():
        if arguments.names and name not in arguments.names:
            continue
        directory = locate(arguments.charts, next((value for word, value in words if word == "dir"), f"{name}/{version}"))
        if directory is None:
            print(f"{name} {version}: not at hand, left as it is")
            continue
        subs = []
        for word, value in words:
            if word in ("sub", "sub!"):
                alias, part = value.split(":", 1)
                place = locate(arguments.charts, part)
                if place:
                    subs.append((alias, (build(place, crds=arguments.crds)[0], word == "sub!")))
        repos = [value for word, value in words if word == "repo"]
        derived = any(word == "dir" for word, _ in words)
        write_contract(directory, repos, None, subs, arguments.crds, version, derived)


def contracts():
    paths = SCHEMAS.glob("*/*.contract")
    return sorted(paths, key=lambda path: (path.parent.name, version_key(path.stem), path.stem))


def check(_):
    stale = [path for path in contracts() if path.read_text().split("\n", 1)[0] != f"dvgen-contract {FORMAT}"]
    stale += [path for path in contracts() if path.stat().st_size > MAX_BYTES]
    for path in stale:
        print(f"stale: {path}")
    sys.exit(1 if stale else 0)


# ---------------------------------------------------------------- diff


def flat(path):
    """Every path of a contract file or chart directory with its label."""
    path = Path(path)
    return flat_tree(build(path)[0]) if path.is_dir() else flat_text(path.read_text())


def flat_text(text):
    return flat_tree(read_contract(text))


def flat_tree(root):
    out = {}

    def walk(node, prefix):
        for key, child in node.children():
            here = f"{prefix}[]" if key == "-" else f"{prefix}.{key}".lstrip(".")
            out[here] = child.label()
            walk(child, here)

    walk(root, "")
    return out


def read_contract(text):
    _, shared_text, tree_text = re.split(r"^---.*\n", text, flags=re.M)
    shared = []

    def fill(root, lines):
        stack = [(-1, root)]
        for line in lines:
            depth = len(line) - len(line.lstrip(" "))
            match = re.match(r'("(?:[^"\\]|\\.)*"|\S+) ?(.*)', line.strip(" "))
            key, words = match.group(1), match.group(2).split()
            if words and words[0].startswith("@"):
                # Each place has a copy of its own: corrections are for one of them.
                node = copy.deepcopy(shared[int(words[0][1:])])
            else:
                node = Node("")
                for word in words:
                    if word.startswith("~"):
                        node.ignored = word[1:]
                    else:
                        node.mark = word[-1] if word[-1] in "!*" else ASSUMED
                        types = word.rstrip("!*").replace("?", "")
                        node.anything = "?" in word
                        node.types, node.exact = types.lower(), types.isupper() and bool(types)
            while stack[-1][0] >= depth:
                stack.pop()
            parent = stack[-1][1]
            if key == "-":
                parent.item = node
            elif key == "*":
                parent.rest = node
            elif not (depth == 0 and key.startswith("@")):
                parent.keys[json.loads(key) if key.startswith('"') else key] = node
                if not parent.types and not parent.anything:
                    parent.types = "m"
            if depth == 0 and key.startswith("@") and parent is root and root.types == "shared":
                shared.append(node)
            stack.append((depth, node))

    holder = Node("shared")
    fill(holder, shared_text.splitlines())
    mark = re.findall(r"^---(.*)$", text, flags=re.M)[1].strip()
    root = Node("m", mark=mark)
    fill(root, tree_text.splitlines())
    return root


def tell(old, new):
    """Prints what is gone, new or changed."""
    gone = [path for path in old if path not in new]
    come = [path for path in new if path not in old]
    other = [path for path in old if path in new and old[path] != new[path]]

    def top(paths):
        """Leaves out what lies below a path that is itself listed."""
        kept = []
        for path in sorted(paths):
            if not any(path.startswith((last + ".", last + "[")) for last in kept[-1:]):
                kept.append(path)
        return kept

    for title, paths in (("gone", top(gone)), ("new", top(come)), ("changed", sorted(other))):
        print(f"{title}: {len(paths)}")
        for path in paths:
            print(f"  {path}" + (f"  {old[path] or 'assumed'} -> {new[path] or 'assumed'}" if title == "changed" else ""))


def diff(arguments):
    tell(flat(arguments.old), flat(arguments.new))


def main():
    parser = argparse.ArgumentParser(description="Makes chart contracts; the head of this file says how.")
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("generate")
    command.add_argument("--charts", action="append", required=True)
    command.add_argument("--crds")
    command.add_argument("names", nargs="*")
    command.set_defaults(run=generate)
    command = commands.add_parser("one")
    command.add_argument("directory")
    command.add_argument("--repo", action="append", default=[])
    command.add_argument("--out")
    command.add_argument("--crds")
    command.set_defaults(run=lambda a: write_contract(a.directory, a.repo, a.out, crds=a.crds))
    command = commands.add_parser("diff")
    command.add_argument("old")
    command.add_argument("new")
    command.set_defaults(run=diff)
    commands.add_parser("check").set_defaults(run=check)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
