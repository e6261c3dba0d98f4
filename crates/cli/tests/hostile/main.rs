//! The hostile inputs of the testkit, played against the real program: its routes on a port of the
//! loopback, its use cases over SQLite in a temporary folder, its worker, its own binary where a
//! start is refused.
//!
//! Start reading at [`adapter`]: it says what the words of the cases are here. [`seed`] is what
//! every case finds, [`house`] the program with witnesses around it, [`last`] the rules that hold
//! after each. One file per group has its sentences and scenarios.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, says what it left out, and takes real time"
)]

mod act;
mod adapter;
mod alike;
mod auth;
mod check;
mod config;
mod consent;
mod control;
mod csv;
mod email;
mod erased;
mod export;
mod house;
mod last;
mod ledger;
#[path = "../../src/postman.rs"]
mod postman;
mod raw;
mod render;
mod seed;
mod ssrf;
mod state;
mod wire;

use std::sync::Arc;

use tokio::sync::OnceCell;
use warmpath_testkit::hostile::{Case, Runner};

use crate::adapter::Program;
use crate::seed::Seed;

/// Cases about a surface that this program does not have, each with the reason.
const NOT_APPLICABLE: [(&str, &str); 2] = [
    ("H-ENUM-006", "no page takes an address to opt out: withdrawal goes by the link in each mail"),
    ("H-CSV-024", "partners cannot upload files: their portal takes one person at a time"),
];

static SEED: OnceCell<Arc<Seed>> = OnceCell::const_new();

/// Plays every case of a group; prints those that do not apply here.
async fn play(group: &str) {
    let seed = Arc::clone(SEED.get_or_init(async || Arc::new(Seed::new().await)).await);
    let cases = Case::load(&[group]).unwrap();
    let mut played = Vec::new();
    for case in cases {
        match NOT_APPLICABLE.iter().find(|(id, _)| *id == case.id) {
            Some((id, why)) => println!("not applicable: {id}, {why}"),
            None => played.push(case),
        }
    }
    // One case alone, while somebody looks at it.
    if let Ok(one) = std::env::var("HOSTILE_CASE") {
        played.retain(|case| case.id.ends_with(&one));
    }
    let program = Program::new(seed);
    let report = Runner::new(&program).run(&played).await;
    println!("{group}: {report}");
    assert!(report.failed.is_empty(), "{report}");
    assert_eq!(report.passed.len(), played.len(), "every case is played or not applicable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_leaves_no_file_in_the_outbox_folder() {
    let seed = Arc::clone(SEED.get_or_init(async || Arc::new(Seed::new().await)).await);
    erased::play(seed).await;
}

macro_rules! groups {
    ($($name:ident: $group:literal;)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                play($group).await;
            }
        )*

        #[test]
        fn every_group_has_its_test() {
            let played = [$($group),*];
            let wanted = "api email consent tenant enum csv export ssrf raw auth ledger config \
                          render control";
            assert!(wanted.split_whitespace().all(|group| played.contains(&group)));
        }
    };
}

groups! {
    hostile_api: "api";
    hostile_email: "email";
    hostile_consent: "consent";
    hostile_tenant: "tenant";
    hostile_enum: "enum";
    hostile_csv: "csv";
    hostile_export: "export";
    hostile_ssrf: "ssrf";
    hostile_raw: "raw";
    hostile_auth: "auth";
    hostile_ledger: "ledger";
    hostile_config: "config";
    journeys_hostile_render: "render";
    hostile_control: "control";
}
