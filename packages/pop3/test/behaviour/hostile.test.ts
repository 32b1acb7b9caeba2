import { createServer, type Socket } from "node:net";
import { isMailError, MailError } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { createCertificates, startFaultProxy, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test, vi } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3ClientOptions } from "../../src/pop3-options.js";
import type { Pop3Session } from "../../src/session/pop3-session.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const certificates = await createCertificates();

const LOGIN = `
  S: +OK ready
  C: CAPA
  S: -ERR what
  C: USER ada
  S: +OK
  C: PASS lovelace-1815
  S: +OK
  C: CAPA
`;
const LOGGED_IN = `${LOGIN}
  S: -ERR what
`;

function clientOf(port: number, options: Partial<Pop3ClientOptions> = {}): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: ADA,
    retry: { attempts: 1 },
    ...options,
  });
}

/** Plays a script after the login and runs a task against it; whatever it rejects with. */
async function against(
  script: string,
  task: (box: Pop3Session) => Promise<unknown>,
  options: Partial<Pop3ClientOptions> = {},
): Promise<unknown> {
  await using server = await startScriptedServer(script, { certificates });
  await using pop3 = clientOf(server.port, options);
  return await errorOf(pop3.session(task));
}

describe("a server that lies", () => {
  const stat = (box: Pop3Session) => box.stat();
  const list = (box: Pop3Session) => box.listMessages();
  const fetch = (box: Pop3Session) => box.fetchMessage(1);
  const LISTING = "C: STAT\nS: +OK 2 20\nC: LIST\nS: +OK\n";
  const UIDL = "S: 1 10\nS: 2 10\nS: .\nC: UIDL\nS: +OK\n";

  test.each([
    ["text for STAT", "C: STAT\nS: +OK many", stat],
    ["a negative STAT", "C: STAT\nS: +OK -1 20", stat],
    ["a huge STAT", "C: STAT\nS: +OK 99999999999999999999 20", stat],
    ["a continuation for STAT", "C: STAT\nS: + 2 20", stat],
    ["words for STAT that are no reply", "C: STAT\nS: * OK IMAP4", stat],
    ["text in LIST", `${LISTING}S: one 10\nS: 2 10\nS: .\nC: UIDL\nS: +OK\nS: .`, list],
    ["a number twice in LIST", `${LISTING}S: 1 10\nS: 1 10\nS: .\nC: UIDL\nS: +OK\nS: .`, list],
    ["fewer messages in LIST than in STAT", `${LISTING}S: 1 10\nS: .\nC: UIDL\nS: +OK\nS: .`, list],
    [
      "more messages in LIST than in STAT",
      `${LISTING}S: 1 1\nS: 2 2\nS: 3 3\nS: .\nC: UIDL\nS: +OK\nS: .`,
      list,
    ],
    ["a UIDL for a message that LIST lacks", `${LISTING}${UIDL}S: 1 a\nS: 3 b\nS: .`, list],
    ["a UIDL of 1025 characters", `${LISTING}${UIDL}S: 1 ${"x".repeat(1025)}\nS: 2 b\nS: .`, list],
    ["a UIDL with a control character", `${LISTING}${UIDL}S: 1 a\\x07\nS: 2 b\nS: .`, list],
    ["a UIDL for the same number twice", `${LISTING}${UIDL}S: 1 a\nS: 1 b\nS: .`, list],
    ["another number than asked", "C: LIST 1\nS: +OK 2 10\nC: UIDL 1\nS: +OK 1 a", fetch],
    [
      "an answer that was not asked for",
      "C: STAT\nS: +OK 2 20\nS: +OK and more",
      (box: Pop3Session) => stat(box).then(() => stat(box)),
    ],
  ])("with %s gets a typed protocol error, and the session ends", async (_what, script, task) => {
    const error = await against(`${LOGGED_IN}\n${script}`, task);
    expect(error).toMatchObject({ code: "protocol", connectionBroken: true });
  });

  test("with an endless line, listing, message or greeting is cut off at the limit", async () => {
    const limits = { maxLineBytes: 1_000, maxListingBytes: 5_000, maxMessageBytes: 5_000, maxMessages: 100 };
    const endless = `S: ${"x".repeat(2_000)}`;
    const lines = Array.from({ length: 300 }, (_, index) => `S: ${index + 1} 10 ${"x".repeat(20)}`).join(
      "\n",
    );
    const cases = [
      `S: +OK ${"x".repeat(2_000)}`,
      `${LOGGED_IN}\nC: STAT\nS: +OK ${"x".repeat(2_000)}`,
      `${LOGGED_IN}\nC: LIST\nS: +OK\n${lines}`,
      `${LOGGED_IN}\nC: LIST\nS: +OK\n${Array.from({ length: 101 }, (_, index) => `S: ${index + 1} 1`).join("\n")}\nS: .`,
      `${LOGGED_IN}\nC: LIST 1\nS: +OK 1 10\nC: UIDL 1\nS: -ERR no\nC: RETR 1\nS: +OK\n${endless}\n${endless}\n${endless}`,
    ];
    for (const [index, script] of cases.entries()) {
      const task = index === 1 ? stat : index < 4 ? (box: Pop3Session) => box.list() : fetch;
      const error = await against(script, task, { limits });
      expect(error, `case ${index}`).toMatchObject({
        code: index === 3 ? "protocol" : "limit",
        connectionBroken: true,
      });
    }
  });

  test("and says good-bye when nobody asked tells why the session ended", async () => {
    const script = `${LOGGED_IN}\nC: STAT\nS: +OK 2 20\nS: -ERR Disconnected for inactivity.\nCLOSE:`;
    const error = await against(script, (box) => stat(box).then(() => stat(box)));
    expect(error).toMatchObject({
      code: "connection",
      retryable: true,
      server: { text: "Disconnected for inactivity." },
    });
  });
});

