import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { freePort } from "@mailwright/suite";
import { type ScriptedServer, startMailServers, startScriptedServer } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

/** A server that accepts TCP connections, and says a line or nothing. */
async function listen(line?: string): Promise<AsyncDisposable & { port: number; connections: () => number }> {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.on("error", () => {});
    socket.resume();
    if (line !== undefined) socket.write(line);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function clientOf(server: ImapClientOptions["server"], more: Partial<ImapClientOptions> = {}): ImapClient {
  return new ImapClient({ server, credentials: { user: "ada", password: "S3cret-word" }, ...more });
}

describe("a server that is none of IMAP", () => {
  it.each([
    ["POP3", "+OK POP3 ready <1.2@example.test>\r\n"],
    ["SMTP", "220 mx.example.test ESMTP\r\n"],
    ["SSH", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["nonsense", "\u0000\u0001 ho ho\r\n"],
    ["an IMAP server past its greeting", "* CAPABILITY IMAP4rev1\r\n"],
  ])("is told at once by its first line: %s", async (_, line) => {
    await using server = await listen(line);
    // Who waited for a greeting would wait for longer than a test may take.
    const timeouts = { connectMs: 120_000 };
    await using imap = clientOf({ host: "127.0.0.1", port: server.port, security: "none" }, { timeouts });
    const error = await imap.listFolders().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "protocol", phase: "greeting", retryable: false });
    expect(String(error)).toContain(`127.0.0.1:${server.port} does not speak IMAP`);
    expect(error).toMatchObject({ server: { text: expect.stringMatching(/^[ -~]+$/) } });
    expect(server.connections()).toBe(1);
  });

  it("is told behind TLS as well, and before STARTTLS", async () => {
    await using mail = await startMailServers();
    const tls = { ca: mail.ca };
    const { host } = mail;
    for (const server of [
      { host, port: mail.pop3.tlsPort, tls },
      { host, port: mail.smtp.port, security: "starttls", tls },
    ] as const) {
      await using imap = clientOf(server);
      await expect(imap.listFolders()).rejects.toMatchObject({ code: "protocol", phase: "greeting" });
    }
  });

  it("looks like a host that is not there to those whom a host policy keeps from looking", async () => {
    await using stranger = await listen("220 secret-name ESMTP\r\n");
    await using silent = await listen();
    const seen = new Set<string>();
    for (const port of [stranger.port, silent.port, await freePort()]) {
      const options = { hostPolicy: () => true, retry: { attempts: 1 }, timeouts: { connectMs: 300 } };
      await using imap = clientOf({ host: "127.0.0.1", port, security: "none" }, options);
      const { error } = await imap.testConnection();
      expect(`${error?.message}`).not.toContain("secret-name");
      expect(error?.server).toBeUndefined();
      seen.add(`${error?.phase}`);
    }
    expect([...seen]).toEqual(["connect"]);
  });
});

describe("a server that says nothing", () => {
  const silences: readonly (readonly [string, string, "none" | "tls" | "starttls", () => Promise<Silent>])[] =
    [
      ["without a greeting", "greeting", "none", () => listen()],
      ["without an answer to the TLS handshake", "tls", "tls", () => listen()],
      ["without a greeting behind TLS", "greeting", "tls", () => scripted("STALL:", true)],
      [
        "without an answer to the login",
        "auth",
        "none",
        () => scripted("S: * OK [CAPABILITY IMAP4rev1] hi\nSTALL:"),
      ],
    ];
  interface Silent extends AsyncDisposable {
    readonly port: number;
    readonly ca?: string;
  }
  async function scripted(script: string, implicitTls = false): Promise<Silent> {
    const server: ScriptedServer = await startScriptedServer(script, { implicitTls });
    const { port } = server;
    return { port, ...(implicitTls ? { ca: server.ca } : {}), [Symbol.asyncDispose]: () => server.stop() };
  }

  it.each(silences)(
    "%s is a timeout in phase %s, which names host and port",
    async (_, phase, security, start) => {
      await using server = await start();
      const { port, ca } = server;
      const tls = ca === undefined ? {} : { ca };
      const options = { retry: { attempts: 1 }, timeouts: { connectMs: 400 } };
      await using imap = clientOf({ host: "localhost", port, security, tls }, options);
      const error = await imap.listFolders().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "timeout", phase, retryable: true });
      expect(String(error)).toContain(`localhost:${port}`);
    },
  );
});
