import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fixedBackoff, type TranscriptEntry } from "@mailwright/core";
import { expect, test } from "vitest";
import type { Content, OutgoingMessage } from "../../src/index.js";
import { smugglingEndings, smugglingText } from "../support/smuggling-endings.js";
import type { LiveServer, StartServer } from "./live-server.js";

type Sent = OutgoingMessage & { readonly messageId: string };

/** A message of its own to whoever is looked at. */
export function messageTo(
  to: string | readonly string[],
  change: Omit<OutgoingMessage, "messageId"> = {},
): Sent {
  return {
    to: typeof to === "string" ? [to] : to,
    subject: "Live — ünïcode",
    text: "Grüße\n.\n..dots\n",
    messageId: `<${randomUUID()}@example.test>`,
    date: new Date(),
    ...change,
  };
}

/** The verbs that a client said, in order. */
export function recorder(): {
  readonly verbs: string[];
  readonly transcript: (entry: TranscriptEntry) => void;
} {
  const verbs: string[] = [];
  const transcript = ({ direction, text }: TranscriptEntry): void => {
    if (direction === "client") verbs.push(text.split(" ", 1)[0] ?? "");
  };
  return { verbs, transcript };
}

/** What a server refuses, at each phase of a message, as it is told by the sender, the recipient or the subject. */
const REFUSALS: readonly (readonly [
  phase: string,
  status: "rejected" | "deferred",
  code: string,
  change: (server: LiveServer) => Omit<OutgoingMessage, "messageId">,
])[] = [
  ["mail", "rejected", "550", () => ({ from: "refused@example.test" })],
  ["rcpt", "rejected", "554", ({ recipients }) => ({ to: recipients.blocked })],
  ["rcpt", "deferred", "451", ({ recipients }) => ({ to: recipients.deferred })],
  ["data", "rejected", "554", () => ({ from: "nodata@example.test" })],
  ["data-end", "rejected", "550", () => ({ subject: "FILTERME" })],
];

