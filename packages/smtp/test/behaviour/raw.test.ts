import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type Content, type OutgoingMessage, validateMessage } from "../../src/index.js";
import { type RecordingServer, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const TO = { to: ["bob@example.org"] };
const HEAD = "Message-ID: <raw@example.com>\r\nSubject: Raw\r\n";
const BODY_8BIT = `${HEAD}\r\nGrüße\r\n`;

const mailCommands = ({ commands }: RecordingServer): string[] =>
  commands.filter((line) => line.startsWith("MAIL"));

/** What is no text in the recorder's own coding. */
const wire = (text: string): string => Buffer.from(text).toString("latin1");

describe("a raw message with 8-bit bytes in its body", () => {
  test("is announced as such and arrives byte for byte", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    expect((await smtp.send({ ...TO, raw: BODY_8BIT })).status).toBe("accepted");
    expect(mailCommands(server)).toEqual([
      expect.stringMatching(/^MAIL FROM:<ada@example\.com> BODY=8BITMIME/),
    ]);
    expect(mailCommands(server)[0]).not.toContain("SMTPUTF8");
    expect(server.stored[0]?.body).toBe(wire(BODY_8BIT));
  });

  test("does not go to a server without 8BITMIME, which could damage it; other messages do", async () => {
    await using server = await recordingServer({ capabilities: ["PIPELINING", "SMTPUTF8"] });
    await using smtp = testClient(server.port, { retry: { attempts: 3 } });
    expect(await smtp.send({ ...TO, raw: BODY_8BIT })).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ error: { code: "unsupported", message: expect.stringContaining("8BITMIME") } }],
    });
    expect((await smtp.send({ ...TO, raw: `${HEAD}\r\nHello\r\n` })).status).toBe("accepted");
    expect((await smtp.send({ ...TO, subject: "Grüße", text: "Grüße\n" })).status).toBe("accepted");
    expect(mailCommands(server)).toHaveLength(2);
    expect(server.connections).toBe(1);
  });
});

const UTF8_HEADERS: Readonly<Record<string, OutgoingMessage>> = {
  "a raw message": { ...TO, raw: `${HEAD}From: Jürgen <ada@example.com>\r\n\r\nHello\r\n` },
  "an author": {
    ...TO,
    from: "jürgen@example.com",
    envelope: { from: "a@example.com" },
    subject: "x",
    text: "x",
  },
  "an address for replies": { ...TO, replyTo: "jürgen@example.com", subject: "x", text: "x" },
  "a recipient who is not in the envelope": {
    to: "jürgen@example.org",
    envelope: { to: ["bob@example.org"] },
    subject: "x",
    text: "x",
  },
};

describe("UTF-8 in the header fields alone", () => {
  test.each(Object.entries(UTF8_HEADERS))("of %s asks for SMTPUTF8", async (_name, message) => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    expect((await smtp.send(message)).status).toBe("accepted");
    expect((await smtp.send({ ...TO, subject: "Plain", text: "x" })).status).toBe("accepted");
    const [asked, plain] = mailCommands(server);
    expect(asked).toMatch(/^MAIL FROM:<\w+@example\.com> .*\bSMTPUTF8\b/);
    expect(plain).not.toContain("SMTPUTF8");
    expect(server.stored[0]?.body).toContain(wire("ürgen"));
    expect(server.connections).toBe(1);
  });

  test.each(Object.entries(UTF8_HEADERS))(
    "of %s does not go to a server without it",
    async (_name, message) => {
      await using server = await recordingServer({ capabilities: ["PIPELINING", "8BITMIME"] });
      await using smtp = testClient(server.port, { retry: { attempts: 3 } });
      expect(await smtp.send(message)).toMatchObject({
        status: "not-sent",
        retryable: false,
        attempts: [{ error: { code: "unsupported", message: expect.stringContaining("SMTPUTF8") } }],
      });
      expect(mailCommands(server)).toEqual([]);
    },
  );

  test("and in the envelope asks once", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    await smtp.send({ to: "jürgen@example.org", subject: "x", text: "x" });
    expect(mailCommands(server)[0]?.match(/SMTPUTF8/g)).toHaveLength(1);
  });
});

