import { describe, expect, it } from "vitest";
import { listing, scriptedSession } from "../behaviour/scripted-session.js";
import { collect } from "../support/imap-fixture.js";

const head = (uid: number): string =>
  `S: * ${uid} FETCH (UID ${uid} FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE 5` +
  ' ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))';

/** INBOX with two messages that are said to be tiny. */
const tiny = `
  ${listing(2)}
  C~: (?<tag>\\S+) UID FETCH .*BODYSTRUCTURE.*
  ${head(1)}
  ${head(2)}
  S: $tag OK
`;
/** A literal of so many octets, and what stands around it. */
const row = (uid: number, item: string, bytes: number): string =>
  `S: * ${uid} FETCH (UID ${uid} ${item} {${bytes}}\\r\\n${"x".repeat(bytes)})`;
const fetch = (asked: string, ...rows: readonly string[]): string =>
  `C~: (?<tag>\\S+) UID FETCH ${asked}\n${rows.join("\n")}\nS: $tag OK`;

const limits = { maxBatchBytes: 1_000, maxMessageBytes: 3_000, maxTextBytes: 500 } as const;

describe("a message that is larger than announced", () => {
  it("is read in windows, and the others of its batch beside it", async () => {
    const script = [
      tiny,
      fetch("1:2 .*", row(1, "BODY[]", 2_500), row(2, "BODY[]", 5)),
      fetch("1 .*", row(1, "BODY[]", 2_500)),
      fetch("2 .*", row(2, "BODY[]", 5)),
      fetch("1 \\(UID BODY\\.PEEK\\[\\]<0\\.1000>\\)", row(1, "BODY[]<0>", 1_000)),
      fetch("1 .*", row(1, "BODY[]<1000>", 1_000)),
      fetch("1 .*", row(1, "BODY[]<2000>", 500)),
    ];
    await using session = await scriptedSession(`${script.join("\n")}\nIGNORE:`, { limits });
    const messages = await collect(session.imap.messages("INBOX", { body: "full" }));
    expect(messages.map(({ source, incomplete }) => [source?.length, incomplete?.code])).toEqual([
      [2_500, undefined],
      [5, undefined],
    ]);
  });

  it("is not held where it is too large, whatever was said of it", async () => {
    const wide = { ...limits, maxBatchBytes: 10_000 };
    const script = [tiny, fetch("1:2 .*", row(1, "BODY[]", 3_001), row(2, "BODY[]", 5))];
    await using session = await scriptedSession(`${script.join("\n")}\nIGNORE:`, { limits: wide });
    const messages = await collect(session.imap.messages("INBOX", { body: "full" }));
    expect(messages.map(({ source, incomplete }) => [source?.length, incomplete?.code])).toEqual([
      [undefined, "limit"],
      [5, undefined],
    ]);
  });

  it("has its text cut, and says so", async () => {
    const script = [tiny, fetch("1:2 .*", row(1, "BODY[1]", 501), row(2, "BODY[1]", 500))];
    await using session = await scriptedSession(`${script.join("\n")}\nIGNORE:`, { limits });
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ text, incomplete }) => [text?.length, incomplete?.code])).toEqual([
      [500, "limit"],
      [500, undefined],
    ]);
  });
});
