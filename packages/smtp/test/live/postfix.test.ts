import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fixedBackoff } from "@mailwright/core";
import { describe, expect, test } from "vitest";
import type { Content, OutgoingMessage } from "../../src/index.js";
import { smugglingEndings, smugglingText } from "../support/smuggling-endings.js";
import { ca, delivered, live, liveClient, liveUser } from "./live-environment.js";

const oscar = liveUser("oscar");
const nina = liveUser("nina");

function message(
  change: Omit<OutgoingMessage, "messageId"> = {},
): OutgoingMessage & { readonly messageId: string } {
  return {
    to: [nina.address],
    subject: "Live — ünïcode",
    text: "Grüße\n.\n..dots\n",
    messageId: `<${randomUUID()}@example.test>`,
    date: new Date(),
    ...change,
  };
}

describe("Postfix delivering into Dovecot", () => {
  test("stores the bytes that were rendered, over STARTTLS and over TLS", async () => {
    for (const server of [
      { host: "localhost", port: live.smtp.port, security: "starttls", tls: { ca } },
      { host: "localhost", port: live.smtp.tlsPort, security: "tls", tls: { ca } },
    ] as const) {
      await using smtp = liveClient("oscar", { server });
      const sent = message({
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
        serverMessageId: expect.stringMatching(/^\w+$/),
      });
      const [stored] = await delivered("nina", sent.messageId);
      expect(stored?.subarray(-bytes.length).equals(bytes)).toBe(true);
    }
  });

  test("reports TLS, capabilities and mechanisms, and what it says of an address", async () => {
    await using smtp = liveClient("oscar");
    const report = await smtp.testConnection({ address: nina.address });
    expect(report).toMatchObject({ ok: true, security: "starttls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toEqual(expect.arrayContaining(["PIPELINING", "8BITMIME", "SMTPUTF8"]));
    expect(report.authMechanisms).toContain("PLAIN");
    expect(report.verification?.code).toBe("252");
  });

  test("logs in by every mechanism on offer, also with an awkward password", async () => {
    const { authMechanisms } = await liveClient("oscar").testConnection();
    for (const authMethod of ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] as const) {
      if (!authMechanisms.includes(authMethod)) continue;
      await using smtp = liveClient("xenia", { authMethod });
      expect(await smtp.testConnection(), authMethod).toMatchObject({ ok: true });
    }
    for (const authMethod of ["XOAUTH2", "OAUTHBEARER"] as const) {
      if (!authMechanisms.includes(authMethod)) continue;
      const { user, accessToken, expiredToken } = oscar;
      await using smtp = liveClient("oscar", { authMethod, credentials: { user, accessToken } });
      expect(await smtp.testConnection(), authMethod).toMatchObject({ ok: true });
      const credentials = ({ refresh }: { refresh: boolean }): { user: string; accessToken: string } => ({
        user,
        accessToken: refresh ? accessToken : expiredToken,
      });
      await using refreshing = liveClient("oscar", { authMethod, credentials });
      expect((await refreshing.send(message())).status, authMethod).toBe("accepted");
    }
  });

  test("refuses a wrong password before anything is sent", async () => {
    await using smtp = liveClient("oscar", { credentials: { user: "oscar", password: "wrong" } });
    expect(await smtp.send(message())).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ phase: "auth", error: { code: "authentication" } }],
    });
  });

  test("refuses some recipients and takes the others", async () => {
    await using smtp = liveClient("oscar");
    const { unknown, blocked, alwaysDeferred } = live.recipients;
    const sent = message({ to: [nina.address, unknown, blocked, alwaysDeferred] });
    const result = await smtp.send(sent);
    expect(result.status).toBe("partial");
    expect(result.recipients.map(({ status, reply }) => [status, reply?.code, reply?.enhancedCode])).toEqual([
      ["accepted", "250", "2.0.0"],
      ["rejected", "550", "5.1.1"],
      ["rejected", "554", "5.7.1"],
      ["deferred", "451", "4.3.0"],
    ]);
    expect(await delivered("nina", sent.messageId)).toHaveLength(1);
    expect((await smtp.send(message({ to: [unknown] }))).status).toBe("rejected");
    expect((await smtp.send(message({ to: [alwaysDeferred] }))).status).toBe("deferred");
    expect((await smtp.send(message())).status).toBe("accepted");
    expect(smtp.stats().created).toBe(1);
  });

  test("greylists at first and takes the message from the retry, once", async () => {
    await using smtp = liveClient("oscar", { retry: { attempts: 6, backoff: fixedBackoff([1_000]) } });
    const to = live.recipients.greylisted.replace("@", `+${randomUUID().slice(0, 8)}@`);
    const sent = message({ to: [to, nina.address] });
    const result = await smtp.send(sent);
    expect(result).toMatchObject({ status: "accepted" });
    expect(result.attempts.length).toBeGreaterThan(1);
    expect(await delivered("peggy", sent.messageId)).toHaveLength(1);
    await sleep(300);
    expect(await delivered("nina", sent.messageId)).toHaveLength(1);
  });

  test("names its size limit, and the message does not even start", async () => {
    await using smtp = liveClient("oscar");
    const attachments = [
      {
        filename: "big",
        contentType: "application/octet-stream",
        content: Buffer.alloc(live.smtp.maxMessageBytes),
      },
    ];
    const large = {
      limits: {
        maxAttachmentBytes: 2 * live.smtp.maxMessageBytes,
        maxAttachmentsBytes: 2 * live.smtp.maxMessageBytes,
      },
    };
    await using roomy = liveClient("oscar", large);
    expect(await roomy.send(message({ attachments }))).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ error: { code: "limit" } }],
    });
    expect((await smtp.send(message())).status).toBe("accepted");
  });

  test("sends to a server without extensions, and over LMTP", async () => {
    await using plain = liveClient("oscar", {
      server: {
        host: "localhost",
        port: live.smtpVariants["minimal"]?.port ?? 0,
        security: "starttls",
        tls: { ca },
      },
    });
    expect((await plain.send(message())).status).toBe("accepted");
    await using lmtp = liveClient("oscar", {
      server: { host: "127.0.0.1", port: live.smtp.lmtpPort, security: "none" },
      credentials: undefined,
      lmtp: true,
    });
    const sent = message({ to: [nina.address, live.recipients.unknown, oscar.address] });
    const result = await lmtp.send(sent);
    expect(result.recipients.map(({ status }) => status)).toEqual(["accepted", "rejected", "accepted"]);
    expect(await delivered("nina", sent.messageId)).toHaveLength(1);
  });

  test("limits connections, and the messages queue until all are through", { timeout: 60_000 }, async () => {
    await using smtp = liveClient("oscar", {
      server: {
        host: "localhost",
        port: live.smtpVariants["strict"]?.port ?? 0,
        security: "starttls",
        tls: { ca },
      },
      pool: { maxPerKey: 6 },
    });
    // A refusal counts as a limit only while a connection is open: without it, a host that will not talk at all.
    await smtp.connect();
    // So large that some still wait when the server refuses the third connection.
    const large = {
      filename: "large.bin",
      contentType: "application/octet-stream",
      content: Buffer.alloc(6_000_000),
    };
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        smtp.send(message({ to: [live.recipients.discarded], attachments: [large] })),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(smtp.stats().effectiveCap).toBeLessThanOrEqual(2);
  });

  test("finds one message in each of the smuggling bodies", { timeout: 120_000 }, async () => {
    await using smtp = liveClient("oscar");
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
        const one = message({ text: form(`${mark}\n${smugglingText(ending)}`) });
        sent.push(one.messageId);
        expect((await smtp.send(one)).status).toBe("accepted");
      }
    }
    expect(sent).toHaveLength(44);
    const stored = await delivered("nina", mark, sent.length);
    expect(stored).toHaveLength(sent.length);
    for (const id of sent) expect(stored.filter((bytes) => bytes.includes(id))).toHaveLength(1);
    const evil = await delivered("nina", "\r\nSubject: evil\r\n\r\nevil", 0);
    for (const bytes of evil) expect(bytes.includes(mark)).toBe(true);
  });

  test("takes a queue in chunks, each message once and with its own envelope", {
    timeout: 60_000,
  }, async () => {
    const lines: string[] = [];
    const transcript = ({ direction, text }: { direction: string; text: string }): void => {
      if (direction === "client") lines.push(text.split(" ", 1)[0] ?? "");
    };
    await using smtp = liveClient("oscar", { pool: { maxPerKey: 1 }, transcript });
    const mark = randomUUID();
    const sent = Array.from({ length: 20 }, (_, n) =>
      message({ text: `${mark}\n.\nQUIT\n${"x".repeat(n * 40)}\n` }),
    );
    const results = await Promise.all(sent.map((one) => smtp.send(one)));
    expect(results.map(({ status }) => status)).toEqual(sent.map(() => "accepted"));
    const count = (verb: string): number => lines.filter((line) => line === verb).length;
    expect(count("BDAT")).toBeGreaterThanOrEqual(18);
    expect(count("BDAT") + count("DATA")).toBe(20);
    const stored = await delivered("nina", mark, sent.length);
    expect(stored).toHaveLength(sent.length);
    for (const { messageId } of sent)
      expect(stored.filter((bytes) => bytes.includes(messageId))).toHaveLength(1);
  });

  test("takes bulk through sendAll", { timeout: 60_000 }, async () => {
    await using smtp = liveClient("oscar", { pool: { maxPerKey: 4 } });
    const source = (function* () {
      for (let n = 0; n < 100; n++) yield message({ to: [live.recipients.discarded] });
    })();
    let accepted = 0;
    for await (const { status } of smtp.sendAll(source)) if (status === "accepted") accepted += 1;
    expect(accepted).toBe(100);
    expect(smtp.stats().created).toBeLessThanOrEqual(4);
  });
});
