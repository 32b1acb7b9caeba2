import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { Account } from "../api/answers.js";
import { client, read } from "../api/client.js";
import { queryClient } from "../api/query-client.js";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { Sheet } from "../components/sheet.js";
import { accountsQuery } from "../mail/queries.js";
import styles from "./accounts.module.css";

/** A pass now, and taking the account out of this mailbox. */
export function AccountActions({ account }: { readonly account: Account }) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const param = { id: account.id };
  const sync = useMutation({
    mutationFn: async () => await read(client.accounts[":id"].sync.$post({ param })),
  });
  const remove = useMutation({
    mutationFn: async () => await read(client.accounts[":id"].$delete({ param })),
    onSuccess: async () => {
      await navigate({ to: "/accounts" });
      await queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey });
    },
  });
  return (
    <>
      {(sync.isError || remove.isError) && <ErrorBox error={sync.error ?? remove.error} />}
      <div className={styles.actions}>
        <Button onClick={() => sync.mutate()}>Look for mail now</Button>
        <Button look="danger" onClick={() => setAsking(true)}>
          Remove account
        </Button>
      </div>
      <Sheet title={`Remove ${account.name}?`} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>Its mail goes from this mailbox. The server keeps everything.</p>
        <div className={styles.actions}>
          <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
            Remove it
          </Button>
          <Button onClick={() => setAsking(false)}>Keep it</Button>
        </div>
      </Sheet>
    </>
  );
}
