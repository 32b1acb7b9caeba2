import { useQuery } from "@tanstack/react-query";
import { ErrorBox, Notice } from "../../components/notice.js";
import styles from "../settings.module.css";
import { SettingsPage } from "../settings-page.js";
import { NewWebhookForm } from "./new-webhook-form.js";
import { WebhookEntry } from "./webhook-entry.js";
import { webhooksQuery } from "./webhook-queries.js";

/** Who is told of what happens, and what became of telling them. */
export function WebhooksPage() {
  const webhooks = useQuery(webhooksQuery);
  return (
    <SettingsPage title="Webhooks">
      <p className={styles.soft}>
        Addresses that are told of what happens, by posts that are signed as Standard Webhooks has it.
      </p>
      <NewWebhookForm />
      {webhooks.isError && <ErrorBox error={webhooks.error} onRetry={() => void webhooks.refetch()} />}
      {webhooks.data?.length === 0 && <Notice title="No webhooks" />}
      {webhooks.data?.map((webhook) => (
        <WebhookEntry key={webhook.id} webhook={webhook} />
      ))}
    </SettingsPage>
  );
}
