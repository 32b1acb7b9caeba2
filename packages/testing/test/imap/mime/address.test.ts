import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import { encodeAddressList, parseAddressList } from "../../../src/imap/mime/address.js";

const addr = (mailbox: string, host: string, name?: string): object => ({
  ...(name ? { name } : {}),
  mailbox,
  host,
});

test.each([
  ["ada@example.test", [addr("ada", "example.test")]],
  ["Ada Lovelace <ada@example.test>", [addr("ada", "example.test", "Ada Lovelace")]],
  [
    '"Lovelace, Ada" <ada@example.test>, bob@b.test',
    [addr("ada", "example.test", "Lovelace, Ada"), addr("bob", "b.test")],
  ],
  ["ada@example.test (Ada)", [addr("ada", "example.test", "Ada")]],
  ["(note) ada@example.test", [addr("ada", "example.test")]],
  ['"a@b c"@example.test', [addr("a@b c", "example.test")]],
  ["<@a.test,@b.test:ada@c.test>", [{ ...addr("ada", "c.test"), route: "@a.test,@b.test" }]],
  ["Team: a@b.test, c@d.test;", [{ mailbox: "Team" }, addr("a", "b.test"), addr("c", "d.test"), {}]],
  ["nobody", [addr("nobody", "MISSING_DOMAIN")]],
  ["two words", [addr("MISSING_MAILBOX", "MISSING_DOMAIN", "two words")]],
  ["", []],
])("%s is read", (value, expected) => {
  expect(parseAddressList(value)).toEqual(expected);
});

test("an empty list is NIL and names are escaped", () => {
  expect(encodeAddressList([])).toBe("NIL");
  expect(encodeAddressList(parseAddressList('"a \\"b\\"" <c@d.test>'))).toBe(
    '(("a \\"b\\"" NIL "c" "d.test"))',
  );
});

test.each(["a@b.test, ", "(", "<", '"', ",", "a:", "a@"])(
  "many of %s are read in linear time",
  async (piece) => {
    const jobOf = (count: number) => {
      const text = piece.repeat(count);
      return () => parseAddressList(text);
    };
    const { ratio, told } = await measureGrowth(jobOf, [5_000, 50_000], { bar: 3 });
    expect(ratio, told).toBeLessThan(3);
  },
);
