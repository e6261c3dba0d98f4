//! The network commands as their users call them.

#![expect(clippy::expect_used, reason = "a test states what must hold")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn run(folder: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_warmpath"))
        .arg("network")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn read(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("the output")
}

const TIES: &str = "from,to,p\nme,ann,0.5\nann,pat,0.4\nme,bob,0.9\nbob,cleo,0.9\ncleo,pat,0.9\n";

#[test]
fn paths_matches_and_gaps_from_files() {
    let files = folder(&[
        ("ties.csv", TIES),
        ("teams.csv", "team,member\nt,me\n"),
        ("queries.csv", "query,team,target\n1,t,pat\n2,t,stranger\n3,t,me\n"),
        ("people.csv", "person,industry\npat,bank\nstranger,bank\nann,law\n"),
    ]);
    let ties = "--ties ties.csv --teams teams.csv";
    let done = run(files.path(), &format!("paths {ties} --queries queries.csv --out o.csv"));
    assert!(done.status.success(), "{}", told(&done));
    assert!(told(&done).contains("no verified path yet"));
    assert_eq!(read(&files, "o.csv"), "query,b1,b2,b3,b4,b5\n1,0.729,0.2,,,\n2,,,,,\n3,,,,,\n");
    for threads in 1..4 {
        let again = format!("paths {ties} --queries queries.csv --out t.csv --threads {threads}");
        assert!(run(files.path(), &again).status.success());
        assert_eq!(read(&files, "t.csv"), read(&files, "o.csv"));
    }
    let done = run(files.path(), &format!("matches {ties} --people people.csv --out m.csv"));
    assert!(done.status.success(), "{}", told(&done));
    assert_eq!(read(&files, "m.csv"), "team,rank,person,value\nt,1,pat,0.729\nt,2,ann,0.5\n");
    let by = "gaps --by industry --people people.csv --out g.csv";
    assert!(run(files.path(), &format!("{by} {ties}")).status.success());
    assert!(read(&files, "g.csv").contains("\nt,bank,2,1,1,1,1,0.364500,"));
}

#[test]
fn packed_input_and_the_score_feed_the_paths() {
    let files =
        folder(&[("teams.csv", "team,member\nt,a\n"), ("q.csv", "query,team,target\n1,t,b\n")]);
    let file = std::fs::File::create(files.path().join("events.csv.gz")).expect("a file");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let rows: String = (0..20)
        .map(|day| {
            let (from, to) = if day % 2 == 0 { ("a", "b") } else { ("b", "a") };
            format!("{},{from},{to},{day},to\n", 1_780_000_000 + day * 43_200)
        })
        .collect();
    write!(packed, "ts,from,to,msg,kind\n{rows}9,a,b,x,to\n").expect("written");
    packed.finish().expect("finished");
    let done =
        run(files.path(), "score --events events.csv.gz --as-of 2026-06-10T00:00:00Z --out s.csv");
    assert!(done.status.success(), "{}", told(&done));
    assert!(told(&done).contains("1 dated before 1990"), "{}", told(&done));
    let scores = read(&files, "s.csv");
    assert!(scores.starts_with("from,to,p_reply_7d,p_reply_24h,p_keep_90d,tier\na,b,0."));
    assert_eq!(scores.lines().count(), 3);
    let paths = "paths --ties s.csv --teams teams.csv --queries q.csv --out o.csv --timings";
    assert!(run(files.path(), paths).status.success());
    assert!(read(&files, "o.csv").starts_with("query,b1,b2,b3,b4,b5,us\n1,0."));
    let shown = run(
        files.path(),
        "evidence --events events.csv.gz --as-of 2026-06-10T00:00:00Z --from a --to b",
    );
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(text.starts_with("P(answers within 7 days) = 0."), "{text}");
    assert_eq!(text.matches(" → ").count(), 5, "{text}");
    std::fs::write(files.path().join("few.csv"), "p,answered\n0.5,1\n").expect("a file");
    let own = "score --events events.csv.gz --as-of 2026-06-10T00:00:00Z --out own.csv";
    let done = run(files.path(), &format!("{own} --outcomes few.csv"));
    assert!(told(&done).contains("not enough data: 1 outcomes"), "{}", told(&done));
    assert_eq!(read(&files, "own.csv"), scores);
    let many: String = (0..400).map(|at| format!("0.4,{}\n", u8::from(at % 4 > 0))).collect();
    std::fs::write(files.path().join("many.csv"), format!("p,answered\n{many}")).expect("a file");
    assert!(run(files.path(), &format!("{own} --outcomes many.csv")).status.success());
    let week = |text: &str| -> f64 {
        let row = text.lines().nth(1).expect("a row");
        row.split(',').nth(2).expect("a field").parse().expect("a number")
    };
    assert!(week(&read(&files, "own.csv")) > week(&scores), "here people answer more");
    let page = run(files.path(), "report --events events.csv.gz --html page.html");
    assert!(page.status.success(), "{}", told(&page));
    assert!(read(&files, "page.html").ends_with("</html>\n"));
}

