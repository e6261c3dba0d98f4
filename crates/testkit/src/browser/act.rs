//! What a person does in a page: click, type, choose, press, read. Each waits for its element and
//! afterwards until the page is quiet.

use std::path::Path;

use serde_json::{Value, json};

use super::error::BrowserError;
use super::find::{Locator, Miss};
use super::key;
use super::page::{Page, WAIT_MAX};

/// Settles once something in the document changed, or after a quarter of a second at the latest.
const CHANGE: &str = "new Promise((done) => {
  const stop = () => { observer.disconnect(); done(0); };
  const observer = new MutationObserver(stop);
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, all);
  setTimeout(stop, 250);
})";

/// Where to click on `this`, or why not. A field too small to hit is reached by its label, as a
/// person would.
const AIM: &str = r#"function () {
  if (this.disabled) return "it is disabled";
  const box = (el) => el.getClientRects()[0] || new DOMRect();
  const small = box(this).width < 8 || box(this).height < 8;
  const aim = small && this.labels?.length ? this.labels[0] : this;
  aim.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const at = box(aim);
  if (at.width === 0 || at.height === 0) return "it has no size";
  const x = at.x + at.width / 2, y = at.y + at.height / 2;
  const hit = document.elementFromPoint(x, y);
  const own = [this, aim, ...(this.labels || [])];
  if (own.some((el) => el.contains(hit))) return { x, y };
  return hit ? `<${hit.localName} class="${hit.className}"> covers it` : "it is outside the window";
}"#;

/// Readies `this` for typing: focus, all text selected. Fields with a picker take their value at
/// once, because what is typed there depends on the language of the machine.
const FOCUS: &str = r#"function (value) {
  if (this.disabled || this.readOnly) return "it cannot be changed";
  this.focus();
  const picker = ["date", "datetime-local", "time", "month", "week", "color", "range"];
  if (picker.includes(this.type)) {
    this.value = value;
    this.dispatchEvent(new Event("input", { bubbles: true }));
    this.dispatchEvent(new Event("change", { bubbles: true }));
    return this.value === value ? "set" : `it does not take ${value}`;
  }
  if (this.select) this.select();
  else getSelection().selectAllChildren(this);
  return "type";
}"#;

/// Chooses the option of `this` with a text.
const CHOOSE: &str = r#"function (wanted) {
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();
  const options = [...(this.options || [])];
  const option = options.find((option) => squeeze(option.label || option.text) === wanted);
  if (!option) return `it offers ${options.map((option) => squeeze(option.text)).join(", ")}`;
  if (option.disabled || this.disabled) return "it is disabled";
  if (this.multiple) option.selected = true;
  else this.value = option.value;
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return "chosen";
}"#;

impl Page {
    /// Clicks an element with the mouse, in its middle, once nothing covers it.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it cannot be clicked in time.
    pub async fn click(&self, target: &Locator) -> Result<(), BrowserError> {
        let at = self
            .retry(target, async || {
                let aim = self.on(target, AIM, json!([])).await?;
                match (aim["x"].as_f64(), aim["y"].as_f64()) {
                    (Some(x), Some(y)) => Ok((x, y)),
                    _ => Err(Miss::NotYet(aim.as_str().unwrap_or_default().to_owned())),
                }
            })
            .await?;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({
                "type": kind, "x": at.0, "y": at.1, "button": button, "buttons": buttons,
                "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", event).await?;
        }
        self.settle().await
    }

    /// Replaces what a field holds, key by key.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it cannot be changed in time.
    pub async fn type_text(&self, target: &Locator, text: &str) -> Result<(), BrowserError> {
        let typed = self
            .retry(target, async || {
                match self.on(target, FOCUS, json!([{"value": text}])).await?.as_str() {
                    Some("type") => Ok(true),
                    Some("set") => Ok(false),
                    other => Err(Miss::NotYet(other.unwrap_or_default().to_owned())),
                }
            })
            .await?;
        if typed {
            self.key_event("Backspace").await?;
            for letter in text.chars() {
                if letter.is_ascii_alphanumeric() || letter == ' ' {
                    let name = if letter == ' ' { "Space".to_owned() } else { letter.to_string() };
                    self.key_event(&name).await?;
                } else {
                    self.call("Input.insertText", json!({"text": letter.to_string()})).await?;
                }
            }
        }
        self.settle().await
    }

    /// Ticks a check box or radio button, or clears it; does nothing when it is so already.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it does not become so.
    pub async fn check(&self, target: &Locator, on: bool) -> Result<(), BrowserError> {
        let now = "function () { return this.checked }";
        if self.ask(target, now, json!([])).await? == on {
            return Ok(());
        }
        self.click(target).await?;
        self.retry(target, async || match self.on(target, now, json!([])).await? {
            Value::Bool(now) if now == on => Ok(()),
            _ => Err(Miss::NotYet(format!("it is not {}", if on { "on" } else { "off" }))),
        })
        .await
    }

    /// Chooses the option of a select field by its text.
    ///
    /// # Errors
    /// [`BrowserError::Element`] with what it offers.
    pub async fn select(&self, target: &Locator, option: &str) -> Result<(), BrowserError> {
        self.retry(target, async || {
            match self.on(target, CHOOSE, json!([{"value": option}])).await?.as_str() {
                Some("chosen") => Ok(()),
                other => Err(Miss::NotYet(other.unwrap_or_default().to_owned())),
            }
        })
        .await?;
        self.settle().await
    }

