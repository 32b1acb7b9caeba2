import { useMutation, useQuery } from "@tanstack/react-query";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";
import { Button } from "../components/button.js";
import { ErrorBox, Notice } from "../components/notice.js";
import { shortDate } from "../mail/format.js";
import { accountsQuery } from "../mail/queries.js";
import { NewKeyForm } from "./new-key-form.js";
import styles from "./settings.module.css";
import { SettingsPage } from "./settings-page.js";

const keysQuery = {
  queryKey: ["keys"],
  queryFn: async () => (await read(client.keys.$get())).items,
};

/** Keys for programs: made, seen once, revoked. */
export function KeysPage() {
  const keys = useQuery(keysQuery);
  const { data: accounts = [] } = useQuery(accountsQuery);
  const nameOf = (id: string) =>
    accounts.find((account) => account.id === id)?.name ?? "one that was removed";
  const renew = () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey });
  const revoke = useMutation({
    mutationFn: async (id: string) => await read(client.keys[":id"].$delete({ param: { id } })),
    onSuccess: renew,
  });
  const valid = keys.data?.filter(({ revokedAt }) => revokedAt === null) ?? [];
  const day = (date: string) => shortDate(new Date(date), new Date());
  return (
    <SettingsPage title="Keys">
      <p className={styles.soft}>
        A program sends its key as <code>Authorization: Bearer …</code> to <code>/api/v1</code>.
      </p>
      <NewKeyForm onMade={() => void renew()} />
      {(keys.isError || revoke.isError) && <ErrorBox error={keys.error ?? revoke.error} />}
      {keys.data !== undefined && valid.length === 0 && <Notice title="No keys" />}
      {valid.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Accounts</th>
              <th scope="col">Made</th>
              <th scope="col">Used</th>
              <th scope="col">
                <span className="unseen">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {valid.map(({ id, name, scopes, accountIds, createdAt, lastUsedAt }) => (
              <tr key={id}>
                <td>{name}</td>
                <td>{scopes.join(", ")}</td>
                <td>{accountIds === null ? "all" : accountIds.map(nameOf).join(", ")}</td>
                <td>{day(createdAt)}</td>
                <td>{lastUsedAt === null ? "never" : day(lastUsedAt)}</td>
                <td>
                  <Button look="danger" aria-label={`Revoke ${name}`} onClick={() => revoke.mutate(id)}>
                    Revoke
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </SettingsPage>
  );
}
