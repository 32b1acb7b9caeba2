import { describe, expect, it } from "vitest";
import { joinFolderPath } from "../../src/session/folder-path.js";
import { login, scriptedSession } from "../behaviour/scripted-session.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";

const COURIER = { prefix: "INBOX.", delimiter: ".", prefixes: ["INBOX.", "shared."] };
const DOVECOT = { prefix: "", delimiter: "/", prefixes: [] };

describe("a path", () => {
  it.each([
    [["Projects", "2026"], COURIER, "INBOX.Projects.2026"],
    [["inbox"], COURIER, "INBOX"],
    [["INBOX", "Projects"], COURIER, "INBOX.Projects"],
    [["shared", "sales"], COURIER, "shared.sales"],
    [["Projects", "2026"], DOVECOT, "Projects/2026"],
    [["a.b"], DOVECOT, "a.b"],
    [["flat"], { ...DOVECOT, delimiter: undefined }, "flat"],
  ])("%j is %j's %s", (path, rules, name) => {
    expect(joinFolderPath(path, rules)).toBe(name);
  });

  it.each([
    [["a.b"], COURIER],
    [["a", "b"], { ...DOVECOT, delimiter: undefined }],
  ])("%j of %j is an error", (path, rules) => {
    expect(() => joinFolderPath(path, rules)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  it("does in every call, and the server is asked once", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")] });
    const { imap } = fixture;
    const path = ["Projects", "2026"];
    const [inbox] = [["INBOX"]];
    await imap.createFolder(path);
    await imap.subscribeFolder(path);
    await imap.copy(inbox, 1, path);
    expect((await imap.move(inbox, 1, path)).destination).toBe("Projects/2026");
    expect((await imap.append(path, plainMessage("three"))).folder).toBe("Projects/2026");
    expect(await imap.status(path)).toMatchObject({ totalCount: 3 });
    expect(await imap.search(path, {})).toEqual([1, 2, 3]);
    expect((await collect(imap.messages(path)))[0]?.folder).toBe("Projects/2026");
    expect(await imap.message(path, 1)).toMatchObject({ uid: 1 });
    expect(await imap.markAsRead(path, [1, 2])).toMatchObject({ updated: [1, 2] });
    expect(await imap.delete(path, 1)).toMatchObject({ uids: [1] });
    for await (const event of imap.watch(path)) {
      expect(event).toMatchObject({ type: "started", folder: "Projects/2026" });
      break;
    }
    await imap.renameFolder(path, ["Projects", "2027"]);
    await imap.deleteFolder(["Projects", "2027"]);
  });

  it("has the delimiter that LIST tells where there is no NAMESPACE", async () => {
    await using session = await scriptedSession(`
      ${login()}
      C~: (?<tag>\\S+) LIST "" ""
      S: * LIST (\\\\Noselect) "/" ""
      S: $tag OK
      C~: (?<tag>\\S+) CREATE "?a/b"?
      S: $tag OK
      C~: (?<tag>\\S+) CREATE "?c/d"?
      S: $tag OK
    `);
    await session.imap.createFolder(["a", "b"]);
    await session.imap.createFolder(["c", "d"]);
  });

  it.each([[[]], [["a", ""]], [[7]], [{ name: "INBOX" }], [undefined], [null], [""], ["a\r\nb"]])(
    "that is %j is an error before anything is sent",
    async (path) => {
      await using fixture = await imapFixture();
      const { imap } = fixture;
      for (const method of [imap.createFolder, imap.status, imap.search, imap.uidValidity]) {
        const call = Promise.resolve().then(() => Reflect.apply(method, imap, [path, {}]));
        await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
      }
      expect(imap.stats().created).toBe(0);
    },
  );
});

describe("the options of a call", () => {
  it.each<[object, string]>([
    [{ timeout: 5 }, "timeoutMs"],
    [{ timeoutMs: "5" }, "timeoutMs must be a number"],
    [{ signal: true }, "signal must be an AbortSignal"],
    [{ unchangedSinc: 1n }, "did you mean unchangedSince?"],
  ])("%o are an error, not ignored", async (options, words) => {
    await using fixture = await imapFixture();
    const { imap } = fixture;
    await expect(imap.markAsRead("INBOX", 1, options)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(words),
    });
    expect(imap.stats().created).toBe(0);
  });
});
