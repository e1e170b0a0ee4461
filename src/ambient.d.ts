// The only two host names the pure zone may use: both are synchronous, deterministic and present in every host.
// Read by tsconfig.pure.json alone; the other zones get them from their own library.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}
