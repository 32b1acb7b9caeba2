import type { MessageEnvelope } from "../message/message-envelope.js";
import type { MimePart } from "../message/mime-part.js";
import type { ParsedMessage } from "../message/parsed-message.js";

/** What a console shows of the header of a message. */
export function describeEnvelope(envelope: MessageEnvelope): Record<string, unknown> {
  const { subject, from, to, cc, date, messageId, headers } = envelope;
  return { subject, from, to, cc, date, messageId, headerFields: headers.size };
}

/** What a console shows of a message; no body and no attachment is decoded for it. */
export function describeMessage(message: ParsedMessage): Record<string, unknown> {
  const { structure, defects, isTruncated } = message;
  return {
    ...describeEnvelope(message),
    parts: leavesOf(structure).map(({ contentType, filename }) =>
      filename === undefined ? contentType : `${contentType} (${filename})`,
    ),
    defects: defects.map(({ code }) => code),
    isTruncated,
  };
}

function leavesOf(part: MimePart): MimePart[] {
  return part.children.length === 0 ? [part] : part.children.flatMap(leavesOf);
}
