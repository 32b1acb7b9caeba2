import { type Capabilities, readCapabilities } from "../wire/capabilities.js";
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

  /** Asks for a capability by its name in any case. */
  can(capability: string): boolean {
    return this.#capabilities.has(capability) || this.#capabilities.has(capability.toUpperCase());
  }

  /** How commands may be written now. */
  get encoding(): CommandEncoding {
    const hasSome = this.can("LITERAL-") || this.can("IMAP4rev2");
    const maxUnaskedLiteral = this.can("LITERAL+") ? MAX_UNASKED : hasSome ? LITERAL_MINUS : -1;
    return { maxUnaskedLiteral, isUtf8: this.#enabled.has("UTF8=ACCEPT") || this.#enabled.has("IMAP4REV2") };
  }

  /** Takes what a response tells; most tell nothing. */
  take(response: WireResponse): void {
    const capabilities = readCapabilities(response);
    if (capabilities !== undefined) this.#capabilities = capabilities;
    if (response.tag !== "*" || untaggedName(response) !== "ENABLED") return;
    for (const extension of textsOf(response.attributes ?? [])) this.#enabled.add(extension.toUpperCase());
  }
}

/** RFC 7888 §5. */
const LITERAL_MINUS = 4_096;
/** A server that will not take a literal can only hang up once it is under way: long ones are announced. */
const MAX_UNASKED = 64 * 1024;
