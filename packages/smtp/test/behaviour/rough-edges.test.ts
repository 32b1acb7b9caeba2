import { generateKeyPairSync } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { PassThrough } from "node:stream";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { renderMessage } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { from: "ada@example.com", to: ["bob@example.org"], subject: "Edges", text: "body\n" };
const TO = { from: "ada@example.com", to: ["bob@example.org"] };

test("a stream that gives nothing is given up, and the client goes on", async () => {
  await using server = await recordingServer();
  await using smtp = testClient(server.port, { pool: { maxPerKey: 1 }, timeouts: { sourceMs: 50 } });
  const stuck = Array.from({ length: 4 }, () => {
    const attachments = [{ filename: "x", contentType: "a/b", content: new PassThrough() }];
    return smtp.send({ ...MESSAGE, attachments });
  });
  const next = smtp.send(MESSAGE);
  for (const result of await Promise.all(stuck)) {
    const error = { code: "timeout", message: expect.stringContaining("attachments[0].content") };
    expect(result).toMatchObject({ status: "not-sent", retryable: false, attempts: [{ error }] });
  }
  expect((await next).status).toBe("accepted");
});

test("streams that are stuck keep nobody else waiting, and go out once they come", async () => {
  await using server = await recordingServer();
  await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
  const streams = Array.from({ length: 12 }, () => new PassThrough());
  const stuck = streams.map((content) =>
    smtp.send({ ...MESSAGE, attachments: [{ filename: "x", contentType: "a/b", content }] }),
  );
  expect((await smtp.send(MESSAGE)).status).toBe("accepted");
  expect(server.stored).toHaveLength(1);
  for (const stream of streams) stream.end("late\n");
  for (const { status } of await Promise.all(stuck)) expect(status).toBe("accepted");
  expect(server.stored).toHaveLength(13);
});

test("what offers to leave a list by one click is signed", async () => {
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const keys = { domainName: "example.com", keySelector: "s", privateKey };
  const list = { unsubscribe: "https://example.com/leave", oneClick: true };
  for (const headerFieldNames of [undefined, "From:Subject"]) {
    const { bytes } = await renderMessage({ ...MESSAGE, list, dkim: { keys, headerFieldNames } });
    const signature = /^DKIM-Signature:(?:.|\r\n[ \t])*/m.exec(bytes.toString())?.[0] ?? "";
    const [, names = ""] = /\bh=([^;]*)/.exec(signature) ?? [];
    const signed = names.replaceAll(/\s/g, "").toLowerCase().split(":");
    expect(signed).toEqual(expect.arrayContaining(["from", "list-unsubscribe", "list-unsubscribe-post"]));
  }
});

describe("STARTTLS", () => {
  test("that is refused for now is not there: the message is not sent, and nobody slows down", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "starttls" ? "454 4.7.0 TLS not available" : undefined),
    });
    const options = { host: "127.0.0.1", port: server.port, security: "starttls" as const };
    await using smtp = testClient(server.port, { server: options });
    // Who slowed down would not ask the server a second time before this ends.
    for (const timeoutMs of [20_000, 20_000])
      expect(await smtp.send(MESSAGE, { timeoutMs })).toMatchObject({
        status: "not-sent",
        attempts: [{ phase: "starttls", error: { code: "tls" } }],
      });
  });

  test("on a port that waits for TLS ends with a hint", async () => {
    await using server = await recordingServer({
      at: (point) => (point === "greeting" ? { do: "silence" } : undefined),
    });
    await using smtp = testClient(server.port, { timeouts: { connectMs: 50 } });
    const { attempts } = await smtp.send(MESSAGE);
    expect(attempts[0]?.error?.message).toContain("the port may expect TLS at once");
  });
});

describe("a raw message", () => {
  test("whose Message-ID has no brackets gets no second one", async () => {
    const rendered = await renderMessage({ ...TO, raw: "Message-ID: 12345@example.com\r\n\r\nbody\r\n" });
    expect(rendered.messageId).toBe("12345@example.com");
    expect(rendered.bytes.toString()).toBe("Message-ID: 12345@example.com\r\n\r\nbody\r\n");
  });

  test.each(["just a text\r\n", "\r\njust a text\r\n"])(
    "without header fields stays a text: %j",
    async (raw) => {
      const { bytes, messageId } = await renderMessage({ ...TO, raw });
      expect(bytes.toString()).toBe(`Message-ID: ${messageId}\r\n\r\njust a text\r\n`);
    },
  );
});

test("bytes that the caller changes while another content is read go out as they were", async () => {
  const content = Buffer.from("before");
  const slow = new PassThrough();
  const attachments = [
    { filename: "a", contentType: "a/b", content },
    { filename: "b", contentType: "a/b", content: slow },
  ];
  const rendering = renderMessage({ ...MESSAGE, attachments });
  await until(() => slow.listenerCount("readable") > 0);
  content.fill("x");
  slow.end("end");
  expect((await rendering).bytes.toString()).toContain(Buffer.from("before").toString("base64"));
});

test("every command is published with its duration, and without its arguments", async () => {
  await using server = await recordingServer();
  await using smtp = testClient(server.port);
  const heard: unknown[] = [];
  const listener = (event: unknown): void => void heard.push(event);
  const commands = channel("mailwright:command");
  commands.subscribe(listener);
  await smtp.send(MESSAGE);
  commands.unsubscribe(listener);
  const durationMs = expect.any(Number);
  expect(heard).toMatchObject(
    ["MAIL", "RCPT", "DATA", "."].map((command) => ({ protocol: "smtp", command, durationMs })),
  );
});
