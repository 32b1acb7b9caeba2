import { describe, expect, it } from "vitest";
import { encodeCommand } from "../../src/wire/encode-command.js";
import { atom, literal, numberSet, quoted, type WireArgument } from "../../src/wire/wire-argument.js";

const PLAIN = { maxUnaskedLiteral: -1, isUtf8: false };

function partsOf(name: string, args: readonly WireArgument[], encoding = PLAIN): string[] {
  return encodeCommand("a1", name, args, encoding).parts.map((part) => part.toString("utf8"));
}

describe("a command", () => {
  it("is one line where it can be", () => {
    const item: WireArgument = {
      type: "ATOM",
      value: "BODY.PEEK",
      section: [atom("HEADER.FIELDS"), [atom("To"), atom("List-ID")]],
      partial: [0, 100],
    };
    expect(partsOf("UID FETCH", [numberSet("1:3,7"), [atom("UID"), item], null])).toEqual([
      "a1 UID FETCH 1:3,7 (UID BODY.PEEK[HEADER.FIELDS (To List-ID)]<0.100>) NIL\r\n",
    ]);
    expect(partsOf("NOOP", [])).toEqual(["a1 NOOP\r\n"]);
    expect(partsOf("SEARCH", [[[atom("ALL")], [atom("SEEN")]], atom("\\Seen")])).toEqual([
      "a1 SEARCH ((ALL) (SEEN)) \\Seen\r\n",
    ]);
  });

  it("quotes strings, and escapes what ends them", () => {
    expect(partsOf("SELECT", [quoted('a "b" \\c')])).toEqual(['a1 SELECT "a \\"b\\" \\\\c"\r\n']);
    expect(partsOf("SELECT", [quoted("")])).toEqual(['a1 SELECT ""\r\n']);
  });

  it("waits before the octets of a literal, unless the server takes them at once", () => {
    const args = [quoted("a\r\nb"), literal(Buffer.from("octets")), quoted("Größe")];
    expect(partsOf("X", args)).toEqual(["a1 X {4}\r\n", "a\r\nb {6}\r\n", "octets {7}\r\n", "Größe\r\n"]);
    expect(partsOf("X", args, { maxUnaskedLiteral: 5, isUtf8: true })).toEqual([
      "a1 X {4+}\r\na\r\nb {6}\r\n",
      'octets "Größe"\r\n',
    ]);
    const all = { maxUnaskedLiteral: Number.POSITIVE_INFINITY, isUtf8: false };
    expect(partsOf("X", args, all)).toEqual(["a1 X {4+}\r\na\r\nb {6+}\r\noctets {7+}\r\nGröße\r\n"]);
  });

  it("keeps octets as they are", () => {
    const octets = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x80]);
    const { parts } = encodeCommand("a1", "APPEND", [literal(octets)], PLAIN);
    expect(parts[1]?.subarray(0, 5)).toEqual(octets);
  });

  it("is shown without secrets and without the octets of literals", () => {
    const args: WireArgument[] = [
      quoted("ada"),
      { ...quoted("s3cret"), sensitive: true },
      literal(Buffer.alloc(9)),
    ];
    expect(encodeCommand("a1", "LOGIN", args, PLAIN).shown).toBe('a1 LOGIN "ada" "***" <9 octets>');
    const unquotable: WireArgument = { type: "STRING", value: "s3crét", sensitive: true };
    expect(encodeCommand("a1", "LOGIN", [unquotable], { ...PLAIN, isUtf8: true }).shown).not.toContain(
      "s3cr",
    );
  });

  it.each<readonly [string, string, WireArgument]>([
    ["a command with a line end", "NOOP\r\nx", null],
    ["an atom with a blank", "X", atom("a b")],
    ["an atom that announces a literal", "X", atom("{3}")],
    ["an empty atom", "X", atom("")],
    ["an atom with 8-bit characters", "X", atom("ü")],
    ["a set with something else in it", "X", numberSet("1:3 BODY[]")],
    ["text with a line end", "X", { type: "TEXT", value: "a\r\nb" }],
    ["a string with NUL", "X", quoted("a\0b")],
    ["a window that is no number", "X", { type: "ATOM", value: "BODY", section: [], partial: [-1] }],
  ])("is not written: %s", (_what, name, argument) => {
    expect(() => encodeCommand("a1", name, [argument], PLAIN)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });

  it("takes long sets", () => {
    const set = Array.from({ length: 50_000 }, (_, index) => index * 2 + 1).join(",");
    expect(partsOf("UID FETCH", [numberSet(set), atom("UID")])[0]).toHaveLength(set.length + 19);
  });
});
