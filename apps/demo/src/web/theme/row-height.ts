/** How high the rows of lists are: with the first words of each message, or without. */
export type RowDensity = "usual" | "dense";

/** The height of a row in pixels, its line below counted in. */
export const ROW_HEIGHTS: Readonly<Record<RowDensity, number>> = { usual: 68, dense: 44 };

/** What was stored as the choice; what something else has stored there is none. */
export function toDensity(stored: string | null): RowDensity {
  return stored === "dense" ? "dense" : "usual";
}