    /// Hands files to a file field.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it is not there.
    pub async fn choose_files(
        &self,
        target: &Locator,
        files: &[&Path],
    ) -> Result<(), BrowserError> {
        let element = self.retry(target, async || self.look(target).await).await?;
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let wanted = json!({"objectId": element, "files": files});
        self.call("DOM.setFileInputFiles", wanted).await?;
        self.settle().await
    }

    /// Presses a key where the focus is: `Enter`, `Shift+Tab`, `Control+k`, `a`.
    ///
    /// # Errors
    /// [`BrowserError::Key`] when no key is called that.
    pub async fn press(&self, key: &str) -> Result<(), BrowserError> {
        self.key_event(key).await?;
        self.settle().await
    }

    /// Waits until one visible element matches.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when none does in time.
    pub async fn wait_for(&self, target: &Locator) -> Result<(), BrowserError> {
        self.retry(target, async || self.look(target).await).await.map(drop)
    }

    /// Waits until nothing visible matches.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it stays.
    pub async fn wait_gone(&self, target: &Locator) -> Result<(), BrowserError> {
        self.retry(target, async || match self.look(target).await {
            Ok(_) => Err(Miss::NotYet("it is still there".to_owned())),
            Err(Miss::NotYet(why)) if why.contains("match") || why.contains("have that name") => {
                Err(Miss::NotYet(why))
            }
            Err(Miss::NotYet(_)) => Ok(()),
            Err(fatal) => Err(fatal),
        })
        .await
    }

    /// The text of an element as it is shown, once it is there.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it does not come.
    pub async fn text(&self, target: &Locator) -> Result<String, BrowserError> {
        let text = self.ask(target, "function () { return this.innerText }", json!([])).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// What a field holds.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when it does not come.
    pub async fn value(&self, target: &Locator) -> Result<String, BrowserError> {
        let value = self.ask(target, "function () { return this.value }", json!([])).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of an element; `None` when it has none.
    ///
    /// # Errors
    /// [`BrowserError::Element`] when the element does not come.
    pub async fn attribute(
        &self,
        target: &Locator,
        name: &str,
    ) -> Result<Option<String>, BrowserError> {
        let function = "function (name) { return this.getAttribute(name) }";
        let value = self.ask(target, function, json!([{"value": name}])).await?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Role and name of the element that has the focus, as `button “Send”`.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn focused(&self) -> Result<String, BrowserError> {
        let wanted = json!({"expression": "document.activeElement"});
        let active = self.run("Runtime.evaluate", wanted).await?["result"]["objectId"].take();
        let wanted = json!({"objectId": active, "fetchRelatives": false});
        let tree = self.call("Accessibility.getPartialAXTree", wanted).await?;
        let node = &tree["nodes"][0];
        let part = |name: &str| node[name]["value"].as_str().unwrap_or_default().to_owned();
        Ok(format!("{} “{}”", part("role"), part("name")))
    }

    async fn key_event(&self, name: &str) -> Result<(), BrowserError> {
        for event in key::events(name)? {
            self.call("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// Runs a function on an element once it is there.
    async fn ask(
        &self,
        target: &Locator,
        function: &str,
        args: Value,
    ) -> Result<Value, BrowserError> {
        self.retry(target, async || self.on(target, function, args.clone()).await).await
    }

    /// Runs a function on an element, at one look.
    async fn on(&self, target: &Locator, function: &str, args: Value) -> Result<Value, Miss> {
        let element = self.look(target).await?;
        let call = json!({
            "objectId": element, "functionDeclaration": function, "arguments": args,
            "returnByValue": true,
        });
        Ok(self.run("Runtime.callFunctionOn", call).await?["result"]["value"].take())
    }

    /// Tries until it works, looking again whenever the page has changed.
    async fn retry<T>(
        &self,
        target: &Locator,
        attempt: impl AsyncFn() -> Result<T, Miss>,
    ) -> Result<T, BrowserError> {
        let mut reason = String::new();
        let tries = async {
            loop {
                match attempt().await {
                    Ok(done) => return Ok(done),
                    Err(Miss::Fatal(error)) => return Err(error),
                    Err(Miss::NotYet(why)) => reason = why,
                }
                self.changed().await?;
            }
        };
        match tokio::time::timeout(WAIT_MAX, tries).await {
            Ok(done) => done,
            Err(_) => Err(self.gave_up(target, reason).await),
        }
    }

    /// Returns when the page may look different: its state or its document changed.
    async fn changed(&self) -> Result<(), BrowserError> {
        let mut state = self.watch.subscribe();
        let wanted = json!({"expression": CHANGE, "awaitPromise": true});
        tokio::select! {
            changed = state.changed() => changed.map_err(|_| BrowserError::Closed),
            // Without scripts the promise is never kept, and nothing but a navigation changes
            // the page; a document that goes away breaks it, which is a change too.
            answer = self.call("Runtime.evaluate", wanted) => match answer {
                Ok(_) | Err(BrowserError::Command { .. }) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }

    async fn gave_up(&self, target: &Locator, reason: String) -> BrowserError {
        let (url, title) = (self.url().await, self.title().await);
        let page = format!("{} “{}”", url.unwrap_or_default(), title.unwrap_or_default());
        BrowserError::Element { wanted: target.to_string(), reason, page }
    }
}
