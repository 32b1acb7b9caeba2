import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, read } from "../api/client.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { ErrorBox } from "../components/notice.js";
import { SelectField } from "../components/select-field.js";
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
  const make = useMutation({
    mutationFn: async () => await read(client.keys.$post({ json: { name, scopes: [...SCOPES[choice]] } })),
    onSuccess: () => {
      setName("");
      onMade();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <>
      <form onSubmit={submit} className={styles.row} aria-label="New key">
        <Field label="Name" required value={name} onChange={(event) => setName(event.target.value)} />
        <SelectField label="May" value={choice} choices={CHOICES} onChoice={setChoice} />
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
