/** The module `spectest` that scripts of the suite import from: its shapes are part of the suite's own rules. */
export function spectest(): WebAssembly.ModuleImports {
  const ignore = (): void => undefined;
  return {
    print: ignore,
    print_i32: ignore,
    print_i64: ignore,
    print_f32: ignore,
    print_f64: ignore,
    print_i32_f32: ignore,
    print_f64_f64: ignore,
    global_i32: new WebAssembly.Global({ value: 'i32' }, 666),
    global_i64: new WebAssembly.Global({ value: 'i64' }, 666n),
    global_f32: new WebAssembly.Global({ value: 'f32' }, 666.6),
    global_f64: new WebAssembly.Global({ value: 'f64' }, 666.6),
    table: new WebAssembly.Table({ element: 'anyfunc', initial: 10, maximum: 20 }),
    memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
  };
}
