import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import type { Logger } from "@mailwright/core";
import { until } from "@mailwright/suite";
import { type Pop3Feature, startScriptedServer } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3AuthMethod } from "../../src/pop3-limits.js";
import type { Pop3ClientOptions } from "../../src/pop3-options.js";
import { ADA, errorOf, message, setUpPop3 } from "../support/pop3-set-up.js";

const TOKEN = { user: ADA.user, accessToken: "token-1" };
const PASSWORD_METHODS = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "USER", "APOP"] as const;
const TOKEN_METHODS = ["OAUTHBEARER", "XOAUTH2"] as const;

/** What a client put on the wire to log in, without the secrets. */
function recorder(): { lines: string[]; transcript: Pop3ClientOptions["transcript"] } {
  const lines: string[] = [];
  return {
    lines,
    transcript: ({ direction, text }) => lines.push(`${direction === "client" ? "C" : "S"}: ${text}`),
  };
}

describe("every way to log in", () => {
  test.each([...PASSWORD_METHODS, ...TOKEN_METHODS, "SCRAM-SHA-256-PLUS"] as const)(
    "%s works over TLS",
    async (authMethod) => {
      await using mail = await setUpPop3([message("one")]);
      const credentials = TOKEN_METHODS.some((name) => name === authMethod) ? TOKEN : ADA;
      const server = { host: "127.0.0.1", port: mail.tlsPort, tls: { ca: mail.ca } };
      const { lines, transcript } = recorder();
      expect(await mail.client({ server, credentials, authMethod, transcript }).stat()).toMatchObject({
        count: 1,
      });
      const verb = authMethod === "USER" ? "PASS" : authMethod === "APOP" ? "APOP" : "AUTH";
      expect(lines).toContain(`C: ${verb} [secret]`);
    },
  );

  test.each(["TLSv1.2", "TLSv1.3"] as const)("SCRAM-SHA-256-PLUS binds to %s", async (version) => {
    await using mail = await setUpPop3([message("one")], {
      disable: ["SCRAM-SHA-256", "PLAIN", "LOGIN", "USER"],
    });
    const tls = { ca: mail.ca, minVersion: version, maxVersion: version };
    const pop3 = mail.client({ server: { host: "127.0.0.1", port: mail.tlsPort, tls } });
    expect(await pop3.stat()).toMatchObject({ count: 1 });
    expect((await pop3.testConnection()).tls?.version).toBe(version);
  });

  test.each([...PASSWORD_METHODS, ...TOKEN_METHODS] as const)(
    "%s refuses a wrong secret once, and keeps it",
    async (authMethod) => {
      await using mail = await setUpPop3();
      const secret = "wr0ng-Se.cret";
      const isToken = TOKEN_METHODS.some((name) => name === authMethod);
      const credentials = isToken
        ? { user: ADA.user, accessToken: secret }
        : { user: ADA.user, password: secret };
      const logged: unknown[] = [];
      const log = (...line: unknown[]): number => logged.push(line);
      const logger: Logger = { debug: log, info: log, warn: log, error: log };
      const { lines, transcript } = recorder();
      const retry = { attempts: 5 };
      const error = await errorOf(mail.client({ credentials, authMethod, retry, logger, transcript }).stat());
      expect(error).toMatchObject({ code: "authentication", phase: "auth", retryable: false });
      expect(
        lines.filter((line) => /^C: (AUTH|PASS|APOP) \[secret\]$/.test(line)).length,
      ).toBeLessThanOrEqual(4);
      expect(lines.filter((line) => line.startsWith("S: +OK Mailwright POP3 ready"))).toHaveLength(1);
      const shown = [
        inspect(error, { depth: 8, showHidden: true }),
        JSON.stringify(error),
        inspect(logged),
        ...lines,
      ].join();
      for (const form of [
        secret,
        Buffer.from(secret).toString("base64"),
        Buffer.from(`\0ada\0${secret}`).toString("base64"),
      ]) {
        expect(shown).not.toContain(form);
      }
    },
  );
});

