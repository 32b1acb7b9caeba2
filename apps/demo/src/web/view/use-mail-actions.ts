import type { Folder, Message } from "../api/answers.js";
import { addUndoable, toasts } from "../components/toaster.js";
import { count } from "../mail/format.js";
import { holdBack } from "../mail/held-change.js";
import type { Operation } from "../mail/pending-changes.js";
import { useChangeMessages, useForgetTakenBack } from "../mail/use-change-messages.js";
import { groupByTarget } from "./group-by-target.js";

/** What can be done with messages. */
export interface MailActions {
  flag(messages: readonly Message[], flags: { readonly seen?: boolean; readonly flagged?: boolean }): void;
  archive(messages: readonly Message[]): void;
  remove(messages: readonly Message[]): void;
  move(messages: readonly Message[], folder: Folder): void;
}

/** Actions on messages; `onGone` is told which leave the list. */
export function useMailActions(
  folders: readonly Folder[],
  onGone: (ids: readonly number[]) => void,
): MailActions {
  const { mutate } = useChangeMessages();
  const forgetTakenBack = useForgetTakenBack();
  return {
    flag(messages, flags) {
      if (messages.length > 0) mutate({ ids: messages.map(({ id }) => id), op: { type: "flags", ...flags } });
    },
    archive(messages) {
      const { groups, without } = groupByTarget(messages, folders, "archive");
      takeAway(groups, "Archived");
      if (without.length > 0)
        toasts.add({
          type: "error",
          title: `${count(without.length, "message")} not archived`,
          description: "The account has no archive folder",
        });
    },
    remove(messages) {
      const { groups, without } = groupByTarget(messages, folders, "trash");
      const ids = without.map(({ id }) => id);
      takeAway(ids.length === 0 ? groups : [...groups, { ids, op: { type: "delete" } }], "Deleted");
    },
    move(messages, folder) {
      const ids = messages.map(({ id }) => id);
      takeAway([{ ids, op: { type: "move", folderId: folder.id } }], "Moved", ` to ${folder.displayName}`);
    },
  };

  /** What leaves the list waits a little, so that it can be taken back. */
  function takeAway(
    groups: readonly { readonly ids: number[]; readonly op: Operation }[],
    verb: string,
    where = "",
  ): void {
    const ids = groups.flatMap((group) => group.ids);
    if (ids.length === 0) return;
    onGone(ids);
    const { held, undo } = holdBack();
    for (const group of groups) mutate({ ...group, held });
    const takeBack = (): void => {
      undo();
      forgetTakenBack(held);
    };
    const toast = addUndoable(`${verb} ${count(ids.length, "message")}${where}`, takeBack, 0);
    const close = (): void => toasts.close(toast);
    held.then(close, close);
  }
}
