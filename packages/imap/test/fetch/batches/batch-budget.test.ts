import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { BatchBudget, splitByWeight } from "../../../src/fetch/batches/batch-budget.js";
import { ImapClient } from "../../../src/index.js";
import { imapFixture } from "../../support/imap-fixture.js";
import { plainMessage } from "../../support/mime-samples.js";

const MIB = 1024 * 1024;

describe("a batch", () => {
  it("holds what fits, and what is heavier goes alone", () => {
    const budget = new BatchBudget(5);
    const weigh = (weight: number): number => weight;
    expect(budget.fill([1, 2, 3, 9], weigh)).toEqual({ count: 2, bytes: 3 });
    expect(budget.fill([3, 2, 1], weigh)).toEqual({ count: 2, bytes: 5 });
    expect(budget.fill([9, 1], weigh)).toEqual({ count: 1, bytes: 9 });
    expect(budget.fill([], weigh)).toEqual({ count: 0, bytes: 0 });
  });

  it("comes in pieces of what fits in, and what is heavier is one of its own", () => {
    const weigh = (weight: number): number => weight;
    expect(splitByWeight([1, 2, 3, 9, 1, 5], weigh, 5)).toEqual([[1, 2], [3], [9], [1], [5]]);
    expect(splitByWeight([], weigh, 5)).toEqual([]);
  });

  it("grows to the limit on a fast line, and never above it", () => {
    const budget = new BatchBudget(4 * MIB);
    const first = budget.bytes;
    budget.took(first, 20);
    expect(budget.bytes).toBe(4 * first);
    for (let n = 0; n < 3; n += 1) budget.took(budget.bytes, 20);
    expect(budget.bytes).toBe(4 * MIB);
  });

  it("is what a slow line carries in five seconds, and grows again when the line does", () => {
    const budget = new BatchBudget(4 * MIB);
    budget.took(500_000, 20_000);
    expect(budget.bytes).toBe(125_000);
    budget.took(125_000, 5000);
    expect(budget.bytes).toBe(125_000);
    budget.took(125_000, 1000);
    expect(budget.bytes).toBe(500_000);
  });

  it("is not made smaller by a round trip for little, and never tiny", () => {
    const budget = new BatchBudget(4 * MIB);
    const first = budget.bytes;
    budget.took(10, 3000);
    expect(budget.bytes).toBe(first);
    budget.took(10, 60_000);
    expect(budget.bytes).toBe(64 * 1024);
  });
});

const COUNT = 30;

it("messages come in few batches on a fast line", async () => {
  const asked = await askedAtOnce(undefined);
  expect(asked).toHaveLength(2);
});

it.runIf(process.env["MAILWRIGHT_LONG"] !== undefined)(
  "messages of a slow line come in batches of some seconds",
  async () => {
    const asked = await askedAtOnce(60_000);
    const [first = 0, ...others] = asked;
    expect(Math.max(...others)).toBeLessThan(first);
    console.log(`messages asked for at once at 60,000 octets a second: ${asked.join(", ")}`);
  },
);

/** How many of some messages, together more than a first batch, are asked for by each command. */
async function askedAtOnce(bytesPerSecond: number | undefined): Promise<readonly number[]> {
  const text = "A line of text that is as long as lines are.\r\n".repeat(1000);
  const messages = Array.from({ length: COUNT }, (_, n) => plainMessage(`Message ${n + 1}`, text));
  await using fixture = await imapFixture({ messages });
  await using proxy = await startFaultProxy({
    target: { host: "127.0.0.1", port: fixture.mail.imap.port },
    bytesPerSecond,
  });
  const asked: number[] = [];
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: proxy.port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
    transcript: ({ direction, text: line }) => {
      const uids = /UID FETCH (\S+) .*BODY\.PEEK\[\]/.exec(line)?.[1];
      if (direction === "client" && uids !== undefined) asked.push(countUids(uids));
    },
  });
  let read = 0;
  for await (const { source } of imap.messages("INBOX", { body: "full" })) {
    expect(source?.length).toBeGreaterThan(text.length - 1);
    read += 1;
  }
  expect(read).toBe(COUNT);
  expect(asked.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  return asked;
}

/** How many UIDs a set such as `1:4,7` has. */
function countUids(set: string): number {
  return set.split(",").reduce((sum, range) => {
    const [from = 0, to = from] = range.split(":").map(Number);
    return sum + to - from + 1;
  }, 0);
}
