//! How the cost of a build grows with the platform, and how far it is from only writing the files.
//!
//! ```text
//! cargo bench --bench scale -- --n 10,100,1000,10000
//! ```
//!
//! Builds a platform of N components of one shape, and in turn with it runs a *floor*: a program that writes the same
//! bytes with plain file calls, or, when nothing changed, reads and compares them. Each run has a fresh directory, in
//! memory where the machine has one there; processor time and peak memory are those that the system counted for the
//! process, and ratios are taken within a round, so that a busy machine moves both sides.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a benchmark runs programs on files")]
#![expect(unreachable_pub, reason = "the parts of a benchmark are no library")]

mod scale {
    pub mod floor;
    pub mod measure;
    pub mod review;
    pub mod workload;
}

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use scale::measure::{Command, Cost, Row, measure};
use scale::{floor, measure as process, review, workload};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Measures how builds grow with the platform.
#[derive(Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
struct Arguments {
    /// How many components the platforms have.
    #[arg(long, value_delimiter = ',', default_value = "10,100,1000")]
    n: Vec<usize>,
    /// Counted rounds; one more warms up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// The binary to measure, instead of the one that is built with the benchmark.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_dvgen"))]
    dvgen: PathBuf,
    /// Another floor to compare with, called as `BIN APPS_JSON OUT [--skip-unchanged]`.
    #[arg(long)]
    floor: Option<PathBuf>,
    /// Where to work, instead of a directory in memory.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Counts instructions too, once and slowly, with valgrind.
    #[arg(long)]
    instructions: bool,
    /// Measures reviews too: `dvgen diff` of two commits, against one build. Needs git.
    #[arg(long)]
    review: bool,
    /// Measures what rules cost too: a build without any, and one with five rules of the platform's own beside those of dvgen.
    #[arg(long)]
    rules: bool,
    /// Leaves the platforms there and says where.
    #[arg(long)]
    keep: bool,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What the benchmark starts itself for.
#[derive(clap::Subcommand)]
#[command(hide = true)]
enum Part {
    /// Writes the files of a pack.
    Write { pack: PathBuf, out: PathBuf },
    /// Compares the files of a pack with those that are there, and writes what differs.
    Compare { pack: PathBuf, out: PathBuf },
    /// Runs a program and prints what it cost.
    Measure {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match &arguments.part {
        Some(Part::Write { pack, out }) => floor::write(pack, out),
        Some(Part::Compare { pack, out }) => floor::compare(pack, out),
        Some(Part::Measure { command }) => process::run_and_print(command),
        // `cargo test --benches` starts it too, to see that it starts.
        None if !arguments.bench => Ok(()),
        None => bench(&arguments),
    }
}

fn bench(arguments: &Arguments) -> Result<()> {
    let memory = Path::new("/dev/shm");
    let parent =
        arguments.dir.clone().unwrap_or_else(|| if memory.is_dir() { memory.into() } else { std::env::temp_dir() });
    let mut work = tempfile::Builder::new().prefix("dvgen-scale-").tempdir_in(parent)?;
    work.disable_cleanup(arguments.keep);
    if arguments.keep {
        println!("in {}\n", work.path().display());
    }
    println!("{}", Row::HEADER);
    for n in &arguments.n {
        let dir = work.path().join(n.to_string());
        let platform = Platform::new(&dir, *n, arguments)?;
        for row in platform.rounds(arguments)? {
            println!("{row}");
        }
        if arguments.instructions {
            platform.count_instructions()?;
        }
        if arguments.review {
            for line in review::bench(&dir.join("platform"), &arguments.dvgen, *n, arguments.runs)? {
                println!("{line}");
            }
        }
        if !arguments.keep {
            fs::remove_dir_all(dir)?;
        }
    }
    Ok(())
}

/// One size of the workload, generated and built once.
struct Platform {
    n: usize,
    dir: PathBuf,
    dvgen: PathBuf,
    other_floor: Option<PathBuf>,
    /// Whether the cost of rules is measured.
    rules: bool,
    /// Number of files that a build writes, and their size.
    files: usize,
    bytes: u64,
}

impl Platform {
    fn new(dir: &Path, n: usize, arguments: &Arguments) -> Result<Self> {
        workload::write(&dir.join("platform"), n)?;
        fs::write(dir.join("apps.json"), workload::apps_json(n))?;
        if arguments.rules {
            workload::write(&dir.join("ruled"), n)?;
            workload::write_rules(&dir.join("ruled"))?;
        }
        let (dvgen, other_floor, rules) = (arguments.dvgen.clone(), arguments.floor.clone(), arguments.rules);
        let mut platform = Self { n, dir: dir.into(), dvgen, other_floor, rules, files: 0, bytes: 0 };
        let golden = dir.join("golden");
        fs::create_dir(&golden)?;
        let build = platform.build(&golden);
        let output = process::start(&build)?.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!(
                "dvgen cannot build the workload:\n{}",
                said.lines().take(40).collect::<Vec<_>>().join("\n")
            )
            .into());
        }
        (platform.files, platform.bytes) = floor::pack(&golden, &dir.join("pack"))?;
        if platform.files < 2 * n {
            return Err(format!("{n} components gave only {} files", platform.files).into());
        }
        fs::remove_dir_all(golden)?;
        Ok(platform)
    }

