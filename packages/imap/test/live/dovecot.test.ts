import { describe, expect, it } from "vitest";
import { expectCapToHold } from "./connection-cap.js";
import { liveClient, liveOptions } from "./imap-environment.js";
import { describeImapServer } from "./imap-suite.js";

const VARIANTS = [
  undefined,
  "noUidplus",
  "noMove",
  "noCondstore",
  "noQresync",
  "noEsearch",
  "noIdle",
  "noListStatus",
  "noSpecialUse",
  "noLiteralPlus",
  "bare",
] as const;

const NAMES = { usual: "ada", awkward: "xenia" } as const;

describe.each(VARIANTS)("a real Dovecot, %s", (variant) => {
  describeImapServer({
    label: variant ?? "plain",
    user: "ada",
    connect: (account, options) => liveClient(NAMES[account], { variant, ...options }),
    options: () => liveOptions(NAMES.usual, { variant }),
    connectElsewhere: (account, options) => liveClient(NAMES[account], options),
    hasOtherUsers: false,
    prefix: "",
    delimiter: ".",
    foldsDiacritics: false,
    refusedInNames: "/",
    bareLineFeeds: "made CRLF",
  });
});

describe("a real Dovecot", () => {
  it("tells what it can", async () => {
    await using imap = liveClient("bob");
    const report = await imap.testConnection();
    expect(report).toMatchObject({ ok: true, security: "tls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toEqual(
      expect.arrayContaining([
        ...["CONDSTORE", "ESEARCH", "IDLE", "LIST-STATUS", "MOVE", "NAMESPACE", "SORT", "SPECIAL-USE"],
        ...["THREAD=REFERENCES", "UIDPLUS", "WITHIN"],
      ]),
    );
    expect(await imap.serverInfo()).toMatchObject({ name: "Dovecot" });
  });

  it("with a cap of three connections serves many callers in turn", () =>
    expectCapToHold("carol", { variant: "threeConnections" }));

  it("takes tokens, and refuses expired ones for good", async () => {
    await using token = liveClient("bob", { withToken: "accessToken" });
    expect(await token.search("INBOX", {})).toBeInstanceOf(Array);
    await using expired = liveClient("bob", { withToken: "expiredToken" });
    await expect(expired.search("INBOX", {})).rejects.toMatchObject({ code: "authentication" });
  });
});
