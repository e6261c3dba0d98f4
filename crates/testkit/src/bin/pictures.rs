//! `pictures FOLDER [PROGRAM]`: starts the demo that has been built (the release build, or this one),
//! opens it as a seller and writes the two pictures of the README, `inbox.png` and `referral.png`.
//!
//! The demo prints one sign-in link for each role; the seller's is followed by pressing its button,
//! as a person would.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};

use warmpath_testkit::browser::{Browser, css};

type Fault = Box<dyn std::error::Error>;

/// The demo while the pictures are taken; stopped by its own pid.
struct Demo {
    process: Child,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut given = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = given.next().unwrap_or_else(|| "docs/pictures".into());
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/warmpath");
    match take(&folder, &given.next().unwrap_or(built)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("pictures: {fault}");
            ExitCode::FAILURE
        }
    }
}

async fn take(folder: &Path, program: &Path) -> Result<(), Fault> {
    std::fs::create_dir_all(folder)?;
    let data = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command.args(["demo", "--data"]).arg(data.path()).args(["--listen", "127.0.0.1:0"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let process = command.spawn().map_err(|error| format!("{}: {error}", program.display()))?;
    let mut demo = Demo { process };
    let output = demo.process.stdout.take().ok_or("the demo says nothing")?;
    let link = seller_link(output)?;
    let browser = Browser::start().await?;
    let page = browser.visitor().await?;
    page.set_viewport(1440, 900).await?;
    page.goto(&link).await?;
    page.click(&css("main form button")).await?;
    let lead = "table.inbox tbody:first-of-type tr:not([id^='row-thanks']) a[data-peek]";
    let peek = page.attribute(&css(lead), "data-peek").await?.ok_or("no lead asks to be worked")?;
    let record = page.attribute(&css(lead), "href").await?.ok_or("the lead has no page")?;
    let home = page.script("location.origin").await?;
    let home = home.as_str().unwrap_or_default();
    page.goto(&format!("{home}{peek}")).await?;
    page.screenshot(&folder.join("inbox.png"), false).await?;
    page.goto(&format!("{home}{record}")).await?;
    page.screenshot(&folder.join("referral.png"), false).await?;
    page.assert_clean()?;
    Ok(())
}

/// The address in the line that names the seller. The rest of the output is read by a thread that
/// ends with the demo, so that a full pipe never stops it.
fn seller_link(output: ChildStdout) -> Result<String, Fault> {
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next() {
        let line = line?;
        let link = line.split_whitespace().find(|word| word.starts_with("http://"));
        if let Some(link) = link.filter(|_| line.to_lowercase().contains("seller")) {
            let link = link.to_owned();
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(link);
        }
    }
    Err("the demo ended without a sign-in link for the seller".into())
}
