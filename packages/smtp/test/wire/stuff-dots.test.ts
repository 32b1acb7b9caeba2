import { describe, expect, test } from "vitest";
import { stuffDots } from "../../src/wire/stuff-dots.js";

const byDefinition = (text: string): string =>
  text
    .split("\r\n")
    .map((line) => (line.startsWith(".") ? `.${line}` : line))
    .join("\r\n");

/** The message in pieces of so many bytes, each stuffed by itself. */
function inPieces(text: string, size: number): string {
  const message = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    pieces.push(stuffDots(message, at, Math.min(at + size, message.length)));
  }
  return Buffer.concat(pieces).toString();
}

describe("stuffDots", () => {
  test.each([
    "",
    ".",
    ".\r\n",
    "..\r\n",
    "a.b\r\n.c\r\n..d\r\n\r\n.\r\n.\r\n",
    "no dots at all\r\n",
    ".\r\n".repeat(50),
    "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
    // What is no line end makes no line that begins with a dot; toCrlf() has turned these into line ends before.
    "a\n.b\r.c\r\n",
  ])("doubles the dot at the start of each line of %j, in whatever pieces", (text) => {
    for (let size = 1; size <= text.length + 1; size++) expect(inPieces(text, size)).toBe(byDefinition(text));
  });

  test("copies nothing when there is nothing to double", () => {
    const message = Buffer.from("a\r\nb.\r\n");
    expect(stuffDots(message, 0, message.length).buffer).toBe(message.buffer);
  });
});
