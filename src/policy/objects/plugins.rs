//! Plugins and compositions.

use super::object;
use crate::policy::types::{Field, Object, Type};

object! {
    /// A plugin that compositions can choose.
    PLUGIN, "a plugin", {
        "name": Type::Str, "its name";
        "path": Type::Str, "the folder of its code below `plugins/`";
        "versions": Type::Str.list(), "the versions that can be had, newest first";
        "type": Type::Str, "what it does, as `importer`";
        "category": Type::Str, "`core`, `community` or `custom`";
        "trust": Type::Str, "`core`, `verified`, `community` or `custom`";
        "enabled": Type::Bool, "whether it runs where nothing else is said";
        "description" optional: Type::Str, "what it is, in one sentence";
        "author" optional: Type::Str, "who wrote it";
        "license" optional: Type::Str, "its license";
        "dependencies": Type::Str.list(), "the plugins that it cannot work without";
        "imports": Type::Str.list(), "the packages that its code imports";
        "permissions": Type::Object(&PERMISSION).list(), "what it may do";
        "signedBy" optional: Type::Str, "the trust store that holds the key of its signature";
        "checksum" optional: Type::Str, "the checksum of its file";
        "publishes": Type::Str.list(), "the topics that it writes to";
        "subscribes": Type::Str.list(), "the topics that it reads";
    }
}

object! {
    /// Something that a plugin may do.
    PERMISSION, "a permission", {
        "action": Type::Str, "`read`, `write`, `execute` or `network`";
        "resource": Type::Str, "with what, as `file://`";
        "scope": Type::Str.list(), "which of these";
    }
}

object! {
    /// Plugins that make one application.
    COMPOSITION, "a composition", {
        "name": Type::Str, "its name";
        "version" optional: Type::Str, "its version";
        "title": Type::Str, "its name for people";
        "description" optional: Type::Str, "what it is, in one sentence";
        "imports": Type::Str.list(), "the packages that it builds upon";
        "plugins": Type::Object(&MEMBER).list(), "its plugins, also those that do not run";
        "start": Type::Str.list(), "the plugins that run, in the order in which they start";
        "watched": Type::Str.list(), "the plugins whose health is watched";
        "topics": Type::Object(&TOPIC).list(), "its topics, by name";
        "settings": Type::Any.map(), "its `settings`, as written";
    }
}

object! {
    /// A plugin of a composition.
    MEMBER, "a plugin of a composition", {
        "name": Type::Str, "its name";
        "plugin": Type::Object(&PLUGIN), "what is known of it";
        "version": Type::Str, "the version that is taken";
        "enabled": Type::Bool, "whether it runs";
        "listed": Type::Bool, "whether the spec lists it; else another one depends on it";
        "needs": Type::Str.list(), "the plugins that start before it";
        "config": Type::Any.map(), "its configuration, without the secrets";
    }
}

object! {
    /// A topic of events.
    TOPIC, "a topic", {
        "name": Type::Str, "its name";
        "carries" optional: Type::Str, "`metrics`, `logs`, `traces` or `alerts`";
        "publishers": Type::Str.list(), "the plugins that write to it";
        "subscribers": Type::Str.list(), "the plugins that read it";
    }
}
