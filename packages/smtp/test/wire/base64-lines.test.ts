import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { toBase64Lines } from "../../src/wire/base64-lines.js";

const byDefinition = (bytes: Buffer): string =>
  (bytes.toString("base64").match(/.{1,76}/g) ?? []).join("\r\n");

describe("toBase64Lines", () => {
  test("agrees with Node's base64, in lines of 76 characters, at every length", () => {
    const bytes = randomBytes(400);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      expect(toBase64Lines(part).toString("latin1"), `${length} bytes`).toBe(byDefinition(part));
    }
  });

  test("encodes every value of twelve bits", () => {
    const bytes = Buffer.from(
      Array.from({ length: 4096 }, (_, n) => [n >> 4, ((n & 15) << 4) | (n >> 8), n & 255]).flat(),
    );
    expect(toBase64Lines(bytes).toString("latin1")).toBe(byDefinition(bytes));
  });
});
