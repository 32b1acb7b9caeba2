import type { Message, MessageBody } from "../../api/answers.js";
import { formatSize } from "../../mail/format.js";
import { PartTree } from "./part-tree.js";
import styles from "./structure-tab.module.css";

interface StructureTabProps {
  readonly message: Message;
  readonly body: MessageBody;
}

/** What the message is made of, and what is wrong with it. */
export function StructureTab({ message, body }: StructureTabProps) {
  const { attachments, defects } = body;
  return (
    <>
      <PartTree id={message.id} files={attachments} />
      <dl className={styles.facts}>
        <dt>Size</dt>
        <dd>{formatSize(message.sizeBytes)}</dd>
        <dt>Message-ID</dt>
        <dd>{message.messageId ?? "none"}</dd>
        <dt>UID</dt>
        <dd>{message.uid}</dd>
        <dt>Defects</dt>
        <dd>{defects.length === 0 ? "none" : defects.join(", ")}</dd>
      </dl>
    </>
  );
}
