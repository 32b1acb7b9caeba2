import { describe, expect, test } from "vitest";
import type { SmtpTimeouts } from "../../src/index.js";
import { type Action, type Point, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Matrix", text: "body\n" };
const PATIENCE_MS = 150;
const CREDENTIALS = { user: "ada", password: "correct horse" };

const FAULTS: Readonly<Record<string, Action>> = {
  FIN: { do: "fin" },
  RST: { do: "rst" },
  "FIN after half a refusal": { do: "fin", say: "550 5.1.1 no su" },
  "FIN after half an acceptance": { do: "fin", say: "250 2.0.0 queued as" },
  silence: { do: "silence" },
  drip: { do: "drip", everyMs: 20 },
  garbage: "hello world",
  "a 1xx": "150 about to",
  "a 6xx": "650 what is this",
  "a code of two digits": "25 ok",
  "a 3xx": "354 go on",
  "a 4xx": "451 4.3.0 try again later",
  "a 5xx": "550 5.7.1 no",
  "a 421": "421 4.3.2 shutting down",
  "lines with mixed codes": "250-fine\n550 not fine",
};

type Row = Readonly<Partial<Record<Point, string>>>;

/** What a send comes to, by what goes wrong and where; phases in a row that are not named are the `else`. */
const EXPECTED: Readonly<Record<string, { readonly else: string } & Row>> = {
  FIN: { else: "not-sent", end: "unknown" },
  RST: { else: "not-sent", end: "unknown" },
  "FIN after half a refusal": { else: "not-sent", end: "unknown" },
  "FIN after half an acceptance": { else: "not-sent", end: "unknown" },
  silence: { else: "not-sent", end: "unknown" },
  drip: { else: "not-sent", end: "unknown" },
  garbage: { else: "not-sent", end: "unknown" },
  "a 1xx": { else: "not-sent", end: "unknown" },
  "a 6xx": { else: "not-sent", end: "unknown" },
  "a code of two digits": { else: "not-sent", end: "unknown" },
  // 354 is what DATA is answered with; EHLO is followed by HELO.
  "a 3xx": { else: "not-sent", ehlo: "accepted", data: "accepted", end: "unknown" },
  // A refused EHLO is followed by HELO, RFC 5321 §3.2, and there is no login after that.
  "a 4xx": { else: "deferred", greeting: "deferred", ehlo: "accepted", auth: "not-sent" },
  "a 5xx": { else: "rejected", greeting: "not-sent", ehlo: "accepted", auth: "not-sent" },
  "a 421": { else: "deferred", auth: "not-sent" },
  "lines with mixed codes": { else: "not-sent", end: "unknown" },
};

const POINTS: readonly Point[] = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "end"];

for (const pipelining of [true, false]) {
  describe(`with a server that ${pipelining ? "pipelines" : "does not pipeline"}`, () => {
    for (const [name, action] of Object.entries(FAULTS)) {
      for (const point of POINTS) {
        const row = EXPECTED[name];
        const status = row?.[point] ?? row?.else;
        test.concurrent(`${name} at ${point} makes the message ${status}`, async () => {
          const capabilities = [
            "8BITMIME",
            ...(pipelining ? ["PIPELINING"] : []),
            ...(point === "auth" ? ["AUTH PLAIN"] : []),
          ];
          await using server = await recordingServer({
            capabilities,
            at: (where) => (where === point ? action : undefined),
          });
          const isPatient = typeof action === "string" || action.do === "fin" || action.do === "rst";
          await using smtp = testClient(server.port, {
            timeouts: isPatient ? {} : { [timeoutAt(point)]: PATIENCE_MS },
            ...(point === "auth" ? { credentials: CREDENTIALS } : {}),
          });
          const result = await smtp.send(MESSAGE);
          expect(result.status).toBe(status);
          expect(result.recipients).toMatchObject([{ address: "bob@example.org", status }]);
          if (status !== "accepted") {
            expect(result.attempts.at(-1)?.error).toBeDefined();
            expect(server.stored.length).toBe(status === "unknown" && !isRefusal(action) ? 1 : 0);
          }
          expect(result.retryable).toBe(
            ["not-sent", "deferred"].includes(result.status) && !isFinal(action, point),
          );
        });
      }
    }
  });
}

/** Which deadline ends the waiting at a point; the others are left long, for machines that are busy. */
function timeoutAt(point: Point): keyof SmtpTimeouts {
  if (point === "end") return "dataEndMs";
  return ["greeting", "ehlo", "auth"].includes(point) ? "connectMs" : "envelopeMs";
}

/** Refusals that only a change of settings or a person can cure. */
function isFinal(action: Action, point: Point): boolean {
  return typeof action === "string" && action.startsWith("5") && (point === "greeting" || point === "auth");
}

/** The recorder keeps what it answers 2xx, or not at all. */
function isRefusal(action: Action): boolean {
  return typeof action === "string" && !action.startsWith("2");
}
