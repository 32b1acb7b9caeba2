import type { MailError, RecipientResult, ServerReply } from "@mailwright/core";
import { fromRefusal, isThrottling, unknownOutcome } from "../smtp-error.js";
import { findServerMessageId, type SmtpReply } from "../wire/smtp-reply.js";
import {
  acceptedRecipients,
  isRefusal,
  type TransactionPhase,
  type TransactionReplies,
} from "./transaction-replies.js";

/** What one transaction came to. */
export interface TransactionOutcome {
  readonly phase: TransactionPhase;
  readonly recipients: readonly RecipientResult[];
  readonly response?: ServerReply | undefined;
  readonly serverMessageId?: string | undefined;
  /** Why not everybody accepted. */
  readonly error?: MailError | undefined;
  /** The server wants to be sent less; what it says of one recipient alone has to do with that recipient. */
  readonly isThrottled?: boolean;
}

/** The verdict on a transaction; `failure` is why no more replies come, when that is so. */
export function conclude(replies: TransactionReplies, failure: MailError | undefined): TransactionOutcome {
  const recipients = replies.addresses.map((address) => resultOf(address, replies, failure));
  const accepted = replies.final.find(({ kind }) => kind === 2);
  const decided = decisive(replies);
  const response = (accepted ?? decided)?.reply;
  const isDone = recipients.every(({ status }) => status === "accepted");
  const serverMessageId = accepted === undefined ? undefined : findServerMessageId(accepted.reply.text);
  const error = isDone ? undefined : errorOf(replies, failure, decided, recipients);
  const isThrottled = saysSlowDown(replies);
  return { phase: replies.phase, recipients, response, serverMessageId, error, isThrottled };
}

function saysSlowDown({ mail, rcpt, data, early, final, isLmtp }: TransactionReplies): boolean {
  const ofAll = [mail, data, early, ...(isLmtp ? [] : final)];
  const ofOne = [...rcpt.values(), ...(isLmtp ? final : [])].filter((reply) => reply.reply.code === "421");
  return [...ofAll, ...ofOne].some((reply) => isThrottling(reply?.reply));
}

/** What makes it impossible to go on with the body. */
export function doubtOf({ nonsense, context }: TransactionReplies): MailError | undefined {
  return nonsense === undefined
    ? undefined
    : fromRefusal(nonsense.reply, { ...context, phase: nonsense.phase });
}

function resultOf(
  address: string,
  replies: TransactionReplies,
  failure: MailError | undefined,
): RecipientResult {
  const refusal = refusalOf(address, replies);
  if (refusal !== undefined) {
    return { address, status: refusal.kind === 4 ? "deferred" : "rejected", reply: refusal.reply };
  }
  if (!isDotOut(replies)) {
    return { address, status: "not-sent", reply: replies.nonsense?.reply.reply ?? failure?.server };
  }
  if (!acceptedRecipients(replies).includes(address)) return { address, status: "not-sent" };
  const final = finalOf(address, replies);
  return { address, status: final?.kind === 2 ? "accepted" : "unknown", reply: final?.reply };
}

/** The reply that refused a recipient: to the sender, to the recipient, or to what came after them. */
function refusalOf(address: string, replies: TransactionReplies): SmtpReply | undefined {
  const before = [replies.mail, replies.rcpt.get(address)].find(isRefusal);
  if (before !== undefined) return before;
  if (isDotOut(replies)) return [finalOf(address, replies)].find(isRefusal);
  if (replies.nonsense !== undefined) return undefined;
  return [replies.data, replies.early].find(isRefusal) ?? closing(replies);
}

function finalOf(address: string, replies: TransactionReplies): SmtpReply | undefined {
  const at = acceptedRecipients(replies).indexOf(address);
  return at < 0 ? undefined : replies.final[replies.isLmtp ? at : 0];
}

/** A 421 ends the session for all who were not decided before. */
function closing({ mail, rcpt, data, early }: TransactionReplies): SmtpReply | undefined {
  return [mail, ...rcpt.values(), data, early].find((candidate) => candidate?.reply.code === "421");
}

/**
 * The reply that decided the status: of those that refused somebody the last one, temporary ones first. What
 * follows from a refusal, such as the answer to a DATA for nobody, refuses nobody.
 */
function decisive(replies: TransactionReplies): SmtpReply | undefined {
  const refusals = new Set(replies.addresses.map((address) => refusalOf(address, replies)));
  const all = [replies.mail, ...replies.rcpt.values(), replies.data, replies.early, ...replies.final];
  const decided = all.filter((reply) => reply !== undefined && refusals.has(reply));
  return decided.findLast((reply) => reply?.kind === 4) ?? decided.at(-1);
}

function errorOf(
  replies: TransactionReplies,
  failure: MailError | undefined,
  decided: SmtpReply | undefined,
  recipients: readonly RecipientResult[],
): MailError | undefined {
  const { context } = replies;
  const doubt = doubtOf(replies);
  if (recipients.some(({ status }) => status === "unknown")) {
    return unknownOutcome(failure ?? doubt, { ...context, phase: "data-end" });
  }
  if (recipients.some(({ status }) => status === "not-sent")) return doubt ?? failure;
  if (decided !== undefined) return fromRefusal(decided, { ...context, phase: phaseOf(decided, replies) });
  return failure;
}

function phaseOf(reply: SmtpReply, { mail, data, rcpt }: TransactionReplies): TransactionPhase {
  if (reply === mail) return "mail";
  if (reply === data) return "data";
  return [...rcpt.values()].includes(reply) ? "rcpt" : "data-end";
}

/** The server may have the message: its end is out, and was not thrown away unread. */
function isDotOut({ phase, hasRefusedChunk }: TransactionReplies): boolean {
  return (phase === "data-end" || phase === "done") && hasRefusedChunk !== true;
}
