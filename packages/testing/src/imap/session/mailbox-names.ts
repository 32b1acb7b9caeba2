import { decodeMailboxName, encodeMailboxName } from "../syntax/mailbox-name.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { encodeAstring, encodeUtf8 } from "../syntax/text.js";
import type { ImapQuirks } from "./imap-quirks.js";

/** What decides how mailbox names stand on the wire. */
export interface NameRules {
  /** In UTF-8, not in modified UTF-7. */
  readonly isUtf8: boolean;
  readonly quirks: ImapQuirks;
}

/** What stands between the levels of a name. */
export function delimiterOf({ namespacePrefix }: ImapQuirks): string {
  return namespacePrefix?.at(-1) ?? "/";
}

/** The name of a mailbox with the prefix and delimiter of the server's namespace, not yet encoded. */
export function toFullName(path: string, quirks: ImapQuirks): string {
  const { namespacePrefix = "" } = quirks;
  return path === "INBOX" ? path : namespacePrefix + path.replaceAll("/", delimiterOf(quirks));
}

/** What a client calls a mailbox, or a pattern of such names, without its encoding. */
export function decodeName(name: string, { isUtf8, quirks }: NameRules): string {
  if (isUtf8) return name;
  return quirks.rawTabs ? name.split("\t").map(decodeMailboxName).join("\t") : decodeMailboxName(name);
}

/** The path of a mailbox that a client names; a refusal for one outside of the namespace. */
export function decodePath(name: string, rules: NameRules): string {
  const full = decodeName(name, rules);
  const { namespacePrefix = "" } = rules.quirks;
  if (namespacePrefix === "" || full.toUpperCase() === "INBOX") return full;
  if (!full.startsWith(namespacePrefix)) throw new ImapRefusal("NO", "Invalid mailbox name.");
  return full.slice(namespacePrefix.length).replaceAll(delimiterOf(rules.quirks), "/");
}

/** A mailbox name as it stands in an answer, `isBare` without the quotes that it may need. */
export function encodePath(path: string, { isUtf8, quirks }: NameRules, isBare: boolean): string {
  const full = toFullName(path, quirks);
  if (isUtf8) return encodeUtf8(full);
  const encoded = quirks.rawTabs
    ? full.split("\t").map(encodeMailboxName).join("\t")
    : encodeMailboxName(full);
  return isBare ? encoded : encodeAstring(encoded);
}
