/** What the live command passes in `MAILWRIGHT_LIVE`, as far as these suites use it. */
export interface LiveEnvironment {
  readonly host: string;
  readonly imap: { readonly port: number };
  readonly pop3: { readonly port: number };
  readonly users: readonly { readonly user: string; readonly password: string }[];
}

/** Throws when the suite was not started by the live command. */
export function readLiveEnvironment(): LiveEnvironment {
  const json = process.env["MAILWRIGHT_LIVE"];
  if (json === undefined) throw new Error("Live suites run through `pnpm test:live`");
  return JSON.parse(json) as LiveEnvironment;
}