const FORMS: Readonly<Record<string, (text: string) => Content>> = {
  "a string": (text) => text,
  "a stream of single bytes": (text) =>
    Readable.from(Array.from(Buffer.from(text), (byte) => Buffer.of(byte))),
};

describe("a rendered message that comes back as plain data", () => {
  const smuggler =
    "Message-ID: <raw@example.com>\r\nBcc: eve@example.org\r\nSubject: Raw\r\n\r\nHello\r\n.\r\nMAIL FROM:<ceo@example.com>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nSubject: evil\r\n\r\nevil\r\n";

  test("is stuffed, and loses its Bcc field, as if nothing had happened to it", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage({ ...TO, subject: "x", text: "x" });
    const stored = { ...structuredClone(rendered), bytes: new Uint8Array(Buffer.from(smuggler)) };
    const result = await smtp.send(stored as never);
    expect(result.status).toBe("accepted");
    expect(server.stored).toHaveLength(1);
    expect(server.stored[0]?.body).toBe(smuggler.replace("Bcc: eve@example.org\r\n", ""));
    expect(server.commands.filter((line) => line.includes("ceo"))).toEqual([]);
  });

  test("is sent as it was checked, whatever becomes of its bytes meanwhile", async () => {
    await using server = await recordingServer({
      at: (point) => {
        if (point === "data") for (const bytes of [own, raw]) bytes.fill(".\r\n.");
        return undefined;
      },
    });
    await using smtp = testClient(server.port);
    const text = "Message-ID: <raw@example.com>\r\n\r\nHello\r\n";
    const raw = Buffer.from(text);
    const rendered = await smtp.renderMessage({ ...TO, raw: text });
    const own = rendered.bytes;
    expect((await smtp.send(rendered)).status).toBe("accepted");
    raw.write(text);
    expect((await smtp.send({ ...TO, raw })).status).toBe("accepted");
    expect(server.stored.map(({ body }) => body)).toEqual([text, text]);
  });

  test.each([
    ["bytes that are none", { bytes: JSON.parse(JSON.stringify(Buffer.from("x"))) as unknown }, "bytes"],
    ["a dsn that is none", { dsn: { envelopeId: "x\r\nRCPT TO:<eve@example.org>" } }, "dsn.envelopeId"],
  ])("is invalid with %s", async (_name, change, path) => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage({ ...TO, subject: "x", text: "x" });
    const result = await smtp.send({ ...rendered, ...change } as never);
    expect(result).toMatchObject({ status: "invalid", problems: [{ path }] });
    expect(server.connections).toBe(0);
  });
});

describe("a Bcc field in a raw message", () => {
  const rest = "Message-ID: <raw@example.com>\r\nSubject: Raw\r\nX-Bcc: stays\r\n";
  const body = "\r\nBcc: in the body stays\r\n";
  test.each([
    ["as the first field", `Bcc: eve@example.org\r\n${rest}`],
    ["as the last field", `${rest}Bcc: eve@example.org\r\n`],
    ["in another case", `${rest}bCC:eve@example.org\r\nBCC: mallory@example.org\r\n`],
    ["folded", `Bcc: eve@example.org,\r\n mallory@example.org,\r\n\t<eve@example.com>\r\n${rest}`],
    ["folded before its colon", `${rest}Bcc \r\n : eve@example.org\r\n`],
    ["of a message sent on", `${rest}Resent-Bcc: eve@example.org\r\nresent-bcc :\r\n eve@example.com\r\n`],
    ["that is empty", `${rest}Bcc:\r\nBcc: \r\n`],
  ])("%s never goes out, and nothing else is touched", async (_name, head) => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const message = `${head}${body}`;
    for (const make of Object.values(FORMS)) {
      for (const text of [message, message.replaceAll("\r\n", "\n")]) {
        const result = await smtp.send({ ...TO, raw: make(text) });
        expect(result).toMatchObject({ status: "accepted", recipients: [{ address: "bob@example.org" }] });
        expect(server.stored.at(-1)?.body).toBe(rest + body);
      }
    }
    expect(server.commands.filter((line) => /eve|mallory/.test(line))).toEqual([]);
  });

  test("is not in what renderMessage() gives, and put back for a Sent copy it is taken off again", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage({ ...TO, raw: `Bcc: eve@example.org\r\n${rest}${body}` });
    expect(rendered.bytes.toString()).toBe(rest + body);
    const bytes = Buffer.concat([Buffer.from("Bcc: bob@example.org\r\n"), rendered.bytes]);
    expect((await smtp.send({ ...rendered, bytes })).status).toBe("accepted");
    expect(server.stored[0]?.body).toBe(rest + body);
  });

  test("alone leaves a message without header fields", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const { messageId } = await smtp.send({ ...TO, raw: "Bcc: eve@example.org" });
    expect(server.stored[0]?.body).toBe(`Message-ID: ${messageId}\r\n`);
  });
});

