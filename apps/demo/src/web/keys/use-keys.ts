import { useEffect, useEffectEvent, useRef } from "react";
import { type KeyAction, readKey } from "./key-map.js";

/** What somebody writes in, and what has keys of its own. */
const OWN_KEYS = "input, textarea, select, [contenteditable], [role=dialog], [role=menu]";
/** What arrows move by themselves: everywhere but in the list they scroll. */
const LIST = "[role=grid]";
/** What `Enter` presses by itself. */
const PRESSED = "a, button, summary";
/** What is written on, over all else. */
const SHEET = "[data-sheet]";
/** A sequence of two keys must be done in so long. */
const SEQUENCE_MS = 1_500;

/** Calls what is given for a key, for as long as the component is shown. */
export function useKeys(actions: Partial<Record<KeyAction, () => void>>): void {
  const before = useRef({ key: "", at: 0 });
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    // Whoever writes presses letters, wherever the focus is.
    if (document.querySelector(SHEET) !== null) return;
    if (event.target instanceof Element && hasOwnUse(event.target, event.key)) return;
    // A bare modifier is no key of a sequence.
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const isLate = event.timeStamp - before.current.at > SEQUENCE_MS;
    const name = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
    const { action, before: next } = readKey(isLate ? "" : before.current.key, name);
    before.current = { key: next, at: event.timeStamp };
    const act = action && actions[action];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function hasOwnUse(target: Element, key: string): boolean {
  if (target.closest(OWN_KEYS) !== null) return true;
  if (key === "Enter") return target.closest(PRESSED) !== null;
  return key.startsWith("Arrow") && target !== document.body && target.closest(LIST) === null;
}
