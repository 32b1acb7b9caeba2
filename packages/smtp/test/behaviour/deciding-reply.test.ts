import { describe, expect, test } from "vitest";
import { type Point, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org", "carol@example.org"], subject: "Reply", text: "body\n" };
const UNKNOWN = "550 5.1.1 User unknown";
const NOBODY = "503 5.5.1 Error: need RCPT command";

const servers = [
  { name: "with PIPELINING", capabilities: ["PIPELINING", "8BITMIME"], lmtp: false },
  { name: "without PIPELINING", capabilities: ["8BITMIME"], lmtp: false },
  { name: "over LMTP", capabilities: ["PIPELINING", "8BITMIME"], lmtp: true },
  { name: "over LMTP without PIPELINING", capabilities: ["8BITMIME"], lmtp: true },
];

interface Decided {
  readonly status: string;
  readonly code: string;
  readonly phase: string;
  readonly errorCode: string;
}

/** Sends to a server that answers as told, and expects everything that shows the deciding reply to agree. */
async function expectDecision(
  { capabilities, lmtp }: (typeof servers)[number],
  at: (point: Point, line: string) => string | undefined,
  { status, code, phase, errorCode }: Decided,
): Promise<void> {
  await using server = await recordingServer({ capabilities, lmtp, at });
  const lines: object[] = [];
  const debug = (fields: object, text: string): void => {
    if (text === "SMTP attempt ended") lines.push(fields);
  };
  const logger = { debug, info: () => {}, warn: () => {}, error: () => {} };
  await using smtp = testClient(server.port, { lmtp, logger });
  const { response, attempts, ...result } = await smtp.send(MESSAGE);
  expect(result).toMatchObject({ status, retryable: status === "deferred" });
  expect(response).toMatchObject({ code });
  expect(attempts).toMatchObject([{ phase, error: { code: errorCode, phase, server: response } }]);
  expect(attempts[0]?.error?.message).toContain(`(${phase}): ${code}`);
  expect(lines).toMatchObject([{ phase }]);
  expect(server.stored).toEqual([]);
}

describe.each(servers)("the deciding reply of a message, $name,", (server) => {
  test.each([
    NOBODY,
    "554 5.5.1 Error: no valid recipients",
    "451 4.3.0 later",
    "421 4.7.0 bye",
    "354 go on",
  ])("is that of the last recipient when all are refused, whatever DATA is answered: %s", async (data) => {
    const at = (point: Point): string | undefined =>
      point === "rcpt" ? UNKNOWN : point === "data" ? data : undefined;
    await expectDecision(server, at, {
      status: "rejected",
      code: "550",
      phase: "rcpt",
      errorCode: "rejected",
    });
  });

  test("is the temporary one when all recipients are refused and some for now", async () => {
    const at = (point: Point, line: string): string | undefined => {
      if (point === "rcpt") return line.includes("bob") ? "452 4.2.2 Mailbox full" : UNKNOWN;
      return point === "data" ? NOBODY : undefined;
    };
    await expectDecision(server, at, { status: "deferred", code: "452", phase: "rcpt", errorCode: "quota" });
  });

  test("is that of the sender when it is refused, whatever its recipients are answered", async () => {
    const at = (point: Point): string | undefined => {
      if (point === "mail") return "550 5.7.1 Not you";
      return point === "rcpt" ? "451 4.5.1 MAIL first" : point === "data" ? NOBODY : undefined;
    };
    await expectDecision(server, at, {
      status: "rejected",
      code: "550",
      phase: "mail",
      errorCode: "rejected",
    });
  });

  test("is that of DATA when a recipient was taken and the other refused for good", async () => {
    const at = (point: Point, line: string): string | undefined => {
      if (point === "rcpt") return line.includes("bob") ? UNKNOWN : undefined;
      return point === "data" ? "554 5.7.1 No, after all" : undefined;
    };
    await expectDecision(server, at, {
      status: "rejected",
      code: "554",
      phase: "data",
      errorCode: "rejected",
    });
  });

  test("is the last refusal when the content is refused after a recipient", async () => {
    const at = (point: Point, line: string): string | undefined => {
      if (point === "rcpt") return line.includes("carol") ? UNKNOWN : undefined;
      return point === "end" ? "554 5.7.1 Spam" : undefined;
    };
    await expectDecision(server, at, {
      status: "rejected",
      code: "554",
      phase: "data-end",
      errorCode: "rejected",
    });
  });
});
