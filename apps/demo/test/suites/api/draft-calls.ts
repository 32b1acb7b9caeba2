import { afterAll, beforeAll } from "vitest";
import { newId } from "../../../src/db/new-id.js";
import { createAccount, deleteAccount } from "../../../src/store/accounts.js";
import { keyring } from "../fixture.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";

/** What a draft has when a test says nothing about it. */
export interface DraftParts {
  readonly text?: string;
  readonly attachments?: readonly object[];
}

/** An answer about a message of the outbox. */
interface SentAnswer {
  readonly status: number;
  readonly body: { readonly id: string; readonly state: string };
}

/** An id as the page makes it. */
export const newDraftId = (): string => newId();

/** An account that could send, for as long as a suite runs; nobody sends. */
export function withSender(api: () => ApiFixture): () => string {
  let id = "";
  beforeAll(async () => {
    const { tenant, mail } = api();
    // Nobody answers there: what is synced is not what these tests are about.
    const at = { host: mail.host, security: "tls", user: ada.user, port: 9 } as const;
    const account = {
      name: "Sender",
      address: "sender@example.test",
      colour: "#3366cc",
      kind: "imap",
    } as const;
    const secrets = { incoming: { password: ada.password }, outgoing: { password: ada.password } };
    ({ id } = await createAccount(tenant, keyring, { ...account, incoming: at, outgoing: at }, secrets));
  });
  afterAll(() => deleteAccount(api().tenant, id));
  return () => id;
}

/** A draft to one recipient. */
export function draftOf(accountId: string, { text = "Hello.", attachments = [] }: DraftParts = {}) {
  const to = [{ name: "Bob", address: "bob@example.test" }];
  const content = { to, cc: [], bcc: [], subject: "Bridges", text, attachments };
  return { accountId, mode: "new", replyToId: null, content };
}

/** Saves a draft over a version. */
export async function saveDraft(api: ApiFixture, id: string, known: number, body: object) {
  return await api.json(`${API}/drafts/${id}`, { method: "PUT", headers: { "if-match": `${known}` }, body });
}

/** Sends a draft, for later, with the key that the page would make. */
export async function sendDraft(
  api: ApiFixture,
  draftId: string,
  version: number,
  accountId: string,
  key = `${draftId} ${version}`,
): Promise<SentAnswer> {
  const answer = await api.json(`${API}/outbox`, {
    method: "POST",
    headers: { "idempotency-key": key, "if-match": `${version}` },
    body: {
      accountId,
      to: [{ address: "bob@example.test" }],
      subject: "Bridges",
      text: "Hello.",
      draftId,
      holdSeconds: 100,
    },
  });
  return { status: answer.status, body: answer.body as SentAnswer["body"] };
}
