import type { EmailAddress } from "@mailwright/core";

/** One addr-spec (`ada@example.org`), or an address with a display name. Lists in one string are refused. */
export type AddressInput = string | EmailAddress;

/** One address or several. */
export type AddressList = AddressInput | readonly AddressInput[];

/** A message to compose and deliver. Nothing in it is ever read from a file or a URL. */
export interface OutgoingMessage {
  /** @defaultValue the client's `from` */
  readonly from?: AddressInput | undefined;
  /** Who submits on behalf of `from`, RFC 5322 §3.6.2. */
  readonly sender?: AddressInput | undefined;
  readonly to?: AddressList | undefined;
  readonly cc?: AddressList | undefined;
  /** Receive the message without being named in it. */
  readonly bcc?: AddressList | undefined;
  readonly replyTo?: AddressList | undefined;
  /** 1 to 998 characters; encoded and folded as needed. */
  readonly subject?: string | undefined;
  /** At least one of `text`, `html` and `raw` has to be there. */
  readonly text?: Content | undefined;
  readonly html?: Content | undefined;
  /** Further forms of the body, in rising order of preference, RFC 2046 §5.1.4. */
  readonly alternatives?: readonly OutgoingAlternative[] | undefined;
  readonly attachments?: readonly OutgoingAttachment[] | undefined;
  readonly calendar?: CalendarInvitation | undefined;
  /**
   * A complete RFC 5322 message to send as it is, except that its line ends become CRLF, Bcc and Resent-Bcc
   * fields are left out, and a Message-ID is put in when it has none. Its recipients come from `envelope` or
   * `to`, `cc` and `bcc`, never from its own fields; all other fields that compose a message must be absent.
   * Lines of more than 998 octets, NUL, and header fields in other charsets than UTF-8 are refused.
   */
  readonly raw?: Content | undefined;
  /** Further header fields; those that have an option of their own are refused here. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly inReplyTo?: string | undefined;
  readonly references?: string | readonly string[] | undefined;
  /** With angle brackets. @defaultValue a new one, the same in every attempt */
  readonly messageId?: string | undefined;
  /** @defaultValue the time of the call, the same in every attempt */
  readonly date?: Date | undefined;
  /** `List-*` fields, RFC 2369 and RFC 8058. */
  readonly list?: ListHeaders | undefined;
  /** Sets `Importance`, `X-Priority` and `X-MSMail-Priority`. @defaultValue "normal", which sets none */
  readonly priority?: "high" | "normal" | "low" | undefined;
  /** @defaultValue the client's `dkim` */
  readonly dkim?: DkimOptions | undefined;
  /** Asks for delivery status notifications; left out when the server has no DSN extension. */
  readonly dsn?: DsnRequest | undefined;
  /** Whom to send to, when that is not who the header fields name. */
  readonly envelope?: SmtpEnvelope | undefined;
  /**
   * Refuses to hand the message to a server that does not promise TLS all the way, RFC 8689.
   * @defaultValue false
   */
  readonly requireTls?: boolean | undefined;
}

/**
 * Text (sent as UTF-8), bytes, or a stream of either, such as a `node:stream` Readable. A stream is read to
 * its end, within the limits, before the server is involved: a slow or failing source never holds a
 * connection, and every attempt sends the same bytes.
 */
export type Content = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** A file that goes with the message. */
export interface OutgoingAttachment {
  readonly filename: string;
  /** Such as `application/pdf`. */
  readonly contentType: string;
  readonly content: Content;
  /** How a string content is encoded: `"base64"` is checked and decoded. @defaultValue "utf8" */
  readonly encoding?: "utf8" | "base64" | undefined;
  /** Makes it an inline part that HTML shows by `<img src="cid:…">`; without angle brackets. */
  readonly cid?: string | undefined;
  /** @defaultValue "inline" for images with a `cid`, else "attachment" */
  readonly disposition?: "attachment" | "inline" | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Another form of the body, such as `text/calendar` or AMP. */
export interface OutgoingAlternative {
  readonly contentType: string;
  readonly content: Content;
  readonly encoding?: "utf8" | "base64" | undefined;
}

/** An iCalendar object to go with the message, RFC 6047. */
export interface CalendarInvitation {
  /** The iCalendar text (`BEGIN:VCALENDAR…`). */
  readonly content: string;
  /** Has to be the METHOD that the text names. @defaultValue "PUBLISH" */
  readonly method?:
    | "PUBLISH"
    | "REQUEST"
    | "REPLY"
    | "CANCEL"
    | "ADD"
    | "REFRESH"
    | "COUNTER"
    | "DECLINECOUNTER"
    | undefined;
  /** Of the copy that is attached as a file. @defaultValue "invite.ics" */
  readonly filename?: string | undefined;
}

/** The `List-*` fields of bulk mail: URLs without angle brackets, RFC 2369. */
export interface ListHeaders {
  readonly help?: string | undefined;
  readonly unsubscribe?: string | readonly string[] | undefined;
  /** Says that a POST to the https URL in `unsubscribe` is enough, RFC 8058. @defaultValue false */
  readonly oneClick?: boolean | undefined;
  readonly subscribe?: string | undefined;
  readonly post?: string | undefined;
  readonly owner?: string | undefined;
  readonly archive?: string | undefined;
  /** Such as `news.example.org`, RFC 2919. */
  readonly id?: string | undefined;
}

/** Which delivery status notifications the sender wants, RFC 3461. */
export interface DsnRequest {
  /** When to notify; `"never"` stands alone. */
  readonly notify?: "never" | readonly ("success" | "failure" | "delay")[] | undefined;
  /** What a notification brings back: the headers or the whole message. */
  readonly return?: "headers" | "full" | undefined;
  /** Comes back in every notification (ENVID). At most 100 characters of printable ASCII. */
  readonly envelopeId?: string | undefined;
  /** The address that the recipient was first known by (ORCPT); only with one recipient. */
  readonly originalRecipient?: string | undefined;
}

/** One key to sign with, RFC 6376. */
export interface DkimKey {
  readonly domainName: string;
  readonly keySelector: string;
  /** PEM. */
  readonly privateKey: string;
}

/** How messages are signed. */
export interface DkimOptions {
  readonly keys: DkimKey | readonly DkimKey[];
  /** Header fields to sign, separated by colons. @defaultValue those that RFC 6376 §5.4.1 recommends */
  readonly headerFieldNames?: string | undefined;
  /** Header fields to leave out, separated by colons: those that the relay rewrites. */
  readonly skipFields?: string | undefined;
}

/** Sender and recipients as the servers see them, RFC 5321 §2.3.1. */
export interface SmtpEnvelope {
  /** Where bounces go; `""` is the null sender of notifications. @defaultValue the address in `sender` or `from` */
  readonly from?: string | undefined;
  /** @defaultValue the addresses in `to`, `cc` and `bcc` */
  readonly to?: readonly string[] | undefined;
}
