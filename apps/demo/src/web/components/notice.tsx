import type { ReactNode } from "react";
import { explain } from "../api/problem-error.js";
import { Button } from "./button.js";
import styles from "./notice.module.css";

interface NoticeProps {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** Instead of what is not there: why, and what to do. */
export function Notice({ title, icon, children }: NoticeProps) {
  return (
    <div className={styles.notice}>
      {icon !== undefined && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}

interface ErrorBoxProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** What went wrong, in the server's words. */
export function ErrorBox({ error, onRetry, children }: ErrorBoxProps) {
  const { title, detail } = explain(error);
  return (
    <div className={styles.error} role="alert">
      <p className={styles.title}>{title}</p>
      {detail !== undefined && <p>{detail}</p>}
      {(onRetry !== undefined || children !== undefined) && (
        <div className={styles.actions}>
          {onRetry !== undefined && <Button onClick={onRetry}>Retry</Button>}
          {children}
        </div>
      )}
    </div>
  );
}
