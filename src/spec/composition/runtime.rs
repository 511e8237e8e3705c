//! How the plugins of a composition run together: shares of the work, events, pools, buffers, caches, thresholds, keys.

use std::sync::Arc;

use crate::spec::StoreKind;
use crate::spec::scalars::{Bytes, Count, PercentRange, Period, Ratio, SimpleName, Word};
use crate::yaml::{Field, Names};
use crate::{choice, record};

choice! {
    /// How plugins are spread.
    pub enum LoadBalancing as "a way to spread plugins" {
        /// Each node does a part of the work.
        Horizontal = "horizontal",
        /// Each node does all of it, one after the other.
        RoundRobin = "round-robin",
        /// The node with the least work is next.
        LeastLoaded = "least-loaded",
    }
}

record! {
    /// How plugins are spread over nodes.
    pub struct Scaling as "the scaling of a composition" {
        /// How.
        strategy: LoadBalancing = "strategy" required,
        /// How many nodes there are.
        nodes: Count = "nodes",
        /// What each node does.
        distribution: Vec<Field<NodeShare>> = "distribution",
    }
}

record! {
    /// What a node does.
    pub struct NodeShare as "the share of a node" {
        /// The node.
        node: SimpleName = "node" required,
        /// Its part of the work of each plugin.
        plugins: Names<Shard> = "plugins" required,
    }
}

record! {
    /// A part of the work of a plugin.
    pub struct Shard as "a shard" {
        /// Its name.
        shard: SimpleName = "shard" required,
        /// Which part, in percent; both ends are included.
        range: PercentRange = "range" required,
    }
}

record! {
    /// How plugins tell each other things.
    pub struct Events as "the events of a composition" {
        /// The plugin that carries them; the framework's own memory unless written.
        bus: Arc<str> = "bus",
        /// The topics; if they are written, plugins use no other ones.
        topics: Names<Topic> = "topics",
        /// What is done when one cannot be delivered.
        reliability: Reliability = "reliability",
    }
}

choice! {
    /// What kind of data a topic carries.
    pub enum TopicData as "a kind of data" {
        /// Metrics.
        Metrics = "metrics",
        /// Logs.
        Logs = "logs",
        /// Traces.
        Traces = "traces",
        /// Alerts.
        Alerts = "alerts",
    }
}

record! {
    /// A topic of events.
    pub struct Topic as "a topic" {
        /// What it carries.
        carries: TopicData = "carries",
        /// Plugins that write to it, besides those that say so themselves.
        publishers: Vec<Field<Arc<str>>> = "publishers",
        /// Plugins that read it, besides those that say so themselves.
        subscribers: Vec<Field<Arc<str>>> = "subscribers",
    }
}

record! {
    /// What is done when an event cannot be delivered.
    pub struct Reliability as "the reliability of events" {
        /// How often it is tried again.
        max_retries: Retries = "maxRetries",
        /// How long to wait in between.
        retry_interval: Period = "retryInterval",
        /// Whether nothing is sent for a while to what failed too often.
        circuit_breaker: bool = "circuitBreaker",
        /// Whether what could not be delivered is kept.
        dead_letter_queue: bool = "deadLetterQueue",
    }
}

/// How often something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries(pub u32);

impl crate::yaml::Decode for Retries {
    fn decode(node: &crate::yaml::Node, cx: &mut crate::yaml::Decoder) -> Option<Self> {
        // Any whole number is one, so that there is one answer to those that are too small and too large.
        if let Some(number) = node.as_scalar().and_then(|text| text.parse::<i64>().ok()).filter(|_| !node.is_refused())
        {
            if let Some(few) = u32::try_from(number).ok().filter(|few| *few <= 100) {
                return Some(Self(few));
            }
            let help = "write a number from 0 to 100; what fails a hundred times will not work the next time";
            cx.bad_value(node.span, format!("{number} is out of range{}", cx.place()), help);
            return None;
        }
        u32::decode(node, cx).map(Self)
    }

    fn schema(_: &mut crate::yaml::schema::Schema) -> serde_json::Value {
        serde_json::json!({ "type": "integer", "minimum": 0, "maximum": 100 })
    }
}

record! {
    /// How many of a plugin are kept ready.
    pub struct Pool as "a pool" {
        /// At least.
        min_size: u32 = "minSize" required,
        /// At most.
        max_size: Count = "maxSize" required,
        /// How long one may do nothing before it is stopped.
        idle_timeout: Period = "idleTimeout",
    }
}

choice! {
    /// What happens when a buffer is full.
    pub enum Overflow as "a way to overflow" {
        /// The oldest gives way.
        Overwrite = "overwrite",
        /// The newest is not taken.
        Drop = "drop",
        /// Whoever sends has to wait.
        Block = "block",
    }
}

record! {
    /// What is held in memory on its way.
    pub struct Buffer as "a buffer" {
        /// The plugin that writes into it.
        plugin: Arc<str> = "plugin",
        /// How many things it holds.
        capacity: Count = "capacity" required,
        /// What happens when it is full; the oldest gives way unless written.
        overflow: Overflow = "overflow",
    }
}

choice! {
    /// What is used when the cache is away.
    pub enum Fallback as "a fallback of the cache" {
        /// The memory of the program.
        Memory = "memory",
        /// Nothing: what asks for it fails.
        None = "none",
    }
}

record! {
    /// Where what is asked for often is kept.
    pub struct Cache as "the cache" {
        /// The plugin that keeps it.
        plugin: Arc<str> = "plugin",
        /// What is used when that is away; the memory of the program unless written.
        fallback: Fallback = "fallback",
        /// How long it is kept.
        ttl: Period = "ttl",
    }
}

record! {
    /// When a plugin is to be changed by itself.
    pub struct Tuning as "the thresholds of tuning" {
        /// It uses more memory than this.
        max_memory_usage: Bytes = "maxMemoryUsage",
        /// A run takes longer than this.
        max_execution_time: Period = "maxExecutionTime",
        /// More runs fail than this share.
        max_error_rate: Ratio = "maxErrorRate",
        /// Fewer things a second than this.
        min_throughput: u32 = "minThroughput",
        /// How often memory is looked at.
        memory_check_interval: Period = "memoryCheckInterval",
    }
}

record! {
    /// What a plugin usually does.
    pub struct Anomaly as "a pattern of behaviour" {
        /// What it does.
        normal_actions: Vec<Field<SimpleName>> = "normalActions",
        /// What it should not do.
        suspicious_actions: Vec<Field<SimpleName>> = "suspiciousActions",
        /// How often at most, within the window.
        max_frequency: Count = "maxFrequency" required,
        /// The window.
        time_window: Period = "timeWindow" required,
    }
}

record! {
    /// Where the keys of encrypted configuration are kept.
    pub struct Keys as "the keys of a composition" {
        /// The kind of the store; it has to be that of `secrets.store`, and need not be said.
        kind: StoreKind = "type",
        /// The path that their names stand below, in the secret store.
        key_prefix: Word = "keyPrefix" required,
        /// The keys: items of `secrets.items` below the prefix, by their last word.
        ids: Vec<Field<SimpleName>> = "ids",
    }
}
