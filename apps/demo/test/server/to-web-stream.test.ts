import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { until } from "@mailwright/suite";
import { expect, test } from "vitest";
import { toWebStream } from "../../src/server/to-web-stream.js";

const PIECES = Array.from({ length: 40 }, (_, index) => Buffer.alloc(20_000, index));

test("bytes come whole, and an end without any is one", async () => {
  const whole = await new Response(toWebStream(Readable.from(PIECES))).arrayBuffer();
  expect(Buffer.concat(PIECES).equals(Buffer.from(whole))).toBe(true);
  expect(await new Response(toWebStream(Readable.from([]))).text()).toBe("");
});

test("a failure of the content is one of the stream", async () => {
  const failure = new Error("The line is dead");
  const content = Readable.from(
    (async function* () {
      yield* PIECES.slice(0, 2);
      throw failure;
    })(),
  );
  await expect(new Response(toWebStream(content)).arrayBuffer()).rejects.toBe(failure);
});

test("a reader may stop at any moment: the content ends, and nothing is thrown beside it", async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown): unknown => uncaught.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
  try {
    const contents: Readable[] = [];
    for (let round = 0; round < 120; round += 1) {
      const content = Readable.from(round % 2 === 0 ? PIECES : slowly(round % 3));
      contents.push(content);
      const reader = toWebStream(content).getReader();
      for (let read = 0; read < round % 10; read += 1) await reader.read();
      // A piece is on its way, or none.
      if (round % 4 === 0) void reader.read();
      if (round % 7 === 0) await new Promise(setImmediate);
      await reader.cancel();
    }
    await until(() => contents.every(({ destroyed }) => destroyed));
    await new Promise(setImmediate);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  }
  expect(uncaught).toEqual([]);
});

test("no other way from a stream of Node to one of the web is taken", () => {
  const sources = fileURLToPath(new URL("../../src/", import.meta.url));
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  expect(files.length).toBeGreaterThan(100);
  const taking = files.filter((path) =>
    readFileSync(join(sources, path), "utf8").includes("Readable.toWeb("),
  );
  expect(taking).toEqual([]);
});

async function* slowly(waits: number): AsyncGenerator<Buffer> {
  for (const piece of PIECES) {
    for (let wait = 0; wait < waits; wait += 1) await new Promise(setImmediate);
    yield piece;
  }
}
