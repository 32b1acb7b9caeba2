import { describe, expect, test } from "vitest";
import { resolveServer } from "../../src/server/server-options.js";

const ports = { tls: 993, starttls: 143, none: 143 };

describe("server options", () => {
  test("default to TLS 1.2 or later on the protocol's port, checked against the host's name", () => {
    expect(resolveServer({ host: "imap.example.com" }, ports, "imap")).toEqual({
      host: "imap.example.com",
      port: 993,
      security: "tls",
      tls: { minVersion: "TLSv1.2", servername: "imap.example.com" },
      allowInsecureAuth: false,
    });
    expect(resolveServer({ host: "h", security: "starttls" }, ports, "imap").port).toBe(143);
  });

  test("the caller's TLS settings win; an address has no server name", () => {
    const tls = { servername: "other", minVersion: "TLSv1.3" } as const;
    expect(resolveServer({ host: "192.0.2.1", tls }, ports, "imap").tls).toEqual(tls);
    expect(resolveServer({ host: "192.0.2.1" }, ports, "imap").tls).toEqual({ minVersion: "TLSv1.2" });
    expect(resolveServer({ host: "::1" }, ports, "imap").tls).toEqual({ minVersion: "TLSv1.2" });
  });

  test("a host that holds a secret is not repeated in the error", () => {
    expect(() => resolveServer({ host: "imaps://ada:hunter2@imap.example.com" }, ports, "imap")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });

  test("international names become the ASCII that DNS and certificates hold", () => {
    const { host, tls } = resolveServer({ host: "Bücher.example" }, ports, "imap");
    expect([host, tls.servername]).toEqual(["xn--bcher-kva.example", "xn--bcher-kva.example"]);
  });

  test.each([
    [{ host: "" }],
    [{ host: "two words" }],
    [{ host: "a\r\nb" }],
    [{ host: "a\0b" }],
    [{ host: "imap.example.com:993" }],
    [{ host: "imaps://imap.example.com" }],
    [{ host: "ada@imap.example.com" }],
    [{ host: "[::1]" }],
    [{ host: "h", port: 0 }],
    [{ host: "h", port: 65_536 }],
    [{ host: "h", port: 1.5 }],
    [{ host: "h", port: Number.NaN }],
  ])("refuses %o", (options) => {
    expect(() => resolveServer(options, ports, "imap")).toThrow(
      expect.objectContaining({ code: "invalid-argument", protocol: "imap" }),
    );
  });

  test("refuses what callers without types may pass", () => {
    // @ts-expect-error
    expect(() => resolveServer({ host: "h", security: "ssl" }, ports, "imap")).toThrow(
      /none of tls, starttls, none/,
    );
    // @ts-expect-error
    expect(() => resolveServer({ host: "h", security: "toString" }, ports, "imap")).toThrow(/none of tls/);
    // @ts-expect-error
    expect(() => resolveServer({ host: 5 }, ports, "imap")).toThrow(/not a host name/);
    // @ts-expect-error
    expect(() => resolveServer(undefined, ports, "imap")).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringMatching(/server is missing/),
      }),
    );
  });
});
