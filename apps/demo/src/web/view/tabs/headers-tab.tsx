import { useQuery } from "@tanstack/react-query";
import { ErrorBox } from "../../components/notice.js";
import { headersQuery } from "../../mail/queries.js";
import styles from "./headers-tab.module.css";

/** All header fields, in their order. */
export function HeadersTab({ id }: { readonly id: number }) {
  const headers = useQuery(headersQuery(id));
  if (headers.isError) return <ErrorBox error={headers.error} onRetry={() => void headers.refetch()} />;
  if (headers.data === undefined) return <p role="status">Asking the server…</p>;
  return (
    <dl className={styles.headers}>
      {headers.data.map(({ name, value }, index) => (
        // Fields of one name may come several times; the order is all they have.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <div key={index} className={styles.field}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
