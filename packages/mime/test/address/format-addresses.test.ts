import { expect, test } from "vitest";
import type { AddressEntry } from "../../src/address/address-entry.js";
import { formatAddresses } from "../../src/address/format-addresses.js";
import { parseAddresses, parseAddressList } from "../../src/address/parse-addresses.js";
import { asUtf8, foldedLines, randomTexts, unfolded } from "../support/random-text.js";

test.each<[AddressEntry[], string]>([
  [[{ name: "", address: "ada@example.org" }], "ada@example.org"],
  [[{ name: "Ada Lovelace", address: "ada@example.org" }], "Ada Lovelace <ada@example.org>"],
  [[{ name: "Lovelace, Ada", address: "ada@example.org" }], '"Lovelace, Ada" <ada@example.org>'],
  [[{ name: 'Joe "J\\"', address: "joe@example.org" }], '"Joe \\"J\\\\\\"" <joe@example.org>'],
  [[{ name: "Jürgen", address: "j@example.org" }], "=?utf-8?q?J=C3=BCrgen?= <j@example.org>"],
  [
    [{ name: "=?utf-8?q?x?=", address: "j@example.org" }],
    "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?= <j@example.org>",
  ],
  [[{ name: "", address: "two words@example.org" }], '"two words"@example.org'],
  [[{ name: "", address: '"a\\"b"@example.org' }], '"a\\"b"@example.org'],
  [[{ name: "", address: "jürgen@exämple.de" }], "jürgen@exämple.de"],
  [[{ name: "", address: "ada@[IPv6:2001:db8::1]" }], "ada@[IPv6:2001:db8::1]"],
  [[{ name: "undisclosed-recipients", members: [] }], "undisclosed-recipients:;"],
  [
    [
      {
        name: "the team",
        members: [
          { name: "", address: "a@b.c" },
          { name: "D", address: "d@e.f" },
        ],
      },
      { name: "", address: "g@h.i" },
    ],
    "the team: a@b.c, D <d@e.f>;, g@h.i",
  ],
  [[], ""],
])("%j is written as %j and reads back", (entries, written) => {
  expect(formatAddresses(entries)).toBe(written);
  const expected = entries.map((entry) =>
    "address" in entry && entry.address.startsWith("two")
      ? { name: "", address: '"two words"@example.org' }
      : entry,
  );
  expect(parseAddressList(written)).toEqual(expected);
});

test.each([
  "",
  "ada",
  "@example.org",
  "ada@",
  "a@b\r\nBcc: c@d",
  "a\n@b",

  "a@b>",
  "a@b c",
  "a\0@b",
])("%j is no address to write", (address) => {
  expect(() => formatAddresses([{ name: "", address }])).toThrow(RangeError);
});

test("a long list is folded between its entries", () => {
  const entries = Array.from({ length: 30 }, (_, index) => ({
    name: `Name ${index}`,
    address: `a${index}@example.org`,
  }));
  const written = formatAddresses(entries, { column: 4 });
  expect(Math.max(...foldedLines(written, 4).map((line) => line.length))).toBeLessThanOrEqual(76);
  expect(parseAddresses(unfolded(written)).entries).toEqual(entries);
});

test("any name reads back as it was, but for white space, and never as an address", () => {
  const texts = [...randomTexts(1_500)];
  for (const [index, name] of texts.entries()) {
    const member = { name, address: "a@example.org" };
    const entries = index % 3 === 0 ? [{ name, members: [member, member] }, member] : [member, member];
    const written = formatAddresses(entries, { column: 4 });
    const plain = asUtf8(name).replace(/\s+/g, " ").trim();
    const expected = JSON.stringify(entries, (key, value) => (key === "name" ? plain : value));
    const read = JSON.stringify(parseAddresses(unfolded(written)).entries);
    if (read !== expected) expect(read, `${JSON.stringify(name)}: ${written}`).toBe(expected);
  }
});

test("any local part that can be written reads back as the same", () => {
  let written = 0;
  for (const local of randomTexts(1_500, 60)) {
    let value: string;
    try {
      value = formatAddresses([{ name: "x", address: `${local}@example.org` }]);
    } catch {
      continue;
    }
    written++;
    const bytes = Buffer.from(value).toString("latin1");
    const [read] = parseAddresses(unfolded(bytes)).entries;
    if (read === undefined || "members" in read) throw new Error(value);
    // Read and written once more it is the same: nothing is lost or added on the way.
    expect(formatAddresses([read])).toBe(asUtf8(value));
  }
  expect(written).toBeGreaterThan(300);
});
