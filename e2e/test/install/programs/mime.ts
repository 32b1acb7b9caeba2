import {
  type AddressEntry,
  decodeHeaderText,
  decodeTransferEncoding,
  parseAddressList,
} from "@mailwright/mime";

const entries: readonly AddressEntry[] = parseAddressList("Ada <ada@example.org>, team: bob@example.com;");
console.log(entries.length, decodeHeaderText("=?utf-8?q?=C3=A4?=").length);
const { bytes, problem } = decodeTransferEncoding(Buffer.from("YQ=="), "base64");
console.log(bytes.byteLength, problem?.toUpperCase());
