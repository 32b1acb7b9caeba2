import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ImapClient } from "@mailwright/imap";
import { makeMaildir } from "../maildir.js";
import { runUnderServers } from "../run-under-servers.js";
import { compareSyncs } from "./sync-costs.js";

interface Live {
  readonly imap: { readonly port: number };
  readonly maildirRoot: string;
  readonly users: readonly { readonly user: string; readonly password: string }[];
}

const MAILBOXES = [
  { user: "ada", size: 1_000 },
  { user: "bob", size: 10_000 },
  { user: "carol", size: 100_000 },
];
const FOLDERS = "dave";
const FOLDER_COUNT = 200;

/** What syncs cost with a real Dovecot over maildirs. Starts it by itself when it is not run under one. */
async function main(): Promise<void> {
  const given = process.env["MAILWRIGHT_LIVE"];
  if (given === undefined) return runUnderServers(fileURLToPath(import.meta.url));
  const { imap, maildirRoot, users }: Live = JSON.parse(given);
  const passwords = new Map(users.map(({ user, password }) => [user, password]));
  const passwordOf = (user: string): string => passwords.get(user) ?? "";
  for (const { user, size } of MAILBOXES) await fill(join(maildirRoot, user), size);
  await using client = new ImapClient({
    server: { host: "127.0.0.1", port: imap.port, security: "none" },
    credentials: { user: FOLDERS, password: passwordOf(FOLDERS) },
  });
  const { length } = await client.listFolders();
  for (let index = length; index < FOLDER_COUNT; index++) await client.createFolder(`List ${index}`);
  await compareSyncs({
    ...{ name: "Dovecot", port: imap.port, mailboxes: MAILBOXES },
    ...{ folders: FOLDERS, passwordOf },
  });
}

/** Small messages: it is the count that matters. */
async function fill(maildir: string, count: number): Promise<void> {
  const store = await makeMaildir(maildir);
  for (let number = 1; number <= count; number++) {
    const from = `From: sender-${number % 97}@example.test\r\nTo: ada@example.test`;
    const names = `Subject: Message ${number}\r\nMessage-ID: <${number}.bench@example.test>`;
    const message = `${from}\r\n${names}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nBody ${number}\r\n`;
    await store(number, Buffer.from(message), number % 3 !== 0);
  }
}

await main();
