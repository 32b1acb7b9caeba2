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
  const found = await findBySubject(api, subject, account);
  if (found === undefined) throw new Error(`No message ${subject}`);
  return found;
}

/** The same; `undefined` where it has not come yet. */
export async function findBySubject(
  api: ApiFixture,
  subject: string,
  account = api.account.id,
): Promise<Item | undefined> {
  const { items } = await list(api, `q=${encodeURIComponent(`"${subject}"`)}`);
  return items.find((item) => item.subject === subject && item.accountId === account);
}
