import {
  createCertificates,
  MailStore,
  type Pop3ServerOptions,
  startPop3Server,
  startScriptedServer,
} from "@mailwright/testing";
import NodePop3 from "node-pop3";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3Session } from "../../src/session/pop3-session.js";
import { ADA, message } from "../support/pop3-set-up.js";

/**
 * The client that this package was meant to wrap, side by side with it: equal where that one is right, and the
 * bytes on which it is wrong (docs/decisions/0006-a-pop3-client-of-our-own.md).
 */
const certificates = await createCertificates();

interface Both {
  readonly theirs: NodePop3;
  readonly ours: Pop3Session;
}

/** Runs the same task with both, one after the other, on servers with the same mail. */
async function compare<T>(
  messages: readonly (string | Buffer)[],
  their: (client: NodePop3) => Promise<T>,
  our: (box: Pop3Session) => Promise<T>,
  options: Pop3ServerOptions = {},
): Promise<{ theirs: T; ours: T }> {
  const store = new MailStore([{ ...ADA, messages }]);
  const server = await startPop3Server({ store, tls: certificates, options });
  try {
    const client = new NodePop3({ host: "127.0.0.1", port: server.port, ...ADA });
    const theirs = await their(client);
    await Promise.race([client.QUIT(), hang()]);
    const ours = await clientOf(server.port).session(our);
    return { theirs, ours };
  } finally {
    await server.stop();
  }
}

function clientOf(port: number): Pop3Client {
  return new Pop3Client({ server: { host: "127.0.0.1", port, security: "none" }, credentials: ADA });
}

/** Runs a scripted conversation with each: node-pop3 on the first connection, this client on the second. */
async function script(
  retrieval: readonly (string | Uint8Array)[],
  task: (both: Partial<Both>) => Promise<unknown>,
  chunking: "whole" | "lines" = "whole",
): Promise<{ theirs: unknown; ours: unknown }> {
  const theirLogin = "S: +OK ready\nC: USER ada\nS: +OK\nC: PASS lovelace-1815\nS: +OK\nC: RETR 1";
  const ourLogin =
    "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER ada\nS: +OK\nC: PASS lovelace-1815\nS: +OK\nC: CAPA\nS: -ERR no\nC: LIST 1\nS: +OK 1 9\nC: UIDL 1\nS: -ERR no\nC: RETR 1";
  await using first = await startScriptedServer([theirLogin, ...retrieval, "IGNORE:"], {
    certificates,
    chunking,
  });
  const client = new NodePop3({ host: "127.0.0.1", port: first.port, ...ADA });
  const theirs = await task({ theirs: client }).catch((error: unknown) => error);
  await using second = await startScriptedServer([ourLogin, ...retrieval, "C: QUIT\nS: +OK"], {
    certificates,
    chunking,
  });
  await using pop3 = clientOf(second.port);
  const ours = await pop3.session((box) => task({ ours: box }));
  return { theirs, ours };
}

const retrieve = async ({ theirs, ours }: Partial<Both>): Promise<unknown> => {
  if (ours !== undefined) return (await ours.fetchMessage(1)).source.toString("latin1");
  return Promise.race([theirs?.RETR(1), hang()]);
};

function hang(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, 2_000, "hangs"));
}

const PLAIN = [message("one"), message("two", "several\r\nlines"), message("three")];

describe("where node-pop3 is right, this client says the same", () => {
  test("STAT, LIST and UIDL", async () => {
    const { theirs, ours } = await compare<unknown>(
      PLAIN,
      async (client) => [await client.STAT(), await client.LIST(), await client.UIDL()],
      async (box) => {
        const { count, sizeBytes } = await box.stat();
        const sizes = (await box.list()).map((line) => [`${line.number}`, `${line.sizeBytes}`]);
        const uidls = (await box.uidl()).map((line) => [`${line.number}`, line.uidl]);
        return [`${count} ${sizeBytes}`, sizes, uidls];
      },
    );
    expect(ours).toEqual(theirs);
  });

  test("LIST n and UIDL n", async () => {
    const { theirs, ours } = await compare<unknown>(
      PLAIN,
      async (client) => [await client.LIST(2), await client.UIDL(2)],
      async (box) => {
        const listing = await box.listMessages();
        return [
          ["2", `${await box.messageSize(2)}`],
          ["2", listing[1]?.uidl],
        ];
      },
    );
    expect(ours).toEqual(theirs);
  });

  test("RETR and TOP of plain ASCII, but for the last line end that node-pop3 drops", async () => {
    const { theirs, ours } = await compare<unknown>(
      PLAIN,
      async (client) =>
        [await client.RETR(1), await client.RETR(2), await client.TOP(2, 1)].map((text) => `${text}\r\n`),
      async (box) => [
        (await box.fetchMessage(1)).source.toString(),
        (await box.fetchMessage(2)).source.toString(),
        (await box.top(2, 1)).toString(),
      ],
    );
    expect(ours).toEqual(theirs);
  });

  test("DELE and RSET", async () => {
    const { theirs, ours } = await compare<unknown>(
      PLAIN,
      async (client) => {
        await client.DELE(1);
        const during = await client.STAT();
        await client.RSET();
        return [during.split(" ")[0], (await client.STAT()).split(" ")[0]];
      },
      async (box) => {
        await box.deleteMessage(1);
        const during = await box.stat();
        await box.reset();
        return [`${during.count}`, `${(await box.stat()).count}`];
      },
    );
    expect(ours).toEqual(theirs);
  });
});

