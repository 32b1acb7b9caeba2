import { explain } from "../api/problem-error.js";
import { clock } from "../mail/format.js";
import type { SaveState } from "./draft-saver.js";

/** Says whether what was typed is safe. */
export function saveWords(save: SaveState): string {
  switch (save.type) {
    case "saved":
      return `Saved ${clock(save.at)}`;
    case "typing":
    case "saving":
      return "Saving …";
    case "kept":
      return "Kept in this browser; saved when Mailwright answers";
    case "refused":
      return `Not saved: ${explain(save.error).title}`;
    case "changed":
    case "gone":
      return "Kept in this browser";
    default:
      return "";
  }
}
