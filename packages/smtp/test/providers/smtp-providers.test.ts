import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { findSmtpProvider, SmtpClient, smtpProviders } from "../../src/index.js";

interface WellKnown {
  readonly host?: string;
  readonly port?: number;
  readonly secure?: boolean;
}

const require = createRequire(import.meta.url);
const wellKnown = Object.values(
  require("nodemailer/lib/well-known/services.json") as Record<string, WellKnown>,
);

describe("smtpProviders", () => {
  test.each(smtpProviders)(
    "$id makes a client, and TLS protects it",
    async ({ server, pool, rateLimits, sources }) => {
      expect(sources.map((source) => new URL(source).protocol)).toContain("https:");
      expect(["tls", "starttls"]).toContain(server.security);
      await using smtp = new SmtpClient({ server, pool, rateLimits });
      expect(smtp.stats().open).toBe(0);
    },
  );

  test("name hosts that nodemailer's list knows too, where it has the provider", () => {
    const hosts = new Set(wellKnown.map(({ host }) => host));
    const unknown = smtpProviders.filter(({ server }) => !hosts.has(server.host)).map(({ id }) => id);
    // GMX's German host, Yandex's international one, and the name that Mailjet documents today.
    expect(unknown).toEqual(["gmx", "yandex", "mailjet"]);
  });

  test("have ids and domains of their own", () => {
    const names = smtpProviders.flatMap(({ id, domains }) => [id, ...domains]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("findSmtpProvider", () => {
  test("finds by address or id", () => {
    expect(findSmtpProvider("Ada@GMail.com")?.id).toBe("gmail");
    expect(findSmtpProvider("microsoft365")).toMatchObject({ pool: { maxPerKey: 3 }, savesSentCopy: true });
    expect(findSmtpProvider("ada@example.com")).toBeUndefined();
    expect(findSmtpProvider("gmail.com.evil.example")).toBeUndefined();
  });
});
