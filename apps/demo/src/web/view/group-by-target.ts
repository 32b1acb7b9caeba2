import type { Folder, Message } from "../api/answers.js";
import type { Operation } from "../mail/pending-changes.js";

/** Messages that go to one folder. */
export interface MoveGroup {
  readonly ids: number[];
  readonly op: Operation;
}

/** Which folder each message goes to: its own account's with that role. Some accounts have none; some mail is there already. */
export function groupByTarget(
  messages: readonly Message[],
  folders: readonly Folder[],
  role: "archive" | "trash",
): { readonly groups: MoveGroup[]; readonly without: Message[] } {
  const groups = new Map<string, MoveGroup>();
  const without: Message[] = [];
  for (const message of messages) {
    const target = folders.find((folder) => folder.accountId === message.accountId && folder.role === role);
    if (target === undefined || target.id === message.folderId) {
      without.push(message);
      continue;
    }
    const group = groups.get(target.id) ?? { ids: [], op: { type: "move", folderId: target.id } };
    groups.set(target.id, group);
    group.ids.push(message.id);
  }
  return { groups: [...groups.values()], without };
}
