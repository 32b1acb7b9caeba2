import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarClock, File, Send } from "lucide-react";
import { sendingCountsQuery } from "../outbox/outbox-queries.js";
import styles from "./sidebar.module.css";

/** What is being written and sent, and how much of it there is. */
export function SendingLinks() {
  const { drafts = 0, scheduled = 0, underway = 0, unknown = 0 } = useQuery(sendingCountsQuery).data ?? {};
  return (
    <>
      <li>
        <Link to="/drafts" className={styles.link}>
          <File size={16} aria-hidden />
          <span className={styles.name}>Drafts</span>
          <Count number={drafts} />
        </Link>
      </li>
      <li>
        <Link to="/outbox" className={styles.link}>
          <Send size={16} aria-hidden />
          <span className={styles.name}>Outbox</span>
          <Count number={underway + unknown} />
        </Link>
      </li>
      <li>
        <Link to="/scheduled" className={styles.link}>
          <CalendarClock size={16} aria-hidden />
          <span className={styles.name}>Scheduled</span>
          <Count number={scheduled} />
        </Link>
      </li>
    </>
  );
}

function Count({ number }: { readonly number: number }) {
  return number === 0 ? null : <span className={styles.unread}>{number}</span>;
}
