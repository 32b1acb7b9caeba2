import type { EmailAddress } from "@mailwright/core";
import type { ResolvedMessageLimits } from "../message/message-limits.js";
import type { AddressInput, AddressList, OutgoingMessage } from "../message/outgoing-message.js";
import type { ParsedAddress } from "./parse-address.js";
import type { ProblemList } from "./problem-list.js";

/** The addresses of a message in the form that goes on the wire. */
export interface MessageAddresses {
  readonly from: EmailAddress | undefined;
  readonly sender: EmailAddress | undefined;
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly replyTo: readonly EmailAddress[];
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly needsUtf8: boolean;
}

/** Checks every address of a message and who it goes to. `author` is who it is from. */
export function validateAddresses(
  message: OutgoingMessage,
  author: AddressInput | undefined,
  limits: ResolvedMessageLimits,
  problems: ProblemList,
): MessageAddresses {
  const reader = new AddressReader(limits.allowLocalDomains, problems);
  const from = reader.one("from", author);
  const sender = reader.one("sender", message.sender);
  const replyTo = reader.list("replyTo", message.replyTo);
  const to = reader.list("to", message.to);
  const cc = reader.list("cc", message.cc);
  const bcc = reader.list("bcc", message.bcc);
  const isNamedInRaw = message.raw !== undefined && message.envelope?.from !== undefined;
  if (author === undefined && !isNamedInRaw)
    problems.add("from", "required", "is missing (also the client has none)");
  const named = [...to, ...cc, ...bcc].map(({ address }) => address);
  const given = message.envelope?.to?.map((text, index) => reader.address(`envelope.to[${index}]`, text));
  const recipients = uniqueAddresses(given?.map((address) => address ?? "") ?? named);
  const count = [message.to, message.cc, message.bcc].reduce((sum, list) => sum + toArray(list).length, 0);
  const asked = message.envelope?.to?.length ?? count;
  if (asked === 0)
    problems.add("to", "required", "names no recipient, and neither do cc, bcc and envelope.to");
  if (asked > limits.maxRecipients) {
    problems.add(
      "to",
      "too-many",
      `cc and bcc name ${asked} recipients, ${limits.maxRecipients} are allowed`,
    );
  }
  const envelopeFrom = message.envelope?.from;
  const bounceTo =
    envelopeFrom === undefined
      ? (sender ?? from)?.address
      : envelopeFrom === ""
        ? ""
        : reader.address("envelope.from", envelopeFrom);
  const envelope = { from: bounceTo ?? "", to: recipients };
  return { from, sender, to, cc, replyTo, envelope, needsUtf8: reader.needsUtf8 };
}

class AddressReader {
  needsUtf8 = false;
  readonly #allowLocalDomains: boolean;
  readonly #problems: ProblemList;

  constructor(allowLocalDomains: boolean, problems: ProblemList) {
    this.#allowLocalDomains = allowLocalDomains;
    this.#problems = problems;
  }

  one(path: string, input: AddressInput | undefined): EmailAddress | undefined {
    if (input === undefined) return undefined;
    if (typeof input === "string") return toMailbox("", this.address(path, input));
    if (typeof input !== "object" || input === null) return toMailbox("", this.address(path, input));
    const name = input.name ?? "";
    if (!this.#problems.headerText(`${path}.name`, name)) return undefined;
    return toMailbox(name, this.address(`${path}.address`, input.address));
  }

  list(path: string, input: AddressList | undefined): readonly EmailAddress[] {
    const isList = Array.isArray(input);
    const entries = toArray(input).map((entry, index) =>
      this.one(isList ? `${path}[${index}]` : path, entry),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  address(path: string, text: unknown): string | undefined {
    const parsed: ParsedAddress | undefined = this.#problems.address(path, text, this.#allowLocalDomains);
    if (parsed?.needsUtf8 === true) this.needsUtf8 = true;
    return parsed?.address;
  }
}

/** Each mailbox once; domains are the same in any case, what is before the @ is not (RFC 5321 §2.4). */
function uniqueAddresses(addresses: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const address of addresses) {
    const at = address.lastIndexOf("@");
    const key = address.slice(0, at) + address.slice(at).toLowerCase();
    if (address !== "" && !seen.has(key)) seen.set(key, address);
  }
  return [...seen.values()];
}

function toMailbox(name: string, address: string | undefined): EmailAddress | undefined {
  return address === undefined ? undefined : { name, address };
}

function toArray(input: AddressList | undefined): readonly AddressInput[] {
  if (input === undefined) return [];
  return isList(input) ? input : [input];
}

function isList(input: AddressList): input is readonly AddressInput[] {
  return Array.isArray(input);
}
