import { type ParsedMessage, parseMessage } from "@mailwright/parser";

const message: ParsedMessage = parseMessage("Subject: Hello\r\nFrom: ada@example.com\r\n\r\nText\r\n");
console.log(message.subject?.toUpperCase(), message.text?.length, message.from.length);
for (const { safeFilename, contentType, content } of message.attachments) {
  const bytes: Uint8Array = content();
  console.log(safeFilename, contentType, bytes.byteLength);
}
