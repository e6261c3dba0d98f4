//! What a person may do now: buttons, groups of them, and menus.

use super::super::filters;
use super::renders_itself;
use askama::Template;

/// Where an action leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionTo {
    /// Another page.
    Link(String),
    /// A change: POST to this path, with the page's token.
    Post(String),
    /// A question asked first: a page with a confirming form, shown in place where possible.
    Ask(String),
    /// Submits the form the button stands in.
    Submit,
}

impl Default for ActionTo {
    fn default() -> Self {
        Self::Link(String::new())
    }
}

/// How an action looks. One primary action in a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActionKind {
    /// An outlined button.
    #[default]
    Plain,
    /// The one thing to do.
    Primary,
    /// Text only.
    Quiet,
    /// Cannot be undone.
    Danger,
    /// Cannot be undone, inside its own question.
    DangerSolid,
}

/// One action: verb and thing, and where it leads.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/action.html")]
pub struct Action {
    /// "Accept", "Hand over Priya".
    pub label: String,
    /// Where it leads.
    pub to: ActionTo,
    /// The letter that does it, upper case; empty for none.
    pub key: String,
    /// Icon name; empty for none.
    pub icon: String,
    /// How it looks.
    pub kind: ActionKind,
    /// In dense rows and cards.
    pub small: bool,
    /// Only the icon is seen; the label is read aloud.
    pub icon_only: bool,
    /// Why or from when: "Possible from 24 May". It stands instead of the label, and the button
    /// does nothing.
    pub not_now: Option<String>,
    /// A name and value sent along.
    pub field: Option<(String, String)>,
    /// The word while it is sent: "Saving …"; empty for none.
    pub busy: String,
}

impl Action {
    /// A link to a page.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), to: ActionTo::Link(href.into()), ..Self::default() }
    }

    /// A change by POST.
    #[must_use]
    pub fn post(label: impl Into<String>, path: impl Into<String>) -> Self {
        Self { label: label.into(), to: ActionTo::Post(path.into()), ..Self::default() }
    }

    /// A question with its own page.
    #[must_use]
    pub fn ask(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), to: ActionTo::Ask(href.into()), ..Self::default() }
    }

    /// The button of a form.
    #[must_use]
    pub fn submit(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            to: ActionTo::Submit,
            kind: ActionKind::Primary,
            ..Self::default()
        }
    }

    /// The one primary action.
    #[must_use]
    pub fn primary(mut self) -> Self {
        self.kind = ActionKind::Primary;
        self
    }

    /// Text only.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.kind = ActionKind::Quiet;
        self
    }

    /// Cannot be undone.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.kind = ActionKind::Danger;
        self
    }

    /// For dense rows.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// With an icon.
    #[must_use]
    pub fn icon(mut self, name: impl Into<String>) -> Self {
        self.icon = name.into();
        self
    }

    /// Only the icon is seen.
    #[must_use]
    pub fn icon_only(mut self, name: impl Into<String>) -> Self {
        self.icon = name.into();
        self.icon_only = true;
        self
    }

    /// With a letter.
    #[must_use]
    pub fn key(mut self, letter: impl Into<String>) -> Self {
        self.key = letter.into();
        self
    }

    /// Not now, and why.
    #[must_use]
    pub fn not_now(mut self, why: impl Into<String>) -> Self {
        self.not_now = Some(why.into());
        self
    }

    /// Sends a name and value along.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.field = Some((name.into(), value.into()));
        self
    }

    fn class(&self) -> String {
        let kind = match self.kind {
            ActionKind::Plain => "",
            ActionKind::Primary => " primary",
            ActionKind::Quiet => " quiet",
            ActionKind::Danger => " danger",
            ActionKind::DangerSolid => " danger-solid",
        };
        let small = if self.small { " small" } else { "" };
        let icon = if self.icon_only { " icon" } else { "" };
        format!("button{kind}{small}{icon}")
    }
}

/// Buttons in a line.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/action_group.html")]
pub struct ActionGroup {
    /// The buttons, main one last on wide screens.
    pub actions: Vec<Action>,
    /// What stands behind "More"; none when empty.
    pub more: Menu,
}

/// A menu behind a button.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/menu.html")]
pub struct Menu {
    /// Name of the button, read aloud: "More actions".
    pub label: String,
    /// The entries.
    pub items: Vec<Action>,
}

renders_itself!(Action, ActionGroup, Menu);
