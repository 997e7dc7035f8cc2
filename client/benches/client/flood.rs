//! An idle program, and one in whose shown room very much is said.

use crate::process::Process;
use crate::program::Program;
use crate::subject::{Subject, Worlds};
use crate::table::{Table, mib};
use crate::terminal::USUAL;
use std::time::{Duration, Instant};

/// Messages a second: what ngIRCd and its clients keep up with.
const RATE: usize = 4000;
/// Nothing else that is painted has these characters.
const OVER: &str = "ЩЩЩЩ";

pub fn idle(table: &mut Table, worlds: &mut Worlds, program: Program, time: Duration) {
    let Some(subject) = worlds.open(program, USUAL) else { return };
    let process = subject.terminal.process();
    // Whatever is done once and late.
    subject.terminal.run_for(Duration::from_secs(2));
    let (wake_ups, cpu) = (process.wake_ups(), process.cpu());
    subject.terminal.run_for(time);
    let (wake_ups, cpu) = (process.wake_ups() - wake_ups, process.cpu() - cpu);
    let seconds = time.as_secs();
    let figure = format!("{wake_ups} ({:.1} ms of CPU)", cpu.as_secs_f64() * 1e3);
    table.put("memory, idle in a room", "12 MB", program, mib(process.rss_kib()));
    table.put(&format!("wake-ups in {seconds} s, idle"), "heart-beats", program, figure);
}

/// At a rate that all can take.
pub fn paced(table: &mut Table, worlds: &mut Worlds, program: Program, messages: usize) {
    let Some(mut subject) = worlds.open(program, USUAL) else { return };
    let flood = Flood::begin(&subject);
    let (process, over) = std::thread::scope(|scope| {
        let Subject { terminal, talk, .. } = &mut subject;
        scope.spawn(|| {
            talk.at_rate(RATE, |said| said < messages);
            talk.say(OVER);
            talk.flush();
        });
        (terminal.process(), terminal.until(&[OVER]))
    });
    flood.end(table, &format!("{messages} messages, {RATE}/s"), program, process, over);
}

/// As `send --lines` has them confirmed.
pub fn as_fast_as_it_goes(table: &mut Table, worlds: &mut Worlds, messages: usize) {
    let Some(mut subject) = worlds.open(Program::ChatTui, USUAL) else { return };
    let flood = Flood::begin(&subject);
    let (process, over) = std::thread::scope(|scope| {
        let Subject { terminal, talk, .. } = &mut subject;
        scope.spawn(|| {
            for _ in 0..messages {
                talk.go_on();
            }
            talk.say(OVER);
            talk.flush();
        });
        (terminal.process(), terminal.until(&[OVER]))
    });
    let what = format!("{messages} messages, as fast as it goes");
    flood.end(table, &what, Program::ChatTui, process, over);
}

struct Flood {
    began: Instant,
    cpu: Duration,
}

impl Flood {
    fn begin(subject: &Subject) -> Self {
        Self { began: Instant::now(), cpu: subject.terminal.process().cpu() }
    }

    fn end(self, table: &mut Table, what: &str, program: Program, process: Process, over: Instant) {
        let cpu = (process.cpu() - self.cpu).as_secs_f64();
        let seconds = (over - self.began).as_secs_f64();
        table.put(
            &format!("{what}: CPU"),
            "3 s",
            program,
            format!("{cpu:.2} s (in {seconds:.1} s)"),
        );
        let memory = format!("{}, {}", mib(process.rss_kib()), mib(process.most_kib()));
        table.put(&format!("{what}: memory after, most"), "40 MB", program, memory);
    }
}