/** What holds on every server that delivers. */
export function delivers(start: StartServer): void {
  test("stores the bytes that were rendered, over STARTTLS and over TLS", async () => {
    await using server = await start();
    for (const options of [{}, { server: server.implicitTls }]) {
      await using smtp = server.client(options);
      const sent = messageTo(server.to, {
        html: "<p>Grüße</p>",
        attachments: [
          { filename: "ü.bin", contentType: "application/octet-stream", content: Buffer.alloc(70_000, 7) },
        ],
      });
      const { bytes } = await smtp.renderMessage(sent);
      const result = await smtp.send(sent);
      expect(result).toMatchObject({
        status: "accepted",
        messageId: sent.messageId,
        serverMessageId: expect.stringMatching(/^[\w-]+$/),
      });
      const [stored] = await server.delivered(sent.messageId);
      expect(stored?.subarray(-bytes.length).equals(bytes)).toBe(true);
    }
  });

  test("reports TLS, capabilities and mechanisms, and what it says of an address", async () => {
    await using server = await start();
    await using smtp = server.client();
    const report = await smtp.testConnection({ address: server.to });
    expect(report).toMatchObject({ ok: true, security: "starttls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toEqual(
      expect.arrayContaining(["PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING"]),
    );
    expect(report.authMechanisms).toContain("PLAIN");
  });

  test("lets its user in by every mechanism on offer, and nobody with a wrong password", async () => {
    await using server = await start();
    const { authMechanisms } = await server.client().testConnection();
    for (const authMethod of ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] as const) {
      if (!authMechanisms.includes(authMethod)) continue;
      await using smtp = server.client({ authMethod });
      expect(await smtp.testConnection(), authMethod).toMatchObject({ ok: true });
      await using wrong = server.client({
        authMethod,
        credentials: { user: server.user.user, password: "wrong" },
      });
      expect(await wrong.send(messageTo(server.to)), authMethod).toMatchObject({
        status: "not-sent",
        retryable: false,
        attempts: [{ phase: "auth", error: { code: "authentication" } }],
      });
    }
  });

  test("refuses some recipients and takes the others", async () => {
    await using server = await start();
    await using smtp = server.client();
    const { unknown, blocked, deferred } = server.recipients;
    const sent = messageTo([server.to, unknown, blocked, deferred]);
    const result = await smtp.send(sent);
    expect(result.status).toBe("partial");
    expect(result.recipients).toMatchObject([
      { status: "accepted", reply: { code: "250" } },
      { status: "rejected", reply: { code: "550", enhancedCode: "5.1.1" } },
      { status: "rejected", reply: { code: "554", enhancedCode: "5.7.1" } },
      { status: "deferred", reply: { code: "451", enhancedCode: "4.3.0" } },
    ]);
    expect(await server.delivered(sent.messageId)).toHaveLength(1);
    expect((await smtp.send(messageTo(unknown))).status).toBe("rejected");
    expect((await smtp.send(messageTo(deferred))).status).toBe("deferred");
    expect((await smtp.send(messageTo(server.to))).status).toBe("accepted");
    expect(smtp.stats().created).toBe(1);
  });

  for (const chunking of [true, false]) {
    for (const [phase, status, code, change] of REFUSALS) {
      test(`refuses at ${phase} with ${code}, by ${chunking ? "BDAT" : "DATA"}, and takes what comes before and after it`, async (context) => {
        await using server = await start();
        if (phase === "data" && chunking && !server.checksBeforeChunks)
          return context.skip("not before a chunk");
        const { verbs, transcript } = recorder();
        await using smtp = server.client({ chunking, pool: { maxPerKey: 1 }, transcript });
        const mark = randomUUID();
        const messages = [{}, change(server), {}].map((more) =>
          messageTo(server.to, { text: mark, ...more }),
        );
        const results = await Promise.all(messages.map((one) => smtp.send(one)));
        expect(results.map((result) => result.status)).toEqual(["accepted", status, "accepted"]);
        expect(results[1]?.recipients.map(({ reply }) => reply?.code)).toEqual([code]);
        expect(results[1]?.attempts.at(-1)?.error?.phase).toBe(
          chunking && phase === "data" ? "data-end" : phase,
        );
        expect(results.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
        expect(verbs.includes("BDAT")).toBe(chunking);
        expect(await server.delivered(mark, 2)).toHaveLength(2);
      });
    }
  }

  test("greylists at first and takes the message from the retry, once", async () => {
    await using server = await start();
    await using smtp = server.client({ retry: { attempts: 6, backoff: fixedBackoff([1_000]) } });
    const sent = messageTo([server.greylisted(randomUUID().slice(0, 8)), server.to]);
    const result = await smtp.send(sent);
    expect(result).toMatchObject({ status: "accepted" });
    expect(result.attempts.length).toBeGreaterThan(1);
    await sleep(300);
    expect(await server.delivered(sent.messageId)).toHaveLength(1);
  });

  test("names its size limit, and the message does not even start", async () => {
    await using server = await start();
    await using smtp = server.client();
    const { maxMessageBytes } = server;
    const content = Buffer.alloc(maxMessageBytes);
    const attachments = [{ filename: "big", contentType: "application/octet-stream", content }];
    const limits = { maxAttachmentBytes: 2 * maxMessageBytes, maxAttachmentsBytes: 2 * maxMessageBytes };
    await using roomy = server.client({ limits });
    expect(await roomy.send(messageTo(server.to, { attachments }))).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ error: { code: "limit" } }],
    });
    expect((await smtp.send(messageTo(server.to))).status).toBe("accepted");
  });

  test("takes no more than so many recipients at a time; the others follow", async () => {
    await using server = await start("recipients");
    await using smtp = server.client({ retry: { attempts: 4, backoff: fixedBackoff([10]) } });
    const to = ["one", "two", "three", "four", "five"].map((name) => `${name}@discard.test`);
    const result = await smtp.send(messageTo(to));
    expect(result.recipients.map(({ status }) => status)).toEqual(to.map(() => "accepted"));
    expect(result.attempts).toHaveLength(3);
    expect(result.attempts[0]?.error).toMatchObject({ phase: "rcpt", server: { code: "452" } });
  });

  test("limits connections, and the messages queue until all are through", { timeout: 120_000 }, async () => {
    await using server = await start("connections");
    await using smtp = server.client({ pool: { maxPerKey: 6 } });
    // A refusal counts as a limit only while a connection is open: without it, a host that will not talk at all.
    await smtp.connect();
    // So large that some still wait when the server refuses the third connection.
    const content = Buffer.alloc(6_000_000);
    const large = { filename: "large.bin", contentType: "application/octet-stream", content };
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        smtp.send(messageTo(server.recipients.discarded, { attachments: [large] })),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(smtp.stats().effectiveCap).toBeLessThanOrEqual(2);
  });

  test("finds one message in each of the smuggling bodies", { timeout: 120_000 }, async () => {
    await using server = await start();
    await using smtp = server.client();
    const forms: readonly ((text: string) => Content)[] = [
      (text) => text,
      (text) => Buffer.from(text),
      (text) => Readable.from([Buffer.from(text)]),
      (text) => Readable.from(Array.from(Buffer.from(text), (byte) => Buffer.of(byte))),
    ];
    const sent: string[] = [];
    const mark = randomUUID();
    for (const ending of smugglingEndings) {
      for (const form of forms) {
        const one = messageTo(server.to, { text: form(`${mark}\n${smugglingText(ending)}`) });
        sent.push(one.messageId);
        expect((await smtp.send(one)).status).toBe("accepted");
      }
    }
    expect(sent).toHaveLength(44);
    const stored = await server.delivered(mark, sent.length);
    expect(stored).toHaveLength(sent.length);
    for (const id of sent) expect(stored.filter((bytes) => bytes.includes(id))).toHaveLength(1);
    const evil = await server.delivered("\r\nSubject: evil\r\n\r\nevil", 0);
    for (const bytes of evil) expect(bytes.includes(mark)).toBe(true);
  });

  test("takes a queue in chunks, each message once and with its own envelope", {
    timeout: 120_000,
  }, async () => {
    await using server = await start();
    const { verbs, transcript } = recorder();
    await using smtp = server.client({ pool: { maxPerKey: 1 }, transcript });
    const mark = randomUUID();
    const sent = Array.from({ length: 20 }, (_, n) =>
      messageTo(server.to, { text: `${mark}\n.\nQUIT\n${"x".repeat(n * 40)}\n` }),
    );
    const results = await Promise.all(sent.map((one) => smtp.send(one)));
    expect(results.map(({ status }) => status)).toEqual(sent.map(() => "accepted"));
    const count = (verb: string): number => verbs.filter((one) => one === verb).length;
    expect(count("BDAT")).toBeGreaterThanOrEqual(18);
    expect(count("BDAT") + count("DATA")).toBe(20);
    const stored = await server.delivered(mark, sent.length);
    expect(stored).toHaveLength(sent.length);
    for (const { messageId } of sent)
      expect(stored.filter((bytes) => bytes.includes(messageId))).toHaveLength(1);
  });

  test("is sent to by DATA where it does not announce CHUNKING", async () => {
    await using server = await start("extensions");
    const { verbs, transcript } = recorder();
    await using smtp = server.client({ pool: { maxPerKey: 1 }, transcript, chunking: true });
    const sent = Array.from({ length: 5 }, () => messageTo(server.to, { subject: "Live", text: "ascii\n" }));
    const results = await Promise.all(sent.map((one) => smtp.send(one)));
    expect(results.map(({ status }) => status)).toEqual(sent.map(() => "accepted"));
    expect(verbs).not.toContain("BDAT");
    for (const { messageId } of sent) expect(await server.delivered(messageId)).toHaveLength(1);
  });

  test("takes bulk through sendAll", { timeout: 120_000 }, async () => {
    await using server = await start();
    await using smtp = server.client({ pool: { maxPerKey: 4 } });
    const source = (function* () {
      for (let n = 0; n < 100; n++) yield messageTo(server.recipients.discarded);
    })();
    let accepted = 0;
    for await (const { status } of smtp.sendAll(source)) if (status === "accepted") accepted += 1;
    expect(accepted).toBe(100);
    expect(smtp.stats().created).toBeLessThanOrEqual(4);
  });
}
