import type { EmailAddress } from "@mailwright/core";
import type { CalendarInvitation } from "./calendar-invitation.js";
import type { Content } from "./content.js";
import type { DkimOptions } from "./dkim-options.js";
import type { DeliveryNotification } from "./dsn-request.js";
import type { Envelope } from "./envelope.js";
import type { ListHeaders } from "./list-headers.js";
import type { OutgoingAlternative, OutgoingAttachment } from "./outgoing-attachment.js";

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
  readonly dsn?: DeliveryNotification | undefined;
  /** Whom to send to, when that is not who the header fields name. */
  readonly envelope?: Envelope | undefined;
  /**
   * Refuses to hand the message to a server that does not promise TLS all the way, RFC 8689.
   * @defaultValue false
   */
  readonly requireTls?: boolean | undefined;
}
