import { type ReactNode, useEffect, useRef } from "react";
import styles from "./page.module.css";

interface PageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What is no list of mail: a heading, where the focus goes, and what is below it. */
export function Page({ title, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.page} aria-label={title}>
      <h1 ref={heading} tabIndex={-1} className={styles.title}>
        {title}
      </h1>
      {children}
    </section>
  );
}
