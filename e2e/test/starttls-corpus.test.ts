import diagnosticsChannel from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { isMailError, type MailErrorCode } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import { type Certificates, createCertificates } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CorpusServer, playCase } from "./starttls/corpus-server.js";
import { ownStarttlsCases } from "./starttls/own-cases.js";
import {
  hasStarttlsCorpus,
  type Protocol,
  readStarttlsCases,
  type StarttlsCase,
} from "./starttls/starttls-case.js";

/**
 * Servers and attackers of the "NO STARTTLS" study (USENIX Security 2021), each played to the client of its protocol
 * with `security: "starttls"`: one of each kind, and where its corpus is beside this repository all of its scripts.
 * No login may leave before TLS, nothing said before TLS may be believed after it, and a server that gives no TLS is an
 * error with a code.
 */

const PASSWORD = "S3cret-of-ada";
const TIMEOUT_MS = 2000;
/** What an honest client may call a server that does not give it TLS. */
const CODES: readonly MailErrorCode[] = [
  "authentication",
  "busy",
  "connection",
  "forbidden",
  "protocol",
  "rejected",
  "throttled",
  "timeout",
  "tls",
  "unsupported",
];

type Outcome = { readonly seen: unknown } | { readonly error: unknown };

const ACCOUNT = (play: StarttlsCase, port: number, ca: string) => ({
  server: {
    host: "localhost",
    port,
    security: play.implicitTls ? ("tls" as const) : ("starttls" as const),
    tls: { ca },
  },
  credentials: { user: "ada", password: PASSWORD },
  retry: { attempts: 1 },
});

const ATTEMPTS: Record<Protocol, (account: ReturnType<typeof ACCOUNT>) => Promise<Outcome>> = {
  imap: async (account) => {
    await using imap = new ImapClient({ ...account, timeouts: { connectMs: TIMEOUT_MS } });
    const folders = await imap.listFolders({ timeoutMs: TIMEOUT_MS });
    return { seen: { folders, status: await imap.status("INBOX", { timeoutMs: TIMEOUT_MS }) } };
  },
  pop3: async (account) => {
    await using pop3 = new Pop3Client(account);
    const timeout = { timeoutMs: TIMEOUT_MS };
    return { seen: await pop3.session(async (box) => [await box.stat(), box.capabilities], timeout) };
  },
  smtp: async (account) => {
    await using smtp = new SmtpClient({ ...account, timeouts: { connectMs: TIMEOUT_MS } });
    const result = await smtp.send(
      { from: "ada@example.org", to: ["bob@example.org"], subject: "x", text: "x" },
      { timeoutMs: TIMEOUT_MS },
    );
    return result.status === "accepted" ? { seen: result } : { error: result.attempts.at(-1)?.error };
  },
};

let certificates: Certificates;
const strangers: string[] = [];
const ports = new Set<number>();
const onSocket = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.once("connect", () => {
    if (!ports.has(socket.remotePort ?? 0)) strangers.push(`${socket.remoteAddress}:${socket.remotePort}`);
  });
};
beforeAll(async () => {
  certificates = await createCertificates();
  diagnosticsChannel.subscribe("net.client.socket", onSocket);
});
afterAll(() => {
  diagnosticsChannel.unsubscribe("net.client.socket", onSocket);
});

async function attempt(play: StarttlsCase): Promise<{ outcome: Outcome; server: CorpusServer }> {
  const server = await playCase(play, certificates);
  ports.add(server.port);
  try {
    const outcome = await ATTEMPTS[play.protocol](ACCOUNT(play, server.port, certificates.ca));
    return { outcome, server };
  } catch (error) {
    return { outcome: { error }, server };
  } finally {
    await server.stop();
  }
}

const OK_GREETING: Record<Protocol, RegExp> = { imap: /^\* OK/i, pop3: /^\+OK/i, smtp: /^220[ -]/ };
const OK_ANSWER: Record<Protocol, RegExp> = {
  imap: /^(\*[^\n]*\r\n|[^\n]*\{\d+\}\r\n[^<]*)*<tag> OK[^\n]*\r\n$/,
  pop3: /^\+OK[^\n]*\r\n$/,
  smtp: /^220[^\n]*\r\n$/,
};

