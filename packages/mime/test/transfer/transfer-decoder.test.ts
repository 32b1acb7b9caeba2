import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { decodeTransferEncoding } from "../../src/transfer/decode-transfer-encoding.js";
import { encodeBase64 } from "../../src/transfer/encode-base64.js";
import { encodeQuotedPrintable } from "../../src/transfer/encode-quoted-printable.js";
import { createTransferDecoder } from "../../src/transfer/transfer-decoder.js";
import { randomBytes } from "../support/random-text.js";

function decodeInPieces(encoding: string, bytes: Buffer, sizes: () => number): Buffer {
  const decoder = createTransferDecoder(encoding);
  const decoded: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + sizes();
    // The memory is used again, as streams do.
    const piece = Buffer.from(bytes.subarray(at, end));
    decoded.push(Buffer.from(decoder.push(piece)));
    piece.fill(0x21);
    at = end;
  }
  return Buffer.concat([...decoded, decoder.end()]);
}

const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  base64: [
    "",
    "aGVsbG8=",
    "aGVs\r\nbG8=\r\n",
    "aGVs bG8",
    "aGk=aGk=",
    "aGk=\r\naGkh\r\naGk=",
    "aG==k=aGk=",
    "QQ==QQ==\n--\nfooter = of a list\n",
    "aGk= (a remark)",
    "hello, world!",
    "\n\n  aGk=",
    "AAAA\n!!!!\n====\nAAAA",
    "\r\n\r\n",
    "-_-_",
  ],
  "quoted-printable": [
    "",
    "a=3Db=c3=A4",
    "soft=\r\nbreak=\nhere= \t\nand",
    "white space \t\r\nis dropped=20 \nunless=20\nencoded ",
    "broken =zz = =4",
    "end=",
    "cr\rlf\n\r\n=\r",
  ],
  "8bit": ["a=3D\r\n"],
  "x-unknown": ["a=3D\r\n"],
};

test.each(Object.keys(SAMPLES))("%s in pieces of any size is what the whole is", (encoding) => {
  for (const sample of SAMPLES[encoding] ?? []) {
    const bytes = Buffer.from(sample, "latin1");
    const whole = decodeTransferEncoding(bytes, encoding).bytes.toString("latin1");
    for (let size = 1; size <= bytes.length; size++)
      expect(decodeInPieces(encoding, bytes, () => size).toString("latin1"), `${sample} by ${size}`).toBe(
        whole,
      );
    for (let cut = 1; cut < bytes.length; cut++) {
      const sizes = [cut, bytes.length];
      expect(decodeInPieces(encoding, bytes, () => sizes.shift() ?? 1).toString("latin1")).toBe(whole);
    }
  }
});

test("random bodies in random pieces are what the whole is", () => {
  const random = seededRandom(11);
  const sizes = (): number => 1 + Math.floor(random() ** 3 * 200);
  for (const bytes of randomBytes(400)) {
    const damaged = encodeQuotedPrintable(bytes).toString("latin1").replace(/=\r\n/g, "= \n");
    for (const [encoding, body] of [
      ["base64", encodeBase64(bytes)],
      ["base64", Buffer.concat([encodeBase64(bytes), encodeBase64(bytes), bytes])],
      ["base64", bytes],
      ["quoted-printable", Buffer.from(damaged, "latin1")],
      ["quoted-printable", bytes],
    ] as const) {
      const whole = decodeTransferEncoding(body, encoding).bytes;
      if (!decodeInPieces(encoding, body, sizes).equals(whole))
        expect.fail(`${encoding} ${body.toString("hex")}`);
    }
  }
});

test("pieces of base64 that are longer than what is looked at come out whole", () => {
  const bytes = Buffer.alloc(200_000, "content");
  const body = Buffer.concat([encodeBase64(bytes), Buffer.from("==\r\n"), encodeBase64(bytes)]);
  const whole = decodeTransferEncoding(body, "base64").bytes;
  expect(whole.length).toBe(400_000);
  for (const size of [1_000, 70_000, 300_000])
    expect(decodeInPieces("base64", body, () => size).equals(whole)).toBe(true);
});

test("a body without line ends is handed on as it comes, whatever its size", () => {
  for (const [encoding, piece] of [
    ["quoted-printable", "a".repeat(1_000)],
    ["base64", "QUFB".repeat(250)],
  ] as const) {
    const decoder = createTransferDecoder(encoding);
    let held = 0;
    for (let count = 0; count < 500; count++) held += piece.length - decoder.push(Buffer.from(piece)).length;
    // Base64 shrinks by a quarter.
    expect(held - (encoding === "base64" ? 125_000 : 0)).toBeLessThan(1_000);
  }
});
