import type { Logger } from "@mailwright/core";
import type { ImapFlow } from "imapflow";
import type { ImapWire } from "../wire/imapflow-wire.js";
import type { SessionRedactor } from "../wire/session-redactor.js";

/** What a session is made of. */
export interface ImapSessionParts {
  readonly flow: ImapFlow;
  readonly wire: ImapWire;
  readonly host: string;
  readonly port: number;
  readonly connectionId: string;
  readonly redactor: SessionRedactor;
  readonly logger: Logger;
  readonly commandMs: number;
}
