import { SaslError } from "./sasl-mechanism.js";

const MAPPED_TO_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
const MAPPED_TO_NOTHING = /\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]|[\u00ad\u1806\u200b-\u200d\u2060\ufeff]/gu;
const PROHIBITED =
  /\u0340|\u0341|[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;

/**
 * Prepares a user name or password for SCRAM (SASLprep, RFC 4013), so that the same password typed on
 * two keyboards is the same bytes. Throws {@link SaslError} for characters that it prohibits.
 */
export function saslPrep(text: string): string {
  const prepared = text.replace(MAPPED_TO_SPACE, " ").replace(MAPPED_TO_NOTHING, "").normalize("NFKC");
  if (PROHIBITED.test(prepared)) {
    throw new SaslError("The user name or password contains a character that SCRAM does not allow");
  }
  return prepared;
}

/** A user name as a `saslname` (RFC 5801 §4), which ends at a comma. */
export function escapeSaslName(user: string): string {
  return user.replaceAll("=", "=3D").replaceAll(",", "=2C");
}
