import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MailServers, startMailServers } from "../../src/index.js";

const COUNT = 500;
const run = promisify(execFile);
const isInstalled = await run("mbsync", ["--version"]).then(
  () => true,
  () => false,
);
if (!isInstalled && process.env["CI"]) throw new Error("mbsync is missing (apt-get install isync)");
if (!isInstalled) console.log("SKIPPED: mbsync not found (apt-get install isync)");

let mail: MailServers;
let folder: string;

beforeAll(async () => {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "x", mailboxes: [] }] });
  folder = await mkdtemp(join(tmpdir(), "mailwright-mbsync-"));
  await mkdir(join(folder, "mail"));
  await writeFile(
    join(folder, "mbsyncrc"),
    `IMAPAccount server
Host ${mail.host}
Port ${mail.imap.port}
User ada
Pass x
SSLType None
AuthMechs LOGIN

IMAPStore remote
Account server

MaildirStore local
Path ${folder}/mail/
Inbox ${folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :remote:
Near :local:
Patterns *
Create Both
Expunge Both
SyncState *
`,
  );
});

afterAll(async () => {
  await mail.stop();
  await rm(folder, { recursive: true });
});

async function sync(): Promise<number> {
  const start = performance.now();
  await run("mbsync", ["-c", join(folder, "mbsyncrc"), "all"], { timeout: 60_000 });
  return performance.now() - start;
}

async function readMaildir(box: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const part of ["cur", "new"]) {
    for (const name of await readdir(join(folder, "mail", box, part))) {
      const path = join(folder, "mail", box, part, name);
      files.set(path, withoutTuid(await readFile(path, "latin1")));
    }
  }
  return files;
}

/** mbsync marks what it uploads with a header of its own and stores LF line ends. */
function withoutTuid(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(/^X-TUID: .*\n/m, "");
}

function storedTexts(mailbox: string): string[] {
  return mail.store
    .messages("ada", mailbox)
    .map(({ raw }) => withoutTuid(raw.toString("latin1")))
    .sort();
}

function createMessage(name: string): string {
  return `From: ada@example.test\nSubject: ${name}\nMessage-ID: <${name}@example.test>\n\nText of ${name} über\n`;
}

test.skipIf(!isInstalled)(
  `mbsync syncs ${COUNT} messages down and ${COUNT} up, then flags and removals both ways`,
  {
    timeout: 120_000,
  },
  async () => {
    for (let index = 0; index < COUNT; index += 1) {
      mail.store.deliver("ada", createMessage(`down-${index}`), { flags: index % 2 ? ["\\Seen"] : [] });
    }
    const downMs = await sync();
    const downloaded = await readMaildir("INBOX");
    expect([...downloaded.values()].sort()).toEqual(storedTexts("INBOX"));
    expect(downloaded.size).toBe(COUNT);

    await mkdir(join(folder, "mail", "Sent", "tmp"), { recursive: true });
    await mkdir(join(folder, "mail", "Sent", "cur"));
    await mkdir(join(folder, "mail", "Sent", "new"));
    for (let index = 0; index < COUNT; index += 1) {
      const path = join(folder, "mail", "Sent", "cur", `${index}.local:2,${index % 2 ? "S" : ""}`);
      await writeFile(path, createMessage(`up-${index}`));
    }
    const upMs = await sync();
    expect(storedTexts("Sent")).toEqual([...(await readMaildir("Sent")).values()].sort());
    expect(mail.store.messages("ada", "Sent").filter(({ flags }) => flags.has("\\Seen"))).toHaveLength(
      COUNT / 2,
    );

    const uids = mail.store.messages("ada").map(({ uid }) => uid);
    mail.store.expunge("ada", "INBOX", uids.slice(0, 100));
    for (const uid of uids.slice(100, 200)) mail.store.setFlags("ada", "INBOX", uid, ["\\Flagged"]);
    for (const path of [...(await readMaildir("Sent")).keys()].slice(0, 50)) {
      await rename(path, path.replace(/:2,.*$/, ":2,FT"));
    }
    await sync();
    const local = [...(await readMaildir("INBOX")).keys()];
    expect(local).toHaveLength(COUNT - 100);
    expect(local.filter((path) => path.endsWith(":2,F"))).toHaveLength(100);
    expect(mail.store.messages("ada", "Sent")).toHaveLength(COUNT - 50);
    console.log(`mbsync: ${COUNT} down ${Math.round(downMs)} ms, ${COUNT} up ${Math.round(upMs)} ms`);
  },
);
