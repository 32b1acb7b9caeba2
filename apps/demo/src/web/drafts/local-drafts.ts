import type { DraftValues } from "./draft-values.js";

/** What was typed and is not on the server yet, as one tab has it. */
export interface LocalDraft {
  readonly id: string;
  /** The version that was typed over; 0 for none. */
  readonly version: number;
  readonly values: DraftValues;
  /** The id of the draft that this becomes where the other went on without it: always the same, so that there is one. */
  readonly copyId: string;
  readonly at: number;
}

const PREFIX = "mailwright.draft.";
/** Without locks nobody can say whether a tab is still there; one that is types now and then. */
const SILENT_MS = 60_000;

/** The name of what a tab keeps of a draft; `writer` is another one in each tab. */
export function localKey(id: string, writer: string): string {
  return `${PREFIX}${id}.${writer}`;
}

/** Keeps what was typed in this browser, at once: a crash takes nothing. */
export function keepLocal(key: string, draft: LocalDraft): void {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // No room, or none allowed: the server's copy is the only one then.
  }
}

/** Forgets what the server has by now. */
export function forgetLocal(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/** What tabs have left behind that are no more, by key, the newest first. */
export async function findLeftBehind(): Promise<[string, LocalDraft][]> {
  const open = await openKeys();
  return readAll()
    .filter(([key, { at }]) => (open === undefined ? Date.now() - at > SILENT_MS : !open.has(key)))
    .sort(([, one], [, other]) => other.at - one.at);
}

/** Says that a tab is there, until it calls what this returns, or dies. */
export function markOpen(key: string): () => void {
  const { locks } = navigator as Partial<Navigator>;
  let close = (): void => {};
  const open = new Promise<void>((resolve) => {
    close = resolve;
  });
  void locks?.request(key, () => open);
  return close;
}

async function openKeys(): Promise<Set<string> | undefined> {
  const { locks } = navigator as Partial<Navigator>;
  if (locks === undefined) return undefined;
  const { held = [], pending = [] } = await locks.query();
  return new Set([...held, ...pending].map(({ name }) => name ?? ""));
}

function readAll(): [string, LocalDraft][] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .flatMap((key) => {
        const draft: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
        return isDraft(draft) ? [[key, draft] as [string, LocalDraft]] : [];
      });
  } catch {
    return [];
  }
}

function isDraft(value: unknown): value is LocalDraft {
  return typeof value === "object" && value !== null && "copyId" in value && "values" in value;
}
