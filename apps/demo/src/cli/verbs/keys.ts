import type { Command } from "commander";
import { z } from "zod";
import { EXIT } from "../../terminal/exit-code.js";
import { formatTable } from "../../terminal/table.js";
import { UsageError } from "../../terminal/usage-error.js";
import { readAnswer } from "../api-client.js";
import { findAccount } from "../find-account.js";
import type { RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

const newKeySchema = z.object({
  scopes: z
    .string()
    .transform((text) => text.split(",").map((scope) => scope.trim()))
    .pipe(z.array(z.enum(["read", "write", "send", "admin"])).min(1)),
  account: z.array(z.string()).optional(),
  days: z.coerce.number<string>().positive().max(3_650).optional(),
});
const DAY_MS = 86_400_000;

/** `keys`: those of programs, and the one that secrets are sealed with. */
export function addKeys(program: Command, run: RunVerb): void {
  const keys = program
    .command("keys")
    .description("keys of programs: list, create, revoke; the key of secrets: rotate")
    .helpCommand(false);
  keys
    .command("list")
    .description("the keys that programs call the API with")
    .action(async () => {
      await run(async ({ openMailbox }) => {
        const { items } = await readAnswer((await openMailbox()).api.keys.$get());
        const rows = items.map(({ prefix, name, scopes, expiresAt, lastUsedAt, revokedAt }) => {
          const state = revokedAt !== null ? "revoked" : expiresAt === null ? "" : `until ${expiresAt}`;
          return [prefix, name, scopes.join(","), lastUsedAt ?? "never used", state];
        });
        return { code: EXIT.ok, lines: formatTable(rows), json: items };
      });
    });
  keys
    .command("create")
    .description("make a key for a program; its text is printed this once")
    .argument("<name>", "what it is for")
    .option("--scopes <list>", "what it may do: read,write,send,admin", "read")
    .option(
      "--account <address...>",
      "addresses or ids of the only accounts that it is for; all where this is left out",
    )
    .option("--days <number>", "until it ends; never where this is left out")
    .action(async (name: string, given: unknown) => {
      await run(async ({ openMailbox }) => {
        const { scopes, days, account: named } = readOptions(newKeySchema, given);
        const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS).toISOString();
        const mailbox = await openMailbox();
        const accountIds =
          named && (await Promise.all(named.map((one) => findAccount(mailbox, one)))).map(({ id }) => id);
        const json = { name, scopes, accountIds, expiresAt };
        const made = await readAnswer(mailbox.api.keys.$post({ json }));
        return { code: EXIT.ok, lines: [made.key], json: made };
      });
    });
  keys
    .command("revoke")
    .description("end a key")
    .argument("<key>", "its prefix or id")
    .action(async (named: string) => {
      await run(async ({ openMailbox }) => {
        const { api } = await openMailbox();
        const { items } = await readAnswer(api.keys.$get());
        const key = items.find(({ id, prefix }) => id === named || prefix === named);
        if (key === undefined) throw new UsageError(`There is no key ${named}: see \`demo keys list\``);
        await api.keys[":id"].$delete({ param: { id: key.id } });
        return { code: EXIT.ok, lines: [`${key.name} was revoked`], json: { id: key.id, revoked: true } };
      });
    });
  keys
    .command("rotate")
    .description("seal all stored secrets with the first key of MAILWRIGHT_KEY; 3 when some no longer open")
    .action(async () => {
      await run(async ({ openMailbox }) => {
        const { keyId, rotated, broken } = await readAnswer((await openMailbox()).local.rotate.$post());
        const lines = [`${rotated} secrets were sealed anew with the key ${keyId}`];
        if (broken.length > 0)
          lines.push(
            `No key opens ${broken.length} of them: give those accounts their passwords anew, and make those webhooks anew`,
          );
        const code = broken.length === 0 ? EXIT.ok : EXIT.partial;
        return { code, lines, json: { keyId, rotated, broken } };
      });
    });
}
