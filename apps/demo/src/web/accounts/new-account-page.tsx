import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { Page } from "../components/page.js";
import { accountsQuery, foldersQuery } from "../mail/queries.js";
import { AccountFields } from "./account-fields.js";
import { EMPTY_VALUES, type Provider, toAccount, withProvider } from "./account-values.js";
import styles from "./accounts.module.css";
import { AccountReport } from "./connection-report.js";

/** Adding an account: it is tried first, and stored only when it works. */
export function NewAccountPage() {
  const navigate = useNavigate();
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [values, setValues] = useState(EMPTY_VALUES);
  const [provider, setProvider] = useState<Provider | undefined>();
  const add = useMutation({
    mutationFn: async () => {
      const account = toAccount(values, accounts.length);
      const { kind, incoming, outgoing, secret } = account;
      const report = await read(client.accounts.test.$post({ json: { kind, incoming, outgoing, secret } }));
      const isWorking = report.ok && report.outgoing?.ok !== false;
      if (isWorking) await read(client.accounts.$post({ json: account }));
      return { report, isWorking };
    },
    onSuccess: async ({ isWorking }) => {
      if (!isWorking) return;
      await queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: foldersQuery.queryKey });
      await navigate({ to: "/inbox" });
    },
  });
  const lookUp = async (): Promise<void> => {
    if (!values.address.includes("@")) return;
    const [found] = await queryClient.fetchQuery(providerQuery(values.address)).catch(() => []);
    setProvider(found);
    if (found !== undefined) setValues((typed) => (typed.host === "" ? withProvider(typed, found) : typed));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Page title="Add an account">
      <form onSubmit={submit} className={styles.form} aria-label="Account">
        {add.isError && <ErrorBox error={add.error} />}
        {add.data !== undefined && !add.isPending && <AccountReport report={add.data.report} />}
        <AccountFields
          values={values}
          onValues={setValues}
          error={add.error}
          onAddress={() => void lookUp()}
          passwordHint={provider && hintFor(provider)}
        />
        {provider?.note !== undefined && <p className={styles.note}>{provider.note}</p>}
        <Button type="submit" look="main" disabled={add.isPending}>
          {add.isPending ? "Trying it…" : "Add account"}
        </Button>
      </form>
    </Page>
  );
}

function hintFor({ name, logins, appPasswordHelp }: Provider): ReactNode {
  if (logins.includes("app-password"))
    return (
      <>
        {name} wants an app password, not the usual one
        {appPasswordHelp !== undefined && (
          <>
            {": "}
            <a href={appPasswordHelp} target="_blank" rel="noreferrer">
              how to make one
            </a>
          </>
        )}
      </>
    );
  return logins.includes("password") ? undefined : `${name} lets programs log in by OAuth only`;
}

function providerQuery(address: string) {
  return queryOptions({
    queryKey: ["provider", address.slice(address.lastIndexOf("@") + 1)],
    queryFn: async () => (await read(client.providers.$get({ query: { address } }))).items,
  });
}
