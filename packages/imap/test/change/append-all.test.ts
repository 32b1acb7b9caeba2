import { describe, expect, it } from "vitest";
import { login, scriptedSession } from "../behaviour/scripted-session.js";
import { imapFixture } from "../support/imap-fixture.js";

const items = ["one", "two", "three"].map((subject) => ({ message: `Subject: ${subject}\r\n\r\n` }));
const [first = { message: "" }, second = { message: "" }] = items;

describe("several messages", () => {
  it("are stored in their order, with flags and dates of their own", async () => {
    await using fixture = await imapFixture();
    const { imap, mail } = fixture;
    const result = await imap.appendAll("Sent", [
      { ...first, flags: ["\\Seen"] },
      { ...second, receivedAt: new Date("2026-01-02T03:04:05Z") },
    ]);
    expect(result).toMatchObject({ succeeded: 2, failed: 0 });
    expect(result.items.map((item) => (item.ok ? [item.key, item.value.uid] : item))).toEqual([
      [0, 1],
      [1, 2],
    ]);
    const stored = mail.store.messages("ada", "Sent");
    expect(stored.map(({ flags }) => [...flags].includes("\\Seen"))).toEqual([true, false]);
    expect(stored[1]?.internalDate).toEqual(new Date("2026-01-02T03:04:05Z"));
  });

  it("go over one by one where the server has no MULTIAPPEND, and one that is refused keeps no other back", async () => {
    await using fixture = await imapFixture({ server: { maxLiteralBytes: 1_000 } });
    const large = { message: `Subject: large\r\n\r\n${"x".repeat(2_000)}` };
    const result = await fixture.imap.appendAll("Sent", [first, large, second]);
    expect(result.items.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(result.items[1]).toMatchObject({ key: 1, error: { code: "limit" } });
    expect(fixture.mail.store.messages("ada", "Sent")).toHaveLength(2);
  });

  it("are stored once each where the server lets one of them wait", async () => {
    let appends = 0;
    const answer = ({ name }: { readonly name: string }): string | undefined =>
      name === "APPEND" && ++appends === 2 ? "NO [LIMIT] Too many requests, slow down" : undefined;
    await using fixture = await imapFixture({
      server: { disable: ["MULTIAPPEND"], answer },
      client: { retry: { backoff: () => 1 } },
    });
    expect(await fixture.imap.appendAll("Sent", [first, second])).toMatchObject({ succeeded: 2, failed: 0 });
    expect([appends, fixture.mail.store.messages("ada", "Sent").length]).toEqual([3, 2]);
  });

  const literals = (...texts: readonly string[]): string =>
    texts.map((text) => `C~: Subject: ${text}\nC~:\n`).join("");

  it("go with one command where the server has MULTIAPPEND", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 LITERAL+ UIDPLUS MULTIAPPEND")}
      C~: (?<tag>\\S+) APPEND "?Sent"? \\(\\\\Seen\\) \\{16\\+\\}
      C~: Subject: one
      C~:
      C~: \\s\\{16\\+\\}
      C~: Subject: two
      C~:
      C~:
      S: $tag OK [APPENDUID 7 5:6] stored
      IGNORE:`);
    const result = await session.imap.appendAll("Sent", [{ ...first, flags: ["\\Seen"] }, second]);
    expect(result.items).toMatchObject([
      { key: 0, ok: true, value: { folder: "Sent", uid: 5, uidValidity: 7 } },
      { key: 1, ok: true, value: { uid: 6 } },
    ]);
  });

  it("that are refused together are tried by themselves", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 LITERAL+ MULTIAPPEND")}
      C~: (?<tag>\\S+) APPEND "?Sent"? \\{16\\+\\}
      ${literals("one")}
      C~: \\s\\{16\\+\\}
      ${literals("two")}
      C~:
      S: $tag NO [OVERQUOTA] not all of it
      C~: (?<tag>\\S+) APPEND "?Sent"? \\{16\\+\\}
      ${literals("one")}
      C~:
      S: $tag OK stored
      C~: (?<tag>\\S+) APPEND "?Sent"? \\{16\\+\\}
      ${literals("two")}
      C~:
      S: $tag NO [OVERQUOTA] full
      IGNORE:`);
    const result = await session.imap.appendAll("Sent", [first, second]);
    expect(result.items).toMatchObject([
      { key: 0, ok: true },
      { key: 1, ok: false, error: { code: "quota" } },
    ]);
  });

  it("of which nobody knows whether they were stored are not stored again", async () => {
    await using session = await scriptedSession(`
      ${login("IMAP4rev1 LITERAL+ MULTIAPPEND")}
      C~: (?<tag>\\S+) APPEND "?Sent"? \\{16\\+\\}
      ${literals("one")}
      C~: \\s\\{16\\+\\}
      ${literals("two")}
      CLOSE:`);
    const result = await session.imap.appendAll("Sent", [first, second]);
    expect(result.items).toMatchObject([
      { key: 0, ok: false, error: { code: "unknown-outcome" } },
      { key: 1, ok: false, error: { code: "unknown-outcome" } },
    ]);
  });

  it("are none when there are none, and a mistake in one is one of the call", async () => {
    await using fixture = await imapFixture();
    expect(await fixture.imap.appendAll("Sent", [])).toEqual({ items: [], succeeded: 0, failed: 0 });
    await expect(fixture.imap.appendAll("Sent", [{ ...first, flags: ["a b"] }])).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
