import { Clock, Paperclip, Reply, Star } from "lucide-react";
import type { Message } from "../api/answers.js";
import { describeWaiting } from "../mail/describe-waiting.js";
import { fullDate, shortDate } from "../mail/format.js";
import styles from "./message-row.module.css";
import { nameOfRow } from "./name-of-row.js";

interface MessageRowProps {
  readonly message: Message;
  readonly index: number;
  readonly top: number;
  readonly colour: string | undefined;
  /** Where it lies, in lists of several folders. */
  readonly folder: string | undefined;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onOpen: () => void;
  readonly onActive: () => void;
  /** With Shift all rows up to this one. */
  readonly onSelect: (isRange: boolean) => void;
  readonly onStar: () => void;
}

/** One message of a list. The row is reached by keys; what is in it has keys of the list. */
export function MessageRow(props: MessageRowProps) {
  const { message, folder, isSelected, onSelect, onStar } = props;
  const date = new Date(message.date);
  const { fromName, fromAddress, subject, snippet, seen, flagged, answered, hasAttachments, waiting } =
    message;
  return (
    <div
      role="row"
      aria-rowindex={props.index + 1}
      aria-selected={isSelected}
      aria-label={nameOfRow(message, shortDate(date, new Date()))}
      tabIndex={props.isActive ? 0 : -1}
      data-id={message.id}
      data-unread={!seen}
      data-open={props.isOpen}
      className={styles.row}
      style={{ transform: `translateY(${props.top}px)` }}
      onFocus={props.onActive}
      onClick={(event) => (event.shiftKey ? onSelect(true) : props.onOpen())}
    >
      <div role="gridcell" className={styles.mark}>
        <span className={styles.colour} style={{ background: props.colour }} />
        <input
          type="checkbox"
          tabIndex={-1}
          className={styles.check}
          aria-label={`Select ${subject}`}
          checked={isSelected}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onSelect(false)}
        />
      </div>
      <div role="gridcell" className={styles.text}>
        <div className={styles.line}>
          <span className={styles.from}>{fromName === "" ? fromAddress : fromName}</span>
          {answered && <Reply size={13} aria-hidden className={styles.sign} />}
          {waiting !== null && (
            <span title={describeWaiting(waiting)} className={styles.sign}>
              <Clock size={13} aria-hidden />
            </span>
          )}
          {hasAttachments && <Paperclip size={13} aria-hidden className={styles.sign} />}
          <time dateTime={message.date} title={fullDate(date)} className={styles.date}>
            {shortDate(date, new Date())}
          </time>
        </div>
        <div className={styles.line}>
          <span className={styles.subject}>{subject === "" ? "(no subject)" : subject}</span>
          {folder !== undefined && <span className={styles.folder}>{folder}</span>}
        </div>
        <div className={styles.snippet}>{snippet}</div>
      </div>
      <div role="gridcell" className={styles.end}>
        <button
          type="button"
          tabIndex={-1}
          className={styles.star}
          aria-pressed={flagged}
          aria-label="Star"
          title={flagged ? "Take the star off" : "Star"}
          onClick={(event) => {
            event.stopPropagation();
            onStar();
          }}
        >
          <Star size={16} aria-hidden />
        </button>
      </div>
    </div>
  );
}
