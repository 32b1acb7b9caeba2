import { createDeflateRaw, createInflateRaw } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ImapWire } from "../../src/session/imap-wire.js";
import type { Capabilities } from "../../src/wire/answers/capabilities.js";
import { SessionRedactor } from "../../src/wire/session-redactor.js";
import { atom, literal, quoted } from "../../src/wire/wire-argument.js";
import { bytesOf, listOf, responseText, textOf, type WireResponse } from "../../src/wire/wire-node.js";
import { duplexPair } from "./duplex-pair.js";

interface Peer {
  readonly wire: ImapWire;
  /** What the wire has sent since it was asked last. */
  readonly heard: () => Promise<string>;
  readonly say: (text: string | Buffer) => Promise<void>;
  readonly unsolicited: string[];
  readonly ends: (Error | undefined)[];
}

/** A wire to a server that the test plays. */
function wireTo(
  capabilities: Capabilities = new Map(),
): Peer & { readonly server: ReturnType<typeof duplexPair>[1] } {
  const [client, server] = duplexPair();
  const wire = new ImapWire(client, {
    limits: { maxLineBytes: 1_000, maxLiteralBytes: 1_000, maxBatchBytes: 500 },
    connectionId: "test",
    redactor: new SessionRedactor(undefined),
    transcript: undefined,
    capabilities,
    rest: Buffer.alloc(0),
  });
  const unsolicited: string[] = [];
  const ends: (Error | undefined)[] = [];
  wire.start({ unsolicited: (name) => unsolicited.push(name), ended: (error) => ends.push(error) });
  const heard = async (): Promise<string> => {
    await settled();
    const bytes: unknown = server.read();
    return Buffer.isBuffer(bytes) ? bytes.toString("latin1") : "";
  };
  const say = async (text: string | Buffer): Promise<void> => {
    server.write(text);
    await settled();
  };
  return { wire, server, heard, say, unsolicited, ends };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe("a wire", () => {
  it("sends one command at a time, and hands each what is its", async () => {
    const { wire, heard, say, unsolicited } = wireTo();
    const rows: string[] = [];
    const untagged = { FETCH: ({ command }: WireResponse) => void rows.push(command ?? "") };
    const first = wire.exec("UID FETCH", [atom("1")], { untagged });
    const second = wire.exec("NOOP", [], {});
    expect(await heard()).toBe("A1 UID FETCH 1\r\n");
    await say("* 1 FETCH (UID 1)\r\n* 5 EXISTS\r\nA2 OK not yet\r\nA1 OK done\r\n* 2 FETCH (UID 2)\r\n");
    expect(responseText(await first)).toBe("done");
    expect(await heard()).toBe("A2 NOOP\r\n");
    await say("A2 NO sorry\r\n");
    expect((await second).command).toBe("NO");
    expect(rows).toEqual(["1"]);
    expect(unsolicited).toEqual(["EXISTS", "FETCH"]);
    expect(wire.isQuiet).toBe(true);
  });

  it("takes no answer that came before the command was sent", async () => {
    const { wire, heard, say } = wireTo();
    const first = wire.exec("NOOP", [], {});
    const second = wire.exec("NOOP", [], {});
    await heard();
    await say("A1 OK\r\nA1 OK again\r\nA2 OK before it was asked\r\n");
    await first;
    expect(await heard()).toBe("A2 NOOP\r\n");
    await say("A1 OK and again\r\nA2 NO\r\n");
    expect((await second).command).toBe("NO");
  });

  it("takes no ESEARCH that names another command", async () => {
    const { wire, say } = wireTo();
    const found: WireResponse[] = [];
    const search = wire.exec("UID SEARCH", [atom("ALL")], {
      untagged: { ESEARCH: (one) => found.push(one) },
    });
    await say(
      '* ESEARCH (TAG "A0") UID ALL 1:9\r\n* ESEARCH (TAG "A1") UID ALL 2\r\n* ESEARCH UID ALL 3\r\nA1 OK\r\n',
    );
    await search;
    expect(found).toHaveLength(2);
  });

  it("sends what may overlap without waiting, and hands each what is its", async () => {
    const { wire, heard, say, unsolicited } = wireTo();
    const rows: string[] = [];
    const fetch = (uid: string): Promise<WireResponse> =>
      wire.exec("UID FETCH", [atom(uid)], {
        overlap: "fetch",
        untagged: {
          FETCH: ({ attributes }) => {
            const isOurs = textOf(listOf(attributes?.[1])[1]) === uid;
            if (isOurs) rows.push(uid);
            return isOurs;
          },
        },
      });
    const all = [fetch("1"), fetch("2"), wire.exec("UID SEARCH", [atom("ALL")], {}), fetch("3")];
    expect(await heard()).toBe("A1 UID FETCH 1\r\nA2 UID FETCH 2\r\n");
    // Out of order, as a server may.
    await say("* 2 FETCH (UID 2)\r\nA2 OK second\r\n* 1 FETCH (UID 1)\r\n* 9 FETCH (UID 9)\r\n");
    expect(responseText(await all[1])).toBe("second");
    expect(await heard()).toBe("");
    await say("A1 OK first\r\n");
    expect(responseText(await all[0])).toBe("first");
    expect(await heard()).toBe("A3 UID SEARCH ALL\r\n");
    await say("A3 OK\r\n");
    expect(await heard()).toBe("A4 UID FETCH 3\r\n");
    await say("A4 OK\r\n");
    await Promise.all(all);
    expect([rows, unsolicited]).toEqual([["2", "1"], ["FETCH"]]);
  });

  it("sends no more than eight together, and none with a literal that the server has to ask for", async () => {
    const { wire, heard, say } = wireTo();
    const statuses = Array.from({ length: 9 }, () => wire.exec("STATUS", [atom("a")], { overlap: "status" }));
    expect((await heard()).match(/STATUS/g)).toHaveLength(8);
    const long = wire.exec("STATUS", [literal(Buffer.from("b"))], { overlap: "status" });
    await say("A1 OK\r\n");
    expect(await heard()).toBe("A9 STATUS a\r\n");
    await say([2, 3, 4, 5, 6, 7, 8].map((n) => `A${n} OK\r\n`).join(""));
    expect(await heard()).toBe("");
    await say("A9 OK\r\n");
    expect(await heard()).toBe("A10 STATUS {1}\r\n");
    await say("+ go\r\nA10 OK\r\n");
    await Promise.all([...statuses, long]);
  });

  it("waits for the server before a literal, unless it takes them unasked", async () => {
    const asked = wireTo();
    const done = asked.wire.exec("APPEND", [quoted("a"), literal(Buffer.from("octets"))], {});
    expect(await asked.heard()).toBe('A1 APPEND "a" {6}\r\n');
    await asked.say("+ go\r\n");
    expect(await asked.heard()).toBe("octets\r\n");
    await asked.say("A1 OK\r\n");
    await done;
    const unasked = wireTo(new Map([["LITERAL+", true]]));
    void unasked.wire.exec("APPEND", [quoted("a"), literal(Buffer.from("octets"))], {}).catch(() => {});
    expect(await unasked.heard()).toBe('A1 APPEND "a" {6+}\r\noctets\r\n');
    unasked.wire.destroy();
  });

  it("tells what a handler threw once the command is over, and goes on", async () => {
    const { wire, say } = wireTo();
    const first = wire.exec("NOOP", [], {
      untagged: {
        SEARCH: () => {
          throw new Error("mine");
        },
      },
    });
    const refused = expect(first).rejects.toThrow("mine");
    await say("* SEARCH 1\r\n* SEARCH 2\r\nA1 OK\r\n");
    await refused;
    const second = wire.exec("NOOP", [], {});
    await say("A2 OK\r\n");
    await expect(second).resolves.toMatchObject({ command: "OK" });
  });

  it("compresses from the server's consent on, and counts what goes over the line", async () => {
    const { wire, server, heard, say } = wireTo();
    const done = wire.exec("COMPRESS", [atom("DEFLATE")], {});
    await heard();
    const deflate = createDeflateRaw();
    const sent: Buffer[] = [];
    deflate.on("data", (piece: Buffer) => sent.push(piece));
    const text = `* OK ${"x".repeat(900)}\r\n`.repeat(200);
    await new Promise<void>((resolve) => {
      deflate.write(text);
      deflate.flush(resolve);
    });
    const before = wire.traffic;
    // Consent and the first compressed bytes in one packet.
    const answer = Buffer.concat([Buffer.from("A1 OK compressing\r\n"), ...sent.splice(0)]);
    await say(answer);
    await done;
    const noop = wire.exec("NOOP", [], {});
    const inflate = createInflateRaw();
    const [command] = await Promise.all([
      new Promise((resolve) => inflate.once("data", (piece: Buffer) => resolve(piece.toString()))),
      new Promise<void>((resolve) => {
        server.once("readable", () => {
          inflate.write(server.read());
          resolve();
        });
      }),
    ]);
    expect(command).toBe("A2 NOOP\r\n");
    await new Promise<void>((resolve) => {
      deflate.write("A2 OK\r\n");
      deflate.flush(resolve);
    });
    await say(Buffer.concat(sent));
    await noop;
    expect(wire.traffic.received - before.received).toBe(answer.length + Buffer.concat(sent).length);
    expect(wire.progressBytes).toBeLessThan(text.length);
    wire.destroy();
  });

  it("counts no progress for what no command has asked for", async () => {
    const { wire, say } = wireTo();
    const rows = wire.exec("UID FETCH", [atom("1")], { untagged: { FETCH: () => {} } });
    await settled();
    const before = wire.progressBytes;
    await say("* 7 EXISTS\r\n".repeat(500));
    expect(wire.progressBytes - before).toBeLessThanOrEqual(500 * 2);
    await say("* 1 FETCH (UID 1)\r\n");
    expect(wire.progressBytes - before).toBeGreaterThanOrEqual(19);
    await say("A1 OK\r\n");
    await rows;
  });

  it("keeps no more octets than may come of a command, which fails then, and goes on", async () => {
    const { wire, say } = wireTo();
    for (const [options, comes] of [[{ maxBytes: 100 }, 60] as const, [{}, 800] as const]) {
      const kept: unknown[] = [];
      const FETCH = (response: WireResponse): void => {
        kept.push(listOf(response.attributes?.[1]).map((node) => bytesOf(node)?.length));
      };
      const rows = wire.exec("UID FETCH", [atom("1")], { untagged: { FETCH }, ...options });
      const refused = expect(rows).rejects.toMatchObject({ code: "limit", connectionBroken: false });
      const literal = `BODY[] {${comes}}\r\n${"x".repeat(comes)}`;
      await say(`* 1 FETCH (${literal} ${literal})\r\n`);
      await say("A1 OK\r\nA2 OK\r\n");
      await refused;
      expect(kept).toEqual([[4, comes, 4, undefined]]);
    }
    expect(wire.isQuiet).toBe(true);
  });

  it("ends with what the server may not send, and refuses all that waits", async () => {
    const { wire, say, ends } = wireTo();
    const waiting = [wire.exec("NOOP", [], {}), wire.exec("NOOP", [], {})].map((one) =>
      one.catch((error: unknown) => error),
    );
    await say(`* 1 FETCH (BODY[] {1001}\r\n`);
    for (const error of await Promise.all(waiting)) expect(error).toMatchObject({ code: "limit" });
    expect(ends).toMatchObject([{ code: "limit" }]);
    await expect(wire.exec("NOOP", [], {})).rejects.toMatchObject({ code: "limit" });
  });

  it("ends after a BYE, and keeps its words", async () => {
    const { wire, say, ends } = wireTo();
    const noop = wire.exec("NOOP", [], {}).catch((error: unknown) => error);
    await say("* BYE down for repair\r\n");
    expect(await noop).toMatchObject({ code: "NoConnection" });
    expect([wire.byeText, ends]).toEqual(["down for repair", [undefined]]);
  });

  it("writes nothing that IMAP cannot carry, and goes on", async () => {
    const { wire, heard } = wireTo();
    await expect(wire.exec("NOOP", [atom("a b")], {})).rejects.toMatchObject({ code: "invalid-argument" });
    void wire.exec("NOOP", [], {}).catch(() => {});
    expect(await heard()).toMatch(/^A\d+ NOOP\r\n$/);
    wire.destroy();
  });
});
