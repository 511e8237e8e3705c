//! What Terraform reads out of the variables: by a plan, without a provider and without a network.

use std::collections::BTreeMap;
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

/// A copy of a module, in which Terraform runs without a provider and without a network.
struct Work<'a> {
    terraform: &'a Path,
    dir: tempfile::TempDir,
    secrets: Vec<String>,
}

impl<'a> Work<'a> {
    fn of(terraform: &'a Path, module: &Path) -> Self {
        let dir = tempfile::tempdir().expect("a directory for Terraform");
        for file in tree::files(module, &[".tf", ".tfvars"]).iter().filter(|file| file.parent() == Some(module)) {
            std::fs::copy(file, dir.path().join(file.file_name().expect("a file"))).expect("a copy");
        }
        let declared = tree::text(&module.join("variables.tf"));
        let names = ["master_hostnames", "worker_hostnames"].into_iter();
        let read: Vec<String> = names
            .filter(|name| declared.contains(&format!("variable \"{name}\"")))
            .map(|name| format!("var.{name}"))
            .collect();
        let resource = format!("resource \"terraform_data\" \"nodes\" {{\n  input = [{}]\n}}\n", read.join(", "));
        std::fs::write(dir.path().join("main.tf"), resource).expect("a resource");
        std::fs::write(dir.path().join("terraformrc"), "").expect("an empty configuration");
        let secrets = secrets(&declared).map(|name| format!("TF_VAR_{name}")).collect();
        Self { terraform, dir, secrets }
    }

    /// Runs a command, which may not warn either.
    fn run(&self, line: &str, input: &str) -> Result<String, String> {
        let config = self.dir.path().join("terraformrc");
        let mut env: Vec<(&str, &OsStr)> =
            vec![("TF_CLI_CONFIG_FILE", config.as_os_str()), ("CHECKPOINT_DISABLE", OsStr::new("1"))];
        env.extend(self.secrets.iter().map(|name| (name.as_str(), OsStr::new("x"))));
        let outcome = tools::run_with(self.dir.path(), self.terraform, line.split(' '), &env, input);
        // What is set and not declared is only warned about.
        let clean = outcome.ok && !outcome.said().contains("undeclared variable");
        if clean { Ok(outcome.stdout) } else { Err(format!("terraform {line}: {}", outcome.said())) }
    }
}

/// Returns the variables of a module as its plan has them, or what Terraform says against their types and values.
pub fn variables(terraform: &Path, module: &Path) -> Result<Value, String> {
    let work = Work::of(terraform, module);
    work.run("init -backend=false -input=false -no-color", "")?;
    work.run("validate -no-color", "")?;
    work.run("plan -input=false -lock=false -refresh=false -no-color -out=plan.bin", "")?;
    let shown: Value = serde_json::from_str(&work.run("show -json plan.bin", "")?).expect("JSON");
    Ok(shown["variables"].clone())
}

/// Returns the variables of a module that are no secrets as the console of Terraform shows them: of their declared types.
pub fn console(terraform: &Path, module: &Path) -> Result<BTreeMap<String, Value>, String> {
    let work = Work::of(terraform, module);
    work.run("init -backend=false -input=false -no-color", "")?;
    let declared = tree::text(&module.join("variables.tf"));
    let hidden: Vec<&str> = secrets(&declared).collect();
    let names = declared.split("variable \"").skip(1).filter_map(|block| Some(block.split_once('"')?.0));
    let names = names.filter(|name| !hidden.contains(name)).map(|name| format!("{name} = var.{name}"));
    let asked = format!("base64encode(jsonencode({{{}}}))\n", names.collect::<Vec<_>>().join(", "));
    let said = work.run("console", &asked)?;
    let bytes = base64(said.trim().trim_matches('"'));
    serde_json::from_slice(&bytes).map_err(|error| format!("{said}: {error}"))
}

/// Reads base 64, in which no character of a text has to be escaped.
fn base64(text: &str) -> Vec<u8> {
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_usize, 0_u32);
    for digit in text.chars().map_while(|char| digits.find(char)) {
        held = (held << 6 | digit) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).expect("a byte"));
        }
    }
    bytes
}

/// Iterates over the names of the variables that come by the environment: those that are sensitive, as declared.
fn secrets(declared: &str) -> impl Iterator<Item = &str> {
    let blocks = declared.split("variable \"").skip(1);
    blocks.filter(|block| block.contains("sensitive   = true")).filter_map(|block| Some(block.split_once('"')?.0))
}
