import { MailError } from "@mailwright/core";
import type { Pop3Session } from "./pop3-session.js";

/** What a one-call form takes for a message: its number, or better its UIDL, which lasts longer than a session. */
export type Pop3MessageRef = number | string;

/** The number that a message has in this session; rejects with `"not-found"`. */
export async function numberOf(message: Pop3MessageRef, box: Pop3Session): Promise<number> {
  if (typeof message === "number") return message;
  const found = (await box.uidl()).find(({ uidl }) => uidl === message);
  if (found !== undefined) return found.number;
  const details = {
    code: "not-found",
    protocol: "pop3",
    phase: "uidl",
    connectionId: box.connectionId,
  } as const;
  throw new MailError(`There is no message with the UIDL ${JSON.stringify(message)}`, details);
}
