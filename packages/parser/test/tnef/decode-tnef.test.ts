import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { decodeTnef } from "../../src/tnef/decode-tnef.js";

const u16 = (value: number): Buffer => Buffer.from(new Uint16Array([value]).buffer);
const u32 = (value: number): Buffer => Buffer.from(new Uint32Array([value]).buffer);

function attribute(level: number, id: number, data: Buffer): Buffer {
  const checksum = data.reduce((sum, byte) => (sum + byte) & 0xffff, 0);
  return Buffer.concat([Buffer.from([level]), u32(id), u32(data.length), data, u16(checksum)]);
}

function property(type: number, id: number, value: Buffer): Buffer {
  const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
  return Buffer.concat([u16(type), u16(id), u32(1), u32(value.length), value, padding]);
}

const unicode = (text: string): Buffer => Buffer.from(`${text}\0`, "utf16le");
const named = Buffer.concat([
  u16(0x1f),
  u16(0x8001),
  Buffer.alloc(16),
  u32(1),
  u32(6),
  Buffer.from("a\0b\0\0\0"),
  Buffer.alloc(2),
]);

const CONTAINER = Buffer.concat([
  u32(0x223e9f78),
  u16(1),
  attribute(1, 0x2800c, Buffer.from("plain text\0")),
  attribute(
    1,
    0x69003,
    Buffer.concat([
      u32(4),
      u16(0x03),
      u16(0x3fde),
      u32(65_001),
      Buffer.concat([named, u32(1), u32(4), Buffer.from("x\0\0\0")]),
      property(0x102, 0x1013, Buffer.from("<p>html</p>")),
      property(0x1f, 0x1000, unicode("body")),
    ]),
  ),
  attribute(2, 0x69002, Buffer.alloc(14)),
  attribute(2, 0x18010, Buffer.from("REPORT~1.PDF\0")),
  attribute(2, 0x6800f, Buffer.from("%PDF-1.7")),
  attribute(
    2,
    0x69005,
    Buffer.concat([
      u32(2),
      property(0x1f, 0x3707, unicode("Bericht für alle.pdf")),
      property(0x1e, 0x370e, Buffer.from("application/PDF\0")),
    ]),
  ),
  attribute(2, 0x69002, Buffer.alloc(14)),
  attribute(2, 0x18010, Buffer.from("second.txt\0")),
  attribute(2, 0x6800f, Buffer.from("two")),
]);

test("files, their long names and the bodies are found", () => {
  expect(decodeTnef(CONTAINER)).toEqual({
    text: "plain text",
    html: "<p>html</p>",
    files: [
      {
        filename: "Bericht für alle.pdf",
        contentType: "application/pdf",
        contentId: undefined,
        content: Buffer.from("%PDF-1.7"),
      },
      { filename: "second.txt", contentType: undefined, contentId: undefined, content: Buffer.from("two") },
    ],
  });
});

test("a message in a winmail.dat reads like any other", () => {
  const message = parseMessage(
    `From: a@b.c\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${CONTAINER.toString("base64")}`,
  );
  expect([message.text, message.html]).toEqual(["plain text", "<p>html</p>"]);
  expect(
    message.attachments.map((part) => [part.path, part.safeFilename, part.contentType, part.sizeBytes]),
  ).toEqual([
    ["1", "winmail.dat", "application/ms-tnef", CONTAINER.length],
    ["1/tnef.1", "Bericht für alle.pdf", "application/pdf", 8],
    ["1/tnef.2", "second.txt", "application/octet-stream", 3],
  ]);
  expect(message.attachments[2]?.content().toString()).toBe("two");
});

test("a container cut anywhere gives what came before the cut", () => {
  for (let length = 0; length < CONTAINER.length; length++) {
    const files = decodeTnef(CONTAINER.subarray(0, length))?.files ?? [];
    expect(files.length).toBeLessThanOrEqual(2);
  }
  expect(decodeTnef(Buffer.from("not TNEF at all"))).toBeUndefined();
});

test("no byte of a damaged container makes it throw", () => {
  for (let at = 0; at < CONTAINER.length; at++) {
    for (const value of [0x00, 0x7f, 0xff]) {
      const damaged = Buffer.from(CONTAINER);
      damaged[at] = value;
      expect(() => decodeTnef(damaged)).not.toThrow();
    }
  }
});
