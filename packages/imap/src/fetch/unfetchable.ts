import { MailError } from "@mailwright/core";
import { formatUidSet } from "../wire/uid-set.js";

/** Messages that the server lists and will not give. They are not gone. */
export interface Unfetchable {
  readonly uids: readonly number[];
  readonly error: MailError;
}

const MAX_SHOWN = 200;

/** The error for messages that a server was asked for more than once and left out of its answers. */
export function unfetchable(folder: string, uids: readonly number[]): MailError {
  const set = formatUidSet(uids);
  const shown = set.length > MAX_SHOWN ? `${set.slice(0, MAX_SHOWN)}…` : set;
  const message = `The server has messages in ${folder} that it does not give: ${uids.length}, UID ${shown}`;
  return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
}
