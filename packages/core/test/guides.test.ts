import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { codeBlocks, runExample, SourceFiles } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { ConnectionPool, type DiagnosticEvents, MailError } from "../src/index.js";
import { publishDiagnostic } from "../src/internal.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const sources = new SourceFiles("core");
const guide = (name: string): Promise<string> =>
  readFile(new URL(`../../../docs/${name}.md`, import.meta.url), "utf8");

describe("the guide to errors and retry", async () => {
  const blocks = codeBlocks(await guide("errors-and-retry"), "js");
  test.each([
    [0, "not-found\n"],
    [1, "try 1: throttled\ntry 2: throttled\ndone\n"],
    [2, "timeout example\n"],
  ])("has an example %i that does what it says", { timeout: 120_000 }, async (index, printed) => {
    expect(await runExample(blocks[index] ?? "", here)).toBe(printed);
  });

  test("names every error code", async () => {
    const source = sources.textOf("mail-error.ts");
    const [, union = ""] = /type MailErrorCode =(.*?);/s.exec(source) ?? [];
    const codes = [...union.matchAll(/"([a-z-]+)"/g)].map(([, code = ""]) => code);
    const text = await guide("errors-and-retry");
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => !new RegExp(`^\\|.*\`${code}\`.*\\|`, "m").test(text))).toEqual([]);
  });
});

test("the rate limiter of the guide to pooling does what it says", { timeout: 120_000 }, async () => {
  const [block = ""] = codeBlocks(await guide("pooling-and-limits"), "js");
  expect(await runExample(block, here)).toBe("15\n");
});

test("the guides name every pool limit and every channel", async () => {
  const pooling = await guide("pooling-and-limits");
  const pool = new ConnectionPool({ open: async () => 1, isUsable: async () => true, close: async () => {} });
  for (const limit of Object.keys(pool.limits)) expect(pooling).toContain(`| \`${limit}\``);
  const observing = await guide("observing");
  const source = sources.textOf("diagnostics.ts");
  const channels = new Set([...source.matchAll(/"(mailwright:[a-z:]+)"/g)].map(([, name = ""]) => name));
  expect(channels.size).toBeGreaterThan(5);
  for (const channel of channels) expect(observing).toContain(`| \`${channel}\``);
});

interface RecordedSpan {
  readonly name: string;
  readonly startTime: number;
  readonly attributes: Record<string, unknown>;
  status?: unknown;
  endTime?: number;
}

/** As much of an OpenTelemetry tracer as the guide uses. */
class RecordingTracer {
  readonly spans: RecordedSpan[] = [];

  startSpan(name: string, options: { startTime: number; attributes: Record<string, unknown> }): object {
    const span: RecordedSpan = { name, ...options };
    this.spans.push(span);
    return {
      setAttribute: (key: string, value: unknown) => {
        span.attributes[key] = value;
      },
      setStatus: (status: unknown) => {
        span.status = status;
      },
      end: (endTime: number) => {
        span.endTime = endTime;
      },
    };
  }
}

test("the OpenTelemetry bridge of the guide to observing makes spans of what happens", async () => {
  const [block = ""] = codeBlocks(await guide("observing"), "js");
  expect(block.trim().split("\n").length).toBeLessThanOrEqual(35);
  const { traceMail } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(block)}`);
  const tracer = new RecordingTracer();
  const stop = traceMail(tracer);
  const key = { id: "a", host: "h:1", label: "h:ada" };
  const refused = new MailError("wrong password", { code: "authentication", protocol: "imap" });
  let isRefused = false;
  const pool = new ConnectionPool({
    protocol: "imap",
    open: async () => {
      if (isRefused) throw refused;
      return 1;
    },
    isUsable: async () => true,
    close: async () => {},
  });
  await pool.use(key, async () => {});
  const command: DiagnosticEvents["mailwright:command"] = {
    protocol: "imap",
    connectionId: "h:ada#1",
    command: "FETCH",
    durationMs: 250,
  };
  publishDiagnostic("mailwright:command", () => command);
  await pool.clear();
  isRefused = true;
  await expect(pool.acquire(key)).rejects.toBe(refused);
  stop();
  await pool.close();
  publishDiagnostic("mailwright:command", () => command);
  const names = tracer.spans.map(({ name }) => name);
  expect(names).toEqual(["imap connect", "pool acquire", "imap FETCH", "imap connect", "pool acquire"]);
  const [, , fetch, failed] = tracer.spans;
  expect(fetch?.attributes).toEqual({
    "mail.protocol": "imap",
    "mail.connectionId": "h:ada#1",
    "mail.command": "FETCH",
  });
  expect((fetch?.endTime ?? 0) - (fetch?.startTime ?? 0)).toBe(250);
  expect(failed).toMatchObject({ status: { code: 2, message: "wrong password" } });
  expect(failed?.attributes["error.type"]).toBe("authentication");
});
