import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client, read } from "../../api/client.js";
import { Button } from "../../components/button.js";
import { ErrorBox } from "../../components/notice.js";
import { clock } from "../../mail/format.js";
import styles from "../settings.module.css";
import { DeliveryLog } from "./delivery-log.js";
import { describeEvents } from "./webhook-groups.js";
import { dropWebhook, renewWebhooks, type Webhook } from "./webhook-queries.js";

/** One webhook: how it is doing, and what can be done about it. */
export function WebhookEntry({ webhook }: { readonly webhook: Webhook }) {
  const { id, url, events, includesText, pausedReason, failures, nextTryAt } = webhook;
  const [isLogShown, setLogShown] = useState(false);
  const param = { id };
  const renew = { onSuccess: renewWebhooks };
  const test = useMutation({
    mutationFn: async () => await read(client.webhooks[":id"].test.$post({ param })),
    ...renew,
  });
  const resume = useMutation({
    mutationFn: async () => await read(client.webhooks[":id"].resume.$post({ param })),
    ...renew,
  });
  const remove = useMutation({
    mutationFn: async () => await read(client.webhooks[":id"].$delete({ param })),
    onSuccess: () => dropWebhook(id),
  });
  const error = test.error ?? resume.error ?? remove.error;
  const trial = test.data;
  return (
    <section className={styles.entry} aria-label={url}>
      <h2 className={styles.entryTitle}>{url}</h2>
      <p className={styles.soft}>
        {describeEvents(events)}
        {includesText && ", with the text of mail"}
      </p>
      {pausedReason !== null && (
        <p role="note" className={styles.paused}>
          <strong>Paused.</strong> {pausedReason}
        </p>
      )}
      {pausedReason === null && failures > 0 && (
        <p>
          {failures === 1 ? "One try" : `${failures} tries`} failed; the next one comes at{" "}
          {clock(new Date(nextTryAt))}.
        </p>
      )}
      <p className={styles.row}>
        {pausedReason !== null && (
          <Button look="main" onClick={() => resume.mutate()}>
            Resume
          </Button>
        )}
        <Button disabled={test.isPending} onClick={() => test.mutate()}>
          Send a trial
        </Button>
        <Button aria-expanded={isLogShown} onClick={() => setLogShown(!isLogShown)}>
          Deliveries
        </Button>
        <Button look="danger" onClick={() => remove.mutate()}>
          Remove
        </Button>
      </p>
      {error !== null && <ErrorBox error={error} />}
      {trial !== undefined && (
        <p role="status">
          {trial.error === null
            ? `The trial was taken: ${trial.status} after ${trial.tookMs} ms`
            : `The trial was not taken: ${trial.error}`}
        </p>
      )}
      {isLogShown && <DeliveryLog id={id} />}
    </section>
  );
}
