import { eq, sql } from "drizzle-orm";
import { newId } from "../db/new-id.js";
import type { Sql } from "../db/open-database.js";
import { sessions, users } from "../db/schema/tenants.js";
import { hashPassword, isPassword } from "./password.js";
import type { Tenant } from "./tenant.js";

/** A person as the program knows them after the login. */
export interface User {
  readonly id: string;
  readonly tenantId: string;
  readonly email: string;
  readonly role: "owner" | "member";
}

const shown = { id: users.id, tenantId: users.tenantId, email: users.email, role: users.role };

/** Adds a person; their address is what they log in with, in any case of letters. */
export async function createUser(
  tenant: Tenant,
  user: { readonly email: string; readonly password: string; readonly role: User["role"] },
  passwordCost?: number,
): Promise<User> {
  const passwordHash = await hashPassword(user.password, passwordCost);
  const row = { id: newId(), tenantId: tenant.id, email: user.email.toLowerCase(), role: user.role };
  await tenant.sql.insert(users).values({ ...row, passwordHash });
  return row;
}

/** Gives a person another password and ends all their logins; false when nobody has this address. */
export async function setPassword(
  database: Sql,
  email: string,
  password: string,
  passwordCost?: number,
): Promise<boolean> {
  const passwordHash = await hashPassword(password, passwordCost);
  const rows = await database
    .update(users)
    .set({ passwordHash })
    .where(eq(users.email, email.toLowerCase()))
    .returning({ id: users.id });
  for (const { id } of rows) await database.delete(sessions).where(eq(sessions.userId, id));
  return rows.length > 0;
}

/** The person whose address and password these are; the one question that is asked before the tenant is known. */
export async function authenticateUser(
  database: Sql,
  email: string,
  password: string,
): Promise<User | undefined> {
  const [found] = await database
    .select({ ...shown, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, email.toLowerCase()));
  if (!(await isPassword(password, found?.passwordHash)) || found === undefined) return undefined;
  const { passwordHash: _hash, ...user } = found;
  return user;
}

/** The person whose address this is. */
export async function findUser(database: Sql, email: string): Promise<User | undefined> {
  const [found] = await database.select(shown).from(users).where(eq(users.email, email.toLowerCase()));
  return found;
}

/** Whether somebody can log in at all; nobody can before the setup. */
export async function hasUsers(database: Sql): Promise<boolean> {
  const rows = await database.select({ one: sql`1` }).from(users).limit(1);
  return rows.length > 0;
}
