import { describe, expect, test } from "vitest";
import { Transaction } from "../../src/transaction/transaction.js";
import { parseReply } from "../../src/wire/smtp-reply.js";

function inData(): { readonly transaction: Transaction; readonly nonsense: () => number } {
  const calls: string[] = [];
  const context = { context: { host: "mail.example.com", port: 25 }, isLmtp: false };
  const events = { onPhase: () => {}, onNonsense: () => void calls.push("nonsense") };
  const transaction = new Transaction(["bob@example.org"], context, events);
  transaction.expect("mail");
  transaction.expectRecipient("bob@example.org");
  transaction.expect("data");
  for (const reply of ["250 ok", "250 ok", "354 go"]) transaction.onReply(parseReply(reply));
  transaction.onBodyStart();
  return { transaction, nonsense: () => calls.length };
}

const statusOf = (transaction: Transaction): string | undefined =>
  transaction.conclude(undefined).recipients[0]?.status;

describe("a reply after 354", () => {
  test("is the answer to the dot once that has left", () => {
    const { transaction, nonsense } = inData();
    transaction.onEnd();
    transaction.onEndSent(true);
    transaction.onReply(parseReply("250 queued"));
    expect(statusOf(transaction)).toBe("accepted");
    expect(nonsense()).toBe(0);
  });

  test.each(["250 queued", "354 go", "hello"])("%j before the dot ends the connection: not-sent", (reply) => {
    const { transaction, nonsense } = inData();
    transaction.onReply(parseReply(reply));
    expect(statusOf(transaction)).toBe("not-sent");
    expect(nonsense()).toBe(1);
  });

  test.each(["250 queued", "550 no", "452 full"])(
    "%j while the dot is on its way ends the connection: unknown, whatever it says",
    (reply) => {
      const { transaction, nonsense } = inData();
      transaction.onEnd();
      transaction.onReply(parseReply(reply));
      transaction.onEndSent(true);
      expect(statusOf(transaction)).toBe("unknown");
      expect(nonsense()).toBe(1);
    },
  );

  test("that came in before the dot left and is heard after it ends the connection: unknown", () => {
    const { transaction, nonsense } = inData();
    transaction.onEnd();
    transaction.onEndSent(false);
    transaction.onReply(parseReply("250 queued"));
    expect(statusOf(transaction)).toBe("unknown");
    expect(nonsense()).toBe(1);
  });
});
