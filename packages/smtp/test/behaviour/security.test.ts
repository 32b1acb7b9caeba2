import { inspect } from "node:util";
import { type CertificateFlaw, createCertificates, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { type OutgoingMessage, SmtpClient, type SmtpClientOptions } from "../../src/index.js";
import { recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE: OutgoingMessage = {
  from: "ada@example.com",
  to: ["bob@example.org"],
  subject: "Safe",
  text: "body\n",
};
const PASSWORD = "correct horse battery";
const TOKEN = "ya29.A0ARrdaM-token";
const CREDENTIALS = { user: "ada", password: PASSWORD };
const sasl = (text: string): string => Buffer.from(text).toString("base64");

describe("TLS", () => {
  test("protects the whole conversation, by STARTTLS or from the first byte", async () => {
    const certificates = await createCertificates();
    for (const security of ["tls", "starttls"] as const) {
      const { key, cert, ca } = certificates;
      await using server = await recordingServer({
        tls: { key, cert, implicit: security === "tls" },
        capabilities: ["STARTTLS", "AUTH PLAIN", "REQUIRETLS", "PIPELINING"],
      });
      await using smtp = new SmtpClient({
        server: { host: "localhost", port: server.port, security, tls: { ca } },
        credentials: CREDENTIALS,
        retry: { attempts: 1 },
      });
      expect((await smtp.send({ ...MESSAGE, requireTls: true })).status).toBe("accepted");
      expect(server.commands).toContain("MAIL FROM:<ada@example.com> REQUIRETLS");
      const report = await smtp.testConnection();
      expect(report).toMatchObject({ ok: true, tls: { version: "TLSv1.3" }, authMechanisms: ["PLAIN"] });
      expect(Object.keys(report.latencyMs)).toEqual(
        expect.arrayContaining(["connect", "greeting", "auth", "total"]),
      );
    }
  });

  test.each<CertificateFlaw>(["expired", "not-yet-valid", "wrong-name", "self-signed", "unknown-ca"])(
    "refuses a certificate that is %s, before any credential",
    async (flaw) => {
      const { key, cert, ca } = await createCertificates({ flaw });
      for (const security of ["tls", "starttls"] as const) {
        await using server = await recordingServer({
          tls: { key, cert, implicit: security === "tls" },
          capabilities: ["STARTTLS", "AUTH PLAIN"],
        });
        const options: SmtpClientOptions = {
          server: { host: "localhost", port: server.port, security, tls: { ca } },
          credentials: CREDENTIALS,
          retry: { attempts: 3 },
        };
        await using smtp = new SmtpClient(options);
        const result = await smtp.send(MESSAGE);
        expect(result, security).toMatchObject({
          status: "not-sent",
          retryable: false,
          attempts: [{ error: { code: "tls" } }],
        });
        expect(server.commands.filter((line) => /AUTH|MAIL/.test(line))).toEqual([]);
      }
    },
  );

  test("is not given up when the server does not offer STARTTLS", async () => {
    await using server = await recordingServer({ capabilities: ["AUTH PLAIN"] });
    await using smtp = testClient(server.port, {
      server: { host: "127.0.0.1", port: server.port, security: "starttls" },
      credentials: CREDENTIALS,
    });
    const result = await smtp.send(MESSAGE);
    expect(result).toMatchObject({ status: "not-sent", attempts: [{ phase: "starttls" }] });
    expect(server.commands.filter((line) => /AUTH|MAIL/.test(line))).toEqual([]);
  });

  test("is not skipped because the server says yes before it was asked", async () => {
    await using server = await startScriptedServer(`
      S: 220 hi
      C*:
      S: 250-hi
      S: 250 STARTTLS
      C: STARTTLS
      S: 220 go
      S: 250 AUTH PLAIN
      TLS:
      IGNORE:
    `);
    await using smtp = testClient(server.port, {
      server: { host: "localhost", port: server.port, security: "starttls", tls: { ca: server.ca } },
      credentials: CREDENTIALS,
      timeouts: { connectMs: 300 },
    });
    const result = await smtp.send(MESSAGE);
    expect(result.status).toBe("not-sent");
    expect(server.connections[0]?.receivedInClear.toString()).not.toMatch(/AUTH|MAIL/);
  });
});

describe("credentials", () => {
  test("are not sent in clear beyond this machine, unless that is asked for", async () => {
    const server = { host: "192.0.2.1", port: 2525, security: "none" as const };
    await using smtp = new SmtpClient({
      server,
      credentials: CREDENTIALS,
      retry: { attempts: 1 },
      timeouts: { connectMs: 100 },
    });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ phase: "auth", error: { code: "forbidden" } }],
    });
    const insecure = { ...server, allowInsecureAuth: true };
    await using asked = new SmtpClient({
      server: insecure,
      credentials: CREDENTIALS,
      retry: { attempts: 1 },
      timeouts: { connectMs: 100 },
    });
    expect((await asked.send(MESSAGE)).attempts[0]?.error?.code).not.toBe("forbidden");
  });

  test.each([
    ["PLAIN", [`AUTH PLAIN ${sasl(`\0ada\0${PASSWORD}`)}`]],
    ["LOGIN", ["AUTH LOGIN", sasl("ada"), sasl(PASSWORD)]],
    ["CRAM-MD5", ["AUTH CRAM-MD5", expect.stringMatching(/^[A-Za-z0-9+/=]+$/)]],
  ] as const)("log in by %s", async (method, expected) => {
    await using server = await recordingServer({
      capabilities: ["AUTH PLAIN LOGIN CRAM-MD5"],
      at: (point, line) => {
        if (point !== "auth" || method === "PLAIN") return undefined;
        if (line.startsWith("AUTH")) return `334 ${sasl(method === "LOGIN" ? "Username:" : "<1.2@host>")}`;
        return method === "LOGIN" && line === sasl("ada") ? `334 ${sasl("Password:")}` : undefined;
      },
    });
    await using smtp = testClient(server.port, { credentials: CREDENTIALS, authMethod: method });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.commands.slice(1, 1 + expected.length)).toEqual(expected);
  });

  test.each([
    ["XOAUTH2", `user=ada\x01auth=Bearer ${TOKEN}\x01\x01`],
    ["OAUTHBEARER", `n,a=ada,\x01host=127.0.0.1\x01port=PORT\x01auth=Bearer ${TOKEN}\x01\x01`],
  ] as const)("log in with a token by %s", async (method, response) => {
    await using server = await recordingServer({ capabilities: [`AUTH PLAIN ${method}`] });
    await using smtp = testClient(server.port, { credentials: { user: "ada", accessToken: TOKEN } });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.commands[1]).toBe(`AUTH ${method} ${sasl(response.replace("PORT", String(server.port)))}`);
  });

  test("from a function are refreshed once when the token is refused, for all connections together", async () => {
    const stale = sasl(`user=ada\x01auth=Bearer stale\x01\x01`);
    await using server = await recordingServer({
      capabilities: ["AUTH XOAUTH2"],
      at: (point, line) => {
        if (point !== "auth") return undefined;
        if (line.includes(stale)) return `334 ${sasl('{"status":"401"}')}`;
        return line === "" ? "535 5.7.8 expired" : undefined;
      },
    });
    const asked: boolean[] = [];
    let token = "stale";
    await using smtp = testClient(server.port, {
      credentials: async ({ refresh }) => {
        asked.push(refresh);
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (refresh) token = TOKEN;
        return { user: "ada", accessToken: token };
      },
    });
    const results = await Promise.all(Array.from({ length: 10 }, () => smtp.send(MESSAGE)));
    expect(results.every(({ status }) => status === "accepted")).toBe(true);
    expect(asked.filter((refresh) => refresh)).toHaveLength(1);
  });

  test("that are refused fail the message at once and are not tried again and again", async () => {
    await using server = await recordingServer({
      capabilities: ["AUTH PLAIN LOGIN"],
      at: (point) => (point === "auth" ? "535 5.7.8 no" : undefined),
    });
    await using smtp = testClient(server.port, { credentials: CREDENTIALS, retry: { attempts: 4 } });
    const results = await Promise.all([smtp.send(MESSAGE), smtp.send(MESSAGE), smtp.send(MESSAGE)]);
    for (const result of results) {
      expect(result).toMatchObject({
        status: "not-sent",
        retryable: false,
        attempts: [{ phase: "auth", error: { code: "authentication", server: { code: "535" } } }],
      });
    }
    expect(server.commands.filter((line) => line.startsWith("AUTH"))).toEqual([
      expect.stringContaining("PLAIN"),
    ]);
    await expect(smtp.authenticate()).rejects.toMatchObject({ code: "authentication" });
  });

  test("are not skipped when the server offers no login", async () => {
    await using server = await recordingServer({ capabilities: [] });
    await using smtp = testClient(server.port, { credentials: CREDENTIALS });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "unsupported", phase: "auth" } }],
    });
  });
});

