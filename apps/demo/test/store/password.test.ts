import { expect, test } from "vitest";
import { hashPassword, isPassword } from "../../src/store/password.js";

test("a password costs who guesses it 128 MiB each time, and is known again in any normal form", async () => {
  const stored = await hashPassword("pa\u0308sswort");
  // N is 2^17 of 8 blocks of 128 bytes.
  expect(stored).toMatch(/^scrypt\$17\$[\w-]{22}\$[\w-]{43}$/);
  expect(await isPassword("pässwort", stored)).toBe(true);
});

test("hashes of another cost, and who has none, are told apart", async () => {
  const stored = await hashPassword("correct-horse", 4);
  expect(await isPassword("correct-horse", stored)).toBe(true);
  expect(await isPassword("battery-staple", stored)).toBe(false);
  expect(await isPassword("", undefined)).toBe(false);
});
