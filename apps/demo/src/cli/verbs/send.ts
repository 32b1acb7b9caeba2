import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { getMimeType } from "hono/utils/mime";
import { z } from "zod";
import { EXIT, type ExitCode } from "../../terminal/exit-code.js";
import type { Terminal } from "../../terminal/terminal.js";
import { UsageError } from "../../terminal/usage-error.js";
import { type ApiClient, readAnswer } from "../api-client.js";
import { deliverHere } from "../deliver-here.js";
import { findAccount } from "../find-account.js";
import type { Outcome, RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

const optionsSchema = z.object({
  to: z.array(z.string()).default([]),
  cc: z.array(z.string()).default([]),
  bcc: z.array(z.string()).default([]),
  subject: z.string().default(""),
  text: z.string().optional(),
  html: z.string().optional(),
  attach: z.array(z.string()).default([]),
  key: z.string().min(1).max(200).optional(),
  at: z.coerce.date<string>().optional(),
  wait: z.boolean(),
});

const LOOK_EVERY_MS = 250;
const UNDER_WAY = ["queued", "sending"];
const CODES: Readonly<Record<string, ExitCode>> = {
  scheduled: EXIT.ok,
  queued: EXIT.ok,
  sending: EXIT.ok,
  accepted: EXIT.ok,
  resolved: EXIT.ok,
  partial: EXIT.partial,
  unknown: EXIT.unknown,
};

/** `send`: a message, and what became of it for each recipient. */
export function addSend(program: Command, run: RunVerb): void {
  program
    .command("send")
    .description(
      "send a message from an account; 3 when some recipients were refused, 4 when its fate is unknown",
    )
    .argument("<account>", "its address, name or id")
    .option("--to <address...>", "who gets it")
    .option("--cc <address...>")
    .option("--bcc <address...>")
    .option("--subject <text>")
    .option("--text <text>", "what it says; the input where this is left out")
    .option("--html <file>", "the same in HTML")
    .option("--attach <file...>", "files that go with it")
    .option("--key <key>", "sends once for each key, however often it is called")
    .option("--at <time>", "not before then, such as 2030-01-31T08:00Z")
    .option("--no-wait", "end as soon as it is in line")
    .action(async (named: string, given: unknown) => {
      await run(async ({ openMailbox, household, terminal }) => {
        const options = readOptions(optionsSchema, given);
        const message = await readMessage(options, terminal);
        const mailbox = await openMailbox();
        const { id: accountId } = await findAccount(mailbox, named);
        const { id } = await readAnswer(
          mailbox.api.outbox.$post({
            header: { "idempotency-key": options.key ?? randomUUID() },
            json: { accountId, ...message, replyTo: [], sendAt: options.at?.toISOString() },
          }),
        );
        if (options.wait) await deliverHere(mailbox, household, id, terminal.signal);
        return await untilSent(mailbox, id, options.wait, terminal.signal);
      });
    });
}

async function readMessage(options: z.output<typeof optionsSchema>, { stdin }: Terminal) {
  const { to, cc, bcc, subject, attach } = options;
  if (to.length + cc.length + bcc.length === 0) throw new UsageError("Say who gets it, with --to");
  if (options.text === undefined && stdin.isTTY === true)
    throw new UsageError("Say what it says, with --text or on the input");
  const toAddress = (address: string) => ({ address });
  const read = async (path: string): Promise<Buffer> =>
    await readFile(path).catch((error: unknown) => {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    });
  return {
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    subject,
    text: options.text ?? (await readText(stdin)),
    html: options.html === undefined ? undefined : (await read(options.html)).toString(),
    attachments: await Promise.all(
      attach.map(async (path) => ({
        filename: basename(path),
        contentType: getMimeType(path) ?? "application/octet-stream",
        content: (await read(path)).toString("base64"),
      })),
    ),
  };
}

async function untilSent(
  { api }: ApiClient,
  id: string,
  isAwaited: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  for (;;) {
    const message = await readAnswer(api.outbox[":id"].$get({ param: { id } }));
    const { state, recipients, messageId, nextTryAt } = message;
    if (isAwaited && UNDER_WAY.includes(state)) {
      await sleep(LOOK_EVERY_MS, undefined, { signal });
      continue;
    }
    const again = nextTryAt === null || state === "scheduled" ? "" : `, tried again at ${nextTryAt}`;
    const lines = [
      `${messageId}: ${state}${again}`,
      ...recipients.map(({ address, status, code, enhancedCode, text }) =>
        [`  ${address}: ${status}`, code, enhancedCode, text].filter((word) => word !== null).join(" "),
      ),
    ];
    return { code: CODES[state] ?? EXIT.failed, lines, json: message };
  }
}
