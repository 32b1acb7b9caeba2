import { customType, timestamp } from "drizzle-orm/pg-core";

/** Raw bytes; node-postgres hands them out as a Buffer. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** What the full text index holds; only ever written and compared inside of SQL. */
export const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/** The id of a transaction; 64 bits, so that it never wraps. */
export const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

/** A moment in milliseconds, as JavaScript has it: what a cursor carries is exactly what the row has. */
export function moment(name: string) {
  return timestamp(name, { withTimezone: true, precision: 3, mode: "date" });
}
