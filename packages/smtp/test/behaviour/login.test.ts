import { until } from "@mailwright/suite";
import { createCertificates } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { type RecordingServerOptions, recordingServer } from "../support/recording-server.js";
import { type ScramBehaviour, scramServer } from "../support/scram-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Login", text: "body\n" };
const PASSWORD = "correct horse battery";
const CREDENTIALS = { user: "ada", password: PASSWORD };
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function scram(capabilities: string, behaviour?: ScramBehaviour): RecordingServerOptions {
  const answer = scramServer(PASSWORD, behaviour);
  return {
    capabilities: [capabilities],
    at: (point, line, _count, socket) => (point === "auth" ? answer(line, socket) : undefined),
  };
}

const verbs = (commands: readonly string[]): string[] =>
  commands.filter((line) => line.startsWith("AUTH")).map((line) => line.split(" ")[1] ?? "");

describe("SCRAM", () => {
  test.each([
    ["SCRAM-SHA-256", "sha256"],
    ["SCRAM-SHA-1", "sha1"],
  ] as const)("%s comes before all that show the password to the server", async (name, hash) => {
    await using server = await recordingServer(scram(`AUTH PLAIN LOGIN CRAM-MD5 ${name}`, { hash }));
    await using smtp = testClient(server.port, { credentials: CREDENTIALS });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(verbs(server.commands)).toEqual([name]);
    expect(server.commands.join("\n")).not.toContain(base64(PASSWORD).slice(0, 8));
  });

  test.each(["tls", "starttls"] as const)(
    "binds the login to its connection, with security %s",
    async (security) => {
      const { key, cert, ca } = await createCertificates();
      const offer = "AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS";
      await using server = await recordingServer({
        ...scram(offer, { isBound: true }),
        capabilities: [offer, "STARTTLS"],
        tls: { key, cert, implicit: security === "tls" },
      });
      await using smtp = testClient(server.port, {
        server: { host: "localhost", port: server.port, security, tls: { ca } },
        credentials: CREDENTIALS,
      });
      expect((await smtp.send(MESSAGE)).status).toBe("accepted");
      expect(verbs(server.commands)).toEqual(["SCRAM-SHA-256-PLUS"]);
    },
  );

  test.each<[string, ScramBehaviour]>([
    ["proves to know another password", { proves: "something else" }],
    ["accepts without any proof", { skipsProof: true }],
  ])("gives up on a server that %s, and sends it no mail", async (_name, behaviour) => {
    await using server = await recordingServer(scram("AUTH SCRAM-SHA-256", behaviour));
    let asked = 0;
    const credentials = (): typeof CREDENTIALS => {
      asked += 1;
      return CREDENTIALS;
    };
    await using smtp = testClient(server.port, { credentials, retry: { attempts: 3 } });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      retryable: false,
      attempts: [{ phase: "auth", error: { code: "authentication", connectionBroken: true } }],
    });
    expect(asked).toBe(1);
    expect(server.commands.filter((line) => line.startsWith("MAIL"))).toEqual([]);
    await until(() => server.open === 0);
  });

  test("leaves neither salt, proof nor signature in transcripts", async () => {
    await using server = await recordingServer(scram("AUTH SCRAM-SHA-256"));
    const said: string[] = [];
    await using smtp = testClient(server.port, {
      credentials: CREDENTIALS,
      transcript: ({ direction, text }) => void said.push(`${direction}: ${text}`),
    });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    const login = said.slice(said.findIndex((text) => text.includes("AUTH SCRAM-SHA-256 ")));
    expect(login.slice(0, 6)).toEqual([
      "client: AUTH SCRAM-SHA-256 [secret]",
      "server: 334 [secret]",
      "client: [secret]",
      "server: 334 [secret]",
      "client: [secret]",
      "server: 235 2.7.0 welcome",
    ]);
  });
});

describe("a mechanism", () => {
  test("that is pinned and not offered is not replaced by another", async () => {
    await using server = await recordingServer({ capabilities: ["AUTH PLAIN LOGIN"] });
    await using smtp = testClient(server.port, { credentials: CREDENTIALS, authMethod: "SCRAM-SHA-256" });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "unsupported", message: expect.stringContaining("PLAIN, LOGIN") } }],
    });
    expect(verbs(server.commands)).toEqual([]);
  });

  test.each(["AUTH=LOGIN", "X-EXPS LOGIN", "X-EXPS=LOGIN", "auth login"])(
    "is seen in the capability %s",
    async (capability) => {
      await using server = await recordingServer({
        capabilities: [capability],
        at: (point, line) => {
          if (point !== "auth") return undefined;
          return line === base64(PASSWORD) ? undefined : `334 ${base64("more")}`;
        },
      });
      await using smtp = testClient(server.port, { credentials: CREDENTIALS });
      expect((await smtp.send(MESSAGE)).status).toBe("accepted");
      expect(verbs(server.commands)).toEqual(["LOGIN"]);
    },
  );

  test("that goes on and on is given up", async () => {
    await using server = await recordingServer({
      capabilities: ["AUTH PLAIN"],
      at: (point) => (point === "auth" ? "334 " : undefined),
    });
    await using smtp = testClient(server.port, { credentials: CREDENTIALS });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "authentication" } }],
    });
  });
});

describe("a token", () => {
  test("of a user with commas and equals signs is escaped, and names host and port", async () => {
    await using server = await recordingServer({ capabilities: ["AUTH XOAUTH2 OAUTHBEARER"] });
    const credentials = { user: "a=b,c@example.com", accessToken: "t" };
    await using smtp = testClient(server.port, { credentials });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    const where = `host=127.0.0.1\x01port=${server.port}`;
    const response = base64(`n,a=a=3Db=2Cc@example.com,\x01${where}\x01auth=Bearer t\x01\x01`);
    expect(server.commands[1]).toBe(`AUTH OAUTHBEARER ${response}`);
  });

  test("that is refused and accepted at once ends the connection: not even a fresh one is for such a server", async () => {
    await using server = await recordingServer({
      capabilities: ["AUTH XOAUTH2"],
      at: (point, line) =>
        point === "auth" && line !== "" ? `334 ${base64('{"status":"401"}')}` : undefined,
    });
    const credentials = ({ refresh }: { refresh: boolean }): { user: string; accessToken: string } => ({
      user: "ada",
      accessToken: refresh ? "fresh" : "stale",
    });
    await using smtp = testClient(server.port, { credentials });
    expect(await smtp.send(MESSAGE)).toMatchObject({
      status: "not-sent",
      attempts: [{ error: { code: "authentication", message: expect.stringContaining("had refused") } }],
    });
    expect(verbs(server.commands)).toEqual(["XOAUTH2"]);
  });

  test("that makes the command too long goes on a line of its own", async () => {
    const accessToken = "t".repeat(2_000);
    await using server = await recordingServer({
      capabilities: ["AUTH XOAUTH2"],
      at: (point, line) => (point === "auth" && line === "AUTH XOAUTH2" ? "334 " : undefined),
    });
    await using smtp = testClient(server.port, { credentials: { user: "ada", accessToken } });
    expect((await smtp.send(MESSAGE)).status).toBe("accepted");
    expect(server.commands.slice(1, 3)).toEqual([
      "AUTH XOAUTH2",
      base64(`user=ada\x01auth=Bearer ${accessToken}\x01\x01`),
    ]);
  });
});