    fn build(&self, out: &Path) -> Command {
        self.build_of("platform", out)
    }

    fn build_of(&self, platform: &str, out: &Path) -> Command {
        let platform = self.dir.join(platform);
        vec![self.dvgen.clone().into(), "build".into(), "-C".into(), platform.into(), "--out".into(), out.into()]
    }

    fn own_floor(&self, part: &str, out: &Path) -> Result<Command> {
        Ok(vec![std::env::current_exe()?.into(), part.into(), self.dir.join("pack").into(), out.into()])
    }

    /// Returns what is measured in each round: name, the command on a fresh directory, and the command once more.
    fn subjects(&self, out: &Path) -> Result<Vec<(&'static str, Command, Command)>> {
        let build = self.build(out);
        let mut subjects = vec![
            ("floor", self.own_floor("write", out)?, self.own_floor("compare", out)?),
            ("dvgen", build.clone(), build),
        ];
        if let Some(other) = &self.other_floor {
            let first: Command = vec![other.clone().into(), self.dir.join("apps.json").into(), out.into()];
            let again = first.iter().cloned().chain(["--skip-unchanged".into()]).collect();
            subjects.push(("other floor", first, again));
        }
        if self.rules {
            let without: Command = self.build(out).into_iter().chain(["--no-rules".into()]).collect();
            subjects.push(("dvgen without rules", without.clone(), without));
            let ruled = self.build_of("ruled", out);
            subjects.push(("dvgen with five rules of its own", ruled.clone(), ruled));
        }
        Ok(subjects)
    }

    fn rounds(&self, arguments: &Arguments) -> Result<Vec<Row>> {
        // A small platform is built more often in a round: one run would be shorter than the clock is fine.
        let repeats = (400 / self.n.max(1)).clamp(1, 20);
        let mut rows: Vec<Row> = Vec::new();
        for round in 0..=arguments.runs {
            for (name, first, again) in self.subjects(&self.dir.join("out"))? {
                let (fresh, unchanged) = self.repeat(repeats, &first, &again)?;
                if round == 0 {
                    rows.push(Row::new(self.n, self.files, self.bytes, name));
                } else if let Some(row) = rows.iter_mut().find(|row| row.name == name) {
                    row.add(fresh, unchanged);
                }
            }
        }
        let base = rows.first().cloned();
        for row in &mut rows {
            row.compare(base.as_ref());
        }
        Ok(rows)
    }

    /// Runs a command on a fresh directory and once more, some times over, and returns the mean costs.
    fn repeat(&self, repeats: usize, first: &Command, again: &Command) -> Result<(Cost, Cost)> {
        let out = self.dir.join("out");
        let (mut fresh, mut unchanged) = (Vec::new(), Vec::new());
        for _ in 0..repeats {
            fs::create_dir(&out)?;
            fresh.push(measure(first)?);
            unchanged.push(measure(again)?);
            fs::remove_dir_all(&out)?;
        }
        Ok((Cost::mean(&fresh), Cost::mean(&unchanged)))
    }

    fn count_instructions(&self) -> Result<()> {
        let out = self.dir.join("out");
        for (name, first, again) in self.subjects(&out)? {
            fs::create_dir(&out)?;
            let (fresh, unchanged) = (process::instructions(&first)?, process::instructions(&again)?);
            println!("{name}, {} components: {fresh:.1} million instructions, unchanged {unchanged:.1}", self.n);
            fs::remove_dir_all(&out)?;
        }
        Ok(())
    }
}
