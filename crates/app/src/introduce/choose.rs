//! Who could be met and who could be asked, for the form.

use warmpath_core::id::PersonId;
use warmpath_core::introduction::goodwill::ConnectorStage;
use warmpath_core::limits::SEARCH_CHARACTERS_MAX;
use warmpath_store::table::{connector, person};

use crate::context::App;
use crate::error::Failure;
use crate::policy::{AskIntroduction, Grant};

/// The choices of the form, as (id, words).
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Whom to meet.
    pub targets: Vec<(String, String)>,
    /// Whom to ask.
    pub connectors: Vec<(String, String)>,
}

/// Most people offered.
const OFFERED_MAX: usize = 30;

/// Finds people by a text, or those who were picked already (whom to meet, whom to ask), and the
/// connectors.
///
/// # Errors
/// When the database cannot be read.
pub async fn run(
    app: &App,
    grant: &Grant<AskIntroduction>,
    text: &str,
    (picked, asked): (Option<PersonId>, Option<PersonId>),
) -> Result<Choice, Failure> {
    let (db, ws) = (app.db(), grant.workspace());
    let text: String = text.trim().chars().take(SEARCH_CHARACTERS_MAX).collect();
    let mut ids: Vec<PersonId> = picked.into_iter().collect();
    if !text.is_empty() {
        ids.extend(person::search(db, ws, &text).await?);
    }
    ids.dedup();
    ids.truncate(OFFERED_MAX);
    let mut known: Vec<_> = connector::connectors(db, ws)
        .await?
        .into_iter()
        .filter(|row| !matches!(row.stage, ConnectorStage::Left))
        .map(|row| row.person)
        .collect();
    // Somebody of the network who is no connector yet can be asked too: the rules decide.
    if let Some(asked) = asked.filter(|asked| !known.contains(asked)) {
        known.insert(0, asked);
    }
    Ok(Choice {
        targets: named(app, grant, &ids).await?,
        connectors: named(app, grant, &known).await?,
    })
}

async fn named(
    app: &App,
    grant: &Grant<AskIntroduction>,
    ids: &[PersonId],
) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    for some in ids.chunks(200) {
        let rows = person::many(app.db(), grant.workspace(), some).await?;
        for id in some {
            let Some(row) = rows.get(id) else { continue };
            if row.erased_at.is_some() {
                continue;
            }
            let parts = [row.name.as_str(), &row.title, &row.company];
            let words = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
            found.push((id.to_string(), words));
        }
    }
    Ok(found)
}
