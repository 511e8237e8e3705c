//! The arguments of all commands.

use std::path::PathBuf;

use clap::{ColorChoice, Parser, Subcommand};

use crate::diag::did_you_mean;
use crate::diag::render::Format;
use crate::diff;
use crate::diff::risk::Level;
use crate::draw::{self, View};
use crate::spec::FlowKind;

/// Compiles one platform spec to the configuration of every tool of the platform.
#[derive(Clone, Debug, Parser)]
#[command(name = "dvgen", version, arg_required_else_help = true)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Start in this directory; `platform.yaml` is looked for there and above.
    #[arg(short = 'C', long = "directory", value_name = "DIR", global = true)]
    pub directory: Option<PathBuf>,
    /// When to use colours.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorChoice,
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Writes every output of the platform.
    Build(Build),
    /// Judges the platform by all rules, and writes nothing.
    Lint(Lint),
    /// Lists the rules.
    Rules(Rules),
    /// Explains a rule.
    Explain(Explain),
    /// Explains where a line of an output comes from.
    Why(Why),
    /// Draws the platform: its order, its flows, or what runs where.
    Graph(Graph),
    /// Shows what a change does: two revisions compiled and compared, with causes and risk.
    Diff(Diff),
    /// Runs the tests of the rules in `dvgen/policies`.
    Test(Test),
    /// Prints the JSON Schema of platform specs, or of rule files.
    Schema(SchemaOf),
    /// Answers Argo CD as its config management plugin.
    #[command(subcommand)]
    Cmp(Cmp),
    /// Works on contracts of charts.
    #[command(subcommand)]
    Contract(Contract),
}

/// The commands that Argo CD calls.
#[derive(Clone, Debug, Subcommand)]
pub enum Cmp {
    /// Prints the objects of an Application.
    Generate,
    /// Announces the parameters of an Application.
    Parameters,
}

/// The commands about contracts.
#[derive(Clone, Debug, Subcommand)]
pub enum Contract {
    /// Makes the contract of a chart from its files, so that its values are checked.
    Add(AddContract),
}

/// The arguments of `contract add`.
#[derive(Clone, Debug, clap::Args)]
pub struct AddContract {
    /// The chart: a folder with `Chart.yaml`, or a packed chart (.tgz).
    #[arg(value_name = "DIR|TGZ")]
    pub chart: PathBuf,
    /// Where the chart is published (repeatable); without one the contract holds for any repository.
    #[arg(long = "repo", value_name = "URL")]
    pub repositories: Vec<String>,
    /// Where the contract is written, `-` for stdout; `dvgen/schemas/charts/` beside the spec unless given.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The arguments of `build`.
#[derive(Clone, Debug, clap::Args)]
pub struct Build {
    /// The spec, instead of the nearest `platform.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Only this environment (repeatable).
    #[arg(long = "env", value_name = "NAME")]
    pub environments: Vec<String>,
    /// Where outputs are written; the spec's directory unless given.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Only this kind of output (repeatable).
    #[arg(long = "target", value_name = "NAME")]
    pub targets: Vec<String>,
    /// Write nothing; show what differs and exit with 1 if something does.
    #[arg(long)]
    pub check: bool,
    /// Take over a file or directory that dvgen did not write, or that was edited by hand (repeatable).
    #[arg(long, value_name = "PATH")]
    pub adopt: Vec<PathBuf>,
    /// How many threads work; all cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// How problems are shown.
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: Format,
    /// Runs no rule: the benchmark measures what rules cost.
    #[arg(long, hide = true)]
    pub no_rules: bool,
    /// What is written besides.
    #[command(flatten)]
    pub reports: Reports,
}

/// The arguments of `lint`.
#[derive(Clone, Debug, clap::Args)]
pub struct Lint {
    /// The spec, instead of the nearest `platform.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Only this environment (repeatable).
    #[arg(long = "env", value_name = "NAME")]
    pub environments: Vec<String>,
    /// Only these rules: names, codes, groups or `all`, separated by commas (repeatable).
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules (repeatable).
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// From which severity on the exit code is 1.
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub fail_on: FailOn,
    /// Repair what can be repaired for certain.
    #[arg(long)]
    pub fix: bool,
    /// Repair also what a person should look at.
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show the repairs as a patch, and change nothing.
    #[arg(long)]
    pub diff: bool,
    /// How many threads work; all cores unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// How problems are shown.
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: Format,
    /// What is written besides.
    #[command(flatten)]
    pub reports: Reports,
}

/// Reports to files, and the day by which waivers expire.
#[derive(Clone, Debug, clap::Args)]
pub struct Reports {
    /// Write a report to a file too, as `sarif=out.sarif` (repeatable).
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = report)]
    pub files: Vec<(Format, PathBuf)>,
    /// Today, by which waivers expire; `SOURCE_DATE_EPOCH`, else the clock, unless given.
    #[arg(long, value_name = "DATE")]
    pub today: Option<String>,
}

