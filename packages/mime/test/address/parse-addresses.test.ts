import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { flattenAddresses } from "../../src/address/address-entry.js";
import { parseAddresses, parseAddressList } from "../../src/address/parse-addresses.js";

const pairs = (text: string): unknown =>
  parseAddressList(text).map((entry) => ("members" in entry ? entry : [entry.name, entry.address]));

test.each<[string, unknown]>([
  ["ada@example.org", [["", "ada@example.org"]]],
  ["Ada <ada@example.org>", [["Ada", "ada@example.org"]]],
  [
    '"Lovelace, Ada" <ada@example.org>, bob@example.com',
    [
      ["Lovelace, Ada", "ada@example.org"],
      ["", "bob@example.com"],
    ],
  ],
  ["ada@example.org (Ada Lovelace)", [["Ada Lovelace", "ada@example.org"]]],
  [
    "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    [["Mail Delivery System", "MAILER-DAEMON@mx.example.org"]],
  ],
  ["MAILER-DAEMON <>", [["MAILER-DAEMON", ""]]],
  ["(the (nested) comment) ada@example.org", [["the (nested) comment", "ada@example.org"]]],
  ['"a@gmail.com x"@internal.example', [["", '"a@gmail.com x"@internal.example']]],
  ["Ada Lovelace ada@example.org", [["Ada Lovelace", "ada@example.org"]]],
  ["ada @ example . org", [["", "ada@example.org"]]],
  ["<@relay.example,@other.example:ada@example.org>", [["", "ada@example.org"]]],
  ["<ada@example.org", [["", "ada@example.org"]]],
  [
    "<ada@example.org> <bob@example.com>",
    [
      ["", "ada@example.org"],
      ["", "bob@example.com"],
    ],
  ],
  ["ada@[192.0.2.1]", [["", "ada@[192.0.2.1]"]]],
  [
    "ada@[IPv6:2001:db8::1], bob@example.com",
    [
      ["", "ada@[IPv6:2001:db8::1]"],
      ["", "bob@example.com"],
    ],
  ],
  ["root", [["root", ""]]],
  [", , ada@example.org,,", [["", "ada@example.org"]]],
  ["", []],
  ["undisclosed-recipients:;", [{ name: "undisclosed-recipients", members: [] }]],
  [
    "team: a@example.org, B <b@example.org>; c@example.org",
    [
      {
        name: "team",
        members: [
          { name: "", address: "a@example.org" },
          { name: "B", address: "b@example.org" },
        ],
      },
      ["", "c@example.org"],
    ],
  ],
  [
    "team: a@example.org; (both), c@example.org",
    [{ name: "team", members: [{ name: "", address: "a@example.org" }] }, ["", "c@example.org"]],
  ],
  ["(nobody)", []],
  [
    "<<<ada@example.org>>>, Bob <<bob@example.com>>",
    [
      ["", "ada@example.org"],
      ["Bob", "bob@example.com"],
    ],
  ],
  [
    "<ada@example.org, bob@example.com>",
    [
      ["", "ada@example.org"],
      ["", "bob@example.com"],
    ],
  ],
  ["<Undisclosed-Recipient:;>", [{ name: "Undisclosed-Recipient", members: [] }]],
  [
    '"Ada <ada@example.org>, Bob <bob@example.com>',
    [
      ["Ada", "ada@example.org"],
      ["Bob", "bob@example.com"],
    ],
  ],
  [
    'Ada "the <ada@example.org>, bob@example.com',
    [
      ["Ada the", "ada@example.org"],
      ["", "bob@example.com"],
    ],
  ],
  [
    '"\\" <ada@example.org>, bob@example.com',
    [
      ["\\", "ada@example.org"],
      ["", "bob@example.com"],
    ],
  ],
  ["=?utf-8?q?L=C3=B6velace=2C_Ada?= <ada@example.org>", [["Lövelace, Ada", "ada@example.org"]]],
  ["=?utf-8?q?Smith,_John?= <john@example.org>", [["Smith, John", "john@example.org"]]],
  ["Jürgen <jürgen@exämple.de>", [["Jürgen", "jürgen@exämple.de"]]],
  ['"John \\"Joe\\" Smith" <joe@example.org>', [['John "Joe" Smith', "joe@example.org"]]],
])("%j is read as it is meant", (text, expected) => {
  expect(pairs(text)).toEqual(expected);
});

test("decoded text never turns into an address", () => {
  expect(pairs("=?utf-8?q?victim=40bank.example?= <evil@example.org>")).toEqual([
    ["victim@bank.example", "evil@example.org"],
  ]);
  expect(pairs("=?utf-8?q?a=40b.example=2C_c=40d.example?=")).toEqual([["a@b.example, c@d.example", ""]]);
});

test("more addresses than allowed are cut off and reported", () => {
  const { entries, isTruncated } = parseAddresses("a@b.c, d@e.f, g@h.i", 2);
  expect([entries.length, isTruncated]).toEqual([2, true]);
  expect(parseAddresses("a@b.c, d@e.f,", 2).isTruncated).toBe(true);
  expect(parseAddresses("a@b.c, d@e.f", 2).isTruncated).toBe(false);
});

test("what most fields hold is read as everything else is", () => {
  const pieces = [
    "Ada",
    "ada@b.c",
    "<a@b.c>",
    ", ",
    ",",
    " ",
    '"Q, r"',
    "=?utf-8?q?a=2C_b?=",
    "=?x?B?w6Q=?=",
    "<>",
    " <MAILER-DAEMON>",
    "bounce-1=ada@mx",
    " (Mail Delivery System)",
    "(b)",
  ];
  const random = seededRandom(5);
  for (let count = 0; count < 20_000; count++) {
    const length = 1 + Math.floor(random() * 8);
    const raw = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const [most, other] = [parseAddresses(raw, 3), parseAddresses(` ${raw}`, 3)];
    // The one with a space in front goes another way through the code.
    if (JSON.stringify(most) !== JSON.stringify(other)) expect(most, raw).toEqual(other);
  }
});

test("groups can be flattened", () => {
  expect(flattenAddresses(parseAddressList("a: b@c.d; e@f.g")).map(({ address }) => address)).toEqual([
    "b@c.d",
    "e@f.g",
  ]);
});

// RFC 2047 §5: an encoded-word is not allowed in an address; decoded, it would name somebody else.
test.each([
  ["<=?utf-8?q?victim=40bank.example?=@evil.example>", "=?utf-8?q?victim=40bank.example?=@evil.example"],
  ["=?utf-8?q?victim=40bank.example=3E?=@evil.example", "=?utf-8?q?victim=40bank.example=3E?=@evil.example"],
  [
    '<"=?utf-8?q?victim=22=40bank.example?="@evil.example>',
    '"=?utf-8?q?victim=22=40bank.example?="@evil.example',
  ],
  ["<eve@=?utf-8?q?bank.example?=>", "eve@=?utf-8?q?bank.example?="],
])("an encoded-word in the address of %s stays as it is", (raw, address) => {
  expect(parseAddresses(raw).entries).toEqual([{ name: "", address }]);
});
