import { type Capabilities, readCapabilities } from "../wire/answers/capabilities.js";
import type { CommandEncoding } from "../wire/encode-command.js";
import { textsOf, untaggedName, type WireResponse } from "../wire/wire-node.js";

/** What a server has said that it can, and what was switched on. */
export class Negotiation {
  #capabilities: Capabilities;
  readonly #enabled = new Set<string>();

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** What was switched on by ENABLE, in capitals. */
  get enabled(): ReadonlySet<string> {
    return this.#enabled;
  }

  /** Asks for a capability by its name in any case; what IMAP4rev2 holds is there with it. */
  can(capability: string): boolean {
    const name = capability.toUpperCase();
    const isNamed = this.#capabilities.has(capability) || this.#capabilities.has(name);
    return isNamed || (IN_REV2.has(name) && this.#capabilities.has("IMAP4rev2"));
  }

  /**
   * Names and strings are UTF-8 on the wire: that was agreed on (RFC 6855), or the server speaks IMAP4rev2 and nothing else
   * (RFC 9051 §5.1, Appendix A).
   */
  get isUtf8(): boolean {
    const enabled = this.#enabled;
    if (enabled.has("UTF8=ACCEPT") || enabled.has("IMAP4REV2")) return true;
    return this.#capabilities.has("IMAP4rev2") && !this.#capabilities.has("IMAP4rev1");
  }

  /** How commands may be written now. */
  get encoding(): CommandEncoding {
    const maxUnaskedLiteral = this.can("LITERAL+") ? MAX_UNASKED : this.can("LITERAL-") ? LITERAL_MINUS : -1;
    return { maxUnaskedLiteral, isUtf8: this.isUtf8 };
  }

  /** Takes what a response tells; most tell nothing. */
  take(response: WireResponse): void {
    const capabilities = readCapabilities(response);
    if (capabilities !== undefined) this.#capabilities = capabilities;
    if (response.tag !== "*" || untaggedName(response) !== "ENABLED") return;
    for (const extension of textsOf(response.attributes ?? []))
      if (this.#enabled.size < MAX_ENABLED) this.#enabled.add(extension.toUpperCase());
  }
}

/** The extensions that became part of it (RFC 9051 Appendix E). */
const IN_REV2: ReadonlySet<string> = new Set([
  "NAMESPACE",
  "UNSELECT",
  "UIDPLUS",
  "ESEARCH",
  "SEARCHRES",
  "ENABLE",
  "IDLE",
  "SASL-IR",
  "LIST-EXTENDED",
  "LIST-STATUS",
  "MOVE",
  "LITERAL-",
  "STATUS=SIZE",
]);

/** More than there are extensions. */
const MAX_ENABLED = 1_000;

/** RFC 7888 §5. */
const LITERAL_MINUS = 4_096;
/** A server that will not take a literal can only hang up once it is under way: long ones are announced. */
const MAX_UNASKED = 64 * 1024;
