import {
  Archive,
  ArrowLeft,
  FolderInput,
  Forward,
  Mail,
  MailOpen,
  Reply,
  ReplyAll,
  Star,
  Trash2,
} from "lucide-react";
import type { Message } from "../api/answers.js";
import { IconButton } from "../components/button.js";
import { useCompose } from "../compose/use-compose.js";
import styles from "./message-toolbar.module.css";
import type { MailActions } from "./use-mail-actions.js";

interface MessageToolbarProps {
  readonly message: Message;
  readonly actions: MailActions;
  readonly onBack: () => void;
  readonly onMove: (messages: readonly Message[]) => void;
}

/** What can be done with the open message. */
export function MessageToolbar({ message, actions, onBack, onMove }: MessageToolbarProps) {
  const { seen, flagged } = message;
  const compose = useCompose();
  return (
    <div className={styles.bar} role="toolbar" aria-label="Message">
      <IconButton label="Back to the list" className={styles.back} onClick={onBack}>
        <ArrowLeft size={18} aria-hidden />
      </IconButton>
      <IconButton label="Reply" onClick={() => compose("reply", message.id)}>
        <Reply size={17} aria-hidden />
      </IconButton>
      <IconButton label="Reply to all" onClick={() => compose("reply-all", message.id)}>
        <ReplyAll size={17} aria-hidden />
      </IconButton>
      <IconButton label="Forward" onClick={() => compose("forward", message.id)}>
        <Forward size={17} aria-hidden />
      </IconButton>
      <IconButton label="Archive" onClick={() => actions.archive([message])}>
        <Archive size={17} aria-hidden />
      </IconButton>
      <IconButton label="Delete" onClick={() => actions.remove([message])}>
        <Trash2 size={17} aria-hidden />
      </IconButton>
      <IconButton label="Move to a folder" onClick={() => onMove([message])}>
        <FolderInput size={17} aria-hidden />
      </IconButton>
      <IconButton
        label={seen ? "Mark as unread" : "Mark as read"}
        onClick={() => actions.flag([message], { seen: !seen })}
      >
        {seen ? <Mail size={17} aria-hidden /> : <MailOpen size={17} aria-hidden />}
      </IconButton>
      <IconButton
        label={flagged ? "Take the star off" : "Star"}
        className={flagged ? styles.starred : ""}
        onClick={() => actions.flag([message], { flagged: !flagged })}
      >
        <Star size={17} aria-hidden />
      </IconButton>
    </div>
  );
}
