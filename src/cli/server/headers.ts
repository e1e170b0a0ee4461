/**
 * The response headers every answer carries. The first three make the page cross-origin isolated, which is what
 * SharedArrayBuffer asks for; workers need them on their own scripts too.
 */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  // The key of a fabric is in the fragment, which no browser sends; nothing else of the address is anyone's business.
  'Referrer-Policy': 'no-referrer',
} as const;

type Directives = Readonly<Record<string, readonly string[]>>;

/** What a built page may do. No third party, no `unsafe-eval`: modules are compiled, text never is. */
const PAGE_DIRECTIVES: Directives = {
  'default-src': ["'self'"],
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'worker-src': ["'self'"],
  // Lit writes `style` attributes, which count as inline styles. Styles run no code.
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  // Any signaling service that a person sets: sockets only, so the page can fetch from its own origin alone.
  'connect-src': ["'self'", 'ws:', 'wss:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** Vite's own client injects inline styles and scripts while developing. */
const DEVELOPMENT_DIRECTIVES: Directives = {
  ...PAGE_DIRECTIVES,
  'script-src': ["'self'", "'unsafe-inline'", "'wasm-unsafe-eval'"],
};

/** The policy as a `<meta>` element of the built page carries it, for hosts that set no headers. */
export const PAGE_POLICY = policyText(PAGE_DIRECTIVES);

/** Headers of a server for the built page. Framing can be forbidden in a header only. */
export const PRODUCTION_HEADERS = {
  ...ISOLATION_HEADERS,
  'Content-Security-Policy': `${PAGE_POLICY}; frame-ancestors 'self'`,
} as const;

/** Headers of the development server. */
export const DEVELOPMENT_HEADERS = {
  ...ISOLATION_HEADERS,
  'Content-Security-Policy': `${policyText(DEVELOPMENT_DIRECTIVES)}; frame-ancestors 'self'`,
} as const;

function policyText(directives: Directives): string {
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
