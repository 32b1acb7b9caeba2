import { MailError, type Security } from "@mailwright/core";
import { expect, test } from "vitest";
import { connectionPhases } from "../../src/mail/connection-phases.js";

const HOST = "mail.example.test";

/** The steps, those that failed in capitals. */
function stepsOf(
  security: Security,
  error?: { readonly code: "dns" | "tls" | "forbidden" | "authentication"; readonly phase?: string },
  host = HOST,
): string {
  const failure = error && new MailError("No", { ...error, protocol: "imap" });
  const phases = connectionPhases({
    ok: error === undefined,
    host,
    security,
    latencyMs: { auth: 12, total: 30 },
    error: failure,
  });
  return phases.map(({ phase, ok }) => (ok ? phase : phase.toUpperCase())).join(" ");
}

test("what works has gone through all steps, by the protection that was asked for", () => {
  expect(stepsOf("tls")).toBe("dns connect tls greeting auth");
  expect(stepsOf("starttls")).toBe("dns connect greeting starttls auth");
  expect(stepsOf("none", undefined, "127.0.0.1")).toBe("connect greeting auth");
  const phases = connectionPhases({
    ok: true,
    host: HOST,
    security: "tls",
    latencyMs: { auth: 12 },
    error: undefined,
  });
  expect(phases.map(({ ms }) => ms)).toEqual([undefined, undefined, undefined, undefined, 12]);
});

test("what fails has gone through the steps before", () => {
  expect(stepsOf("tls", { code: "authentication", phase: "auth" })).toBe("dns connect tls greeting AUTH");
  expect(stepsOf("starttls", { code: "tls", phase: "starttls" })).toBe("dns connect greeting STARTTLS");
  expect(stepsOf("tls", { code: "tls", phase: "tls" })).toBe("dns connect TLS");
  expect(stepsOf("tls", { code: "dns", phase: "connect" })).toBe("DNS");
  expect(stepsOf("tls", { code: "authentication", phase: "capability" })).toBe(
    "dns connect tls greeting CAPABILITY",
  );
  expect(stepsOf("starttls", { code: "authentication", phase: "ehlo" })).toBe("dns connect greeting EHLO");
});

test("of a server that may not be used, and after a failure elsewhere, nothing is said to be well", () => {
  expect(stepsOf("tls", { code: "forbidden", phase: "connect" })).toBe("CONNECT");
  expect(stepsOf("tls", { code: "tls", phase: "elsewhere" })).toBe("ELSEWHERE");
  expect(stepsOf("tls", { code: "tls" })).toBe("dns CONNECT");
});
