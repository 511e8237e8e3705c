//! `systemd/alloy.service`: the agent as a service of its machine (systemd.service(5), Alloy's `run`).

use super::telemetry::Agent;
use crate::emit::draft::Draft;
use crate::source::{OriginId, Origins};
use crate::spec::scalars::MachinePath;
use crate::yaml::Field;

/// Returns the file.
pub(super) fn draft(agent: &Agent<'_>, origins: &mut Origins) -> Draft {
    let here = agent.here;
    let mut words = Vec::new();
    let mut word = |field: &Field<MachinePath>, default: &'static str, by: &'static str| {
        let (text, origin) = match field.get() {
            Some(word) => (word.value.0.to_string(), origins.written("telemetry", word.span)),
            None => (default.to_owned(), origins.defaulted(by, agent.span())),
        };
        words.push(origin);
        text
    };
    let written = agent.written;
    let binary = word(&written.binary, "/usr/bin/alloy", "where packages of Alloy put the program");
    let config = word(&written.config_file, "/etc/alloy/config.alloy", "where packages of Alloy look for it");
    let storage = word(&written.storage, "/var/lib/alloy/data", "where packages of Alloy keep it");
    let user = written.user.get().map_or_else(|| "alloy".to_owned(), |user| user.value.0.to_string());
    let ui = match written.ui.get() {
        Some(listen) => listen.value.0.to_string(),
        None => "127.0.0.1:12345".to_owned(),
    };
    let command = origins.derived("the command of the agent", &words);
    let start = format!("ExecStart={binary} run --server.http.listen-addr={ui} --storage.path={storage} {config}");
    let name = &agent.part.composition.name.value;
    let lines: Vec<(String, OriginId)> = [
        "[Unit]".to_owned(),
        format!("Description=Grafana Alloy for {name}"),
        "Documentation=https://grafana.com/docs/alloy/".to_owned(),
        "Wants=network-online.target".to_owned(),
        "After=network-online.target".to_owned(),
        String::new(),
        "[Service]".to_owned(),
        "Type=simple".to_owned(),
        start,
        "ExecReload=/bin/kill -HUP $MAINPID".to_owned(),
        "Restart=always".to_owned(),
        "RestartSec=5s".to_owned(),
        "SyslogIdentifier=alloy".to_owned(),
        format!("User={user}"),
        format!("Group={user}"),
        String::new(),
        "[Install]".to_owned(),
        "WantedBy=multi-user.target".to_owned(),
    ]
    .into_iter()
    .map(|line| {
        let origin = if line.starts_with("ExecStart=") { command } else { here };
        (line, origin)
    })
    .collect();
    agent.part.lines("systemd/alloy.service", "#", lines)
}