describe("secrets", () => {
  const secretForms = [
    PASSWORD,
    sasl(PASSWORD),
    sasl(`\0ada\0${PASSWORD}`),
    TOKEN,
    sasl(TOKEN),
    sasl(`user=ada\x01auth=Bearer ${TOKEN}\x01\x01`),
  ];
  const echoes = {
    PLAIN: [`535 5.7.8 you said ${PASSWORD}`, `535 5.7.8 ${sasl(`\0ada\0${PASSWORD}`)}`],
    LOGIN: [
      `535 5.7.8 you said ${PASSWORD}`,
      `535-5.7.8 ${sasl(PASSWORD)}\n535 5.7.8 no`,
      `421 4.7.0 ${PASSWORD}`,
    ],
    XOAUTH2: [`535 5.7.8 ${TOKEN}`, `454 4.7.0 ${sasl(TOKEN)}`, `hello ${TOKEN}`],
  };

  test.each(["PLAIN", "LOGIN", "XOAUTH2"] as const)(
    "never leave with %s, not even when the server echoes them",
    async (method) => {
      for (const echo of echoes[method]) {
        await using server = await recordingServer({
          capabilities: [`AUTH ${method}`],
          at: (point, line) => {
            if (point !== "auth") return undefined;
            return method === "LOGIN" && (line === "AUTH LOGIN" || line === sasl("ada"))
              ? "334 VXNlcm5hbWU6"
              : echo;
          },
        });
        const heard: unknown[] = [];
        const hear = (...entry: unknown[]): void => void heard.push(entry);
        await using smtp = testClient(server.port, {
          credentials: method === "XOAUTH2" ? { user: "ada", accessToken: TOKEN } : CREDENTIALS,
          logger: { debug: hear, info: hear, warn: hear, error: hear },
          transcript: hear,
        });
        const result = await smtp.send(MESSAGE);
        expect(result.status).toBe("not-sent");
        const report = await smtp.testConnection();
        const everything = [result, report, smtp, smtp.stats(), heard]
          .map((value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value))
          .join("\n");
        for (const secret of secretForms) expect(everything).not.toContain(secret);
        expect(heard.length).toBeGreaterThan(4);
      }
    },
  );
});

