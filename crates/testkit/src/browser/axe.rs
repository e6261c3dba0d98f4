//! Accessibility: axe-core, run in a world of its own beside the page, so that neither the page's
//! content policy nor its scripts have to know.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::BrowserError;
use super::page::Page;

/// axe-core, unchanged; see `assets/VENDORED.md`.
const AXE: &str = include_str!("../../assets/axe.min.js");

/// WCAG 2.0 to 2.2, levels A and AA, and what its authors call best practice. Nothing is preloaded:
/// a check must not cause a request.
const RUN: &str = r#"axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
  preload: false,
}).then((found) => found.violations.map((violation) => ({
  rule: violation.id,
  impact: violation.impact || "minor",
  help: violation.help,
  elements: violation.nodes.map((node) => ({
    selector: node.target.flat().join(" "),
    html: node.html.slice(0, 300),
    why: node.failureSummary || "",
  })),
})))"#;

/// A rule that a page breaks.
#[derive(Clone, Debug, Deserialize)]
pub struct Violation {
    /// axe's name of the rule: `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What to do, in a sentence.
    pub help: String,
    /// Where.
    pub elements: Vec<Offender>,
}

/// An element that breaks a rule.
#[derive(Clone, Debug, Deserialize)]
pub struct Offender {
    /// A selector that leads to it.
    pub selector: String,
    /// The beginning of its source.
    pub html: String,
    /// What is wrong, in several lines.
    pub why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} ({}): {}", self.rule, self.impact, self.help)?;
        for element in &self.elements {
            let why = element.why.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(out, "  {}: {why}", element.selector)?;
        }
        Ok(())
    }
}

/// All violations as one text, for the message of an assertion.
#[must_use]
pub fn describe(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect()
}

impl Page {
    /// What axe-core finds on the page as it is shown now.
    ///
    /// # Errors
    /// [`BrowserError::Script`] when axe fails.
    pub async fn axe(&self) -> Result<Vec<Violation>, BrowserError> {
        // With scripts switched off no promise is kept, not even axe's. Switching them on now runs
        // none of the page's: they were passed over when it was loaded.
        let off = self.watch.read(|state| state.scripts_off);
        if off {
            self.allow_scripts(true).await?;
        }
        let found = self.run_axe().await;
        if off {
            self.allow_scripts(false).await?;
        }
        serde_json::from_value(found?).map_err(|error| BrowserError::Script(error.to_string()))
    }

    async fn run_axe(&self) -> Result<Value, BrowserError> {
        let frame = self.watch.read(|state| state.frame.clone());
        let wanted = json!({"frameId": frame, "worldName": "axe"});
        let world = self.call("Page.createIsolatedWorld", wanted).await?;
        let world = world["executionContextId"].clone();
        let load = json!({"expression": AXE, "contextId": world});
        self.run("Runtime.evaluate", load).await?;
        let run = json!({
            "expression": RUN, "contextId": world, "returnByValue": true, "awaitPromise": true,
        });
        Ok(self.run("Runtime.evaluate", run).await?["result"]["value"].take())
    }
}
