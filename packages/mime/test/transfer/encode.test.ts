import { expect, test } from "vitest";
import { decodeBase64 } from "../../src/transfer/decode-base64.js";
import { decodeQuotedPrintable } from "../../src/transfer/decode-quoted-printable.js";
import { encodeBase64 } from "../../src/transfer/encode-base64.js";
import { encodeQuotedPrintable } from "../../src/transfer/encode-quoted-printable.js";
import { randomBytes } from "../support/random-text.js";

test.each([
  ["a=b", "a=3Db"],
  ["Grüße", "Gr=C3=BC=C3=9Fe"],
  ["end \r\nnext\t\r\n", "end=20\r\nnext=09\r\n"],
  [" ", "=20"],
  ["bare\nline\rends", "bare=0Aline=0Dends"],
  [".\r\n.dot", "=2E\r\n=2Edot"],
  ["From here\r\nFrom there", "=46rom here\r\n=46rom there"],
  ["x".repeat(80), `${"x".repeat(75)}=\r\n${"x".repeat(5)}`],
])("quoted-printable of %j", (text, encoded) => {
  expect(encodeQuotedPrintable(Buffer.from(text)).toString("latin1")).toBe(encoded);
});

test("any bytes read back from quoted-printable as they were, in lines of 76 characters", () => {
  for (const bytes of randomBytes(2_000)) {
    const encoded = encodeQuotedPrintable(bytes);
    if (!decodeQuotedPrintable(encoded).equals(bytes)) expect.fail(bytes.toString("hex"));
    for (const line of encoded.toString("latin1").split("\r\n")) {
      if (line.length > 76 || !/^[\t\x20-\x7e]*$/.test(line)) expect.fail(JSON.stringify(line));
      if (/[ \t]$|^\.|^From /.test(line)) expect.fail(JSON.stringify(line));
    }
  }
});

test("any bytes read back from base64 as they were, in lines of 76 characters", () => {
  for (const bytes of randomBytes(1_000)) {
    const encoded = encodeBase64(bytes);
    expect(encoded.toString()).toBe(bytes.toString("base64").replace(/.{76}(?=.)/g, "$&\r\n"));
    if (decodeBase64(encoded)?.equals(bytes) !== true) expect.fail(bytes.toString("hex"));
  }
});
