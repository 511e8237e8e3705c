//! What parts of a composition say of each other: thresholds below limits, plugins in the folder of what they do, and the command
//! that starts it.

use std::sync::Arc;

use super::MemberId;
use super::runtime::Runtime;
use crate::diag::Diagnostic;
use crate::model::{BOUNDS, PLUGIN_FACTS};
use crate::source::{Span, Spanned};
use crate::spec::composition;
use crate::spec::plugin::Limits;
use crate::spec::scalars::Bytes;
use crate::yaml::Field;

/// The folder below which each integration lies in one that says what it integrates.
const INTEGRATIONS: &str = "integrations";

/// The option by which programs of the framework are told what to start.
const OPTION: &str = "--composition";

impl Runtime<'_, '_> {
    /// Checks what parts of the composition say of each other.
    pub(super) fn bounds(&mut self, written: &composition::Composition) {
        self.limits(written);
        self.thresholds(written);
        self.started(written);
    }

    /// What a plugin may use at most is bounded by whoever wrote it; a composition makes it less.
    fn limits(&mut self, written: &composition::Composition) {
        for (name, named) in written.limits.value().into_iter().flatten() {
            let member = self.names.get(name).and_then(|id| self.composition.member(*id));
            let plugin = member.and_then(|member| self.plugins.get(member.plugin.0));
            let Some((plugin, of_plugin)) = plugin.and_then(|plugin| Some((plugin, plugin.limits.as_ref()?))) else {
                continue;
            };
            let Some(here) = &named.value else { continue };
            for (here, there) in amounts(&here.value).into_iter().zip(amounts(&of_plugin.value)) {
                let Some((here, there)) = here.zip(there).filter(|(here, there)| here.value > there.value) else {
                    continue;
                };
                let name = &plugin.name.value;
                let message =
                    format!("`{name}` may not have {} {}: it says {} at most", here.text, here.of, there.text);
                let problem = Diagnostic::error(BOUNDS, here.span, message).related(there.span, "what the plugin says");
                let problem = problem.why("its limits are what it was written and looked at for");
                self.cx.out.push(problem.help(format!("write {} or less, or change the plugin", there.text)));
            }
        }
    }

    /// A threshold that lies above the limit of a plugin is never crossed: the plugin is stopped before.
    fn thresholds(&mut self, written: &composition::Composition) {
        let Some(tuning) = written.tuning.value() else { return };
        let mut own = Vec::new();
        for (name, named) in written.limits.value().into_iter().flatten() {
            if let (Some(id), Some(limits)) = (self.names.get(name), &named.value) {
                own.push((*id, &limits.value));
            }
        }
        let composition = self.composition;
        for (id, member) in composition.running() {
            let plugin = self.plugins.get(member.plugin.0);
            let of_plugin = plugin.and_then(|plugin| plugin.limits.as_ref()).map(|limits| &limits.value);
            let here = own.iter().find(|(known, _)| *known == id).map(|(_, limits)| *limits);
            // What the composition says comes before what the plugin says, field by field.
            let all = || here.into_iter().chain(of_plugin);
            let name = &member.name.value;
            let memory = all().find_map(|limits: &Limits| limits.memory.get());
            if let (Some(most), Some(limit)) = (tuning.max_memory_usage.get(), memory)
                && most.value.0.bytes >= limit.value.0.bytes
            {
                let (most, limit) = ((&*most.value.0.text, most.span), (&*limit.value.0.text, limit.span));
                self.unreached(name, most, limit, "take more memory than");
            }
            let time = all().find_map(|limits: &Limits| limits.timeout.get());
            if let (Some(most), Some(limit)) = (tuning.max_execution_time.get(), time)
                && most.value.millis >= limit.value.millis
            {
                let (most, limit) = ((&*most.value.text, most.span), (&*limit.value.text, limit.span));
                self.unreached(name, most, limit, "run longer than");
            }
        }
    }