describe("a server that answers once too often", () => {
  const PIPELINING = `${LOGIN}
    S: +OK
    S: PIPELINING
    S: .
  `;
  const deleteBoth = (box: Pop3Session) => box.deleteMessages([1, 2]);
  const answeredTwice = "C: DELE 1\nS: +OK\nS: +OK and more\nEOF:";

  test("is not believed to have answered the next command, which was not sent yet", async () => {
    const error = await against(`${LOGGED_IN}\n${answeredTwice}`, deleteBoth);
    expect(error).toMatchObject({ code: "protocol", phase: "dele", connectionBroken: true });
  });

  test.each([
    ["a refusal, comes at once", "", "-ERR some deleted messages not removed"],
    ["a refusal, comes later", "WAIT: 20ms", "-ERR some deleted messages not removed"],
    ["a good-bye, comes at once", "", "+OK bye"],
    ["a good-bye, comes later", "WAIT: 20ms", "+OK bye"],
  ])("has not confirmed deletions when the true answer to QUIT, %s", async (_when, wait, answer) => {
    const script = `${PIPELINING}
      C: DELE 1
      C: DELE 2
      S: +OK
      S: +OK
      C: QUIT
      S: +OK that was the second DELE
      ${wait}
      S: ${answer}
      EOF:
    `;
    const error = await against(script, deleteBoth);
    expect(error).toMatchObject({ code: "unknown-outcome", phase: "quit" });
  });
});

