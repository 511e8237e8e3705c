//! What a program costs: processor time and peak memory as the system counted them, and instructions.

use std::ffi::OsString;
use std::fmt;
use std::process;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use super::super::Result;

/// A program and its arguments.
pub type Command = Vec<OsString>;

/// What a run costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Processor time, of the program and of the system for it, in microseconds.
    pub cpu: f64,
    /// Time that passed, in microseconds.
    pub wall: f64,
    /// Most memory that it held at once, in KiB. What a process of this size has before it starts another is the least
    /// that can be seen, a few MiB.
    pub peak: f64,
}

impl Cost {
    /// Returns the mean of some costs, and the greatest peak.
    pub fn mean(costs: &[Self]) -> Self {
        let mean = |part: fn(&Self) -> f64| costs.iter().map(part).sum::<f64>() / count(costs.len());
        let peak = costs.iter().map(|cost| cost.peak).fold(0.0, f64::max);
        Self { cpu: mean(|cost| cost.cpu), wall: mean(|cost| cost.wall), peak }
    }
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// Runs a command below a process of its own, whose only child it is, so that what the system counts for children is its.
pub fn measure(command: &Command) -> Result<Cost> {
    let own = std::env::current_exe()?;
    let output = process::Command::new(own).arg("measure").arg("--").args(command).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.lines().last().unwrap_or_default().split(' ').map(str::parse::<f64>);
    let mut number = || numbers.next().ok_or("a number is missing")?.map_err(Box::<dyn std::error::Error>::from);
    Ok(Cost { cpu: number()?, wall: number()?, peak: number()? })
}

/// Returns a command ready to run.
pub fn start(command: &Command) -> Result<process::Command> {
    let (program, args) = command.split_first().ok_or("nothing to run")?;
    let mut ready = process::Command::new(program);
    ready.args(args);
    Ok(ready)
}

/// Runs a command without output and prints its cost on a line.
pub fn run_and_print(command: &[String]) -> Result<()> {
    let command: Command = command.iter().map(OsString::from).collect();
    let start = Instant::now();
    let status = self::start(&command)?.stdout(process::Stdio::null()).status()?;
    let wall = start.elapsed().as_micros();
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let (user, system) = (usage.user_time(), usage.system_time());
    let cpu = (user.tv_sec() + system.tv_sec()) * 1_000_000 + user.tv_usec() + system.tv_usec();
    println!("{cpu} {wall} {}", usage.max_rss());
    Ok(())
}

/// Returns the number of instructions that a command runs, in millions, as valgrind counts them.
pub fn instructions(command: &Command) -> Result<f64> {
    let args = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"];
    let output = process::Command::new("valgrind").args(args).args(command).output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = text.lines().find(|line| line.contains("refs:")).ok_or_else(|| format!("valgrind says: {text}"))?;
    let digits: String = line.rsplit(':').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    Ok(digits.parse::<f64>()? / 1e6)
}

/// What one program costs for one platform, over all rounds.
#[derive(Clone)]
pub struct Row {
    n: usize,
    files: usize,
    bytes: u64,
    pub name: &'static str,
    /// The rounds: on a fresh directory, and once more.
    rounds: Vec<(Cost, Cost)>,
    /// How many times the processor time of the floor, fresh and once more.
    ratios: Option<(f64, f64)>,
}

impl Row {
    /// The head of the table.
    pub const HEADER: &'static str = "\
        | components | files | MiB | program | CPU ms | × floor | CPU ms unchanged | × floor | µs/component | peak MiB | wall ms |\n\
        |---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|";

    pub fn new(n: usize, files: usize, bytes: u64, name: &'static str) -> Self {
        Self { n, files, bytes, name, rounds: Vec::new(), ratios: None }
    }

    /// Adds a round.
    pub fn add(&mut self, fresh: Cost, unchanged: Cost) {
        self.rounds.push((fresh, unchanged));
    }

    /// Takes the ratios to another program, round by round.
    pub fn compare(&mut self, base: Option<&Self>) {
        let Some(base) = base else { return };
        let pairs = || self.rounds.iter().zip(&base.rounds);
        let fresh = median(pairs().map(|(own, base)| own.0.cpu / base.0.cpu));
        let unchanged = median(pairs().map(|(own, base)| own.1.cpu / base.1.cpu));
        self.ratios = Some((fresh, unchanged));
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |part: fn(&(Cost, Cost)) -> f64| median(self.rounds.iter().map(part));
        let (cpu, again) = (of(|(fresh, _)| fresh.cpu), of(|(_, again)| again.cpu));
        let peak = of(|(fresh, _)| fresh.peak) / 1024.0;
        let wall = of(|(fresh, _)| fresh.wall) / 1000.0;
        let (times, times_again) = self.ratios.unwrap_or_default();
        let mib = count(usize::try_from(self.bytes / 1024).unwrap_or_default()) / 1024.0;
        let each = cpu / count(self.n);
        let (cpu, again) = (cpu / 1000.0, again / 1000.0);
        write!(f, "| {} | {} | {mib:.1} | {} | {cpu:.2} | {times:.2} | ", self.n, self.files, self.name)?;
        write!(f, "{again:.2} | {times_again:.2} | {each:.1} | {peak:.1} | {wall:.1} |")
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
