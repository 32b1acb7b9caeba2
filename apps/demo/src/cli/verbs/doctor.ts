import type { Command } from "commander";
import type { Settings } from "../../config/settings.js";
import { describeError } from "../../server/describe-error.js";
import { EXIT } from "../../terminal/exit-code.js";
import { readAnswer } from "../api-client.js";
import type { Mailbox } from "../connect-mailbox.js";
import type { RunVerb } from "../invocation.js";

interface Finding {
  readonly check: "config" | "lock" | "database" | "key" | "clock";
  readonly ok: boolean;
  readonly detail: string;
}

/** Leases last 30 seconds by the database's clock, sessions and retries go by ours. */
const MAX_SKEW_MS = 5_000;

/** `doctor`: whether everything that the mailbox stands on is as it should be. */
export function addDoctor(program: Command, run: RunVerb): void {
  program
    .command("doctor")
    .description("check settings, lock, database, key and clock")
    .action(async () => {
      await run(async ({ settings, openMailbox }) => {
        const findings = [
          toFinding("config", true, describeSettings(settings)),
          ...(await look(openMailbox)),
        ];
        const ok = findings.every((finding) => finding.ok);
        const lines = findings.map(
          ({ check, ok: good, detail }) => `${good ? "✓" : "✗"} ${check}: ${detail}`,
        );
        return { code: ok ? EXIT.ok : EXIT.failed, lines, json: { ok, findings } };
      });
    });
}

async function look(openMailbox: () => Promise<Mailbox>): Promise<Finding[]> {
  let mailbox: Mailbox;
  try {
    mailbox = await openMailbox();
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "FolderInUseError";
    return [toFinding(isLocked ? "lock" : "database", false, describeError(error))];
  }
  const { kind, version, migrations, skewMs, keyId, unreadable } = await readAnswer(
    mailbox.local.diagnosis.$get(),
  );
  const lock = mailbox.environment === undefined ? "a running program has it, and answers" : "free";
  const key = `${keyId} opens all stored logins`;
  const broken = `no key opens the logins of ${unreadable.join(", ")}`;
  return [
    ...(kind === "pglite" ? [toFinding("lock", true, lock)] : []),
    toFinding("database", true, `${kind} ${version}, ${migrations} migrations`),
    toFinding("key", unreadable.length === 0, unreadable.length === 0 ? key : broken),
    toFinding("clock", Math.abs(skewMs) <= MAX_SKEW_MS, `${Math.round(skewMs)} ms from the database's`),
  ];
}

function describeSettings({ databaseUrl, dataFolder, keys, url, host, port }: Settings): string {
  const where = databaseUrl === undefined ? `embedded database in ${dataFolder}` : "PostgreSQL";
  const key = keys === undefined ? `key in ${dataFolder}/key` : "key in MAILWRIGHT_KEY";
  return `${where}, ${key}, page at ${url?.origin ?? `http://${host}:${port}`}`;
}

function toFinding(check: Finding["check"], ok: boolean, detail: string): Finding {
  return { check, ok, detail };
}
