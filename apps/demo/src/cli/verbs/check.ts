import type { Command } from "commander";
import { EXIT } from "../../terminal/exit-code.js";
import { readAnswer } from "../api-client.js";
import { findAccount } from "../find-account.js";
import type { RunVerb } from "../invocation.js";

/** `check`: how far an account's logins come. */
export function addCheck(program: Command, run: RunVerb): void {
  program
    .command("check")
    .description("try an account's logins at its servers; 3 when only one of the two works")
    .argument("<account>", "its address, name or id")
    .action(async (named: string) => {
      await run(async ({ openMailbox }) => {
        const mailbox = await openMailbox();
        const { id, address, kind } = await findAccount(mailbox, named);
        const report = await readAnswer(mailbox.api.accounts[":id"].check.$post({ param: { id } }));
        const { incoming, outgoing } = report;
        const lines = [describe(kind.toUpperCase(), incoming)];
        lines.push(outgoing === null ? "SMTP: no server to send by" : describe("SMTP", outgoing));
        const works = [incoming.ok, outgoing?.ok ?? true];
        const code = works.every(Boolean) ? EXIT.ok : works.some(Boolean) ? EXIT.partial : EXIT.failed;
        return { code, lines, json: { account: address, ...report } };
      });
    });
}

interface Report {
  readonly ok: boolean;
  readonly host: string;
  readonly port: number;
  readonly security: string;
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly error?:
    | { readonly code: string; readonly message: string; readonly server?: string | undefined }
    | undefined;
}

function describe(protocol: string, { ok, host, port, security, latencyMs, error }: Report): string {
  const at = `${protocol}: ${host}:${port} (${security})`;
  if (!ok) return `${at}: ${error?.message ?? "failed"} [${error?.code ?? "unknown"}]`;
  const phases = Object.entries(latencyMs).map(([phase, ms]) => `${phase} ${Math.round(ms)} ms`);
  return `${at}: works; ${phases.join(", ")}`;
}
