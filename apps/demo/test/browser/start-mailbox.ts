import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../../src/embedded/sample-messages.js";
import { hostileMessages, TRICKY_FILE } from "./hostile-messages.js";

const DEMO = fileURLToPath(new URL("../../dist/demo.js", import.meta.url));
export const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
export const bob = { user: "bob@example.test", password: "the-builder-of-bridges" };
/** Subjects that the tour looks for. */
export const LETTER = "A letter for the tour";
const SEEDS = 8;
/** So long takes each answer with messages, while somebody wants to see the progress. */
const SLOW_MS = 1_500;
/** The end of a folder's first sync waits until somebody has seen it go on, though not so long that clients give up. */
const MAX_HELD_MS = 20_000;
/** The newest are asked for first. */
const OLDEST = /FETCH 1:/;

/** The program as its own process, and the mail servers that its accounts are on. */
export interface RunningMailbox {
  readonly mail: MailServers;
  /** Lets the IMAP server answer slowly, or as quickly as it can. */
  setSlow(isSlow: boolean): void;
  /** Lets the IMAP server refuse a command with these words, once it is let; nothing any more without one. */
  refuse(command: string | undefined, words?: string, isLet?: Promise<void>): void;
  readonly url: string;
  readonly setupUrl: string;
  /** Everything that it printed. */
  readonly printed: () => string;
  stop(): Promise<number | null>;
}

/** Starts mail servers and the mailbox with nothing in it, as somebody would for their own accounts. */
export async function startMailbox(trapUrl: string): Promise<RunningMailbox> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-browser-"));
  const now = Date.now();
  const samples = (first: number, owner: string) =>
    Array.from({ length: SEEDS }, (_, age) =>
      createSampleMessages(first + age, owner, now - (age + 2) * 10 * 86_400_000),
    ).flat();
  const mailboxes = [
    ...SAMPLE_MAILBOXES.filter((name) => name !== "INBOX"),
    { path: "Trash", specialUse: "\\Trash" },
    { path: "Sent", specialUse: "\\Sent" },
    { path: "Hostile" },
  ];
  const letter = {
    raw: Buffer.from(
      `From: Grace Hopper <grace@example.test>\r\nMessage-ID: <letter@example.test>\r\nSubject: ${LETTER}\r\n\r\nNanoseconds.\r\n`,
    ),
    internalDate: new Date(now - 60_000),
  };
  const file = { raw: TRICKY_FILE, internalDate: new Date(now - 120_000) };
  let slowness: AbortController | undefined;
  let refusal:
    | { readonly command: string; readonly words: string; readonly isLet: Promise<void> }
    | undefined;
  const mail = await startMailServers({
    imap: {
      async answer({ name, arguments: rest }) {
        const command = `${name} ${rest}`;
        if (slowness !== undefined && command.includes("FETCH")) {
          const { signal } = slowness;
          await sleep(OLDEST.test(command) ? MAX_HELD_MS : SLOW_MS, undefined, { signal }).catch(() => {});
        }
        if (refusal === undefined || !command.includes(refusal.command)) return undefined;
        const { isLet, words } = refusal;
        await isLet;
        return `NO [NOPERM] ${words}`;
      },
    },
    accounts: [
      {
        ...ada,
        address: ada.user,
        mailboxes,
        messages: [...samples(1, ada.user), ...hostileMessages(trapUrl), file, letter],
      },
      {
        ...bob,
        address: bob.user,
        messages: samples(101, bob.user)
          .slice(0, 30)
          .map((message) => ({ ...message, mailbox: "INBOX" })),
      },
    ],
  });
  await writeFile(join(folder, "ca.pem"), mail.ca);
  const child = spawn(process.execPath, [DEMO, "serve"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      MAILWRIGHT_DATA: join(folder, "data"),
      MAILWRIGHT_PORT: "0",
      MAILWRIGHT_ALLOW_HOSTS: mail.host,
      MAILWRIGHT_ALLOW_PORTS: `${mail.imap.tlsPort},${mail.pop3.tlsPort},${mail.smtp.tlsPort}`,
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stderr.on("data", (text) => said.push(String(text)));
  const setupUrl = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      said.push(line);
      const found = /^Begin at (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`It did not start:\n${said.join("\n")}`)));
  });
  return {
    mail,
    setSlow(slow) {
      slowness?.abort();
      slowness = slow ? new AbortController() : undefined;
    },
    refuse(command, words = "", isLet = Promise.resolve()) {
      refusal = command === undefined ? undefined : { command, words, isLet };
    },
    url: new URL(setupUrl).origin,
    setupUrl,
    printed: () => said.join("\n"),
    async stop() {
      const exit = once(child, "exit");
      child.kill("SIGINT");
      const [code] = await exit;
      await mail.stop();
      await rm(folder, { recursive: true });
      return code;
    },
  };
}
