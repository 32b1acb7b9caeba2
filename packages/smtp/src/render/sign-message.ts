import { MailError } from "@mailwright/core";
import type { DkimOptions } from "../message/outgoing-message.js";
import { headEnd } from "../wire/message-head.js";

/** RFC 6376 §5.4.1, as nodemailer has them when it is told nothing. */
const RECOMMENDED =
  "from:sender:reply-to:subject:date:message-id:to:cc:mime-version:content-type:content-transfer-encoding:content-id:" +
  "content-description:resent-date:resent-from:resent-sender:resent-to:resent-cc:resent-message-id:in-reply-to:" +
  "references:list-id:list-help:list-unsubscribe:list-subscribe:list-post:list-owner:list-archive";

/** Signs a complete message (RFC 6376); rejects with `"invalid-argument"` when a key is of no use. */
export async function signMessage(bytes: Buffer, options: DkimOptions): Promise<Buffer> {
  const keys = "domainName" in options.keys ? [options.keys] : [...options.keys];
  const { skipFields } = options;
  const headerFieldNames = fieldsToSign(bytes, options.headerFieldNames);
  const chunks: Buffer[] = [];
  const { default: DKIM } = await import("nodemailer/lib/dkim");
  const dkim = new DKIM({ keys, headerFieldNames, skipFields });
  for await (const chunk of dkim.sign(bytes)) chunks.push(Buffer.from(chunk));
  const signed = Buffer.concat(chunks);
  const added = signed.subarray(0, signed.length - bytes.length).toString("latin1");
  // QUIRK: nodemailer 10.6 leaves the signature out, and says nothing, when it cannot sign with a key.
  if (added.match(/^DKIM-Signature:/gm)?.length !== keys.length) {
    throw new MailError("The message could not be signed with every DKIM key: check dkim.keys", {
      code: "invalid-argument",
      protocol: "smtp",
      phase: "body",
    });
  }
  return signed;
}

/** RFC 8058 §4: what offers a list to be left by one click has to be signed, or mailboxes do not offer it. */
function fieldsToSign(bytes: Buffer, given: string | undefined): string | undefined {
  const head = bytes.toString("latin1", 0, headEnd(bytes));
  if (!/^list-unsubscribe-post:/im.test(head)) return given;
  const names = new Set((given ?? RECOMMENDED).toLowerCase().split(/\s*:\s*/));
  return [...names.add("list-unsubscribe").add("list-unsubscribe-post")].join(":");
}