describe("the choice of a mechanism", () => {
  test.each([
    [[], "SCRAM-SHA-256-PLUS"],
    [["SCRAM-SHA-256-PLUS"], "SCRAM-SHA-256"],
    [["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], "PLAIN"],
    [["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"], "LOGIN"],
    [["SASL"], "USER"],
    [["CAPA"], "USER"],
  ] as const)("without %j it is %s", async (disable, expected) => {
    await using mail = await setUpPop3([], { disable: [...disable] as Pop3Feature[] });
    const server = { host: "127.0.0.1", port: mail.tlsPort, tls: { ca: mail.ca } };
    const pinned = await mail
      .client({ server, authMethod: expected as Pop3AuthMethod })
      .stat()
      .then(
        () => "accepted",
        ({ code }) => code,
      );
    expect(pinned).toBe(
      ["SASL", "CAPA"].includes(String(disable[0])) || expected !== undefined ? "accepted" : "",
    );
    expect(await mail.client({ server }).stat()).toMatchObject({ count: 0 });
  });

  test("there is no second try with a weaker one", async () => {
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: +OK
      S: SASL SCRAM-SHA-256 PLAIN LOGIN
      S: USER
      S: .
      C~: AUTH SCRAM-SHA-256 \\S+
      S: -ERR [AUTH] no
      EOF:
    `);
    await using pop3 = clientOf(server.port);
    expect(await errorOf(pop3.stat())).toMatchObject({ code: "authentication" });
    await server.done;
  });

  test.each([
    ["says yes without any proof", "S: +OK come in", "authentication"],
    ["asks for one iteration", "S: + cj14LHM9WVdKaixpPTE=", "authentication"],
    ["answers with what is no base64", "S: + \\x00\\xff", "authentication"],
  ])("a server that %s in a SCRAM exchange is left at once", async (_what, answer, code) => {
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: +OK
      S: SASL SCRAM-SHA-256 PLAIN
      S: .
      C~: AUTH SCRAM-SHA-256 \\S+
      ${answer}
      EOF:
    `);
    await using pop3 = clientOf(server.port);
    expect(await errorOf(pop3.stat())).toMatchObject({ code, phase: "auth", connectionBroken: true });
    await server.done;
  });

  test("a pinned mechanism that is not offered fails before any credential", async () => {
    await using mail = await setUpPop3([], { disable: ["SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "APOP"] });
    for (const authMethod of ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "APOP"] as const) {
      const { lines, transcript } = recorder();
      expect(await errorOf(mail.client({ authMethod, transcript }).stat())).toMatchObject({
        code: "unsupported",
      });
      expect(lines.join()).not.toContain("[secret]");
    }
    expect(await errorOf(mail.client({ credentials: TOKEN }).stat())).toMatchObject({ code: "unsupported" });
  });

  test("a password for a token mechanism, or the other way round, is a mistake in the call", async () => {
    await using mail = await setUpPop3();
    expect(await errorOf(mail.client({ authMethod: "XOAUTH2" }).stat())).toMatchObject({
      code: "invalid-argument",
    });
    const wrong = mail.client({ authMethod: "PLAIN", credentials: TOKEN });
    expect(await errorOf(wrong.stat())).toMatchObject({ code: "invalid-argument" });
  });

  test("a token too long for a command line goes on a line of its own", async () => {
    const accessToken = "t".repeat(2_000);
    await using mail = await setUpPop3([message("one")], {}, { accessToken });
    for (const authMethod of TOKEN_METHODS) {
      const credentials = { user: ADA.user, accessToken };
      expect(await mail.client({ authMethod, credentials }).stat()).toMatchObject({ count: 1 });
    }
  });
});

describe("credentials", () => {
  test("a refused token is refreshed once, then the login fails", async () => {
    await using mail = await setUpPop3([message("one")]);
    const asked: boolean[] = [];
    const credentials = ({ refresh }: { refresh: boolean }) => {
      asked.push(refresh);
      return { user: ADA.user, accessToken: refresh ? "token-1" : "expired" };
    };
    expect(await mail.client({ credentials }).stat()).toMatchObject({ count: 1 });
    expect(asked).toEqual([false, true]);
    asked.length = 0;
    const never = ({ refresh }: { refresh: boolean }) => {
      asked.push(refresh);
      return { user: ADA.user, accessToken: "expired" };
    };
    expect(await errorOf(mail.client({ credentials: never }).stat())).toMatchObject({
      code: "authentication",
    });
    expect(asked).toEqual([false, true]);
  });

  test("a user or password with CR, LF or NUL is refused before anything of it is written", async () => {
    await using mail = await setUpPop3();
    for (const authMethod of ["USER", "PLAIN", "APOP"] as const) {
      for (const user of ["ada\r\nDELE 1", "ada\n", "a\0da"]) {
        if (authMethod === "PLAIN") continue;
        const { lines, transcript } = recorder();
        const error = await errorOf(
          mail.client({ authMethod, transcript, credentials: { user, password: "x" } }).stat(),
        );
        expect(error).toMatchObject({ code: "invalid-argument" });
        const said = lines.filter((line) => line.startsWith("C: "));
        expect(said.every((line) => line === "C: CAPA" || line === "C: UTF8")).toBe(true);
      }
    }
  });

  test("a server that echoes the password finds it masked in the error", async () => {
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: -ERR what
      C: USER ada
      S: +OK
      C: PASS lovelace-1815
      S: -ERR [AUTH] lovelace-1815 is not it, nor bG92ZWxhY2UtMTgxNQ==
    `);
    await using pop3 = clientOf(server.port);
    const error = await errorOf(pop3.stat());
    expect(error).toMatchObject({ server: { text: "[secret] is not it, nor [secret]" } });
    expect(inspect(error, { depth: 8, showHidden: true })).not.toContain("lovelace-1815");
  });

  test("clients do not show their credentials", async () => {
    await using mail = await setUpPop3();
    const pop3 = mail.client();
    await pop3.stat();
    expect(inspect(pop3, { depth: 10, showHidden: true })).not.toContain(ADA.password);
    expect(JSON.stringify(pop3)).not.toContain(ADA.password);
  });
});

describe("modes before login", () => {
  test("UTF8 and LANG are asked for when wanted", async () => {
    await using mail = await setUpPop3([message("größe")]);
    const { lines, transcript } = recorder();
    const pop3 = mail.client({ utf8: true, language: "en", transcript });
    const languages = await pop3.session((box) => box.languages());
    expect(languages).toContainEqual({ tag: "en", description: "English" });
    expect(lines).toContain("C: UTF8");
    expect(lines).toContain("C: LANG en");
  });

  test("UTF8 is used where it is offered, unless switched off, and is no reason to fail unless asked for", async () => {
    const said = async (utf8: boolean | undefined, disable: Pop3Feature[]): Promise<string[]> => {
      await using mail = await setUpPop3([], { disable });
      const { lines, transcript } = recorder();
      await mail.client({ utf8, transcript }).stat();
      return lines;
    };
    expect(await said(undefined, [])).toContain("C: UTF8");
    expect(await said(false, [])).not.toContain("C: UTF8");
    expect(await said(undefined, ["UTF8"])).not.toContain("C: UTF8");
    await using server = await startScriptedServer(`
      S: +OK ready
      C: CAPA
      S: +OK
      S: UTF8
      S: USER
      S: .
      C: UTF8
      S: -ERR not now
      C: USER ada
      S: +OK
      C: PASS s3cret
      S: +OK
      C: CAPA
      S: -ERR
      C: STAT
      S: +OK 0 0
      C: QUIT
      S: +OK
    `);
    await using pop3 = new Pop3Client({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: { user: "ada", password: "s3cret" },
      retry: { attempts: 1 },
    });
    expect(await pop3.stat()).toMatchObject({ count: 0 });
    await server.done;
  });

  test("a message that the server would wrap or refuse without UTF8 comes as it is stored", async () => {
    const stored = "Subject: gr\u00fc\u00dfe\r\n\r\nBody\r\n";
    await using mail = await setUpPop3([stored], { quirks: { refuseUtf8WithoutMode: true } });
    expect((await mail.client().fetchMessage(1)).source.toString("utf8")).toBe(stored);
    expect(await errorOf(mail.client({ utf8: false }).fetchMessage(1))).toMatchObject({
      server: { code: "UTF8" },
    });
  });

  test("UTF8 that is not offered is unsupported", async () => {
    await using mail = await setUpPop3([], { disable: ["UTF8"] });
    expect(await errorOf(mail.client({ utf8: true }).stat())).toMatchObject({
      code: "unsupported",
      phase: "utf8",
    });
  });
});

describe("a mailbox that is in use", () => {
  test("is busy, and is tried again", async () => {
    await using mail = await setUpPop3([message("one")]);
    const other = mail.client();
    await other.session(async () => {
      expect(await errorOf(mail.client().stat())).toMatchObject({ code: "busy", retryable: true });
    });
    let retries = 0;
    let free: (() => void) | undefined;
    const held = other.session(
      () =>
        new Promise<void>((resolve) => {
          free = resolve;
        }),
    );
    await until(() => free !== undefined);
    const retry = {
      attempts: 5,
      backoff: () => 20,
      onRetry: () => {
        retries++;
        free?.();
      },
    };
    expect(await mail.client({ retry }).stat()).toMatchObject({ count: 1 });
    expect(retries).toBeGreaterThan(0);
    await held;
  });

  test("SYS/TEMP is told at once when nothing is to be retried, and holds back nobody who comes then", async () => {
    const refusal = `
      S: +OK ready
      C: CAPA
      S: -ERR what?
      C: USER ada
      S: +OK
      C~: PASS .+
      S: -ERR [SYS/TEMP] Internal error occurred. Refer to server log for more information.
      EOF:
    `;
    await using server = await startScriptedServer({ connections: [refusal, refusal] });
    await using pop3 = clientOf(server.port);
    const held: unknown[] = [];
    const hear = (event: unknown): number => held.push(event);
    subscribe("mailwright:pool:throttled", hear);
    for (let n = 0; n < 2; n++) {
      expect(await errorOf(pop3.stat())).toMatchObject({
        code: "busy",
        phase: "auth",
        retryable: true,
        server: { code: "SYS/TEMP" },
      });
    }
    unsubscribe("mailwright:pool:throttled", hear);
    expect(held).toEqual([]);
    expect(pop3.stats()).toMatchObject({ failed: 2, waiting: 0 });
    await server.done;
  });

  test("LOGIN-DELAY is waited for in line, as long as the server says and the caller allows", async () => {
    await using mail = await setUpPop3([message("one")], { loginDelaySeconds: 1 });
    await mail.client().stat();
    const hurried = mail.client({ pool: { acquireTimeoutMs: 200 } });
    const error = await errorOf(hurried.stat());
    const cause = { code: "throttled", retryAfterMs: 1_000, server: { code: "LOGIN-DELAY" } };
    expect(error).toMatchObject({ code: "timeout", phase: "acquire", cause });
    expect(await mail.client().stat()).toMatchObject({ count: 1 });
  });
});

function clientOf(port: number): Pop3Client {
  return new Pop3Client({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: ADA,
    retry: { attempts: 1 },
  });
}
