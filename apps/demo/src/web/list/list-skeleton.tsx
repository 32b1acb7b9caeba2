import styles from "./list-skeleton.module.css";

const ROWS = [0, 1, 2, 3, 4, 5, 6, 7];

/** The shape of a list that is on its way; seen only when it takes a while. */
export function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading messages" className={styles.skeleton}>
      {ROWS.map((row) => (
        <div key={row} className={styles.row}>
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}
