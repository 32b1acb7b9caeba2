import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { findProvider, providers } from "../src/index.js";

interface WellKnown {
  readonly host?: string;
}

const require = createRequire(import.meta.url);
const wellKnown: readonly WellKnown[] = Object.values(require("nodemailer/lib/well-known/services.json"));

/** The ports on which a protocol speaks TLS from the first byte, and those on which it is upgraded. */
const PORTS = {
  imap: { tls: [993], starttls: [143, 1143] },
  pop3: { tls: [995], starttls: [110] },
  smtp: { tls: [465], starttls: [587, 1025] },
} as const;

describe.each(providers)("$id", (provider) => {
  test("has a server for something, each on a port of its protocol, protected by TLS", () => {
    const { imap, pop3, smtp } = provider;
    expect([imap, pop3, smtp].filter((server) => server !== undefined)).not.toEqual([]);
    for (const [protocol, server] of Object.entries({ imap, pop3, smtp })) {
      if (server === undefined) continue;
      expect(server.host).toMatch(/^(?:[a-z0-9-]+\.)+(?:[a-z]{2,}|\d+)$/);
      const ports: readonly number[] = PORTS[protocol as keyof typeof PORTS][server.security];
      expect(ports, protocol).toContain(server.port);
    }
  });

  test("has a name, a way to log in, domains in lower case and limits that are numbers above zero", () => {
    expect(provider.id).toMatch(/^[a-z0-9-]+$/);
    expect(provider.name).not.toBe("");
    expect(provider.logins.length).toBeGreaterThan(0);
    expect(new Set(provider.logins).size).toBe(provider.logins.length);
    for (const domain of provider.domains) expect(domain).toMatch(/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/);
    const { rateLimits, ...counts } = provider.limits;
    const rates = Object.values(rateLimits ?? {}).flatMap((rate) => (rate ? Object.values(rate) : []));
    for (const limit of [...Object.values(counts), ...rates, provider.renewMs ?? 1]) {
      expect(Number.isInteger(limit) && Number(limit) > 0, String(limit)).toBe(true);
    }
  });

  test("tells how an app password is made only where one may log in with it, on a page of its own", () => {
    if (provider.appPasswordHelp === undefined) return;
    expect(provider.logins).toContain("app-password");
    expect(new URL(provider.appPasswordHelp).protocol).toBe("https:");
  });

  test("says where its facts are from", () => {
    expect(provider.sources.length).toBeGreaterThan(0);
    for (const source of provider.sources) expect(new URL(source).protocol).toBe("https:");
  });
});

test("no id and no domain is there twice", () => {
  const names = providers.flatMap(({ id, domains }) => [id, ...domains]);
  expect(new Set(names).size).toBe(names.length);
});

test("the servers that send are those of nodemailer's own list, where it has the provider", () => {
  const hosts = new Set(wellKnown.map(({ host }) => host));
  const others = providers.filter(({ smtp }) => smtp && !hosts.has(smtp.host)).map(({ id }) => id);
  expect(others).toEqual([
    // The Bridge on this machine, hosts of other countries (GMX, Yandex) or another name of today (IONOS, Mailjet); the
    // rest is not in that list.
    ...["proton-bridge", "gmx", "webde", "telekom", "ionos", "ovh", "yandex", "mailjet"],
  ]);
});

describe("findProvider", () => {
  test("finds by address, domain or id, in any case", () => {
    expect(findProvider("Ada@GMAIL.com")?.id).toBe("gmail");
    expect(findProvider("web.de")?.id).toBe("webde");
    expect(findProvider("microsoft365")?.limits).toMatchObject({ smtpConnections: 3 });
    expect(findProvider("ada@126.com")?.imap).toEqual({ host: "imap.126.com", port: 993, security: "tls" });
  });

  test("tells where the common ones explain app passwords", () => {
    const ids = providers.filter(({ appPasswordHelp }) => appPasswordHelp !== undefined).map(({ id }) => id);
    expect(ids).toEqual(["gmail", "icloud", "yahoo", "fastmail"]);
  });

  test("knows nothing of other domains, however they look", () => {
    for (const text of ["ada@example.com", "gmail.com.evil.example", "gmail@example.com", "ada@", ""]) {
      expect(findProvider(text), text).toBeUndefined();
    }
  });
});