    fn unreached(&mut self, plugin: &str, most: (&str, Span), limit: (&str, Span), what: &str) {
        let message = format!("`{plugin}` never crosses the threshold of {}: it may not {what} {}", most.0, limit.0);
        let problem = Diagnostic::error(BOUNDS, most.1, message)
            .related(limit.1, format!("the limit of `{plugin}`"))
            .why("a plugin is stopped at its limit, and tuning is to change it before");
        self.cx.out.push(problem.help(format!("let the threshold be less than {}", limit.0)));
    }

    /// The command that starts the composition names this one.
    fn started(&mut self, written: &composition::Composition) {
        let Some(run) = written.run.get() else { return };
        let own = &self.composition.name.value;
        let Some(named) = chosen(&run.value).filter(|named| **named != **own) else { return };
        let message = format!("the command that is to start `{own}` starts `{named}`");
        let problem = Diagnostic::error(PLUGIN_FACTS, run.span, message)
            .why("the page of the composition tells people to run it");
        self.cx.out.push(problem.help(format!("write `{OPTION}={own}`")));
    }

    /// Returns whether an integration lies in the folder of what it is to do, and reports it otherwise. One that lies in no such
    /// folder may do anything.
    pub(super) fn does(&mut self, id: Option<MemberId>, name: &Spanned<Arc<str>>, folder: &str, part: &str) -> bool {
        let plugins = self.plugins;
        let member = id.and_then(|id| self.composition.member(id));
        let Some(plugin) = member.and_then(|member| plugins.get(member.plugin.0)) else { return true };
        let Some(own) = integrates(&plugin.path.value).filter(|own| *own != folder) else { return true };
        let message = format!("`{}` is an integration of `{own}`, and {part} is one of `{folder}`", plugin.name.value);
        let mut problem = Diagnostic::error(PLUGIN_FACTS, name.span, message);
        if let Some(place) = self.cx.origins.written_span(plugin.path.origin) {
            problem = problem.related(place, "what the plugin says");
        }
        let others = self.plugins.iter().filter(|one| integrates(&one.path.value) == Some(folder));
        let others: Vec<String> = others.map(|one| format!("`{}`", one.name.value)).collect();
        self.cx.out.push(match others.as_slice() {
            [] => problem.help(format!("name a plugin below `{INTEGRATIONS}/{folder}/`")),
            _ => problem.help(format!("there are: {}", others.join(", "))),
        });
        false
    }
}

/// Returns what an integration is for: the folder after `integrations`, if another one follows.
fn integrates(path: &str) -> Option<&str> {
    let mut parts = path.split('/').skip_while(|part| *part != INTEGRATIONS).skip(1);
    let kind = parts.next()?;
    parts.next().map(|_| kind)
}

/// Returns the composition that a command starts.
fn chosen(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        match word.strip_prefix(OPTION) {
            Some("") => return words.next(),
            Some(rest) => {
                if let Some(name) = rest.strip_prefix('=') {
                    return Some(name);
                }
            }
            None => {}
        }
    }
    None
}

/// An amount of a limit.
struct Amount {
    value: f64,
    text: String,
    of: &'static str,
    span: Span,
}

/// Returns the amounts of limits, each in its place.
fn amounts(limits: &Limits) -> [Option<Amount>; 5] {
    #[expect(
        clippy::cast_precision_loss,
        reason = "amounts are compared, and a byte in eight pebibytes decides nothing"
    )]
    let bytes = |field: &Field<Bytes>, of| {
        let bytes = field.get()?;
        Some(Amount { value: bytes.value.0.bytes as f64, text: bytes.value.0.text.to_string(), of, span: bytes.span })
    };
    let cpu = limits.cpu.get().map(|cores| {
        let value = cores.value.0;
        Amount { value, text: value.to_string(), of: "processors", span: cores.span }
    });
    #[expect(clippy::cast_precision_loss, reason = "as above")]
    let time = limits.timeout.get().map(|time| {
        let (value, text) = (time.value.millis as f64, time.value.text.to_string());
        Amount { value, text, of: "of time", span: time.span }
    });
    [
        bytes(&limits.memory, "of memory"),
        cpu,
        bytes(&limits.file_size, "in a file"),
        bytes(&limits.network_io, "a second over the network"),
        time,
    ]
}
