import type { Command } from "commander";
import { z } from "zod";
import { EXIT } from "../../terminal/exit-code.js";
import { readSecret } from "../../terminal/read-secret.js";
import { parseServerUrl } from "../../terminal/server-url.js";
import { formatTable } from "../../terminal/table.js";
import { UsageError } from "../../terminal/usage-error.js";
import { type ApiClient, readAnswer } from "../api-client.js";
import type { RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

const optionsSchema = z.object({
  name: z.string().optional(),
  kind: z.enum(["imap", "pop3"]),
  incoming: z.string().optional(),
  outgoing: z.string().optional(),
  user: z.string().optional(),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i, "is no colour such as #2f6fdb"),
  syncDays: z.coerce.number<string>().int().min(1).max(36_500).optional(),
  test: z.boolean(),
});
type Protocol = "imap" | "pop3" | "smtp";
const PORTS: Readonly<Record<Protocol, { readonly tls: number; readonly other: number }>> = {
  imap: { tls: 993, other: 143 },
  pop3: { tls: 995, other: 110 },
  smtp: { tls: 465, other: 587 },
};

/** `accounts`: added and listed. */
export function addAccounts(program: Command, run: RunVerb): void {
  const accounts = program.command("accounts").description("accounts: list, add").helpCommand(false);
  accounts
    .command("list")
    .description("all accounts, and what each is doing")
    .action(async () => {
      await run(async ({ openMailbox }) => {
        const { items } = await readAnswer((await openMailbox()).api.accounts.$get());
        const rows = items.map(({ address, kind, state, lastOkAt, lastError, id }) => {
          const reason = state === "live" ? "" : (lastError?.server ?? lastError?.message ?? "");
          return [address, kind, state, lastOkAt ?? "never read to its end", reason, id];
        });
        return { code: EXIT.ok, lines: formatTable(rows), json: items };
      });
    });
  accounts
    .command("add")
    .description("add an account; its password is the first line of the input, or asked for")
    .argument("<address>")
    .option("--name <name>", "what it is called; its address where this is left out")
    .option("--kind <imap|pop3>", "how its mail is read", "imap")
    .option(
      "--incoming <url>",
      "imaps://host[:port], imap:// for STARTTLS; pop3s://, pop3://. Left out: its provider's",
    )
    .option("--outgoing <url>", "smtps://host[:port], smtp:// for STARTTLS. Left out: its provider's")
    .option("--user <name>", "who logs in; the address where this is left out")
    .option("--colour <#rrggbb>", "the dot beside its messages", "#2f6fdb")
    .option(
      "--sync-days <number>",
      "how old its mail may be that is there already; all where this is left out",
    )
    .option("--no-test", "add it without trying the login")
    .action(async (address: string, given: unknown) => {
      await run(async ({ openMailbox, terminal }) => {
        const {
          name = address,
          kind,
          user = address,
          colour,
          syncDays,
          test,
          ...urls
        } = readOptions(optionsSchema, given);
        const mailbox = await openMailbox();
        const incoming = await chooseServer(mailbox, kind, address, user, urls.incoming);
        if (incoming === undefined)
          throw new UsageError(`The provider of ${address} is not known: name its server with --incoming`);
        const outgoing = await chooseServer(mailbox, "smtp", address, user, urls.outgoing);
        const secret = { incoming: { password: await readSecret(terminal, `Password of ${user}`) } };
        if (test) await tryLogin(mailbox, { kind, incoming, secret });
        const account = { name, address, colour, kind, incoming, outgoing, secret, syncDays };
        const made = await readAnswer(mailbox.api.accounts.$post({ json: account }));
        return { code: EXIT.ok, lines: [`${address} was added: ${made.id}`], json: made };
      });
    });
}

async function chooseServer(
  { api }: ApiClient,
  protocol: Protocol,
  address: string,
  user: string,
  url: string | undefined,
) {
  if (url === undefined) {
    const { items } = await readAnswer(api.providers.$get({ query: { address } }));
    const known = items[0]?.[protocol];
    return known && { ...known, user };
  }
  const { host, port, security = "tls" } = parseServerUrl(protocol, url);
  return { host, port: port ?? PORTS[protocol][security === "tls" ? "tls" : "other"], security, user };
}

async function tryLogin(
  { api }: ApiClient,
  json: Parameters<typeof api.accounts.test.$post>[0]["json"],
): Promise<void> {
  const { ok, host, error } = await readAnswer(api.accounts.test.$post({ json }));
  if (!ok) throw new Error(`${host}: ${error?.message ?? "failed"} [${error?.code ?? "unknown"}]`);
}
