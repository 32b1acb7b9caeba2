import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ErrorBox, Notice } from "../components/notice.js";
import { SettingsPage } from "../settings/settings-page.js";
import { templatesQuery } from "./template-queries.js";
import styles from "./templates.module.css";

/** The templates by name. */
export function TemplatesPage() {
  const templates = useQuery(templatesQuery);
  return (
    <SettingsPage title="Templates">
      <p className={styles.soft}>
        Messages with gaps, such as <code>{"{{ name }}"}</code>, that programs send with values of their own.
      </p>
      <p>
        <Link to="/templates/new">Add a template</Link>
      </p>
      {templates.isError && <ErrorBox error={templates.error} onRetry={() => void templates.refetch()} />}
      {templates.data?.length === 0 && <Notice title="No templates" />}
      {templates.data !== undefined && templates.data.length > 0 && (
        <ul className={styles.list}>
          {templates.data.map(({ id, name, subject }) => (
            <li key={id}>
              <Link to="/templates/$id" params={{ id }}>
                {name}
              </Link>
              <span className={styles.soft}>{subject}</span>
            </li>
          ))}
        </ul>
      )}
    </SettingsPage>
  );
}
