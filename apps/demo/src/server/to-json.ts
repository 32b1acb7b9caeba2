/** A value as JSON has it: moments are text. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { -readonly [Name in keyof T]: Json<T[Name]> }
      : T;

/** Writes moments as text, all the way down, so that what is sent is what the schema of a route says. */
export function toJson<T>(value: T): Json<T>;
export function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
}
