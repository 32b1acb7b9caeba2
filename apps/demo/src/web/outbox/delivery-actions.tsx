import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { OutboxMessage } from "../api/answers.js";
import { client, read } from "../api/client.js";
import { Button } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import styles from "./delivery.module.css";

/** States in which nobody tries again by themselves at once. */
const WAITING: readonly OutboxMessage["state"][] = ["deferred", "not-sent", "partial", "resolved"];

/** What a person can do about a message: only what cannot make anybody get it twice. */
export function DeliveryActions({ message }: { readonly message: OutboxMessage }) {
  const { id, state, canRetry, canCancel } = message;
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const param = { id };
  const act = useMutation({
    mutationFn: async (task: () => Promise<void>) => await task(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["sent", id] }),
  });
  const retry = async (): Promise<void> => void (await read(client.outbox[":id"].retry.$post({ param })));
  const resolve = async (delivered: boolean): Promise<void> =>
    void (await read(client.outbox[":id"].resolve.$post({ param, json: { delivered } })));
  const again = async (): Promise<void> => {
    await resolve(false);
    await retry();
  };
  const reopen = async () => await read(client.outbox[":id"].reopen.$post({ param }));
  const cancel = async (): Promise<void> => {
    await reopen();
    await navigate({ to: "/drafts" });
  };
  const edit = async (): Promise<void> => {
    const { draftId } = await reopen();
    const state = { from: `/outbox/${id}` };
    await navigate({ to: "/compose/$draft", params: { draft: draftId }, search: {}, state });
  };
  return (
    <>
      {act.isError && <ErrorBox error={act.error} />}
      {state === "unknown" && (
        <div className={styles.doubt}>
          <p>
            The connection broke after all of it was sent: it may have arrived. Mailwright looks for it in the
            Sent folder and does not send it again by itself.
          </p>
          <div className={styles.actions}>
            <Button onClick={() => act.mutate(() => resolve(true))} disabled={act.isPending}>
              It arrived
            </Button>
            <Button onClick={() => act.mutate(again)} disabled={act.isPending}>
              Send again
            </Button>
          </div>
        </div>
      )}
      <div className={styles.actions}>
        {canRetry && WAITING.includes(state) && (
          <Button look="main" onClick={() => act.mutate(retry)} disabled={act.isPending}>
            Retry failed ones
          </Button>
        )}
        {canCancel && (
          <Button onClick={() => act.mutate(cancel)} disabled={act.isPending}>
            Cancel
          </Button>
        )}
        {(state === "rejected" || state === "invalid") && (
          <Button onClick={() => act.mutate(edit)} disabled={act.isPending}>
            Edit again
          </Button>
        )}
      </div>
    </>
  );
}
