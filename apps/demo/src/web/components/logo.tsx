import icon from "../icon.svg";
import styles from "./logo.module.css";

/** The name with its sign. */
export function Logo() {
  return (
    <div className={styles.logo}>
      <img src={icon} alt="" width={24} height={24} />
      Mailwright
    </div>
  );
}
