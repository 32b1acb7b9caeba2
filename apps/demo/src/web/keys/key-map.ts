/** What a key may do. */
export type KeyAction =
  | "next"
  | "previous"
  | "open"
  | "back"
  | "select"
  | "extend-down"
  | "extend-up"
  | "archive"
  | "delete"
  | "star"
  | "mark-read"
  | "mark-unread"
  | "move"
  | "reply"
  | "reply-all"
  | "forward"
  | "compose"
  | "undo"
  | "search"
  | "go-inbox"
  | "go-starred"
  | "go-drafts"
  | "go-outbox"
  | "help";

/** A key or a sequence of two, what it does, and how the help says it. */
export interface KeyBinding {
  readonly keys: readonly string[];
  readonly action: KeyAction;
  readonly label: string;
  readonly group: "List" | "Message" | "Go to";
}

/** All keys of the page, as the help shows them; off while somebody writes. */
export const KEY_MAP: readonly KeyBinding[] = [
  { keys: ["j", "ArrowDown"], action: "next", label: "Next message", group: "List" },
  { keys: ["k", "ArrowUp"], action: "previous", label: "Previous message", group: "List" },
  { keys: ["Enter", "o"], action: "open", label: "Open", group: "List" },
  { keys: ["u", "Escape"], action: "back", label: "Back to the list", group: "List" },
  { keys: ["x"], action: "select", label: "Select", group: "List" },
  { keys: ["Shift+ArrowDown"], action: "extend-down", label: "Extend the selection down", group: "List" },
  { keys: ["Shift+ArrowUp"], action: "extend-up", label: "Extend the selection up", group: "List" },
  { keys: ["e"], action: "archive", label: "Archive", group: "Message" },
  { keys: ["#"], action: "delete", label: "Delete", group: "Message" },
  { keys: ["s"], action: "star", label: "Star, or take the star off", group: "Message" },
  { keys: ["I"], action: "mark-read", label: "Mark as read", group: "Message" },
  { keys: ["U"], action: "mark-unread", label: "Mark as unread", group: "Message" },
  { keys: ["v"], action: "move", label: "Move to a folder", group: "Message" },
  { keys: ["r"], action: "reply", label: "Reply", group: "Message" },
  { keys: ["a"], action: "reply-all", label: "Reply to all", group: "Message" },
  { keys: ["f"], action: "forward", label: "Forward", group: "Message" },
  { keys: ["c"], action: "compose", label: "Write a message", group: "Message" },
  { keys: ["z"], action: "undo", label: "Undo what was done or sent just now", group: "Message" },
  { keys: ["/"], action: "search", label: "Search", group: "Go to" },
  { keys: ["g i"], action: "go-inbox", label: "Inbox", group: "Go to" },
  { keys: ["g s"], action: "go-starred", label: "Starred", group: "Go to" },
  { keys: ["g d"], action: "go-drafts", label: "Drafts", group: "Go to" },
  { keys: ["g o"], action: "go-outbox", label: "Outbox", group: "Go to" },
  { keys: ["?"], action: "help", label: "This help", group: "Go to" },
];

/** Reads keys as they are pressed: `before` is the first key of a sequence that may go on. */
export function readKey(
  before: string,
  key: string,
): { readonly action?: KeyAction; readonly before: string } {
  const sequence = before === "" ? key : `${before} ${key}`;
  const found = KEY_MAP.find(({ keys }) => keys.includes(sequence));
  if (found !== undefined) return { action: found.action, before: "" };
  if (KEY_MAP.some(({ keys }) => keys.some((known) => known.startsWith(`${sequence} `))))
    return { before: sequence };
  // The sequence went wrong: its last key may begin anew.
  return before === "" ? { before: "" } : readKey("", key);
}
