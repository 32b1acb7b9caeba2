import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { liveClient } from "./imap-environment.js";
import { clientOf, type LiveServer } from "./live-server.js";

/** Logins and transport security. */
export function describeConnecting(server: LiveServer): void {
  describe("connecting", () => {
    it.each(["tls", "starttls", "none"] as const)("works with security %s", async (security) => {
      await using imap = clientOf(server, { security });
      const report = await imap.testConnection();
      expect(report).toMatchObject({ ok: true, security });
      expect(report.tls?.version).toBe(security === "none" ? undefined : "TLSv1.3");
      expect(report.capabilities).toContain("IMAP4rev1");
      expect(await imap.search("INBOX", {})).toBeInstanceOf(Array);
    });

    it.each([
      ["PLAIN", "AUTHENTICATE PLAIN"],
      ["LOGIN", "AUTHENTICATE LOGIN"],
      ["LOGIN-COMMAND", "LOGIN "],
    ] as const)(
      "takes a password that must be quoted, escaped or encoded by authMethod %s",
      async (authMethod, command) => {
        const commands: string[] = [];
        const { user, where } = server;
        await using imap = liveClient("xenia", {
          ...where,
          authMethod,
          transcript: ({ direction, text }) => void (direction === "client" && commands.push(text)),
        });
        expect(await imap.search("INBOX", {})).toBeInstanceOf(Array);
        expect(commands.filter((text) => /^\S+ (AUTHENTICATE|LOGIN) ?/.test(text))).toEqual([
          expect.stringContaining(command),
        ]);
        await using wrong = clientOf(server, { authMethod, credentials: { user, password: "wrong" } });
        await expect(wrong.search("INBOX", {})).rejects.toMatchObject({ code: "authentication" });
      },
    );

    it.each([
      { user: server.user, password: "not-this-one" },
      { user: "nobody", password: "nor-this" },
    ])("refuses $user with $password for good", async (credentials) => {
      await using imap = clientOf(server, { credentials });
      const refusal = await imap.search("INBOX", {}).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "authentication", phase: "auth", retryable: false });
      expect(inspect(refusal)).not.toContain(credentials.password);
      expect(imap.stats()).toMatchObject({ open: 0 });
    });

    it("does not trust a certificate of an unknown authority", async () => {
      await using imap = clientOf(server, { isTrusted: false });
      await expect(imap.search("INBOX", {})).rejects.toMatchObject({ code: "tls" });
    });
  });
}
