import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from "node:crypto";

const ITERATIONS = 4096;

/** The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding. */
export interface ScramServer {
  /** Who wants to log in; empty before `first`. */
  readonly user: string;
  /** The server-first-message, or `undefined` for a malformed client-first-message. */
  first(clientFirst: string): string | undefined;
  /** The server-final-message, or `undefined` when the proof is wrong. */
  last(clientFinal: string): string | undefined;
}

/** Unknown users get a salt too and fail at the proof, so that they cannot be told from known ones. */
export function createScramServer(findPassword: (user: string) => string | undefined): ScramServer {
  const salt = randomBytes(16);
  let user = "";
  let bare = "";
  let nonce = "";
  let serverFirst = "";
  return {
    get user(): string {
      return user;
    },
    first(clientFirst): string | undefined {
      const match = /^[ny],(?:a=[^,]*)?,((?:n=)([^,]*),r=([\x21-\x2b\x2d-\x7e]+).*)$/s.exec(clientFirst);
      if (!match) return undefined;
      bare = match[1] ?? "";
      user = (match[2] ?? "").replaceAll("=2C", ",").replaceAll("=3D", "=");
      nonce = `${match[3]}${randomBytes(12).toString("base64url")}`;
      serverFirst = `r=${nonce},s=${salt.toString("base64")},i=${ITERATIONS}`;
      return serverFirst;
    },
    last(clientFinal): string | undefined {
      const match = /^(c=[A-Za-z0-9+/=]+,r=([^,]*)),p=([A-Za-z0-9+/=]+)$/.exec(clientFinal);
      if (!match || match[2] !== nonce) return undefined;
      const salted = pbkdf2Sync(findPassword(user) ?? randomBytes(16), salt, ITERATIONS, 32, "sha256");
      const clientKey = hmac(salted, "Client Key");
      const storedKey = createHash("sha256").update(clientKey).digest();
      const signed = `${bare},${serverFirst},${match[1]}`;
      const expected = xor(clientKey, hmac(storedKey, signed));
      const proof = Buffer.from(match[3] ?? "", "base64");
      if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) return undefined;
      return `v=${hmac(hmac(salted, "Server Key"), signed).toString("base64")}`;
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}
