//! Sections of a composition as the framework reads them: the names of its own fields, times as Go reads them, amounts in
//! bytes, plugins by their whole name.

use std::sync::Arc;

use crate::doc::{Doc, Key, Map, Value};
use crate::model::composition::Composition;
use crate::source::{Origins, Span};
use crate::spec::composition::{
    Anomaly, Buffer, Cache, Fallback, NavigationNode, Overflow, PagePath, PagePermission, PageUrl, Pool, Reliability,
    Retries, Themes, Tuning,
};
use crate::spec::plugin::Limits;
use crate::spec::scalars::{Bytes, Cores, Count, FileLabel, MachinePath, Period, Ratio, SimpleName, Word};
use crate::yaml::{Field, Names};

/// A value that the framework reads.
pub(super) trait Shown {
    /// Returns it as a document.
    fn shown(&self, origins: &mut Origins, span: Span) -> Doc;
}

macro_rules! leaf {
    ($($type:ty, $this:ident => $value:expr;)*) => {$(
        impl Shown for $type {
            fn shown(&self, origins: &mut Origins, span: Span) -> Doc {
                let $this = self;
                Doc::new($value, origins.written("composition", span))
            }
        }
    )*};
}

leaf! {
    bool, this => Value::Bool(*this);
    u32, this => Value::Int(i64::from(*this));
    Count, this => Value::Int(i64::from(this.0));
    Retries, this => Value::Int(i64::from(this.0));
    Ratio, this => Value::Float(this.0);
    Cores, this => Value::Float(this.0);
    Period, this => Value::Str(this.text.clone().into());
    Bytes, this => Value::Int(i64::try_from(this.0.bytes).unwrap_or(i64::MAX));
    Arc<str>, this => Value::Str(this.clone().into());
    Word, this => Value::Str(this.0.clone().into());
    MachinePath, this => Value::Str(this.0.clone().into());
    SimpleName, this => Value::Str(this.0.clone().into());
    FileLabel, this => Value::Str(this.0.clone().into());
    PagePath, this => Value::Str(this.0.clone().into());
    PageUrl, this => Value::Str(this.0.clone().into());
    PagePermission, this => Value::Str(this.0.clone().into());
    Overflow, this => Value::Str(this.word().into());
    Fallback, this => Value::Str(this.word().into());
}

impl<T: Shown> Shown for Vec<Field<T>> {
    fn shown(&self, origins: &mut Origins, span: Span) -> Doc {
        let items = self.iter().filter_map(Field::get).map(|item| item.value.shown(origins, item.span)).collect();
        Doc::list(items, origins.written("composition", span))
    }
}

impl<T: Shown> Shown for Names<T> {
    fn shown(&self, origins: &mut Origins, span: Span) -> Doc {
        named(self, str::to_owned, origins, span)
    }
}

fn named<T: Shown>(names: &Names<T>, call: impl Fn(&str) -> String, origins: &mut Origins, span: Span) -> Doc {
    let mut map = Map::new();
    for (name, entry) in names {
        let Some(value) = &entry.value else { continue };
        let key = Key { text: call(name).into(), origin: origins.written("composition", entry.key) };
        map.insert(key, value.value.shown(origins, value.span));
    }
    Doc::map(map, origins.written("composition", span))
}

macro_rules! record_shown {
    ($($type:ty { $($field:ident => $key:literal),* $(,)? })*) => {$(
        impl Shown for $type {
            fn shown(&self, origins: &mut Origins, span: Span) -> Doc {
                let mut map = Map::new();
                $( if let Some(value) = self.$field.get() {
                    map.set($key, value.value.shown(origins, value.span));
                } )*
                Doc::map(map, origins.written("composition", span))
            }
        }
    )*};
}

record_shown! {
    Reliability {
        max_retries => "max_retries",
        retry_interval => "retry_interval",
        circuit_breaker => "circuit_breaker",
        dead_letter_queue => "dead_letter_queue",
    }
    Pool { min_size => "min_size", max_size => "max_size", idle_timeout => "idle_timeout" }
    Buffer { plugin => "plugin", capacity => "capacity", overflow => "overflow" }
    Cache { plugin => "plugin", fallback => "fallback", ttl => "ttl" }
    Tuning {
        max_memory_usage => "max_memory_usage",
        max_execution_time => "max_execution_time",
        max_error_rate => "max_error_rate",
        min_throughput => "min_throughput",
        memory_check_interval => "memory_check_interval",
    }
    Anomaly {
        normal_actions => "normal_actions",
        suspicious_actions => "suspicious_actions",
        max_frequency => "max_frequency",
        time_window => "time_window",
    }
    Limits {
        memory => "max_memory",
        cpu => "max_cpu",
        file_size => "max_file_size",
        network_io => "max_network_io",
        allowed_paths => "allowed_paths",
        blocked_hosts => "blocked_hosts",
        timeout => "timeout",
    }
    NavigationNode {
        title => "title",
        icon => "icon",
        url => "url",
        permission => "permission",
        parent => "parent",
    }
    Themes { default => "default", available => "available" }
}

/// Returns a field, if it is written.
pub(super) fn field<T: Shown>(field: &Field<T>, origins: &mut Origins) -> Option<Doc> {
    field.get().map(|value| value.value.shown(origins, value.span))
}

/// Returns a section whose keys are plugins, by their whole names.
pub(super) fn by_plugin<T: Shown>(
    section: &Field<Names<T>>,
    composition: &Composition,
    origins: &mut Origins,
) -> Option<Doc> {
    let given = section.get()?;
    Some(named(&given.value, |name| composition.called(name).to_owned(), origins, given.span))
}

/// Gives the plugins that fields of a section name their whole names.
pub(super) fn whole_names(doc: &mut Doc, keys: &[&str], composition: &Composition) {
    let Value::Map(map) = &mut doc.value else { return };
    for (key, value) in map.iter_mut() {
        if keys.contains(&&*key.text) {
            whole_name(value, composition);
        } else {
            whole_names(value, keys, composition);
        }
    }
}

fn whole_name(doc: &mut Doc, composition: &Composition) {
    match &mut doc.value {
        Value::Str(name) => *name = composition.called(name).to_owned().into(),
        Value::List(items) => items.iter_mut().for_each(|item| whole_name(item, composition)),
        _ => {}
    }
}
