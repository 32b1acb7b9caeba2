import { parseMessageIds } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";
import { parseFieldGroups } from "./standard-report.js";

/** What a recipient, or a program for him, did with a message (RFC 8098). */
export interface DispositionNotification {
  readonly recipient: string | undefined;
  readonly originalRecipient: string | undefined;
  /** `"displayed"`, `"deleted"`, `"dispatched"`, `"processed"` … in lower case. */
  readonly disposition: string;
  /** Without a person doing it. */
  readonly isAutomatic: boolean;
  readonly originalMessageId: string | undefined;
  readonly reportingUserAgent: string | undefined;
}

/** Reads a read receipt; `undefined` when the message is none. */
export function parseDispositionNotification(message: ParsedMessage): DispositionNotification | undefined {
  const part = message.attachments.find(
    ({ contentType }) => contentType === "message/disposition-notification",
  );
  const [fields] = part === undefined ? [] : parseFieldGroups(part.content().toString("latin1")).groups;
  if (fields === undefined) return undefined;
  const [mode = "", type = ""] = (fields.get("disposition") ?? "").toLowerCase().split(";");
  const [disposition = ""] = type.trim().split("/");
  return {
    recipient: untyped(fields.get("final-recipient")),
    originalRecipient: untyped(fields.get("original-recipient")),
    disposition,
    isAutomatic: mode.includes("automatic-action"),
    originalMessageId: parseMessageIds(fields.get("original-message-id") ?? "")[0],
    reportingUserAgent: fields.get("reporting-ua"),
  };
}

function untyped(value: string | undefined): string | undefined {
  return value?.slice(value.indexOf(";") + 1).trim();
}
