import type { NewMessage } from "../../store/messages/add-messages.js";
import type { ServerFlags } from "../../store/messages/change-messages.js";

/** Changes of a folder that are stored in one transaction with the cursor: the same for IMAP and POP3. */
export interface FolderBatch {
  /** Whether all that is stored of the folder is void, before anything else of the batch. */
  readonly isReset: boolean;
  readonly added: readonly NewMessage[];
  readonly flags: readonly ServerFlags[];
  readonly removed: readonly string[];
  readonly unfetchable: readonly { readonly uids: readonly string[]; readonly error: string }[];
  readonly cursor: unknown;
  /** Messages on the server. */
  readonly total: number | undefined;
  /** To be called when the batch is stored; only then does the sync move on. */
  acknowledge(): Promise<void>;
}
