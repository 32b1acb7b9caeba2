import type { Sql } from "../db/open-database.js";
import { listTenantIds, type Tenant, wholeTenant } from "./tenant.js";
import { findUser } from "./users.js";

/** Why it is not clear on whose behalf something is to be done. */
export class HouseholdError extends Error {
  override readonly name = "HouseholdError";
}

/**
 * Whose rows somebody works on who has the whole database: those of the person whose address is given, or of the only
 * tenant there is. Throws {@link HouseholdError} when that names nobody, or several.
 */
export async function findHousehold(sql: Sql, email: string | undefined): Promise<Tenant> {
  if (email !== undefined) {
    const user = await findUser(sql, email);
    if (user === undefined) throw new HouseholdError(`Nobody here has the address ${email}`);
    return wholeTenant(user.tenantId, sql);
  }
  const [only, ...others] = await listTenantIds(sql);
  if (only === undefined) throw new HouseholdError("Nobody is here yet: begin with `demo user add ADDRESS`");
  if (others.length > 0)
    throw new HouseholdError(
      `There are ${others.length + 1} households: name somebody of one with --as ADDRESS`,
    );
  return wholeTenant(only, sql);
}
