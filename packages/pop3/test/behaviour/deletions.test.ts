import { MailError } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { startFaultProxy, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const THREE = [message("one"), message("two"), message("three")];

describe("deletions", () => {
  test("are carried out when the session ends well", async () => {
    await using mail = await setUpPop3(THREE);
    await mail.client().session(async (box) => {
      expect(await box.listMessages()).toHaveLength(3);
      await box.deleteMessage(2);
      expect([...box.deletions]).toEqual([2]);
      expect(await box.stat()).toMatchObject({ count: 2 });
      expect((await box.listMessages()).map(({ number }) => number)).toEqual([1, 3]);
      expect(mail.subjects()).toHaveLength(3);
    });
    expect(mail.subjects()).toEqual(["one", "three"]);
  });

  test("fail one by one", async () => {
    await using mail = await setUpPop3(THREE);
    const { items, succeeded, failed } = await mail.client().deleteMessages([1, 9, 3]);
    expect({ succeeded, failed }).toEqual({ succeeded: 2, failed: 1 });
    expect(items).toMatchObject([
      { key: 1, ok: true },
      { key: 9, ok: false, error: { code: "not-found", phase: "dele", connectionBroken: false } },
      { key: 3, ok: true },
    ]);
    expect(mail.subjects()).toEqual(["two"]);
  });

  test("are taken back by reset, and when the task throws", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    await pop3.session(async (box) => {
      await box.deleteMessages([1, 2]);
      await box.reset();
      expect(box.deletions.size).toBe(0);
      expect(await box.stat()).toMatchObject({ count: 3 });
    });
    const own = new Error("the caller's own");
    const work = pop3.session(async (box) => {
      await box.deleteMessages([1, 2]);
      throw own;
    });
    expect(await errorOf(work)).toBe(own);
    expect(mail.subjects()).toHaveLength(3);
    expect(await pop3.stat()).toMatchObject({ count: 3 });
  });

  test("by UIDL hit the message that is meant", async () => {
    await using mail = await setUpPop3(THREE);
    const pop3 = mail.client();
    const [, second] = await pop3.listMessages();
    await pop3.deleteMessage(1);
    await pop3.deleteMessage(second?.uidl ?? "");
    expect(mail.subjects()).toEqual(["three"]);
    expect(await errorOf(pop3.deleteMessage("no-such-uidl"))).toMatchObject({ code: "not-found" });
  });

  test("whose QUIT is refused have an unknown outcome, with the server's words", async () => {
    await using mail = await setUpPop3(THREE, { quirks: { failUpdate: true } });
    const pop3 = mail.client({ retry: { attempts: 3 } });
    expect(await errorOf(pop3.deleteMessage(1))).toMatchObject({
      code: "unknown-outcome",
      phase: "quit",
      retryable: false,
      server: { code: "SYS/TEMP", text: "Some deleted messages not removed" },
    });
    expect(await pop3.stat()).toMatchObject({ count: 3 });
  });

  test("are not committed when the session dies before QUIT, and the error says so", async () => {
    await using mail = await setUpPop3(THREE);
    await using proxy = await startFaultProxy({ target: { host: "127.0.0.1", port: mail.port } });
    const pop3 = mail.client({ server: { host: "127.0.0.1", port: proxy.port, security: "none" } });
    const work = pop3.session(async (box) => {
      await box.deleteMessage(1);
      await proxy.setFaults({ cut: { direction: "toClient", afterBytes: 0, with: "fin" } });
      await until(() =>
        box.noop().then(
          () => false,
          () => true,
        ),
      );
      return "value";
    });
    expect(await errorOf(work)).toMatchObject({
      code: "connection",
      phase: "quit",
      message: expect.stringMatching(/^Deletions not committed/),
    });
    expect(mail.subjects()).toHaveLength(3);
  });

  test("cut at any byte of the conversation are all there or all gone, and never reported as done when they are not", async () => {
    const outcomes = new Map<string, number>();
    for (const direction of ["toClient", "toServer"] as const) {
      let total = Number.POSITIVE_INFINITY;
      for (let afterBytes = direction === "toClient" ? 600 : 60; afterBytes < total + 8; afterBytes += 3) {
        await using mail = await setUpPop3(THREE, {
          disable: ["LANG", "UTF8", "EXPIRE", "IMPLEMENTATION", "SCRAM-SHA-256"],
        });
        await using proxy = await startFaultProxy({
          target: { host: "127.0.0.1", port: mail.port },
          ...(total === Number.POSITIVE_INFINITY ? {} : { cut: { direction, afterBytes, with: "rst" } }),
        });
        const pop3 = mail.client({ server: { host: "127.0.0.1", port: proxy.port, security: "none" } });
        const outcome = await pop3
          .session((box) => box.deleteMessages([1, 3]))
          .then(
            () => "committed",
            (error) => (error instanceof MailError ? error.code : String(error)),
          );
        if (total === Number.POSITIVE_INFINITY) total = proxy.bytes[direction];
        const left = mail.subjects().length;
        expect([1, 3]).toContain(left);
        if (outcome === "committed") expect(left).toBe(1);
        if (outcome === "connection") expect(left).toBe(3);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }
    expect([...outcomes.keys()].sort()).toEqual(["committed", "connection", "unknown-outcome"]);
  });

  test("without deletions a failing QUIT is nobody's loss", async () => {
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: -ERR what
      C: USER ada
      S: +OK
      C: PASS lovelace-1815
      S: +OK
      C: CAPA
      S: -ERR what
      C: STAT
      S: +OK 0 0
      C: QUIT
      RESET:
    `);
    await using pop3 = new Pop3Client({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: ADA,
    });
    expect(await pop3.stat()).toEqual({ count: 0, sizeBytes: 0 });
    await server.done;
  });
});
