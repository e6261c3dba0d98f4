//! Naming elements as a person does, and finding them.

use std::fmt;

use serde_json::{Value, json};

use super::error::BrowserError;
use super::page::Page;

/// How an element is named. Matching ignores the amount of white space; exactly one visible
/// element has to match.
///
/// ```
/// use warmpath_testkit::browser::{css, role};
///
/// let accept = role("button", "Accept").within(css("#referral-7"));
/// assert_eq!(accept.to_string(), "button “Accept” within `#referral-7`");
/// ```
#[derive(Clone, Debug)]
pub struct Locator {
    by: By,
    within: Option<Box<Locator>>,
}

#[derive(Clone, Debug)]
enum By {
    Role { role: String, name: String },
    Label(String),
    Text(String),
    Css(String),
}

/// An element by its role and accessible name, as a screen reader announces it.
pub fn role(role: &str, name: &str) -> Locator {
    Locator::new(By::Role { role: role.to_owned(), name: squeeze(name) })
}

/// A field by the text of its label; the label may go on after it ("E-mail" finds
/// "E-mail (optional)") when no other label says exactly that.
pub fn label(text: &str) -> Locator {
    Locator::new(By::Label(squeeze(text)))
}

/// The innermost element whose text is exactly this.
pub fn text(text: &str) -> Locator {
    Locator::new(By::Text(squeeze(text)))
}

/// An element by CSS selector.
pub fn css(selector: &str) -> Locator {
    Locator::new(By::Css(selector.to_owned()))
}

impl Locator {
    const fn new(by: By) -> Self {
        Self { by, within: None }
    }

    /// The same, looked for inside another element only.
    #[must_use]
    pub fn within(mut self, outer: Self) -> Self {
        self.within = Some(Box::new(match self.within {
            Some(inner) => inner.within(outer),
            None => outer,
        }));
        self
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            By::Role { role, name } => write!(out, "{role} “{name}”")?,
            By::Label(text) => write!(out, "field “{text}”")?,
            By::Text(text) => write!(out, "text “{text}”")?,
            By::Css(selector) => write!(out, "`{selector}`")?,
        }
        match &self.within {
            Some(outer) => write!(out, " within {outer}"),
            None => Ok(()),
        }
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a look did not give one element.
#[derive(Debug)]
pub(super) enum Miss {
    /// Worth another look once the page has changed.
    NotYet(String),
    /// Nothing that time mends.
    Fatal(BrowserError),
}

impl From<BrowserError> for Miss {
    fn from(error: BrowserError) -> Self {
        match error {
            // The document went away under the look; the next one sees the new document.
            BrowserError::Command { message, .. } => Self::NotYet(message),
            error => Self::Fatal(error),
        }
    }
}

/// Run with the root as `this`: the one visible element, or a sentence on what there was instead.
const SEARCH: &str = r#"function (kind, wanted) {
  const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
  const seen = (el) => el.checkVisibility({ checkVisibilityCSS: true }) || el.labels?.length > 0;
  const all = (selector) => [...this.querySelectorAll(selector)];
  let found = [];
  if (kind === "css") {
    found = all(wanted);
  } else if (kind === "label") {
    const names = (el) => [
      ...[...(el.labels || [])].map((label) => squeeze(label.textContent)),
      squeeze(el.getAttribute("aria-label")),
      ...(el.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
        .map((id) => squeeze(document.getElementById(id)?.textContent)),
    ];
    const fields = all("input:not([type=hidden]), select, textarea");
    found = fields.filter((el) => names(el).some((name) => name === wanted));
    if (!found.length) {
      found = fields.filter((el) => names(el).some((name) => name.startsWith(wanted)));
    }
  } else {
    found = all("*").filter((el) => squeeze(el.innerText) === wanted);
    found = found.filter((el) => !found.some((other) => other !== el && el.contains(other)));
  }
  const visible = found.filter(seen);
  if (visible.length === 1) return visible[0];
  if (visible.length) return `${visible.length} visible elements match`;
  return found.length ? "it is there but not visible" : "it is not there";
}"#;

impl Page {
    /// One look: the object id of the one visible element.
    pub(super) async fn look(&self, wanted: &Locator) -> Result<String, Miss> {
        let root = match &wanted.within {
            Some(outer) => Box::pin(self.look(outer)).await?,
            None => self.document().await?,
        };
        match &wanted.by {
            By::Role { role, name } => self.look_by_role(&root, role, name).await,
            By::Label(text) => self.search(&root, "label", text).await,
            By::Text(text) => self.search(&root, "text", text).await,
            By::Css(selector) => self.search(&root, "css", selector).await,
        }
    }

    async fn document(&self) -> Result<String, Miss> {
        let found = self.run("Runtime.evaluate", json!({"expression": "document"})).await?;
        object_id(&found).map_err(Miss::NotYet)
    }

    async fn search(&self, root: &str, kind: &str, wanted: &str) -> Result<String, Miss> {
        let call = json!({
            "objectId": root,
            "functionDeclaration": SEARCH,
            "arguments": [{"value": kind}, {"value": wanted}],
        });
        let found = self.run("Runtime.callFunctionOn", call).await?;
        object_id(&found).map_err(Miss::NotYet)
    }

    /// Asks the accessibility tree, so that names are computed as assistive technology has them.
    async fn look_by_role(&self, root: &str, role: &str, name: &str) -> Result<String, Miss> {
        let query = json!({"objectId": root, "role": role});
        let tree = self.call("Accessibility.queryAXTree", query).await?;
        let mut names = Vec::new();
        let mut found = Vec::new();
        for node in tree["nodes"].as_array().into_iter().flatten() {
            if node["ignored"] == true {
                continue;
            }
            let called = squeeze(node["name"]["value"].as_str().unwrap_or_default());
            if called == name {
                found.push(node["backendDOMNodeId"].clone());
            }
            names.push(format!("“{called}”"));
        }
        match found.as_slice() {
            [node] => {
                let node = self.call("DOM.resolveNode", json!({"backendNodeId": node})).await?;
                let id = node["object"]["objectId"].as_str();
                id.map(str::to_owned).ok_or_else(|| Miss::NotYet("it has just gone".to_owned()))
            }
            [] => Err(Miss::NotYet(format!(
                "it is not there; names of that role: {}",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            ))),
            many => Err(Miss::NotYet(format!("{} elements have that name", many.len()))),
        }
    }
}

/// The element of an answer, or the sentence that came in its place.
fn object_id(answer: &Value) -> Result<String, String> {
    let result = &answer["result"];
    match result["objectId"].as_str() {
        Some(id) if result["subtype"] == "node" => Ok(id.to_owned()),
        _ => Err(result["value"].as_str().unwrap_or("it is not there").to_owned()),
    }
}
