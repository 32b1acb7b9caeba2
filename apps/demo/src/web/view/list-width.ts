const KEY = "mailwright.list-width";

/** How wide the list may be. */
export const LIST_WIDTH = { min: 320, max: 640, usual: 400 } as const;

/** How wide somebody made the list in this browser. */
export function readListWidth(): number {
  const stored = Number(localStorage.getItem(KEY));
  return stored >= LIST_WIDTH.min && stored <= LIST_WIDTH.max ? stored : LIST_WIDTH.usual;
}

/** Remembers it. */
export function keepListWidth(width: number): void {
  localStorage.setItem(KEY, String(width));
}
