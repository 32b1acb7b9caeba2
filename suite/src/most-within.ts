/** The most of these moments that lie in any interval of such a length, wherever it begins; its end belongs to the next one. */
export function mostWithin(moments: readonly number[], intervalMs: number): number {
  const sorted = [...moments].sort((one, other) => one - other);
  let first = 0;
  return sorted.reduce((most, moment, index) => {
    while (moment - (sorted[first] ?? moment) >= intervalMs) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}
