import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { partsAtHand } from "../../src/render/collect-parts.js";

const FILE = { filename: "a.bin", contentType: "application/octet-stream" };

test("contents at hand are not copied", () => {
  const content = new Uint8Array(1_000_000).fill(1);
  const parts = partsAtHand({ text: "t", attachments: [{ ...FILE, content }] });
  expect(parts?.text).toBe("t");
  expect(parts?.attachments[0]?.buffer).toBe(content.buffer);
  expect(parts?.attachments[0]?.length).toBe(content.length);
});

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
