import { countTurns, type TurnCounter } from "@mailwright/suite";
import { createCertificates, type Pop3ServerOptions, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3Session } from "../../src/session/pop3-session.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const certificates = await createCertificates();

function clientAt(port: number): Pop3Client {
  const server = { host: "127.0.0.1", port, security: "none" } as const;
  return new Pop3Client({
    server,
    credentials: ADA,
    authMethod: "PLAIN",
    utf8: false,
    retry: { attempts: 1 },
  });
}

/** Round trips of one session that fetches a mailbox of so many messages, from the greeting on. */
async function costOf(messages: number, options: Pop3ServerOptions = {}): Promise<number> {
  const texts = Array.from({ length: messages }, (_, index) => message(`m${index}`));
  await using mail = await setUpPop3(texts, options);
  await using line = await countTurns(mail.port);
  await using pop3 = clientAt(line.port);
  const fetched = await pop3.session(async (box) => {
    let count = 0;
    for await (const { uidl } of box.messages()) if (uidl !== undefined) count++;
    return count;
  });
  expect(fetched).toBe(messages);
  return line.turns;
}

describe("connecting, listing and fetching a mailbox", () => {
  test("costs five round trips with PIPELINING, however many messages there are", async () => {
    // CAPA; AUTH; CAPA, STAT, LIST and UIDL; every RETR; QUIT.
    expect([await costOf(3), await costOf(200)]).toEqual([5, 5]);
  });

  test("says one thing at a time without PIPELINING", async () => {
    // CAPA; AUTH; CAPA; STAT; LIST; UIDL; a RETR for each message; QUIT.
    expect(await costOf(3, { disable: ["PIPELINING"] })).toBe(7 + 3);
  });
});

/** A server that says other things of itself before login than after it. */
const LOGIN = `
  S: +OK ready
  C: CAPA
  S: +OK
  S: SASL PLAIN
  S: PIPELINING
  S: EXPIRE 60 USER
  S: .
  C~: AUTH PLAIN \\S+
  S: +OK
  C: CAPA
`;

/** Plays a script with what a session does behind a line that counts. */
async function play<T>(
  script: string,
  work: (pop3: Pop3Client, line: TurnCounter) => Promise<T>,
): Promise<T> {
  await using server = await startScriptedServer(script, { certificates });
  await using line = await countTurns(server.port);
  await using pop3 = clientAt(line.port);
  const result = await work(pop3, line);
  await server.done;
  return result;
}

describe("what a server says that it can do", () => {
  const ANSWER = "S: +OK\nS: EXPIRE 30\nS: .";
  const expiry = ({ capabilities }: Pop3Session): number | undefined => capabilities.expireDays;

  test("is what it said before login until the first command of the session is answered", async () => {
    const script = `${LOGIN}${ANSWER}\nC: STAT\nS: +OK 0 0\nC: QUIT\nS: +OK`;
    const known = await play(script, (pop3) =>
      pop3.session(async (box) => {
        const before = expiry(box);
        await box.stat();
        return [before, expiry(box)];
      }),
    );
    expect(known).toEqual([60, 30]);
  });

  test("is asked for at once by who wants to know it", async () => {
    const script = `${LOGIN}${ANSWER}\nC: QUIT\nS: +OK`;
    expect(await play(script, (pop3) => pop3.capabilities())).toMatchObject({ expireDays: 30 });
    const report = await play(script, (pop3) => pop3.testConnection());
    expect(report).toMatchObject({ ok: true, capabilities: ["EXPIRE 30"] });
  });

  test("holds as said after login: no pipelining where that is not offered any more", async () => {
    const script = `${LOGIN}${ANSWER}\nC: STAT\nS: +OK 0 0\n${"C: NOOP\nS: +OK\n".repeat(3)}C: QUIT\nS: +OK`;
    const turns = await play(script, async (pop3, line) => {
      await pop3.session(async (box) => {
        await box.stat();
        await Promise.all([box.noop(), box.noop(), box.noop()]);
      });
      return line.turns;
    });
    // CAPA; AUTH; CAPA and STAT; NOOP thrice; QUIT.
    expect(turns).toBe(3 + 3 + 1);
  });

  test("that never comes ends the session, or the test of a connection, in time", async () => {
    const silent = `${LOGIN}STALL:`;
    await using server = await startScriptedServer(silent, { certificates, repeat: true });
    await using pop3 = clientAt(server.port);
    const work = pop3.session((box) => box.stat(), { timeoutMs: 50 });
    expect(await errorOf(work)).toMatchObject({ code: "timeout" });
    const report = await pop3.testConnection({ timeoutMs: 50 });
    expect(report).toMatchObject({ ok: false, error: { code: "timeout" } });
  });
});
