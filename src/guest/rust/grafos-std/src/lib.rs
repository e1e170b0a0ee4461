//! grafos-std is what a tasklet in Rust is written against: its result, the cell's services and JSON. `no_std`, no other
//! crate, and nothing but the imports of tasklet profile v0.
//!
//! ```ignore
//! #![no_std]
//! use grafos_std::Output;
//!
//! #[grafos_std::tasklet]
//! fn shout(input: &[u8]) -> Output {
//!     Output::bytes(input.to_ascii_uppercase())
//! }
//! ```
#![no_std]

extern crate alloc;

mod host;
pub mod json;
mod memory;

use alloc::string::String;
use alloc::vec::Vec;

pub use grafos_std_macros::tasklet;
pub use host::{clock, fuel, log, progress, random};

/// What a tasklet is: its whole input in, its result out.
pub type Tasklet = fn(&[u8]) -> Output;

const RESPONSE_BYTES_MAX: usize = 65_536; // ABI.md §5

/// The result of a tasklet.
pub struct Output {
    bytes: Vec<u8>,
    response: Option<Vec<u8>>,
    code: i32,
    message: String,
}

impl Output {
    /// Any bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), response: None, code: 0, message: String::new() }
    }

    /// Text as UTF-8.
    pub fn text(text: impl Into<String>) -> Self {
        Self::bytes(text.into().into_bytes())
    }

    /// One JSON value. It is the output, and where it fits (64 KiB) the response value too.
    pub fn json(value: impl Into<String>) -> Self {
        let bytes = value.into().into_bytes();
        let response = (bytes.len() <= RESPONSE_BYTES_MAX).then(|| bytes.clone());
        Self { bytes, response, code: 0, message: String::new() }
    }

    /// No output: the response value, if one is set, says it all.
    pub fn empty() -> Self {
        Self::bytes(Vec::new())
    }

    /// The run fails with the error `tasklet_error` and this code; 0 would mean success and becomes 1.
    pub fn fail(code: i32, message: &str) -> Self {
        let code = if code == 0 { 1 } else { code };
        let error = json::Object::new().number("code", code).text("message", message);
        let response = String::from(json::Object::new().object("error", error)).into_bytes();
        Self { bytes: Vec::new(), response: Some(response), code, message: String::from(message) }
    }

    /// Sets the response value: one JSON value of at most 64 KiB.
    pub fn respond(mut self, value: impl Into<String>) -> Self {
        self.response = Some(value.into().into_bytes());
        self
    }
}

/// Called by the entry points that the attribute generates.
pub mod entry {
    use super::{host, Output, Tasklet};

    pub fn init(_context: u32) {}

    pub fn run(input_length: u32, tasklet: Tasklet) -> i32 {
        deliver(tasklet(&host::input(input_length)))
    }

    fn deliver(output: Output) -> i32 {
        if let Some(response) = &output.response {
            let status = host::respond(response);
            if status != 0 {
                return status;
            }
        }
        if !output.bytes.is_empty() {
            let status = host::output(&output.bytes);
            if status != 0 {
                return status;
            }
        }
        if output.code != 0 {
            host::log::error(&output.message);
        }
        output.code
    }
}
