import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { ChannelBinding } from "./channel-binding.js";
import { SaslError, type SaslMechanism } from "./sasl-mechanism.js";
import { escapeSaslName, saslPrep } from "./saslprep.js";

/** Fewer make a stolen exchange cheap to guess (RFC 7677 §4), more are an attack on this process. */
const MIN_ITERATIONS = 4096;
const MAX_ITERATIONS = 600_000;

/** The hash of the mechanism's name: `SHA-256` of SCRAM-SHA-256. */
export type ScramHash = "SHA-1" | "SHA-256";

const HASHES = { "SHA-1": { hash: "sha1", bytes: 20 }, "SHA-256": { hash: "sha256", bytes: 32 } } as const;

const deriveKey = promisify(pbkdf2);

/** What beside user and password goes into a SCRAM exchange. */
export interface ScramOptions {
  /** Binds the login to this TLS connection: the `-PLUS` form. */
  readonly binding?: ChannelBinding | undefined;
  /**
   * The client could bind, but the server does not offer it; a server that does offer it then knows that
   * somebody in between took it out (RFC 5802 §6). @defaultValue false
   */
  readonly couldBind?: boolean;
  /** @defaultValue 24 random bytes in base64 */
  readonly nonce?: string;
}

/**
 * SCRAM and its `-PLUS` form (RFC 5802, RFC 7677): the password never leaves the process, and the server has
 * to prove that it knows it. Refuses iteration counts under 4 096 and over 600 000.
 */
export function saslScram(
  kind: ScramHash,
  user: string,
  password: string,
  options: ScramOptions = {},
): SaslMechanism {
  const { binding, couldBind = false, nonce = randomBytes(24).toString("base64") } = options;
  const { hash, bytes } = HASHES[kind];
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const name = escapeSaslName(saslPrep(user));
  const header = binding === undefined ? `${couldBind ? "y" : "n"},,` : `p=${binding.type},,`;
  const firstBare = `n=${name},r=${nonce}`;
  const bound = Buffer.concat([Buffer.from(header), binding?.data ?? Buffer.alloc(0)]).toString("base64");
  let expectedSignature: Buffer | undefined;
  let isVerified = false;

  const prove = async (serverFirst: string): Promise<Buffer> => {
    const { serverNonce, salt, iterations } = parseServerFirst(serverFirst, nonce);
    const salted = await deriveKey(saslPrep(password), salt, iterations, bytes, hash);
    const finalBare = `c=${bound},r=${serverNonce}`;
    const exchange = `${firstBare},${serverFirst},${finalBare}`;
    const clientKey = hmac(salted, "Client Key");
    const signature = hmac(createHash(hash).update(clientKey).digest(), exchange);
    const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    expectedSignature = hmac(hmac(salted, "Server Key"), exchange);
    return Buffer.from(`${finalBare},p=${proof.toString("base64")}`);
  };

  const verify = (serverFinal: string): Buffer => {
    const attributes = parseAttributes(serverFinal);
    if (attributes.has("e")) throw new SaslError("The server refused the SCRAM proof");
    const signature = Buffer.from(attributes.get("v") ?? "", "base64");
    const isEqual =
      expectedSignature?.length === signature.length && timingSafeEqual(expectedSignature, signature);
    if (!isEqual) throw new SaslError("The server could not prove that it knows the password");
    isVerified = true;
    return Buffer.alloc(0);
  };

  return {
    name: binding === undefined ? `SCRAM-${kind}` : `SCRAM-${kind}-PLUS`,
    initialResponse: Buffer.from(`${header}${firstBare}`),
    respond: (challenge) => {
      if (isVerified) throw new SaslError("The server went on after the end of the SCRAM exchange");
      const text = challenge.toString("utf8");
      return expectedSignature === undefined ? prove(text) : verify(text);
    },
    complete: () => {
      if (!isVerified) throw new SaslError("The server did not prove that it knows the password");
    },
  };
}

function parseServerFirst(
  text: string,
  clientNonce: string,
): { serverNonce: string; salt: Buffer; iterations: number } {
  const attributes = parseAttributes(text);
  if (attributes.has("m")) throw new SaslError("The server wants a SCRAM extension that is not known");
  const serverNonce = attributes.get("r") ?? "";
  const salt = Buffer.from(attributes.get("s") ?? "", "base64");
  const count = attributes.get("i") ?? "";
  const iterations = /^[1-9]\d{0,9}$/.test(count) ? Number(count) : 0;
  if (
    !serverNonce.startsWith(clientNonce) ||
    serverNonce.length === clientNonce.length ||
    salt.length === 0
  ) {
    throw new SaslError("The server's part of the SCRAM exchange makes no sense");
  }
  if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
    const message = `The server asks for ${count.slice(0, 12)} SCRAM iterations; ${MIN_ITERATIONS} to ${MAX_ITERATIONS} are accepted`;
    throw new SaslError(message);
  }
  return { serverNonce, salt, iterations };
}

function parseAttributes(text: string): Map<string, string> {
  return new Map(text.split(",").map((part) => [part.slice(0, 1), part[1] === "=" ? part.slice(2) : ""]));
}
