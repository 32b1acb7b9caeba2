import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Account } from "../api/answers.js";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { toasts } from "../components/toaster.js";
import { accountsQuery } from "../mail/queries.js";
import { AccountFields } from "./account-fields.js";
import { toOutgoing, toServer, valuesOf } from "./account-values.js";
import styles from "./accounts.module.css";
import { AccountReport } from "./connection-report.js";

/** Changes an account. A new password is tried first; without one only what is typed is stored, and tried by the sync. */
export function AccountEditor({ account }: { readonly account: Account }) {
  const [values, setValues] = useState(() => valuesOf(account));
  const save = useMutation({
    mutationFn: async () => {
      const incoming = toServer(values);
      const outgoing = toOutgoing(values);
      const secret = { incoming: { password: values.password } };
      const isNewLogin = values.password !== "";
      const { kind } = account;
      const report = isNewLogin
        ? await read(client.accounts.test.$post({ json: { kind, incoming, ...outgoing, secret } }))
        : undefined;
      if (report?.ok === false || report?.outgoing?.ok === false) return { report, isSaved: false };
      const json = { name: values.name, incoming, ...outgoing, ...(isNewLogin && { secret }) };
      await read(client.accounts[":id"].$patch({ param: { id: account.id }, json }));
      return { report, isSaved: true };
    },
    onSuccess: async ({ isSaved }) => {
      if (!isSaved) return;
      toasts.add({ title: "Saved" });
      setValues((typed) => ({ ...typed, password: "" }));
      await queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={styles.form} aria-label="Change the account">
      {save.isError && <ErrorBox error={save.error} />}
      {save.data?.report !== undefined && !save.isPending && <AccountReport report={save.data.report} />}
      <AccountFields values={values} onValues={setValues} error={save.error} isStored />
      <Button type="submit" look="main" disabled={save.isPending}>
        {save.isPending ? "Saving…" : "Save"}
      </Button>
    </form>
  );
}
