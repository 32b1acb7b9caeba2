import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { toDownload } from "../../src/server/to-download.js";

test("what fails before its first bytes is an error, and not an answer that breaks off", async () => {
  const refused = new Error("The server will not hand it out");
  const content = Readable.from(failing(refused));
  await expect(toDownload(content, "message.eml")).rejects.toBe(refused);
});

test("bytes come whole, and none are a file too", async () => {
  const pieces = Array.from({ length: 50 }, (_, index) => Buffer.alloc(10_000, index));
  const answer = await toDownload(Readable.from(pieces), "message.eml");
  expect(Buffer.concat(pieces).equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  const empty = await toDownload(Readable.from([]), "message.eml");
  expect(await empty.text()).toBe("");
});

// biome-ignore lint/correctness/useYield: it fails before it has anything.
async function* failing(error: Error): AsyncGenerator<Buffer> {
  throw error;
}
