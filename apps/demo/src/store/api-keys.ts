import { randomBytes, timingSafeEqual } from "node:crypto";
import { and, desc, eq, isNull } from "drizzle-orm";
import { newId } from "../db/new-id.js";
import type { Sql } from "../db/open-database.js";
import { apiKeys } from "../db/schema/tenants.js";
import { createToken, hashToken } from "./sessions.js";
import { isWhole, type Tenant } from "./tenant.js";

/** What a key may do; each is asked for by the routes that need it. */
export const SCOPES = ["read", "write", "send", "admin"] as const;

/** One of {@link SCOPES}. */
export type Scope = (typeof SCOPES)[number];

/** A key as it is listed: never its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly accountIds: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What may be chosen about a key. */
export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** All without it. */
  readonly accountIds?: readonly string[] | undefined;
  readonly expiresAt?: Date | undefined;
}

const KEY_FORM = /^mw_(?<prefix>[0-9a-f]{12})_(?<secret>[\w-]{43})$/;
const SEEN_EVERY_MS = 60_000;

const shown = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scopes: apiKeys.scopes,
  accountIds: apiKeys.accountIds,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  revokedAt: apiKeys.revokedAt,
};

/** Makes a key; its text is shown this once. */
export async function createApiKey(
  tenant: Tenant,
  key: NewApiKey,
): Promise<ApiKey & { readonly key: string }> {
  const prefix = randomBytes(6).toString("hex");
  const secret = createToken();
  const [row] = await tenant.sql
    .insert(apiKeys)
    .values({
      id: newId(),
      tenantId: tenant.id,
      name: key.name,
      prefix,
      keyHash: hashToken(secret),
      scopes: [...key.scopes],
      accountIds: key.accountIds === undefined ? null : [...key.accountIds],
      expiresAt: key.expiresAt ?? null,
    })
    .returning(shown);
  if (row === undefined) throw new Error("The database kept no key");
  return { ...toApiKey(row), key: `mw_${prefix}_${secret}` };
}

/** The keys of a tenant, newest first, those that were revoked too. */
export async function listApiKeys(tenant: Tenant): Promise<ApiKey[]> {
  const own = isWhole(tenant, apiKeys);
  const rows = await tenant.sql.select(shown).from(apiKeys).where(own).orderBy(desc(apiKeys.id));
  return rows.map(toApiKey);
}

/** Revokes a key; false when there is none such. */
export async function revokeApiKey(tenant: Tenant, id: string, now: Date): Promise<boolean> {
  const own = and(isWhole(tenant, apiKeys), eq(apiKeys.id, id));
  const rows = await tenant.sql
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(own)
    .returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Whose key a text is, unless it is unknown, over or revoked. */
export async function findApiKey(
  database: Sql,
  text: string,
  now: Date,
): Promise<(ApiKey & { readonly tenantId: string }) | undefined> {
  const parts = KEY_FORM.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const [row] = await database
    .select({ ...shown, tenantId: apiKeys.tenantId, keyHash: apiKeys.keyHash })
    .from(apiKeys)
    .where(and(eq(apiKeys.prefix, parts["prefix"] ?? ""), isNull(apiKeys.revokedAt)));
  if (row === undefined || !timingSafeEqual(row.keyHash, hashToken(parts["secret"] ?? ""))) return undefined;
  if (row.expiresAt !== null && row.expiresAt <= now) return undefined;
  if (now.getTime() - (row.lastUsedAt?.getTime() ?? 0) > SEEN_EVERY_MS)
    await database.update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, row.id));
  const { keyHash: _hash, tenantId, ...key } = row;
  return { ...toApiKey(key), tenantId };
}

function toApiKey<Row extends { readonly scopes: readonly string[] }>(row: Row) {
  return { ...row, scopes: SCOPES.filter((scope) => row.scopes.includes(scope)) };
}
