import { Button } from "../components/button.js";
import styles from "./compose.module.css";

interface ConflictBoxProps {
  readonly isGone: boolean;
  /** Goes on with what is here, as a draft of its own. */
  readonly onKeep: () => void;
  /** Gives up what is here. */
  readonly onYield: () => void;
}

/** The draft went on elsewhere: what is here is not lost, and a person says what becomes of it. */
export function ConflictBox({ isGone, onKeep, onYield }: ConflictBoxProps) {
  return (
    <div role="alert" className={styles.conflict}>
      <p>
        {isGone
          ? "This draft was sent or discarded elsewhere. What is written here is kept in this browser."
          : "This draft was saved elsewhere meanwhile. What is written here is kept in this browser."}
      </p>
      <div className={styles.choices}>
        <Button look="main" onClick={onKeep}>
          {isGone ? "Keep it as a new draft" : "Keep both"}
        </Button>
        <Button onClick={onYield}>{isGone ? "Let it go" : "Take the other one"}</Button>
      </div>
    </div>
  );
}
