import { SettingsError } from "./settings-error.js";

/** A key for sealing secrets, and the name that it is remembered by. */
export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

const KEY_BYTES = 32;

/**
 * Reads `id:base64,id:base64`: the first key seals, all of them open, so that a new one is put in front and the old
 * one stays until everything is sealed anew. Throws {@link SettingsError}, never with the key's text.
 */
export function parseKeys(text: string): readonly [NamedKey, ...NamedKey[]] {
  const keys = text.split(",").map((entry, index) => {
    const found = /^(?<id>[\w.-]{1,64}):(?<key>[A-Za-z0-9+/_-]+={0,2})$/.exec(entry.trim())?.groups;
    const key = Buffer.from(found?.["key"] ?? "", "base64");
    if (key.length !== KEY_BYTES)
      throw new SettingsError(
        `MAILWRIGHT_KEY: entry ${index + 1} is not "id:" and ${KEY_BYTES} bytes in base64`,
      );
    return { id: found?.["id"] ?? "", key };
  });
  const [first, ...others] = keys;
  if (first === undefined) throw new SettingsError("MAILWRIGHT_KEY: is empty");
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new SettingsError("MAILWRIGHT_KEY: two keys have the same id");
  return [first, ...others];
}
