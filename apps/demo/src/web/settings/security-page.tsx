import { useMutation, useQuery } from "@tanstack/react-query";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { sessionQuery } from "../mail/queries.js";
import styles from "./settings.module.css";
import { SettingsPage } from "./settings-page.js";

/** Who is logged in, and the way out. */
export function SecurityPage() {
  const { data: session } = useQuery(sessionQuery);
  const logOut = useMutation({
    mutationFn: async () => await read(client.session.$delete()),
    onSuccess: () => {
      // Nothing of it stays in this browser. The page shows the login then.
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, null);
      window.location.assign("/login");
    },
  });
  return (
    <SettingsPage title="Security">
      {session !== null && session !== undefined && (
        <p>
          Logged in as <strong>{session.user.email}</strong>
          {session.user.role === "owner" && ", the owner"}.
        </p>
      )}
      <p className={styles.soft}>
        A login ends after a week without a visit, and after 30 days in any case. Passwords of accounts are
        sealed with a key that is not in the database, and are never shown again.
      </p>
      {logOut.isError && <ErrorBox error={logOut.error} />}
      <p>
        <Button disabled={logOut.isPending} onClick={() => logOut.mutate()}>
          Log out
        </Button>
      </p>
    </SettingsPage>
  );
}
