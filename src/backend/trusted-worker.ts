/** The part of the browser's `trustedTypes` that is used here; TypeScript's library has none of it. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): URL };
}

/**
 * A `Worker` for pages whose content security policy has `require-trusted-types-for 'script'`. Its policy,
 * `semantic-search`, lets nothing through but the `worker.js` beside this file. Takes the place of `Worker` in
 * `dist/browser/`; see vite.config.ts.
 */
export class TrustedWorker extends Worker {
  constructor(url: URL, options: WorkerOptions) {
    super(trusted(url), options);
  }
}

/** Made once: a page may forbid a second policy of the same name. */
let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

function trusted(url: URL): URL {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  try {
    policy ??= trustedTypes?.createPolicy("semantic-search", { createScriptURL });
    return policy?.createScriptURL(url.href) ?? url;
  } catch {
    // A page that does not allow the policy may still do without one. If not, the constructor says so.
    return url;
  }
}

function createScriptURL(url: string): string {
  const file = "worker.js";
  if (url === new URL(file, import.meta.url).href) return url;
  throw new TypeError(`${url} is not the search worker.`);
}
