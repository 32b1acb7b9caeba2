import { createHash, createHmac, pbkdf2Sync, randomBytes, X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { until } from "@mailwright/suite";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, createCertificates } from "../../src/certificates/certificates.js";
import type { RunningServer } from "../../src/net/running-server.js";
import { startPop3Server } from "../../src/pop3/pop3-server.js";
import type { Pop3ServerOptions } from "../../src/pop3/pop3-server-options.js";
import { MailStore } from "../../src/store/mail-store.js";
import { LineClient } from "../support/line-client.js";

let tls: Certificates;
beforeAll(async () => {
  tls = await createCertificates();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const RAW = [
  "Subject: one\r\n\r\nbody\r\n",
  "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n.",
  Buffer.from("Subject: \xe9\xff\r\n\r\n\x00\x01\x80 8-bit\r\n", "latin1"),
];

function createStore(): MailStore {
  return new MailStore([
    { user: "ada", password: "sécret", accessToken: "tok", messages: RAW.map((raw) => Buffer.from(raw)) },
    { user: "bob", password: "b" },
  ]);
}

async function start(
  options: Pop3ServerOptions = {},
  store = createStore(),
): Promise<RunningServer & { store: MailStore }> {
  const server = await startPop3Server({ store, tls, options });
  cleanups.push(() => server.stop());
  return { ...server, store };
}

async function dial(port: number, ca?: string): Promise<LineClient> {
  const client = await LineClient.dial(port, ca);
  cleanups.push(() => client.close());
  return client;
}

async function logIn(server: RunningServer, user = "ada", password = "sécret"): Promise<LineClient> {
  const client = await dial(server.port);
  await client.hear();
  expect(await client.ask(`USER ${user}`)).toBe("+OK");
  expect(await client.ask(`PASS ${password}`)).toBe("+OK Logged in.");
  return client;
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const unstuff = (lines: Buffer): string => lines.toString("latin1").replace(/^\./gm, "");

describe("a POP3 session", () => {
  test("counts, lists, identifies, retrieves and deletes", async () => {
    const server = await start();
    const client = await logIn(server);
    const sizes = [RAW[0], RAW[1], RAW[2]].map((raw) => Buffer.from(raw ?? "").length);
    const total = sizes.reduce((sum, size) => sum + size);
    expect(await client.ask("STAT")).toBe(`+OK 3 ${total}`);
    expect((await client.askForLines("LIST")).toString()).toBe(
      sizes.map((size, i) => `${i + 1} ${size}\r\n`).join(""),
    );
    expect(await client.ask("list 2")).toBe(`+OK 2 ${sizes[1]}`);
    const ids = (await client.askForLines("UIDL")).toString().trim().split("\r\n");
    expect(new Set(ids.map((line) => line.split(" ")[1])).size).toBe(3);
    expect(await client.ask("UIDL 3")).toBe(`+OK ${ids[2]}`);
    expect(await client.ask("DELE 1")).toBe("+OK Message 1 deleted");
    expect(await client.ask("DELE 1")).toBe("-ERR No such message");
    expect(await client.ask("RETR 1")).toBe("-ERR No such message");
    expect(await client.ask("STAT")).toBe(`+OK 2 ${total - (sizes[0] ?? 0)}`);
    expect((await client.askForLines("LIST")).toString()).toMatch(/^2 .*\r\n3 .*\r\n$/);
    expect(await client.ask("RSET")).toBe("+OK Maildrop has 3 messages");
    expect(await client.ask("NOOP")).toBe("+OK");
    expect(await client.ask("QUIT")).toBe("+OK Logging out.");
    expect(await client.hear()).toBe("<end>");
    expect(server.store.messages("ada")).toHaveLength(3);
  });

  test("RETR gives the stored bytes, dots stuffed, with CRLF at the end", async () => {
    const client = await logIn(await start());
    for (const [index, raw] of RAW.entries()) {
      const stored = Buffer.from(raw).toString("latin1");
      const lines = await client.askForLines(`RETR ${index + 1}`);
      expect(unstuff(lines)).toBe(stored.endsWith("\r\n") ? stored : `${stored}\r\n`);
    }
  });

  test("the wire form of RETR is exact to the byte", async () => {
    const client = await logIn(await start());
    const before = client.chunks.length;
    client.say("RETR 2");
    client.say("NOOP");
    await until(() => Buffer.concat(client.chunks.slice(before)).toString().endsWith("\r\n+OK\r\n"));
    expect(Buffer.concat(client.chunks.slice(before)).toString()).toBe(
      "+OK 34 octets\r\nSubject: dots\r\n\r\n..\r\n...\r\n..x\r\nend\r\n..\r\n.\r\n+OK\r\n",
    );
  });

  test("bare line feeds become CRLF, so that no line can pass for the terminator", async () => {
    const store = new MailStore([
      { user: "ada", password: "x", messages: [Buffer.from("A: b\n\nx\n.\nSTAT\n")] },
    ]);
    const client = await logIn(await start({}, store), "ada", "x");
    client.say("RETR 1");
    expect(await client.hear()).toBe("+OK 20 octets");
    expect((await client.hearLines()).toString()).toBe("A: b\r\n\r\nx\r\n..\r\nSTAT\r\n");
  });

  test("TOP gives the header, the empty line and so many lines", async () => {
    const client = await logIn(await start());
    const top = async (command: string): Promise<string> =>
      (await client.askForLines(command)).toString("latin1");
    expect(await top("TOP 1 0")).toBe("Subject: one\r\n\r\n");
    expect(await top("TOP 1 1")).toBe("Subject: one\r\n\r\nbody\r\n");
    expect(await top("TOP 1 999")).toBe("Subject: one\r\n\r\nbody\r\n");
    expect(await client.ask("TOP 1")).toBe("-ERR Usage: TOP message lines");
    expect(await client.ask("TOP 1 -1")).toBe("-ERR Usage: TOP message lines");
  });

  test.each([
    "RETR",
    "RETR 0",
    "RETR 4",
    "RETR -1",
    "RETR x",
    "RETR 1 2",
    "RETR 99999999999",
    "DELE",
    "TOP 9 1",
    "UIDL 9",
  ])("%s is refused and the session goes on", async (command) => {
    const client = await logIn(await start());
    expect(await client.ask(command)).toMatch(/^-ERR /);
    expect(await client.ask("STAT")).toMatch(/^\+OK 3 /);
  });

  test("deletions happen at QUIT and only then", async () => {
    const server = await start();
    const lost = await logIn(server);
    await lost.ask("DELE 1");
    lost.close();
    // The maildrop is free again once the session has ended.
    const client = await until(() => logIn(server).catch(() => undefined));
    expect(server.store.messages("ada")).toHaveLength(3);
    await client.ask("DELE 1");
    await client.ask("DELE 3");
    expect(server.store.messages("ada")).toHaveLength(3);
    await client.ask("QUIT");
    expect(server.store.messages("ada").map(({ uid }) => uid)).toEqual([2]);
  });

  test("UIDLs stay with their message from session to session", async () => {
    const server = await start();
    const ids = async (): Promise<string[]> => {
      const client = await logIn(server);
      const lines = (await client.askForLines("UIDL")).toString().trim().split("\r\n");
      await client.ask("DELE 1");
      await client.ask("QUIT");
      return lines.map((line) => line.split(" ")[1] ?? "");
    };
    const first = await ids();
    server.store.deliver("ada", "Subject: new\n\nx");
    expect((await ids()).slice(0, 2)).toEqual(first.slice(1));
  });

  test("a maildrop has one session at a time", async () => {
    const server = await start();
    const first = await logIn(server);
    const second = await dial(server.port);
    await second.hear();
    await second.ask("USER ada");
    expect(await second.ask("PASS sécret")).toBe("-ERR [IN-USE] Maildrop already locked");
    server.store.deliver("ada", "Subject: late\n\nx");
    expect(await first.ask("STAT")).toMatch(/^\+OK 3 /);
    await first.ask("QUIT");
    await second.ask("USER ada");
    expect(await second.ask("PASS sécret")).toBe("+OK Logged in.");
    expect(await second.ask("STAT")).toMatch(/^\+OK 4 /);
  });

  test("commands said at once are answered in order", async () => {
    const client = await logIn(await start());
    client.say(Buffer.from("STAT\r\nRETR 1\r\nDELE 1\r\nSTAT\r\nQUIT\r\n"));
    client.socket.end();
    expect(await client.hear()).toMatch(/^\+OK 3 /);
    expect(await client.hear()).toMatch(/octets$/);
    await client.hearLines();
    expect(await client.hear()).toBe("+OK Message 1 deleted");
    expect(await client.hear()).toMatch(/^\+OK 2 /);
    expect(await client.hear()).toBe("+OK Logging out.");
  });

  test("the same session byte by byte gives the same answers", async () => {
    const client = await dial((await start()).port);
    for (const byte of Buffer.from("USER ada\r\nPASS sécret\r\nRETR 2\r\nQUIT\r\n")) {
      client.say(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    while ((await client.hear()) !== "<end>");
    const heard = Buffer.concat(client.chunks).toString().split("\r\n").slice(1);
    expect(heard.join("|")).toBe(
      "+OK|+OK Logged in.|+OK 34 octets|Subject: dots||..|...|..x|end|..|.|+OK Logging out.|",
    );
  });

  test("a line without end is cut off, and so is a silent client", async () => {
    const endless = await dial((await start()).port);
    await endless.hear();
    endless.say(Buffer.alloc(20_000, "x"));
    expect(await endless.hear()).toBe("-ERR Line too long");
    expect(await endless.hear()).toBe("<end>");
    const silent = await dial((await start({ autologoutMs: 30 })).port);
    await silent.hear();
    expect(await silent.hear()).toBe("<end>");
  });
});

describe("logging in", () => {
  test.each([
    ["USER/PASS", ["USER ada", "PASS wrong"], "-ERR [AUTH] Authentication failed."],
    ["PASS without USER", ["PASS sécret"], "-ERR Unknown command"],
    ["an unknown user", ["USER eve", "PASS x"], "-ERR [AUTH] Authentication failed."],
    ["APOP with a wrong digest", [`APOP ada ${"0".repeat(32)}`], "-ERR [AUTH] Authentication failed."],
    ["an unknown mechanism", ["AUTH NTLM"], "-ERR Unsupported authentication mechanism"],
    ["-PLUS without TLS", ["AUTH SCRAM-SHA-256-PLUS"], "-ERR Unsupported authentication mechanism"],
    ["broken base64", ["AUTH PLAIN ?"], "-ERR Invalid base64"],
    ["a cancelled exchange", ["AUTH PLAIN", "*"], "-ERR Authentication cancelled"],
    ["a command before login", ["STAT"], "-ERR Unknown command"],
  ])("%s is refused, and the session can try again", async (_what, lines, answer) => {
    const client = await dial((await start()).port);
    await client.hear();
    let last = "";
    for (const line of lines) last = await client.ask(line);
    expect(last).toBe(answer);
    await client.ask("USER ada");
    expect(await client.ask("PASS sécret")).toBe("+OK Logged in.");
  });

  test("APOP digests the greeting's timestamp", async () => {
    const client = await dial((await start()).port);
    const timestamp = /<[^>]+@[^>]+>/.exec(await client.hear())?.[0] ?? "";
    const digest = createHash("md5").update(`${timestamp}sécret`).digest("hex");
    expect(await client.ask(`APOP ada ${digest}`)).toBe("+OK Logged in.");
  });

  test.each([
    ["PLAIN", ["\0ada\0sécret"]],
    ["LOGIN", ["ada", "sécret"]],
    ["XOAUTH2", ["user=ada\x01auth=Bearer tok\x01\x01"]],
    ["OAUTHBEARER", ["n,a=ada,\x01host=x\x01auth=Bearer tok\x01\x01"]],
  ])("AUTH %s works with and without an initial response", async (mechanism, responses) => {
    const server = await start();
    for (const hasInitial of [true, false]) {
      const client = await dial(server.port);
      await client.hear();
      const rest = [...responses];
      let answer = await client.ask(
        hasInitial ? `AUTH ${mechanism} ${base64(rest.shift() ?? "")}` : `AUTH ${mechanism}`,
      );
      for (const response of rest) {
        expect(answer).toMatch(/^\+ /);
        answer = await client.ask(base64(response));
      }
      expect(answer).toBe("+OK Logged in.");
      await client.ask("QUIT");
    }
  });

  test.each([
    ["XOAUTH2", "user=ada\x01auth=Bearer old\x01\x01"],
    ["OAUTHBEARER", "n,a=ada,\x01auth=Bearer old\x01\x01"],
  ])("AUTH %s tells why a token is refused before it fails", async (mechanism, response) => {
    const client = await dial((await start()).port);
    await client.hear();
    const challenge = await client.ask(`AUTH ${mechanism} ${base64(response)}`);
    expect(JSON.parse(Buffer.from(challenge.slice(2), "base64").toString())).toMatchObject({
      status: expect.any(String),
    });
    expect(await client.ask("")).toBe("-ERR [AUTH] Authentication failed.");
  });

  test("AUTH CRAM-MD5", async () => {
    const client = await dial((await start()).port);
    await client.hear();
    const challenge = Buffer.from((await client.ask("AUTH CRAM-MD5")).slice(2), "base64");
    const digest = createHmac("md5", "sécret").update(challenge).digest("hex");
    expect(await client.ask(base64(`ada ${digest}`))).toBe("+OK Logged in.");
  });

  async function scram(
    client: LineClient,
    header: string,
    binding: Buffer,
    password: string,
  ): Promise<string> {
    const mechanism = header.startsWith("p=") ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256";
    const bare = `n=ada,r=${randomBytes(12).toString("hex")}`;
    const challenge = await client.ask(`AUTH ${mechanism} ${base64(header + bare)}`);
    const serverFirst = Buffer.from(challenge.slice(2), "base64").toString();
    const [, nonce, salt = "", iterations] = /^r=(.*),s=(.*),i=(\d+)$/.exec(serverFirst) ?? [];
    const bound = Buffer.concat([Buffer.from(header), binding]).toString("base64");
    const withoutProof = `c=${bound},r=${nonce}`;
    const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
    const mac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
    const clientKey = mac(salted, "Client Key");
    const message = `${bare},${serverFirst},${withoutProof}`;
    const signature = mac(createHash("sha256").update(clientKey).digest(), message);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString(
      "base64",
    );
    const verdict = await client.ask(base64(`${withoutProof},p=${proof}`));
    if (!verdict.startsWith("+ ")) return verdict;
    const expected = `v=${mac(mac(salted, "Server Key"), message).toString("base64")}`;
    expect(Buffer.from(verdict.slice(2), "base64").toString()).toBe(expected);
    return client.ask("");
  }

  test("AUTH SCRAM-SHA-256 proves both sides", async () => {
    const server = await start();
    const client = await dial(server.port);
    await client.hear();
    expect(await scram(client, "n,,", Buffer.alloc(0), "wrong")).toBe("-ERR [AUTH] Authentication failed.");
    expect(await scram(client, "y,,", Buffer.alloc(0), "sécret")).toBe("+OK Logged in.");
  });

  test("AUTH SCRAM-SHA-256-PLUS is bound to the TLS channel", async () => {
    const server = await start();
    for (const type of ["tls-exporter", "tls-server-end-point"]) {
      const client = await dial(server.tlsPort, tls.ca);
      await client.hear();
      const socket = client.socket as TLSSocket;
      const binding =
        type === "tls-exporter"
          ? socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0))
          : createHash("sha256").update(new X509Certificate(tls.cert).raw).digest();
      expect(await scram(client, `p=${type},,`, Buffer.alloc(32), "sécret")).toBe(
        "-ERR [AUTH] Authentication failed.",
      );
      expect(await scram(client, `p=${type},,`, binding, "sécret")).toBe("+OK Logged in.");
      await client.ask("QUIT");
    }
    const downgraded = await dial(server.tlsPort, tls.ca);
    await downgraded.hear();
    const refused = await downgraded.ask(`AUTH SCRAM-SHA-256 ${base64("y,,n=ada,r=abc")}`);
    expect(refused).toBe("-ERR [AUTH] Authentication failed.");
  });

  test("STLS upgrades, forgets USER, and drops what was said before the handshake", async () => {
    const client = await dial((await start({ requireTls: true })).port);
    await client.hear();
    expect((await client.askForLines("CAPA")).toString()).not.toMatch(/^USER|SASL/m);
    expect(await client.ask("USER ada")).toBe("-ERR Logins are not allowed before STLS");
    expect(await client.ask("AUTH PLAIN AGFkYQB4")).toBe("-ERR Logins are not allowed before STLS");
    client.say(Buffer.from("STLS\r\nUSER ada\r\nPASS sécret\r\n"));
    expect(await client.hear()).toBe("+OK Begin TLS negotiation now.");
    await client.startTls(tls.ca);
    expect(await client.ask("STAT")).toBe("-ERR Unknown command");
    expect(await client.ask("STLS")).toBe("-ERR TLS is already active");
    const capabilities = (await client.askForLines("CAPA")).toString();
    expect(capabilities).toContain(
      "SASL PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\n",
    );
    expect(capabilities).not.toContain("STLS");
    await client.ask("USER ada");
    expect(await client.ask("PASS sécret")).toBe("+OK Logged in.");
  });
});

describe("capabilities", () => {
  test("CAPA tells what is there, LANG and UTF8 answer", async () => {
    const client = await dial((await start({ expireDays: 60, loginDelaySeconds: 0 })).port);
    await client.hear();
    expect((await client.askForLines("CAPA")).toString().trim().split("\r\n")).toEqual([
      "TOP",
      "UIDL",
      "RESP-CODES",
      "AUTH-RESP-CODE",
      "PIPELINING",
      "EXPIRE 60",
      "LOGIN-DELAY 0",
      "UTF8 USER",
      "LANG",
      "IMPLEMENTATION Mailwright-Testing",
      "USER",
      "SASL PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER SCRAM-SHA-256",
      "STLS",
    ]);
    expect((await client.askForLines("LANG")).toString()).toBe("en English\r\ni-default Default\r\n");
    expect(await client.ask("LANG en")).toBe("+OK en Language changed");
    expect(await client.ask("LANG uga")).toBe("-ERR Language not supported");
    expect(await client.ask("UTF8")).toBe("+OK UTF8 enabled");
  });

  test.each([
    ["CAPA", "CAPA"],
    ["STLS", "STLS"],
    ["USER", "USER ada"],
    ["SASL", "AUTH"],
    ["UTF8", "UTF8"],
    ["LANG", "LANG"],
    ["APOP", "APOP ada 0"],
  ] as const)("without %s its command is unknown", async (feature, command) => {
    const client = await dial((await start({ disable: [feature] })).port);
    const greeting = await client.hear();
    expect(greeting.includes("<")).toBe(feature !== "APOP");
    expect(await client.ask(command)).toBe("-ERR Unknown command");
    if (feature !== "CAPA")
      expect((await client.askForLines("CAPA")).toString()).not.toMatch(new RegExp(`^${feature}`, "m"));
  });

  test("without TOP, UIDL, a mechanism or response codes", async () => {
    const server = await start({ disable: ["TOP", "UIDL", "PLAIN", "RESP-CODES", "AUTH-RESP-CODE"] });
    const client = await logIn(server);
    expect(await client.ask("TOP 1 0")).toBe("-ERR Unknown command");
    expect(await client.ask("UIDL")).toBe("-ERR Unknown command");
    const other = await dial(server.port);
    await other.hear();
    expect(await other.ask("AUTH PLAIN")).toBe("-ERR Unsupported authentication mechanism");
    await other.ask("USER ada");
    expect(await other.ask("PASS no")).toBe("-ERR Authentication failed.");
    await other.ask("USER ada");
    expect(await other.ask("PASS sécret")).toBe("-ERR Maildrop already locked");
  });

  test("LOGIN-DELAY is kept", async () => {
    const server = await start({ loginDelaySeconds: 60 });
    await (await logIn(server)).ask("QUIT");
    const client = await dial(server.port);
    await client.hear();
    await client.ask("USER ada");
    expect(await client.ask("PASS sécret")).toMatch(/^-ERR \[LOGIN-DELAY\]/);
  });
});

describe("quirks", () => {
  test("UIDLs that are missing, double or changing", async () => {
    const uidl = async (quirks: Pop3ServerOptions["quirks"]): Promise<string[]> => {
      const client = await logIn(await start(quirks === undefined ? {} : { quirks }));
      return (await client.askForLines("UIDL")).toString().trim().split("\r\n");
    };
    expect((await uidl({ omitUidls: [2] })).map((line) => line.split(" ")[0])).toEqual(["1", "3"]);
    expect(new Set((await uidl({ duplicateUidls: true })).map((line) => line.split(" ")[1])).size).toBe(1);
    expect(await uidl({ uidlOf: (uid) => `own-${uid}` })).toEqual(["1 own-1", "2 own-2", "3 own-3"]);
    expect(await uidl({ changingUidls: true })).not.toEqual(await uidl({ changingUidls: true }));
  });

  test("UIDL that is refused, and dots that are not stuffed", async () => {
    let isRefused = true;
    const quirks = { refuseUidl: () => isRefused, omitDotStuffing: true };
    const server = await start({ quirks });
    server.store.deliver("ada", "Subject: dots\r\n\r\n.line\r\n");
    const client = await logIn(server);
    expect(await client.ask("UIDL")).toMatch(/^-ERR \[SYS\/TEMP\]/);
    isRefused = false;
    expect((await client.askForLines("UIDL")).toString().trim().split("\r\n")).toHaveLength(4);
    client.say(Buffer.from("RETR 4\r\n"));
    const heard = [];
    for (let line = 0; line < 5; line++) heard.push(await client.hear());
    expect(heard.at(-2)).toBe(".line");
  });

  test("retrieval, QUIT, sizes and UTF8 that fail", async () => {
    const server = await start({
      quirks: { refuseRetrieval: [1], failUpdate: true, zeroSizes: true, refuseUtf8WithoutMode: true },
    });
    const client = await logIn(server);
    expect(await client.ask("STAT")).toBe("+OK 3 0");
    expect(await client.ask("RETR 1")).toMatch(/^-ERR \[SYS\/TEMP\]/);
    expect(await client.ask("RETR 3")).toMatch(/^-ERR \[UTF8\]/);
    await client.ask("DELE 2");
    expect(await client.ask("QUIT")).toBe("-ERR [SYS/TEMP] Some deleted messages not removed");
    expect(server.store.messages("ada")).toHaveLength(3);
  });

  test("input that is there too early can be dropped, connections above a cap refused", async () => {
    const client = await logIn(await start({ quirks: { dropPipelinedInput: true } }));
    client.say(Buffer.from("NOOP\r\nSTAT\r\n"));
    expect(await client.hear()).toBe("+OK");
    expect(await client.ask("NOOP")).toBe("+OK");
    const capped = await start({ quirks: { maxConnections: 1 } });
    await (await dial(capped.port)).hear();
    const second = await dial(capped.tlsPort, tls.ca);
    expect(await second.hear()).toBe("-ERR [SYS/TEMP] Too many connections, try again later");
    expect(await second.hear()).toBe("<end>");
  });
});

test("200 sessions at once are served, and stop() leaves nothing behind", async () => {
  const resources = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).length;
  const before = resources();
  const store = new MailStore(
    Array.from({ length: 200 }, (_, index) => ({
      user: `u${index}`,
      password: "x",
      messages: ["Subject: a\n\nb"],
    })),
  );
  const server = await startPop3Server({ store, tls });
  const clients = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const client = await LineClient.dial(
        index % 4 === 0 ? server.tlsPort : server.port,
        index % 4 === 0 ? tls.ca : undefined,
      );
      await client.hear();
      await client.ask(`USER u${index}`);
      await client.ask("PASS x");
      return client;
    }),
  );
  const sizes = await Promise.all(clients.map((client) => client.ask("STAT")));
  expect(new Set(sizes)).toEqual(new Set(["+OK 1 15"]));
  await server.stop();
  for (const client of clients) client.close();
  await until(() => resources() <= before);
});
