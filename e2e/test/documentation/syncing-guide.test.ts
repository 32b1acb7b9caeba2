import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ImapClient } from "@mailwright/imap";
import { codeBlocks } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const GUIDE = fileURLToPath(new URL("../../../docs/syncing.md", import.meta.url));

/** Runs the program of the guide, and kills it once it has told of so many batches. */
async function runProgram(
  folder: string,
  port: number,
  killAfter = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const env = {
    ...process.env,
    IMAP_HOST: "127.0.0.1",
    IMAP_PORT: `${port}`,
    IMAP_SECURITY: "none",
    IMAP_USER: "ada",
    IMAP_PASSWORD: "pw",
    DATA: join(folder, "data"),
  };
  const child: ChildProcess = spawn(process.execPath, [join(folder, "sync.mjs")], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let batches = 0;
  if (child.stdout === null) throw new Error("No output");
  createInterface(child.stdout).on("line", () => {
    batches += 1;
    if (batches >= killAfter) child.kill("SIGKILL");
  });
  const [code] = await once(child, "exit");
  return code === 0;
}

/** A program, since the types of PGlite need those of a browser. */
const READ = `
  import { PGlite } from "@electric-sql/pglite";
  const db = await PGlite.create(process.env.DATA);
  const { rows } = await db.query("SELECT folder, uid, subject, flags FROM message");
  await db.close();
  console.log(JSON.stringify(rows.map((row) => [row.folder, row.uid, row.subject, row.flags.sort()].join(" ")).sort()));
`;

async function readCopy(folder: string): Promise<string[]> {
  const file = join(folder, "read.mjs");
  writeFileSync(file, READ);
  const env = { ...process.env, DATA: join(folder, "data") };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  return JSON.parse(stdout);
}

function readTruth(mail: MailServers): string[] {
  return mail.store
    .mailboxes("ada")
    .flatMap(({ path }) =>
      mail.store
        .messages("ada", path)
        .map(
          ({ uid, raw, flags }) =>
            `${path} ${uid} ${/Subject: (.*)\r/.exec(`${raw}`)?.[1]} ${[...flags].sort()}`,
        ),
    )
    .sort();
}

/** What another client does. */
async function rename(from: string, to: string, port: number): Promise<void> {
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "pw" },
  });
  await imap.renameFolder(from, to);
}

test("the program of the guide may be killed at any batch, and has everything in the end", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "pw" }] });
  const { store } = mail;
  const deliver = (subject: string, mailbox: string): void =>
    void store.deliver("ada", `Subject: ${subject}\r\n\r\nHello.\r\n`, { mailbox });
  for (let index = 0; index < 90; index++) deliver(`m${index}`, index % 2 === 0 ? "INBOX" : "Archive");
  for (const mailbox of ["Old name", "Doomed"]) {
    store.createMailbox("ada", mailbox);
    deliver(`kept in ${mailbox}`, mailbox);
  }
  const folder = mkdtempSync(join(HERE, "syncing-"));
  try {
    const [program = ""] = codeBlocks(readFileSync(GUIDE, "utf8"), "js");
    writeFileSync(join(folder, "sync.mjs"), program);
    expect(await runProgram(folder, mail.imap.port, 2)).toBe(false);
    expect(await runProgram(folder, mail.imap.port, 3)).toBe(false);
    store.expunge("ada", "INBOX", [1, 2]);
    store.setFlags("ada", "Archive", 1, ["\\Seen"]);
    expect(await runProgram(folder, mail.imap.port)).toBe(true);
    expect(await readCopy(folder)).toEqual(readTruth(mail));
    store.deleteMailbox("ada", "Archive");
    store.createMailbox("ada", "Archive");
    deliver("made anew", "Archive");
    deliver("late", "INBOX");
    await rename("Old name", "New name", mail.imap.port);
    store.deleteMailbox("ada", "Doomed");
    store.setFlags("ada", "INBOX", 3, ["\\Flagged", "$Work"]);
    expect(await runProgram(folder, mail.imap.port, 1)).toBe(false);
    expect(await runProgram(folder, mail.imap.port)).toBe(true);
    expect(await readCopy(folder)).toEqual(readTruth(mail));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
