import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createCertificates } from "../../src/certificates/certificates.js";
import type { SmtpAnswer } from "../../src/smtp/smtp-answers.js";
import { MailStore } from "../../src/store/mail-store.js";
import { PLAIN, SEND, SmtpFixture } from "../support/smtp-fixture.js";

const tls = await createCertificates();
const { start, dial, logIn } = new SmtpFixture(tls);

describe("answers of your choice", () => {
  test("for each recipient, with several lines and any code", async () => {
    const server = await start({
      answers: {
        mail: (address) =>
          address === "spam@x.example" ? { code: 550, enhancedCode: "5.7.1", text: "no" } : undefined,
        rcpt: async (address) => {
          const chosen: Record<string, SmtpAnswer> = {
            "grey@x.example": { code: 451, enhancedCode: "4.7.1", text: ["greylisted", "try later"] },
            "moved@x.example": { code: 251, enhancedCode: "2.1.5", text: "will forward" },
          };
          return chosen[address];
        },
      },
    });
    const client = await logIn(server);
    expect(await client.ask("MAIL FROM:<spam@x.example>")).toBe("550 5.7.1 no");
    await client.ask("MAIL FROM:<ada@example.test>");
    expect(await client.ask("RCPT TO:<grey@x.example>")).toBe("451-4.7.1 greylisted|451 4.7.1 try later");
    expect(await client.ask("RCPT TO:<moved@x.example>")).toBe("251 2.1.5 will forward");
    expect(await client.ask("RCPT TO:<ada@example.test>")).toBe("250 2.1.5 Accepted");
    await client.ask("DATA");
    client.line.say("x");
    await client.ask(".");
    expect(server.messages[0]?.recipients.map(({ address }) => address)).toEqual([
      "moved@x.example",
      "ada@example.test",
    ]);
  });

  test.each([
    ["connect", undefined, [], 0],
    ["ehlo", "EHLO test", [], 1],
    ["auth", PLAIN, ["EHLO test"], 1],
    ["mail", SEND[0], ["EHLO test", PLAIN], 1],
    ["rcpt", SEND[1], ["EHLO test", PLAIN, SEND[0]], 1],
    ["data", "DATA", ["EHLO test", PLAIN, ...SEND.slice(0, 2)], 1],
    ["dataEnd", "hello\r\n.", ["EHLO test", PLAIN, ...SEND], 1],
    ["rset", "RSET", ["EHLO test"], 1],
    ["noop", "NOOP", ["EHLO test"], 1],
    ["quit", "QUIT", ["EHLO test"], 1],
    ["vrfy", "VRFY ada", ["EHLO test"], 1],
    ["starttls", "STARTTLS", ["EHLO test"], 1],
  ] as const)(
    "at %s: a refusal, 421 with its close, and an end without a word",
    async (command, line, before, greeted) => {
      for (const answer of [{ code: 454, text: "not now" }, { code: 421, text: "bye" }, "drop"] as const) {
        const server = await start({ answers: { [command]: () => answer } });
        const client = await dial(server.port);
        if (greeted === 1) await client.reply();
        await client.all(...before.map((text) => text ?? ""));
        if (line !== undefined) client.line.say(line);
        expect(await client.reply()).toBe(answer === "drop" ? "<end>" : `${answer.code} ${answer.text}`);
        if (answer !== "drop" && answer.code === 421) expect(await client.reply()).toBe("<end>");
        expect(server.messages).toEqual([]);
      }
    },
  );

  test("an answer after a refusal leaves the session usable, and may take its time", async () => {
    const server = await start({
      answers: {
        dataEnd: async (message, peer) => {
          if (peer.transaction > 1) return undefined;
          await sleep(30);
          return { code: 451, enhancedCode: "4.3.0", text: `${message.raw.length} bytes, but later` };
        },
      },
    });
    const client = await logIn(server);
    for (const expected of ["451 4.3.0 7 bytes, but later", "250 2.6.0 OK: message accepted"]) {
      await client.all(...SEND);
      client.line.say("hello");
      expect(await client.ask(".")).toBe(expected);
    }
    expect(server.messages).toHaveLength(1);
  });

  test("a function that fails changes no answer, and is reported", async () => {
    const errors: unknown[] = [];
    const store = new MailStore([{ user: "ada", password: "x" }], { onError: (error) => errors.push(error) });
    const oops = new Error("oops");
    const fail = async (): Promise<undefined> => {
      throw oops;
    };
    const answers = {
      mail: () => {
        throw oops;
      },
      noop: fail,
      rcpt: fail,
      dataEnd: fail,
    };
    const client = await logIn(await start({ answers }, store));
    expect(await client.ask("NOOP")).toMatch(/^250/);
    expect(await client.ask("MAIL FROM:<>")).toMatch(/^250/);
    expect(await client.ask("RCPT TO:<nobody@example.test>")).toMatch(/^550/);
    expect(await client.ask("RCPT TO:<ada@example.test>")).toMatch(/^250/);
    await client.ask("DATA");
    client.line.say("hello");
    expect(await client.ask(".")).toMatch(/^250/);
    expect(store.messages("ada")).toHaveLength(1);
    expect(errors).toEqual([oops, oops, oops, oops, oops]);
  });

  test("store-and-drop accepts the message and says nothing", async () => {
    const server = await start({ answers: { dataEnd: () => "store-and-drop" } });
    const client = await logIn(server);
    await client.all(...SEND);
    client.line.say("hello");
    expect(await client.ask(".")).toBe("<end>");
    expect(server.messages).toHaveLength(1);
    expect(server.store.messages("ada")).toHaveLength(1);
  });
});
