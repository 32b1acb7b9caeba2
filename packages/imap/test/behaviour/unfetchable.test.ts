import { describe, expect, it } from "vitest";
import type { UnfetchableMessages } from "../../src/index.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { login, scriptedSession, select } from "./scripted-session.js";

const HEAD =
  'FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE 5' +
  ' ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)';
const STRUCTURE = 'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';
const LIST =
  'C~: (?<tag>\\S+) LIST .*\nS: * LIST () "/" INBOX\nS: $tag OK\nC~: (?<tag>\\S+) LSUB .*\nS: $tag OK';
const five = [1, 2, 3, 4, 5].map((n) => plainMessage(`s${n}`));

const found = (...uids: number[]): string => `
  C~: (?<tag>\\S+) UID SEARCH UID .*
  S: * SEARCH ${uids.join(" ")}
  S: $tag OK
`;
/** Once more when the server has had a look at the folder. */
const foundAgain = (...uids: number[]): string => `${found(...uids)}
  C~: (?<tag>\\S+) NOOP
  S: $tag OK${found(...uids)}`;
const fetched = (...uids: number[]): string => `
  C~: (?<tag>\\S+) UID FETCH .*BODYSTRUCTURE.*
  ${uids.map((uid) => `S: * ${uid} FETCH (UID ${uid} ${HEAD} ${STRUCTURE})`).join("\n")}
  S: $tag OK
`;
/** INBOX with 1, 2 and 3, until the client asks for their envelopes. */
const opened = `${login()}\n${LIST}\n${select(3)}\n${found(1, 2, 3)}`;

describe("messages that a server leaves out of its answer", () => {
  it("are passed over when they are gone", async () => {
    await using session = await scriptedSession(`${opened}\n${fetched(1, 3)}\n${found()}`);
    const uids = (await collect(session.imap.messages("INBOX"))).map(({ uid }) => uid);
    expect(uids).toEqual([1, 3]);
    await session.server.done;
  });

  it("are passed over when they are gone, though the server has told their last flags (Cyrus)", async () => {
    const removed = `
      C~: (?<tag>\\S+) UID FETCH .*BODYSTRUCTURE.*
      S: * 2 FETCH (FLAGS (\\Deleted) UID 2)
      S: * 1 FETCH (UID 1 ${HEAD} ${STRUCTURE})
      S: * 2 EXPUNGE
      S: * 2 FETCH (UID 3 ${HEAD} ${STRUCTURE})
      S: $tag OK
    `;
    await using session = await scriptedSession(`${opened}\n${removed}\n${found()}`);
    const messages = await collect(session.imap.messages("INBOX"));
    expect(messages.map(({ uid, incomplete }) => [uid, incomplete])).toEqual([
      [1, undefined],
      [3, undefined],
    ]);
    await session.server.done;
  });

  it("are read when the server gives them on the second request", async () => {
    await using session = await scriptedSession(`${opened}\n${fetched(1, 3)}\n${found(2)}\n${fetched(2)}`);
    const messages = await collect(session.imap.messages("INBOX"));
    expect(messages.map(({ uid, incomplete }) => [uid, incomplete])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, undefined],
    ]);
  });

  it("are an error at the end, after all the others", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { silentFetchUids: [2, 4] } },
      client: { limits: { maxBatchMessages: 2 } },
    });
    const uids: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const { uid } of fixture.imap.messages("INBOX", { body: "text" })) uids.push(uid);
    };
    await expect(reading()).rejects.toMatchObject({
      code: "protocol",
      phase: "fetch",
      retryable: false,
      message: expect.stringContaining("UID 2,4"),
    });
    expect(uids).toEqual([1, 3, 5]);
    await expect(fixture.imap.message("INBOX", 2)).rejects.toMatchObject({ code: "protocol" });
    expect(await fixture.imap.message("INBOX", 99)).toBeUndefined();
  });

  it("are told to onUnfetchable instead, when there is one", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { silentFetchUids: [2, 4] } },
    });
    const told: UnfetchableMessages[] = [];
    const messages = fixture.imap.messages("INBOX", { onUnfetchable: (some) => told.push(some) });
    expect((await collect(messages)).map(({ uid }) => uid)).toEqual([1, 3, 5]);
    expect(told).toMatchObject([{ uids: [2, 4], error: { code: "protocol" } }]);
  });

  it("count as changed, deleted and downloadable only by what the server says of them", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { silentFetchUids: [2] } },
    });
    const { imap, mail } = fixture;
    expect(await imap.markAsRead("INBOX", [1, 2, 99])).toEqual({ updated: [1, 2], conflicted: [] });
    await expect(imap.downloadMessage("INBOX", 2)).rejects.toMatchObject({ code: "protocol" });
    await expect(imap.downloadMessage("INBOX", 99)).rejects.toMatchObject({ code: "not-found" });
    expect(await imap.delete("INBOX", [2])).toEqual({ uids: [2], isExpunged: true });
    expect(mail.store.messages("ada", "INBOX").map(({ uid }) => uid)).toEqual([1, 3, 4, 5]);
  });

  it("come without their structure, and say so, where that is what the server cannot give", async () => {
    const bare = `
      C~: (?<tag>\\S+) UID FETCH 2 \\((?!.*BODYSTRUCTURE).*
      S: * 2 FETCH (UID 2 ${HEAD})
      S: $tag OK
      C~: (?<tag>\\S+) UID FETCH 1,3 .*BODY\\.PEEK\\[1\\].*
      S: * 1 FETCH (UID 1 BODY[1] "Hello")
      S: * 3 FETCH (UID 3 BODY[1] "Hello")
      S: $tag OK
    `;
    await using session = await scriptedSession(
      `${opened}\n${fetched(1, 3)}\n${found(2)}\n${fetched()}\n${found(2)}\n${bare}`,
    );
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ uid, text, incomplete }) => [uid, text, incomplete?.code])).toEqual([
      [1, "Hello", undefined],
      [2, undefined, "protocol"],
      [3, "Hello", undefined],
    ]);
    expect(messages[1]?.incomplete?.message).toContain("structure");
  });

  it("are read where a parenthesis of their structure is missing (Exchange)", async () => {
    await using fixture = await imapFixture({
      messages: [mixedMessage(1), mixedMessage(2), mixedMessage(3)],
      server: { quirks: { brokenBodyStructureUids: [2] } },
    });
    const messages = await collect(fixture.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ uid, subject, text }) => [uid, subject, text])).toEqual([
      [1, "Grüße 1", "Schön, Nummer 1"],
      [2, "Grüße 2", "Schön, Nummer 2"],
      [3, "Grüße 3", "Schön, Nummer 3"],
    ]);
    expect(messages.map(({ incomplete }) => incomplete?.code)).toEqual([undefined, undefined, undefined]);
    const [whole] = await collect(fixture.imap.messages("INBOX", { uids: [2], body: "full" }));
    expect(whole?.source?.toString()).toBe(mixedMessage(2));
  });
});

