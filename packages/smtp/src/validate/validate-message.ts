import type { ValidationProblem } from "@mailwright/core";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import {
  type MessageLimits,
  type ResolvedMessageLimits,
  resolveMessageLimits,
} from "../message/message-limits.js";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import { ProblemList } from "./problem-list.js";
import { type MessageAddresses, validateAddresses } from "./validate-addresses.js";
import { validateContent } from "./validate-content.js";
import { validateHeaders } from "./validate-headers.js";
import { validateShape } from "./validate-shape.js";

/** Of a message that cannot be looked into. */
const NO_ADDRESSES: MessageAddresses = {
  from: undefined,
  sender: undefined,
  to: [],
  cc: [],
  replyTo: [],
  envelope: { from: "", to: [] },
  needsUtf8: false,
};

/** What is wrong with a message, all at once; empty when it can be sent. Reads no streams. */
export function validateMessage(
  message: OutgoingMessage,
  limits?: MessageLimits,
): readonly ValidationProblem[] {
  const missing = missingMessage(message);
  return missing.length > 0 ? missing : checkMessage(message, resolveMessageLimits(limits)).problems;
}

/** Throws {@link InvalidMessageError} for what is no message at all, which callers without types may pass. */
export function requireObject(message: unknown): void {
  const problems = missingMessage(message);
  if (problems.length > 0) throw new InvalidMessageError(problems);
}

/** The problems, and the addresses as far as they are sound. `from` is the sender when the message names none. */
export function checkMessage(
  message: OutgoingMessage,
  limits: ResolvedMessageLimits,
  from: OutgoingMessage["from"] = message.from,
): { readonly problems: readonly ValidationProblem[]; readonly addresses: MessageAddresses } {
  const problems = new ProblemList();
  validateShape(message, problems);
  if (problems.problems.some(({ code }) => code === "type" || code === "required"))
    return { problems: problems.problems, addresses: NO_ADDRESSES };
  const addresses = validateAddresses(message, from, limits, problems);
  validateHeaders(message, limits.maxSubjectCharacters, problems);
  validateContent(message, limits, problems);
  if (message.dsn?.originalRecipient !== undefined && addresses.envelope.to.length > 1) {
    problems.add("dsn.originalRecipient", "conflict", "is for messages with one recipient");
  }
  return { problems: problems.problems, addresses };
}

function missingMessage(message: unknown): readonly ValidationProblem[] {
  if (typeof message === "object" && message !== null) return [];
  const problems = new ProblemList();
  problems.add("message", "required", "is no object such as { from, to, subject, text }");
  return problems.problems;
}
