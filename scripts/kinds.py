#!/usr/bin/env python3
"""Makes the tables of kinds: which fields and types an object of Kubernetes or of a custom resource has.

A developer's tool, never run by dvgen. It needs PyYAML and nothing else, and reads no network.

    kinds.py kubernetes DIR [DIR ...]
        writes schemas/kinds/kubernetes.kinds from directories of JSON Schemas with a `_definitions.json`, oldest
        first: the last one gives the fields, the others say which versions are gone (PyPI's kubernetes-validate has
        such directories)
    kinds.py crds PATH [PATH ...]
        writes schemas/kinds/GROUP.kinds for each group of the CustomResourceDefinitions in files or directories
    kinds.py diff OLD NEW
        says what changed between two tables: a newer release is made into a file, and compared with the one here

`--out DIR` writes elsewhere. A table holds names of fields and kinds of values: facts about an interface. No
description is copied.

FORMAT (version 1; read by src/library/kinds/parse.rs)

    dvgen-kinds 1                                the first line, with the version of this format
    source: cert-manager.io                      what it was made from
    kind Certificate cert-manager.io/v1 namespaced Certificate.v1
                                                 a kind that is served: its scope, and the shape of its objects
    gone Ingress extensions/v1beta1 networking.k8s.io/v1
                                                 a version that is not served, and the one to write instead
    ---
    =Certificate.v1                              a shape: fields, one a line, indented by one blank a level
     spec m !                                    `!` is required
      duration s
      dnsNames l
       - s                                       `-` is the item of a list
      ports l (port,protocol)                    no two items of the list have these fields alike
      annotations m
       * s                                       `*` is every field that has no line of its own
      values m*                                  unknown fields pass
      mode s =A|B                                the only values
      duration s ~go                             the form of the text: quantity, go, seconds, prometheus, alertmanager,
                                                 bytes, keep, zone, http (src/library/kinds/format.rs)
      template @PodSpec                          another shape, of this table or of kubernetes.kinds

    Types: m map, l list, s string, i integer, n number, b boolean, v integer or string, q quantity (string or
    number), ? anything. A map without `*` is closed: a field that is not listed is unknown.
    A field that holds a blank, or begins with one of @ - * = " #, stands in quotes.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import yaml

FORMAT = 1
TABLES = Path(__file__).resolve().parent.parent / "schemas" / "kinds"
SHARE_LINES = 4

# Built-in kinds without a namespace (`kubectl api-resources --namespaced=false`).
CLUSTER = set(
    """Namespace Node PersistentVolume ComponentStatus MutatingWebhookConfiguration ValidatingWebhookConfiguration
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
    CustomResourceDefinition APIService CertificateSigningRequest ClusterTrustBundle FlowSchema
    PriorityLevelConfiguration IngressClass IPAddress ServiceCIDR RuntimeClass ClusterRole ClusterRoleBinding DeviceClass
    DeviceTaintRule ResourceSlice PriorityClass CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass
    StorageVersion StorageVersionMigration""".split()
)
# Definitions that are no objects to apply: lists, requests to the server and its answers.
REQUESTS = re.compile(r".*(List|Review|Options|Request|Status|Event)$|API(Group|Resource|Version).*|Binding|Eviction|Scale")
# Versions that are gone before the oldest schemas that can be had (Kubernetes' deprecated API migration guide).
GONE = """
extensions/v1beta1 apps/v1 DaemonSet Deployment ReplicaSet
extensions/v1beta1 networking.k8s.io/v1 Ingress NetworkPolicy
apps/v1beta1 apps/v1 Deployment StatefulSet
apps/v1beta2 apps/v1 DaemonSet Deployment ReplicaSet StatefulSet
networking.k8s.io/v1beta1 networking.k8s.io/v1 Ingress IngressClass
batch/v1beta1 batch/v1 CronJob
batch/v2alpha1 batch/v1 CronJob
policy/v1beta1 policy/v1 PodDisruptionBudget
policy/v1beta1 - PodSecurityPolicy
autoscaling/v2beta1 autoscaling/v2 HorizontalPodAutoscaler
autoscaling/v2beta2 autoscaling/v2 HorizontalPodAutoscaler
rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
storage.k8s.io/v1beta1 storage.k8s.io/v1 CSIDriver CSINode StorageClass VolumeAttachment
scheduling.k8s.io/v1beta1 scheduling.k8s.io/v1 PriorityClass
admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 MutatingWebhookConfiguration
admissionregistration.k8s.io/v1beta1 admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration
apiextensions.k8s.io/v1beta1 apiextensions.k8s.io/v1 CustomResourceDefinition
apiregistration.k8s.io/v1beta1 apiregistration.k8s.io/v1 APIService
coordination.k8s.io/v1beta1 coordination.k8s.io/v1 Lease
discovery.k8s.io/v1beta1 discovery.k8s.io/v1 EndpointSlice
node.k8s.io/v1beta1 node.k8s.io/v1 RuntimeClass
"""
# The published schemas do not hold the values of Kubernetes' enumerations (k8s.io/api, constants of each type).
ENUMS = {
    "ServiceSpec.type": "ClusterIP NodePort LoadBalancer ExternalName",
    "ServiceSpec.externalTrafficPolicy": "Cluster Local",
    "ServiceSpec.internalTrafficPolicy": "Cluster Local",
    "ServiceSpec.sessionAffinity": "ClientIP None",
    "ServiceSpec.ipFamilyPolicy": "SingleStack PreferDualStack RequireDualStack",
    "ServicePort.protocol": "TCP UDP SCTP",
    "ContainerPort.protocol": "TCP UDP SCTP",
    "NetworkPolicyPort.protocol": "TCP UDP SCTP",
    "NetworkPolicySpec.policyTypes[]": "Ingress Egress",
    "Container.imagePullPolicy": "Always IfNotPresent Never",
    "Container.terminationMessagePolicy": "File FallbackToLogsOnError",
    "PodSpec.restartPolicy": "Always OnFailure Never",
    "PodSpec.dnsPolicy": "ClusterFirst ClusterFirstWithHostNet Default None",
    "PodSpec.preemptionPolicy": "PreemptLowerPriority Never",
    "PriorityClass.preemptionPolicy": "PreemptLowerPriority Never",
    "HTTPIngressPath.pathType": "Exact Prefix ImplementationSpecific",
    "HTTPGetAction.scheme": "HTTP HTTPS",
    "PersistentVolumeClaimSpec.accessModes[]": "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod",
    "PersistentVolumeClaimSpec.volumeMode": "Block Filesystem",
    "PersistentVolumeSpec.accessModes[]": "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod",
    "PersistentVolumeSpec.persistentVolumeReclaimPolicy": "Delete Recycle Retain",
    "PersistentVolumeSpec.volumeMode": "Block Filesystem",
    "StorageClass.reclaimPolicy": "Delete Retain",
    "StorageClass.volumeBindingMode": "Immediate WaitForFirstConsumer",
    "StatefulSetSpec.podManagementPolicy": "OrderedReady Parallel",
    "StatefulSetUpdateStrategy.type": "RollingUpdate OnDelete",
    "DaemonSetUpdateStrategy.type": "RollingUpdate OnDelete",
    "DeploymentStrategy.type": "RollingUpdate Recreate",
    "CronJobSpec.concurrencyPolicy": "Allow Forbid Replace",
    "JobSpec.completionMode": "NonIndexed Indexed",
    "Taint.effect": "NoSchedule PreferNoSchedule NoExecute",
    "Toleration.effect": "NoSchedule PreferNoSchedule NoExecute",
    "Toleration.operator": "Exists Equal Lt Gt",
    "NodeSelectorRequirement.operator": "In NotIn Exists DoesNotExist Gt Lt",
    "LabelSelectorRequirement.operator": "In NotIn Exists DoesNotExist",
    "TopologySpreadConstraint.whenUnsatisfiable": "DoNotSchedule ScheduleAnyway",
    "Subject.kind": "User Group ServiceAccount",
    "PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy": "IfHealthyBudget AlwaysAllow",
    "CustomResourceDefinitionSpec.scope": "Cluster Namespaced",
    "ValidatingWebhook.failurePolicy": "Fail Ignore",
    "MutatingWebhook.failurePolicy": "Fail Ignore",
    "MetricTarget.type": "Utilization Value AverageValue",
    "MetricSpec.type": "ContainerResource External Object Pods Resource",
    "SeccompProfile.type": "Localhost RuntimeDefault Unconfined",
    "HostPathVolumeSource.type":
        "| DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice",
}
# Definitions that are written otherwise than their schema says.
PLAIN = {"IntOrString": "v", "Quantity": "q", "Time": "s", "MicroTime": "s", "RawExtension": "?", "JSON": "?",
         "JSONSchemaPropsOrBool": "?", "JSONSchemaPropsOrArray": "?", "JSONSchemaPropsOrStringArray": "?", "FieldsV1": "?"}
# What the text of a field looks like: by the pattern of its schema, or by the field where the schema has none.
QUANTITY = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"
PATTERNS = {
    QUANTITY: "quantity",
    "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$": "prometheus",
    "^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$": "prometheus",
    "^(0|(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$": "alertmanager",
    "^([0-9]+(ns|us|µs|ms|s|m|h)?)+$": "seconds",
    "(^0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$": "bytes",
    "^[1-9][0-9]*[dwm]$": "keep",
    "^([0-9]+(\\.[0-9]+)?(s|m|h))+$": "go",
    "^(http|https)://.+$": "http",
    "^https?://.+$": "http",
}
# Fields of Go's `metav1.Duration`, which has no pattern, and of time zones (the types of each project's API).
FIELDS = [
    (r"CronJobSpec\.timeZone|AppProject\.v1alpha1\.spec\.syncWindows\[\]\.timeZone", "zone"),
    (r"AppProject\.v1alpha1\.spec\.syncWindows\[\]\.duration", "go"),
    (r"Certificate\.v1\.spec\.renewal\.windows\[\]\.timezone", "zone"),
    (r"(Certificate|CertificateRequest|Order)\.v1\.spec\.duration|Certificate\.v1\.spec\.renewBefore", "go"),
    (r"(Cluster)?Issuer\.v1\.spec\.acme\.solvers\[\]\.waitInsteadOfSelfCheck", "go"),
    (r"(Cluster)?(External|Push)Secret\..*\.(refreshInterval|refreshTime)", "go"),
    (r"(Cluster)?SecretStore\..*\.(webhook\.timeout|retryInterval|cache\.ttl)", "go"),
    (r"(Application|ApplicationSet)\.v1alpha1\..*\.retry\.backoff\.(duration|maxDuration)", "seconds"),
]
LETTER = {"object": "m", "array": "l", "string": "s", "number": "n", "integer": "i", "boolean": "b"}


class Node:
    """What may stand in one place."""

    __slots__ = ("types", "open", "required", "enum", "form", "alike", "ref", "keys", "item", "rest")

    def __init__(self, types="", ref=None):
        self.types, self.ref = types, ref
        self.open = self.required = False
        self.enum, self.alike, self.keys = [], [], {}
        self.item = self.rest = self.form = None

    def children(self):
        if self.item is not None:
            yield "-", self.item
        if self.rest is not None:
            yield "*", self.rest
        for key in sorted(self.keys):
            yield (f'"{key}"' if not key or key[0] in '@-*="#' or " " in key else key), self.keys[key]

    def words(self):
        if self.ref:
            return ["@" + self.ref] + ["!"] * self.required
        words = [(self.types or "?") + "*" * self.open]
        words += ["(" + ",".join(self.alike) + ")"] if self.alike else []
        words += ["~" + self.form] if self.form and self.types != "q" else []
        words += ["=" + "|".join(self.enum)] if self.enum else []
        return words + ["!"] * self.required


class Schema:
    """Makes nodes of JSON Schema; `names` gives the shape that a reference stands for."""

    def __init__(self, core, names=None):
        self.core, self.names = core, names or {}

    def node(self, schema, path=""):
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            short = name.rsplit(".", 1)[1]
            return Node(PLAIN[short]) if short in PLAIN else Node(ref=self.names[name])
        types = schema.get("type", [])
        letters = "".join(LETTER[name] for name in ([types] if isinstance(types, str) else types) if name != "null")
        if schema.get("x-kubernetes-int-or-string") or schema.get("format") == "int-or-string":
            letters = "q" if schema.get("pattern") == QUANTITY else "v"
        node = Node(letters)
        properties, more = schema.get("properties") or {}, schema.get("additionalProperties")
        for name, child in properties.items():
            node.keys[name] = self.node(child, f"{path}.{name}")
        for name in schema.get("required") or []:
            # A default fills what is left out.
            if name in node.keys and "default" not in properties[name]:
                node.keys[name].required = True
        if isinstance(schema.get("items"), dict):
            node.item = self.node(schema["items"], path + "[]")
        if isinstance(more, dict):
            node.rest = self.node(more, path + ".*")
        passes = schema.get("x-kubernetes-preserve-unknown-fields") or more is True
        node.open = "m" in letters and bool(passes or self.core and not properties and more is None)
        if passes and not letters:
            node.types = "?"
        enum = [str(value) for value in schema.get("enum") or [] if value is not None]
        enum = ENUMS[path].replace("|", " ").split(" ") if self.core and path in ENUMS else enum
        if letters == "s" and not any(re.search(r"[\s|]", value) for value in enum):
            node.enum = sorted(set(enum))
        if letters in ("s", "q", "v"):
            by_name = (form for fields, form in FIELDS if re.fullmatch(fields, path))
            node.form = PATTERNS.get(schema.get("pattern")) or next(by_name, None)
        if schema.get("x-kubernetes-list-type") == "map":
            node.alike = schema.get("x-kubernetes-list-map-keys") or []
        return node


def object_node(schema, root, path=""):
    """The shape of a whole object: the two fields that name its kind are judged by the head of the table."""
    properties = {name: child for name, child in (root.get("properties") or {}).items() if name != "status"}
    node = schema.node({**root, "type": "object", "properties": properties}, path)
    for name in ("apiVersion", "kind"):
        node.keys[name] = Node("s")
    node.keys["metadata"] = Node(ref="ObjectMeta")
    node.keys["status"] = Node("m")
    node.keys["status"].open = True
    return node


class Table:
    """A table as text."""

    def __init__(self, source):
        self.source, self.kinds, self.gone, self.shapes = source, [], [], {}

    def text(self, share):
        lines = [f"dvgen-kinds {FORMAT}", f"source: {self.source}"]
        lines += [f"kind {' '.join(kind)}" for kind in sorted(self.kinds)]
        lines += [f"gone {' '.join(gone)}" for gone in sorted(self.gone)] + ["---"]
        shared = Shared(self.shapes) if share else None
        for name, node in list(shared.named() if shared else []) + sorted(self.shapes.items()):
            lines.append(f"={name}" + ("" if node.types == "m" and not node.open else " " + " ".join(node.words())))
            self.write(node, 1, lines, shared)
        return "\n".join(lines) + "\n"

    def write(self, node, depth, lines, shared):
        for key, child in node.children():
            name = shared.name(child) if shared else None
            if name is not None:
                lines.append(" " * depth + f"{key} @{name}" + " !" * child.required)
                continue
            lines.append(" " * depth + f"{key} {' '.join(child.words())}")
            self.write(child, depth + 1, lines, shared)


class Shared:
    """Subtrees that stand in more than one place, numbered."""

    def __init__(self, shapes):
        self.number, self.count, self.size, self.print, self.order = {}, {}, {}, {}, []
        for node in shapes.values():
            self.walk(node)
        self.shared = {key for key, count in self.count.items() if count > 1 and self.size[key] >= SHARE_LINES}
        self.place, seen = {}, set()
        for node in shapes.values():
            self.collect(node, seen, True)

    def walk(self, node):
        words = tuple(word for word in node.words() if word != "!")
        key = (words, tuple((name, child.required, self.walk(child)) for name, child in node.children()))
        key = self.number.setdefault(key, len(self.number))
        self.print[id(node)] = key
        self.size[key] = 1 + sum(self.size[self.print[id(child)]] for _, child in node.children())
        self.count[key] = self.count.get(key, 0) + 1
        return key

    def collect(self, node, seen, top=False):
        key = self.print[id(node)]
        if key in seen:
            return
        seen.add(key)
        for _, child in node.children():
            self.collect(child, seen)
        if key in self.shared and not top:
            self.place[key] = len(self.order)
            self.order.append(node)

    def name(self, node):
        return self.place.get(self.print[id(node)])

    def named(self):
        return [(str(at), node) for at, node in enumerate(self.order)]


# ---------------------------------------------------------------- Kubernetes


def api_kinds(definitions):
    """The objects that can be applied: (kind, apiVersion) and the name of the definition."""
    for name, schema in definitions.items():
        for entry in schema.get("x-kubernetes-group-version-kind") or []:
            if REQUESTS.fullmatch(entry["kind"]) and entry["kind"] not in ("ClusterRoleBinding", "RoleBinding"):
                continue
            if "metadata" in (schema.get("properties") or {}):
                group = f"{entry['group']}/" if entry["group"] else ""
                yield (entry["kind"], group + entry["version"]), name


def short_names(definitions, wanted):
    """A short name for each definition: the kind alone where it is the only one, or that of a `v1`."""
    by_short = {}
    for name in sorted(wanted):
        by_short.setdefault(name.rsplit(".", 1)[1], []).append(name)
    names = {}
    for short, having in by_short.items():
        for name in having:
            names[name] = short if len(having) == 1 else ".".join(name.rsplit(".", 3)[1:])
    return names


def reached(definitions, start):
    found, waiting = set(), list(start)
    while waiting:
        name = waiting.pop()
        if name in found or name.rsplit(".", 1)[1] in PLAIN:
            continue
        found.add(name)
        properties = definitions[name].get("properties") or {}
        root = "x-kubernetes-group-version-kind" in definitions[name]
        text = json.dumps({key: value for key, value in properties.items() if not root or key != "status"})
        waiting += re.findall(r'"\$ref": "#/\$defs/([^"]+)"', text)
    return found


def kubernetes(arguments):
    releases = []
    for directory in arguments.paths:
        document = json.loads((Path(directory) / "_definitions.json").read_text())
        releases.append(document.get("$defs") or document["definitions"])
    last = releases[-1]
    kinds = dict(api_kinds(last))
    wanted = reached(last, kinds.values()) | {next(name for name in last if name.endswith(".meta.v1.ObjectMeta"))}
    names = short_names(last, wanted)
    release = re.search(r"\d+\.\d+", Path(arguments.paths[-1]).name)
    table = Table(f"Kubernetes {release.group() if release else ''}".strip())
    schema = Schema(True, names)
    roots = set(kinds.values())
    for name in wanted:
        make = object_node if name in roots else Schema.node
        table.shapes[names[name]] = make(schema, last[name], names[name])
    for (kind, version), name in kinds.items():
        table.kinds.append((kind, version, "cluster" if kind in CLUSTER else "namespaced", names[name]))
    gone = {}
    for line in GONE.strip().splitlines():
        old, new, *lost = line.split()
        gone.update({(kind, old): new for kind in lost})
    for release in releases[:-1]:
        for (kind, version), _ in api_kinds(release):
            group = version.rsplit("/", 1)[0] + "/" if "/" in version else ""
            now = [other for name, other in kinds if name == kind and other.startswith(group) and ("/" in other) == ("/" in version)]
            gone[kind, version] = min(now, key=age) if now else "-"
    table.gone = [(kind, version, now) for (kind, version), now in gone.items() if (kind, version) not in kinds]
    write(arguments, "kubernetes", table, False)


def age(version):
    """Stable versions come first, the newest first."""
    match = re.search(r"v(\d+)(alpha|beta)?(\d*)$", version)
    return ({None: 0, "beta": 1, "alpha": 2}[match.group(2)], -int(match.group(1)), -int(match.group(3) or 0))


# ---------------------------------------------------------------- custom resources


class Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """The safe loader, without its failure on a bare `=`."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, rx) for tag, rx in pairs if tag != "tag:yaml.org,2002:value"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def definitions(paths):
    for path in map(Path, paths):
        for file in sorted([*path.rglob("*.yaml"), *path.rglob("*.yml")]) if path.is_dir() else [path]:
            for document in yaml.load_all(file.read_text(), Loader):
                if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
                    yield document["spec"]


