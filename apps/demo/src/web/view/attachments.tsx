import { Download, Paperclip } from "lucide-react";
import type { Message, MessageBody } from "../api/answers.js";
import { formatSize } from "../mail/format.js";
import styles from "./attachments.module.css";

interface AttachmentsProps {
  readonly message: Message;
  readonly body: MessageBody;
}

/** The files that came along, to be saved under safe names. */
export function Attachments({ message, body }: AttachmentsProps) {
  const files = body.attachments.filter(({ isRelated }) => !isRelated);
  if (files.length === 0) return null;
  return (
    <ul className={styles.files} aria-label="Attachments">
      {files.map(({ part, safeFilename, sizeBytes, contentType }) => (
        <li key={part}>
          <a
            href={attachmentUrl(message.id, part)}
            download={safeFilename}
            className={styles.file}
            title={`Save ${safeFilename} (${contentType})`}
          >
            <Paperclip size={15} aria-hidden />
            <span className={styles.name}>{safeFilename}</span>
            <span className={styles.size}>{formatSize(sizeBytes)}</span>
            <Download size={15} aria-hidden />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Where a file of a message is saved from. */
export function attachmentUrl(id: number, part: string): string {
  return `/api/v1/messages/${id}/attachments/${part}`;
}
