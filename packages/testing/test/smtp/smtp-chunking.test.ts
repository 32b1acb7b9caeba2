import { until } from "@mailwright/suite";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, createCertificates } from "../../src/certificates/certificates.js";
import { type RunningSmtpServer, startSmtpServer } from "../../src/smtp/smtp-server.js";
import type { SmtpServerOptions } from "../../src/smtp/smtp-server-options.js";
import { MailStore } from "../../src/store/mail-store.js";
import { LineClient } from "../support/line-client.js";
import { SmtpDialogue } from "../support/smtp-dialogue.js";

let tls: Certificates;
beforeAll(async () => {
  tls = await createCertificates();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: SmtpServerOptions = {}): Promise<RunningSmtpServer> {
  const store = new MailStore([{ user: "ada", password: "x" }]);
  const server = await startSmtpServer({ store, tls, options: { requireAuth: false, ...options } });
  cleanups.push(() => server.stop());
  return server;
}

async function dial(port: number, ca?: string, hello = "EHLO test"): Promise<SmtpDialogue> {
  const line = await LineClient.dial(port, ca);
  cleanups.push(() => line.close());
  const client = new SmtpDialogue(line);
  await client.reply();
  await client.ask(hello);
  return client;
}

const MAIL = "MAIL FROM:<me@far.example>\r\n";
const RCPT = "RCPT TO:<ada@example.test>\r\n";
const NOBODY = "RCPT TO:<eve@example.test>\r\n";
const chunk = (body: string, isLast = true): string =>
  `BDAT ${Buffer.byteLength(body, "latin1")}${isLast ? " LAST" : ""}\r\n${body}`;

const stored = (server: RunningSmtpServer): string[] =>
  server.messages.map(({ raw }) => raw.toString("latin1"));

describe("chunks", () => {
  const hostile = ".\r\n..\r\nbare\nlf \0\xff\r\nQUIT\r\nMAIL FROM:<x@y.example>\r\n.\r\n";

  test.each(["in clear", "over TLS"])(
    "%s, messages in one write each and ahead of each other",
    async (how) => {
      const server = await start();
      const isSecure = how === "over TLS";
      const client = await dial(isSecure ? server.tlsPort : server.port, isSecure ? tls.ca : undefined);
      const one = `${MAIL}${RCPT}${chunk(hostile)}`;
      client.line.say(Buffer.from(one + one + one, "latin1"));
      expect(await client.codes(9)).toEqual(Array(9).fill("250"));
      expect(stored(server)).toEqual([hostile, hostile, hostile]);
      expect(server.messages[2]).toMatchObject({ mailFrom: "me@far.example", isSecure, connection: 1 });
      expect(await client.ask("QUIT")).toMatch(/^221 /);
    },
  );

  test("after STARTTLS", async () => {
    const server = await start();
    const client = await dial(server.port);
    await client.ask("STARTTLS");
    await client.line.startTls(tls.ca);
    expect(await client.ask("EHLO test")).toContain("CHUNKING");
    client.line.say(Buffer.from(`${MAIL}${RCPT}${chunk("x")}`));
    expect(await client.codes(3)).toEqual(["250", "250", "250"]);
    expect(server.messages[0]?.isSecure).toBe(true);
  });

  test("byte by byte, split into several, the last of them empty", async () => {
    const server = await start();
    const client = await dial(server.port);
    for (const byte of Buffer.from(
      `${MAIL}${RCPT}${chunk("Subject: a\r", false)}${chunk("\n\r\n.", false)}`,
    )) {
      client.line.socket.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    expect(await client.codes(4)).toEqual(["250", "250", "250", "250"]);
    expect(await client.ask("DATA")).toMatch(/^503 /);
    expect(await client.ask("BDAT 0 LAST")).toBe("250 2.6.0 OK: message accepted");
    expect(stored(server)).toEqual(["Subject: a\r\n\r\n."]);
  });

  test("RSET forgets them; a client that leaves within one leaves nothing", async () => {
    const server = await start();
    const client = await dial(server.port);
    client.line.say(
      Buffer.from(`${MAIL}${RCPT}${chunk("first", false)}RSET\r\n${MAIL}${RCPT}${chunk("second")}`),
    );
    expect(await client.codes(7)).toEqual(Array(7).fill("250"));
    client.line.say(Buffer.from(`${MAIL}${RCPT}BDAT 100 LAST\r\nhalf`));
    expect(await client.codes(2)).toEqual(["250", "250"]);
    client.line.socket.end();
    expect(await client.reply()).toBe("<end>");
    expect(stored(server)).toEqual(["second"]);
  });

  test("without a recipient and above the limit they are thrown away, and the next message begins anew", async () => {
    const server = await start({ maxMessageBytes: 20 });
    const client = await dial(server.port);
    client.line.say(
      Buffer.from(`${MAIL}${NOBODY}${chunk("QUIT\r\n")}${MAIL}${RCPT}${chunk("DATA\r\n".repeat(4))}`),
    );
    expect(await client.codes(6)).toEqual(["250", "550", "503", "250", "250", "552"]);
    client.line.say(
      Buffer.from(`${MAIL}${RCPT}${chunk("x".repeat(15), false)}${chunk("QUIT\r\n")}${chunk("")}`),
    );
    expect(await client.codes(5)).toEqual(["250", "250", "250", "552", "503"]);
    expect(await client.ask("BDAT")).toMatch(/^501 /);
    client.line.say(Buffer.from(`${MAIL}${RCPT}${chunk("fits")}`));
    expect(await client.codes(3)).toEqual(["250", "250", "250"]);
    expect(stored(server)).toEqual(["fits"]);
  });

  test("can be refused by choice, and answered as the final dot is", async () => {
    const server = await start({
      answers: {
        bdat: (sizeBytes, isLast) => (sizeBytes === 3 ? { code: 554, text: `no ${isLast}` } : undefined),
        dataEnd: ({ raw }) => (raw.length === 4 ? { code: 451, text: "later" } : undefined),
      },
    });
    const client = await dial(server.port);
    client.line.say(Buffer.from(`${MAIL}${RCPT}${chunk("one")}${MAIL}${RCPT}${chunk("four")}`));
    const replies = [];
    for (let n = 0; n < 6; n++) replies.push(await client.reply());
    expect([replies[2], replies[5]]).toEqual(["554 no true", "451 later"]);
    expect(stored(server)).toEqual([]);
  });

  test("LMTP answers the last one for every recipient", async () => {
    const server = await start({
      lmtp: true,
      answers: { dataEnd: (_, __, recipient) => (recipient?.startsWith("g") ? { code: 451 } : undefined) },
    });
    const client = await dial(server.port, undefined, "LHLO test");
    client.line.say(Buffer.from(`${MAIL}${RCPT}RCPT TO:<grey@far.example>\r\n${chunk("hi")}QUIT\r\n`));
    expect(await client.codes(6)).toEqual(["250", "250", "250", "250", "451", "221"]);
    expect(server.messages.map(({ recipients }) => recipients[0]?.address)).toEqual(["ada@example.test"]);
  });

  test("are no command where CHUNKING is switched off", async () => {
    const client = await dial((await start({ disable: ["CHUNKING"] })).port);
    expect(await client.ask("EHLO test")).not.toContain("CHUNKING");
    expect(await client.ask("BDAT 0 LAST")).toMatch(/^500 /);
  });
});

describe("misbehaviour", () => {
  test("more bytes behind an unanswered dot than allowed end the connection, though the message is stored", async () => {
    let answerNow = (): void => {};
    const answering = new Promise<undefined>((resolve) => {
      answerNow = () => resolve(undefined);
    });
    const server = await start({
      quirks: { maxBytesBehindDot: 8192 },
      answers: { dataEnd: (_, { connection }) => (connection === 1 ? undefined : answering) },
    });
    for (const [connection, behind, end] of [
      [1, "RSET\r\n", "250"],
      [2, "RSET\r\n", "250"],
      [3, `NOOP ${"x".repeat(500)}\r\n`.repeat(17), "<en"],
    ] as const) {
      const client = await dial(server.port);
      client.line.say(Buffer.from(`${MAIL}${RCPT}DATA\r\n`));
      await client.codes(3);
      client.line.say(Buffer.from(`hello\r\n.\r\n${behind}`));
      if (connection === 2) answerNow();
      if (end === "250") expect(await client.codes(2)).toEqual(["250", "250"]);
      else expect(await client.codes(1)).toEqual([end]);
    }
    await until(() => server.messages.length === 3);
  });

  test("bytes that come in many writes behind the dot count together", async () => {
    const server = await start({
      quirks: { maxBytesBehindDot: 40_000 },
      answers: { dataEnd: () => new Promise(() => {}) },
    });
    const client = await dial(server.port);
    client.line.say(Buffer.from(`${MAIL}${RCPT}DATA\r\n`));
    await client.codes(3);
    client.line.say(Buffer.from("hello\r\n.\r\n"));
    for (let n = 0; n < 9; n++) client.line.say(Buffer.from(`NOOP ${"x".repeat(5_000)}\r\n`));
    expect(await client.reply()).toBe("<end>");
  });

  test("a refused chunk is run as commands", async () => {
    const server = await start({ quirks: { runRefusedChunks: true } });
    const client = await dial(server.port);
    client.line.say(Buffer.from(`${MAIL}${NOBODY}${chunk(`RSET\r\n${MAIL}${RCPT}DATA\r\nforged\r\n.\r\n`)}`));
    expect(await client.codes(8)).toEqual(["250", "550", "503", "250", "250", "250", "354", "250"]);
    expect(stored(server)).toEqual(["forged\r\n"]);
  });

  test("the sender of a refused chunk stays until RSET", async () => {
    const server = await start({ quirks: { keepRefusedSender: true } });
    const client = await dial(server.port);
    const other = "MAIL FROM:<other@far.example>\r\n";
    client.line.say(Buffer.from(`${MAIL}${NOBODY}${chunk("one")}${other}${RCPT}${chunk("two")}`));
    expect(await client.codes(6)).toEqual(["250", "550", "503", "503", "250", "250"]);
    client.line.say(Buffer.from(`${MAIL}${NOBODY}${chunk("three")}RSET\r\n${other}${RCPT}${chunk("four")}`));
    expect(await client.codes(7)).toEqual(["250", "550", "503", "250", "250", "250", "250"]);
    expect(server.messages.map(({ mailFrom, raw }) => `${mailFrom} ${raw}`)).toEqual([
      "me@far.example two",
      "other@far.example four",
    ]);
  });

  test("chunks are taken and never answered", async () => {
    const server = await start({ quirks: { neverAnswerChunks: true } });
    const client = await dial(server.port);
    client.line.say(Buffer.from(`${MAIL}${RCPT}${chunk("one")}NOOP\r\n`));
    expect(await client.codes(2)).toEqual(["250", "250"]);
    const other = await dial(server.port);
    await other.ask("NOOP");
    expect(client.line.pending).toBe("");
    expect(stored(server)).toEqual([]);
  });

  test("recipients are pondered as long as told, in their order", async () => {
    const asked: string[] = [];
    const server = await start({
      quirks: {
        recipientDelayMs: (address) => {
          asked.push(address);
          return address.startsWith("ada") ? 30 : 0;
        },
      },
    });
    const client = await dial(server.port);
    client.line.say(Buffer.from(`${MAIL}${RCPT}${NOBODY}`));
    expect(await client.codes(3)).toEqual(["250", "250", "550"]);
    expect(asked).toEqual(["ada@example.test", "eve@example.test"]);
  });
});