describe("a server that drips", () => {
  /** Sends its part of the script, then one more byte of `drip` every 10 ms, for ever. */
  async function dripping(
    before: string,
    drip: string,
  ): Promise<{ port: number; stop: () => Promise<void> }> {
    const sockets = new Set<Socket>();
    const timers = new Set<NodeJS.Timeout>();
    const replies = before.split("\n").filter((line) => line !== "");
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      const due = [...replies];
      const next = (): void => {
        const reply = due.shift();
        if (reply !== undefined) return void socket.write(reply.replaceAll("|", "\r\n"));
        let at = 0;
        timers.add(setInterval(() => socket.write(drip[at++ % drip.length] ?? "x"), 10));
      };
      socket.on("data", next);
      next();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return {
      port: typeof address === "object" && address !== null ? address.port : 0,
      stop: async () => {
        for (const timer of timers) clearInterval(timer);
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  const READY = "+OK|\n-ERR|\n+OK|\n+OK|\n-ERR|\n";
  const MESSAGE = `${READY}+OK 1 9|\n+OK 1 a|\n+OK|\n`;

  test.each([
    ["the greeting", "", "+OK hello ", "greeting"],
    ["the capabilities", "+OK|\n", "+OK\r\nTOP ", "capability"],
    ["the login", "+OK|\n-ERR|\n+OK|\n", "+OK wait ", "auth"],
    ["STAT", READY, "+OK 1 ", "stat"],
  ])("%s ends by the deadline, whatever it keeps sending", async (_what, before, drip, phase) => {
    const server = await dripping(before, drip);
    try {
      const timeouts = { connectMs: 1_000, commandMs: 300, stallMs: 15_000 };
      await using pop3 = clientOf(server.port, { timeouts });
      const message = expect.stringMatching(/within (?:300|1000) ms/);
      const error = await errorOf(pop3.stat());
      expect(error).toMatchObject({ code: "timeout", phase, connectionBroken: true, message });
    } finally {
      await server.stop();
    }
  });

  test("a message ends by the deadline for messages, also as a stream", async () => {
    for (const how of ["whole", "stream"] as const) {
      const server = await dripping(how === "whole" ? MESSAGE : `${READY}+OK|\n`, "line\r\n");
      try {
        await using pop3 = clientOf(server.port, { timeouts: { messageMs: 250, stallMs: 5_000 } });
        const work = pop3.session(async (box) => {
          if (how === "whole") return box.fetchMessage(1);
          for await (const _chunk of box.messageStream(1));
          return undefined;
        });
        expect(await errorOf(work)).toMatchObject({ code: "timeout", phase: "retr" });
      } finally {
        await server.stop();
      }
    }
  });

  test("silence ends sooner than the deadline for a whole message", async () => {
    const script = `${LOGGED_IN}\nC: LIST 1\nS: +OK 1 9\nC: UIDL 1\nS: +OK 1 a\nC: RETR 1\nS: +OK\nS: half\nSTALL:`;
    const error = await against(script, (box) => box.fetchMessage(1), { timeouts: { stallMs: 1_500 } });
    const message = expect.stringContaining("within 1500 ms");
    expect(error).toMatchObject({ code: "timeout", phase: "retr", message });
  });
});

describe("in every phase", () => {
  test.each([
    ["cut with FIN", "fin"],
    ["cut with RST", "rst"],
    ["fallen silent", "stall"],
  ] as const)(
    "a connection %s is a typed error with its phase",
    async (_what, how) => {
      await using mail = await setUpPop3([message("one", "x".repeat(3_000))], { disable: ["SCRAM-SHA-256"] });
      const seen = new Set<string>();
      await using straight = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.port } });
      const measure = mail.client({ server: { host: "127.0.0.1", port: straight.port, security: "none" } });
      await measure.fetchMessage(1);
      const total = straight.bytes.toClient - 20;
      for (let step = 0; step <= 20; step++) {
        const afterBytes = Math.floor((total * step) / 20);
        const fault =
          how === "stall"
            ? { stall: { direction: "toClient" as const, afterBytes } }
            : { cut: { direction: "toClient" as const, afterBytes, with: how } };
        await using proxy = await startFaultProxy({
          target: { host: "127.0.0.1", port: mail.port },
          ...fault,
        });
        await using pop3 = clientOf(proxy.port, { timeouts: { connectMs: 1_500, stallMs: 150 } });
        const outcome = await pop3.fetchMessage(1).catch((error: unknown) => error);
        if (!isMailError(outcome)) {
          expect(outcome, `after ${afterBytes} of ${total} bytes`).toMatchObject({ number: 1 });
          continue;
        }
        expect(outcome).toMatchObject({ code: how === "stall" ? "timeout" : "connection", retryable: true });
        expect(outcome.phase).toBeDefined();
        seen.add(outcome.phase ?? "");
      }
      expect([...seen]).toEqual(expect.arrayContaining(["greeting", "capability", "retr"]));
    },
    20_000,
  );

  test("a refused connection says so, and reads are tried again", async () => {
    await using mail = await setUpPop3([message("one")]);
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: mail.port },
      refuse: true,
    });
    const retries: unknown[] = [];
    const server = { host: "127.0.0.1", port: proxy.port, security: "none" } as const;
    const pop3 = mail.client({
      server,
      retry: {
        attempts: 3,
        backoff: () => 10,
        onRetry: ({ error }) => {
          retries.push(error.code);
          void proxy.setFaults({ refuse: false });
        },
      },
    });
    expect(await pop3.stat()).toMatchObject({ count: 1 });
    expect(retries[0]).toBe("connection");
  });
});

