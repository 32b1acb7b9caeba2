import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { fixedBackoff } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { createCertificates } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Early", text: "body\n" };
/** More than the system takes off a client's hands. */
const LARGE = {
  to: ["bob@example.org"],
  raw: Buffer.from(`\r\n${"a line of the body\r\n".repeat(800_000)}`),
};

interface HastyServer extends AsyncDisposable {
  readonly port: number;
  /** What came after the answer to DATA. */
  readonly body: () => Buffer;
}

/** A server that pipelines and whose answer to DATA, and all that follows, is `onData`. */
async function hastyServer(onData: (socket: Socket) => void): Promise<HastyServer> {
  const body: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    let isInData = false;
    sockets.add(socket);
    socket.on("error", () => {}).write("220 hasty\r\n");
    socket.on("data", (chunk) => {
      if (isInData) return void body.push(chunk);
      for (const line of chunk.toString().split("\r\n").slice(0, -1)) {
        if (line !== "DATA")
          socket.write(line.startsWith("EHLO") ? "250-hasty\r\n250 PIPELINING\r\n" : "250 ok\r\n");
        else {
          isInData = true;
          onData(socket);
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    body: () => Buffer.concat(body),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("an acceptance that comes before the dot", () => {
  test("together with the 354 keeps the body back: the message is not sent", async () => {
    await using server = await hastyServer((socket) =>
      socket.write("354 go\r\n250 2.0.0 queued already\r\n"),
    );
    await using smtp = testClient(server.port);
    const result = await smtp.send(MESSAGE);
    expect(result).toMatchObject({
      status: "not-sent",
      retryable: true,
      attempts: [
        { phase: "body", error: { code: "protocol", message: expect.stringContaining("out of turn") } },
      ],
    });
    expect(server.body()).toHaveLength(0);
    expect(smtp.stats().open).toBe(0);
  });

  test("together with the 354, and only half of it, keeps the body back too", async () => {
    await using server = await hastyServer((socket) => {
      socket.write("354 go\r\n250 2.0.0 que");
      setTimeout(() => socket.write("ued\r\n"), 50);
    });
    await using smtp = testClient(server.port);
    expect((await smtp.send(MESSAGE)).status).toBe("not-sent");
    expect(server.body()).toHaveLength(0);

    await using silent = await hastyServer((socket) => socket.write("354 go\r\n2"));
    await using patient = testClient(silent.port, { timeouts: { bodyMs: 100 } });
    expect(await patient.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "timeout" } }],
    });
    expect(silent.body()).toHaveLength(0);
  });

  test("in the middle of the body ends it there: no dot, and the message is not sent", async () => {
    let paused: Socket | undefined;
    await using server = await hastyServer((socket) => {
      socket.write("354 go\r\n");
      socket.once("data", () => {
        paused = socket.pause();
        socket.write("250 2.0.0 queued already\r\n");
      });
    });
    await using smtp = testClient(server.port);
    expect(await smtp.send(LARGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ phase: "body", error: { code: "protocol" } }],
    });
    paused?.resume();
    await until(() => paused?.closed);
    expect(server.body().length).toBeLessThan(LARGE.raw.length);
    expect(server.body().includes("\r\n.\r\n")).toBe(false);
    expect(smtp.stats().open).toBe(0);
  });

  test("is not repeated as if nothing were wrong with the server: the connection ends", async () => {
    await using server = await recordingServer({ withData: "250 2.0.0 queued already" });
    await using smtp = testClient(server.port, { retry: { attempts: 2, backoff: fixedBackoff([1]) } });
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "not-sent", attempts: [{}, {}] });
    expect(server.connections).toBe(2);
    expect(server.stored).toHaveLength(0);
  });
});

/** In a thread of its own: with our event loop it would share the moments in which nobody listens. */
const PROMPT_SERVER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { createServer } = workerData.key === undefined ? require("node:net") : require("node:tls");
  const server = createServer({ ...workerData, noDelay: true }, (socket) => {
    let isInData = false;
    socket.on("error", () => {}).write("220 prompt\\r\\n");
    socket.on("data", (chunk) => {
      const lines = chunk.toString().split("\\r\\n").slice(0, -1);
      for (const line of lines) {
        if (isInData && line !== ".") continue;
        isInData = line === "DATA";
        const isHello = line.startsWith("EHLO");
        socket.write(isHello ? "250-prompt\\r\\n250 PIPELINING\\r\\n" : isInData ? "354 go\\r\\n" : "250 ok\\r\\n");
      }
    });
  }).listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;