#[test]
fn a_plan_keeps_caps_and_commitments() {
    let files = folder(&[
        ("options.csv", "connector,target,p\na,x,0.9\na,y,0.8\nb,x,0.5\nz,x,1\n"),
        ("caps.csv", "connector,cap\na,1\nb,1\n"),
        ("made.csv", "connector,target\na,y\n"),
    ]);
    let plan = "plan --options options.csv --caps caps.csv --out p.csv";
    let done = run(files.path(), plan);
    assert!(done.status.success(), "{}", told(&done));
    assert!(told(&done).contains("1 options left out") && told(&done).contains("1.3000"));
    assert_eq!(read(&files, "p.csv"), "connector,target,p,price\nb,x,0.5,0\na,y,0.8,0.4\n");
    assert!(run(files.path(), &format!("{plan} --committed made.csv")).status.success());
    assert_eq!(read(&files, "p.csv"), "connector,target,p,price\nb,x,0.5,0\n");
}

#[test]
fn an_import_keeps_what_the_policy_lets_through() {
    let message = |from: &str, to: &str, day: u32| {
        format!(
            "From {from} Mon Jan {day:2} 10:00:00 2026\nFrom: {from}\nTo: {to}\n\
             Date: {day} Jan 2026 10:00:00 +0000\nMessage-ID: <{day}@{from}>\n\nbody\n\n"
        )
    };
    let mailbox = [
        message("me@acme.example", "pat@x.example", 5),
        message("pat@x.example", "me@acme.example", 6),
        message("me@acme.example", "once@x.example", 7),
        message("me@acme.example", "you@acme.example", 8),
        message("news@x.example", "me@acme.example", 9),
    ];
    let files = folder(&[
        ("all.mbox", &mailbox.concat()),
        ("people.csv", "First Name,Last Name,Email Address\nPat,=Lee,pat@x.example\n"),
        ("earlier.csv", "ts,from,to,kind\n1767000000,kim@y.example,me@acme.example,introduction\n"),
    ]);
    let done = run(
        files.path(),
        "import all.mbox people.csv earlier.csv --owner me@acme.example --own-domain acme.example \
         --as-of 2026-11-20T00:00:00Z --events e.csv --contacts c.csv",
    );
    assert!(done.status.success(), "{}", told(&done));
    let events = read(&files, "e.csv");
    assert_eq!(events.lines().count(), 4, "{events}");
    assert!(!events.contains("once@") && !events.contains("you@") && !events.contains("news@"));
    assert!(events.contains("kim@y.example,me@acme.example"));
    assert_eq!(read(&files, "c.csv"), "person,name,company,title,url\npat@x.example,Pat =Lee,,,\n");
    assert!(told(&done).contains("1 within the organisation"), "{}", told(&done));
}

#[test]
fn what_cannot_be_read_is_said_and_leaves_nothing_behind() {
    let files = folder(&[
        ("ties.csv", "colour,size\nred,1\n"),
        ("teams.csv", "team,member\nt,a\n"),
        ("q.csv", "query,team,target\n1,u,b\n"),
    ]);
    let arguments = "paths --ties ties.csv --teams teams.csv --queries q.csv --out o.csv";
    let refused = run(files.path(), arguments);
    assert!(!refused.status.success());
    assert!(told(&refused).contains("no column named from or src"), "{}", told(&refused));
    std::fs::write(files.path().join("ties.csv"), TIES).expect("a file");
    let refused = run(files.path(), arguments);
    assert!(told(&refused).contains("names team u, which has no members"), "{}", told(&refused));
    let names: Vec<_> = std::fs::read_dir(files.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names.len(), 3, "no output and no remains: {names:?}");
}
