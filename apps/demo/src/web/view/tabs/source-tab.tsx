import { queryOptions, useQuery } from "@tanstack/react-query";
import { toProblemError } from "../../api/problem-error.js";
import { ErrorBox } from "../../components/notice.js";
import { formatSize } from "../../mail/format.js";
import styles from "./source-tab.module.css";

/** More than this is saved and not shown. */
const MAX_SHOWN = 256 * 1024;

/** The message as it was sent. */
export function SourceTab({ id }: { readonly id: number }) {
  const url = `/api/v1/messages/${id}/source`;
  const source = useQuery(sourceQuery(id, url));
  if (source.isError) return <ErrorBox error={source.error} onRetry={() => void source.refetch()} />;
  if (source.data === undefined) return <p role="status">Asking the server…</p>;
  const { length } = source.data;
  return (
    <>
      <p className={styles.note}>
        <a href={url} download={`message-${id}.eml`}>
          Save as a file
        </a>
        {length > MAX_SHOWN && `The first ${formatSize(MAX_SHOWN)} of ${formatSize(length)} are shown.`}
      </p>
      <pre className={styles.source}>{source.data.slice(0, MAX_SHOWN)}</pre>
    </>
  );
}

function sourceQuery(id: number, url: string) {
  return queryOptions({
    queryKey: ["source", id],
    // As long as a file may be, it is not kept for long.
    gcTime: 60_000,
    queryFn: async ({ signal }) => {
      const answer = await fetch(url, { signal });
      if (!answer.ok) throw await toProblemError(answer);
      return await answer.text();
    },
  });
}
