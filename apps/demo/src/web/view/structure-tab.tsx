import type { Message, MessageBody } from "../api/answers.js";
import { formatSize } from "../mail/format.js";
import { attachmentUrl } from "./attachments.js";
import styles from "./structure-tab.module.css";

interface StructureTabProps {
  readonly message: Message;
  readonly body: MessageBody;
}

/** What the message is made of, and what is wrong with it. */
export function StructureTab({ message, body }: StructureTabProps) {
  const { text, hasHtml, attachments, defects } = body;
  return (
    <>
      <table className={styles.parts}>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Type</th>
            <th scope="col">Name</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {text !== null && (
            <Part part="text" type="text/plain" name="The text" size={formatSize(text.length)} />
          )}
          {hasHtml && <Part part="html" type="text/html" name="The layout" size="" />}
          {attachments.map(({ part, contentType, safeFilename, sizeBytes, isRelated }) => (
            <Part
              key={part}
              part={part}
              type={contentType}
              name={isRelated ? `${safeFilename} (shown in the mail)` : safeFilename}
              size={formatSize(sizeBytes)}
              href={attachmentUrl(message.id, part)}
            />
          ))}
        </tbody>
      </table>
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

interface PartProps {
  readonly part: string;
  readonly type: string;
  readonly name: string;
  readonly size: string;
  readonly href?: string;
}

function Part({ part, type, name, size, href }: PartProps) {
  return (
    <tr>
      <td>{part}</td>
      <td>{type}</td>
      <td>
        {href === undefined ? (
          name
        ) : (
          <a href={href} download>
            {name}
          </a>
        )}
      </td>
      <td className={styles.size}>{size}</td>
    </tr>
  );
}
