import type { Attachment } from "./attachment.js";
import type { CalendarPart } from "./calendar-part.js";
import { collectAttachments } from "./collect-attachments.js";
import type { Defect } from "./defect.js";
import { findHeaderDefects } from "./header-defects.js";
import type { MessageHeaders } from "./message-headers.js";
import { parseMessageIds } from "./message-ids.js";
import type { MessageParts } from "./message-parts.js";
import type { MimeNode } from "./mime-node.js";
import { parseAddresses } from "./parse-addresses.js";
import { parseDate } from "./parse-date.js";
import type { AddressEntry, ParsedMessage } from "./parsed-message.js";
import { decodePartText } from "./part-text.js";
import { detectEncryption, detectSignature, type Protection } from "./protection.js";
import { type BodySelection, selectBodies } from "./select-bodies.js";
import { splitTextPart } from "./split-text-part.js";
import { textToHtml } from "./text-to-html.js";

/** A {@link ParsedMessage} over bytes in memory; each value is worked out at the first access and kept. */
export class LazyMessage implements ParsedMessage {
  readonly structure: MimeNode;
  readonly #parts: MessageParts;
  readonly #addresses = new Map<string, readonly AddressEntry[]>();
  #bodies: BodySelection | undefined;
  #attachments: readonly Attachment[] | undefined;
  #text: { readonly value: string | undefined } | undefined;
  #html: { readonly value: string | undefined } | undefined;
  #date: { readonly value: Date | undefined } | undefined;
  #hasHeaderDefects = false;

  constructor(parts: MessageParts) {
    this.#parts = parts;
    this.structure = parts.structure;
  }

  get headers(): MessageHeaders {
    return this.structure.headers;
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

  get text(): string | undefined {
    this.#text ??= { value: this.#joinText() };
    return this.#text.value;
  }

  get html(): string | undefined {
    this.#html ??= { value: this.#joinHtml() };
    return this.#html.value;
  }

  get attachments(): readonly Attachment[] {
    this.#attachments ??= collectAttachments(this.#parts, this.#selection());
    return this.#attachments;
  }

  get calendar(): CalendarPart | undefined {
    const part = this.#findLeaf((leaf) => leaf.contentType === "text/calendar");
    if (part === undefined) return undefined;
    const text = decodePartText(this.#parts.bytes, part, this.#parts.defects);
    const method = part.parameters.get("method") ?? /^METHOD:([\w-]{1,40})/m.exec(text)?.[1];
    return { method: method?.toUpperCase(), text };
  }

  get encryption(): Protection | undefined {
    return detectEncryption(this.#parts.bytes, this.structure);
  }

  get signature(): Protection | undefined {
    return detectSignature(this.#parts.bytes, this.structure);
  }

  get defects(): readonly Defect[] {
    if (!this.#hasHeaderDefects) findHeaderDefects(this, this.#parts.defects);
    this.#hasHeaderDefects = true;
    return this.#parts.defects.defects;
  }

  get truncated(): boolean {
    return this.#parts.defects.truncated;
  }

  #selection(): BodySelection {
    this.#bodies ??= selectBodies(this.structure);
    return this.#bodies;
  }

  #joinText(): string | undefined {
    const plain = this.#selection().text.filter((part) => part.contentType === "text/plain");
    return plain.length === 0 ? undefined : plain.map((part) => this.#decodePlain(part)).join("\n");
  }

  #joinHtml(): string | undefined {
    const parts = this.#selection().html;
    if (!parts.some((part) => part.contentType === "text/html")) return undefined;
    const { bytes, defects } = this.#parts;
    return parts
      .map((part) =>
        part.contentType === "text/html"
          ? decodePartText(bytes, part, defects)
          : textToHtml(this.#decodePlain(part)),
      )
      .join("<br/>\n");
  }

  #decodePlain(part: MimeNode): string {
    return splitTextPart(this.#parts.bytes, part, this.#parts.defects).text;
  }

  #addressList(key: string): readonly AddressEntry[] {
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const { limits, defects } = this.#parts;
    const fields = this.headers.getAllRaw(key);
    // From, Sender and Reply-To must be single: readers take the last one. Recipients of all fields count.
    const last = fields.at(-1);
    const single = key === "from" || key === "sender" || key === "reply-to";
    const raw = single ? (last ?? "") : fields.join(", ");
    const { entries, truncated } = parseAddresses(raw, limits.maxAddresses);
    if (truncated) defects.add("address-limit", `more than ${limits.maxAddresses} addresses in ${key}`);
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
    if (raw !== undefined) this.#parts.defects.add("malformed-date", `Date: ${raw.slice(0, 60)}`);
    for (const received of this.headers.getAll("received")) {
      const fallback = parseDate(received.slice(received.lastIndexOf(";") + 1));
      if (fallback !== undefined) return fallback;
    }
    return undefined;
  }

  #findLeaf(test: (part: MimeNode) => boolean, from: MimeNode = this.structure): MimeNode | undefined {
    if (!from.isMultipart) return test(from) ? from : undefined;
    for (const child of from.children) {
      const found = this.#findLeaf(test, child);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
