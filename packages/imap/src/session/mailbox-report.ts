import { objectIdOf } from "../wire/values.js";
import {
  bigintOf,
  isList,
  keywordOf,
  numberOf,
  parseNumber,
  textsOf,
  uidValidityOf,
  type WireNode,
  type WireResponse,
} from "../wire/wire-node.js";
import type { CommandOptions } from "./run-command.js";

/** What a server tells of a mailbox while it opens it (RFC 9051 §6.3.2). */
interface MailboxFacts {
  readonly exists: number;
  readonly uidValidity: number | undefined;
  readonly uidNext: number | undefined;
  readonly highestModseq: bigint | undefined;
  readonly mailboxId: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly permanentFlags: ReadonlySet<string> | undefined;
}

const NOTHING: MailboxFacts = {
  exists: 0,
  uidValidity: undefined,
  uidNext: undefined,
  highestModseq: undefined,
  mailboxId: undefined,
  flags: new Set(),
  permanentFlags: undefined,
};

/** Gathers the untagged answers to SELECT and EXAMINE. */
export class MailboxReport {
  #facts = NOTHING;

  /** What was told so far. */
  get facts(): MailboxFacts {
    return this.#facts;
  }

  /** The handlers for the command. */
  get untagged(): NonNullable<CommandOptions["untagged"]> {
    return {
      OK: (response) => this.#take(this.#fromCode(response)),
      EXISTS: ({ command }) => this.#take({ exists: parseNumber(command) ?? this.#facts.exists }),
      FLAGS: ({ attributes }) => this.#take({ flags: new Set(textsOf(attributes?.[0])) }),
    };
  }

  #take(more: Partial<MailboxFacts>): void {
    this.#facts = { ...this.#facts, ...more };
  }

  #fromCode({ attributes }: WireResponse): Partial<MailboxFacts> {
    const first = attributes?.[0];
    if (first === null || first === undefined || isList(first) || first.section === undefined) return {};
    const [name, value] = first.section;
    // RFC 7162 §3.2.11: what was told until here was still about the mailbox that was open before.
    if (keywordOf(name) === "CLOSED") return NOTHING;
    return factOf(keywordOf(name), value);
  }
}

function factOf(name: string | undefined, value: WireNode | undefined): Partial<MailboxFacts> {
  switch (name) {
    case "UIDVALIDITY":
      return { uidValidity: uidValidityOf(value) };
    case "UIDNEXT":
      return { uidNext: numberOf(value) || undefined };
    case "HIGHESTMODSEQ":
      return { highestModseq: bigintOf(value) || undefined };
    case "NOMODSEQ":
      return { highestModseq: undefined };
    case "MAILBOXID":
      return { mailboxId: objectIdOf(value) };
    case "PERMANENTFLAGS":
      return { permanentFlags: new Set(textsOf(value)) };
    default:
      return {};
  }
}
