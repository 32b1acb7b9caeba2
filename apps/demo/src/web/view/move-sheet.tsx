import type { Folder, Message } from "../api/answers.js";
import { Sheet } from "../components/sheet.js";
import styles from "./move-sheet.module.css";

interface MoveSheetProps {
  readonly messages: readonly Message[];
  readonly folders: readonly Folder[];
  readonly onMove: (messages: readonly Message[], folder: Folder) => void;
  readonly onClose: () => void;
}

/** Asks which folder messages shall go to. */
export function MoveSheet({ messages, folders, onMove, onClose }: MoveSheetProps) {
  const [account, ...others] = new Set(messages.map(({ accountId }) => accountId));
  const choices = folders.filter(
    (folder) =>
      folder.isSelectable &&
      folder.accountId === account &&
      messages.some(({ folderId }) => folderId !== folder.id),
  );
  return (
    <Sheet title="Move to" isOpen={messages.length > 0} onClose={onClose}>
      {others.length > 0 ? (
        <p>The messages are of several accounts. Select those of one account to move them.</p>
      ) : choices.length === 0 ? (
        <p>This account has no other folder.</p>
      ) : (
        <ul>
          {choices.map((folder) => (
            <li key={folder.id}>
              <button
                type="button"
                className={styles.folder}
                onClick={() => {
                  onMove(messages, folder);
                  onClose();
                }}
              >
                {folder.path}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Sheet>
  );
}