describe("a body that a server leaves out", () => {
  const texts = (...uids: number[]): string => `
    C~: (?<tag>\\S+) UID FETCH .*BODY\\.PEEK\\[1\\].*
    ${uids.map((uid) => `S: * ${uid} FETCH (UID ${uid} BODY[1] "Hello")`).join("\n")}
    S: $tag OK
  `;
  it.each([
    ["is not-found when the message has been removed meanwhile", found(), "not-found"],
    ["is a fault of the server when the message is still there", foundAgain(2), "protocol"],
  ])("%s", async (_title, search, code) => {
    await using session = await scriptedSession(`${opened}\n${fetched(1, 2, 3)}\n${texts(1, 3)}\n${search}`);
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ uid, text, incomplete }) => [uid, text, incomplete?.code])).toEqual([
      [1, "Hello", undefined],
      [2, undefined, code],
      [3, "Hello", undefined],
    ]);
  });

  it("is not-found when the text is NIL and the server sees by a look that the message is gone", async () => {
    await using session = await scriptedSession(`${opened}\n${fetched(1, 2, 3)}
      C~: (?<tag>\\S+) UID FETCH .*
      S: * 1 FETCH (UID 1 BODY[1] "Hello")
      S: * 2 FETCH (UID 2 BODY[1] NIL)
      S: * 3 FETCH (UID 3 BODY[1] "Hello")
      S: $tag OK
      ${found(2)}
      C~: (?<tag>\\S+) NOOP
      S: * 2 EXPUNGE
      S: $tag OK${found()}
    `);
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ incomplete }) => incomplete?.code)).toEqual([undefined, "not-found", undefined]);
  });

  it("is told when nothing but flags came for the message", async () => {
    await using session = await scriptedSession(`${opened}\n${fetched(1, 2, 3)}
      C~: (?<tag>\\S+) UID FETCH .*
      S: * 1 FETCH (UID 1 BODY[1] "Hello")
      S: * 2 FETCH (UID 2 FLAGS (\\\\Seen))
      S: * 3 FETCH (UID 3 BODY[1] "Hello")
      S: $tag OK
    `);
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ incomplete }) => incomplete?.code)).toEqual([undefined, "protocol", undefined]);
  });
});

