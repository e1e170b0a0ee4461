/**
 * native owns the compilers that are programs of this machine: clang for C, rustc for Rust. It promises that a source
 * sees its program and `grafos-std` only, that the same compiler makes the same bytes of it anywhere, and a plain word
 * when the compiler is not here.
 */
export { compileC, cRequest } from './c.ts';
export { compileRust, rustRequest } from './rust.ts';
