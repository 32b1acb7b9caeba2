import { domainToASCII, domainToUnicode } from "node:url";

/** An address with its domain in both forms of internationalised names (RFC 5891). */
export interface AddressForms {
  /** The identity: what to compare, store and send to. The address as given when its domain is no valid name. */
  readonly ascii: string;
  /** For display only: other letters may look like the ones of a name that the reader knows. */
  readonly unicode: string;
  /** The domain mixes scripts in one label, as deceptive names do (UTS #39). */
  readonly isMixedScript: boolean;
}

const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Arabic}/u,
];

/** Gives the ASCII and the Unicode form of an address, whichever of them it is in. */
export function toAddressForms(address: string): AddressForms {
  const at = address.lastIndexOf("@");
  if (at < 0) return { ascii: address, unicode: address, isMixedScript: false };
  const local = address.slice(0, at + 1);
  const domain = address.slice(at + 1);
  const ascii = domainToASCII(domain);
  const unicode = ascii === "" ? domain : domainToUnicode(ascii);
  const isMixedScript = unicode
    .split(".")
    .some((label) => SCRIPTS.filter((script) => script.test(label)).length > 1);
  return { ascii: ascii === "" ? address : local + ascii, unicode: local + unicode, isMixedScript };
}
