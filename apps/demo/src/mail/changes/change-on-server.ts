import { MailError } from "@mailwright/core";
import type { FlagChange } from "../../store/messages/change-messages.js";
import type { AccountClient } from "../account-client.js";

/** What a person does to messages. */
export type MessageChange =
  | { readonly type: "flags"; readonly flags: Pick<FlagChange, "seen" | "flagged"> }
  | { readonly type: "move"; readonly to: string }
  | { readonly type: "delete" };

/**
 * Does to messages of one folder on the server what a person did; rejects with the server's reason when it refuses.
 * POP3 has no flags and no folders: there flags are ours alone, moving is refused, and deleting is final.
 */
export async function changeOnServer(
  { kind, client }: AccountClient,
  folder: string,
  uids: readonly string[],
  change: MessageChange,
): Promise<void> {
  if (kind === "pop3") {
    if (change.type === "move")
      throw new MailError("POP3 has no folders to move a message to", {
        code: "unsupported",
        protocol: "pop3",
      });
    if (change.type === "delete") await deleteByUidl(client, new Set(uids));
    return;
  }
  const numbers = uids.map(Number);
  if (change.type === "move") await client.move(folder, numbers, change.to);
  else if (change.type === "delete") await client.delete(folder, numbers);
  else {
    const { seen, flagged } = change.flags;
    if (seen === true) await client.markAsRead(folder, numbers);
    if (seen === false) await client.markAsUnread(folder, numbers);
    if (flagged === true) await client.addStar(folder, numbers);
    if (flagged === false) await client.removeStar(folder, numbers);
  }
}

async function deleteByUidl(
  client: Extract<AccountClient, { kind: "pop3" }>["client"],
  uidls: ReadonlySet<string>,
): Promise<void> {
  await client.session(async (box) => {
    const listed = await box.listMessages();
    // One that is gone already is what was asked for.
    for (const { number, uidl } of listed)
      if (uidl !== undefined && uidls.has(uidl)) await box.deleteMessage(number);
  });
}
