import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT } from "../../terminal/exit-code.js";
import { type ApiClient, readAnswer } from "../api-client.js";
import { findAccount, type ShownAccount } from "../find-account.js";
import { whileHeld } from "../hold-here.js";
import type { Outcome, Progress, RunVerb } from "../invocation.js";

const LOOK_EVERY_MS = 250;

/** `sync`: one pass over an account. */
export function addSync(program: Command, run: RunVerb): void {
  program
    .command("sync")
    .description("read what is new of an account; 3 when its server would not give some messages")
    .argument("<account>", "its address, name or id")
    .action(async (named: string) => {
      await run(async ({ openMailbox, household, progress, terminal }) => {
        const mailbox = await openMailbox();
        const account = await findAccount(mailbox, named);
        const { id, address } = account;
        const bar = progress(address);
        try {
          return await whileHeld(mailbox, id, household, async () => {
            await mailbox.api.accounts[":id"].sync.$post({ param: { id } });
            return await untilPassed(mailbox, account, bar, terminal.signal);
          });
        } finally {
          bar.stop();
        }
      });
    });
}

async function untilPassed(
  client: ApiClient,
  before: ShownAccount,
  bar: Progress,
  signal: AbortSignal,
): Promise<Outcome> {
  for (;;) {
    const status = await readAnswer(client.api.status.$get());
    const account = status.accounts.find(({ id }) => id === before.id);
    if (account === undefined) return failed(before.address, "the account was removed", undefined);
    const { state, lastOkAt, lastError, synced, toSync } = account;
    bar.update(synced, toSync);
    if (state === "paused") return failed(before.address, "the account is paused", undefined);
    if (lastOkAt !== before.lastOkAt) return await succeeded(client, before, account.folders);
    const isWaiting = state === "retrying" || state === "needs-login";
    if (isWaiting && lastError !== null && lastError.at !== before.lastError?.at)
      return failed(before.address, lastError.server ?? lastError.message, lastError.code);
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function succeeded(
  { api }: ApiClient,
  { address }: ShownAccount,
  folders: readonly { readonly id: string; readonly path: string }[],
): Promise<Outcome> {
  const shown = await Promise.all(
    folders.map(async ({ id }) => await readAnswer(api.folders[":id"].$get({ param: { id } }))),
  );
  const rows = shown.map(({ path, total, unread, unfetchable }) => ({ path, total, unread, unfetchable }));
  const missing = rows.reduce((sum, { unfetchable }) => sum + unfetchable.length, 0);
  const messages = rows.reduce((sum, { total }) => sum + total, 0);
  const line = `${address}: ${messages} messages in ${rows.length} folders, up to date`;
  const lines = missing === 0 ? [line] : [line, `${missing} messages could not be fetched`];
  const code = missing === 0 ? EXIT.ok : EXIT.partial;
  return { code, lines, json: { account: address, ok: true, messages, unfetchable: missing, folders: rows } };
}

function failed(address: string, reason: string, error: string | undefined): Outcome {
  const json = { account: address, ok: false, reason, error };
  return { code: EXIT.failed, lines: [`${address}: ${reason}`], json };
}
