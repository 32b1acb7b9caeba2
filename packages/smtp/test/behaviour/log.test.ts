import { describe, expect, test } from "vitest";
import { type Action, type Point, recordingServer } from "../support/recording-server.js";
import { testClient } from "../support/test-client.js";

const MESSAGE = { to: ["bob@example.org"], subject: "Log", text: "body\n" };

type Line = Readonly<Record<string, unknown>>;

/** A logger that keeps the fields of its lines by their text. */
function keepLines(): { readonly lines: Map<string, Line>; readonly logger: Record<Level, Log> } {
  const lines = new Map<string, Line>();
  const log: Log = (fields, text) => void lines.set(text, fields);
  return { lines, logger: { debug: log, info: log, warn: log, error: log } };
}
type Level = "debug" | "info" | "warn" | "error";
type Log = (fields: Line, text: string) => void;

describe("the line of an attempt", () => {
  const faults: readonly (readonly [phase: string, point: Point, action: Action])[] = [
    ["greeting", "greeting", "554 5.3.2 no service"],
    ["greeting", "greeting", { do: "fin" }],
    ["auth", "auth", "535 5.7.8 no"],
    ["mail", "mail", "550 5.7.1 no"],
    ["rcpt", "rcpt", "550 5.1.1 no"],
    ["data", "data", "554 5.5.1 no"],
    ["data-end", "end", "554 5.6.0 no"],
  ];

  test.each(faults)("names the phase in which it ended: %s", async (phase, fails, action) => {
    await using server = await recordingServer({
      capabilities: ["AUTH PLAIN"],
      at: (point) => (point === fails ? action : undefined),
    });
    const { lines, logger } = keepLines();
    await using smtp = testClient(server.port, { credentials: { user: "ada", password: "x" }, logger });
    const { attempts } = await smtp.send(MESSAGE);
    expect(attempts).toMatchObject([{ phase }]);
    const line = lines.get("SMTP attempt ended");
    expect(line).toMatchObject({ phase, durationMs: attempts[0]?.durationMs });
    expect(String(line?.["durationMs"])).toMatch(/^\d+(\.\d{1,3})?$/);
  });

  test("names connecting as the phase when nobody listens, and done when the message went out", async () => {
    const { lines, logger } = keepLines();
    const server = await recordingServer();
    await using smtp = testClient(server.port, { logger });
    await smtp.send(MESSAGE);
    expect(lines.get("SMTP attempt ended")).toMatchObject({ phase: "done" });
    await server.stop();
    await smtp.send(MESSAGE);
    expect(lines.get("SMTP attempt ended")).toMatchObject({ phase: "connect" });
  });
});

test("the report of a connection tells its latencies to a tenth of a millisecond", async () => {
  await using server = await recordingServer({ capabilities: ["AUTH PLAIN"] });
  await using smtp = testClient(server.port, { credentials: { user: "ada", password: "x" } });
  const { latencyMs } = await smtp.testConnection();
  expect(Object.keys(latencyMs).sort()).toEqual(["auth", "connect", "greeting", "total"]);
  for (const ms of Object.values(latencyMs)) expect(String(ms)).toMatch(/^\d+(\.\d)?$/);
});
