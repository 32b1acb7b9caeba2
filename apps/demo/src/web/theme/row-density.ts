import { ROW_HEIGHTS, type RowDensity, toDensity } from "./row-height.js";

const KEY = "mailwright.rows";

/** What the reader chose in this browser. */
export function readDensity(): RowDensity {
  return toDensity(localStorage.getItem(KEY));
}

/** Shows rows so, and remembers it. */
export function applyDensity(density: RowDensity): void {
  const { dataset, style } = document.documentElement;
  dataset["rows"] = density;
  style.setProperty("--row-height", `${ROW_HEIGHTS[density]}px`);
  localStorage.setItem(KEY, density);
}

/** The height of a row in pixels, for what counts with it. */
export function readRowHeight(): number {
  return ROW_HEIGHTS[readDensity()];
}
