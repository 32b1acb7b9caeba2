import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { SyncCursor } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { beforeAll, describe, expect, test } from "vitest";
import type { Pop3AuthMethod } from "../../src/pop3-limits.js";
import { errorOf } from "../support/pop3-set-up.js";
import { LiveMailbox, live } from "./live-mailbox.js";

const CORPUS = fileURLToPath(new URL("../../../../../shared/corpora/messages/", import.meta.url));

function mail(subject: string, body = "body"): Buffer {
  return Buffer.from(`From: a@example.test\r\nSubject: ${subject}\r\n\r\n${body}\r\n`, "latin1");
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

describe("logging in to Dovecot", () => {
  const box = new LiveMailbox("ivan");

  test.each(["SCRAM-SHA-256", "PLAIN", "LOGIN", "USER", "APOP", undefined] as (Pop3AuthMethod | undefined)[])(
    "works by %s over TLS, STLS and in clear",
    async (authMethod) => {
      for (const security of ["tls", "starttls", "none"] as const) {
        await using pop3 = box.client(security, { authMethod });
        const report = await pop3.testConnection();
        expect(report, security).toMatchObject({ ok: true, security });
        expect(report.tls === undefined).toBe(security === "none");
      }
    },
  );

  test("works with a password of quotes, blanks and umlauts", async () => {
    for (const authMethod of ["SCRAM-SHA-256", "PLAIN", "LOGIN"] as const) {
      await using pop3 = new LiveMailbox("xenia").client("tls", { authMethod });
      expect(await pop3.stat()).toMatchObject({ count: expect.any(Number) });
    }
  });

  test.each(["OAUTHBEARER", "XOAUTH2", undefined] as const)(
    "works with an access token by %s, refreshed once when it is stale",
    async (authMethod) => {
      const { user, accessToken, expiredToken } = box.account;
      for (const security of ["tls", "starttls", "none"] as const) {
        const asked: boolean[] = [];
        const credentials = ({ refresh }: { readonly refresh: boolean }) => {
          asked.push(refresh);
          return { user, accessToken: refresh ? accessToken : expiredToken };
        };
        await using pop3 = box.client(security, { authMethod, credentials });
        expect(await pop3.stat()).toMatchObject({ count: expect.any(Number) });
        expect(asked).toEqual([false, true]);
      }
    },
  );

  test("with a wrong password is an authentication failure", async () => {
    for (const authMethod of ["SCRAM-SHA-256", "PLAIN", "LOGIN", "USER", "APOP"] as const) {
      await using pop3 = box.client("tls", {
        authMethod,
        credentials: { user: "ivan", password: "wrong-one" },
      });
      const error = await errorOf(pop3.stat());
      expect(error, authMethod).toMatchObject({ code: "authentication", server: { code: "AUTH" } });
    }
  });

  test("refuses a certificate that nobody vouches for", async () => {
    const server = { host: live.host, port: live.pop3.tlsPort };
    await using pop3 = box.client("tls", { server });
    expect(await errorOf(pop3.stat())).toMatchObject({ code: "tls" });
  });
});

describe("fetching from Dovecot", () => {
  const box = new LiveMailbox("judy");

  beforeAll(async () => {
    await box.clear();
    const random = seeded(4_711);
    for (let index = 0; index < 120; index++) {
      const lines = Array.from({ length: random(200) }, () =>
        Array.from({ length: random(90) }, () =>
          String.fromCharCode([46, 46, 32, 97, 233, 255][random(6)] ?? 97),
        ).join(""),
      );
      await box.deliver(mail(`random ${index}`, lines.join("\r\n")));
    }
    if (!existsSync(CORPUS)) return console.log("SKIPPED the corpus messages: no ../shared/corpora");
    for (const name of readdirSync(CORPUS, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".eml")) continue;
      const text = readFileSync(`${CORPUS}${name}`).toString("latin1").replace(/\r?\n/g, "\r\n");
      await box.deliver(Buffer.from(text.endsWith("\r\n") ? text : `${text}\r\n`, "latin1"));
    }
  });

  test.each(["tls", "starttls", "none"] as const)("gives the bytes of the files (%s)", async (security) => {
    const files = await box.contents();
    await using pop3 = box.client(security);
    await pop3.session(async (session) => {
      expect(session.capabilities.hasPipelining).toBe(true);
      expect((await session.stat()).count).toBe(files.length);
      let index = 0;
      for await (const { source, sizeBytes } of session.messages()) {
        const file = files[index++];
        expect(file?.equals(source), `message ${index}`).toBe(true);
        expect(sizeBytes).toBe(source.length);
      }
      expect(index).toBe(files.length);
      const chunks: Buffer[] = [];
      for await (const chunk of session.messageStream(7)) chunks.push(chunk);
      expect(files[6]?.equals(Buffer.concat(chunks))).toBe(true);
    });
  });

  test("a number that is not there fails alone", async () => {
    await using pop3 = box.client("tls");
    const { items } = await pop3.fetchMessages([1, 100_000, 2]);
    expect(items.map((item) => (item.ok ? "ok" : item.error.code))).toEqual(["ok", "not-found", "ok"]);
  });

  test("arrives whole a byte at a time", async () => {
    await using proxy = await startFaultProxy({
      target: { host: live.host, port: live.pop3.port },
      oneByteAtATime: true,
    });
    const files = await box.contents();
    await using pop3 = box.client("none", {
      server: { host: live.host, port: proxy.port, security: "none" },
    });
    const { items } = await pop3.fetchMessages([1, 2, 3]);
    expect(items.map((item, index) => item.ok && files[index]?.equals(item.value.source))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe("deleting on Dovecot", () => {
  const box = new LiveMailbox("karl");

  test("happens at the end of a session that ends well, and else not", async () => {
    await box.clear();
    const all = ["one", "two", "three", "four"].map((subject) => mail(subject));
    for (const source of all) await box.deliver(source);
    await using pop3 = box.client("tls");
    await errorOf(
      pop3.session(async (session) => {
        await session.deleteMessage(1);
        throw new Error("the caller's own");
      }),
    );
    expect(await box.contents()).toEqual(all);
    const { failed } = await pop3.session(async (session) => {
      await session.deleteMessage(1);
      await session.reset();
      return session.deleteMessages([2, 3, 9]);
    });
    expect(failed).toBe(1);
    expect(await box.contents()).toEqual([all[0], all[3]]);
  });

  test("does not happen when the connection is cut before QUIT is answered, or the outcome is unknown", async () => {
    for (let afterBytes = 20; afterBytes < 140; afterBytes += 8) {
      await box.clear();
      for (const subject of ["one", "two"]) await box.deliver(mail(subject));
      const target = { host: live.host, port: live.pop3.port };
      await using proxy = await startFaultProxy({
        target,
        cut: { direction: "toServer", afterBytes, with: "rst" },
      });
      const server = { host: live.host, port: proxy.port, security: "none" } as const;
      await using pop3 = box.client("none", { server, authMethod: "USER" });
      const outcome = await pop3.deleteMessage(1).then(
        () => "committed",
        ({ code }) => code,
      );
      const left = async (): Promise<number> => (await box.contents()).length;
      // The server carries deletions out, and lets go of the mailbox, when it finds the connection gone.
      if (outcome === "committed") await until(async () => (await left()) === 1);
      else if (outcome !== "unknown-outcome") expect(await left(), `${outcome} at ${afterBytes}`).toBe(2);
    }
  });
});

describe("syncing with Dovecot", () => {
  const box = new LiveMailbox("laura");

  test("keeps a copy equal to the mailbox while others deliver and delete, through broken connections", async () => {
    const random = seeded(20_261_120);
    await box.clear();
    const copy = new Map<string, string>();
    const everSeen: string[] = [];
    let cursor: SyncCursor | undefined;
    let delivered = 0;
    for (let round = 0; round < 25; round++) {
      for (let more = random(6); more > 0; more--)
        await box.deliver(mail(`message ${delivered++}`, "x".repeat(random(3_000))));
      for (let fewer = random(3); fewer > 0; fewer--)
        await box.remove(random(Math.max(1, (await box.contents()).length)));
      const cut = { direction: "toClient" as const, afterBytes: 500 + random(9_000), with: "rst" as const };
      await using proxy = await startFaultProxy({
        target: { host: live.host, port: live.pop3.port },
        ...(round % 2 === 0 ? {} : { cut }),
      });
      const retry = {
        attempts: 3,
        backoff: () => 0,
        onRetry: () => void proxy.setFaults({ cut: undefined }),
      };
      const server = { host: live.host, port: proxy.port, security: "none" } as const;
      await using pop3 = box.client("none", { server, retry });
      for await (const batch of pop3.sync({ cursor, batchMessages: 2 })) {
        for (const event of batch.events) {
          if (event.type === "added") {
            const text = event.message.source?.toString("latin1") ?? "";
            expect(everSeen).not.toContain(event.message.id);
            everSeen.push(event.message.id);
            copy.set(event.message.id, text);
          } else if (event.type === "removed") for (const id of event.ids) copy.delete(String(id));
          else throw new Error(`Unexpected: ${event.type}`);
        }
        cursor = JSON.parse(JSON.stringify(batch.cursor));
        await batch.acknowledge();
      }
      const files = (await box.contents()).map((source) => source.toString("latin1"));
      expect([...copy.values()].sort(), `round ${round}`).toEqual(files.sort());
    }
    expect(everSeen.length).toBeGreaterThan(30);
  });
});
