import type { AddressEntry, MailAddress } from "../address/address-entry.js";

/** A message to be written: its header fields, its bodies and its files, all at hand. */
export interface MimeMessage {
  readonly from?: MailAddress | undefined;
  /** Who submits on behalf of `from`, RFC 5322 §3.6.2. */
  readonly sender?: MailAddress | undefined;
  readonly to?: readonly AddressEntry[] | undefined;
  readonly cc?: readonly AddressEntry[] | undefined;
  readonly replyTo?: readonly AddressEntry[] | undefined;
  readonly subject?: string | undefined;
  /** With angle brackets. */
  readonly messageId: string;
  readonly date: Date;
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  /** Further fields, in their order: ASCII stays as it is, everything else becomes encoded-words. */
  readonly headers?: Iterable<readonly [name: string, value: string]> | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly calendar?: MimeCalendar | undefined;
  /** Further forms of the body, in rising order of preference, RFC 2046 §5.1.4. */
  readonly alternatives?: readonly MimeAlternative[] | undefined;
  readonly attachments?: readonly MimeAttachment[] | undefined;
}

/** Another form of the body. */
export interface MimeAlternative {
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** A file that goes with a message. */
export interface MimeAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  /** Without angle brackets: HTML shows the part by `<img src="cid:…">`. */
  readonly cid?: string | undefined;
  /** @defaultValue "inline" for messages and for images with a `cid`, else "attachment" */
  readonly disposition?: "attachment" | "inline" | undefined;
  readonly headers?: Iterable<readonly [name: string, value: string]> | undefined;
}

/** An iCalendar object: a form of the body, and a file besides (RFC 6047). */
export interface MimeCalendar {
  readonly content: string;
  /** @defaultValue "PUBLISH" */
  readonly method?: string | undefined;
  /** @defaultValue "invite.ics" */
  readonly filename?: string | undefined;
}
