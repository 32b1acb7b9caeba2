import type { QueryClient } from "@tanstack/react-query";
import { listPostIn } from "../compose/answer-people.js";
import { accountsQuery, bodyQuery, headersQuery, messageQuery } from "../mail/queries.js";
import { type AnswerMode, beginDraft } from "./begin-draft.js";
import { findDraft, putDraft } from "./draft-requests.js";
import { DraftSaver } from "./draft-saver.js";
import { type DraftValues, emptyDraft } from "./draft-values.js";
import { findLeftBehind, forgetLocal, keepLocal, localKey, markOpen } from "./local-drafts.js";
import { newDraftId } from "./new-draft-id.js";

/** What a draft is opened for. */
export interface DraftRequest {
  readonly id: string;
  /** How it is begun, and about which message, where there is none yet. */
  readonly mode?: AnswerMode | undefined;
  readonly of?: number | undefined;
}

/** A draft that somebody writes at. */
export interface OpenDraft {
  readonly saver: DraftSaver;
  /** The id that it gets when it goes on apart from the other. */
  readonly copyId: string;
  /** Nobody writes at it here any more. */
  close(): void;
}

/** Opens a draft: what a tab that is no more has typed of it, what the server has, or a new one. */
export async function openDraft(queryClient: QueryClient, request: DraftRequest): Promise<OpenDraft> {
  const { id } = request;
  const left = (await findLeftBehind()).filter(([, draft]) => draft.id === id);
  const [newest] = left;
  const stored = newest === undefined ? await findDraft(id) : null;
  const key = localKey(id, newDraftId());
  const release = markOpen(key);
  const copyId = newest?.[1].copyId ?? newDraftId();
  const ports = {
    put: (values: DraftValues, version: number) => putDraft(id, values, version),
    find: () => findDraft(id),
    keep: (values: DraftValues, version: number) =>
      keepLocal(key, { id, version, values, copyId, at: Date.now() }),
    forget: () => forgetLocal(key),
  };
  const saver = await make();
  return {
    saver,
    copyId,
    close() {
      saver.stop();
      release();
    },
  };

  async function make(): Promise<DraftSaver> {
    if (newest !== undefined) {
      const [oldKey, { values, version }] = newest;
      ports.keep(values, version);
      forgetLocal(oldKey);
      return new DraftSaver({ values, version, save: { type: "typing" } }, ports);
    }
    if (stored !== null) {
      const save = { type: "saved", at: new Date(stored.updatedAt) } as const;
      return new DraftSaver({ values: valuesOf(stored), version: stored.version, save }, ports);
    }
    const values = await begin(queryClient, request);
    return new DraftSaver({ values, version: 0, save: { type: "untouched" } }, ports);
  }
}

/** What is written of a draft that the server has. */
export function valuesOf({ accountId, mode, replyToId, content }: DraftValues): DraftValues {
  return { accountId, mode, replyToId, content };
}

async function begin(queryClient: QueryClient, { mode, of }: DraftRequest) {
  const accounts = await queryClient.ensureQueryData(accountsQuery);
  if (mode !== undefined && of !== undefined) {
    const [message, body, fields] = await Promise.all([
      queryClient.ensureQueryData(messageQuery(of)),
      queryClient.ensureQueryData(bodyQuery(of)),
      // Only a mailing list is told by them: a server that is away holds nobody up.
      queryClient.ensureQueryData({ ...headersQuery(of), retry: false }).catch(() => []),
    ]);
    return beginDraft(mode, { message, body, listPost: listPostIn(fields) }, accounts);
  }
  const sender = accounts.find(({ outgoing }) => outgoing !== null) ?? accounts[0];
  return emptyDraft(sender?.id ?? "", sender?.signature ?? "");
}
