import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** The client's side of SCRAM-SHA-256 (RFC 5802 §3), by the formulas of the standard. */
export class ScramSha256 {
  readonly first: string;
  readonly #bare: string;
  readonly #password: string;
  readonly #binding: string;
  #serverSignature = "";

  constructor(user: string, password: string, header = "n,,", channel: Uint8Array = Buffer.alloc(0)) {
    this.#bare = `n=${user},r=${randomBytes(12).toString("base64")}`;
    this.first = `${header}${this.#bare}`;
    this.#password = password;
    this.#binding = Buffer.concat([Buffer.from(header), channel]).toString("base64");
  }

  final(challenge: string): string {
    const [, nonce = "", salt = "", iterations = ""] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? [];
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
    const withoutProof = `c=${this.#binding},r=${nonce}`;
    const message = `${this.#bare},${challenge},${withoutProof}`;
    const clientKey = hmac(salted, "Client Key");
    const signature = hmac(createHash("sha256").update(clientKey).digest(), message);
    this.#serverSignature = hmac(hmac(salted, "Server Key"), message).toString("base64");
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    return `${withoutProof},p=${proof.toString("base64")}`;
  }

  get serverSignature(): string {
    return this.#serverSignature;
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