def crds(arguments):
    tables = {}
    for spec in definitions(arguments.paths):
        group, kind = spec["group"], spec["names"]["kind"]
        table = tables.setdefault(group, Table(group))
        served = [version["name"] for version in spec["versions"] if version.get("served")]
        for version in spec["versions"]:
            here = f"{group}/{version['name']}"
            if not version.get("served"):
                table.gone.append((kind, here, f"{group}/{min(served, key=age)}" if served else "-"))
                continue
            shape = f"{kind}.{version['name']}"
            table.kinds.append((kind, here, spec["scope"].lower(), shape))
            root = (version.get("schema") or {}).get("openAPIV3Schema") or {}
            table.shapes[shape] = object_node(Schema(False), root, shape)
    for group, table in sorted(tables.items()):
        write(arguments, group, table, True)


def write(arguments, name, table, share):
    path = Path(arguments.out) / f"{name}.kinds"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = table.text(share)
    path.write_text(text)
    print(f"{path}: {len(table.kinds)} kinds, {len(text.splitlines())} lines, {len(text)} bytes")


# ---------------------------------------------------------------- diff


def read(path):
    """The head lines of a table, and the fields of each kind with all shapes of its own filled in."""
    head, shapes, shape = [], {}, None
    for line in Path(path).read_text().splitlines()[2:]:
        if line.startswith("="):
            name, *words = line[1:].split()
            shape = shapes.setdefault(name, (words, []))[1]
        elif shape is not None:
            shape.append(line)
        elif line != "---":
            head.append(line)
    fields = {}

    def fill(name, prefix, above):
        stack = [prefix]
        for line in shapes.get(name, ([], []))[1]:
            depth = len(line) - len(line.lstrip(" "))
            key, words = line.strip().split(" ", 1)
            del stack[depth:]
            here = f"{stack[-1]}[]" if key == "-" else f"{stack[-1]}.{key}"
            stack.append(here)
            other = words.split()[0]
            if other.startswith("@") and other[1:] in shapes and other not in above:
                fields[here] = " ".join([*shapes[other[1:]][0], *words.split()[1:]])
                fill(other[1:], here, above | {other})
            else:
                fields[here] = words

    for line in head:
        if line.startswith("kind "):
            _, kind, version, _, shape_name = line.split()
            fill(shape_name, f"{kind} {version} ", frozenset())
    # Names of shapes are our own, and may change with their neighbours.
    return {line.rsplit(" ", 1)[0] if line.startswith("kind ") else line for line in head}, fields


