import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { client, read } from "../api/client.js";
import { explain } from "../api/problem-error.js";
import { toasts } from "../components/toaster.js";
import { UndoneError } from "./held-change.js";
import { type MessagePages, patchItems, removeItems } from "./message-pages.js";
import type { ChangeRequest } from "./pending-changes.js";
import { tellRefused } from "./tell-refused.js";

const CHANGE = ["change-messages"];
/** As many as the API takes at once. */
const MAX_BATCH = 500;

type Outcome = {
  readonly id: number;
  readonly ok: boolean;
  readonly isWaiting?: boolean | undefined;
  readonly detail?: string | undefined;
  readonly server?: string | undefined;
};

/** Changes messages on their servers; shown at once, and taken back with the reason where a server refuses. */
export function useChangeMessages() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: CHANGE,
    mutationFn: send,
    onSuccess: (outcomes, { op }) => {
      // What waits is told by its row, when that is read anew.
      const done = new Set(
        outcomes.filter(({ ok, isWaiting }) => ok && isWaiting !== true).map(({ id }) => id),
      );
      const { type, ...flags } = op;
      queryClient.setQueriesData<MessagePages>({ queryKey: ["messages"] }, (data) =>
        data === undefined
          ? data
          : type === "flags"
            ? patchItems(data, done, flags)
            : removeItems(data, done),
      );
      if (type === "flags")
        for (const id of done)
          queryClient.setQueryData<object>(["message", id], (data) => data && { ...data, ...flags });
      tellRefused(outcomes.flatMap(({ ok, server, detail }) => (ok ? [] : [server ?? detail])));
      if (outcomes.some(({ isWaiting }) => isWaiting === true))
        toasts.add({ title: "The server is away", description: "This is done when it is there again." });
    },
    onError: (error) => {
      if (error instanceof UndoneError) return;
      const { title, detail } = explain(error);
      toasts.add({ type: "error", title: `Not done: ${title}`, description: detail });
    },
  });
}

/** Forgets changes that were taken back while they waited for the server to be there again. */
export function useForgetTakenBack(): (held: Promise<void>) => void {
  const changes = useQueryClient().getMutationCache();
  return (held) => {
    for (const change of changes.findAll({ mutationKey: CHANGE, status: "pending" })) {
      const request = change.state.variables as ChangeRequest;
      if (change.state.isPaused && request.held === held) changes.remove(change);
    }
  };
}

/** What is on its way to the servers. */
export function usePendingChanges(): ChangeRequest[] {
  return useMutationState({
    filters: { mutationKey: CHANGE, status: "pending" },
    select: (mutation) => mutation.state.variables as ChangeRequest,
  });
}

async function send({ ids, op, held }: ChangeRequest): Promise<Outcome[]> {
  await held;
  const outcomes: Outcome[] = [];
  for (let start = 0; start < ids.length; start += MAX_BATCH) {
    const json = { ids: ids.slice(start, start + MAX_BATCH), op };
    outcomes.push(...(await read(client.messages.batch.$post({ json }))).items);
  }
  return outcomes;
}