describe("bytes that SMTP does not carry", () => {
  const long = `${HEAD}\r\n${"x".repeat(999)}\r\nshort\r\n`;
  const latin1 = Buffer.from(`${HEAD}X-Name: Jürgen\r\n\r\nHello\r\n`, "latin1");
  test.each<[string, string | Buffer, string[]]>([
    ["a line of 999 octets", long, ["line-too-long"]],
    ["a last line of 999 octets without an end", long.replace("\r\nshort\r\n", ""), ["line-too-long"]],
    ["a header field of 999 octets", `X-Long: ${"x".repeat(991)}\n\nbody`, ["line-too-long"]],
    ["NUL", `${HEAD}\r\na\0b\r\n`, ["nul"]],
    ["a header field in Latin-1", latin1, ["header-encoding"]],
    [
      "all of them",
      Buffer.concat([Buffer.from("X: \xff\0", "latin1"), Buffer.from(long)]),
      ["line-too-long", "nul", "header-encoding"],
    ],
    ["lines of 998 octets", `${HEAD}\r\n${`${"ü".repeat(499)}\r\n`.repeat(5)}`, []],
    ["Latin-1 in the body", Buffer.from(`${HEAD}\r\nJürgen\r\n`, "latin1"), []],
  ])("such as %s are found before anything is sent", async (_name, raw, codes) => {
    const message = { from: "ada@example.com", ...TO, raw };
    expect(validateMessage(message).map(({ path, code }) => [path, code])).toEqual(
      codes.map((code) => ["raw", code]),
    );
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    for (const content of [raw, Readable.from([Buffer.from(raw)])]) {
      const result = await smtp.send({ ...message, raw: content });
      expect(result.status).toBe(codes.length === 0 ? "accepted" : "invalid");
      expect(result.problems.map(({ path, code }) => [path, code])).toEqual(
        codes.map((code) => ["raw", code]),
      );
    }
    expect(server.connections).toBe(codes.length === 0 ? 1 : 0);
  });

  test("are not let through in a message that was rendered before and changed", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const rendered = await smtp.renderMessage({ ...TO, subject: "x", text: "x" });
    expect((await smtp.send({ ...rendered, bytes: Buffer.from(long) })).status).toBe("invalid");
    const smuggled = Buffer.from(`${HEAD}\n\nx\n.\nMAIL FROM:<evil@example.com>`);
    expect((await smtp.send({ ...rendered, bytes: smuggled })).status).toBe("accepted");
    expect(server.stored).toHaveLength(1);
    expect(server.stored[0]?.body).toBe(`${smuggled.toString().replace(/\r?\n/g, "\r\n")}\r\n`);
  });

  test("do not come of composing: a header value that cannot be folded is a problem", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const headers = { "X-Token": "x".repeat(1_000) };
    expect(await smtp.send({ ...TO, subject: "x", text: "x", headers })).toMatchObject({
      status: "invalid",
      problems: [{ code: "line-too-long" }],
    });
    const text = `${"x".repeat(5_000)}\0${"ü".repeat(5_000)}\n`;
    expect((await smtp.send({ ...TO, subject: "x".repeat(998), text, html: text })).status).toBe("accepted");
    expect(server.stored[0]?.body.split("\r\n").every((line) => line.length <= 998)).toBe(true);
  });
});
