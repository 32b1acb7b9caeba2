import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { until } from "@mailwright/suite";
import { afterEach, describe, expect, test } from "vitest";
import { createCertificates } from "../../src/certificates/certificates.js";
import {
  type ScriptedServer,
  type ScriptedServerOptions,
  startScriptedServer,
} from "../../src/scripted/scripted-server.js";
import type { ScriptTranscript } from "../../src/scripted/transcript.js";
import { LineClient } from "../support/line-client.js";

const started: ScriptedServer[] = [];
const sockets: Socket[] = [];

async function play(
  script: ScriptTranscript | { connections: ScriptTranscript[] },
  options?: ScriptedServerOptions,
): Promise<ScriptedServer> {
  const server = await startScriptedServer(script, options);
  started.push(server);
  return server;
}

async function dial(server: ScriptedServer): Promise<Socket> {
  const socket = connect(server.port, server.host);
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Collects chunks as they come; `hear` resolves with the text as soon as it contains `mark`. */
function listen(socket: Socket): { chunks: Buffer[]; hear: (mark: string) => Promise<string> } {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  const hear = async (mark: string): Promise<string> => {
    for (;;) {
      const text = Buffer.concat(chunks).toString("latin1");
      if (text.includes(mark)) return text;
      await once(socket, "data", { signal: AbortSignal.timeout(2000) });
    }
  };
  return { chunks, hear };
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

describe("startScriptedServer", () => {
  test("plays its lines and accepts the client's", async () => {
    const server = await play(`
      # a whole session
      S: +OK ready
      C: STAT
      S: +OK 2 320
      C: QUIT
      S: +OK bye
      CLOSE:
    `);
    const socket = await dial(server);
    const { hear } = listen(socket);
    expect(await hear("\n")).toBe("+OK ready\r\n");
    socket.write("STAT\r\n");
    await hear("320\r\n");
    socket.write("QUIT\r\n");
    await once(socket, "end");
    await server.done;
    expect(server.errors).toEqual([]);
    expect(server.received.toString()).toBe("STAT\r\nQUIT\r\n");
    expect(server.connections[0]?.sent.toString()).toBe("+OK ready\r\n+OK 2 320\r\n+OK bye\r\n");
  });

  test.each([
    ["another word", "LIST\r\n"],
    ["a bare line feed", "STAT\n"],
    ["a trailing blank", "STAT \r\n"],
  ])("%s is a mismatch that shows both lines and cuts the connection", async (_what, line) => {
    const server = await play("S: +OK ready\nC: STAT\nS: +OK 2 320");
    const socket = await dial(server);
    listen(socket);
    socket.write(line);
    await once(socket, "close");
    await expect(server.done).rejects.toThrow(
      /Connection 1, step 2: the client said something else\n {2}expected {2}C: STAT\n/,
    );
    expect(server.errors).toHaveLength(1);
    expect(server.errors[0]?.message).toContain("before that:\n  S: +OK ready");
  });

  test("the mismatch points at the first byte that differs", async () => {
    const server = await play("C: USER ada");
    (await dial(server)).write("USER eda\r\n");
    const error: Error = await server.done.then(
      () => new Error("no mismatch"),
      (reason: Error) => reason,
    );
    expect(error.message.split("\n").slice(1)).toEqual([
      "  expected  C: USER ada",
      "  received  C: USER eda",
      `            ${" ".repeat("C: USER ".length)}^`,
    ]);
  });

  test("words after the end of the script and connections without a script are mismatches", async () => {
    const server = await play("S: hello");
    const socket = await dial(server);
    socket.resume();
    await server.done;
    socket.write("more\r\n");
    await once(socket, "close");
    expect(server.errors[0]?.message).toMatch(/the script is over.*\n.*C: more/);
    const second = (await dial(server)).resume();
    await once(second, "close");
    expect(server.errors[1]?.message).toBe("Connection 2 came, but there are 1 scripts");
  });

  test("a client that leaves early, or says nothing in time, is a mismatch", async () => {
    const left = await play("S: hello\nC: STAT");
    (await dial(left)).end("ST");
    await expect(left.done).rejects.toThrow(/the client ended the connection\n.*STAT\n.*C: ST \(no CRLF\)/);
    const silent = await play("S: hello\nC: STAT", { stepTimeoutMs: 30 });
    await dial(silent);
    await expect(silent.done).rejects.toThrow(/nothing came for 30 ms/);
  });

  test("stopping in the middle of a script is told by done and by errors", async () => {
    const server = await play("S: hello\nC: STAT");
    await dial(server);
    await server.stop();
    await expect(server.done).rejects.toThrow("Stopped when 0 of 1 scripts had been played");
    expect(server.errors).toHaveLength(1);
  });

  test("bytes travel raw in both directions", async () => {
    const server = await play([
      String.raw`S: a\x00\xff\\Seen \Seen é`,
      "S-: partial",
      Uint8Array.of(1, 2, 3),
      "S64: /wA=",
      "C64: AAH/",
      String.raw`C: \xe9\0`,
    ]);
    const socket = await dial(server);
    const { hear, chunks } = listen(socket);
    await hear("\xff\x00");
    expect(Buffer.concat(chunks)).toEqual(
      Buffer.from("a\x00\xff\\Seen \\Seen \xc3\xa9\r\npartial\x01\x02\x03\xff\x00", "latin1"),
    );
    socket.write(Buffer.from([0, 1, 0xff, 0xe9, 0, 13, 10]));
    await server.done;
  });

  test("variable client lines are matched and remembered", async () => {
    const server = await play(String.raw`
      C: $tag LOGIN ada x
      S: $tag OK [CAPABILITY IMAP4rev1] $Forwarded is a keyword
      C~: (?<tag>\w+) APPEND "?INBOX"? \{(?<size>\d+)\}
      S: + go
      C#: $size
      C*:
      S: $tag OK appended
      C.:
      S: 250 got it
    `);
    const socket = await dial(server);
    const { hear } = listen(socket);
    socket.write("x1 LOGIN ada x\r\n");
    expect(await hear("keyword\r\n")).toBe("x1 OK [CAPABILITY IMAP4rev1] $Forwarded is a keyword\r\n");
    socket.write('B2 APPEND "INBOX" {5}\r\n');
    await hear("+ go");
    socket.write("12\r\n5\r\n");
    await hear("B2 OK appended");
    socket.write("Subject: x\r\n\r\n..\r\n.\r\n");
    await hear("250 got it");
    await server.done;
  });

  test("lines that belong together leave in one segment, bytes chunking gives one byte each", async () => {
    const script = "S: one\nS: two\nC: go\nS: three";
    for (const [chunking, segments] of [
      ["whole", ["one\r\ntwo\r\n", "three\r\n"]],
      ["lines", ["one\r\n", "two\r\n", "three\r\n"]],
      ["bytes", [..."one\r\ntwo\r\nthree\r\n"]],
      [{ split: 3 }, ["one", "\r\ntwo\r\n", "three\r\n"]],
      [{ split: 14 }, ["one\r\ntwo\r\n", "thre", "e\r\n"]],
      [{ split: 10 }, ["one\r\ntwo\r\n", "three\r\n"]],
    ] as const) {
      const server = await play(script, { chunking });
      const socket = await dial(server);
      const { chunks, hear } = listen(socket);
      await hear("two\r\n");
      socket.write("go\r\n");
      await hear("three\r\n");
      expect(chunks.map(String)).toEqual(segments);
      await server.done;
      await server.stop();
    }
  });

  test("a sweep over every split position gives the client the same bytes", async () => {
    const script = "S: +OK ready\nC: RETR 1\nS: +OK\nS: ..\nS: .";
    const whole = "+OK ready\r\n+OK\r\n..\r\n.\r\n";
    for (let split = 0; split <= whole.length; split++) {
      const server = await play(script, { chunking: { split } });
      const socket = await dial(server);
      const { hear } = listen(socket);
      socket.write("RETR 1\r\n");
      expect(await hear("\r\n.\r\n")).toBe(whole);
      await server.stop();
      expect(server.errors).toEqual([]);
    }
  });

  test("FIN, RST and silence come where the script says", async () => {
    const closing = await play("S: bye\nCLOSE:");
    const closed = listen(await dial(closing));
    await once(sockets.at(-1) as Socket, "end");
    expect(Buffer.concat(closed.chunks).toString()).toBe("bye\r\n");

    const resetting = await play("C: go\nRESET:");
    const reset = connect(resetting.port, resetting.host);
    reset.write("go\r\n");
    const [error] = await once(reset, "error").catch((reason: unknown) => [reason]);
    expect((error as NodeJS.ErrnoException).code).toBe("ECONNRESET");

    const stalling = await play("S: hello\nC: go\nSTALL:");
    const stalled = await dial(stalling);
    const heard = listen(stalled);
    stalled.write("go\r\nanyone?\r\n");
    await stalling.done;
    await sleep(20);
    expect(Buffer.concat(heard.chunks).toString()).toBe("hello\r\n");
    expect(stalled.destroyed).toBe(false);
    stalled.end();
    await stalling.stop();
    expect(stalling.errors).toEqual([]);
  });

  test("EOF accepts the client's end and nothing else", async () => {
    const server = await play({ connections: ["S: hi\nEOF:", "S: hi\nEOF:"] });
    const polite = (await dial(server)).resume();
    polite.end();
    await once(polite, "close");
    (await dial(server)).end("x");
    await expect(server.done).rejects.toThrow(/did not end the connection/);
  });

  test("WAIT pauses", async () => {
    const server = await play("S: a\nWAIT: 60ms\nS: b");
    const { hear } = listen(await dial(server));
    await hear("a");
    const started = performance.now();
    await hear("b");
    expect(performance.now() - started).toBeGreaterThan(45);
  });

  test("an unknown line is refused before the server starts", async () => {
    await expect(startScriptedServer("S: ok\nD: what")).rejects.toThrow(
      "Not a line of a transcript: D: what",
    );
    await expect(startScriptedServer("C~: (")).rejects.toThrow("Not a regular expression: C~: (");
    await expect(startScriptedServer("WAIT: soon")).rejects.toThrow("Not a duration");
    await expect(startScriptedServer("TLS: now")).rejects.toThrow("Not a line");
  });

  test("each connection has its script; repeat plays the last one on", async () => {
    const server = await play({ connections: ["S: first", "S: second"] }, { repeat: true });
    for (const greeting of ["first", "second", "second"]) {
      await listen(await dial(server)).hear(`${greeting}\r\n`);
    }
    await server.done;
    expect(server.connections).toHaveLength(3);
    expect(server.errors).toEqual([]);
  });
});

describe("startScriptedServer with TLS", () => {
  async function secure(socket: Socket, ca: string): Promise<TLSSocket> {
    const tls = connectTls({ socket, ca, servername: "localhost" });
    sockets.push(tls);
    tls.on("error", () => {});
    await once(tls, "secureConnect");
    return tls;
  }

  const script = `
    S: * OK ready
    C: $tag STARTTLS
    S: $tag OK go on
    TLS:
    C: $tag NOOP
    S: $tag OK
  `;

  test.each(["whole", "bytes"] as const)(
    "TLS: upgrades, chunking %s, and knows what came in clear",
    async (chunking) => {
      const server = await play(script, { chunking });
      const socket = await dial(server);
      const plain = listen(socket);
      socket.write("a STARTTLS\r\n");
      await plain.hear("a OK go on\r\n");
      socket.removeAllListeners("data");
      const tls = await secure(socket, server.ca);
      tls.write("b NOOP\r\n");
      expect(await listen(tls).hear("\n")).toBe("b OK\r\n");
      await server.done;
      expect(server.connections[0]?.receivedInClear.toString()).toBe("a STARTTLS\r\n");
      expect(server.connections[0]?.received.toString()).toBe("a STARTTLS\r\nb NOOP\r\n");
    },
  );

  test("a handshake that comes during a pause before TLS: is not lost", async () => {
    const server = await play(script.replace("TLS:", "WAIT: 40ms\nTLS:"));
    const socket = await dial(server);
    const plain = listen(socket);
    socket.write("a STARTTLS\r\n");
    await plain.hear("a OK go on\r\n");
    socket.removeAllListeners("data");
    (await secure(socket, server.ca)).write("b NOOP\r\n");
    await server.done;
  });

  test("commands pipelined into the upgrade are a mismatch", async () => {
    const server = await play(script);
    (await dial(server)).write("a STARTTLS\r\nb NOOP\r\n");
    await expect(server.done).rejects.toThrow(/went on in clear where TLS starts/);
  });

  test("implicit TLS, CLOSE and RESET under TLS", async () => {
    const certificates = await createCertificates();
    for (const [last, expected] of [
      ["CLOSE:", "end"],
      ["RESET:", "ECONNRESET"],
    ] as const) {
      const server = await play(`S: +OK over TLS\nC: go\n${last}`, { implicitTls: true, certificates });
      const tls = connectTls({ port: server.port, host: server.host, ca: certificates.ca });
      sockets.push(tls);
      const outcome = new Promise<string>((resolve) => {
        tls.once("end", () => resolve("end"));
        tls.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      });
      await listen(tls).hear("+OK over TLS\r\n");
      tls.write("go\r\n");
      expect(await outcome).toBe(expected);
      await server.done;
    }
  });

  test("a client that distrusts the certificate is told as a failed handshake", async () => {
    const server = await play("S: hi", {
      implicitTls: true,
      certificates: await createCertificates({ flaw: "expired" }),
    });
    const tls = connectTls({ port: server.port, host: server.host, ca: server.ca });
    sockets.push(tls);
    const [error] = await once(tls, "error").catch((reason: unknown) => [reason]);
    expect((error as NodeJS.ErrnoException).code).toBe("CERT_HAS_EXPIRED");
    await expect(server.done).rejects.toThrow(/handshake|went away|end/);
  });
});

test("stopping leaves no socket, server or timer behind", async () => {
  const resources = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).length;
  const before = resources();
  const server = await startScriptedServer("S: hello\nC: never", { repeat: true });
  const clients = await Promise.all(Array.from({ length: 200 }, () => dial(server)));
  await Promise.all(clients.map((client) => listen(client).hear("hello")));
  await server.stop();
  for (const client of clients) client.destroy();
  await until(() => resources() <= before);
});

test("bytes that the caller changes later are sent as they were", async () => {
  const greeting = Buffer.from("+OK ready\r\n");
  const farewell = Buffer.from("+OK bye\r\n");
  await using server = await startScriptedServer([greeting, { kind: "send", bytes: farewell }, "CLOSE:"]);
  greeting.fill(0);
  farewell.fill(0);
  const client = await LineClient.dial(server.port);
  expect(await client.hear()).toBe("+OK ready");
  expect(await client.hear()).toBe("+OK bye");
});
