import { toasts } from "../components/toaster.js";

/** Tells that servers refused changes, with the first one's words. */
export function tellRefused(reasons: readonly (string | undefined)[]): void {
  if (reasons.length === 0) return;
  const title =
    reasons.length === 1 ? "The server refused" : `The server refused this for ${reasons.length} messages`;
  toasts.add({ type: "error", title, description: reasons[0] });
}
