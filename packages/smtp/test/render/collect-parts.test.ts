import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { resolveMessageLimits } from "../../src/message/message-limits.js";
import { type CollectedParts, collectParts, partsAtHand } from "../../src/render/collect-parts.js";

const FILE = { filename: "a.bin", contentType: "application/octet-stream" };

test("contents at hand are not copied", () => {
  const content = new Uint8Array(1_000_000).fill(1).subarray(10, 500_000);
  const parts = partsAtHand({ text: "t", attachments: [{ ...FILE, content }] });
  expect(parts?.text).toBe("t");
  const [file] = parts?.attachments ?? [];
  expect(file?.buffer).toBe(content.buffer);
  expect([file?.byteOffset, file?.length]).toEqual([10, content.length]);
});

describe("contents that are read", () => {
  const limits = resolveMessageLimits({ maxAttachmentBytes: 8, maxAttachmentsBytes: 10 });
  const source = { signal: undefined, sourceMs: 10_000 };
  const collect = (...files: readonly string[]): Promise<CollectedParts> => {
    const attachments = files.map((text) => ({ ...FILE, content: Readable.from([Buffer.from(text)]) }));
    return collectParts({ text: Readable.from(["t"]), attachments }, limits, source);
  };

  test("may take what all of them may together, and what each may", async () => {
    expect(await collect("123456", "1234")).toMatchObject({ text: "t", attachments: { length: 2 } });
    const ofAll = { path: "attachments[1].content", maxBytes: 4 };
    await expect(collect("123456", "12345")).rejects.toMatchObject(ofAll);
    await expect(collect("123456789")).rejects.toMatchObject({ path: "attachments[0].content", maxBytes: 8 });
  });

  test("are the caller's bytes as they were when it was their turn", async () => {
    const bytes = [new Uint8Array([1, 2, 3]), Buffer.from([1, 2, 3])];
    const attachments = [
      ...bytes.map((content) => ({ ...FILE, content })),
      // While this one is read the caller fills the others anew.
      { ...FILE, content: refilling(bytes) },
    ];
    const parts = await collectParts({ attachments }, limits, source);
    expect(parts.attachments.map((file) => [...file])).toEqual([[1, 2, 3], [1, 2, 3], [4]]);
  });

  test("are what a stream gave, also where it fills the same bytes again", async () => {
    const content = (async function* () {
      const chunk = new Uint8Array(1);
      for (chunk[0] = 1; chunk[0] < 4; chunk[0]++) yield chunk;
    })();
    const { attachments } = await collectParts({ attachments: [{ ...FILE, content }] }, limits, source);
    expect(attachments.map((file) => [...file])).toEqual([[1, 2, 3]]);
  });
});

async function* refilling(bytes: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const one of bytes) one.fill(9);
  yield new Uint8Array([4]);
}

test("a string is at hand in the encoding that it is in", () => {
  const parts = partsAtHand({ attachments: [{ ...FILE, content: "AAEC", encoding: "base64" }] });
  expect(parts?.attachments).toEqual([Buffer.from([0, 1, 2])]);
});

test.each([
  { text: Readable.from(["t"]) },
  { html: Buffer.from("h") },
  { attachments: [{ ...FILE, content: Readable.from(["f"]) }] },
  { alternatives: [{ contentType: "text/x-web", content: Readable.from(["f"]) }] },
])("what has to be read first is not at hand", (message) => {
  expect(partsAtHand(message)).toBeUndefined();
});
