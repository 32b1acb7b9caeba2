import type { SyncCursor } from "@mailwright/core";
import { countTurns } from "@mailwright/suite";
import { createCertificates, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { RememberedCapabilities } from "../../src/connection/remembered-capabilities.js";
import { Pop3Client } from "../../src/pop3-client.js";
import { NO_CAPABILITIES } from "../../src/wire/pop3-capabilities.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const certificates = await createCertificates();

function clientAt(port: number): Pop3Client {
  const server = { host: "127.0.0.1", port, security: "none" } as const;
  return new Pop3Client({ server, credentials: ADA, retry: { attempts: 1 } });
}

const PLAIN_OFFERED = "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: PIPELINING\nS: .\n";
const LOGGED_IN = "C~: AUTH PLAIN \\S+\nS: +OK\n";
const STAT = "C: CAPA\nC: STAT\nS: +OK\nS: PIPELINING\nS: .\nS: +OK 0 0\n";
const BYE = "C: QUIT\nS: +OK";
const FIRST = PLAIN_OFFERED + LOGGED_IN + STAT + BYE;

/** Sessions of one client with a server that says other things in each. */
async function play(connections: string[], work: (pop3: Pop3Client) => Promise<unknown>): Promise<unknown> {
  await using server = await startScriptedServer({ connections }, { certificates });
  await using pop3 = clientAt(server.port);
  const result = await work(pop3);
  await server.done;
  return result;
}

describe("a server that the client was logged in to before", () => {
  test("is not asked what it offers: a session costs a round trip less", async () => {
    await using mail = await setUpPop3(["a", "b", "c"].map((subject) => message(subject)));
    await using line = await countTurns(mail.port);
    const server = { host: "127.0.0.1", port: line.port, security: "none" } as const;
    const pop3 = mail.client({ server, authMethod: "PLAIN", utf8: false });
    const turns: number[] = [];
    for (let session = 0; session < 3; session++) {
      const before = line.turns;
      await pop3.session(async (box) => {
        for await (const { uidl } of box.messages()) expect(uidl).toBeDefined();
      });
      turns.push(line.turns - before);
    }
    // CAPA; AUTH; CAPA, STAT, LIST and UIDL; every RETR; QUIT. From then on without the first.
    expect(turns).toEqual([5, 4, 4]);
  });

  test("is asked in three round trips whether there is anything new", async () => {
    await using mail = await setUpPop3([message("a")]);
    await using line = await countTurns(mail.port);
    const server = { host: "127.0.0.1", port: line.port, security: "none" } as const;
    const pop3 = mail.client({ server, authMethod: "PLAIN", utf8: false });
    const turns: number[] = [];
    let cursor: SyncCursor | undefined;
    for (let run = 0; run < 2; run++) {
      const before = line.turns;
      for await (const batch of pop3.sync({ cursor })) {
        await batch.acknowledge();
        cursor = batch.cursor;
      }
      turns.push(line.turns - before);
    }
    // AUTH; CAPA, STAT, LIST and UIDL; QUIT. The first sync asks before, and fetches.
    expect(turns).toEqual([5, 3]);
  });

  test("is asked in clear before STARTTLS, and behind it only once", async () => {
    await using mail = await setUpPop3([message("a")]);
    const asked: string[] = [];
    const server = {
      host: "127.0.0.1",
      port: mail.port,
      security: "starttls",
      tls: { ca: mail.ca },
    } as const;
    const pop3 = mail.client({
      server,
      transcript: ({ direction, text }) => direction === "client" && asked.push(text.split(" ")[0] ?? ""),
    });
    await pop3.stat();
    expect(asked.filter((verb) => verb === "CAPA").length).toBe(3);
    asked.length = 0;
    await pop3.stat();
    expect(asked.slice(0, 3)).toEqual(["CAPA", "STLS", "UTF8"]);
    expect(asked.filter((verb) => verb === "CAPA").length).toBe(2);
  });

  test("is asked what it offers now when it refuses what it offered then", async () => {
    const moved = `
      S: +OK ready
      C~: AUTH PLAIN \\S+
      S: -ERR unknown mechanism
      C: CAPA
      S: +OK
      S: USER
      S: .
      C: USER ${ADA.user}
      S: +OK
      C: PASS ${ADA.password}
      S: +OK
      C: CAPA
      S: +OK
      S: USER
      S: .
      C: STAT
      S: +OK 7 7
      ${BYE}`;
    const work = async (pop3: Pop3Client) => [await pop3.stat(), await pop3.stat()];
    expect(await play([FIRST, moved], work)).toMatchObject([{ count: 0 }, { count: 7 }]);
  });

  test("and refuses the login although it offers the same is not asked to log in again", async () => {
    const refused = `S: +OK ready\n${LOGGED_IN.replace("+OK", "-ERR no")}${PLAIN_OFFERED.split("\n").slice(1).join("\n")}`;
    const outcome = await play([FIRST, refused], async (pop3) => {
      await pop3.stat();
      return errorOf(pop3.stat());
    });
    expect(outcome).toMatchObject({ code: "authentication", server: { text: "no" } });
  });

  test("and hangs up after a refusal leaves the refusal to be told", async () => {
    const refused = `S: +OK ready\n${LOGGED_IN.replace("+OK", "-ERR no")}C: CAPA\nCLOSE:`;
    const outcome = await play([FIRST, refused], async (pop3) => {
      await pop3.stat();
      return errorOf(pop3.stat());
    });
    expect(outcome).toMatchObject({ code: "authentication", server: { text: "no" } });
  });

  test("is asked again after a session that did not end well, and by a test of the connection", async () => {
    const broken = "S: +OK ready\nC~: AUTH PLAIN \\S+\nS: +OK\nC: CAPA\nC: STAT\nCLOSE:";
    const tested = FIRST.replace("C: STAT\n", "").replace("S: +OK 0 0\n", "");
    const outcome = await play([FIRST, broken, FIRST, tested], async (pop3) => {
      await pop3.stat();
      await errorOf(pop3.stat());
      await pop3.stat();
      return pop3.testConnection();
    });
    expect(outcome).toMatchObject({ ok: true, authMechanisms: ["PLAIN"] });
  });

  test("is asked again after an hour", () => {
    const memory = new RememberedCapabilities();
    const answer = { capabilities: NO_CAPABILITIES, askedAt: 1_000 };
    memory.keep(answer);
    expect(memory.take(1_000 + 3_599_999)).toBe(answer);
    expect(memory.take(1_000)).toBeUndefined();
    memory.keep(answer);
    expect(memory.take(1_000 + 3_600_000)).toBeUndefined();
  });
});
