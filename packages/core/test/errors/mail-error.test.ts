import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { SourceFiles } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { isMailError, MailError } from "../../src/errors/mail-error.js";

const full = {
  code: "rejected",
  protocol: "smtp",
  phase: "rcpt",
  retryable: true,
  connectionBroken: true,
  server: { code: "550", enhancedCode: "5.1.1", text: "no such user" },
  connectionId: "smtp.example.com:ada#3",
  retryAfterMs: 5_000,
} as const;

describe("a MailError", () => {
  test("is an Error with everything that was said about it", () => {
    const error = new MailError("The recipient was refused", full);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(full);
    expect(error.name).toBe("MailError");
    expect(error.stack).toContain("MailError: The recipient was refused");
  });

  test("is by default neither retryable nor the end of its connection, and holds no empty fields", () => {
    const error = new MailError("no", { code: "not-found", protocol: "imap" });
    expect(error).toMatchObject({ retryable: false, connectionBroken: false });
    for (const name of ["phase", "server", "connectionId", "retryAfterMs", "cause"]) {
      expect(Object.hasOwn(error, name), name).toBe(false);
    }
  });

  test("becomes plain data with its chain of causes, without stacks", () => {
    const root = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const middle = new MailError("the connection failed", {
      code: "connection",
      protocol: "core",
      cause: root,
    });
    const json: unknown = JSON.parse(JSON.stringify(new MailError("refused", { ...full, cause: middle })));
    expect(json).toEqual({
      name: "MailError",
      message: "refused",
      ...full,
      cause: {
        name: "MailError",
        message: "the connection failed",
        code: "connection",
        protocol: "core",
        retryable: false,
        connectionBroken: false,
        cause: { name: "Error", message: "read ECONNRESET", code: "ECONNRESET" },
      },
    });
  });

  test("survives causes that go round in a circle", () => {
    const error = new Error("a");
    error.cause = new Error("b", { cause: error });
    const json = JSON.stringify(new MailError("round", { code: "protocol", protocol: "core", cause: error }));
    expect(json.length).toBeLessThan(1_000);
  });

  test("shows what matters when it is printed", () => {
    const shown = inspect(new MailError("The recipient was refused", full));
    for (const part of ["The recipient was refused", "rejected", "rcpt", "5.1.1", "smtp.example.com:ada#3"]) {
      expect(shown).toContain(part);
    }
  });
});

describe("isMailError", () => {
  test("recognises errors of another copy of the package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mailwright-copy-"));
    try {
      cpSync(new SourceFiles("core").folder, folder, { recursive: true });
      const copy: typeof import("../../src/index.js") = await import(
        /* @vite-ignore */ join(folder, "index.ts")
      );
      const foreign = new copy.MailError("elsewhere", full);
      expect(foreign).not.toBeInstanceOf(MailError);
      expect(isMailError(foreign)).toBe(true);
      expect(copy.isMailError(new MailError("here", full))).toBe(true);
      const outer = new MailError("outer", { code: "connection", protocol: "core", cause: foreign });
      expect(outer.toJSON()).toMatchObject({ cause: { code: "rejected", server: { code: "550" } } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([undefined, null, "MailError", 1, {}, new Error("no"), { name: "MailError", code: "timeout" }])(
    "is not taken in by %o",
    (value) => {
      expect(isMailError(value)).toBe(false);
    },
  );
});
