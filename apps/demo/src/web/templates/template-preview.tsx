import { useQuery } from "@tanstack/react-query";
import { ErrorBox } from "../components/notice.js";
import { renderedQuery, type Template } from "./template-queries.js";
import styles from "./templates.module.css";

/** How a template looks with its own values, as it was saved last, and what it was not given. */
export function TemplatePreview({ template }: { readonly template: Template }) {
  const { id, version } = template;
  const rendered = useQuery(renderedQuery(template));
  if (rendered.isError) return <ErrorBox error={rendered.error} onRetry={() => void rendered.refetch()} />;
  if (rendered.data === undefined) return null;
  const { subject, missing } = rendered.data;
  return (
    <section className={styles.preview} aria-label="Preview">
      <h2 className={styles.previewTitle}>{subject === "" ? "(no subject)" : subject}</h2>
      {missing.length > 0 && (
        <div role="status" className={styles.missing}>
          <p>Values that it asks for and was not given:</p>
          <ul>
            {missing.map((path) => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <iframe
        key={version}
        title="Preview of the message"
        className={styles.frame}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        src={`/frames/templates/${id}?version=${version}`}
      />
    </section>
  );
}
