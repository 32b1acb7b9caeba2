import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, read } from "../../api/client.js";
import { errorAt } from "../../api/problem-error.js";
import { Button } from "../../components/button.js";
import { Field } from "../../components/field.js";
import { ErrorBox } from "../../components/notice.js";
import styles from "../settings.module.css";
import { WEBHOOK_GROUPS } from "./webhook-groups.js";
import { renewWebhooks } from "./webhook-queries.js";

const ALL = WEBHOOK_GROUPS.map(({ name }) => name);

/** Adds a webhook and shows its secret this once. */
export function NewWebhookForm() {
  const [url, setUrl] = useState("");
  const [groups, setGroups] = useState<readonly string[]>(ALL);
  const [includesText, setIncludesText] = useState(false);
  const make = useMutation({
    mutationFn: async () => {
      const chosen = WEBHOOK_GROUPS.filter(({ name }) => groups.includes(name));
      const events = chosen.length === ALL.length ? [] : chosen.flatMap((group) => group.events);
      return await read(client.webhooks.$post({ json: { url, events, includesText } }));
    },
    onSuccess: () => {
      setUrl("");
      void renewWebhooks();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  const place = errorAt(make.error, "/url");
  return (
    <>
      <form onSubmit={submit} className={styles.form} aria-label="New webhook">
        <Field
          label="Address"
          type="url"
          required
          placeholder="https://example.com/hook"
          value={url}
          error={place}
          onChange={(event) => setUrl(event.target.value)}
        />
        <fieldset className={styles.choices}>
          <legend>Is told of</legend>
          {WEBHOOK_GROUPS.map(({ name }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={groups.includes(name)}
                onChange={({ target }) =>
                  setGroups(target.checked ? [...groups, name] : groups.filter((group) => group !== name))
                }
              />
              {name}
            </label>
          ))}
          <label>
            <input
              type="checkbox"
              checked={includesText}
              onChange={({ target }) => setIncludesText(target.checked)}
            />
            With sender, subject and text of mail that comes in
          </label>
        </fieldset>
        <p>
          <Button type="submit" look="main" disabled={make.isPending || groups.length === 0}>
            Add a webhook
          </Button>
        </p>
      </form>
      {make.isError && place === undefined && <ErrorBox error={make.error} />}
      {make.data !== undefined && (
        <div role="status" className={styles.made}>
          <p>The secret that posts are signed with. Copy it now; it is not shown again.</p>
          <code>{make.data.secret}</code>
        </div>
      )}
    </>
  );
}