describe("the host policy", () => {
  test("sees the addresses and keeps forbidden ones from being dialled", async () => {
    await using server = await recordingServer();
    const seen: string[] = [];
    await using smtp = testClient(server.port, {
      server: { host: "localhost", port: server.port, security: "none" },
      hostPolicy: ({ addresses }) => {
        seen.push(...addresses);
        return false;
      },
    });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "forbidden" } }],
    });
    expect(seen.length).toBeGreaterThan(0);
    expect(server.connections).toBe(0);
  });
});

describe("injection", () => {
  test("through any field that reaches the wire leaves one message with nothing added", async () => {
    await using server = await recordingServer();
    await using smtp = testClient(server.port);
    const evil = "x\r\nX-Injected: yes\r\n\r\nbody";
    const attempts: object[] = [
      { subject: evil },
      { from: { name: evil, address: "ada@example.com" } },
      { replyTo: `a@example.com${evil}` },
      { headers: { [evil]: "x" } },
      { headers: { "X-A": evil } },
      { headers: { "X-A": { prepared: true, value: evil } } },
      { messageId: `<${evil}@x.example>` },
      { references: evil },
      { inReplyTo: evil },
      { list: { id: evil } },
      { attachments: [{ filename: evil, contentType: "a/b", content: "x" }] },
      { attachments: [{ filename: "x", contentType: `a/b; x="${evil}"`, content: "x" }] },
      { attachments: [{ filename: "x", contentType: "a/b", content: "x", cid: evil }] },
      { attachments: [{ filename: "x", contentType: "a/b", content: "x", headers: { "X-A": evil } }] },
      { dsn: { envelopeId: evil } },
      { dsn: { originalRecipient: evil } },
      { calendar: { content: "BEGIN:VCALENDAR", method: evil } },
      { calendar: { content: "BEGIN:VCALENDAR", filename: evil } },
      { envelope: { from: `a@example.com>${evil}<` } },
      { envelope: { to: [`a@example.com>\r\nRCPT TO:<evil@example.com`] } },
      { alternatives: [{ contentType: `text/x${evil}`, content: "x" }] },
    ];
    for (const change of attempts) {
      const result = await smtp.send({ ...MESSAGE, ...change });
      expect(result.status, JSON.stringify(change)).toBe("invalid");
    }
    expect(server.connections).toBe(0);
    expect(() => testClient(server.port, { clientName: "x\r\nMAIL FROM:<evil@example.com>" })).toThrow(
      "clientName",
    );
  });
});

describe("testConnection", () => {
  test("reports a failure as data, and asks about an address where VRFY is offered", async () => {
    await using server = await recordingServer({
      capabilities: ["VRFY"],
      at: (point) => (point === "vrfy" ? "550 5.1.1 unknown" : undefined),
    });
    await using smtp = testClient(server.port);
    expect(await smtp.testConnection({ address: "bob@example.org" })).toMatchObject({
      ok: true,
      verification: { code: "550", enhancedCode: "5.1.1" },
    });
    expect(server.commands).toContain("VRFY bob@example.org");
    await expect(smtp.testConnection({ address: "a\r\nb" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
    await server.stop();
    expect(await smtp.testConnection()).toMatchObject({
      ok: false,
      error: { code: "connection", phase: "connect" },
    });
  });
});
