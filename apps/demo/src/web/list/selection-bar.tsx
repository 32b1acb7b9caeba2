import { Archive, FolderInput, Mail, MailOpen, Star, Trash2, X } from "lucide-react";
import type { Message } from "../api/answers.js";
import { IconButton } from "../components/button.js";
import type { MailActions } from "../view/use-mail-actions.js";
import styles from "./selection-bar.module.css";

interface SelectionBarProps {
  readonly messages: readonly Message[];
  readonly actions: MailActions;
  readonly onMove: (messages: readonly Message[]) => void;
  readonly onClear: () => void;
}

/** What can be done with all that is selected. */
export function SelectionBar({ messages, actions, onMove, onClear }: SelectionBarProps) {
  const seen = messages.every((message) => message.seen);
  const flagged = messages.every((message) => message.flagged);
  return (
    <div className={styles.bar} role="toolbar" aria-label="Selected messages">
      <IconButton label="Clear the selection" onClick={onClear}>
        <X size={16} aria-hidden />
      </IconButton>
      <span className={styles.count} role="status">
        {messages.length} selected
      </span>
      <IconButton label="Archive" onClick={() => actions.archive(messages)}>
        <Archive size={16} aria-hidden />
      </IconButton>
      <IconButton label="Delete" onClick={() => actions.remove(messages)}>
        <Trash2 size={16} aria-hidden />
      </IconButton>
      <IconButton label="Move to a folder" onClick={() => onMove(messages)}>
        <FolderInput size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={flagged ? "Take the star off" : "Star"}
        onClick={() => actions.flag(messages, { flagged: !flagged })}
      >
        <Star size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={seen ? "Mark as unread" : "Mark as read"}
        onClick={() => actions.flag(messages, { seen: !seen })}
      >
        {seen ? <Mail size={16} aria-hidden /> : <MailOpen size={16} aria-hidden />}
      </IconButton>
    </div>
  );
}
