import { API, type ApiFixture } from "./api-fixture.js";

/** A message of a list. */
interface Item {
  readonly id: number;
  readonly uid: string;
  readonly accountId: string;
  readonly folderId: string;
  readonly subject: string;
  readonly seen: boolean;
}

/** A page of a list. */
interface Page {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** A page that a query asks for. */
export async function list(api: ApiFixture, query = ""): Promise<Page> {
  return (await api.json(`${API}/messages?${query}`)).body as Page;
}

/** The message of a subject, in the fixture's account of IMAP unless another is named. */
export async function bySubject(api: ApiFixture, subject: string, account = api.account.id): Promise<Item> {
  const { items } = await list(api, `q=${encodeURIComponent(`"${subject}"`)}`);
  const found = items.find((item) => item.subject === subject && item.accountId === account);
  if (found === undefined) throw new Error(`No message ${subject}`);
  return found;
}
