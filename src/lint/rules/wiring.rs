//! Who talks to whom, and how.

mod alerted;
mod alertmanager_behind_service;
mod ambiguous_role;
mod approval_gates_nothing;
mod broken_query;
mod broken_wiring;
mod bucket_of_another;
mod bumps_built_twice;
mod copies_without_database;
mod copies_without_store;
mod dangling_backend;
mod dangling_service_url;
mod dangling_webhook;
mod datasource_twice;
mod doubled_samples;
mod extension_not_served;
mod flow_not_opened;
mod flow_not_served;
mod foreign_service_url;
mod grouped_by_nothing;
mod identity_without_provider;
mod ingress_class_without_controller;
mod inhibition_without_alerts;
mod label_never_there;
mod metrics_on_public_address;
mod missing_headless_service;
mod misspelt_branch;
mod misspelt_namespace;
mod misspelt_severity;
mod monitor_not_selected;
mod monitor_without_service;
mod no_host;
mod no_ingress;
mod no_metrics_endpoint;
mod no_network_policy;
mod overwritten;
mod queries;
mod receiver_never_defined;
mod reference_never_made;
mod role_filled_twice;
mod route_without_alerts;
mod scaled_to_zero;
mod scraped_too_often;
mod selector_without_pods;
mod selector_without_target;
mod service_not_made;
mod static_target;
mod target;
mod tenant_mismatch;
mod tenant_never_read;
mod tenant_never_written;
mod tenants;
mod unbuilt_bumps;
mod unknown_datasource;
mod unknown_ingress_class;
mod unknown_middleware;
mod unknown_port_name;
mod unknown_target_port;
mod unknown_tier;
mod unlisted_database;
mod window_too_short;
mod workload_selector;
mod wrong_backend_protocol;
mod wrong_path;
mod wrong_service_port;

use super::Rule;

/// The rules of this group, by name.
pub static RULES: &[&Rule] = &[
    &alertmanager_behind_service::RULE,
    &ambiguous_role::RULE,
    &approval_gates_nothing::RULE,
    &broken_query::RULE,
    &broken_wiring::RULE,
    &bucket_of_another::RULE,
    &bumps_built_twice::RULE,
    &copies_without_database::RULE,
    &copies_without_store::RULE,
    &dangling_backend::RULE,
    &dangling_service_url::RULE,
    &dangling_webhook::RULE,
    &datasource_twice::RULE,
    &doubled_samples::RULE,
    &extension_not_served::RULE,
    &flow_not_opened::RULE,
    &flow_not_served::RULE,
    &foreign_service_url::RULE,
    &grouped_by_nothing::RULE,
    &identity_without_provider::RULE,
    &ingress_class_without_controller::RULE,
    &inhibition_without_alerts::RULE,
    &label_never_there::RULE,
    &metrics_on_public_address::RULE,
    &missing_headless_service::RULE,
    &misspelt_branch::RULE,
    &misspelt_namespace::RULE,
    &misspelt_severity::RULE,
    &monitor_not_selected::RULE,
    &monitor_without_service::RULE,
    &no_host::RULE,
    &no_ingress::RULE,
    &no_metrics_endpoint::RULE,
    &no_network_policy::RULE,
    &overwritten::RULE,
    &receiver_never_defined::RULE,
    &reference_never_made::RULE,
    &role_filled_twice::RULE,
    &route_without_alerts::RULE,
    &scaled_to_zero::RULE,
    &scraped_too_often::RULE,
    &selector_without_pods::RULE,
    &selector_without_target::RULE,
    &service_not_made::RULE,
    &static_target::RULE,
    &tenant_mismatch::RULE,
    &tenant_never_read::RULE,
    &tenant_never_written::RULE,
    &unbuilt_bumps::RULE,
    &unknown_datasource::RULE,
    &unknown_ingress_class::RULE,
    &unknown_middleware::RULE,
    &unknown_port_name::RULE,
    &unknown_target_port::RULE,
    &unknown_tier::RULE,
    &unlisted_database::RULE,
    &window_too_short::RULE,
    &workload_selector::RULE,
    &wrong_backend_protocol::RULE,
    &wrong_path::RULE,
    &wrong_service_port::RULE,
];