test("an empty message is empty to both", async () => {
  expect(await script(["S: +OK\nS: ."], retrieve)).toEqual({ theirs: "", ours: "" });
});

describe("where node-pop3 is wrong, this client is right", () => {
  test("dot-stuffing: it leaves the doubled dots in", async () => {
    const { theirs, ours } = await script(["S: +OK\nS: a\nS: ..\nS: ..b\nS: ."], retrieve);
    expect(theirs).toBe("a\r\n..\r\n..b");
    expect(ours).toBe("a\r\n.\r\n.b\r\n");
  });

  test("8-bit bytes: it makes U+FFFD of them, for good", async () => {
    const { theirs, ours } = await script(["S: +OK\nS: caf\\xe9\nS: ."], retrieve);
    expect(theirs).toBe("caf\ufffd");
    expect(ours).toBe("caf\xe9\r\n");
  });

  test("the last line end: it drops it", async () => {
    const { theirs, ours } = await script(["S: +OK\nS: a\nS:\nS: ."], retrieve);
    expect(theirs).toBe("a\r\n");
    expect(ours).toBe("a\r\n\r\n");
  });

  test("a terminator in two segments: it hangs", async () => {
    const { theirs, ours } = await script(["S: +OK\nS: a\nS-: .", "WAIT: 20ms", "S:"], retrieve);
    expect(theirs).toBe("hangs");
    expect(ours).toBe("a\r\n");
  });

  test("a segment that is a lone dot line of the message: it ends there and loses the rest", async () => {
    const { theirs, ours } = await script(
      ["S: +OK\nS: a", "WAIT: 20ms", "S-: .", "WAIT: 20ms", "S-: .rest\\r\\n", "WAIT: 20ms", "S: ."],
      retrieve,
    );
    expect(theirs).toBe("a\r\n");
    expect(ours).toBe("a\r\n.rest\r\n");
  });

  test("commands side by side: it mixes up the answers", async () => {
    const { theirs, ours } = await compare<string[]>(
      PLAIN,
      async (client) => {
        await client.NOOP();
        const all = [1, 2, 3].map((number) => Promise.race([client.RETR(number), hang()]));
        return (await Promise.all(all)).map(subjectOf);
      },
      async (box) => {
        const all = [1, 2, 3].map((number) => box.fetchMessage(number));
        return (await Promise.all(all)).map(({ source }) => subjectOf(source.toString()));
      },
      { disable: ["PIPELINING"] },
    );
    expect(theirs).toEqual(["three", "three", "three"]);
    expect(ours).toEqual(["one", "two", "three"]);
  });

  test("CR LF in an argument: it sends the second command", async () => {
    await using server = await startScriptedServer(
      "S: +OK ready\nC: USER ada\nS: +OK\nC: DELE 1\nS: +OK\nIGNORE:",
      { certificates },
    );
    const client = new NodePop3({
      host: "127.0.0.1",
      port: server.port,
      user: "ada\r\nDELE 1",
      password: "x",
    });
    client.NOOP().catch(() => {});
    await server.done;
    expect(server.received.toString()).toContain("\r\nDELE 1\r\n");
    await using silent = await startScriptedServer("S: +OK ready\nC: CAPA\nS: -ERR no\nEOF:", {
      certificates,
    });
    await using pop3 = new Pop3Client({
      server: { host: "127.0.0.1", port: silent.port, security: "none" },
      credentials: { user: "ada\r\nDELE 1", password: "x" },
    });
    await expect(pop3.stat()).rejects.toMatchObject({ code: "invalid-argument" });
    await silent.done;
  });
});

function subjectOf(source: string): string {
  return /Subject: (.*)\r/.exec(source)?.[1] ?? source;
}
