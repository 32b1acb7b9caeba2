import { describe, expect, it } from "vitest";
import type { ImapMessage, MessagesQuery } from "../../src/index.js";
import { listing, literal, scriptedSession } from "../behaviour/scripted-session.js";
import { collect } from "../support/imap-fixture.js";

const LEAF = 'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';
const SOUND = '(NIL "sound" NIL NIL NIL NIL NIL NIL NIL NIL)';
const HEADER =
  'Date: Fri, 20 Nov 2026 10:00:00 +0000\\r\\nFrom: Ada "The" L. <ada@example.test>\\r\\n' +
  "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\\r\\n and more\\r\\nTo: bob@example.test\\r\\nCc: team: carol@example.test;\\r\\n" +
  "In-Reply-To: <r@example.test>\\r\\nMessage-ID: <m@example.test>\\r\\n\\r\\n";

/** INBOX with one message, for which the server has these answers to FETCH. */
async function readOnly(query: MessagesQuery, ...dialogue: readonly string[]): Promise<ImapMessage[]> {
  await using session = await scriptedSession(`
    ${listing(2)}
    ${dialogue.join("\n")}
    IGNORE:
  `);
  return await collect(session.imap.messages("INBOX", query));
}

const fetched = (asked: string, ...rows: readonly string[]): string =>
  `C~: (?<tag>\\S+) UID FETCH ${asked}\n${rows.map((row) => `S: * ${row}\n`).join("")}S: $tag OK`;

const fromHeader = {
  subject: "Grüße and more",
  from: [{ name: "Ada The L.", address: "ada@example.test" }],
  sender: [{ address: "ada@example.test" }],
  replyTo: [{ address: "ada@example.test" }],
  to: [{ address: "bob@example.test" }],
  cc: [{ address: "carol@example.test" }],
  inReplyTo: ["<r@example.test>"],
  messageId: "<m@example.test>",
  date: new Date("2026-11-20T10:00:00Z"),
  incomplete: undefined,
};

describe("an envelope that cannot be right", () => {
  it.each([
    ["has too few fields", '(NIL "Ada" NIL)'],
    [
      "has its fields in the wrong places (Gmail, for quotes that it does not escape)",
      '(NIL "s" "Ada" NIL NIL NIL NIL NIL NIL NIL NIL)',
    ],
  ])("is read from the header: it %s", async (_what, envelope) => {
    const asked = "BODY\\.PEEK\\[HEADER\\.FIELDS \\(DATE SUBJECT FROM .*MESSAGE-ID\\)\\]\\)";
    const messages = await readOnly(
      {},
      fetched(
        "1:2 .*",
        `1 FETCH (UID 1 RFC822.SIZE 5 ${LEAF} ENVELOPE ${SOUND})`,
        `2 FETCH (UID 2 RFC822.SIZE 5 ${LEAF} ENVELOPE ${envelope})`,
      ),
      fetched(`2 \\(UID ${asked}`, `2 FETCH (UID 2 BODY[HEADER.FIELDS (DATE)] ${literal(HEADER)})`),
    );
    expect(messages[0]?.subject).toBe("sound");
    expect(messages[1]).toMatchObject(fromHeader);
    // The fields that were needed for it are not those that were asked for.
    expect(messages[1]?.headers).toBeUndefined();
  });

  it("is read from the header where the server cannot give it at all", async () => {
    const there = "C~: (?<tag>\\S+) UID SEARCH UID 2\nS: * SEARCH 2\nS: $tag OK";
    const refused = "C~: (?<tag>\\S+) UID FETCH 2 .*\nS: $tag NO cannot read that message";
    const messages = await readOnly(
      {},
      fetched("1:2 .*", `1 FETCH (UID 1 RFC822.SIZE 5 ${LEAF} ENVELOPE ${SOUND})`),
      `${there}\n${refused}\n${there}`,
      fetched("2 \\(UID (?!.*ENVELOPE).*", "2 FETCH (UID 2 RFC822.SIZE 5)"),
      fetched("2 .*", `2 FETCH (UID 2 BODY[HEADER.FIELDS (DATE)] ${literal(HEADER)})`),
    );
    const { incomplete: _, ...known } = fromHeader;
    expect(messages[1]).toMatchObject(known);
    // What the message is made of is not in its header.
    expect(messages[1]?.incomplete?.message).toContain("structure of message 2");
  });

  it("gives way to the header, where that was asked for and says something else", async () => {
    const [message] = await readOnly(
      { headers: "all" },
      fetched(
        "1:2 .*",
        `1 FETCH (UID 1 RFC822.SIZE 5 ${LEAF} ENVELOPE ${SOUND} BODY[HEADER] ${literal(HEADER)})`,
      ),
      "C~: (?<tag>\\S+) UID SEARCH UID 2\nS: * SEARCH\nS: $tag OK",
    );
    expect(message).toMatchObject(fromHeader);
  });
});
