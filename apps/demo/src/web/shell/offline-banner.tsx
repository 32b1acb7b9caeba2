import { WifiOff } from "lucide-react";
import { clock } from "../mail/format.js";
import styles from "./offline-banner.module.css";

/** Says that what is shown may be old, and since when. */
export function OfflineBanner({ since }: { readonly since: Date | undefined }) {
  return (
    <div role="status" className={styles.place}>
      {since !== undefined && (
        <p className={styles.banner}>
          <WifiOff size={16} aria-hidden />
          Offline since {clock(since)}. What you do waits until the server is back.
        </p>
      )}
    </div>
  );
}
