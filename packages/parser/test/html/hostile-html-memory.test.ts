import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, test } from "vitest";
import { HOSTILE_HTML } from "./hostile-html-inputs.js";

/** `MAILWRIGHT_LONG=1`: two megabytes. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const CHARACTERS = isLong ? 2_000_000 : 200_000;
/** What all of the code, one input and all that is made of it may take; who needs more ends with its thread. */
const HEAP_MB = isLong ? 256 : 36;

const here = (path: string): string => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);
/** Plain JavaScript in a thread, whose heap can be bounded; the functions are those that users get. */
const PROGRAM = `
  const { parentPort } = require("node:worker_threads");
  const all = { maxCharacters: 2_000_000 };
  const ready = Promise.all([import(${here("index.js")}), import(${here("sanitize.js")})]).then(
    ([{ htmlToText, stripQuotedReply }, { sanitizeHtml }]) => ({
      sanitizeHtml: (html) => sanitizeHtml(html, all),
      htmlToText: (html) => htmlToText(html, all),
      stripQuotedReply,
    }),
  );
  parentPort.on("message", async ({ way, html }) => {
    const work = (await ready)[way];
    const before = process.memoryUsage().heapUsed;
    const startedAt = performance.now();
    await work(html);
    const milliseconds = performance.now() - startedAt;
    parentPort.postMessage({ milliseconds, bytes: process.memoryUsage().heapUsed - before });
  });
`;

const WAYS = ["sanitizeHtml", "htmlToText", "stripQuotedReply"] as const;
const table: Record<string, Record<string, string>> = {};

afterAll(() => {
  // By name, with what each takes.
  if (isLong) console.table(table);
});

describe.each(WAYS)("%s of hostile HTML", (way) => {
  test(`never needs more than ${HEAP_MB} MB for ${CHARACTERS / 1e6} MB`, async () => {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 16 };
    const worker = new Worker(PROGRAM, { eval: true, resourceLimits });
    const most = { name: "", bytes: 0 };
    try {
      for (const [name, make] of HOSTILE_HTML) {
        const html = make(CHARACTERS);
        worker.postMessage({ way, html });
        const [{ milliseconds, bytes }] = await once(worker, "message").catch((error: unknown) => {
          throw new Error(`${name}: ${error}`);
        });
        if (bytes > most.bytes) Object.assign(most, { name, bytes });
        table[name] = {
          ...table[name],
          [way]: `${(milliseconds / 1_000).toFixed(2)} s, ${megabytes(bytes)} MB`,
        };
      }
    } finally {
      await worker.terminate();
    }
    console.log(`${way}: ${megabytes(most.bytes)} MB at most for ${CHARACTERS / 1e6} MB (${most.name})`);
    expect(Object.keys(table)).toHaveLength(HOSTILE_HTML.length);
  });
});

function megabytes(bytes: number): string {
  return Math.max(0, bytes / 1e6).toFixed(0);
}
