import { createHash } from "node:crypto";

/** Where a page ends: the next one begins behind this row. */
export interface PagePlace {
  readonly sortAt: Date;
  readonly id: number;
}

/** A cursor that is none, or one of another list. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}

/** Writes a place in a list as text that only {@link parseCursor} with the same filter reads. */
export function toCursor(place: PagePlace, filter: unknown): string {
  return Buffer.from(JSON.stringify([place.sortAt.getTime(), place.id, digest(filter)])).toString(
    "base64url",
  );
}

/** Reads a cursor. Throws {@link CursorError}. */
export function parseCursor(text: string, filter: unknown): PagePlace {
  const [time, id, of] = parse(text);
  if (of !== digest(filter)) throw new CursorError("The cursor is of a list with another filter");
  return { sortAt: new Date(time), id };
}

function parse(text: string): [number, number, unknown] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (Array.isArray(value) && value.length === 3) {
      const [time, id, of] = value;
      const isTime = Number.isInteger(time) && Math.abs(time) <= 8.64e15;
      if (isTime && Number.isSafeInteger(id)) return [time, id, of];
    }
  } catch {
    // Answered below, like any other text that is no cursor.
  }
  throw new CursorError("The cursor is not one that a page ended with");
}

function digest(filter: unknown): string {
  return createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);
}
