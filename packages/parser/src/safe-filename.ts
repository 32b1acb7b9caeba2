const MAX_BYTES = 150;
const MAX_CHARACTERS = 1_000;
const MAX_EXTENSION = 16;
const RESERVED: ReadonlySet<string> = new Set([
  "con",
  "prn",
  "aux",
  "nul",
  ...Array.from({ length: 10 }, (_, digit) => `com${digit}`),
  ...Array.from({ length: 10 }, (_, digit) => `lpt${digit}`),
]);
/** Controls, bidirectional and zero-width marks, and what file systems refuse. */
const UNSAFE = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>:"|?*\\/]/gu;

/**
 * Makes a name that is safe to create in a folder: the last path component for both kinds of separators, without
 * control, bidirectional or reserved characters, not a device name, at most 150 bytes.
 */
export function toSafeFilename(filename: string | undefined, fallback: string): string {
  const named = (filename ?? "").replaceAll("\\", "/");
  const last = named.slice(named.lastIndexOf("/") + 1);
  const base =
    last.length > MAX_CHARACTERS ? last.slice(0, MAX_CHARACTERS) + last.slice(-MAX_EXTENSION) : last;
  const cleaned = trimDots(base.normalize("NFC").replace(UNSAFE, "")).trim();
  if (cleaned === "") return fallback;
  const [stem = ""] = cleaned.toLowerCase().split(".");
  return shorten(RESERVED.has(stem.trim()) ? `_${cleaned}` : cleaned, "");
}

/** Appends ` (2)`, ` (3)` … before the extension until the name is not in `taken`, and adds it there. */
export function makeUnique(name: string, taken: Map<string, number>): string {
  const key = name.toLowerCase();
  let count = (taken.get(key) ?? 0) + 1;
  taken.set(key, count);
  if (count === 1) return name;
  for (;;) {
    const candidate = shorten(name, ` (${count})`);
    if (!taken.has(candidate.toLowerCase())) {
      taken.set(candidate.toLowerCase(), 1);
      return candidate;
    }
    taken.set(key, ++count);
  }
}

/** Leading dots hide a file, trailing ones and spaces are dropped by Windows. */
function trimDots(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && (name[start] === "." || name[start] === " ")) start++;
  while (end > start && (name[end - 1] === "." || name[end - 1] === " ")) end--;
  return name.slice(start, end);
}

function shorten(name: string, suffix: string): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  const room = MAX_BYTES - Buffer.byteLength(suffix) - Buffer.byteLength(extension);
  return `${cutToBytes(stem, room)}${suffix}${extension}`;
}

function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end).trimEnd();
}