describe("a caller who gives up", () => {
  test.each(["before it starts", "while it waits for the greeting", "while it waits for an answer"])(
    "%s gets aborted at once",
    async (when) => {
      const script = when.endsWith("greeting") ? "STALL:" : `${LOGGED_IN}\nC: STAT\nSTALL:`;
      await using server = await startScriptedServer(script, { certificates });
      await using pop3 = clientOf(server.port);
      const controller = new AbortController();
      if (when === "before it starts") controller.abort();
      const error = errorOf(pop3.stat({ signal: controller.signal }));
      if (when.endsWith("greeting")) await until(() => pop3.stats().opening === 1);
      if (when.endsWith("answer")) await until(() => pop3.stats().leased === 1);
      controller.abort();
      expect(await error).toMatchObject({ code: "aborted" });
      await expect.poll(() => pop3.stats().leased).toBe(0);
    },
  );

  test("by a signal on one command ends the session, and deletions stay undone", async () => {
    await using mail = await setUpPop3([message("one"), message("two", "x".repeat(500_000))]);
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: mail.port },
      bytesPerSecond: 200_000,
    });
    const server = { host: "127.0.0.1", port: proxy.port, security: "none" } as const;
    const controller = new AbortController();
    const work = mail.client({ server }).session(async (box) => {
      await box.deleteMessage(1);
      const fetching = box.fetchMessage(2, { signal: controller.signal });
      const before = proxy.bytes.toClient;
      void until(() => proxy.bytes.toClient > before + 10_000).then(() => controller.abort());
      await fetching;
    });
    expect(await errorOf(work)).toMatchObject({ code: "aborted", connectionBroken: true });
    expect(mail.subjects()).toEqual(["one", "two"]);
  });

  test("does not keep the account locked when the task never ends", async () => {
    await using mail = await setUpPop3([message("one")]);
    const pop3 = mail.client();
    const work = pop3.session(() => new Promise<void>(() => {}), { timeoutMs: 50 });
    expect(await errorOf(work)).toMatchObject({ code: "timeout", phase: "session" });
    expect(await pop3.stat({ timeoutMs: 20_000 })).toMatchObject({ count: 1 });
  });

  test("by timeoutMs gets a timeout with the phase, for one command and for a whole call", async () => {
    const script = `${LOGGED_IN}\nC: STAT\nSTALL:`;
    const one = await against(script, (box) => box.stat({ timeoutMs: 80 }));
    expect(one).toMatchObject({ code: "timeout", phase: "stat" });
    await using server = await startScriptedServer(script, { certificates });
    await using pop3 = clientOf(server.port);
    expect(await errorOf(pop3.stat({ timeoutMs: 150 }))).toMatchObject({ code: "timeout", phase: "session" });
  });

  test("by timeoutMs is told why no session could be opened", async () => {
    await using mail = await setUpPop3([], { quirks: { maxConnections: 0 } });
    const pop3 = mail.client({ retry: { attempts: 9, backoff: () => 10 } });
    const message = expect.stringMatching(/the last attempt to connect failed: .*connections/i);
    const why = { code: "timeout", message, cause: { code: "throttled" } };
    expect(await errorOf(pop3.stat({ timeoutMs: 1_500 }))).toMatchObject({ ...why, phase: "session" });
    const syncing = pop3.sync({ timeoutMs: 1_500 }).next();
    expect(await errorOf(syncing)).toMatchObject({ ...why, phase: "sync" });
  });

  test("by timeoutMs inside an open session is not told of another that could not be opened", async () => {
    await using mail = await setUpPop3([message("one")]);
    const pop3 = mail.client({ pool: { maxPerKey: 2 } });
    const first = errorOf(pop3.session(() => new Promise<void>(() => {}), { timeoutMs: 600 }));
    await vi.waitFor(() => expect(pop3.stats().leased).toBe(1));
    const second = await errorOf(pop3.stat({ timeoutMs: 200 }));
    expect(second).toMatchObject({ code: "timeout", cause: { code: "busy" } });
    expect(await first).toMatchObject({ code: "timeout" });
    expect(await first).not.toHaveProperty("cause");
  });

  test("by closing the client ends what is under way and what waits", async () => {
    await using server = await startScriptedServer(`${LOGGED_IN}\nC: STAT\nSTALL:`, { certificates });
    const pop3 = clientOf(server.port);
    const first = errorOf(pop3.stat());
    const second = errorOf(pop3.stat());
    await until(() => pop3.stats().leased === 1 && pop3.stats().waiting === 1);
    await pop3.close({ graceMs: 0 });
    expect(await first).toBeInstanceOf(MailError);
    expect(await second).toMatchObject({ code: "closed" });
    expect(await errorOf(pop3.stat())).toMatchObject({ code: "closed" });
  });
});
