import { MailError } from "@mailwright/core";
import type { MessagesQuery } from "./imap-message.js";

/** The header fields to read, in capitals; throws `"invalid-argument"` for what no field is called. */
export function headerNames({ headers }: Pick<MessagesQuery, "headers">): string[] {
  if (headers === undefined || headers === "all") return [];
  for (const name of headers) {
    if (/^[!-9;-~]+$/.test(name)) continue;
    throw new MailError("A header name holds characters that no header name has", {
      code: "invalid-argument",
      protocol: "imap",
    });
  }
  return headers.map((name) => name.toUpperCase());
}
