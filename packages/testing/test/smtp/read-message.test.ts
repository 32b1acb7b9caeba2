import { Readable } from "node:stream";
import { collectGarbage } from "@mailwright/suite";
import { expect, test } from "vitest";
import { readMessage } from "../../src/smtp/read-message.js";

const chunks = (count: number, sizeBytes: number): Buffer[] =>
  Array.from({ length: count }, () => Buffer.alloc(sizeBytes, "x"));

test("a message is kept up to the limit and to the byte", async () => {
  expect((await readMessage(Readable.from(chunks(3, 10)), 30))?.length).toBe(30);
  expect(await readMessage(Readable.from(chunks(3, 10)), 29)).toBeUndefined();
  expect((await readMessage(Readable.from([]), 0))?.length).toBe(0);
});

test("of a message that is too large nothing is kept while it comes", async () => {
  const before = process.memoryUsage().arrayBuffers;
  let during = 0;
  async function* large(): AsyncGenerator<Buffer> {
    for (let count = 0; count < 200; count += 1) {
      yield Buffer.alloc(1_000_000, "x");
      if (count % 20 === 0) during = Math.max(during, (await collectedMemory()) - before);
    }
  }
  expect(await readMessage(Readable.from(large()), 5_000_000)).toBeUndefined();
  expect(during).toBeLessThan(50_000_000);
});

async function collectedMemory(): Promise<number> {
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  return process.memoryUsage().arrayBuffers;
}
