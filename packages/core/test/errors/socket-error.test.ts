import { checkServerIdentity, type PeerCertificate } from "node:tls";
import { describe, expect, test } from "vitest";
import { connectionClosed, fromSocketError } from "../../src/errors/socket-error.js";

const context = { protocol: "imap", phase: "connect", host: "h", port: 993, connectionId: "h:a#1" } as const;
const failed = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe("an error of a socket", () => {
  test.each([
    ["ECONNREFUSED", "connection", true, /nothing listens there/],
    ["ECONNRESET", "connection", true, /ECONNRESET/],
    ["ENOTFOUND", "dns", false, /Unknown host h/],
    ["EAI_AGAIN", "dns", true, /Unknown host/],
    ["CERT_HAS_EXPIRED", "tls", false, /expired/],
    ["CERT_NOT_YET_VALID", "tls", false, /not valid yet/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls", false, /self-signed/],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls", false, /unknown authority/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls", false, /unknown authority/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", false, /another name/],
    ["EPROTO", "tls", false, /handshake failed/],
  ])("%s is a %s error, retryable: %s", (code, expected, retryable, message) => {
    const cause = failed(code);
    const error = fromSocketError(cause, context);
    expect(error).toMatchObject({ code: expected, retryable, connectionBroken: true, ...phaseOf(context) });
    expect(error.message).toMatch(message);
    expect(error.cause).toBe(cause);
  });

  test.each([
    ["imap.example.com", "DNS:mail.example.com, DNS:*.example.org", ": mail.example.com, *.example.org"],
    [
      "imap.example.com",
      "DNS:a.example, DNS:b.example, DNS:c.example, DNS:d.example",
      ": a.example, b.example, c.example",
    ],
    ["imap.example.com", "URI:https://c.example, DNS:b.example", ": b.example"],
    ["imap.example.com", 'DNS:"a.example\\u000aall is well", DNS:b.example', ": b.example"],
    ["imap.example.com", undefined, ""],
    ["192.0.2.7", "IP Address:192.0.2.1, IP Address:2001:db8::1", ": 192.0.2.1, 2001:db8::1"],
    ["192.0.2.7", "DNS:mail.example.com", ""],
  ])("a certificate that is not for %s says for what it is: %s", (host, subjectaltname, names) => {
    const cause = checkServerIdentity(host, { subject: {}, subjectaltname } as PeerCertificate);
    expect(fromSocketError(cause ?? new Error("trusted"), { ...context, host }).message).toBe(
      `${host}:993 could not be trusted: its certificate is for another name${names}`,
    );
  });

  test("a port that does not speak TLS is told from a bad certificate", () => {
    const error = fromSocketError(failed("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"), context);
    expect(error.message).toMatch(/does not speak TLS/);
  });

  test("after the login nothing is repeated unless the caller says so", () => {
    expect(fromSocketError(failed("ECONNRESET"), { ...context, phase: "fetch" }).retryable).toBe(false);
    expect(
      fromSocketError(failed("ECONNRESET"), { ...context, phase: "fetch", retryable: true }).retryable,
    ).toBe(true);
  });

  test("a server that hangs up is a connection error as well", () => {
    const error = connectionClosed({ ...context, phase: "greeting" });
    expect(error).toMatchObject({
      code: "connection",
      phase: "greeting",
      retryable: true,
      connectionBroken: true,
    });
    expect(connectionClosed({ ...context, phase: "fetch" }).retryable).toBe(false);
  });
});

function phaseOf({ phase, protocol, connectionId }: typeof context): object {
  return { phase, protocol, connectionId };
}
