import { useId } from "react";
import styles from "./compose.module.css";

interface SubjectLineProps {
  readonly subject: string;
  readonly error: string | undefined;
  readonly onChange: (subject: string) => void;
}

/** What a message is about. */
export function SubjectLine({ subject, error, onChange }: SubjectLineProps) {
  const id = useId();
  return (
    <div className={styles.line} data-bad={error !== undefined}>
      <label htmlFor={id}>Subject</label>
      <input
        id={id}
        value={subject}
        maxLength={900}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
        // Alone it would send what is not finished yet.
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
        }}
      />
      {error !== undefined && (
        <p id={`${id}-note`} className={styles.problem}>
          {error}
        </p>
      )}
    </div>
  );
}
