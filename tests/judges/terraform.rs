//! What Terraform reads out of the variables: by a plan, without a provider and without a network.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::tools;
use crate::support::tree;

/// Returns Terraform, or `OpenTofu`, which reads the same language.
pub fn program(test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::iter::once(tools::home().join("bin")).chain(std::env::split_paths(&path)).collect::<Vec<_>>();
    let names = ["terraform", "tofu"].into_iter();
    let found =
        names.flat_map(|name| places.iter().map(move |place| place.join(name))).find(|program| program.is_file());
    if found.is_none() {
        tools::not_run("terraform or tofu", test);
    }
    found
}

/// Returns the variables of a module as Terraform has them after reading their types and values, or what it says against them.
pub fn variables(terraform: &Path, module: &Path) -> Result<Value, String> {
    let work = tempfile::tempdir().expect("a directory for Terraform");
    for file in tree::files(module, &[".tf", ".tfvars"]).iter().filter(|file| file.parent() == Some(module)) {
        std::fs::copy(file, work.path().join(file.file_name().expect("a file"))).expect("a copy");
    }
    let declared = tree::text(&module.join("variables.tf"));
    let names = ["master_hostnames", "worker_hostnames"].into_iter();
    let read: Vec<String> = names
        .filter(|name| declared.contains(&format!("variable \"{name}\"")))
        .map(|name| format!("var.{name}"))
        .collect();
    let resource = format!("resource \"terraform_data\" \"nodes\" {{\n  input = [{}]\n}}\n", read.join(", "));
    std::fs::write(work.path().join("main.tf"), resource).expect("a resource");
    let config = work.path().join("terraformrc");
    std::fs::write(&config, "").expect("an empty configuration");
    let secrets: Vec<String> = secrets(&declared).map(|name| format!("TF_VAR_{name}")).collect();
    let mut env: Vec<(&str, &OsStr)> =
        vec![("TF_CLI_CONFIG_FILE", config.as_os_str()), ("CHECKPOINT_DISABLE", OsStr::new("1"))];
    env.extend(secrets.iter().map(|name| (name.as_str(), OsStr::new("x"))));
    let run = |line: &str| {
        let outcome = tools::run_in(work.path(), terraform, line.split(' '), &env);
        // What is set and not declared is only warned about.
        let clean = outcome.ok && !outcome.said().contains("undeclared variable");
        if clean { Ok(outcome.stdout) } else { Err(format!("terraform {line}: {}", outcome.said())) }
    };
    run("init -backend=false -input=false -no-color")?;
    run("validate -no-color")?;
    run("plan -input=false -lock=false -refresh=false -no-color -out=plan.bin")?;
    let shown: Value = serde_json::from_str(&run("show -json plan.bin")?).expect("JSON");
    Ok(shown["variables"].clone())
}

/// Iterates over the names of the variables that come by the environment: those that are sensitive, as declared.
fn secrets(declared: &str) -> impl Iterator<Item = &str> {
    let blocks = declared.split("variable \"").skip(1);
    blocks.filter(|block| block.contains("sensitive   = true")).filter_map(|block| Some(block.split_once('"')?.0))
}
