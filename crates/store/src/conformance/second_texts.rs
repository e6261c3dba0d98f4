//! The statements that have a second text for PostgreSQL: at most ten, all listed here.

use crate::change::Write;
use crate::conformance::{Outcome, applied, ensure, moment};
use crate::engine::Engine;
use crate::table::job;

/// A statement with a second text: its name, and one of its kind.
pub type SecondText = (&'static str, fn() -> Write);

/// All of them. The SQL files are searched by a test, so that none is forgotten.
pub const SECOND_TEXTS: &[SecondText] =
    &[("job::claim", || job::claim(moment(-10), moment(-10), b"nobody".to_vec(), 1))];

/// Most statements that may have one.
const SECOND_TEXTS_MAX: usize = 10;

pub(super) async fn second_texts_do_the_same(engine: &dyn Engine) -> Outcome {
    ensure(SECOND_TEXTS.len() <= SECOND_TEXTS_MAX, || "too many second texts".into())?;
    for (name, make) in SECOND_TEXTS {
        let write = make();
        ensure(write.statement.postgres.is_some(), || format!("{name} has no second text"))?;
        // Both are understood by the engine, and find nothing where nothing is.
        applied(engine, vec![write]).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::SECOND_TEXTS;

    #[test]
    fn every_second_text_is_listed() {
        let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/table");
        let texts: usize = std::fs::read_dir(tables)
            .expect("the tables are there")
            .map(|file| std::fs::read_to_string(file.expect("readable").path()).expect("text"))
            .map(|source| source.matches("postgres = Some(").count())
            .sum();
        assert_eq!(texts, SECOND_TEXTS.len(), "list it in SECOND_TEXTS");
    }
}
