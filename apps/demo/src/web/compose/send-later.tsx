import { useState } from "react";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import styles from "./compose.module.css";

const HOUR_MS = 3_600_000;

interface SendLaterProps {
  readonly isSending: boolean;
  readonly onSend: (at: Date) => void;
}

/** When a message shall go out. */
export function SendLater({ isSending, onSend }: SendLaterProps) {
  const [typed, setTyped] = useState(() => toLocal(new Date(Date.now() + HOUR_MS)));
  const at = new Date(typed);
  const isPast = !(at.getTime() > Date.now());
  return (
    <div className={styles.later}>
      <Field
        label="Send at"
        type="datetime-local"
        value={typed}
        error={isPast ? "This time is over" : undefined}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button look="main" disabled={isPast || isSending} onClick={() => onSend(at)}>
        Schedule
      </Button>
    </div>
  );
}

/** A moment as a field of the browser has it: in the reader's own time, without its zone. */
function toLocal(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
