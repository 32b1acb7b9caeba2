import { useState } from "react";
import { Button } from "../components/button.js";
import type { DraftSnapshot } from "../drafts/draft-saver.js";
import styles from "./html-part.module.css";

interface HtmlPartProps {
  readonly id: string;
  readonly draft: DraftSnapshot;
  readonly onChange: (html: string | undefined) => void;
}

/** The HTML of a draft that a program wrote, as people will see it: it is sent as it is, or left out. */
export function HtmlPart({ id, draft, onChange }: HtmlPartProps) {
  const { html } = draft.values.content;
  const [leftOut, setLeftOut] = useState<string>();
  if (html === undefined && leftOut === undefined) return null;
  if (html === undefined)
    return (
      <div role="status" className={styles.part}>
        <p className={styles.words}>Only the text is sent: the HTML is left out.</p>
        <Button onClick={() => onChange(leftOut)}>Put the HTML back</Button>
      </div>
    );
  const leaveOut = (): void => {
    setLeftOut(html);
    onChange(undefined);
  };
  return (
    <section className={styles.part} aria-label="HTML">
      <p className={styles.words}>
        This message has HTML, which cannot be edited here. It is what most people will see; the text above is
        for programs that show no HTML.
      </p>
      <Button onClick={leaveOut}>Send as text only</Button>
      {draft.version > 0 && (
        <iframe
          key={draft.version}
          title="HTML of the message"
          className={styles.frame}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          src={`/frames/drafts/${id}?version=${draft.version}`}
        />
      )}
    </section>
  );
}
