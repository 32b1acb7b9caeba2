import { setTimeout as sleep } from "node:timers/promises";
import { isMailError } from "@mailwright/core";
import {
  type DeliveryResult,
  deliveryResultFrom,
  InvalidMessageError,
  RenderedMessage,
} from "@mailwright/smtp";
import { inTransaction } from "../../db/in-transaction.js";
import { type Account, findAccount } from "../../store/accounts.js";
import { ClaimLostError, type OutboxClaim, renewClaim } from "../../store/outbox/claims.js";
import { type AttemptOutcome, settleAttempt } from "../../store/outbox/ledger.js";
import { findOutboxMessage, type OutboxDetails, readRendered } from "../../store/outbox/outbox.js";
import { type Tenant, within } from "../../store/tenant.js";
import { toStoredError } from "../describe-failure.js";
import type { MailEnvironment } from "../mail-environment.js";
import { beginInTime } from "./begin-in-time.js";
import { findSender } from "./send-limits.js";
import type { Senders } from "./senders.js";

/** So often within its time a claim is renewed. */
const BEATS = 3;
/** What an attempt came to is known only here until it is written. */
const SETTLE_TRIES = 6;
const SETTLE_WAIT_MS = 250;

/**
 * Sends a claimed message once: its stored bytes, to those recipients who cannot have it yet. The attempt stands in the ledger
 * before anything leaves, and what it came to is written at once. Whoever has lost the claim sends and writes nothing.
 */
export async function deliverMessage(
  { environment, senders }: { readonly environment: MailEnvironment; readonly senders: Senders },
  tenant: Tenant,
  claim: OutboxClaim,
  stopped: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const beating = beat(tenant, claim, over);
  const startedAt = environment.now();
  const signal = AbortSignal.any([stopped, over.signal]);
  try {
    const outcome = await attempt({ environment, senders }, tenant, claim, signal).catch((error: unknown) =>
      withoutAttempt(error, startedAt),
    );
    await settle(environment, tenant, claim, outcome);
  } catch (error) {
    if (!(error instanceof ClaimLostError)) throw error;
  } finally {
    over.abort();
    await beating;
  }
}

async function attempt(
  { environment, senders }: { readonly environment: MailEnvironment; readonly senders: Senders },
  tenant: Tenant,
  claim: OutboxClaim,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const message = await findOutboxMessage(tenant, claim.id);
  const bytes = await readRendered(tenant, claim.id);
  const account = message && (await findAccount(tenant, message.accountId));
  // The account was removed, and its messages with it.
  if (message === undefined || bytes === undefined || account === undefined)
    throw new ClaimLostError(`The message ${claim.id} is gone`);
  const { messageId, envelope } = message;
  const { from, recipients, date } = envelope;
  // What comes back names it, where the server can do that.
  const dsn = { envelopeId: claim.id };
  const rendered = RenderedMessage.from({ messageId, date, bytes, from, recipients, dsn });
  const begin = (startedAt: Date): Promise<void> => beginInTime(environment, tenant, claim, startedAt);
  const result = await senders.send(tenant, account, { rendered, resume: toResume(message), signal, begin });
  return toOutcome(result, account, environment.now());
}

/** What is known of earlier attempts, for the library to go on from. */
function toResume({ messageId, recipients }: OutboxDetails): DeliveryResult {
  return deliveryResultFrom({
    status: "not-sent",
    messageId,
    recipients: recipients.map(({ address, status, code, enhancedCode, text }) => ({
      address,
      status: status === "queued" ? "not-sent" : status,
      ...(text !== null && { reply: { code, enhancedCode, text } }),
    })),
    attempts: [],
    problems: [],
    retryable: true,
  });
}

function toOutcome(
  { status, recipients, attempts, problems, retryable }: DeliveryResult,
  account: Account,
  startedAt: Date,
): AttemptOutcome {
  const last = attempts.at(-1);
  const [problem] = problems;
  const error = last?.error && toStoredError(last.error, startedAt);
  return {
    status,
    recipients: recipients.map((recipient) => ({
      address: recipient.address,
      status: recipient.status,
      code: recipient.reply?.code ?? null,
      enhancedCode: recipient.reply?.enhancedCode ?? null,
      text: recipient.reply?.text ?? null,
    })),
    phase: last?.phase ?? "compose",
    startedAt: last?.startedAt ?? startedAt,
    connectionId: last?.connectionId,
    error: error ?? (problem && { ...problem, at: startedAt.toISOString() }),
    retryable,
    needsSentCopy: findSender(account)?.filesSentMail !== true,
  };
}

/** What failed before there was an attempt: nothing has left. */
function withoutAttempt(error: unknown, startedAt: Date): AttemptOutcome {
  if (error instanceof ClaimLostError) throw error;
  return {
    status: error instanceof InvalidMessageError ? "invalid" : "not-sent",
    recipients: [],
    phase: "compose",
    startedAt,
    error: toStoredError(error, startedAt),
    // The program was told to end.
    retryable: isMailError(error) && (error.code === "aborted" || error.code === "closed"),
    needsSentCopy: false,
  };
}

async function settle(
  { database }: MailEnvironment,
  tenant: Tenant,
  claim: OutboxClaim,
  outcome: AttemptOutcome,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await inTransaction(database, (sql) => settleAttempt(within(tenant, sql), claim, outcome));
      return;
    } catch (error) {
      if (error instanceof ClaimLostError || tries === SETTLE_TRIES) throw error;
      await sleep(SETTLE_WAIT_MS * 2 ** tries);
    }
  }
}

async function beat(tenant: Tenant, claim: OutboxClaim, over: AbortController): Promise<void> {
  while (!over.signal.aborted) {
    try {
      await sleep((claim.seconds * 1_000) / BEATS, undefined, { signal: over.signal });
      if (!(await renewClaim(tenant, claim))) over.abort(new ClaimLostError("The claim was taken over"));
    } catch (error) {
      // A beat that the database did not take may be the last before the claim ends: nothing may go on without it.
      over.abort(error);
    }
  }
}
