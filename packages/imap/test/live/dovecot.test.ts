import { afterAll, describe, expect, it } from "vitest";
import { liveClient } from "./imap-environment.js";

describe("a real Dovecot", () => {
  const imap = liveClient(0);
  afterAll(() => imap.close());

  it("lists folders with counts and tells what it can", async () => {
    const folders = await imap.listFolders({ counts: true });
    expect(folders.find(({ role }) => role === "inbox")).toMatchObject({ name: "INBOX", isSelectable: true });
    const report = await imap.testConnection();
    expect(report).toMatchObject({ ok: true, security: "tls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toEqual(expect.arrayContaining(["IDLE", "CONDSTORE", "UIDPLUS"]));
  });
});
