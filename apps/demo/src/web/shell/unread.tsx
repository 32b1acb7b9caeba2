import styles from "./sidebar.module.css";

/** How many are unread, said in words to those who do not see where the number stands. */
export function Unread({ number }: { readonly number: number }) {
  return (
    <span className={styles.unread}>
      {number}
      <span className="unseen"> unread</span>
    </span>
  );
}
