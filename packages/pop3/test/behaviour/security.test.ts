import { networkInterfaces } from "node:os";
import { createCertificates, MailStore, startPop3Server, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3ClientOptions } from "../../src/pop3-options.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const CREDENTIAL = /USER|PASS|AUTH|APOP|lovelace|YWRh/;

describe("STLS", () => {
  test("secures the connection before anything is said, and asks again what the server can do", async () => {
    await using mail = await setUpPop3([message("one")], { requireTls: true });
    const server = {
      host: "127.0.0.1",
      port: mail.port,
      security: "starttls",
      tls: { ca: mail.ca },
    } as const;
    const lines: string[] = [];
    const pop3 = mail.client({
      server,
      transcript: ({ direction, text }) => direction === "client" && lines.push(text),
    });
    expect(await pop3.stat()).toMatchObject({ count: 1 });
    expect(lines.slice(0, 3)).toEqual(["CAPA", "STLS", "CAPA"]);
    expect((await pop3.testConnection()).tls?.version).toMatch(/^TLSv1/);
  });

  test.each([
    ["is not offered", "S: +OK ready\nC: CAPA\nS: +OK\nS: USER\nS: .\nEOF:", "tls"],
    ["is refused", "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: -ERR not today\nEOF:", "tls"],
    ["is not known at all", "S: +OK ready\nC: CAPA\nS: -ERR what\nC: STLS\nS: -ERR what\nEOF:", "tls"],
    [
      "is followed by injected bytes in the same segment",
      "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nS: +OK injected\nEOF:",
      "protocol",
    ],
    [
      "is followed by half an injected line",
      "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nS-: +\nEOF:",
      "protocol",
    ],
    [
      "is followed by an injected refusal",
      "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nS: -ERR injected\nEOF:",
      "protocol",
    ],
    [
      "is answered before it was asked",
      "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nS: +OK begin\nEOF:",
      "protocol",
    ],
    [
      "is answered by a continuation",
      "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: + go on\nEOF:",
      "protocol",
    ],
  ])("that %s ends the connection with no credential in clear", async (_what, script, code) => {
    for (const chunking of ["whole", "lines"] as const) {
      if (chunking === "lines" && code === "protocol" && !script.includes("go on")) continue;
      await using server = await startScriptedServer(script, { chunking });
      const error = await errorOf(starttlsClient(server.port, server.ca).stat());
      expect(error).toMatchObject({ code, phase: expect.stringMatching(/starttls|capability/) });
      expect(server.received.toString()).not.toMatch(CREDENTIAL);
      expect(server.received.toString()).toMatch(/^CAPA\r\n(STLS\r\n)?$/);
    }
  });

  test("that is followed by bytes in a later segment fails in the handshake", async () => {
    const script = "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nS: +OK injected";
    await using server = await startScriptedServer(script, { chunking: "lines" });
    const error = await errorOf(starttlsClient(server.port, server.ca).stat());
    expect(error).toMatchObject({ code: expect.stringMatching(/^(tls|protocol|connection)$/) });
    expect(server.received.toString("latin1")).not.toMatch(CREDENTIAL);
  });

  test("that says yes and falls silent ends by the deadline", async () => {
    const script = "S: +OK ready\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK begin\nSTALL:";
    await using server = await startScriptedServer(script);
    const error = await errorOf(starttlsClient(server.port, server.ca, 200).stat());
    expect(error).toMatchObject({ code: "timeout", phase: "starttls" });
  });

  test("drops what the server claimed in clear: SASL from before TLS is not used", async () => {
    const script = `
      S: +OK ready
      C: CAPA
      S: +OK
      S: STLS
      S: SASL PLAIN
      S: PIPELINING
      S: .
      C: STLS
      S: +OK begin
      TLS:
      C: CAPA
      S: +OK
      S: USER
      S: .
      C: USER ada
      S: +OK
      C: PASS lovelace-1815
      S: +OK
      C: CAPA
      S: +OK
      S: .
      C: STAT
      S: +OK 0 0
      C: QUIT
      S: +OK
    `;
    await using server = await startScriptedServer(script);
    expect(await starttlsClient(server.port, server.ca).stat()).toEqual({ count: 0, sizeBytes: 0 });
    await server.done;
    expect(server.connections[0]?.receivedInClear.toString()).toBe("CAPA\r\nSTLS\r\n");
  });
});

