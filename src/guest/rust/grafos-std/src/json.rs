//! JSON in the making.

use alloc::string::String;
use core::fmt::{Display, Write};

/// An object; each step answers it with one field more.
pub struct Object {
    text: String,
}

impl Object {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self { text: String::from("{") }
    }

    pub fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        string(&mut self.text, value);
        self
    }

    /// Any whole number.
    pub fn number(mut self, key: &str, value: impl Into<i64>) -> Self {
        self.key(key);
        self.put(value.into());
        self
    }

    pub fn boolean(mut self, key: &str, value: bool) -> Self {
        self.key(key);
        self.put(value);
        self
    }

    pub fn object(mut self, key: &str, value: Object) -> Self {
        self.key(key);
        self.put(String::from(value));
        self
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        string(&mut self.text, key);
        self.text.push(':');
    }

    fn put(&mut self, value: impl Display) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{value}");
    }
}

impl From<Object> for String {
    fn from(mut object: Object) -> Self {
        object.text.push('}');
        object.text
    }
}

fn string(to: &mut String, value: &str) {
    to.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                to.push('\\');
                to.push(character);
            }
            '\u{0}'..='\u{1f}' => {
                let _ = write!(to, "\\u{:04x}", character as u32);
            }
            _ => to.push(character),
        }
    }
    to.push('"');
}
