import { createHash, createHmac, randomBytes } from "node:crypto";
import { and, eq, gt, lt, or } from "drizzle-orm";
import { newId } from "../db/new-id.js";
import type { Sql } from "../db/open-database.js";
import { sessions, users } from "../db/schema/tenants.js";
import type { User } from "./users.js";

/** What a browser is given when it logs in; the database has hashes of both only. */
export interface NewSession {
  readonly id: string;
  readonly token: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

/** Who calls, by the session's cookie. */
export interface FoundSession {
  readonly id: string;
  readonly user: User;
  readonly csrfHash: Buffer;
}

const DAY_MS = 86_400_000;
/** A session that nobody used for so long is over. */
const IDLE_MS = 7 * DAY_MS;
const ABSOLUTE_MS = 30 * DAY_MS;
/** "Last seen" is written at most so often: reading must not cost a write. */
const SEEN_EVERY_MS = 60_000;

/** SHA-256 of a token of 256 random bits: nothing slower is needed for what cannot be guessed. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** A secret of 256 bits, for a cookie or a header. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The CSRF token of a session, from its cookie's secret and of no use for finding that: the same in every tab, for as long
 * as the session lasts.
 */
export function csrfTokenOf(token: string): string {
  return createHmac("sha256", token).update("csrf").digest("base64url");
}

/** Logs a browser in. */
export async function createSession(
  database: Sql,
  user: User,
  userAgent: string,
  now: Date,
): Promise<NewSession> {
  const token = createToken();
  const session = { id: newId(), token, csrfToken: csrfTokenOf(token) };
  const expiresAt = new Date(now.getTime() + ABSOLUTE_MS);
  await database.insert(sessions).values({
    id: session.id,
    tenantId: user.tenantId,
    userId: user.id,
    tokenHash: hashToken(session.token),
    csrfHash: hashToken(session.csrfToken),
    expiresAt,
    lastSeenAt: now,
    userAgent: userAgent.slice(0, 200),
  });
  return { ...session, expiresAt };
}

/** The session of a cookie, unless it is over. */
export async function findSession(
  database: Sql,
  token: string,
  now: Date,
): Promise<FoundSession | undefined> {
  const idleSince = new Date(now.getTime() - IDLE_MS);
  const [row] = await database
    .select({
      id: sessions.id,
      csrfHash: sessions.csrfHash,
      lastSeenAt: sessions.lastSeenAt,
      user: { id: users.id, tenantId: users.tenantId, email: users.email, role: users.role },
    })
    .from(sessions)
    .innerJoin(users, and(eq(users.id, sessions.userId), eq(users.tenantId, sessions.tenantId)))
    .where(
      and(
        eq(sessions.tokenHash, hashToken(token)),
        gt(sessions.expiresAt, now),
        gt(sessions.lastSeenAt, idleSince),
      ),
    );
  if (row === undefined) return undefined;
  if (now.getTime() - row.lastSeenAt.getTime() > SEEN_EVERY_MS)
    await database.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, row.id));
  return { id: row.id, user: row.user, csrfHash: row.csrfHash };
}

/** Logs a browser out. */
export async function endSession(database: Sql, sessionId: string): Promise<void> {
  await database.delete(sessions).where(eq(sessions.id, sessionId));
}

/** Forgets the sessions that are over. */
export async function removeOldSessions(database: Sql, now: Date): Promise<void> {
  const idleSince = new Date(now.getTime() - IDLE_MS);
  await database.delete(sessions).where(or(lt(sessions.expiresAt, now), lt(sessions.lastSeenAt, idleSince)));
}
