import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { extensionMessages, extensionUses, useExtension } from "../support/extension-uses.js";
import { imapFixture } from "../support/imap-fixture.js";

/** Those that the server of `@mailwright/testing` has; PARTIAL is shown by a transcript. */
const uses = extensionUses.filter(({ extension }) => extension !== "PARTIAL");

describe.each(uses)("$extension", ({ extension, isUsed, options, call, answer }) => {
  it.each(["enable", "disable"] as const)(
    "is used where the server has it, and not missed where not: %sd",
    async (how) => {
      await using fixture = await imapFixture({
        messages: extensionMessages,
        server: { [how]: [extension] },
      });
      const server = { host: "127.0.0.1", port: fixture.mail.imap.port, security: "none" } as const;
      const credentials = { user: "ada", password: "correct horse" };
      const used = await useExtension({ call }, "INBOX", (more) => {
        return new ImapClient({ server, credentials, ...options, ...more });
      });
      expect(used.answer).toEqual(answer);
      expect(isUsed(used.commands), used.commands.join("\n")).toBe(how === "enable");
    },
  );
});
