import type { Status } from "../api/answers.js";

/** The latencies of a slice of time. */
export type LatencySlice = Status["latencies"][number]["slices"][number];

/** Moments in seconds, and the two lines over them; a hole where nothing was asked. */
export type LatencySeries = [at: number[], median: (number | null)[], most: (number | null)[]];

const SLICE_MS = 120_000;
const SLICES = 30;

/** The slices of the last hour, one for each two minutes, so that a line ends where nothing was asked. */
export function toSeries(slices: readonly LatencySlice[], nowMs: number): LatencySeries {
  const known = new Map(slices.map((slice) => [Math.floor(Date.parse(slice.at) / SLICE_MS), slice]));
  const newest = Math.max(Math.floor(nowMs / SLICE_MS), ...known.keys());
  const numbers = Array.from({ length: SLICES }, (_, index) => newest - SLICES + 1 + index);
  return [
    numbers.map((number) => (number * SLICE_MS) / 1_000),
    numbers.map((number) => known.get(number)?.p50Ms ?? null),
    numbers.map((number) => known.get(number)?.p95Ms ?? null),
  ];
}

/** A duration in the unit that people would use. */
export function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
}
