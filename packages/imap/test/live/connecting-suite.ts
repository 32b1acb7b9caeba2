import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { clientOf, type LiveServer, skipUnless } from "./live-server.js";

/** Logins and transport security. */
export function describeConnecting(server: LiveServer): void {
  describe("connecting", () => {
    it.each(server.securities ?? (["tls", "starttls", "none"] as const))(
      "works with security %s",
      async (security) => {
        await using imap = clientOf(server, { security });
        const report = await imap.testConnection();
        expect(report).toMatchObject({ ok: true, security });
        expect(report.tls?.version).toBe(security === "none" ? undefined : "TLSv1.3");
        expect(report.capabilities).toContain("IMAP4rev1");
        expect(await imap.search("INBOX", {})).toBeInstanceOf(Array);
      },
    );

    it.for([
      ["PLAIN", "AUTHENTICATE PLAIN"],
      ["LOGIN", "AUTHENTICATE LOGIN"],
      ["LOGIN-COMMAND", "LOGIN "],
    ] as const)(
      "takes a password that must be quoted, escaped or encoded by authMethod %s",
      async ([authMethod, command], context) => {
        const { authMechanisms } = await clientOf(server).testConnection();
        const isOffered = authMethod === "LOGIN-COMMAND" || authMechanisms.includes(authMethod);
        skipUnless(context, isOffered, `${server.label} has no AUTH=${authMethod}`);
        const commands: string[] = [];
        const { user } = server;
        await using imap = server.connect("awkward", {
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

    it("does not trust a certificate of an unknown authority", async (context) => {
      const hasTls = server.securities?.includes("tls") ?? true;
      skipUnless(context, hasTls, `${server.label} is served without TLS here`);
      await using imap = clientOf(server, { isTrusted: false });
      await expect(imap.search("INBOX", {})).rejects.toMatchObject({ code: "tls" });
    });
  });
}
