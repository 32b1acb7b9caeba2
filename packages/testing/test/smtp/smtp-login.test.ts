import { createHmac } from "node:crypto";
import { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { createCertificates } from "../../src/certificates/certificates.js";
import { ScramSha256 } from "../support/scram-sha256.js";
import { PLAIN, SEND, SmtpFixture } from "../support/smtp-fixture.js";

const tls = await createCertificates();
const { start, dial } = new SmtpFixture(tls);

describe("logging in", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");

  test.each([
    ["PLAIN", [PLAIN], "235"],
    ["a wrong PLAIN", [`AUTH PLAIN ${base64("\0ada\0no")}`], "535"],
    ["LOGIN", ["AUTH LOGIN", base64("ada"), base64("x")], "235"],
    ["XOAUTH2", [`AUTH XOAUTH2 ${base64("user=ada\x01auth=Bearer tok\x01\x01")}`], "235"],
    ["a stale XOAUTH2", [`AUTH XOAUTH2 ${base64("user=ada\x01auth=Bearer old\x01\x01")}`, ""], "535"],
    ["OAUTHBEARER", [`AUTH OAUTHBEARER ${base64("n,a=ada,\x01auth=Bearer tok\x01\x01")}`], "235"],
    ["OAUTHBEARER, asked", ["AUTH OAUTHBEARER", base64("n,a=ada,\x01auth=Bearer tok\x01\x01")], "235"],
    [
      "a stale OAUTHBEARER",
      [`AUTH OAUTHBEARER ${base64("n,a=ada,\x01auth=Bearer old\x01\x01")}`, "AQ=="],
      "535",
    ],
    ["a cancelled OAUTHBEARER", ["AUTH OAUTHBEARER", "*"], "501"],
    ["SCRAM-SHA-256-PLUS in clear", ["AUTH SCRAM-SHA-256-PLUS"], "504"],
    ["an unknown mechanism", ["AUTH NTLM"], "504"],
  ])("%s", async (_what, commands, code) => {
    const client = await dial((await start()).port);
    await client.reply();
    await client.ask("EHLO test");
    const replies = await client.all(...commands);
    expect(replies.at(-1)?.slice(0, 3)).toBe(code);
  });

  test("CRAM-MD5", async () => {
    const client = await dial((await start()).port);
    await client.reply();
    await client.ask("EHLO test");
    const challenge = Buffer.from((await client.ask("AUTH CRAM-MD5")).slice(4), "base64");
    const digest = createHmac("md5", "x").update(challenge).digest("hex");
    expect(await client.ask(base64(`ada ${digest}`))).toMatch(/^235 /);
  });

  test.each([
    ["ada", "x", "235"],
    ["ada", "no", "535"],
    ["eve", "x", "535"],
  ])("SCRAM-SHA-256 of %s with %s: %s", async (user, password, code) => {
    const asked: string[] = [];
    const server = await start({
      answers: {
        auth: (name) => {
          asked.push(name);
          return undefined;
        },
      },
    });
    const client = await dial(server.port);
    await client.reply();
    await client.ask("EHLO test");
    const scram = new ScramSha256(user, password);
    const challenge = await client.ask(`AUTH SCRAM-SHA-256 ${base64(scram.first)}`);
    const last = await client.ask(base64(scram.final(Buffer.from(challenge.slice(4), "base64").toString())));
    if (code === "235") {
      expect(Buffer.from(last.slice(4), "base64").toString()).toBe(`v=${scram.serverSignature}`);
      expect(await client.ask("")).toMatch(/^235 2\.7\.0 /);
      expect(await client.ask(PLAIN)).toMatch(/^503 /);
    } else expect(last.slice(0, 3)).toBe(code);
    expect(asked).toEqual([user]);
  });

  test("is bound to the channel by SCRAM-SHA-256-PLUS over TLS", async () => {
    const server = await start();
    const client = await dial(server.tlsPort, tls.ca);
    await client.reply();
    expect(await client.ask("EHLO test")).toContain("SCRAM-SHA-256-PLUS");
    const socket = client.line.socket;
    if (!(socket instanceof TLSSocket)) throw new Error("not TLS");
    const exported = socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0));
    for (const [binding, code] of [
      [Buffer.alloc(32), "535"],
      [exported, "334"],
    ] as const) {
      const scram = new ScramSha256("ada", "x", "p=tls-exporter,,", binding);
      const challenge = await client.ask(`AUTH SCRAM-SHA-256-PLUS ${base64(scram.first)}`);
      const last = await client.ask(
        base64(scram.final(Buffer.from(challenge.slice(4), "base64").toString())),
      );
      expect(last.slice(0, 3)).toBe(code);
    }
    expect(await client.ask("")).toMatch(/^235 /);
  });

  test("is needed before MAIL unless told otherwise, and needs TLS when told so", async () => {
    const strict = await dial((await start({ requireTls: true })).port);
    await strict.reply();
    await strict.ask("EHLO test");
    expect(await strict.ask("MAIL FROM:<>")).toMatch(/^530 /);
    expect(await strict.ask(PLAIN)).toMatch(/^538 /);
    expect(await strict.ask("STARTTLS")).toMatch(/^220 /);
    await strict.line.startTls(tls.ca);
    expect(await strict.ask(PLAIN)).toMatch(/^503 /);
    await strict.ask("EHLO test");
    expect(await strict.ask(PLAIN)).toMatch(/^235 /);
    const open = await dial((await start({ requireAuth: false })).port);
    await open.reply();
    await open.ask("EHLO test");
    expect(await open.ask("MAIL FROM:<>")).toMatch(/^250 /);
  });

  test("works over TLS from the first byte", async () => {
    const server = await start();
    const client = await dial(server.tlsPort, tls.ca);
    await client.reply();
    expect(await client.ask("EHLO test")).not.toContain("STARTTLS");
    await client.all(PLAIN, ...SEND);
    client.line.say("hello");
    await client.ask(".");
    expect(server.messages[0]).toMatchObject({ isSecure: true, user: "ada" });
  });
});