fn report(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("write `FORMAT=FILE`, as in `sarif=dvgen.sarif`")?;
    let format = format.parse::<Format>().map_err(|error| error.to_string())?;
    if file.is_empty() {
        return Err("name the file after `=`".to_owned());
    }
    Ok((format, PathBuf::from(file)))
}

/// From which severity on a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Nothing that was found; only what kept it from being judged.
    Never,
}

/// The arguments of `rules`.
#[derive(Clone, Debug, clap::Args)]
pub struct Rules {
    /// How they are listed.
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: ListFormat,
}

/// How a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// For a person.
    Full,
    /// One JSON document.
    Json,
}

/// The arguments of `explain`.
#[derive(Clone, Debug, clap::Args)]
pub struct Explain {
    /// The name or code of a rule.
    #[arg(value_name = "RULE")]
    pub rule: String,
}

/// The arguments of `diff`.
#[derive(Clone, Debug, clap::Args)]
pub struct Diff {
    /// What to compare with: a branch, tag or commit; the default branch of the upstream unless given. The comparison
    /// starts where the two parted, as a review does.
    #[arg(value_name = "BASE")]
    pub base: Option<String>,
    /// What to compare: a branch, tag or commit, or `worktree`, the files as they are.
    #[arg(long, value_name = "REV", default_value = "worktree")]
    pub head: String,
    /// Compare with BASE itself, not with where the two parted.
    #[arg(long, requires = "base")]
    pub exact: bool,
    /// The spec, instead of the nearest `platform.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Only this environment (repeatable).
    #[arg(long = "env", value_name = "NAME")]
    pub environments: Vec<String>,
    /// Exit with 1 if an output differs.
    #[arg(long)]
    pub exit_code: bool,
    /// Exit with 1 if the risk is at least this: routine, caution or danger.
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<Level>,
    /// How the report is shown: text, markdown or json.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: diff::render::Format,
    /// Show changes of labels, checksums, headers, order of keys and lists of pins too.
    #[arg(long)]
    pub show_noise: bool,
    /// The id in the marker of the comment, so that a bot finds its own; the platform's name unless given.
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// The arguments of `why`.
#[derive(Clone, Debug, clap::Args)]
pub struct Why {
    /// The output, and the line in it: `gitops/values/monitoring/grafana.yaml:41`.
    #[arg(value_name = "FILE[:LINE]")]
    pub place: String,
    /// The spec, instead of the nearest `platform.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// Where outputs are written; the spec's directory unless given.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// The arguments of `graph`.
#[derive(Clone, Debug, clap::Args)]
pub struct Graph {
    /// What is drawn; the order unless given, and of a plugin, composition or layer the drawing that has it.
    #[arg(value_name = "VIEW")]
    pub view: Option<View>,
    /// The spec, instead of the nearest `platform.yaml`.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// This environment; the base one unless given.
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// Only what has to do with this component, plugin, composition or layer.
    #[arg(long, value_name = "NAME")]
    pub focus: Option<String>,
    /// Only flows of this kind (repeatable).
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    pub kinds: Vec<FlowKind>,
    /// How the drawing is written.
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    pub format: draw::Format,
}

fn kind(text: &str) -> Result<FlowKind, String> {
    FlowKind::from_word(text).ok_or_else(|| {
        did_you_mean(text, FlowKind::WORDS.iter().copied())
            .unwrap_or_else(|| format!("a kind is one of {}", FlowKind::WORDS.join(", ")))
    })
}

/// The arguments of `test`.
#[derive(Clone, Debug, clap::Args)]
pub struct Test {
    /// The spec, instead of the nearest `platform.yaml`; its directory holds the rules.
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// How problems are shown.
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: Format,
}

/// The arguments of `schema`.
#[derive(Clone, Debug, clap::Args)]
pub struct SchemaOf {
    /// What the schema is of.
    #[arg(value_name = "WHAT", default_value = "spec", value_parser = ["spec", "include", "pack", "rules"])]
    pub what: String,
}
