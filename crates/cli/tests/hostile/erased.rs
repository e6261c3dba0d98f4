//! Whoever is erased leaves no mail behind, not even as a file.

use std::path::Path;

use warmpath_app::erase_person;
use warmpath_integrations::mail::OutboxFolder;
use warmpath_testkit::client::Request;

use crate::adapter::Program;
use crate::house::{Captured, House};
use crate::seed::{Seed, grant};

/// Files of the folder that hold a text.
fn holding(folder: &Path, text: &str) -> usize {
    let files = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().path());
    files.filter(|path| std::fs::read_to_string(path).unwrap().contains(text)).count()
}

pub(crate) async fn play(seed: std::sync::Arc<Seed>) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = OutboxFolder::open(folder.path()).unwrap();
    let program = Program::new(seed);
    let mailer = Captured::and(Box::new(outbox));
    program.set_house(House::with(&program.seed, true, mailer, None).await);
    let answer = format!("/a/{}", program.seed.tokens["valid"]);
    crate::email::say_yes(&program, &answer).await.unwrap();
    let house = program.house();
    house.worker.until_idle().await.unwrap();
    assert_eq!(holding(folder.path(), "p.raman@northmere.example"), 1, "the receipt");
    let person = program.seed.a.objects["contact"].parse().unwrap();
    let revops = &program.seed.a.ways["revops"].member;
    erase_person::run(&house.app, &grant(revops), person, false).await.unwrap();
    house.worker.until_idle().await.unwrap();
    assert_eq!(holding(folder.path(), "p.raman@northmere.example"), 0, "its file is gone");
    assert!(crate::last::ledger(&house, program.seed.a.id).await.is_none(), "the ledger holds");
    let page = program.deliver(Request::new("GET", &answer)).await.unwrap();
    assert!(!page.text().contains("Priya"), "no page names them");
}
