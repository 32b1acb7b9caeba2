import type { ValidationProblem } from "@mailwright/core";
import { type MessageLimits, type ResolvedMessageLimits, resolveMessageLimits } from "./message-limits.js";
import type { OutgoingMessage } from "./outgoing-message.js";
import { ProblemList } from "./problem-list.js";
import { type MessageAddresses, validateAddresses } from "./validate-addresses.js";
import { validateContent } from "./validate-content.js";
import { validateHeaders } from "./validate-headers.js";

/** What is wrong with a message, all at once; empty when it can be sent. Reads no streams. */
export function validateMessage(
  message: OutgoingMessage,
  limits?: MessageLimits,
): readonly ValidationProblem[] {
  return checkMessage(message, resolveMessageLimits(limits)).problems;
}

/** The problems, and the addresses as far as they are sound. */
export function checkMessage(
  message: OutgoingMessage,
  limits: ResolvedMessageLimits,
): { readonly problems: readonly ValidationProblem[]; readonly addresses: MessageAddresses } {
  const problems = new ProblemList();
  const addresses = validateAddresses(message, limits, problems);
  validateHeaders(message, limits.maxSubjectCharacters, problems);
  validateContent(message, limits, problems);
  if (message.dsn?.originalRecipient !== undefined && addresses.envelope.to.length > 1) {
    problems.add("dsn.originalRecipient", "conflict", "is for messages with one recipient");
  }
  return { problems: problems.problems, addresses };
}
