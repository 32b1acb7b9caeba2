import { expect, it } from "vitest";
import { MailboxReport } from "../../src/session/mailbox-report.js";
import { untaggedName } from "../../src/wire/wire-node.js";
import { readResponses } from "../support/read-responses.js";

function factsOf(...lines: readonly string[]): MailboxReport["facts"] {
  const report = new MailboxReport();
  const text = Buffer.from(lines.map((line) => `* ${line}\r\n`).join(""));
  for (const response of readResponses([text])) report.untagged[untaggedName(response)]?.(response);
  return report.facts;
}

it("what a server still says of the mailbox before is not taken for the one that is being opened", () => {
  const facts = factsOf(
    "9 EXISTS",
    "OK [UIDVALIDITY 6] of the other one",
    "OK [CLOSED] Previous mailbox closed.",
    "2 EXISTS",
    "OK [UIDNEXT 3] ok",
  );
  expect(facts).toMatchObject({ exists: 2, uidValidity: undefined, uidNext: 3 });
});

it("a mailbox that has lost its MODSEQs has none, and an empty one starts at none", () => {
  expect(factsOf("OK [HIGHESTMODSEQ 7] ok").highestModseq).toBe(7n);
  expect(factsOf("OK [HIGHESTMODSEQ 7] ok", "OK [NOMODSEQ] none").highestModseq).toBeUndefined();
  expect(factsOf("OK [HIGHESTMODSEQ 0] ok").highestModseq).toBeUndefined();
});

it("an id stands in parentheses, or without them", () => {
  expect(factsOf("OK [MAILBOXID (F2212ea87)] ok").mailboxId).toBe("F2212ea87");
  expect(factsOf("OK [MAILBOXID F2212ea87] ok").mailboxId).toBe("F2212ea87");
  // Cyrus, right after a RENAME.
  expect(factsOf("OK [MAILBOXID (\u0001C\u007fU\u0003)] ok").mailboxId).toBeUndefined();
});
