/** Milliseconds to a tenth, as logs and results show them. */
export function roundMs(durationMs: number): number {
  return Math.round(durationMs * 10) / 10;
}
