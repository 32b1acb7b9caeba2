import { describe, expect, it } from "vitest";
import type { ImapMessage, WatchEvent } from "../../src/index.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { login, scriptedSession, select } from "./scripted-session.js";

const uidsOf = (messages: readonly ImapMessage[]): number[] => messages.map(({ uid }) => uid);

/** FETCH answers of messages that have nothing but a size. */
const sizes = (...uids: readonly number[]) =>
  uids
    .map((uid) => `S: * ${uid} FETCH (UID ${uid} RFC822.SIZE 1 ENVELOPE ${ENVELOPE} BODYSTRUCTURE ${LEAF})`)
    .join("\n");
const ENVELOPE = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
const LEAF = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)';
const listed = `
  C~: (?<tag>\\S+) LIST .*
  S: $tag OK
  C~: (?<tag>\\S+) LSUB .*
  S: $tag OK
`;

describe("an answer that contradicts how many messages there are", () => {
  it("is not believed: the messages are listed another way (mailutils)", async () => {
    await using session = await scriptedSession(`
      ${login()}
      ${listed}
      ${select(3)}
      C~: (?<tag>\\S+) UID SEARCH UID 1:\\*
      S: * SEARCH
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1:\\* \\(UID\\)
      S: * 1 FETCH (UID 1)
      S: * 2 FETCH (UID 2)
      S: * 3 FETCH (UID 3)
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1:3 .*
      ${sizes(1, 2, 3)}
      S: $tag OK
    `);
    expect(uidsOf(await collect(session.imap.messages("INBOX")))).toEqual([1, 2, 3]);
  });

  it("is an error, not an empty folder, where all that is asked says nothing", async () => {
    await using session = await scriptedSession(`
      ${login()}
      ${listed}
      ${select(3)}
      C~: (?<tag>\\S+) UID SEARCH UID 1:\\*
      S: * SEARCH
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1:\\* \\(UID\\)
      S: $tag OK
      IGNORE:
    `);
    await expect(collect(session.imap.messages("INBOX"))).rejects.toMatchObject({
      code: "protocol",
      message: "The server says that INBOX has 3 messages, and names none",
    });
  });

  it("is none where the newest message is an old one (Courier)", async () => {
    await using session = await scriptedSession(`
      ${login()}
      ${listed}
      ${select(3)}
      C~: (?<tag>\\S+) UID SEARCH UID 4:\\*
      S: * SEARCH
      S: $tag OK
      C~: (?<tag>\\S+) FETCH 3 \\(UID\\)
      S: * 3 FETCH (UID 3)
      S: $tag OK
    `);
    expect(await collect(session.imap.messages("INBOX", { afterUid: 3 }))).toEqual([]);
  });

  it("does not hide new messages from a watch", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 IDLE")}
      ${select(3)}
      C~: (?<tag>\\S+) IDLE
      S: + idling
      S: * 4 EXISTS
      C: DONE
      S: $tag OK done
      C~: (?<tag>\\S+) UID SEARCH UID 4:\\*
      S: * SEARCH
      S: $tag OK
      C~: (?<tag>\\S+) FETCH 4 \\(UID\\)
      S: * 4 FETCH (UID 4)
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 4:\\* \\(UID\\)
      S: * 4 FETCH (UID 4)
      S: $tag OK
      IGNORE:
    `);
    expect(await firstAdded(session.imap.watch("INBOX"))).toEqual([4]);
  });
});

describe("messages that the server keeps back", () => {
  it("are told among the newest too", async () => {
    const messages = [1, 2, 3].map((n) => plainMessage(`s${n}`));
    await using fixture = await imapFixture({ messages, server: { quirks: { silentFetchUids: [3] } } });
    const read = fixture.imap.messages("INBOX", { newest: 2 });
    expect(await read.next()).toMatchObject({ value: { uid: 2 } });
    await expect(read.next()).rejects.toMatchObject({
      code: "protocol",
      message: expect.stringContaining("UID 3"),
    });
  });
});

describe("a watch of a folder that was open before", () => {
  it("announces what is new and not what was there", async () => {
    const messages = Array.from({ length: 30 }, (_, n) => plainMessage(`s${n}`));
    await using fixture = await imapFixture({ messages });
    const { imap, mail } = fixture;
    await imap.search("INBOX", {});
    imap.onStateChange((state) => {
      if (state === "idle" && mail.store.messages("ada", "INBOX").length === 30)
        mail.store.deliver("ada", plainMessage("new"));
    });
    expect(await firstAdded(imap.watch("INBOX"))).toEqual([31]);
  });

  it("finds its place where the last message was removed that instant", async () => {
    const rows = [1, 2].map((uid) => `S: * ${uid} FETCH (UID ${uid})`).join("\n");
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 IDLE")}
      ${select(3)}
      C~: (?<tag>\\S+) UID SEARCH SEEN
      S: * SEARCH 1
      S: $tag OK
      C~: (?<tag>\\S+) NOOP
      S: $tag OK
      C~: (?<tag>\\S+) FETCH 3 \\(UID\\)
      S: $tag OK [EXPUNGEISSUED] some are gone
      C~: (?<tag>\\S+) UID SEARCH UID 1:\\*
      S: * SEARCH 1 2
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1:\\* \\(UID\\)
      ${rows}
      S: $tag OK
      C~: (?<tag>\\S+) IDLE
      S: + idling
      S: * 4 EXISTS
      C: DONE
      S: $tag OK done
      C~: (?<tag>\\S+) UID SEARCH UID 3:\\*
      S: * SEARCH 4
      S: $tag OK
      IGNORE:
    `);
    await session.imap.search("INBOX", { seen: true });
    expect(await firstAdded(session.imap.watch("INBOX"))).toEqual([4]);
  });
});

async function firstAdded(events: AsyncIterable<WatchEvent>): Promise<readonly number[]> {
  for await (const event of events) if (event.type === "added") return event.uids;
  return [];
}
