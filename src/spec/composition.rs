//! Compositions as written: which plugins make one application, and how they run together.

mod runtime;
mod selection;
mod web;

use std::sync::Arc;

pub use runtime::{
    Anomaly, Buffer, Cache, Events, Fallback, Keys, LoadBalancing, NodeShare, Overflow, Pool, Reliability, Retries,
    Scaling, Shard, Topic, TopicData, Tuning,
};
pub use selection::{Included, Selection, Selections};
pub use web::{NavigationNode, PagePath, PagePermission, PageUrl, Themes, Web};

use super::plugin::Limits;
use super::scalars::{Count, DnsName, FileLabel, Folder, Listen, MachinePath, Period, Tenant, Url, Version, Word};
use crate::record;
use crate::yaml::decode::OneOrMany;
use crate::yaml::{Field, Names, Node as YamlNode};

record! {
    /// Plugins that make one application.
    pub struct Composition as "a composition" {
        /// Its name for people; its own name unless written.
        title: Arc<str> = "title",
        /// What it is, in one sentence.
        description: Arc<str> = "description",
        /// Its version; compositions that nobody publishes have none.
        version: Version = "version",
        /// Who answers for it.
        author: Arc<str> = "author",
        /// What it is good for, a line each.
        purposes: Vec<Field<Arc<str>>> = "purposes",
        /// What it has, a line each.
        features: Vec<Field<Arc<str>>> = "features",
        /// The programs that run it.
        applications: Vec<Field<FileLabel>> = "applications",
        /// The command that starts it, for its page.
        run: Arc<str> = "run",
        /// The packages that it builds upon, from the root of the code.
        imports: Vec<Field<Folder>> = "imports",
        /// Its plugins; those that nodes have shares of unless written.
        plugins: Selections = "plugins",
        /// What is done about plugins that others depend on and nobody chose.
        dependencies: Resolution = "dependencies",
        /// How its plugins are watched.
        health: Health = "health",
        /// How plugins are spread over nodes.
        scaling: Scaling = "scaling",
        /// How plugins tell each other things.
        events: Events = "events",
        /// How many of a plugin are kept ready, by plugin.
        pools: Names<Pool> = "pools",
        /// What is held in memory on its way, by name.
        buffers: Names<Buffer> = "buffers",
        /// Where what is asked for often is kept.
        cache: Cache = "cache",
        /// When a plugin is to be changed by itself.
        tuning: Tuning = "tuning",
        /// What a plugin usually does, by plugin; what differs is reported.
        anomalies: Names<Anomaly> = "anomalies",
        /// What plugins may use at most, by plugin.
        limits: Names<Limits> = "limits",
        /// Where the keys of encrypted configuration are kept.
        keys: Keys = "keys",
        /// Its pages.
        web: Web = "web",
        /// Where what it tells of itself goes: an agent with its configuration, and examples.
        telemetry: Telemetry = "telemetry",
        /// Settings of the framework's own, passed on as they are.
        settings: Names<YamlNode> = "settings",
    }
}

record! {
    /// What is done about plugins that others depend on.
    pub struct Resolution as "the resolution of dependencies" {
        /// Whether a plugin that nobody chose is added where one depends on it; `false` unless written.
        auto_resolve: bool = "autoResolve",
        /// Whether the application checks them again when it starts; `true` unless written.
        validation: bool = "validation",
    }
}

record! {
    /// How plugins are watched.
    pub struct Health as "the health checks" {
        /// Whether they are watched at all; `true` unless written.
        enabled: bool = "enabled",
        /// How often.
        interval: Period = "interval",
        /// How long one check may take.
        timeout: Period = "timeout",
        /// Which plugins.
        plugins: HealthPlugins = "plugins",
    }
}

record! {
    /// Which plugins are watched.
    pub struct HealthPlugins as "the watched plugins" {
        /// `all`, or a list of names.
        include: Included = "include" required,
    }
}

record! {
    /// An agent on the machine of the application, which takes what it tells and passes it on.
    pub struct Telemetry as "the telemetry of a composition" {
        /// Where traces go.
        traces: TelemetryTarget = "traces",
        /// Where logs go.
        logs: TelemetryTarget = "logs",
        /// Where metrics go.
        metrics: TelemetryTarget = "metrics",
        /// What the agent reads metrics from, besides those that are sent to it.
        scrape: Scraping = "scrape",
        /// What the agent says of itself.
        logging: Logging = "logging",
        /// Where the agent listens for OTLP by gRPC; 127.0.0.1:4317 unless written.
        grpc: Listen = "grpc",
        /// Where the agent listens for OTLP over HTTP; 127.0.0.1:4318 unless written.
        http: Listen = "http",
        /// Where the agent shows itself; 127.0.0.1:12345 unless written.
        ui: Listen = "ui",
        /// The program of the agent; `/usr/bin/alloy` unless written.
        binary: MachinePath = "binary",
        /// Where its configuration is installed; `/etc/alloy/config.alloy` unless written.
        config_file: MachinePath = "configFile",
        /// Where it keeps what it could not deliver yet; `/var/lib/alloy/data` unless written.
        storage: MachinePath = "storage",
        /// The account that it runs as; `alloy` unless written.
        user: FileLabel = "user",
        /// How many spans, lines and samples it passes on at once.
        batch: Count = "batch",
        /// The name by which the application is known in traces; that of the composition unless written.
        service: FileLabel = "service",
        /// The languages that examples are made for.
        examples: OneOrMany<Language> = "examples",
    }
}

record! {
    /// What an agent reads metrics from.
    pub struct Scraping as "the scraping of an agent" {
        /// How often; 15s unless written.
        interval: Period = "interval",
        /// How long one read may take; 10s unless written, and never longer than the interval.
        timeout: Period = "timeout",
        /// What is read, by name: the URL of its metrics, `http://127.0.0.1:8080/metrics`. The name is the job of the metrics.
        targets: Names<Url> = "targets" required,
    }
}

record! {
    /// What an agent says of itself.
    pub struct Logging as "the logging of an agent" {
        /// From which level on; `info` unless written.
        level: LogLevel = "level",
        /// How a line is written; `logfmt` unless written.
        format: LogFormat = "format",
    }
}

crate::choice! {
    /// A level of lines of a log.
    pub enum LogLevel as "a level of logs" {
        /// What goes wrong.
        Error = "error",
        /// What may go wrong.
        Warn = "warn",
        /// What happens.
        Info = "info",
        /// All of it.
        Debug = "debug",
    }
}

crate::choice! {
    /// How a line of a log is written.
    pub enum LogFormat as "a format of logs" {
        /// Words with `=`.
        Logfmt = "logfmt",
        /// An object of JSON.
        Json = "json",
    }
}

crate::choice! {
    /// A language that examples are made for.
    pub enum Language as "a language of examples" {
        /// Go.
        Go = "go",
        /// Python.
        Python = "python",
    }
}

record! {
    /// Where one kind of telemetry goes.
    pub struct TelemetryTarget as "a target of telemetry" {
        /// The component that keeps it.
        to: Arc<str> = "to" required,
        /// A way around its usual entry point, where the component offers one.
        via: Word = "via",
        /// The host by which the machine reaches it; that of its exposure unless written.
        host: DnsName = "host",
        /// The URL by which the machine reaches it, without the path of the protocol; made of the host unless written.
        url: Url = "url",
        /// The URL by which Grafana reads what is kept; that of its exposure, or else where it is written to.
        query: Url = "query",
        /// The tenant.
        tenant: Tenant = "tenant",
    }
}
