import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { isAddressProblem, parseAddress } from "../../src/validate/parse-address.js";

const CORPUS = fileURLToPath(
  new URL("../../../../../shared/corpora/addresses/isemail-tests.xml", import.meta.url),
);

/** Categories of isemail that name addresses one can send to; all others have to be refused. */
const SENDABLE = ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"];

/** Where we differ from isemail, by test number. */
const DISAGREEMENTS: Readonly<Record<string, string>> = {
  "23": "No top-level domain is all digits (RFC 3696 §2); what looks like one is a mistyped address.",
  "24": "An IPv4 address without brackets is no domain (RFC 5321 §4.1.3), and no MTA looks it up as one.",
  "71": "A `::` for a single group is deprecated to write, but every parser of addresses reads it (RFC 5952 §4.2.2).",
};

interface Sample {
  readonly id: string;
  readonly address: string;
  readonly category: string;
}

describe.skipIf(!existsSync(CORPUS))("the isemail corpus", () => {
  const samples = existsSync(CORPUS) ? readSamples(readFileSync(CORPUS, "utf8")) : [];

  test("is read whole", () => {
    expect(samples).toHaveLength(164);
  });

  test.each(samples)("$id $address is judged as $category says, or differs for a reason", (sample) => {
    const isAccepted = !isAddressProblem(parseAddress(sample.address, { allowLocalDomains: true }));
    const agrees = isAccepted === SENDABLE.includes(sample.category);
    expect(agrees).toBe(!(sample.id in DISAGREEMENTS));
  });
});

if (!existsSync(CORPUS)) console.log("Skipped: the isemail corpus is not here");

describe("parseAddress", () => {
  test.each([
    ["ada@example.org", "ada@example.org"],
    ["ada+tag@sub.example.org", "ada+tag@sub.example.org"],
    ["o'hara@example.org", "o'hara@example.org"],
    ['"a b@c"@example.org', '"a b@c"@example.org'],
    ["ada@bücher.example", "ada@xn--bcher-kva.example"],
  ])("reads %s as one mailbox", (text, address) => {
    expect(parseAddress(text)).toMatchObject({ address, needsUtf8: false });
  });

  test("says that a local part outside ASCII needs SMTPUTF8, and puts the domain into ASCII", () => {
    expect(parseAddress("bücher@bücher.example")).toMatchObject({
      address: "bücher@xn--bcher-kva.example",
      needsUtf8: true,
    });
  });

  test.each([
    "b@x>\r\nRCPT TO:<evil@y.example",
    "a@example.org\r\nX: y",
    "a@example.org\0",
    "a\u760d\u760a@exa mple.org",
    "RCPT TO:evil@x.example",
    "group:evil@x.example;",
    "a@example.org, b@example.org",
    "Ada <ada@example.org>",
    "<ada@example.org>",
    "ada@example.org (comment)",
    "@relay.example:ada@example.org",
    "a@b@example.org",
    "ada@-example.org",
    "ada@example..org",
    ".ada@example.org",
    "ada@exam_ple.org",
    "ada@example.org.",
    '"a\r\nb"@example.org',
    '"a>b"@example.org',
    '"a\\<b"@example.org',
    " ada@example.org",
    "",
    undefined,
    { address: "ada@example.org" },
  ])("refuses %j instead of repairing it", (text) => {
    expect(parseAddress(text)).toMatchObject({ code: "address-syntax" });
  });

  test("refuses an address of more than 254 octets", () => {
    const domain = `${"a".repeat(60)}.`.repeat(4);
    expect(parseAddress(`ada@${domain}org`)).toMatchObject({ address: expect.any(String) });
    expect(parseAddress(`ada.lovelace@${domain}org`)).toMatchObject({ code: "address-too-long" });
    expect(parseAddress(`${"x".repeat(65)}@example.org`)).toMatchObject({ code: "address-too-long" });
  });

  test("wants a dotted domain unless local ones are allowed", () => {
    for (const address of ["root@localhost", "ada@[192.0.2.1]", "ada@[IPv6:2001:db8::1]"]) {
      expect(parseAddress(address)).toMatchObject({ code: "address-domain" });
      expect(parseAddress(address, { allowLocalDomains: true })).toMatchObject({ address });
    }
  });
});

function readSamples(xml: string): Sample[] {
  const field = (test: string, name: string): string =>
    decode(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(test)?.[1] ?? "");
  return [...xml.matchAll(/<test id="(\d+)">([\s\S]*?)<\/test>/g)].map(([, id = "", body = ""]) => ({
    id,
    address: field(body, "address"),
    category: field(body, "category"),
  }));
}

/** The corpus writes control characters as their symbols from U+2400 on. */
function decode(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? "")
    .replace(/[\u2400-\u241f]/g, (symbol) => String.fromCharCode(symbol.charCodeAt(0) - 0x2400))
    .replaceAll("\u2421", "\x7f");
}
