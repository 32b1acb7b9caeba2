export {
  type AddressEntry,
  flattenAddresses,
  type MailAddress,
  type MailGroup,
} from "./address/address-entry.js";
export { type AddressForms, toAddressForms } from "./address/address-forms.js";
export { formatAddresses } from "./address/format-addresses.js";
export { type AddressList, parseAddresses, parseAddressList } from "./address/parse-addresses.js";
export { ByteFinder } from "./bytes/byte-finder.js";
export { findLineEnd } from "./bytes/find-line-end.js";
export { type DecodedText, type DecodeOptions, decodeCharset } from "./charset/decode-charset.js";
export { findHtmlCharset } from "./charset/find-html-charset.js";
export { decodeWindows1252 } from "./charset/windows-1252.js";
export { encodeHeaderText, type FoldOptions } from "./header/encode-header-text.js";
export { formatDate } from "./header/format-date.js";
export { formatParameterizedValue } from "./header/format-parameters.js";
export { decodeHeaderText, hasHighBytes } from "./header/header-text.js";
export { type HeaderField, MessageHeaders } from "./header/message-headers.js";
export { formatMessageIds, parseMessageIds } from "./header/message-ids.js";
export {
  type ParameterizedValue,
  parseHeaderValue,
  parseParameterizedValue,
} from "./header/parameterized-value.js";
export { parseDate } from "./header/parse-date.js";
export type {
  MimeAlternative,
  MimeAttachment,
  MimeCalendar,
  MimeMessage,
} from "./message/mime-message.js";
export { type WriteOptions, writeMessage } from "./message/write-message.js";
export { toCrlfBytes } from "./text/crlf.js";
export { decodeFlowed } from "./text/decode-flowed.js";
export { decodeText, type PartText, type TextType } from "./text/decode-text.js";
export { encodeFlowed, type FlowedOptions } from "./text/encode-flowed.js";
export { toLfBytes, toLfText } from "./text/line-ends.js";
export { decodeBase64 } from "./transfer/decode-base64.js";
export { decodeQuotedPrintable } from "./transfer/decode-quoted-printable.js";
export { type DecodedBody, decodeTransferEncoding } from "./transfer/decode-transfer-encoding.js";
export { decodeUuencode, type UuencodedFile } from "./transfer/decode-uuencode.js";
export { encodeBase64 } from "./transfer/encode-base64.js";
export { encodeQuotedPrintable } from "./transfer/encode-quoted-printable.js";
export { createTransferDecoder, type TransferDecoder } from "./transfer/transfer-decoder.js";
