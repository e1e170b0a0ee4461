//! The raw imports, exactly as ABI.md lists them, and safe functions over them. All unsafe calls of the host are here.

use alloc::vec;
use alloc::vec::Vec;

#[link(wasm_import_module = "grafos_tasklet_v0")]
extern "C" {
    fn input_read(to: *mut u8, length: u32, offset: u32) -> i32;
    fn output_write(from: *const u8, length: u32) -> i32;
    fn response_write(from: *const u8, length: u32) -> i32;
    #[link_name = "log"]
    fn log_write(level: i32, from: *const u8, length: u32) -> i32;
    fn clock_now() -> i64;
    fn random_fill(to: *mut u8, length: u32) -> i32;
    fn fuel_remaining() -> i64;
    #[link_name = "progress"]
    fn progress_report(done: u32, total: u32) -> i32;
}

pub(crate) fn input(length: u32) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    unsafe { input_read(bytes.as_mut_ptr(), length, 0) };
    bytes
}

pub(crate) fn output(bytes: &[u8]) -> i32 {
    unsafe { output_write(bytes.as_ptr(), bytes.len() as u32) }
}

pub(crate) fn respond(json: &[u8]) -> i32 {
    unsafe { response_write(json.as_ptr(), json.len() as u32) }
}

/// Tells the submitter that `done` of `total` parts are finished. False when the counts are impossible.
pub fn progress(done: u32, total: u32) -> bool {
    unsafe { progress_report(done, total) == 0 }
}

/// One line for people, shown with the run.
pub mod log {
    pub fn debug(message: &str) {
        write(0, message);
    }

    pub fn info(message: &str) {
        write(1, message);
    }

    pub fn warn(message: &str) {
        write(2, message);
    }

    pub fn error(message: &str) {
        write(3, message);
    }

    fn write(level: i32, message: &str) {
        unsafe { super::log_write(level, message.as_ptr(), message.len() as u32) };
    }
}

pub mod clock {
    /// Unix nanoseconds: when the run was submitted, plus one for each unit of fuel spent.
    pub fn now() -> i64 {
        unsafe { super::clock_now() }
    }
}

pub mod fuel {
    /// Units left. One unit is one WebAssembly instruction.
    pub fn remaining() -> i64 {
        unsafe { super::fuel_remaining() }
    }
}

/// The run's own random stream: equal on every replica of a run, different in every run.
pub mod random {
    pub fn fill(bytes: &mut [u8]) {
        unsafe { super::random_fill(bytes.as_mut_ptr(), bytes.len() as u32) };
    }

    pub fn next64() -> u64 {
        let mut word = [0; 8];
        fill(&mut word);
        u64::from_le_bytes(word)
    }
}
