import {
  type AddressEntry,
  type MessageHeaders,
  parseAddresses,
  parseDate,
  parseMessageIds,
} from "@mailwright/mime";
import { showAs } from "../inspectable.js";
import type { DefectLog } from "../message/defect-log.js";
import type { EnvelopeJson, MessageEnvelope } from "../message/message-envelope.js";
import type { ParseLimits } from "../message/parse-limits.js";
import { describeEnvelope } from "./describe-message.js";
import { toEnvelopeJson } from "./to-json.js";

/** The newest come first; one that has no date is rare, so many are nonsense. */
const MAX_RECEIVED = 100;

/** A {@link MessageEnvelope} over header fields; each value is worked out at the first access. */
export class HeaderView implements MessageEnvelope {
  readonly headers: MessageHeaders;
  readonly #limits: ParseLimits;
  readonly #defects: DefectLog;
  readonly #addresses = new Map<string, readonly AddressEntry[]>();
  #date: { readonly value: Date | undefined } | undefined;

  constructor(headers: MessageHeaders, limits: ParseLimits, defects: DefectLog) {
    this.headers = headers;
    this.#limits = limits;
    this.#defects = defects;
    showAs<HeaderView>(HeaderView.prototype, "MessageEnvelope", describeEnvelope);
  }

  get from(): readonly AddressEntry[] {
    return this.#addressList("from");
  }

  get sender(): readonly AddressEntry[] {
    return this.#addressList("sender");
  }

  get replyTo(): readonly AddressEntry[] {
    return this.#addressList("reply-to");
  }

  get to(): readonly AddressEntry[] {
    return this.#addressList("to");
  }

  get cc(): readonly AddressEntry[] {
    return this.#addressList("cc");
  }

  get bcc(): readonly AddressEntry[] {
    return this.#addressList("bcc");
  }

  get subject(): string | undefined {
    return this.headers.get("subject");
  }

  get date(): Date | undefined {
    this.#date ??= { value: this.#findDate() };
    return this.#date.value;
  }

  get messageId(): string | undefined {
    const raw = this.headers.get("message-id");
    if (raw === undefined) return undefined;
    // QUIRK: some systems leave out the brackets and the domain.
    return parseMessageIds(raw)[0] ?? (raw === "" || raw.includes(" ") ? undefined : `<${raw}>`);
  }

  get inReplyTo(): string | undefined {
    return this.#ids("in-reply-to")[0];
  }

  get references(): readonly string[] {
    return this.#ids("references");
  }

  toJSON(): EnvelopeJson {
    return toEnvelopeJson(this);
  }

  #addressList(key: string): readonly AddressEntry[] {
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;

    const fields = this.headers.getAllRaw(key);
    // From, Sender and Reply-To must be single: readers take the last one. Recipients of all fields count.
    const last = fields.at(-1);
    const single = key === "from" || key === "sender" || key === "reply-to";
    const raw = single ? (last ?? "") : fields.join(", ");
    const { entries, isTruncated } = parseAddresses(raw, this.#limits.maxAddresses);
    if (isTruncated)
      this.#defects.add("address-limit", `more than ${this.#limits.maxAddresses} addresses in ${key}`);
    this.#addresses.set(key, entries);
    return entries;
  }

  #ids(key: string): string[] {
    const raw = this.headers.get(key);
    return raw === undefined ? [] : parseMessageIds(raw);
  }

  #findDate(): Date | undefined {
    const raw = this.headers.get("date");
    const date = raw === undefined ? undefined : parseDate(raw);
    if (date !== undefined) return date;
    if (raw !== undefined) this.#defects.add("malformed-date", `Date: ${raw.slice(0, 60)}`);
    for (const received of this.headers.getAll("received").slice(0, MAX_RECEIVED)) {
      const fallback = parseDate(received.slice(received.lastIndexOf(";") + 1));
      if (fallback !== undefined) return fallback;
    }
    return undefined;
  }
}
