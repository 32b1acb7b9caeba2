const KEY = "mailwright.images";

/** Whether somebody said in this browser that images of this sender may be fetched. */
export function areImagesAllowed(address: string): boolean {
  return read().includes(address.toLowerCase());
}

/** Remembers that they may. */
export function allowImagesOf(address: string): void {
  localStorage.setItem(KEY, JSON.stringify([...new Set([...read(), address.toLowerCase()])]));
}

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((item) => typeof item === "string") : [];
  } catch {
    // Written by something else.
    return [];
  }
}
