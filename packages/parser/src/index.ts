// What functions here answer comes from core: callers who have only this package must be able to name it.
export type { EmailAddress, MailError, MailErrorCode, Result } from "@mailwright/core";
export { type AddressForms, toAddressForms } from "./address-forms.js";
export type { Attachment } from "./attachment.js";
export type { AttachmentJson } from "./attachment-json.js";
export { type BaseSubject, toBaseSubject } from "./base-subject.js";
export type { CalendarPart } from "./calendar-part.js";
export type { Defect, DefectCode } from "./defect.js";
export type { DeliveryReport, ReportedRecipient } from "./delivery-report.js";
export { type AutomaticKind, detectAutomatic } from "./detect-automatic.js";
export { type DispositionNotification, parseDispositionNotification } from "./disposition-notification.js";
export type { EnvelopeJson } from "./envelope-json.js";
export { type FeedbackReport, parseFeedbackReport } from "./feedback-report.js";
export { flattenAddresses } from "./flatten-addresses.js";
export { type HtmlToTextOptions, htmlToText } from "./html-to-text.js";
export type { MessageEnvelope } from "./message-envelope.js";
export { type HeaderField, MessageHeaders } from "./message-headers.js";
export type { MessageJson } from "./message-json.js";
export type { MimePart } from "./mime-part.js";
export { parseAddressList } from "./parse-address-list.js";
export type { AddressEntry } from "./parse-addresses.js";
export { parseDate } from "./parse-date.js";
export { parseDeliveryReport } from "./parse-delivery-report.js";
export { parseInWorkers, type WorkersOptions } from "./parse-in-workers.js";
export type { ParseLimits } from "./parse-limits.js";
export { type ParseOptions, parseMessage } from "./parse-message.js";
export type { ParsedMessage } from "./parsed-message.js";
export type { Protection } from "./protection.js";
export { type SafeFilenameOptions, toSafeFilename } from "./safe-filename.js";
export type { StreamLimits } from "./stream-limits.js";
export { type StreamOptions, streamMessage } from "./stream-message.js";
export type {
  StreamedAttachment,
  StreamedEnd,
  StreamedFile,
  StreamedHeader,
  StreamedPart,
} from "./streamed-part.js";
export { type StrippedReply, stripQuotedReply } from "./strip-quoted-reply.js";
export {
  type Thread,
  type ThreadableMessage,
  type ThreadOptions,
  threadMessages,
} from "./thread-messages.js";
