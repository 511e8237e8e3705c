//! Programs that come to a host where people have to sign in.

use crate::diag::{Diagnostic, Kind};
use crate::lint::rule::{Check, rule};
use crate::lint::subject::Subject;
use crate::model::{Component, Expose, Guard};
use crate::source::Span;
use crate::spec::FlowKind;
use crate::yaml::Field;

rule! {
    /// A program comes to a host at which people have to sign in.
    ///
    /// ## What it does
    ///
    /// Looks at hosts where an ingress controller or the outer end of a tunnel asks people for a login, and at the programs that
    /// come there: metric servers of hypervisors (`metricServer`), and what the facts of the component name (`programs`), such as
    /// the webhooks of a forge. `open` lets a path through.
    ///
    /// ## Why it matters
    ///
    /// A program is sent to a page where nobody signs in. Proxmox loses its metrics, and Argo CD never hears of a push, while both
    /// ends look healthy.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// hypervisors: { pve: { metricServer: { to: influxdb2, token: { secret: proxmox/metrics } } } }
    /// components:
    ///   influxdb2: { expose: { host: metrics.example.org, access: identity } }
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// hypervisors: { pve: { metricServer: { to: influxdb2, token: { secret: proxmox/metrics } } } }
    /// components:
    ///   influxdb2: { expose: { host: metrics.example.org, access: machine } }
    /// ```
    ///
    /// ## Source
    ///
    /// Proxmox VE Administration Guide, "External Metric Server"; Argo CD, "Git Webhook Configuration".
    pub(super) static RULE =
        Kind::new("program-at-a-login", "DV1696"), Secrets, Error, fix: None, Check::Platform(check);
}

/// Where a metric server of Proxmox writes to (docs.influxdata.com, `InfluxDB` 2, API).
const WRITE: &str = "/api/v2/write";

/// A program that comes in.
struct Program<'a> {
    path: &'a str,
    who: String,
    /// The line that lets it come.
    because: Option<Span>,
}

fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for component in subject.platform.components.iter().filter(|one| one.is_installed()) {
        let Some(expose) = component.expose.as_deref() else { continue };
        let door = match expose.guard {
            Guard::Ingress => "the ingress controller",
            Guard::Tunnel => "the outer end of the tunnel",
            Guard::None | Guard::Own => continue,
        };
        let shut = |program: &Program<'_>| !expose.open.iter().any(|open| is_below(program.path, &open.value));
        let Some(program) = programs(subject, component).into_iter().find(shut) else { continue };
        out.extend(finding(subject, component, expose, door, &program));
    }
}

fn programs<'a>(subject: &Subject<'a>, component: &'a Component) -> Vec<Program<'a>> {
    let servers = subject.platform.topology.hypervisors.iter();
    let servers = servers.filter_map(|host| host.metrics.as_ref().map(|server| (&host.name.value, server)));
    let servers = servers.filter(|(_, server)| server.to.value == component.name.value);
    let mut all: Vec<Program<'_>> = servers
        .map(|(host, server)| Program {
            path: WRITE,
            who: format!("hypervisor `{host}`"),
            because: subject.line(server.to.origin),
        })
        .collect();
    for program in component.variant.facts.programs.value().into_iter().flatten().filter_map(Field::value) {
        let (Some(path), Some(who)) = (program.path.value(), program.who.value()) else { continue };
        let setting = program.setting.value().map(|name| component.settings.get(&name.0));
        let because = match setting {
            Some(None) => continue,
            Some(Some(set)) => subject.line(set.origin),
            None => None,
        };
        all.push(Program { path: &path.0, who: who.to_string(), because });
    }
    all
}

/// Returns whether a component can sign people in itself.
fn opens_auth(component: &Component) -> bool {
    let mut opens = component.variant.facts.opens.value().into_iter().flatten().filter_map(Field::value);
    opens.any(|kind| *kind == FlowKind::Auth)
}

/// Returns whether a path is one that another one opens, or below it.
fn is_below(path: &str, open: &str) -> bool {
    let open = open.trim_end_matches('/');
    path.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn finding(
    subject: &Subject<'_>,
    component: &Component,
    expose: &Expose,
    door: &str,
    program: &Program<'_>,
) -> Option<Diagnostic> {
    let access = expose.access.as_ref().map_or(expose.host.origin, |access| access.origin);
    let (name, host, path) = (&component.name.value, &expose.host.value, program.path);
    let who = &program.who;
    let problem = RULE
        .at(subject.line(access)?, format!("{who} comes to `{host}`, where people have to sign in"))
        .why(format!("{door} sends whoever is not signed in to a page, and a program does not get past it"));
    let problem =
        program.because.into_iter().fold(problem, |problem, line| problem.related(line, "it is told to come"));
    let problem = if opens_auth(component) {
        problem.help(format!("let it sign people in itself: `auth: {{ from: {name}, to: <identity provider> }}`"))
    } else {
        problem
    };
    Some(
        problem
            .help(format!(
                "let that path through: `open: [{path}]` beside it; `{name}` asks for credentials there itself"
            ))
            .help("or write `access: machine` for the host, if people do not come there")
            .about(name),
    )
}