describe("a message that comes in windows", () => {
  const source = mixedMessage(1, 30_000);
  it("is read to its announced end by a server that gives less than it is asked for", async () => {
    // Offsets are asked for as they come, in pieces that this server cuts to 10 000 octets.
    const pieces = Array.from({ length: Math.ceil(source.length / 10_000) }, (_, n) => n * 10_000);
    const size = HEAD.replace("RFC822.SIZE 5", `RFC822.SIZE ${source.length}`);
    const script = pieces.map((at) => {
      const piece = source.slice(at, at + 10_000);
      return [
        `C~: (?<tag>\\S+) UID FETCH 1 .*BODY\\.PEEK\\[\\]<${at}\\..*`,
        `S-: * 1 FETCH (UID 1 BODY[]<${at}> {${piece.length}}\\r\\n${piece.replaceAll("\r", "\\r").replaceAll("\n", "\\n")})\\r\\n`,
        "S: $tag OK",
      ].join("\n");
    });
    await using session = await scriptedSession(
      `${login()}\n${LIST}\n${select(1)}\n${found(1)}
       C~: (?<tag>\\S+) UID FETCH 1 .*
       S: * 1 FETCH (UID 1 ${size} ${STRUCTURE})
       S: $tag OK
       ${script.join("\n")}`,
      { limits: { maxBatchBytes: 20_000 } },
    );
    const [message] = await collect(session.imap.messages("INBOX", { body: "full" }));
    expect(message?.source?.toString()).toBe(source);
    expect(message?.incomplete).toBeUndefined();
  });

  it("that turns out larger than maxMessageBytes is given as a limit, not cut in silence", async () => {
    const understated = HEAD.replace("RFC822.SIZE 5", "RFC822.SIZE 25");
    const piece = (at: number): string => `
      C~: (?<tag>\\S+) UID FETCH 1 .*BODY\\.PEEK\\[\\]<${at}\\..*
      S: * 1 FETCH (UID 1 BODY[]<${at}> "0123456789")
      S: $tag OK
    `;
    await using session = await scriptedSession(
      `${login()}\n${LIST}\n${select(1)}\n${found(1)}
       C~: (?<tag>\\S+) UID FETCH 1 .*
       S: * 1 FETCH (UID 1 ${understated} ${STRUCTURE})
       S: $tag OK
       ${[0, 10, 20, 30].map(piece).join("\n")}`,
      { limits: { maxBatchBytes: 10, maxMessageBytes: 35 } },
    );
    const [message] = await collect(session.imap.messages("INBOX", { body: "full" }));
    expect(message?.source).toBeUndefined();
    expect(message?.incomplete).toMatchObject({ code: "limit" });
  });
});

describe("messages of which one is refused as a whole", () => {
  const refusal = (set: string, items = "FLAGS"): string => `
    C~: (?<tag>\\S+) UID FETCH ${set} \\(UID ${items}.*
    S: $tag NO Internal error occurred
  `;

  it("are read but for that one, which is told", async () => {
    await using session = await scriptedSession(`${opened}
      ${refusal("1:3")}${refusal("1:2")}${fetched(1)}${refusal("2")}${fetched(3)}
      ${found(2)}${refusal("2")}${found(2)}${refusal("2")}${found(2)}
    `);
    const told: UnfetchableMessages[] = [];
    const query = { onUnfetchable: (messages: UnfetchableMessages) => told.push(messages) };
    const uids = (await collect(session.imap.messages("INBOX", query))).map(({ uid }) => uid);
    expect([uids, told.map((messages) => messages.uids)]).toEqual([[1, 3], [[2]]]);
  });

  it("are read with the text of the others, and that one says why it has none", async () => {
    const text = (uid: number): string => `
      C~: (?<tag>\\S+) UID FETCH ${uid} .*
      S: * ${uid} FETCH (UID ${uid} BODY[1] "Hello")
      S: $tag OK
    `;
    const body = "BODY\\.PEEK\\[1\\]";
    await using session = await scriptedSession(`${opened}\n${fetched(1, 2, 3)}
      ${refusal("1:3", body)}${refusal("1:2", body)}${text(1)}${refusal("2", body)}${text(3)}${foundAgain(2)}
    `);
    const messages = await collect(session.imap.messages("INBOX", { body: "text" }));
    expect(messages.map(({ text }) => text)).toEqual(["Hello", undefined, "Hello"]);
    expect(messages[1]?.incomplete).toMatchObject({ code: "rejected" });
  });

  it("are an error in the server's own words where it gives none", async () => {
    await using session = await scriptedSession(`${login()}\n${LIST}\n${select(3)}
      ${refusal("1")}${found(1)}${refusal("1")}${found(1)}${refusal("1")}${found(1)}
    `);
    await expect(session.imap.message("INBOX", 1)).rejects.toMatchObject({
      code: "rejected",
      server: { text: "Internal error occurred" },
    });
  });
});
