//! Figures as they become known, and at the end one Markdown table of them.

use crate::program::Program;
use std::fmt;
use std::time::Duration;

pub struct Table {
    programs: Vec<Program>,
    rows: Vec<Row>,
}

struct Row {
    what: String,
    aim: &'static str,
    figures: Vec<(Program, String)>,
}

impl Table {
    pub fn new(programs: Vec<Program>) -> Self {
        Self { programs, rows: Vec::new() }
    }

    /// Those that are installed, ours first.
    pub fn programs(&self) -> Vec<Program> {
        self.programs.clone()
    }

    pub fn put(
        &mut self,
        what: &str,
        aim: &'static str,
        program: Program,
        figure: impl fmt::Display,
    ) {
        eprintln!("{}, {what}: {figure}", program.name());
        let figure = (program, figure.to_string());
        match self.rows.iter_mut().find(|row| row.what == what) {
            Some(row) => row.figures.push(figure),
            None => self.rows.push(Row { what: what.to_owned(), aim, figures: vec![figure] }),
        }
    }

    /// A figure of `chat-tui` that the others have no like of.
    pub fn ours(&mut self, what: &str, aim: &'static str, figure: impl fmt::Display) {
        self.put(what, aim, Program::ChatTui, figure);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.programs.iter().map(|p| p.name()).collect();
        writeln!(f, "| times: p50, p99, most, in ms | {} | aim |", names.join(" | "))?;
        writeln!(f, "|---|{}---|", "---|".repeat(names.len()))?;
        for row in &self.rows {
            write!(f, "| {} |", row.what)?;
            for program in &self.programs {
                let figure = row.figures.iter().find(|(p, _)| p == program);
                write!(f, " {} |", figure.map_or("", |(_, figure)| figure))?;
            }
            writeln!(f, " {} |", row.aim)?;
        }
        Ok(())
    }
}

/// How long something took, again and again.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort();
        Self(times)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(last) = self.0.len().checked_sub(1) else { return write!(f, "none") };
        let at = |share: usize| self.0[last * share / 100].as_secs_f64() * 1e3;
        write!(f, "{:.2}, {:.2}, {:.2} ({})", at(50), at(99), at(100), last + 1)
    }
}

/// KiB as MiB.
pub fn mib(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}
