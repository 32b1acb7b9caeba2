import type { ImapSession } from "../session/imap-session.js";
import { parseVanished } from "../wire/answers/vanished.js";
import { RangeGatherer } from "../wire/range-gatherer.js";
import type { UidRanges } from "../wire/uid-ranges.js";

/** What others do to a mailbox while it is being looked at. VANISHED may come with any answer (RFC 7162 §3.2.10). */
export class MailboxChurn {
  /** Counts that were told earlier do not hold any more. */
  hasHappened = false;
  readonly #vanished = new RangeGatherer();
  readonly #stop: () => void;

  constructor(session: ImapSession) {
    this.#stop = session.events.onUnsolicited((name, response) => {
      if (name !== "EXISTS" && name !== "EXPUNGE" && name !== "VANISHED") return;
      this.hasHappened = true;
      if (name !== "VANISHED") return;
      this.#vanished.add(parseVanished(response).ranges);
    });
  }

  get vanished(): UidRanges {
    return this.#vanished.ranges;
  }

  stop(): void {
    this.#stop();
  }
}
