import type { RefObject } from "react";
import type { Account, Message } from "../api/answers.js";
import { fullDate } from "../mail/format.js";
import styles from "./message-head.module.css";

interface MessageHeadProps {
  readonly message: Message;
  readonly account: Account | undefined;
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** Who wrote to whom, when and about what. */
export function MessageHead({ message, account, heading }: MessageHeadProps) {
  const { subject, fromName, fromAddress, recipients } = message;
  const date = new Date(message.date);
  const name = fromName === "" ? fromAddress : fromName;
  return (
    <header className={styles.head}>
      <h2 ref={heading} tabIndex={-1} className={styles.subject}>
        {subject === "" ? "(no subject)" : subject}
      </h2>
      <div className={styles.people}>
        <span className={styles.initial} aria-hidden style={{ background: account?.colour }}>
          {[...name.trim()][0]?.toUpperCase() ?? "?"}
        </span>
        <div className={styles.who}>
          <div className={styles.from}>
            <strong>{name}</strong>
            {fromName !== "" && <span className={styles.address}>{fromAddress}</span>}
          </div>
          <div className={styles.to}>
            {line("To", recipients.to)}
            {line("Cc", recipients.cc)}
          </div>
        </div>
        <div className={styles.when}>
          <time dateTime={message.date}>{fullDate(date)}</time>
          <span className={styles.folder}>
            {message.folderName}
            {account !== undefined && ` · ${account.name}`}
          </span>
        </div>
      </div>
    </header>
  );
}

function line(label: string, people: Message["recipients"]["to"]) {
  if (people.length === 0) return null;
  const names = people.map(({ name, address }) => (name === "" ? address : `${name} <${address}>`));
  return (
    <span className={styles.recipients} title={names.join(", ")}>
      {label} {names.join(", ")}
    </span>
  );
}
