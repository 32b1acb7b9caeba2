import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, read } from "../api/client.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { ErrorBox } from "../components/notice.js";
import { SelectField } from "../components/select-field.js";
import { accountsQuery } from "../mail/queries.js";
import styles from "./settings.module.css";

const CHOICES = { read: "Read", write: "Read and change", admin: "All, keys too" } as const;
const SCOPES = {
  read: ["read"],
  write: ["read", "write"],
  admin: ["read", "write", "send", "admin"],
} as const;

/** Makes a key and shows its text this once. */
export function NewKeyForm({ onMade }: { readonly onMade: () => void }) {
  const [name, setName] = useState("");
  const [choice, setChoice] = useState<keyof typeof CHOICES>("read");
  const { data: accounts = [] } = useQuery(accountsQuery);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const make = useMutation({
    mutationFn: async () => {
      const accountIds = chosen.length === 0 ? undefined : [...chosen];
      return await read(client.keys.$post({ json: { name, scopes: [...SCOPES[choice]], accountIds } }));
    },
    onSuccess: () => {
      setName("");
      setChosen([]);
      onMade();
    },
  });
  const choose = (next: typeof choice): void => {
    setChoice(next);
    if (next === "admin") setChosen([]);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <form onSubmit={submit} className={styles.row} aria-label="New key">
        <Field label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
        <SelectField label="May" value={choice} choices={CHOICES} onChoice={choose} />
        {/* Such a key could make another one of all accounts. */}
        {choice !== "admin" && accounts.length > 1 && (
          <fieldset className={styles.choices}>
            <legend>Only of these accounts; of all, where none is chosen</legend>
            {accounts.map((account) => (
              <label key={account.id}>
                <input
                  type="checkbox"
                  checked={chosen.includes(account.id)}
                  onChange={({ target }) => setChosen(withChoice(chosen, account.id, target.checked))}
                />
                {account.name}
              </label>
            ))}
          </fieldset>
        )}
        <Button type="submit" look="main" disabled={make.isPending}>
          Make a key
        </Button>
      </form>
      {make.isError && <ErrorBox error={make.error} />}
      {make.data !== undefined && (
        <div role="status" className={styles.made}>
          <p>Copy it now; it is not shown again.</p>
          <code>{make.data.key}</code>
        </div>
      )}
    </>
  );
}

function withChoice(chosen: readonly string[], id: string, isChosen: boolean): string[] {
  const others = chosen.filter((other) => other !== id);
  return isChosen ? [...others, id] : others;
}
