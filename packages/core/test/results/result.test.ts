import { expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { toResult } from "../../src/results/result.js";

test("a promise that resolves becomes a value, one that rejects with a MailError an error", async () => {
  expect(await toResult(Promise.resolve(["INBOX"]))).toEqual({ ok: true, value: ["INBOX"] });
  const error = new MailError("no", { code: "not-found", protocol: "imap" });
  expect(await toResult(Promise.reject(error))).toEqual({ ok: false, error });
});

test("a mistake in the program is thrown on", async () => {
  const mistake = new TypeError("x is undefined");
  await expect(toResult(Promise.reject(mistake))).rejects.toBe(mistake);
});