/** Whether the server of a case gives TLS at all, announced or not, with nothing slipped in behind its answer. */
function givesTls(play: StarttlsCase): boolean {
  if (play.implicitTls) return true;
  const command = play.protocol === "pop3" ? "stls" : "starttls";
  return (
    play.upgrades &&
    OK_GREETING[play.protocol].test(play.greeting) &&
    (play.upgradeAnswer === undefined || OK_ANSWER[play.protocol].test(play.upgradeAnswer)) &&
    !play.hidden.has(command) &&
    !play.ignored.has(command)
  );
}

/** Words that only somebody on the way can have said. */
function slippedInWords(play: StarttlsCase): string[] {
  const said = play.afterGreeting + (play.upgradeAnswer ?? "");
  const usual =
    /^(STATUS|INBOX|MESSAGES|RECENT|UIDNEXT|UNSEEN|UIDVALIDITY|CAPABILITY|SEARCH|FLAGS|FETCH|EXISTS|EXPUNGE|STARTTLS|LOGIN|PLAIN)$/i;
  return [...new Set(said.match(/[A-Za-z0-9]{5,}/g) ?? [])].filter(
    (word) => !usual.test(word) && !/^[a-z]+$/.test(word),
  );
}

/** Whatever the server does: no secret in clear, nothing believed that came before TLS, and an error that tells. */
async function expectHonestClient(play: StarttlsCase): Promise<Outcome> {
  const { outcome, server } = await attempt(play);
  const clear = server.clearLines.join("\n");
  expect(clear).not.toContain(PASSWORD);
  expect(clear).not.toMatch(/^(\S+ )?(AUTH|AUTHENTICATE|LOGIN|USER|PASS|APOP|MAIL|SELECT|LIST)\b.*/im);
  expect(server.logins).not.toContain("clear");
  if ("error" in outcome) {
    expect(isMailError(outcome.error), String(outcome.error)).toBe(true);
    const { code } = outcome.error as { code: MailErrorCode };
    expect(CODES, `${code}: ${outcome.error}`).toContain(code);
    expect(inspect(outcome.error, { depth: 8, showHidden: true })).not.toContain(PASSWORD);
    expect(play.name, String(outcome.error)).not.toMatch(/^(setup|tls_setup)/);
  } else {
    expect(givesTls(play), "succeeded without TLS").toBe(true);
    expect(server.logins).toEqual(["tls"]);
    const seen = inspect(outcome.seen, { depth: null, maxArrayLength: null });
    for (const word of slippedInWords(play)) expect(seen).not.toContain(word);
  }
  return outcome;
}

const PROTOCOLS: readonly Protocol[] = ["imap", "pop3", "smtp"];

describe.each(PROTOCOLS)("STARTTLS over %s", (protocol) => {
  test.concurrent.each(ownStarttlsCases(protocol).map((own) => [own.play.name, own] as const))(
    "%s",
    async (_name, { play, ending }) => {
      const outcome = await expectHonestClient(play);
      if (ending !== "either") expect("seen" in outcome, inspect(outcome)).toBe(ending === "served");
    },
  );
});

describe.runIf(hasStarttlsCorpus)("the STARTTLS corpus", () => {
  describe.each<[Protocol, number]>([
    ["imap", 74],
    ["pop3", 43],
    ["smtp", 59],
  ])("%s", (protocol, files) => {
    const plays = readStarttlsCases(protocol);

    test(`has ${files} server scripts`, () => {
      expect(new Set(plays.map(({ name }) => name.replace(/ #\w+$/, ""))).size).toBe(files);
    });

    test.concurrent.each(plays.map((play) => [play.name, play] as const))("%s", async (_name, play) => {
      await expectHonestClient(play);
    });
  });
});

test("nobody followed a referral to another host", () => {
  expect(strangers).toEqual([]);
});

test.skipIf(hasStarttlsCorpus)("the STARTTLS corpus is not here: its cases were skipped", () => {
  console.log("skipped: ../shared/corpora/starttls does not exist");
});
