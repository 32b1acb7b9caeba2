import { MailError } from "@mailwright/core";
import type { SelectedMailbox } from "./selected-mailbox.js";

/** Throws `"conflict"` when a mailbox is not the one that UIDs were read from: they mean other messages now. */
export function requireSameMailbox(mailbox: SelectedMailbox, uidValidity: number | undefined): void {
  if (mailbox.uidValidity === uidValidity) return;
  const message = `${mailbox.path} was replaced meanwhile: its UIDs mean other messages now`;
  throw new MailError(message, { code: "conflict", protocol: "imap", phase: "select" });
}
