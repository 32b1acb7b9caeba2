import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** The keys that secrets are sealed with: all of them open, the first one seals. */
export interface Keyring {
  readonly current: SealingKey;
  find(id: string): SealingKey | undefined;
}

/** A 256-bit key and the name that a row remembers it by. */
export interface SealingKey {
  readonly id: string;
  readonly key: Buffer;
}

/** A sealed secret: its own random data key, wrapped by a key of the ring, and the secret under the data key. */
export interface Sealed {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** A secret that no key of the ring opens, or that was changed or put into another row. */
export class SealBrokenError extends Error {
  override readonly name = "SealBrokenError";
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const WRAPPED_BYTES = IV_BYTES + TAG_BYTES + DATA_KEY_BYTES;

/** Makes a ring of keys, the sealing one first. */
export function createKeyring(keys: readonly [SealingKey, ...SealingKey[]]): Keyring {
  const byId = new Map(keys.map((key) => [key.id, key]));
  return { current: keys[0], find: (id) => byId.get(id) };
}

/** Seals a secret for one place only, such as tenant, account and column: elsewhere it does not open. */
export function seal(keyring: Keyring, place: string, secret: string): Sealed {
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const { id, key } = keyring.current;
  const bytes = Buffer.concat([
    Buffer.of(VERSION),
    encrypt(key, place, dataKey),
    encrypt(dataKey, place, Buffer.from(secret)),
  ]);
  return { keyId: id, bytes };
}

/** Opens what {@link seal} made. Throws {@link SealBrokenError}. */
export function unseal(keyring: Keyring, place: string, sealed: Sealed): string {
  const dataKey = unwrap(keyring, place, sealed);
  return decrypt(dataKey, place, sealed.bytes.subarray(1 + WRAPPED_BYTES)).toString();
}

/** Wraps the data key with the ring's current key; the secret itself is not touched. */
export function reseal(keyring: Keyring, place: string, sealed: Sealed): Sealed {
  const dataKey = unwrap(keyring, place, sealed);
  const { id, key } = keyring.current;
  const bytes = Buffer.concat([
    Buffer.of(VERSION),
    encrypt(key, place, dataKey),
    sealed.bytes.subarray(1 + WRAPPED_BYTES),
  ]);
  return { keyId: id, bytes };
}

function unwrap(keyring: Keyring, place: string, { keyId, bytes }: Sealed): Buffer {
  const key = keyring.find(keyId);
  if (key === undefined) throw new SealBrokenError(`The key ${keyId} is not in MAILWRIGHT_KEY`);
  if (bytes[0] !== VERSION) throw new SealBrokenError(`A seal of version ${bytes[0]} is unknown here`);
  return decrypt(key.key, place, bytes.subarray(1, 1 + WRAPPED_BYTES));
}

function encrypt(key: Buffer, place: string, content: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

function decrypt(key: Buffer, place: string, bytes: Buffer): Buffer {
  const iv = bytes.subarray(0, IV_BYTES);
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv("aes-256-gcm", key, iv, options).setAAD(Buffer.from(place));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new SealBrokenError("The secret was changed, or sealed for another place", { cause: error });
  }
}