describe("an acceptance that comes right after the dot", () => {
  test.each(["none", "tls"] as const)("is the answer to it, with security %s", async (security) => {
    const { key, cert, ca } = await createCertificates();
    const worker = new Worker(PROMPT_SERVER, {
      eval: true,
      workerData: security === "tls" ? { key, cert } : {},
    });
    try {
      const [port]: unknown[] = await once(worker, "message");
      const server = { host: "localhost", port: Number(port), security, tls: { ca } };
      await using smtp = testClient(Number(port), { server, pool: { maxPerKey: 2 } });
      const to = Array.from({ length: 5 }, (_, n) => `bob${n}@example.org`);
      const results = await Promise.all(Array.from({ length: 500 }, () => smtp.send({ ...MESSAGE, to })));
      expect(results.filter(({ status }) => status !== "accepted")).toEqual([]);
    } finally {
      await worker.terminate();
    }
  });
});

describe("a refusal that comes before the dot", () => {
  test("counts, and the rest of the body is spared", async () => {
    await using server = await recordingServer({ withData: "552 5.3.4 too much" });
    await using smtp = testClient(server.port);
    const result = await smtp.send(LARGE);
    expect(result).toMatchObject({ status: "rejected", response: { code: "552", enhancedCode: "5.3.4" } });
    expect(server.stored).toHaveLength(0);
  });

  test("counts in the middle of the body as well", async () => {
    await using server = await hastyServer((socket) => {
      socket.write("354 go\r\n");
      socket.once("data", () => socket.write("452 4.3.1 disk full\r\n"));
    });
    await using smtp = testClient(server.port);
    expect(await smtp.send(LARGE)).toMatchObject({ status: "deferred", response: { code: "452" } });
    expect(server.body().includes("\r\n.\r\n")).toBe(false);
  });
});

describe("a reply too many before", () => {
  test("makes the answer to RCPT look like that to DATA: the body stays, and the message is not sent", async () => {
    await using server = await recordingServer({
      capabilities: [],
      at: (point, _line, _count, socket) => {
        if (point === "rcpt") return "250 2.0.0 nobody asked";
        if (point !== "data") return undefined;
        setTimeout(() => socket.write("354 go ahead\r\n"), 20);
        return "250 2.1.5 recipient ok";
      },
    });
    await using smtp = testClient(server.port);
    const error = { code: "protocol", message: expect.stringContaining("out of turn") };
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      retryable: true,
      attempts: [{ error }],
    });
    expect(server.stored).toHaveLength(0);
    expect(smtp.stats().open).toBe(0);
  });

  test("is told from a server that says 250 for 354: that one gets the body", async () => {
    await using server = await recordingServer({
      capabilities: [],
      at: (point) => (point === "data" ? "250 2.0.0 send it" : undefined),
    });
    await using smtp = testClient(server.port);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.stored).toHaveLength(1);
  });

  test("makes the answer to RCPT look like that to a chunk: it is not taken for an acceptance", async () => {
    await using server = await recordingServer({
      capabilities: ["PIPELINING", "CHUNKING", "SIZE 1000000"],
      at: (point, _line, count) => {
        if (point === "rcpt" && count === 0) return "250 2.0.0 nobody asked";
        return point === "bdat" && count === 0 ? "250 2.1.5 recipient ok\n550 5.7.1 no" : undefined;
      },
    });
    await using smtp = testClient(server.port, { chunking: true, pool: { maxPerKey: 1 } });
    const [first] = await Promise.all([smtp.send(MESSAGE), smtp.send(MESSAGE)]);
    expect(first).toMatchObject({ status: "unknown", attempts: [{ error: { code: "unknown-outcome" } }] });
    expect(server.stored).toHaveLength(1);
  });
});

test("a reply that nobody asked for, while nothing is under way, ends the connection", async () => {
  let say: ((text: string) => void) | undefined;
  await using server = await recordingServer({
    at: (_point, _line, _count, socket) => {
      say = (text) => socket.write(text);
      return undefined;
    },
  });
  await using smtp = testClient(server.port);
  expect((await smtp.send(MESSAGE)).status).toBe("accepted");
  say?.("250 2.0.0 nobody asked\r\n");
  await until(() => smtp.stats().open === 0);
  expect((await smtp.send(MESSAGE)).status).toBe("accepted");
  expect(server.connections).toBe(2);
});
