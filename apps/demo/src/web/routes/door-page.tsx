import type { ReactNode } from "react";
import { Logo } from "../components/logo.js";
import styles from "./door-page.module.css";

/** What stands before the mailbox: one form in the middle. */
export function DoorPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Logo />
        <h1 className={styles.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}
