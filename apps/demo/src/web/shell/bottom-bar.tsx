import { Link } from "@tanstack/react-router";
import { Folder, Inbox, PenLine, Search, Star } from "lucide-react";
import { use } from "react";
import { useCompose } from "../compose/use-compose.js";
import styles from "./bottom-bar.module.css";
import { ShellContext } from "./shell-context.js";

/** The way around where there is no room at the side. */
export function BottomBar() {
  const compose = useCompose();
  const { openDrawer } = use(ShellContext);
  return (
    <nav className={styles.bar} aria-label="Main">
      <Link to="/inbox" className={styles.item}>
        <Inbox size={20} aria-hidden />
        Inbox
      </Link>
      <Link to="/starred" className={styles.item}>
        <Star size={20} aria-hidden />
        Starred
      </Link>
      <Link to="/search" search={{ q: "" }} className={styles.item}>
        <Search size={20} aria-hidden />
        Search
      </Link>
      <button type="button" className={styles.item} onClick={() => compose()}>
        <PenLine size={20} aria-hidden />
        Write
      </button>
      <button type="button" className={styles.item} onClick={openDrawer}>
        <Folder size={20} aria-hidden />
        Folders
      </button>
    </nav>
  );
}
