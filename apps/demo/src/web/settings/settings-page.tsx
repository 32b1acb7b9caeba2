import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page } from "../components/page.js";
import styles from "./settings.module.css";

/** One page of the settings, and the way to the others. */
export function SettingsPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Page title={title}>
      <nav aria-label="Settings" className={styles.ways}>
        <Link to="/accounts">Accounts</Link>
        <Link to="/settings/appearance">Appearance</Link>
        <Link to="/settings/keys">Keys</Link>
        <Link to="/settings/webhooks">Webhooks</Link>
        <Link to="/templates">Templates</Link>
        <Link to="/settings/security">Security</Link>
      </nav>
      {children}
    </Page>
  );
}
