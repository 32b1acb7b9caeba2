import { MailError } from "@mailwright/core";
import DKIM from "nodemailer/lib/dkim";
import type { DkimOptions } from "../message/outgoing-message.js";

/** Signs a complete message (RFC 6376); rejects with `"invalid-argument"` when a key is of no use. */
export async function signMessage(bytes: Buffer, options: DkimOptions): Promise<Buffer> {
  const keys = "domainName" in options.keys ? [options.keys] : [...options.keys];
  const { headerFieldNames, skipFields } = options;
  const chunks: Buffer[] = [];
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