describe("certificates", () => {
  test.each(["expired", "not-yet-valid", "wrong-name", "self-signed", "unknown-ca", "no-san"] as const)(
    "one that is %s is refused, with TLS and with STLS",
    async (flaw) => {
      const tls = await createCertificates({ flaw });
      const server = await startPop3Server({ store: new MailStore([{ ...ADA }]), tls });
      try {
        for (const [security, port] of [
          ["tls", server.tlsPort],
          ["starttls", server.port],
        ] as const) {
          await using pop3 = new Pop3Client({
            server: { host: "127.0.0.1", port, security, tls: { ca: tls.ca } },
            credentials: ADA,
          });
          expect(await errorOf(pop3.stat()), security).toMatchObject({ code: "tls", retryable: false });
          expect(pop3.stats(), security).toMatchObject({ failed: 1 });
        }
      } finally {
        await server.stop();
      }
    },
  );

  test("TLS spoken to a server in clear says what is wrong", async () => {
    await using mail = await setUpPop3();
    const error = await errorOf(mail.client({ server: { host: "127.0.0.1", port: mail.port } }).stat());
    expect(error).toMatchObject({ code: "tls", message: expect.stringContaining("starttls") });
  });
});

describe("a connection in clear", () => {
  test("does not carry credentials off this machine unless allowed", async () => {
    await using mail = await setUpPop3([message("one")]);
    const own = localAddress();
    if (own === undefined) return console.log("SKIPPED: this machine has no address but loopback");
    const store = new MailStore([{ ...ADA }]);
    const remote = await startPop3Server({ store, tls: await createCertificates(), host: own });
    try {
      const lines: string[] = [];
      const server = { host: own, port: remote.port, security: "none" } as const;
      const transcript: Pop3ClientOptions["transcript"] = ({ direction, text }) =>
        direction === "client" && lines.push(text);
      expect(await errorOf(mail.client({ server, transcript }).stat())).toMatchObject({
        code: "forbidden",
        phase: "auth",
      });
      expect(lines).toEqual(["CAPA"]);
      const allowed = mail.client({ server: { ...server, allowInsecureAuth: true } });
      expect(await allowed.stat()).toMatchObject({ count: 0 });
    } finally {
      await remote.stop();
    }
  });

  test("is not made at all where the host policy says no", async () => {
    await using mail = await setUpPop3();
    const seen: unknown[] = [];
    const hostPolicy = (request: unknown) => {
      seen.push(request);
      return false;
    };
    expect(await errorOf(mail.client({ hostPolicy }).stat())).toMatchObject({ code: "forbidden" });
    expect(seen).toEqual([{ host: "127.0.0.1", port: mail.port, addresses: ["127.0.0.1"] }]);
  });
});

describe("testConnection", () => {
  test("reports what the server can do and how long each step took", async () => {
    await using mail = await setUpPop3();
    const server = { host: "127.0.0.1", port: mail.tlsPort, tls: { ca: mail.ca } };
    const report = await mail.client({ server }).testConnection();
    expect(report).toMatchObject({ ok: true, security: "tls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toContain("PIPELINING");
    expect(report.authMechanisms).toContain("SCRAM-SHA-256");
    for (const phase of ["connect", "tls", "greeting", "auth", "total"])
      expect(report.latencyMs[phase]).toBeGreaterThan(0);
  });

  test("a failure is data", async () => {
    await using mail = await setUpPop3();
    const report = await mail.client({ credentials: { ...ADA, password: "wrong" } }).testConnection();
    expect(report).toMatchObject({ ok: false, error: { code: "authentication" } });
  });

  test("works without credentials, which a session does not", async () => {
    await using mail = await setUpPop3();
    const pop3 = mail.client({ credentials: undefined });
    expect(await pop3.testConnection()).toMatchObject({ ok: true });
    expect(await errorOf(pop3.stat())).toMatchObject({ code: "invalid-argument" });
  });
});

function starttlsClient(port: number, ca: string, connectMs = 5_000): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "starttls", tls: { ca } },
    credentials: ADA,
    retry: { attempts: 1 },
    timeouts: { connectMs },
  });
}

function localAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === "IPv4")?.address;
}
