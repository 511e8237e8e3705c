//! Components, their parts and the flows between them.

use super::{HYPERVISOR, object};
use crate::policy::types::{Field, Object, Type};

object! {
    /// A component.
    COMPONENT, "a component", {
        "name": Type::Str, "its name";
        "library": Type::Str, "its entry of the component library";
        "title": Type::Str, "its name for people";
        "version" optional: Type::Str, "the version of its chart, as written";
        "chart" optional: Type::Str, "the name of its chart";
        "chartRepository" optional: Type::Str, "where its chart is published";
        "group" optional: Type::Str, "its group";
        "namespace": Type::Str, "its namespace";
        "project": Type::Str, "its project of Argo CD";
        "release": Type::Str, "its Helm release";
        "fullname": Type::Str, "the full name that its chart gives its objects";
        "replicas" optional: Type::Int, "how many copies run";
        "installedBy": Type::Str, "`argocd`, `ansible`, `systemd`, `compose` or `external`";
        "machines": Type::Str.list(), "the machines that it runs on, outside of Kubernetes";
        "tls" optional: Type::Str, "`server` or `mutual`, where it answers so on machines";
        "storage": Type::Object(&STORAGE), "its volumes";
        "expose" optional: Type::Object(&EXPOSE), "how people reach it";
        "wave": Type::Int, "its place in the order: the length of the longest chain of components before it";
        "needs": Type::Object(&NEED).list(), "what it waits for, and why";
        "services": Type::Object(&SERVICE).list(), "the Services that its chart makes";
        "flows": Type::Object(&FLOW).list(), "the flows that it opens";
        "served": Type::Object(&FLOW).list(), "the flows that it answers";
        "secrets": Type::Object(&SECRET).list(), "the secrets that it reads";
        "parts": Type::Object(&PART).list(), "its parts, of a chart that has some";
        "databases": Type::Str.list(), "the databases that it serves";
        "gates": Type::Object(&GATE).list(), "the manual steps after it";
        "ownLabels": Type::Str.map(), "the labels that the spec gives it";
        "settings": Type::Any.map(), "its `settings`, as written";
        "workload" optional: Type::Any.map(), "its `workload`, as templates read it";
        "values" optional: Type::Any.map(), "its `values`, as written";
        "placement": Type::Any.map(), "where its pods run: `nodeSelector`, `tolerations`, `nodes` and `affinity` as Kubernetes writes them, `apart`, `spread`";
        "labels" optional: Type::Any.map(), "the labels of its pods, where they are known";
    }
}

object! {
    /// What a component waits for.
    NEED, "a need", {
        "component": Type::Object(&COMPONENT), "the component that comes first";
        "hard": Type::Bool, "whether applying fails without it";
        "kept": Type::Bool, "whether it counts in the order; one that is not hard yields where it would close a circle";
        "reason": Type::Str, "why";
    }
}

object! {
    /// A Service.
    SERVICE, "a Service", {
        "id": Type::Str, "what the component library calls it";
        "name": Type::Str, "its name in the cluster";
        "namespace": Type::Str, "its namespace";
        "host": Type::Str, "the host name by which pods reach it";
        "port": Type::Int, "its port";
        "portName" optional: Type::Str, "the name of the port";
        "scheme" optional: Type::Str, "`http` or `https`, of what speaks that";
        "component": Type::Object(&COMPONENT), "the component that makes it";
    }
}

object! {
    /// How people reach a component.
    EXPOSE, "an exposure", {
        "host": Type::Str, "the host name";
        "issuer" optional: Type::Str, "the issuer of its certificate";
        "class" optional: Type::Str, "the ingress class";
        "url" optional: Type::Str, "the URL without a path";
        "access" optional: Type::Str, "who may come in: `public`, `identity` or `machine`";
        "tunnel" optional: Type::Str, "the tunnel through which people come, if it is not the ingress controller";
        "guard": Type::Str, "who signs people in: `own`, `ingress`, `tunnel` or `none`";
        "annotations": Type::Str.map(), "the annotations of its Ingress";
    }
}

object! {
    /// The volumes of a component.
    STORAGE, "a storage", {
        "class" optional: Type::Str, "the storage class";
        "size" optional: Type::Str, "the size of each volume, as written";
        "bytes" optional: Type::Int, "the size of each volume in bytes";
    }
}

object! {
    /// A part of an umbrella chart.
    PART, "a part", {
        "name": Type::Str, "its name";
        "title": Type::Str, "its name for people";
        "role" optional: Type::Str, "the role that it plays";
        "enabled": Type::Bool, "whether it is deployed";
        "replicas" optional: Type::Int, "how many copies run";
        "retention" optional: Type::Str, "how long it keeps data";
        "storage": Type::Object(&STORAGE), "its volumes";
        "expose" optional: Type::Object(&EXPOSE), "how people reach it";
    }
}

object! {
    /// A secret that a component reads.
    SECRET, "a secret", {
        "id": Type::Str, "what the component library calls it";
        "name": Type::Str, "the name of the Kubernetes Secret";
        "item": Type::Str, "the item of the store";
        "keys": Type::Str.list(), "the keys of the item";
    }
}

object! {
    /// A manual step.
    GATE, "a gate", {
        "name": Type::Str, "its name";
        "action": Type::Str, "what a person does";
    }
}

object! {
    /// A flow.
    FLOW, "a flow", {
        "kind": Type::Str, "its kind, as `flows` spells it";
        "from": Type::Object(&END), "the side that opens the connection";
        "to": Type::Object(&END), "the side that answers";
        "path": Type::Str, "the path of its URL";
        "tenant" optional: Type::Str, "the tenant";
        "name" optional: Type::Str, "the name of what is used, such as a database";
        "datasource" optional: Type::Str, "the type of Grafana datasource";
        "service" optional: Type::Object(&SERVICE), "the Service that is called";
        "interval" optional: Type::Str, "how often metrics are read, of a scrape";
        "written": Type::Bool, "whether it is in the spec; scrapes are there without being written";
        "targets": Type::Object(&HYPERVISOR).list(), "the hypervisors that are looked at through the other side";
        "settings": Type::Any.map(), "its `settings`, as written";
    }
}

object! {
    /// One side of a flow.
    END, "an end of a flow", {
        "name": Type::Str, "the name of the part, or else of the component";
        "component": Type::Object(&COMPONENT), "the component";
        "part" optional: Type::Str, "the part of it";
    }
}
