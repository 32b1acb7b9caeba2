import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fixedBackoff } from "@mailwright/core";
import { hasUnpacked, startExim, until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { delivers, messageTo, recorder } from "./delivering-suite.js";
import { liveExim, startOwnExim } from "./live-server.js";

describe.runIf(hasUnpacked("exim"))("Exim", () => {
  delivers(startOwnExim);

  test.each([true, false])(
    "takes so many messages over one connection, and the others over the next (chunking: %s)",
    async (chunking) => {
      await using server = liveExim(await startExim({ maxMessagesPerConnection: 3 }));
      const { verbs, transcript } = recorder();
      await using smtp = server.client({ chunking, pool: { maxPerKey: 1 }, transcript });
      const mark = randomUUID();
      const sent = Array.from({ length: 10 }, () => messageTo(server.to, { text: mark }));
      const results = await Promise.all(sent.map((one) => smtp.send(one)));
      expect(results.map(({ status }) => status)).toEqual(sent.map(() => "accepted"));
      expect(results.map(({ attempts }) => attempts.length)).toEqual(sent.map(() => 1));
      expect(smtp.stats().created).toBe(4);
      expect(verbs.includes("BDAT")).toBe(chunking);
      expect(await server.delivered(mark, sent.length)).toHaveLength(sent.length);
    },
  );

  test.each([true, false])(
    "puts a message off for its content, and takes it when it is put right (chunking: %s)",
    async (chunking) => {
      await using server = liveExim(await startExim());
      await using smtp = server.client({ chunking });
      const refused = await smtp.send(messageTo(server.to, { subject: "DEFERME" }));
      expect(refused).toMatchObject({
        status: "deferred",
        retryable: true,
        response: { code: "451", enhancedCode: "4.3.0" },
        attempts: [{ phase: "data-end" }],
      });
      expect((await smtp.send(messageTo(server.to))).status).toBe("accepted");
      expect(smtp.stats().created).toBe(1);
    },
  );

  test("is restarted in the middle of a queue, and every message arrives once", async () => {
    await using exim = await startExim();
    const server = liveExim(exim);
    // As long as it may take to begin again on a busy machine.
    const retry = { attempts: 300, backoff: fixedBackoff([200]) };
    await using smtp = server.client({ pool: { maxPerKey: 2 }, retry });
    const mark = randomUUID();
    const first = Array.from({ length: 20 }, () => messageTo(server.to, { text: mark }));
    for (const { status } of await Promise.all(first.map((one) => smtp.send(one))))
      expect(status).toBe("accepted");
    // What it is about to have delivered when it is killed it delivers again, and that is not the client's doing.
    await until(() => readdirSync(join(exim.maildirRoot, "..", "spool", "input")).length === 0);
    await exim.kill();
    const second = Array.from({ length: 20 }, () => messageTo(server.to, { text: mark }));
    const sends = second.map((one) => smtp.send(one));
    await exim.start();
    for (const { status } of await Promise.all(sends)) expect(status).toBe("accepted");
    const stored = await server.delivered(mark, 40);
    expect(stored).toHaveLength(40);
    for (const { messageId } of [...first, ...second])
      expect(stored.filter((bytes) => bytes.includes(messageId))).toHaveLength(1);
  });
});
