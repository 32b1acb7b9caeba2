import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A module of somebody who exports what our packages answer, and leaves the types to the compiler. */
const PROGRAM = `
import { createImapPool, ImapClient } from "@mailwright/imap";
import { flattenAddresses, parseInWorkers, parseMessage } from "@mailwright/parser";
import { createPop3Pool, Pop3Client } from "@mailwright/pop3";
import { findProvider } from "@mailwright/providers";
import { createSmtpPool, renderMessage, SmtpClient, validateMessage } from "@mailwright/smtp";

export const imapPool = createImapPool();
export const imap = new ImapClient({ server: { host: "imap.example.com" }, pool: imapPool });
export const mark = () => imap.markAsRead("INBOX", 1);
export const copy = () => imap.copy("INBOX", 1, "Archive");
export const move = () => imap.move("INBOX", 1, "Archive");
export const imapFigures = () => imap.stats();
export const imapReport = () => imap.testConnection();
export const senders = async () => (await imap.message("INBOX", 1))?.from;
export const reason = async () => (await imap.message("INBOX", 1))?.incomplete;
export const refusal = async () => (await imap.testConnection()).error?.server;
export const code = async () => (await imap.testConnection()).error?.code;
export const changes = () => imap.watch("INBOX");
export const inbox = () => findProvider("ada@gmail.com")?.imap;

export const pop3Pool = createPop3Pool();
export const pop3 = new Pop3Client({ server: { host: "pop.example.com" }, pool: pop3Pool });
export const several = () => pop3.fetchMessages([1]);
export const deleted = () => pop3.deleteMessages([1]);
export const each = () => pop3.session(async (box) => box.fetchEach());
export const pop3Figures = () => pop3.stats();
export const pop3Report = () => pop3.testConnection();
export async function cursor() {
  for await (const batch of pop3.sync()) return { cursor: batch.cursor, events: batch.events };
  return undefined;
}

export const smtpPool = createSmtpPool();
export const smtp = new SmtpClient({ server: { host: "smtp.example.com" }, pool: smtpPool });
export const sent = () => smtp.send({ to: "bob@example.com" });
export const many = () => smtp.sendAll([]);
export const failure = async () => (await sent()).attempts[0]?.error;
export const response = async () => (await sent()).response;
export const rendered = () => renderMessage({ to: "bob@example.com" });
export const problems = () => validateMessage({ to: "bob@example.com" });
export const smtpFigures = () => smtp.stats();
export const smtpReport = () => smtp.testConnection();
export const submission = () => findProvider("gmail")?.smtp;
export const limits = () => findProvider("gmail")?.limits;

export const addresses = (source: Uint8Array) => flattenAddresses(parseMessage(source).from);
export const parsed = (sources: Uint8Array[]) => parseInWorkers(sources);
`;

test("what a package answers can be named by those who did not install core", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-inferred-types-"));
  try {
    // As pnpm lays out a project: core is beside our packages, out of the project's reach.
    const modules = join(folder, "node_modules");
    mkdirSync(join(modules, "@mailwright"), { recursive: true });
    for (const name of ["imap", "parser", "pop3", "providers", "smtp"]) {
      symlinkSync(join(ROOT, "packages", name), join(modules, "@mailwright", name));
    }
    symlinkSync(join(ROOT, "e2e/node_modules/@types"), join(modules, "@types"));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(folder, "program.ts"), PROGRAM);
    const compilerOptions = {
      ...{ target: "ES2023", lib: ["ES2023", "ESNext.Disposable"], module: "NodeNext", types: ["node"] },
      ...{ strict: true, declaration: true, emitDeclarationOnly: true, rootDir: ".", outDir: "out" },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stderr, stdout } = spawnSync(process.execPath, [compiler, "-p", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ stderr, stdout }).toEqual({ stderr: "", stdout: "" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
