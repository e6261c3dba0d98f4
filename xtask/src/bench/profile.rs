//! Scores `warmpath profile` on the labelled briefs, titles and universe of a shared data folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Runs the three commands and the scorers. `shared` holds `data/iip` and `bench/iip`; `program`
/// is a built `warmpath`; answers are written to `out`.
pub(crate) fn run(shared: &Path, program: &Path, out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("making {}", out.display()))?;
    let data = shared.join("data/iip");
    let (briefs, titles) = (data.join("briefs.jsonl"), data.join("titles.jsonl"));
    let criteria = out.join("criteria.jsonl");
    command(program, &["profile", "parse"], &[("--in", &briefs), ("--out", &criteria)])?;
    score(shared, "score_briefs.py", &briefs, &criteria)?;
    let roles = out.join("roles.csv");
    command(program, &["profile", "titles"], &[("--in", &titles), ("--out", &roles)])?;
    score(shared, "score_titles.py", &titles, &roles)?;
    let universe = data.join("universe");
    let truth = unpacked(&universe.join("truth.jsonl.gz"), out)?;
    let companies = universe.join("companies.jsonl.gz");
    let people = universe.join("people.jsonl.gz");
    let texts = without_criteria(&briefs, out)?;
    // The labelled file carries its criteria: matched on them. Without them the text is parsed.
    for (name, briefs) in [("matches_gold.jsonl", &briefs), ("matches_end_to_end.jsonl", &texts)] {
        let matches = out.join(name);
        let files: [(&str, &PathBuf); 4] = [
            ("--briefs", briefs),
            ("--companies", &companies),
            ("--people", &people),
            ("--out", &matches),
        ];
        command(program, &["profile", "match"], &files)?;
        score(shared, "score_matches.py", &truth, &matches)?;
    }
    Ok(())
}

fn command(program: &Path, words: &[&str], files: &[(&str, &PathBuf)]) -> Result<()> {
    let mut command = Command::new(program);
    command.args(words);
    for (flag, path) in files {
        command.arg(flag).arg(path);
    }
    let status = command.status().with_context(|| format!("starting {}", program.display()))?;
    ensure!(status.success(), "{words:?} failed");
    Ok(())
}

fn score(shared: &Path, scorer: &str, gold: &Path, given: &Path) -> Result<()> {
    let scorer = shared.join("bench/iip").join(scorer);
    let status = Command::new("python3").arg(&scorer).args([gold, given]).status()?;
    ensure!(status.success(), "{} failed", scorer.display());
    Ok(())
}

fn unpacked(path: &Path, out: &Path) -> Result<PathBuf> {
    let target = out.join("truth.jsonl");
    let text = Command::new("gzip").arg("-dc").arg(path).output().context("unpacking the truth")?;
    ensure!(text.status.success(), "{} cannot be unpacked", path.display());
    std::fs::write(&target, text.stdout)?;
    Ok(target)
}

/// The labelled briefs cut down to id and text.
fn without_criteria(briefs: &Path, out: &Path) -> Result<PathBuf> {
    let target = out.join("texts.jsonl");
    let mut lines = String::new();
    for line in std::fs::read_to_string(briefs)?.lines() {
        let brief: serde_json::Value = serde_json::from_str(line)?;
        let kept = serde_json::json!({"id": brief["id"], "text": brief["text"]});
        lines.push_str(&kept.to_string());
        lines.push('\n');
    }
    std::fs::write(&target, lines)?;
    Ok(target)
}
