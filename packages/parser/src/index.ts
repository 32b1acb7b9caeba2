// What functions here answer comes from core: callers who have only this package must be able to name it.
export type { EmailAddress, MailError, MailErrorCode, Result } from "@mailwright/core";
export {
  type AddressEntry,
  type AddressForms,
  flattenAddresses,
  type HeaderField,
  MessageHeaders,
  parseAddressList,
  parseDate,
  toAddressForms,
} from "@mailwright/mime";
export { type BaseSubject, toBaseSubject } from "./conversation/base-subject.js";
export { type HtmlToTextOptions, htmlToText } from "./conversation/html-to-text.js";
export { type StrippedReply, stripQuotedReply } from "./conversation/strip-quoted-reply.js";
export {
  type Thread,
  type ThreadableMessage,
  type ThreadOptions,
  threadMessages,
} from "./conversation/thread-messages.js";
export { type SafeFilenameOptions, toSafeFilename } from "./files/safe-filename.js";
export type { AttachmentDescription } from "./message/attachment-description.js";
export type { CalendarPart } from "./message/calendar-part.js";
export type { DefectCode, MessageDefect } from "./message/message-defect.js";
export type { EnvelopeJson, MessageEnvelope } from "./message/message-envelope.js";
export type { AttachmentJson, MessageJson } from "./message/message-json.js";
export type { MimePart } from "./message/mime-part.js";
export type { ParseLimits } from "./message/parse-limits.js";
export type { Attachment, ParsedMessage } from "./message/parsed-message.js";
export type { Protection } from "./message/protection.js";
export { type ParseOptions, parseMessage } from "./parse-message.js";
export type { DeliveryReport, ReportedRecipient } from "./reports/delivery-report.js";
export { type AutomaticKind, detectAutomatic } from "./reports/detect-automatic.js";
export {
  type DispositionNotification,
  parseDispositionNotification,
} from "./reports/disposition-notification.js";
export { type FeedbackReport, parseFeedbackReport } from "./reports/feedback-report.js";
export { parseDeliveryReport } from "./reports/parse-delivery-report.js";
export { findVerpRecipient, fromVerpAddress, toVerpAddress } from "./reports/verp.js";
export type { StreamLimits } from "./stream/stream-limits.js";
export { type StreamOptions, streamMessage } from "./stream/stream-message.js";
export type {
  StreamedAttachment,
  StreamedEnd,
  StreamedFile,
  StreamedHeader,
  StreamedPart,
} from "./stream/streamed-part.js";
export { parseInWorkers, type WorkersOptions } from "./workers/parse-in-workers.js";
