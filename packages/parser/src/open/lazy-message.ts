import { showAs } from "../inspectable.js";
import type { CalendarPart } from "../message/calendar-part.js";
import type { MessageDefect } from "../message/message-defect.js";
import type { MessageJson } from "../message/message-json.js";
import type { Attachment, ParsedMessage } from "../message/parsed-message.js";
import type { Protection } from "../message/protection.js";
import type { MimeNode } from "../structure/mime-node.js";
import { decodeTnef, type TnefContent } from "../tnef/decode-tnef.js";
import { collectAttachments, isTnef } from "./collect-attachments.js";
import { describeMessage } from "./describe-message.js";
import { detectEncryption, detectSignature } from "./detect-protection.js";
import { findHeaderDefects } from "./header-defects.js";
import { HeaderView } from "./header-view.js";
import type { MessageParts } from "./message-parts.js";
import { decodePartBytes, decodePartText } from "./part-text.js";
import { type BodySelection, selectBodies } from "./select-bodies.js";
import { splitTextPart } from "./split-text-part.js";
import { findStructureDefects } from "./structure-defects.js";
import { textToHtml } from "./text-to-html.js";
import { toMessageJson } from "./to-json.js";

/** A {@link ParsedMessage} over bytes in memory; each value is worked out at the first access and kept. */
export class LazyMessage extends HeaderView implements ParsedMessage {
  readonly structure: MimeNode;
  readonly #parts: MessageParts;
  #bodies: BodySelection | undefined;
  #attachments: readonly Attachment[] | undefined;
  #text: { readonly value: string | undefined } | undefined;
  #html: { readonly value: string | undefined } | undefined;
  #hasHeaderDefects = false;

  constructor(parts: MessageParts) {
    super(parts.structure.headers, parts.limits, parts.defects);
    this.#parts = parts;
    this.structure = parts.structure;
    showAs<LazyMessage>(LazyMessage.prototype, "ParsedMessage", describeMessage);
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

  get defects(): readonly MessageDefect[] {
    if (!this.#hasHeaderDefects) {
      findHeaderDefects(this, this.#parts.defects);
      findStructureDefects(this.structure, this.#parts.defects);
    }
    this.#hasHeaderDefects = true;
    return this.#parts.defects.defects;
  }

  get isTruncated(): boolean {
    return this.#parts.defects.isTruncated;
  }

  override toJSON(): MessageJson {
    return toMessageJson(this);
  }

  #selection(): BodySelection {
    this.#bodies ??= selectBodies(this.structure);
    return this.#bodies;
  }

  #joinText(): string | undefined {
    const plain = this.#selection().text.filter((part) => part.contentType === "text/plain");
    if (plain.length > 0) return plain.map((part) => this.#decodePlain(part)).join("\n");
    return this.#openTnef()?.text;
  }

  #joinHtml(): string | undefined {
    const parts = this.#selection().html;
    if (!parts.some((part) => part.contentType === "text/html")) return this.#openTnef()?.html;
    const { bytes, defects } = this.#parts;
    return parts
      .map((part) =>
        part.contentType === "text/html"
          ? decodePartText(bytes, part, defects)
          : textToHtml(this.#decodePlain(part)),
      )
      .join("<br/>\n");
  }

  /** Outlook may put the whole message into the container. */
  #openTnef(): TnefContent | undefined {
    const part = this.#selection().attachments.find(isTnef);
    if (part === undefined) return undefined;
    return decodeTnef(decodePartBytes(this.#parts.bytes, part, this.#parts.defects));
  }

  #decodePlain(part: MimeNode): string {
    return splitTextPart(this.#parts.bytes, part, this.#parts.defects).text;
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
