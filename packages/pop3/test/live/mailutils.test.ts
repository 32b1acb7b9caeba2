import type { SyncCursor } from "@mailwright/core";
import { hasMailutils, type MailutilsServer, startMailutils } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import { errorOf } from "../support/pop3-set-up.js";

const TEXTS = [
  "Subject: one\n\nplain\n",
  "Subject: two\n\n.\n..\n.dot\n\xe9\xff\n",
  `Subject: three\n\n${"line\n".repeat(3_000)}`,
];

function clientOf({ port, user, password }: MailutilsServer, wrong = ""): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password: `${password}${wrong}` },
    retry: { attempts: 1 },
  });
}

/** mailutils adds a field for its UIDL to the header that it sends. */
function withoutUidl(source: Buffer): string {
  return source.toString("latin1").replace(/^X-UIDL: .*\r\n/m, "");
}

describe.runIf(hasMailutils("pop3d"))("GNU mailutils' pop3d", () => {
  test("gives every message with CRLF, dots and 8-bit bytes right, whatever its sizes say", async () => {
    await using server = await startMailutils("pop3d");
    for (const text of TEXTS) await server.deliver(text);
    await using pop3 = clientOf(server);
    await pop3.session(async (box) => {
      expect(box.capabilities.hasPipelining).toBe(true);
      const listing = await box.listMessages();
      // It names itself after login only.
      expect(box.capabilities).toMatchObject({
        hasPipelining: true,
        implementation: expect.stringMatching(/^GNU Mailutils/),
      });
      expect(listing.map(({ number, uidl }) => [number, typeof uidl])).toEqual(
        [1, 2, 3].map((n) => [n, "string"]),
      );
      const fetched: string[] = [];
      for await (const { source } of box.messages()) fetched.push(withoutUidl(source));
      expect(fetched).toEqual(TEXTS.map((text) => text.replaceAll("\n", "\r\n")));
      const chunks: Buffer[] = [];
      for await (const chunk of box.messageStream(3)) chunks.push(chunk);
      expect(withoutUidl(Buffer.concat(chunks))).toBe(fetched[2]);
      expect((await box.top(2, 1)).toString("latin1")).toMatch(/\r\n\r\n\.\r\n$/);
    });
  });

  test("refuses what is not there, alone", async () => {
    await using server = await startMailutils("pop3d");
    await server.deliver(TEXTS[0] ?? "");
    const { items } = await clientOf(server).fetchMessages([1, 9]);
    expect(items.map((item) => (item.ok ? "ok" : item.error.code))).toEqual(["ok", "not-found"]);
    expect(await errorOf(clientOf(server, "x").stat())).toMatchObject({ code: "authentication" });
  });

  test("deletes when the session ends well, and else not", async () => {
    await using server = await startMailutils("pop3d");
    for (const text of TEXTS) await server.deliver(text);
    await using pop3 = clientOf(server);
    const work = pop3.session(async (box) => {
      await box.deleteMessage(1);
      throw new Error("the caller's own");
    });
    expect(await errorOf(work)).toMatchObject({ message: "the caller's own" });
    expect(await server.contents()).toHaveLength(3);
    await pop3.deleteMessages([1, 3]);
    const left = await server.contents();
    expect(left).toHaveLength(1);
    expect(left[0]).toContain("Subject: two");
  });

  test("syncs, leaving nothing on the server", async () => {
    await using server = await startMailutils("pop3d");
    await using pop3 = clientOf(server);
    let cursor: SyncCursor | undefined;
    const seen: string[] = [];
    for (const text of TEXTS) {
      await server.deliver(text);
      for await (const batch of pop3.sync({ cursor, leaveOnServerDays: 0 })) {
        for (const event of batch.events) {
          if (event.type === "added")
            seen.push(/Subject: (.*)\r/.exec(String(event.message.source))?.[1] ?? "");
          else throw new Error(`Unexpected: ${event.type}`);
        }
        cursor = batch.cursor;
        await batch.acknowledge();
      }
    }
    expect(seen).toEqual(["one", "two", "three"]);
    expect(await server.contents()).toEqual([]);
  });
});
