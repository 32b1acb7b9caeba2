import { until } from "@mailwright/suite";
import { type FaultProxy, startFaultProxy } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import type { DeliveryResult, OutgoingMessage, SmtpClient } from "../../src/index.js";
import { sweepCuts } from "../support/cuts.js";
import { heldTime } from "../support/held-time.js";
import { CHUNKING, type Displeasure, type DotAnswer, patientServer } from "../support/patient-server.js";
import { recordedLines } from "../support/recorded-line.js";
import {
  type RecordingServer,
  type RecordingServerOptions,
  recordingServer,
} from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const message = (subject: string): OutgoingMessage => ({
  to: ["bob@example.org"],
  raw: `Message-ID: <${subject}@example.com>\r\nSubject: ${subject}\r\n\r\nbody of ${subject}\r\n`,
});

const SUBJECTS = ["first", "second", "third"];

const isLong = process.env["MAILWRIGHT_LONG"] === "1";

/** The envelope of the second goes out behind the chunk of the first, that of the third behind the second. */
async function sendThree(
  smtp: SmtpClient,
  signals: Readonly<Record<string, AbortSignal>> = {},
): Promise<DeliveryResult[]> {
  return Promise.all(SUBJECTS.map((subject) => smtp.send(message(subject), { signal: signals[subject] })));
}

const statusesOf = (results: readonly DeliveryResult[]): string[] => results.map(({ status }) => status);

/** Answers for single subjects; the others are answered at once. */
const answers =
  (special: Readonly<Record<string, DotAnswer>>) =>
  (subject: string): DotAnswer =>
    special[subject] ?? {};

/** An answer that is given when the test says so. */
function hold(): { readonly until: Promise<void>; readonly release: () => void } {
  let release = (): void => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { until, release };
}

