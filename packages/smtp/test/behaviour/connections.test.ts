import { setTimeout as sleep } from "node:timers/promises";
import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { createSmtpPool, type OutgoingMessage } from "../../src/index.js";
import { type RecordingServer, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = { to: ["bob@example.org"], subject: "Flow", text: "body\n" };
const numbered = (n: number): OutgoingMessage => ({ ...MESSAGE, subject: `Message ${n}` });

describe("connections", () => {
  test("are reused, without RSET after a message that was accepted, with RSET after one that was not", async () => {
    await using server = await recordingServer({
      at: (point, line) => (point === "rcpt" && line.includes("nobody") ? "550 5.1.1 no" : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    await smtp.send(MESSAGE);
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(0);
    await smtp.send({ ...MESSAGE, to: "nobody@example.org" });
    await smtp.send(MESSAGE);
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(1);
    expect(server.connections).toBe(1);
    expect(smtp.stats()).toMatchObject({
      created: 1,
      reused: 3,
      idle: 1,
      messages: { accepted: 3, rejected: 1 },
    });
  });

  test("that the server ended while idle are replaced, and the sender sees nothing of it", async () => {
    for (const farewell of ["", "421 4.4.2 idle for too long\r\n"]) {
      await using server = await recordingServer();
      await using smtp = testClient(server.port);
      await smtp.send(MESSAGE);
      server.hangUp(farewell);
      const result = await smtp.send(MESSAGE);
      expect(result).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
      expect(server.connections).toBe(2);
    }
  });

  test("that died unnoticed are replaced within the same attempt", async () => {
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 1 ? { do: "rst" } : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
    expect(server.connections).toBe(2);
  });

  test("that say goodbye to the first command are replaced too, once", async () => {
    const goodbye = "421 4.4.2 idle for too long";
    await using server = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count === 1 ? goodbye : undefined),
    });
    await using smtp = testClient(server.port);
    await smtp.send(MESSAGE);
    expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });

    await using strict = await recordingServer({
      at: (point, _line, count) => (point === "mail" && count > 0 ? goodbye : undefined),
    });
    await using refused = testClient(strict.port);
    await refused.send(MESSAGE);
    expect(await refused.send(MESSAGE)).toMatchObject({ status: "deferred", attempts: [{ phase: "mail" }] });
    expect(strict.connections).toBe(2);
  });

  test("that cannot be reset are replaced within the same attempt", async () => {
    for (const action of ["502 5.5.1 what?", { do: "rst" } as const]) {
      await using server = await recordingServer({
        at: (point, line) => {
          if (point === "rset") return action;
          return point === "rcpt" && line.includes("nobody") ? "550 5.1.1 no" : undefined;
        },
      });
      await using smtp = testClient(server.port);
      await smtp.send({ ...MESSAGE, to: "nobody@example.org" });
      expect(await smtp.send(MESSAGE)).toMatchObject({ status: "accepted", attempts: [{ phase: "done" }] });
      expect(server.connections).toBe(2);
    }
  });

  test("are checked after a time idle", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port, { pool: { checkAfterIdleMs: 1 } });
    await smtp.send(MESSAGE);
    await sleep(20);
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.commands.filter((line) => line === "RSET")).toHaveLength(1);
  });

  test("end by QUIT after their share of messages, and when the client closes", async () => {
    await using server = await recordingServer();
    const smtp = testClient(server.port, { pool: { maxUses: 2, maxPerKey: 1 } });
    for (let n = 0; n < 3; n++) await smtp.send(MESSAGE);
    await smtp.close();
    expect(server.connections).toBe(2);
    expect(server.commands.filter((line) => line === "QUIT")).toHaveLength(2);
    await until(() => server.open === 0);
  });

  test("stay within the cap, and the rest waits", async () => {
    let most = 0;
    await using server = await recordingServer({
      at: (point) => {
        if (point === "mail") most = Math.max(most, server.open);
        return undefined;
      },
    });
    await using smtp = testClient(server.port, { pool: { maxPerKey: 3 } });
    const results = await Promise.all(Array.from({ length: 40 }, (_, n) => smtp.send(numbered(n))));
    expect(results.every(({ status }) => status === "accepted")).toBe(true);
    expect(most).toBe(3);
    expect(server.stored).toHaveLength(40);
  });

  test("that the server refuses as too many lower the cap; the messages queue", async () => {
    const { server, refused } = await crowdedServer();
    await using _server = server;
    await using smtp = testClient(server.port, { pool: { maxPerKey: 6 } });
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => smtp.send(numbered(n))));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(refused()).toBeGreaterThan(0);
    expect(smtp.stats().effectiveCap).toBeLessThan(6);
    expect(server.stored).toHaveLength(30);
  });

  test("that the server refuses while all of them are dialled at once lower the cap as well", async () => {
    const { server, refused } = await crowdedServer();
    await using _server = server;
    await using smtp = testClient(server.port, { pool: { maxPerKey: 6 } });
    // The account is known to be good, and no connection is left: so many are dialled side by side.
    await smtp.connect();
    server.hangUp("");
    await until(() => smtp.stats().open === 0);
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => smtp.send(numbered(n))));
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "accepted"));
    expect(smtp.stats().effectiveCap).toBeLessThanOrEqual(2);
    expect(refused()).toBe(4);
  });

  test("can be shared by several clients of one account, and outlive each of them", async () => {
    await using server = await recordingServer();
    await using pool = createSmtpPool({ maxPerKey: 1 });
    const first = testClient(server.port, { pool });
    const second = testClient(server.port, { pool });
    await first.send(MESSAGE);
    await second.send(MESSAGE);
    expect(server.connections).toBe(1);
    await first.close();
    expect((await second.send(MESSAGE)).status).toBe("accepted");
    await second.close();
  });

  test("are made beforehand by connect()", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    await smtp.connect();
    expect(smtp.stats()).toMatchObject({ created: 1, idle: 1 });
    await smtp.send(MESSAGE);
    expect(server.connections).toBe(1);
  });
});

/** Takes two connections at a time, and counts those that it refuses. */
async function crowdedServer(): Promise<{
  readonly server: RecordingServer;
  readonly refused: () => number;
}> {
  let refused = 0;
  const server = await recordingServer({
    at: (point) => {
      if (point !== "greeting" || server.open <= 2) return undefined;
      refused += 1;
      return "421 4.7.0 too many connections";
    },
  });
  return { server, refused: () => refused };
}
