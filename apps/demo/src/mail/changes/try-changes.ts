import { isMailError, type MailError } from "@mailwright/core";
import { inTransaction } from "../../db/in-transaction.js";
import { findFolder } from "../../store/folders.js";
import { removeMessages, setFlags } from "../../store/messages/change-messages.js";
import {
  type ChangeError,
  type ClaimedChange,
  forgetChanges,
  postponeChanges,
  type Refused,
  refuseChanges,
} from "../../store/messages/wanted-changes.js";
import { type Tenant, within } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";
import type { WebClients } from "../web-clients.js";
import { changeOnServer, type MessageChange } from "./change-on-server.js";

/** What changes work with. */
export interface ChangeWork {
  readonly environment: MailEnvironment;
  readonly clients: WebClients;
}

/** What became of changes that were tried. */
export type TriedChanges =
  | { readonly type: "done" }
  /** The message, its folder, its account or where it shall go is not there. */
  | { readonly type: "gone"; readonly what: Refused }
  | { readonly type: "waiting"; readonly error: MailError }
  | { readonly type: "refused"; readonly what: Refused; readonly error: MailError };

/** After a failed try the next one comes after so many seconds: eight tries in two hours. */
const RETRY_SECONDS = [30, 60, 120, 300, 900, 1_800, 3_600] as const;

/**
 * Tries changes of one folder's messages that want the same, and writes into their rows what became of it. What the server may
 * agree to later waits. A refusal is told by an event, unless somebody waits for the answer. Killed between the
 * server's word and the row, the change is tried again, which changes nothing.
 */
export async function tryChanges(
  { environment, clients }: ChangeWork,
  tenant: Tenant,
  changes: readonly ClaimedChange[],
  { isAnswered }: { readonly isAnswered: boolean },
): Promise<TriedChanges> {
  const tried = await onServer(clients, tenant, changes);
  await inTransaction(environment.database, async (sql) => {
    const inside = within(tenant, sql);
    if (tried.type === "done") await settle(inside, changes);
    else if (tried.type === "waiting") await letWait(inside, changes, toChangeError(tried.error));
    else if (isAnswered) await forgetChanges(inside, changes, tried.what);
    else {
      const error = tried.type === "gone" ? GONE : toChangeError(tried.error);
      await refuseChanges(inside, changes, error, tried.what);
    }
  });
  return tried;
}

/** Lets changes wait for their next try; those that were tried often enough are given up. */
export async function letWait(
  tenant: Tenant,
  changes: readonly ClaimedChange[],
  error: ChangeError,
): Promise<void> {
  for (const tries of new Set(changes.map(({ wanted }) => wanted.tries))) {
    const some = changes.filter(({ wanted }) => wanted.tries === tries);
    const seconds = RETRY_SECONDS[tries - 1];
    if (seconds === undefined) await refuseChanges(tenant, some, error);
    else await postponeChanges(tenant, some, error, seconds);
  }
}

const GONE: ChangeError = { code: "not-found", message: "The folder is no longer there" };

async function onServer(
  clients: WebClients,
  tenant: Tenant,
  changes: readonly ClaimedChange[],
): Promise<TriedChanges> {
  const [first] = changes;
  if (first === undefined) return { type: "done" };
  const folder = await findFolder(tenant, first.folderId);
  if (folder === undefined) return { type: "gone", what: "all" };
  const { moveTo } = first.wanted;
  const target = moveTo === undefined ? undefined : await findFolder(tenant, moveTo);
  // A folder of another account is as good as none.
  if (moveTo !== undefined && target?.accountId !== folder.accountId) return { type: "gone", what: "place" };
  const uids = changes.map(({ uid }) => uid);
  let what: Refused = "all";
  try {
    const done = await clients.use(tenant, folder.accountId, async (client) => {
      for (const step of stepsOf(first, target?.path)) {
        what = step.type === "flags" ? "all" : "place";
        await changeOnServer(client, folder.path, uids, step);
      }
      return true;
    });
    return done === true ? { type: "done" } : { type: "gone", what: "all" };
  } catch (error) {
    if (!isMailError(error)) throw error;
    return mayWorkLater(error) ? { type: "waiting", error } : { type: "refused", what, error };
  }
}

/** Flags first: after it was moved, the message has another number. */
function stepsOf({ wanted }: ClaimedChange, to: string | undefined): MessageChange[] {
  const { seen, flagged, isDeleted } = wanted;
  return [
    ...(seen === undefined && flagged === undefined
      ? []
      : [{ type: "flags" as const, flags: { seen, flagged } }]),
    ...(isDeleted === true
      ? [{ type: "delete" as const }]
      : to === undefined
        ? []
        : [{ type: "move" as const, to }]),
  ];
}

/** Also where nobody knows whether it was done: to do it twice changes nothing. */
function mayWorkLater({ retryable, code }: MailError): boolean {
  return retryable || code === "unknown-outcome" || code === "closed" || code === "aborted";
}

async function settle(tenant: Tenant, changes: readonly ClaimedChange[]): Promise<void> {
  const ids = changes.map(({ id }) => id);
  const [first] = changes;
  if (first === undefined) return;
  const { seen, flagged, moveTo, isDeleted } = first.wanted;
  if (moveTo !== undefined || isDeleted === true) await removeMessages(tenant, ids);
  else {
    await forgetChanges(tenant, changes);
    await setFlags(tenant, ids, { seen, flagged });
  }
}

/** A failure of a server as the rows of changes have it. */
export function toChangeError({ code, message, server }: MailError): ChangeError {
  return { code, message, ...(server !== undefined && { server: server.text }) };
}
