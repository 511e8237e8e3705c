//! Who talks to whom, and how.

mod alertmanager_behind_service;
mod copies_without_database;
mod dangling_backend;
mod dangling_service_url;
mod doubled_samples;
mod no_ingress;
mod no_network_policy;
mod overwritten;
mod selector_without_pods;
mod target;
mod unknown_datasource;
mod unknown_port_name;
mod workload_selector;
mod wrong_path;
mod wrong_service_port;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &alertmanager_behind_service::RULE,
    &copies_without_database::RULE,
    &dangling_backend::RULE,
    &dangling_service_url::RULE,
    &doubled_samples::RULE,
    &no_ingress::RULE,
    &no_network_policy::RULE,
    &overwritten::RULE,
    &selector_without_pods::RULE,
    &unknown_datasource::RULE,
    &unknown_port_name::RULE,
    &workload_selector::RULE,
    &wrong_path::RULE,
    &wrong_service_port::RULE,
];
