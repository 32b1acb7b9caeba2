import type { DeliveryResult } from "@mailwright/core";
import { fixedBackoff } from "@mailwright/core";
import { seededRandom, until } from "@mailwright/suite";
import { expect, test } from "vitest";
import type { OutgoingMessage, SmtpClientOptions } from "../../src/index.js";
import {
  type Action,
  type Point,
  type RecordingServer,
  type RecordingServerOptions,
  recordingServer,
} from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

/** `MAILWRIGHT_LONG=1`: as many sends as an audit, not a share of them. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const BATCHES = isLong ? 500 : 8;
const MESSAGES = 40;
const SEED = Number(process.env["MAILWRIGHT_SEED"] ?? 20261121);

const TOUCHED: readonly Point[] = ["greeting", "ehlo", "mail", "rcpt", "data", "bdat", "end", "rset"];
const FAULTS: readonly Action[] = [
  "421 4.3.2 bye",
  "421 too many messages",
  "450 4.7.1 greylisted",
  "451 4.3.0 later",
  "452 4.2.2 full",
  "500 5.5.1 what?",
  "502 5.5.1 what?",
  "503 5.5.1 not now",
  "550 5.7.1 no",
  "552 5.3.4 too much",
  "554 no",
  "250 2.0.0 ok",
  "354 go on",
  "199 early",
  "650 late",
  "250-first\n550 last",
  "hello",
  "250 2.0.0 ok\n250 2.0.0 stray",
  { do: "fin" },
  { do: "rst" },
  { do: "silence" },
  { do: "fin", say: "2" },
  { do: "rst", say: "250-2.0.0 o" },
  { do: "fin", say: "250 2.0.0 ok" },
];

/** What may become of a body in a chunk that is thrown away: anything but the word that it was taken. */
const CHUNK_FAULTS = FAULTS.filter((fault) => typeof fault === "string" && !fault.startsWith("250 "));

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

function serverOptions(random: Random): RecordingServerOptions {
  const extensions = ["PIPELINING", "CHUNKING", "8BITMIME", "DSN"].filter(() => random() < 0.7);
  const rate = pick(random, [0, 0.01, 0.03, 0.1]);
  // The server asks twice about the end of a message: what it keeps is what it says.
  const decided = new Map<string, Action | undefined>();
  const isLmtp = random() < 0.2;
  // One answer too many among those to the recipients: nobody can tell which of them it is.
  const endFaults = isLmtp ? FAULTS.filter((fault) => !String(fault).endsWith("stray")) : FAULTS;
  return {
    capabilities: [...extensions, "SIZE 1000000"],
    lmtp: isLmtp,
    at: (point, _line, count) => {
      const place = `${point} ${count}`;
      if (!decided.has(place)) {
        const usual = point === "greeting" ? "220 fuzz.test ESMTP Postfix" : undefined;
        const faults = point === "bdat" ? CHUNK_FAULTS : point === "end" ? endFaults : FAULTS;
        decided.set(place, TOUCHED.includes(point) && random() < rate ? pick(random, faults) : usual);
      }
      return decided.get(place);
    },
  };
}

function clientOptions(random: Random): Partial<SmtpClientOptions> {
  return {
    pool: { maxPerKey: pick(random, [1, 2, 3]) },
    chunking: pick(random, ["auto", true, false] as const),
    retry: { attempts: pick(random, [1, 3]), backoff: fixedBackoff([1]) },
    timeouts: { connectMs: 400, envelopeMs: 200, bodyMs: 200, dataEndMs: 200 },
  };
}

function message(random: Random, id: string): OutgoingMessage {
  const recipients = pick(random, [1, 1, 2, 4]);
  const lines = pick(random, [1, 3, 2_000]);
  const body = pick(random, ["a line\r\n", ".\r\n", "..a\r\nMAIL FROM:<eve@example.com>\r\n", "QUIT\r\n"]);
  return {
    to: Array.from({ length: recipients }, (_, n) => `to${n}@example.org`),
    raw: `Message-ID: <${id}@example.com>\r\nSubject: ${id}\r\n\r\n${body.repeat(lines)}`,
  };
}

/** How often the server has a message for each of its recipients. */
function copiesOf(server: RecordingServer): Map<string, number> {
  const copies = new Map<string, number>();
  for (const { body, to } of server.stored) {
    const id = /^Message-ID: (<[^>]*>)/m.exec(body)?.[1] ?? "nobody's";
    for (const address of to) copies.set(`${id} ${address}`, (copies.get(`${id} ${address}`) ?? 0) + 1);
  }
  return copies;
}

/** What was said of a message against what the server has of it. */
function liesOf(result: DeliveryResult, copies: ReadonlyMap<string, number>): string[] {
  return result.recipients.flatMap(({ address, status }) => {
    const count = copies.get(`${result.messageId} ${address}`) ?? 0;
    const isHonest = count === 0 ? status !== "accepted" : /^(accepted|unknown)$/.test(status);
    return isHonest && count <= 1 ? [] : [`${result.messageId} ${address}: ${status}, stored ${count} times`];
  });
}

test("whatever a server does, no result lies and nothing is stored twice", {
  timeout: 1_800_000,
}, async () => {
  const since = performance.now();
  const counts: Record<string, number> = {};
  const lies: string[] = [];
  let mostCopies = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    const seed = SEED + batch;
    const random = seededRandom(seed);
    const options = serverOptions(random);
    await using server = await recordingServer(options);
    const smtp = testClient(server.port, { ...clientOptions(random), lmtp: options.lmtp });
    const messages = Array.from({ length: MESSAGES }, (_, n) => message(random, `m${n}`));
    // A pause that the server asks for is cut short: it is another suite that looks at its length.
    const sends = messages.map((one) => smtp.send(one, { timeoutMs: 1_500 }));
    const results = await Promise.all(sends);
    await smtp.close();
    await until(() => server.open === 0);
    const copies = copiesOf(server);
    lies.push(...results.flatMap((result) => liesOf(result, copies)).map((lie) => `seed ${seed}: ${lie}`));
    const made = [...copies.keys()].filter((key) => key.startsWith("nobody's"));
    lies.push(...made.map((key) => `seed ${seed}: ${key} was never sent`));
    mostCopies = Math.max(mostCopies, ...copies.values());
    for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  }
  const seconds = ((performance.now() - since) / 1_000).toFixed(1);
  console.log(
    `fuzz: ${BATCHES * MESSAGES} sends from seed ${SEED}, ${seconds} s: ${lies.length} lies, ` +
      `each message stored ${mostCopies} times at most: ${JSON.stringify(counts)}`,
  );
  expect(lies).toEqual([]);
  expect(counts["accepted"]).toBeGreaterThan(BATCHES * MESSAGES * 0.2);
});