describe("the next message", () => {
  test("has its envelope behind the chunk whose answer is on its way", async () => {
    await using server = await patientServer(() => ({ afterMs: 5 }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => smtp.send(message(`m${n}`))));
    expect(statusesOf(results)).toEqual(results.map(() => "accepted"));
    expect(new Set(server.stored).size).toBe(30);
    expect(server.overlaps).toBe(29);
    expect(server.commands.filter((line) => line === "DATA")).toEqual([]);
    expect(server.connections).toBe(1);
  });

  test.each<[string, { readonly capabilities?: readonly string[]; readonly chunking?: "auto" | boolean }]>([
    ["without PIPELINING", { capabilities: ["CHUNKING", "SIZE 1000000"], chunking: true }],
    ["without CHUNKING", { capabilities: ["PIPELINING", "SIZE 1000000"], chunking: true }],
    ["without SIZE, unless it is told to", { capabilities: ["PIPELINING", "CHUNKING"] }],
    ["when it is told to", { chunking: false }],
  ])("waits for the answer %s", async (_name, { capabilities = CHUNKING, chunking = "auto" }) => {
    await using server = await patientServer(() => ({ afterMs: 2 }), capabilities);
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 }, chunking });
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => smtp.send(message(`m${n}`))));
    expect(statusesOf(results)).toEqual(results.map(() => "accepted"));
    expect(server.overlaps).toBe(0);
    expect(server.commands.filter((line) => line === "RSET")).toEqual([]);
  });

  test("is not sent again over LMTP when one of its recipients is refused with the word for an unknown command", async () => {
    const to = ["to0@example.org", "to1@example.org"];
    await using server = await recordingServer({
      lmtp: true,
      capabilities: ["PIPELINING", "CHUNKING", "SIZE 1000000"],
      at: (point, line) => (point === "end" && line === to[0] ? "503 5.5.1 not for me" : undefined),
    });
    await using smtp = testClient(server.port, { lmtp: true, chunking: true });
    const results = await Promise.all(["first", "second"].map((one) => smtp.send({ ...message(one), to })));
    for (const { recipients } of results) {
      expect(recipients.map(({ status }) => status)).toEqual(["rejected", "accepted"]);
    }
    expect(server.commands.filter((line) => line.startsWith("BDAT")).length).toBeGreaterThan(0);
    expect(server.stored.map((stored) => stored.to)).toEqual([[to[1]], [to[1]]]);
  });

  test("waits for the answer of a server that takes long for it", async () => {
    await using server = await patientServer(() => ({ afterMs: 550 }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    expect(statusesOf(await sendThree(smtp))).toEqual(["accepted", "accepted", "accepted"]);
    // Only the first was not known to take long.
    expect(server.overlaps).toBe(1);
  });

  test.each<[string, string]>([
    ["550 5.7.1 spam", "rejected"],
    ["451 4.3.0 later", "deferred"],
    ["421 4.3.2 bye", "deferred"],
  ])("is not harmed by %s to the chunk before", async (reply, status) => {
    await using server = await patientServer(answers({ second: { reply, afterMs: 20 } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    expect(statusesOf(await sendThree(smtp))).toEqual(["accepted", status, "accepted"]);
    expect(server.stored).toEqual(["first", "third"]);
    expect(server.overlaps).toBe(2);
  });

  test("takes no reply too many for an acceptance of its own", async () => {
    await using server = await patientServer(
      answers({ second: { reply: "250 2.0.0 ok\r\n250 2.0.0 stray", afterMs: 20 } }),
    );
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const results = await sendThree(smtp);
    expect(statusesOf(results)).toEqual(["accepted", "accepted", "not-sent"]);
    expect(server.stored).toEqual(["first", "second"]);
    expect(smtp.stats().open).toBe(0);
  });

  test.each(["fin", "rst"] as const)(
    "goes over another connection when the one before ends in %s",
    async (fault) => {
      await using server = await patientServer(answers({ second: { do: fault } }));
      await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
      expect(statusesOf(await sendThree(smtp))).toEqual(["accepted", "unknown", "accepted"]);
      expect(server.stored).toEqual(["first", "second", "third"]);
      expect(server.connections).toBe(2);
    },
  );

  test("goes over another connection when the answer before it does not come soon", async () => {
    const held = hold();
    await using server = await patientServer(answers({ second: { after: held.until } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 2 } });
    await smtp.send(message("first"));
    const others = SUBJECTS.slice(1).map((subject) => smtp.send(message(subject)));
    const more = Array.from({ length: 4 }, (_, n) => smtp.send(message(`more${n}`)));
    await Promise.all([others[1], ...more]);
    held.release();
    expect(statusesOf(await Promise.all([...others, ...more]))).toEqual(
      Array.from({ length: 6 }, () => "accepted"),
    );
    expect([...server.stored].sort()).toEqual([
      "first",
      "more0",
      "more1",
      "more2",
      "more3",
      "second",
      "third",
    ]);
  });

  test.each<Displeasure>(["discard", "refuse", "close"])(
    "is sent again at once, and no chunk any more, when the server does not like it (%s)",
    async (displeasure) => {
      await using server = await patientServer(() => ({ afterMs: 5 }), CHUNKING, displeasure);
      await using smtp = testClient(server.port, { pool: { maxPerKey: 1 }, retry: { attempts: 1 } });
      const results = await Promise.all(Array.from({ length: 12 }, (_, n) => smtp.send(message(`m${n}`))));
      expect(statusesOf(results)).toEqual(results.map(() => "accepted"));
      expect(server.stored).toHaveLength(12);
      expect(results.map(({ attempts }) => attempts.length)).toEqual(results.map(() => 1));
      expect(server.overlaps).toBe(1);
    },
  );

  test("goes by DATA, and is sent again at once, when the server does not know BDAT after all", async () => {
    await using server = await patientServer(() => ({}), CHUNKING, "unknown");
    const warnings: string[] = [];
    const ignore = (): void => {};
    const warn = (_fields: object, text: string): void => void warnings.push(text);
    const logger = { debug: ignore, info: ignore, warn, error: ignore };
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 }, logger });
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => smtp.send(message(`m${n}`))));
    expect(results).toMatchObject(results.map(() => ({ status: "accepted", attempts: [{}] })));
    expect([...server.stored].sort()).toEqual(["m0", "m1", "m2", "m3", "m4", "m5"]);
    expect(server.commands.filter((line) => line.startsWith("BDAT"))).toHaveLength(1);
    expect(warnings.filter((text) => text.includes("DATA from now on"))).toHaveLength(1);
  });

  test("goes by DATA over another connection while a chunk has had no answer for 30 s", async () => {
    const held = hold();
    await using server = await patientServer(answers({ first: { after: held.until } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 2 } });
    using time = heldTime();
    const sends = ["first", "second", "third", "fourth"].map((subject) => smtp.send(message(subject)));
    await until(() => server.commands.some((line) => line.startsWith("BDAT")) && server.overlaps > 0);
    time.pass(1_000);
    await Promise.all(sends.slice(1));
    time.pass(29_000);
    const before = server.commands.length;
    await Promise.all(["fifth", "sixth", "seventh"].map((subject) => smtp.send(message(subject))));
    expect(server.commands.slice(before).filter((line) => line.startsWith("BDAT"))).toEqual([]);
    held.release();
    expect((await sends[0])?.status).toBe("accepted");
  });

  test("that is given up leaves the one before its answer, and its own body never goes out", async () => {
    const controller = new AbortController();
    const held = hold();
    await using server = await patientServer(answers({ second: { after: held.until } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = SUBJECTS.map((subject) =>
      smtp.send(message(subject), subject === "third" ? { signal: controller.signal } : {}),
    );
    await until(() => server.overlaps === 2);
    controller.abort();
    expect(await sends[2]).toMatchObject({ status: "not-sent", attempts: [{ error: { code: "aborted" } }] });
    held.release();
    expect(statusesOf(await Promise.all(sends))).toEqual(["accepted", "accepted", "not-sent"]);
    expect(server.stored).toEqual(["first", "second"]);
    expect((await smtp.send(message("fourth"))).status).toBe("accepted");
    expect(server.connections).toBe(2);
  });

  test("goes over another connection when the one before is given up after its chunk", async () => {
    const controller = new AbortController();
    await using server = await patientServer(answers({ second: { after: hold().until } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = sendThree(smtp, { second: controller.signal });
    await until(() => server.overlaps === 2);
    controller.abort();
    expect(statusesOf(await sends)).toEqual(["accepted", "unknown", "accepted"]);
    expect(server.stored).toEqual(["first", "second", "third"]);
  });

  test("that the server cannot take leaves the connection as it is found", async () => {
    await using server = await patientServer(answers({ second: { afterMs: 100 } }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = [
      message("first"),
      message("second"),
      { ...message("third"), raw: "Subject: third\r\n\r\nü\r\n" },
    ];
    const results = await Promise.all(sends.map((one) => smtp.send(one)));
    expect(statusesOf(results)).toEqual(["accepted", "accepted", "not-sent"]);
    expect((await smtp.send(message("fourth"))).status).toBe("accepted");
    expect(server.stored).toEqual(["first", "second", "fourth"]);
  });
});

test.each([
  ["MAIL", false],
  ["RCPT", false],
  ["RCPT", true],
] as const)(
  "a reply too many to %s ends the connection before a body (PIPELINING: %s)",
  async (verb, isPipelining) => {
    const extensions = ["CHUNKING", "SIZE 1000000"];
    await using server = await recordingServer({
      capabilities: isPipelining ? ["PIPELINING", ...extensions] : extensions,
      at: (point) => (point === verb.toLowerCase() ? "250 2.0.0 ok\n250 2.0.0 stray" : undefined),
    });
    await using smtp = testClient(server.port, { chunking: true, pool: { maxPerKey: 1 } });
    const results = await sendThree(smtp);
    expect(statusesOf(results)).toEqual(["not-sent", "not-sent", "not-sent"]);
    expect(results[0]?.attempts).toMatchObject([{ error: { code: "protocol" } }]);
    expect(server.stored).toEqual([]);
  },
);

describe("a connection whose last answer is still to come", () => {
  test("is closed by QUIT after it, when the connection has done its share", async () => {
    await using server = await patientServer(() => ({ afterMs: 20 }));
    await using smtp = testClient(server.port, { pool: { maxPerKey: 1, maxUses: 2 } });
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => smtp.send(message(`m${n}`))));
    expect(statusesOf(results)).toEqual(results.map(() => "accepted"));
    expect(server.connections).toBe(3);
    expect(server.commands.filter((line) => line === "QUIT").length).toBeGreaterThanOrEqual(2);
  });

  test("is waited for by close(), and cut when that takes too long", async () => {
    let held = hold();
    await using server = await patientServer((subject) =>
      subject === "second" ? { after: held.until } : {},
    );
    const patient = testClient(server.port, { pool: { maxPerKey: 1 } });
    const sends = sendThree(patient);
    await until(() => server.overlaps === 2);
    const closing = patient.close();
    held.release();
    expect(statusesOf(await sends)).toEqual(["accepted", "accepted", "accepted"]);
    await closing;
    const hasty = testClient(server.port, { pool: { maxPerKey: 1 } });
    held = hold();
    const cut = sendThree(hasty);
    await until(() => server.overlaps === 4);
    await hasty.close({ graceMs: 50 });
    expect(statusesOf(await cut)).toEqual(["accepted", "unknown", "not-sent"]);
  });
});

describe("a connection with three messages, cut at every byte, in both directions, by FIN and by RST", () => {
  test.each<
    readonly [
      way: string,
      extensions: readonly string[],
      chunks: number,
      protocol: { readonly lmtp: boolean },
    ]
  >([
    ["in chunks", ["CHUNKING"], 3, { lmtp: false }],
    ["by DATA", [], 0, { lmtp: false }],
    // As the first, but for the greeting and the numbers of answers: the long form cuts it, too.
    ...(isLong ? [["in chunks by LMTP", ["CHUNKING"], 3, { lmtp: true }] as const] : []),
  ])(
    "leaves every result honest, and no message is stored twice: %s",
    {
      timeout: 1_800_000,
    },
    async (way, extensions, chunks, { lmtp }) => {
      const serverOptions: RecordingServerOptions = {
        lmtp,
        capabilities: ["PIPELINING", "SIZE 1000000", ...extensions],
        at: (point) => (point === "greeting" ? "220 recorder.test ESMTP Exim 4.96" : undefined),
      };
      const behind = async <T>(
        faults: Omit<Parameters<typeof startFaultProxy>[0], "target">,
        run: (proxy: FaultProxy, server: RecordingServer) => Promise<T>,
      ): Promise<T> => {
        await using server = await recordingServer(serverOptions);
        const target = { host: "127.0.0.1", port: server.port };
        await using proxy = await startFaultProxy({ target, ...faults });
        return await run(proxy, server);
      };
      const sendAll = async (
        { port }: FaultProxy,
        connect?: ReturnType<typeof recordedLines>["connect"],
      ): Promise<DeliveryResult[]> => {
        const server = { host: "127.0.0.1", port, security: "none", connect } as const;
        await using smtp = testClient(port, { server, lmtp, pool: { maxPerKey: 1 } });
        return await sendThree(smtp);
      };
      const bytes = await behind({}, async (proxy, server) => {
        expect(statusesOf(await sendAll(proxy))).toEqual(["accepted", "accepted", "accepted"]);
        expect(server.commands.filter((line) => line.startsWith("BDAT"))).toHaveLength(chunks);
        return { ...proxy.bytes };
      });
      await sweepCuts(`three messages ${way}`, bytes, async (cut) => {
        return behind({ cut }, async (proxy, server) => {
          const { connect, doubts } = recordedLines();
          const results = await sendAll(proxy, connect);
          const stored = server.stored.map(({ body }) => /^Subject: (.*)\r$/m.exec(body)?.[1] ?? "");
          const copies = SUBJECTS.map((subject) => stored.filter((one) => one === subject).length);
          const lies = results.flatMap(({ status }, at) => {
            const isTrue = copies[at] === 0 ? /^(not-sent|deferred|unknown)$/ : /^(accepted|unknown)$/;
            return isTrue.test(status) ? [] : [`${SUBJECTS[at]} is ${status}, stored ${copies[at]} times`];
          });
          const doubtful = results.filter(({ status }) => status === "unknown");
          const connections = new Set(doubtful.map(({ attempts }) => attempts.at(-1)?.connectionId));
          if (connections.size < doubtful.length) lies.push("two are in doubt on one connection");
          return { lies, copies: Math.max(...copies), unknown: doubtful.length, plainUnknown: doubts() };
        });
      });
    },
  );
});
