/** Where the real servers are, and who is known to them. */
interface Live {
  readonly host: string;
  readonly ca: string;
  readonly imap: { readonly tlsPort: number };
  readonly pop3: { readonly port: number };
  readonly smtp?: { readonly port: number; readonly tlsPort: number };
  readonly users: readonly { readonly user: string; readonly password: string; readonly address: string }[];
  readonly recipients: { readonly unknown: string; readonly bouncing: string };
}

const json = process.env["MAILWRIGHT_LIVE"];
if (json === undefined)
  throw new Error("Live suites run through `pnpm test:live`, which sets MAILWRIGHT_LIVE");
/** The servers of this run. */
export const live: Live = JSON.parse(json);

/** Somebody whom all servers know. */
export function liveAccount(name: string) {
  const found = live.users.find(({ user }) => user === name);
  if (found === undefined) throw new Error(`No account ${name}`);
  return found;
}
