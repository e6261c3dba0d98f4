//! Keys by name, as the protocol wants them.

use serde_json::{Value, json};

use super::error::BrowserError;

/// Keys with a name: name, code, virtual key code, text that it types.
const NAMED: [(&str, &str, u32, &str); 14] = [
    ("Enter", "Enter", 13, "\r"),
    ("Tab", "Tab", 9, ""),
    ("Escape", "Escape", 27, ""),
    ("Backspace", "Backspace", 8, ""),
    ("Delete", "Delete", 46, ""),
    ("Home", "Home", 36, ""),
    ("End", "End", 35, ""),
    ("PageUp", "PageUp", 33, ""),
    ("PageDown", "PageDown", 34, ""),
    ("ArrowUp", "ArrowUp", 38, ""),
    ("ArrowDown", "ArrowDown", 40, ""),
    ("ArrowLeft", "ArrowLeft", 37, ""),
    ("ArrowRight", "ArrowRight", 39, ""),
    ("Space", "Space", 32, " "),
];

/// Bits of the modifier keys in the protocol.
const MODIFIERS: [(&str, u32); 4] = [("Alt", 1), ("Control", 2), ("Meta", 4), ("Shift", 8)];

/// The two events, down and up, of a key such as `Enter`, `Shift+Tab`, `Control+k` or `a`.
pub(super) fn events(pressed: &str) -> Result<[Value; 2], BrowserError> {
    let mut parts: Vec<&str> = pressed.split('+').filter(|part| !part.is_empty()).collect();
    // "+" itself is a key and leaves no part.
    let name = parts.pop().unwrap_or("+");
    let mut modifiers = 0;
    for part in parts {
        let known = MODIFIERS.iter().find(|(modifier, _)| *modifier == part);
        modifiers |= known.ok_or_else(|| BrowserError::Key(pressed.to_owned()))?.1;
    }
    let mut event = key(name).ok_or_else(|| BrowserError::Key(pressed.to_owned()))?;
    event["modifiers"] = modifiers.into();
    if modifiers & !8 != 0 {
        // A shortcut types nothing.
        event["text"] = "".into();
    }
    let (mut down, mut up) = (event.clone(), event);
    let types = down["text"].as_str().is_some_and(|text| !text.is_empty());
    down["type"] = if types { "keyDown" } else { "rawKeyDown" }.into();
    up["type"] = "keyUp".into();
    up["text"] = "".into();
    Ok([down, up])
}

fn key(name: &str) -> Option<Value> {
    if let Some((key, code, number, text)) = NAMED.iter().find(|named| named.0 == name) {
        let key = if *key == "Space" { " " } else { key };
        return Some(
            json!({"key": key, "code": code, "windowsVirtualKeyCode": number, "text": text}),
        );
    }
    let mut letters = name.chars();
    let letter = letters.next().filter(|_| letters.next().is_none())?;
    let upper = letter.to_ascii_uppercase();
    let (code, number) = match upper {
        'A'..='Z' => (format!("Key{upper}"), u32::from(upper)),
        '0'..='9' => (format!("Digit{upper}"), u32::from(upper)),
        _ => (String::new(), 0),
    };
    let text = letter.to_string();
    Some(json!({"key": text, "code": code, "windowsVirtualKeyCode": number, "text": text}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcut_types_nothing_and_shift_does() {
        let [down, _] = events("Control+k").unwrap();
        assert_eq!(
            (down["type"].as_str(), down["modifiers"].as_u64()),
            (Some("rawKeyDown"), Some(2))
        );
        let [down, up] = events("Shift+A").unwrap();
        assert_eq!((down["type"].as_str(), down["text"].as_str()), (Some("keyDown"), Some("A")));
        assert_eq!(up["type"], "keyUp");
    }

    #[test]
    fn names_are_checked() {
        assert!(events("+").is_ok());
        assert!(matches!(events("Entre"), Err(BrowserError::Key(_))));
        assert!(matches!(events("Hyper+a"), Err(BrowserError::Key(_))));
    }
}
