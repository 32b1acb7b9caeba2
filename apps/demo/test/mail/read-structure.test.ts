import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { structureOf } from "../../src/mail/read-structure.js";

const HEAD = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n';
const FIRST = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere.\r\n";
const SECOND = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n";

test("a message of one part is that part", async () => {
  const { root, isCut } = await structureOf(Readable.from([Buffer.from("Subject: x\r\n\r\nText\r\n")]));
  expect(root).toMatchObject({ path: "1", contentType: "text/plain", charset: null, children: [] });
  expect(isCut).toBe(false);
});

test("of what is too large the beginning is told, and the rest is not read", async () => {
  let read = 0;
  const source = (function* () {
    for (const text of [HEAD, FIRST, SECOND, "more"]) {
      read += 1;
      yield Buffer.from(text);
    }
  })();
  const { root, isCut } = await structureOf(
    Readable.from(source, { highWaterMark: 1 }),
    HEAD.length + FIRST.length,
  );
  expect(root.children).toMatchObject([{ path: "1", charset: "utf-8" }]);
  expect(isCut).toBe(true);
  expect(read).toBeLessThan(4);
});

test("what fits exactly is whole", async () => {
  const bytes = Buffer.from(HEAD + FIRST + SECOND);
  const { root, isCut } = await structureOf(Readable.from([bytes]), bytes.length);
  expect(root.children.map(({ contentType }) => contentType)).toEqual(["text/plain", "image/png"]);
  expect(isCut).toBe(false);
});

test("an attached message is told with its parts, numbered as IMAP numbers them", async () => {
  const inner = HEAD.replace('"b"', '"in"') + (FIRST + SECOND).replaceAll("--b", "--in");
  const attached = `--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}--b--\r\n`;
  const { root } = await structureOf([Buffer.from(HEAD + FIRST + attached)]);
  expect(root.children[1]).toMatchObject({
    path: "2",
    contentType: "message/rfc822",
    children: [
      { path: "2.TEXT", contentType: "multipart/mixed", children: [{ path: "2.1" }, { path: "2.2" }] },
    ],
  });
});

test("messages in messages are not read for ever", async () => {
  const nested = Buffer.from(`${"Content-Type: message/rfc822\r\n\r\n".repeat(90)}Text\r\n`);
  let depth = 0;
  for (let part = [(await structureOf([nested])).root]; part[0] !== undefined; part = part[0].children)
    depth += 1;
  expect(depth).toBe(9);
});
