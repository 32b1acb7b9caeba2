import type { ClaimedChange } from "../../store/messages/wanted-changes.js";

/** Changes that one command can make: of one folder, wanting the same. */
export function groupChanges(changes: readonly ClaimedChange[]): ClaimedChange[][] {
  const groups = new Map<string, ClaimedChange[]>();
  for (const change of changes) {
    const { seen, flagged, moveTo, isDeleted } = change.wanted;
    const name = JSON.stringify([change.folderId, seen, flagged, moveTo, isDeleted]);
    groups.set(name, [...(groups.get(name) ?? []), change]);
  }
  return [...groups.values()];
}
