import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const HASH_BYTES = 32;
/** What a guess costs unless it is said otherwise: N of scrypt is 2 to this power. */
const COST_EXPONENT = 17;

/** What scrypt makes of a password, with all that checking it needs. */
export async function hashPassword(password: string, costExponent = COST_EXPONENT): Promise<string> {
  const salt = randomBytes(16);
  const hash = await run(password, salt, costExponent);
  return ["scrypt", costExponent, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** Whether a password is the one of the hash; takes as long without a hash, so that nobody learns who exists. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, exponent = COST_EXPONENT, salt = "", hash = ""] = stored?.split("$") ?? [];
  const derived = await run(password, Buffer.from(salt, "base64url"), Number(exponent));
  const expected = Buffer.from(hash, "base64url");
  return expected.length === derived.length && timingSafeEqual(expected, derived);
}

async function run(password: string, salt: Buffer, exponent: number): Promise<Buffer> {
  const options = { N: 2 ** exponent, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
  return await derive(password.normalize("NFC"), salt, HASH_BYTES, options);
}
