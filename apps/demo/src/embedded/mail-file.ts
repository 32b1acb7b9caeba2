import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { MailServers } from "@mailwright/testing";
import { z } from "zod";

const accountSchema = z.object({
  user: z.string(),
  mailboxes: z.array(z.object({ path: z.string(), specialUse: z.string().exactOptional() })),
  messages: z.array(
    z.object({
      mailbox: z.string(),
      flags: z.array(z.string()),
      internalDate: z.coerce.date<string>(),
      raw: z.base64().transform((text): Buffer => Buffer.from(text, "base64")),
    }),
  ),
});

/** An account's folders and messages, as an embedded server begins with them. */
export type EmbeddedMailbox = z.output<typeof accountSchema>;

/** What embedded servers had when they last stopped; `undefined` where nothing readable was kept. */
export async function readMailFile(path: string): Promise<EmbeddedMailbox[] | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return z.array(accountSchema).parse(JSON.parse(text));
  } catch {
    // Sample mail is made anew rather than stand in the way of a start.
    return undefined;
  }
}

/** Keeps what embedded servers have, for the next start. */
export async function writeMailFile(
  path: string,
  store: MailServers["store"],
  users: readonly string[],
): Promise<void> {
  const accounts = users.map((user) => {
    const all = store.mailboxes(user);
    return {
      user,
      mailboxes: all
        .filter((mailbox) => mailbox.path !== "INBOX")
        .map((mailbox) => ({ path: mailbox.path, specialUse: mailbox.specialUse })),
      messages: all.flatMap((mailbox) =>
        store.messages(user, mailbox.path).map(({ flags, internalDate, raw }) => {
          return { mailbox: mailbox.path, flags: [...flags], internalDate, raw: raw.toString("base64") };
        }),
      ),
    };
  });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(accounts), { mode: 0o600 });
  await rename(`${path}.new`, path);
}
