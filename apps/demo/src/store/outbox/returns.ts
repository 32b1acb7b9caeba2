import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { outbox, outboxRecipients, type StoredReturn } from "../../db/schema/outbox.js";
import { addEvents } from "../events.js";
import type { Tenant } from "../tenant.js";
import { resolveOutbox } from "./changes.js";
import { lockOutbox, type OutboxEntry } from "./entry.js";
import { listRecipients, type OutboxRecipient } from "./outbox.js";

/** What an arriving message says of one that was sent. */
export interface Returned {
  readonly kind: StoredReturn["kind"];
  /** Of the message that was sent. */
  readonly messageId: string | undefined;
  /** What was given to the server as the envelope's id; ours is the id of the outbox. */
  readonly envelopeId: string | undefined;
  readonly recipients: readonly ReturnedRecipient[];
  /** What to say of it where it names nobody. */
  readonly text: string | null;
}

/** Somebody whom it came back from. */
interface ReturnedRecipient {
  /** The address that the message was sent to, and the one that it ended at: a message is forwarded under another one. */
  readonly addresses: readonly string[];
  readonly enhancedCode: string | null;
  readonly text: string | null;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Notes at a message that was sent what came back about it, and tells of it; in a transaction. It came back from a recipient
 * whose fate was unknown: then a server had taken the message, and the doubt is over. What names none of ours changes nothing.
 */
export async function noteReturn(tenant: Tenant, returned: Returned): Promise<void> {
  const row = await findReturned(tenant, returned);
  if (row === undefined) return;
  const recipients = await listRecipients(tenant, row.id);
  const from = matchRecipients(recipients, returned);
  const noted: ({ readonly address: string } & StoredReturn)[] = [];
  for (const { address, enhancedCode, text } of from) {
    const bounce: StoredReturn = { kind: returned.kind, enhancedCode, text };
    const rows = await tenant.sql
      .update(outboxRecipients)
      .set({ bounce, bouncedAt: sql`now()` })
      .where(
        and(
          eq(outboxRecipients.tenantId, tenant.id),
          eq(outboxRecipients.outboxId, row.id),
          eq(outboxRecipients.address, address),
          // The same may come twice, over two accounts with one inbox.
          isNull(outboxRecipients.bounce),
        ),
      )
      .returning({ address: outboxRecipients.address });
    if (rows.length > 0) noted.push({ address, ...bounce });
  }
  // A complaint may keep from whom it comes.
  if (noted.length === 0 && (from.length > 0 || returned.kind === "bounce")) return;
  await addEvents(tenant, [
    {
      type: returned.kind === "bounce" ? "message.bounced" : "message.complained",
      accountId: row.accountId,
      data: { id: row.id, messageId: row.messageId, text: returned.text, recipients: noted },
    },
  ]);
  await endDoubt(tenant, row, recipients, returned, noted);
}

async function endDoubt(
  tenant: Tenant,
  { id, state }: OutboxEntry,
  recipients: readonly OutboxRecipient[],
  { kind }: Returned,
  noted: readonly ({ readonly address: string } & StoredReturn)[],
): Promise<void> {
  const isDoubted = ({ address }: { readonly address: string }): boolean =>
    recipients.some((recipient) => recipient.address === address && recipient.status === "unknown");
  if (state !== "unknown" || !noted.some(isDoubted)) return;
  // Who complains has the message.
  const bounced = kind === "bounce" ? noted : [];
  await resolveOutbox(
    tenant,
    id,
    "bounce",
    true,
    bounced.map(({ address, enhancedCode, text }) => ({
      address,
      enhancedCode: enhancedCode ?? "5.0.0",
      text,
    })),
  );
}

async function findReturned(
  tenant: Tenant,
  { messageId, envelopeId }: Returned,
): Promise<OutboxEntry | undefined> {
  const ways = [
    ...(messageId === undefined ? [] : [eq(outbox.messageId, messageId)]),
    ...(envelopeId !== undefined && UUID.test(envelopeId) ? [eq(outbox.id, envelopeId)] : []),
  ];
  for (const way of ways) {
    const [found] = await tenant.sql
      .select({ id: outbox.id })
      .from(outbox)
      .where(and(eq(outbox.tenantId, tenant.id), way))
      .orderBy(asc(outbox.id))
      .limit(1);
    if (found !== undefined) return await lockOutbox(tenant, found.id);
  }
  return undefined;
}

function matchRecipients(
  recipients: readonly OutboxRecipient[],
  returned: Returned,
): { readonly address: string; readonly enhancedCode: string | null; readonly text: string | null }[] {
  const found = new Map(
    returned.recipients.flatMap(({ addresses, enhancedCode, text }) => {
      const wanted = new Set(addresses.map((address) => address.toLowerCase()));
      const match = recipients.find(({ address }) => wanted.has(address.toLowerCase()));
      return match === undefined ? [] : [[match.address, { enhancedCode, text }] as const];
    }),
  );
  // There was one only, and it came back under a name that it was forwarded to, or under none.
  const [only, ...others] = recipients;
  if (found.size === 0 && only !== undefined && others.length === 0) {
    const [first] = returned.recipients;
    found.set(only.address, {
      enhancedCode: first?.enhancedCode ?? null,
      text: first?.text ?? returned.text,
    });
  }
  return [...found].map(([address, words]) => ({ address, ...words }));
}
