//! Runs the rows, everybody in turn within a round, and prints medians, ratios and their spread.

use super::load::{Load, Run};
use super::proc;
use super::subject::Subject;
use super::wanted::{Against, Bound, Figure, Row};

pub const OURS: &str = env!("CARGO_BIN_EXE_chat-server");

pub struct Bench {
    pub load: Load,
    pub rounds: usize,
    /// Of this part only.
    pub only: Option<String>,
    /// Other builds and other servers.
    pub others: Vec<Subject>,
}

/// What one subject gave, a run per round.
struct Series {
    name: String,
    runs: Vec<Run>,
}

impl Bench {
    /// Whether every run of ours and of the references was clean.
    pub fn run(&self, rows: &[Row]) -> bool {
        println!("load average before: {}\n", proc::load_average());
        println!(
            "| part | row | figure | ours | compared to | ratio | lowest, highest | must | aim | |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|");
        let mut clean = true;
        for row in rows.iter().filter(|row| self.only.as_deref().is_none_or(|o| o == row.part)) {
            clean &= self.row(row);
        }
        println!("\nload average after: {}; medians of {}", proc::load_average(), self.rounds);
        clean
    }

    fn row(&self, row: &Row) -> bool {
        let subjects = self.subjects(row.against);
        let own = subjects.len() - self.others_in(row.against).len();
        let series = self.measure(row, subjects);
        for figure in row.figures {
            let (first, others) = series.split_first().expect("ours");
            if others.is_empty() {
                println!("{}", alone(row, figure, first));
            }
            for (n, other) in others.iter().enumerate() {
                let bound = (n + 1 < own).then_some(figure.bound);
                println!("{}", compared(row, figure, first, other, bound));
            }
        }
        for one in &series {
            let bad = one.runs.iter().filter(|run| !run.clean).count();
            if bad > 0 {
                println!(
                    "| {} | {} | {bad} runs of {} NOT ok | | | | | | | |",
                    row.part, row.name, one.name
                );
            }
        }
        series.iter().take(own).all(|one| one.runs.iter().all(|run| run.clean))
    }

    fn measure(&self, row: &Row, subjects: Vec<Subject>) -> Vec<Series> {
        let begin = |subject: &Subject| Series { name: subject.name.clone(), runs: Vec::new() };
        let mut series: Vec<_> = subjects.iter().map(begin).collect();
        for _ in 0..self.rounds {
            for (n, (subject, series)) in subjects.iter().zip(&mut series).enumerate() {
                let load = row.against_load.filter(|_| n > 0).unwrap_or(row.load);
                series.runs.push(self.load.run(load, &subject.start()));
            }
        }
        series
    }

    /// Ours, what it is compared to, and the others.
    fn subjects(&self, against: Against) -> Vec<Subject> {
        let ours = |name, flags: &[&str]| Subject::ours(name, OURS, flags);
        let floor = |name, flags: &[&str]| Subject::floor(name, &self.load.program, flags);
        let mut subjects = match against {
            Against::Floor => vec![ours("ours", &[]), floor("floor", &[])],
            Against::Batch => vec![ours("ours", &[]), floor("floor --batch", &["--batch"])],
            Against::WebSocket => vec![ours("TCP", &[]).over_tcp(), ours("WebSocket", &[])],
            Against::OneShard => {
                let shards = |n| ["--shards", n];
                vec![ours("2 shards", &shards("2")), ours("1 shard", &shards("1"))]
            }
            Against::Nothing => vec![ours("ours", &[])],
        };
        subjects.extend(self.others_in(against).iter().cloned());
        subjects
    }

    fn others_in(&self, against: Against) -> &[Subject] {
        match against {
            Against::Floor | Against::Batch | Against::Nothing => &self.others,
            Against::WebSocket | Against::OneShard => &[],
        }
    }
}

fn alone(row: &Row, figure: &Figure, ours: &Series) -> String {
    let all = figures(figure, ours);
    let (low, high) = ends(&all);
    let median = median(all);
    format!(
        "| {} | {} | {} | {} | | | {}, {} | {}",
        row.part,
        row.name,
        figure.name,
        short(median),
        short(low),
        short(high),
        verdict(Some(figure.bound), median)
    )
}

fn compared(
    row: &Row,
    figure: &Figure,
    ours: &Series,
    other: &Series,
    bound: Option<Bound>,
) -> String {
    let (own, theirs) = (figures(figure, ours), figures(figure, other));
    let ratios: Vec<_> = own.iter().zip(&theirs).map(|(own, theirs)| own / theirs).collect();
    let (low, high) = ends(&ratios);
    let (own, theirs) = (median(own), median(theirs));
    let ratio = own / theirs;
    format!(
        "| {} | {} | {} | {} | {} {} | {ratio:.2} | {low:.2}, {high:.2} | {}",
        row.part,
        row.name,
        figure.name,
        short(own),
        other.name,
        short(theirs),
        verdict(bound, ratio)
    )
}

fn verdict(bound: Option<Bound>, value: f64) -> String {
    let (sign, must, aim, met, reached) = match bound {
        None => return "| | |".to_owned(),
        Some(Bound::AtLeast { must, aim }) => (">=", must, aim, value >= must, value >= aim),
        Some(Bound::AtMost { must, aim }) => ("<=", must, aim, value <= must, value <= aim),
    };
    let said = match (met, reached) {
        (_, true) => "aim",
        (true, false) => "must",
        (false, false) => "OPEN",
    };
    format!("{sign} {must} | {aim} | {said} |")
}

fn figures(figure: &Figure, of: &Series) -> Vec<f64> {
    of.runs.iter().map(figure.of).collect()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn ends(all: &[f64]) -> (f64, f64) {
    all.iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(*n), high.max(*n)))
}

/// Three digits that count.
fn short(n: f64) -> String {
    match n.abs() {
        n if n >= 10_000.0 => format!("{:.0} k", n / 1000.0),
        n if n >= 100.0 => format!("{n:.0}"),
        n if n >= 10.0 => format!("{n:.1}"),
        _ => format!("{n:.2}"),
    }
}
