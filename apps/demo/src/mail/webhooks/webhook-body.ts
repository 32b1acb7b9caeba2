import { findBody } from "../../store/messages/bodies.js";
import { findMessages } from "../../store/messages/list-messages.js";
import type { Tenant } from "../../store/tenant.js";

/** An event as a webhook is told of it. */
export interface ToldEvent {
  readonly type: string;
  readonly accountId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** Receivers refuse what is larger. */
const MAX_BYTES = 256 * 1024;

/**
 * The body that tells of an event: ids and states, and the text of mail that came in only where the webhook's owner asked
 * for it. What is too large is cut, and says so.
 */
export async function writeWebhookBody(
  tenant: Tenant,
  event: ToldEvent,
  options: { readonly includesText: boolean },
): Promise<string> {
  const mail =
    options.includesText && event.type === "message.added" ? await readMail(tenant, event) : undefined;
  if (mail === undefined) return fit(event);
  for (let text = mail.text; ; text = text.slice(0, Math.floor(text.length / 2))) {
    const isCut = text.length < mail.text.length;
    const body = write(event, { ...event.data, ...mail, text, ...(isCut && { isTextCut: true }) });
    if (text === "" || Buffer.byteLength(body) <= MAX_BYTES) return body;
  }
}

function fit(event: ToldEvent): string {
  const body = write(event, event.data);
  if (Buffer.byteLength(body) <= MAX_BYTES) return body;
  return write(event, { id: event.data["id"], isCut: true });
}

function write({ type, accountId, createdAt }: ToldEvent, data: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), accountId, data });
}

async function readMail(tenant: Tenant, { data }: ToldEvent) {
  const id = Number(data["id"]);
  const [message] = await findMessages(tenant, [id]);
  // Removed meanwhile: that is told too.
  if (message === undefined) return undefined;
  const { subject, fromName, fromAddress } = message;
  const text = (await findBody(tenant, id))?.text ?? "";
  return { subject, from: { name: fromName, address: fromAddress }, text };
}
