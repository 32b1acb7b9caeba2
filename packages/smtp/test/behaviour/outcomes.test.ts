import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Outcome", text: "body\n" };

describe("the result of a send", () => {
  test("is partial when some recipients are refused, each with the server's reply", async () => {
    await using server = await recordingServer({
      at: (point, line) => {
        if (point !== "rcpt") return undefined;
        if (line.includes("carol")) return "550-5.1.1 The mailbox\n550 5.1.1 does not exist";
        return line.includes("dave") ? "452 4.2.2 mailbox full" : undefined;
      },
    });
    await using smtp = testClient(server.port);
    const result = await smtp.send({ ...MESSAGE, cc: "carol@example.org", bcc: "dave@example.org" });
    expect(result).toMatchObject({
      status: "partial",
      // Not as a whole: Bob has it.
      retryable: false,
      response: { code: "250" },
      recipients: [
        { address: "bob@example.org", status: "accepted", reply: { code: "250" } },
        {
          address: "carol@example.org",
          status: "rejected",
          reply: { code: "550", enhancedCode: "5.1.1", text: "The mailbox\ndoes not exist" },
        },
        { address: "dave@example.org", status: "deferred", reply: { code: "452", enhancedCode: "4.2.2" } },
      ],
    });
    expect(result.sentAt).toBeInstanceOf(Date);
    expect(server.stored).toMatchObject([{ to: ["bob@example.org"] }]);
  });

  test("is plain JSON when asked, errors included", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "end" ? "451 4.3.0 later" : undefined),
    });
    await using smtp = testClient(server.port);
    const result = await smtp.send(MESSAGE);
    const json: unknown = JSON.parse(JSON.stringify(result));
    expect(json).toMatchObject({
      status: "deferred",
      messageId: result.messageId,
      recipients: [
        { address: "bob@example.org", status: "deferred", reply: { code: "451", enhancedCode: "4.3.0" } },
      ],
      attempts: [
        { phase: "data-end", error: { code: "throttled", phase: "data-end", server: { code: "451" } } },
      ],
    });
  });

  test("lists every problem of an invalid message, and nothing goes out", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const result = await smtp.send({ to: ["x", "y"], text: "" });
    expect(result).toMatchObject({ status: "invalid", attempts: [], recipients: [], retryable: false });
    expect(result.problems.map(({ path }) => path)).toEqual(["to[0]", "to[1]", "subject"]);
    expect(server.connections).toBe(0);
  });

  test("says not-sent when an attachment's source fails, and no server heard of it", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const source = (async function* () {
      yield "half";
      throw new Error("source broke");
    })();
    const result = await smtp.send({
      ...MESSAGE,
      attachments: [{ filename: "x", contentType: "a/b", content: source }],
    });
    expect(result).toMatchObject({ status: "not-sent", retryable: false, attempts: [{ phase: "body" }] });
    expect(result.attempts[0]?.error?.message).toContain("source broke");
    expect(server.commands).toEqual([]);
  });

  test("is not-sent when the server's SIZE or extensions rule the message out", async () => {
    await using server = await recordingServer({ capabilities: ["SIZE 1000"] });
    await using smtp = testClient(server.port);
    const large = await smtp.send({ ...MESSAGE, text: "x\n".repeat(1_000) });
    expect(large).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ error: { code: "limit" } }],
    });
    const utf8 = await smtp.send({ ...MESSAGE, to: "bücher@example.org" });
    expect(utf8).toMatchObject({ status: "not-sent", attempts: [{ error: { code: "unsupported" } }] });
    const tls = await smtp.send({ ...MESSAGE, requireTls: true });
    expect(tls).toMatchObject({ status: "not-sent", attempts: [{ error: { code: "unsupported" } }] });
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(smtp.stats()).toMatchObject({ created: 1 });
  });
});

describe("a message that was rendered before", () => {
  test("goes out as it was rendered", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const attachments = [{ filename: "x", contentType: "a/b", content: Readable.from(["once"]) }];
    const rendered = await smtp.renderMessage({ ...MESSAGE, attachments });
    const result = await smtp.send(rendered);
    expect(result).toMatchObject({ status: "accepted", messageId: rendered.messageId });
    expect(server.stored[0]?.body).toBe(rendered.bytes.toString("latin1"));
  });

  test("is checked once more", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage(MESSAGE);
    const result = await smtp.send({
      ...rendered,
      recipients: ["a@example.org>\r\nRCPT TO:<evil@example.org"],
    });
    expect(result).toMatchObject({ status: "invalid", problems: [{ path: "envelope.to[0]" }] });
  });
});

describe("LMTP", () => {
  test("tells each recipient's own fate", async () => {
    await using server = await recordingServer({
      lmtp: true,
      at: (point, address) => {
        if (point === "rcpt" && address.includes("erin")) return "550 5.1.1 no";
        if (point === "end" && address.includes("carol")) return "552 5.2.2 over quota";
        return point === "end" && address.includes("dave") ? "451 4.2.0 locked" : undefined;
      },
    });
    await using smtp = testClient(server.port, { lmtp: true });
    const to = ["bob", "carol", "erin", "dave"].map((name) => `${name}@example.org`);
    const result = await smtp.send({ ...MESSAGE, to });
    expect(result.status).toBe("partial");
    expect(result.recipients.map(({ status, reply }) => [status, reply?.enhancedCode])).toEqual([
      ["accepted", "2.0.0"],
      ["rejected", "5.2.2"],
      ["rejected", "5.1.1"],
      ["deferred", "4.2.0"],
    ]);
    expect(server.commands[0]).toMatch(/^LHLO /);
  });
});
