import { flattenAddresses } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";

const MAX_LOCAL_PART = 64;
const DELIVERY_FIELDS = ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to"];

/**
 * An envelope sender of its own for each recipient (VERP): `bounces@example.com` and `ada@example.org` make
 * `bounces+ada=example.org@example.com`, so that a bounce names its recipient whatever it says. The mail system has to
 * deliver addresses with `+` in them. Throws a `RangeError` when the local part gets longer than 64 characters (RFC 5321
 * §4.5.3.1), or for what is no address.
 */
export function toVerpAddress(sender: string, recipient: string): string {
  const [local, domain] = splitAddress(sender);
  const [recipientLocal, recipientDomain] = splitAddress(recipient);
  const verp = `${local}+${recipientLocal}=${recipientDomain}`;
  if (verp.length > MAX_LOCAL_PART)
    throw new RangeError(
      `${verp.length} characters before the @: no more than ${MAX_LOCAL_PART} are allowed`,
    );
  return `${verp}@${domain}`;
}

/** The recipient that {@link toVerpAddress} put into an address; `undefined` when it is not of that sender. */
export function fromVerpAddress(address: string, sender: string): string | undefined {
  const [local, domain] = splitAddress(sender);
  const at = address.lastIndexOf("@");
  const prefix = `${local}+`;
  if (address.slice(at + 1).toLowerCase() !== domain.toLowerCase()) return undefined;
  if (!address.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
  const token = address.slice(prefix.length, at);
  const split = token.lastIndexOf("=");
  if (split <= 0 || split === token.length - 1) return undefined;
  return `${token.slice(0, split)}@${token.slice(split + 1)}`;
}

/** The recipient that a bounce is about by the address that it came to; the other way to {@link parseDeliveryReport}. */
export function findVerpRecipient(message: ParsedMessage, sender: string): string | undefined {
  const delivered = DELIVERY_FIELDS.flatMap((name) => message.headers.getAll(name));
  const addressed = flattenAddresses([...message.to, ...message.cc]).map(({ address }) => address);
  for (const address of [...delivered, ...addressed]) {
    const recipient = fromVerpAddress(address.trim().replace(/^<|>$/g, ""), sender);
    if (recipient !== undefined) return recipient;
  }
  return undefined;
}

function splitAddress(address: string): [string, string] {
  const at = address.lastIndexOf("@");
  if (at <= 0 || at === address.length - 1 || /[\s<>\p{Cc}]/u.test(address))
    throw new RangeError(`No address: ${JSON.stringify(address.slice(0, 100))}`);
  return [address.slice(0, at), address.slice(at + 1)];
}
