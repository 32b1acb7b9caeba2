import { and, eq, ne } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { accounts } from "../db/schema/accounts.js";
import { webhooks } from "../db/schema/webhooks.js";
import { secretPlace } from "./accounts.js";
import { type Keyring, reseal, SealBrokenError, type Sealed } from "./envelope.js";
import { webhookSecretPlace } from "./webhooks/webhooks.js";

/** What a rotation came to; a secret that no key opens must be given anew. */
interface KeyRotation {
  readonly rotated: number;
  /** Ids of accounts and webhooks. */
  readonly broken: readonly string[];
}

/** The tables with a sealed secret in each row, and where alone it opens. */
const SEALED = [
  { table: accounts, place: secretPlace },
  { table: webhooks, place: webhookSecretPlace },
] as const;

/** Wraps the data keys of all secrets, of all tenants, with the current key: an older one may be forgotten then. */
export async function rotateKeys(database: Sql, keyring: Keyring): Promise<KeyRotation> {
  const broken: string[] = [];
  let rotated = 0;
  for (const { table, place } of SEALED) {
    const old = await database
      .select({ id: table.id, tenantId: table.tenantId, keyId: table.keyId, bytes: table.secret })
      .from(table)
      .where(ne(table.keyId, keyring.current.id));
    for (const row of old) {
      const sealed = tryReseal(keyring, place(row.tenantId, row.id), row);
      if (sealed === undefined) {
        broken.push(row.id);
        continue;
      }
      await database
        .update(table)
        .set({ keyId: sealed.keyId, secret: sealed.bytes })
        // Unless it was changed meanwhile, and sealed anew with that.
        .where(and(eq(table.tenantId, row.tenantId), eq(table.id, row.id), eq(table.secret, row.bytes)));
      rotated += 1;
    }
  }
  return { rotated, broken };
}

function tryReseal(keyring: Keyring, at: string, sealed: Sealed): Sealed | undefined {
  try {
    return reseal(keyring, at, sealed);
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined;
    throw error;
  }
}
