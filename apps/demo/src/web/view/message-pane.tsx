import { MailOpen } from "lucide-react";
import { Notice } from "../components/notice.js";
import styles from "./message-pane.module.css";
import { MessageView, type OpenMessageProps } from "./message-view.js";

interface MessagePaneProps extends Omit<OpenMessageProps, "id"> {
  readonly id: number | undefined;
}

/** The open message, or how to open one. */
export function MessagePane(props: MessagePaneProps) {
  const { id } = props;
  return (
    <section className={styles.pane} aria-label="Message">
      {id === undefined ? (
        <Notice title="No message selected" icon={<MailOpen size={36} aria-hidden />}>
          <p className={styles.keys}>
            <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys
          </p>
        </Notice>
      ) : (
        <MessageView key={id} {...props} id={id} />
      )}
    </section>
  );
}
