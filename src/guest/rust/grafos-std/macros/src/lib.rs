//! `#[grafos_std::tasklet]`: puts the three entry points of the profile around one function.

extern crate proc_macro; // for rustc without cargo

use proc_macro::{TokenStream, TokenTree};

/// Makes a tasklet of `fn name(input: &[u8]) -> Output`. One function of a module can have it.
#[proc_macro_attribute]
pub fn tasklet(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let name = match function_name(&item) {
        Some(name) => name,
        None => {
            return "::core::compile_error!(\"#[tasklet] is for a function: fn name(input: &[u8]) -> Output\");"
                .parse()
                .unwrap_or_default()
        }
    };
    let entries = format!(
        "#[no_mangle] pub extern \"C\" fn _grafos_tasklet_init(context: u32, _zero: u32) {{ \
             ::grafos_std::entry::init(context); \
         }} \
         #[no_mangle] pub extern \"C\" fn _grafos_tasklet_run(input: u32, _zero: u32) -> i32 {{ \
             let tasklet: ::grafos_std::Tasklet = {name}; \
             ::grafos_std::entry::run(input, tasklet) \
         }} \
         #[no_mangle] pub extern \"C\" fn _grafos_tasklet_finalize(_status: i32) {{}}"
    );
    let mut whole = item;
    whole.extend(entries.parse::<TokenStream>().unwrap_or_default());
    whole
}

fn function_name(item: &TokenStream) -> Option<String> {
    let mut tokens = item.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn"))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}
