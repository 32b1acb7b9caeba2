import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/** An addr-spec that may stand in an SMTP envelope. */
export interface ParsedAddress {
  readonly localPart: string;
  /** ASCII: internationalised names in their `xn--` form. */
  readonly domain: string;
  /** What goes on the wire. */
  readonly address: string;
  /** The local part is not ASCII: the server has to offer SMTPUTF8, RFC 6531. */
  readonly needsUtf8: boolean;
}

/** Why a text is no address that mail can be sent to. */
export interface AddressProblem {
  readonly code: "address-syntax" | "address-too-long" | "address-domain";
  readonly message: string;
}

const MAX_OCTETS = 254;
const MAX_LOCAL_OCTETS = 64;
const ATEXT = String.raw`[A-Za-z0-9!#$%&'*+/=?^_\x60{|}~\u0080-\u{10FFFF}-]`;
const DOT_ATOM = new RegExp(`^${ATEXT}+(?:\\.${ATEXT}+)*$`, "u");
/** Without angle brackets, which RFC 5321 allows in quotes and nodemailer refuses in an envelope. */
const QUOTED = /^"(?:[\x20\x21\x23-\x3b=\x3f-\x5b\x5d-\x7e\u0080-\u{10FFFF}]|\\[\x20-\x3b=\x3f-\x7e])*"$/u;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads exactly one Mailbox of RFC 5321 §4.1.2 (with RFC 6531 on top) and repairs nothing: comments,
 * folding, display names, lists, groups and source routes are refused, since what a repair makes of
 * them is a matter of opinion and an injection waiting to happen.
 */
export function parseAddress(
  text: unknown,
  options: { readonly allowLocalDomains?: boolean | undefined } = {},
): ParsedAddress | AddressProblem {
  if (typeof text !== "string") return problem("address-syntax", "is not a string");
  if (CONTROL.test(text)) return problem("address-syntax", "holds control characters or line breaks");
  if (Buffer.byteLength(text) > MAX_OCTETS) {
    return problem("address-too-long", `is longer than ${MAX_OCTETS} octets`);
  }
  const at = text.lastIndexOf("@");
  if (at < 0) return problem("address-syntax", "has no @");
  const localPart = text.slice(0, at);
  const written = text.slice(at + 1);
  if (!DOT_ATOM.test(localPart) && !QUOTED.test(localPart)) return badLocalPart(text, localPart);
  if (Buffer.byteLength(localPart) > MAX_LOCAL_OCTETS) {
    return problem("address-too-long", `has more than ${MAX_LOCAL_OCTETS} octets before the @`);
  }
  const domain = written.startsWith("[") ? literal(written) : hostName(written);
  if (domain === undefined) return problem("address-syntax", "has no valid domain after the @");
  const isLocal = domain.startsWith("[") || !domain.includes(".");
  if (isLocal && options.allowLocalDomains !== true) {
    return problem("address-domain", "has no dotted domain after the @ (see limits.allowLocalDomains)");
  }
  const address = `${localPart}@${domain}`;
  if (Buffer.byteLength(address) > MAX_OCTETS) {
    return problem("address-too-long", `is longer than ${MAX_OCTETS} octets`);
  }
  return { localPart, domain, address, needsUtf8: /[^\p{ASCII}]/u.test(localPart) };
}

/** Tells the two answers of {@link parseAddress} apart. */
export function isAddressProblem(answer: ParsedAddress | AddressProblem): answer is AddressProblem {
  return "code" in answer;
}

function badLocalPart(text: string, localPart: string): AddressProblem {
  if (/[<>]/.test(text)) {
    return problem("address-syntax", "is more than an address (pass { name, address } for a display name)");
  }
  if (localPart === "") return problem("address-syntax", "has nothing before the @");
  if (localPart.includes("@") && !/[,;:\s"]/.test(localPart))
    return problem("address-syntax", "has more than one @");
  if (/[,;:]/.test(localPart)) return problem("address-syntax", "is a list or group, not one address");
  return problem("address-syntax", "has characters before the @ that need quotes or are not allowed");
}

/** LDH labels, in ASCII; `undefined` for what is no host name. */
function hostName(written: string): string | undefined {
  const isAscii = /^\p{ASCII}+$/u.test(written);
  const ascii = isAscii ? written : domainToASCII(written);
  if (ascii === "" || ascii.length > 253) return undefined;
  const labels = ascii.split(".");
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  // All digits at the end is an IPv4 address without its brackets, or nonsense.
  return /^\d+$/.test(labels.at(-1) ?? "") ? undefined : ascii;
}

/** Address literals of RFC 5321 §4.1.3: IPv4 and tagged IPv6. */
function literal(written: string): string | undefined {
  const [, inner = ""] = /^\[([^[\]]*)\]$/.exec(written) ?? [];
  if (isIP(inner) === 4) return written;
  const [, address = ""] = /^IPv6:([0-9a-f:.]+)$/i.exec(inner) ?? [];
  return isIP(address) === 6 ? written : undefined;
}

function problem(code: AddressProblem["code"], message: string): AddressProblem {
  return { code, message };
}