def diff(arguments):
    (old_head, old), (new_head, new) = read(arguments.old), read(arguments.new)
    groups = [
        ("gone", sorted(old_head - new_head) + outermost(set(old) - set(new))),
        ("new", sorted(new_head - old_head) + outermost(set(new) - set(old))),
        ("changed", [f"{path}: {old[path] or 'm'} -> {new[path] or 'm'}" for path in sorted(old) if new.get(path, old[path]) != old[path]]),
    ]
    for title, lines in groups:
        print(f"{title}: {len(lines)}", *(f"  {line}" for line in lines), sep="\n")


def outermost(paths):
    """Leaves out what lies below a path that is itself listed."""
    kept = []
    for path in sorted(paths):
        if not kept or not path.startswith((kept[-1] + ".", kept[-1] + "[")):
            kept.append(path)
    return kept


def main():
    parser = argparse.ArgumentParser(description="Makes tables of kinds; the head of this file says how.")
    parser.add_argument("--out", default=TABLES)
    commands = parser.add_subparsers(required=True)
    for name, run in (("kubernetes", kubernetes), ("crds", crds)):
        command = commands.add_parser(name)
        command.add_argument("paths", nargs="+")
        command.set_defaults(run=run)
    command = commands.add_parser("diff")
    command.add_argument("old")
    command.add_argument("new")
    command.set_defaults(run=diff)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
