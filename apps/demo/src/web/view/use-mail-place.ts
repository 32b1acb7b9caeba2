import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import type { MessageFilter } from "../mail/message-filter.js";
import { accountsQuery, foldersQuery } from "../mail/queries.js";

/** Which list is shown, by the page's address, and what is open of it. */
export interface MailPlace {
  readonly filter: MessageFilter;
  readonly title: string;
  /** The address of the list itself. */
  readonly base: string;
  /** Rows say which folder they are of: the list has several, and not all inboxes. */
  readonly isUnified: boolean;
  /** The account that the list's folder is of. */
  readonly account: string | undefined;
  readonly openId: number | undefined;
  /** The address of a message beside this list. */
  addressOf(id: number): string;
  open(id: number): void;
  close(): void;
  /** The same list with another search, or narrowed. */
  search(q: string): void;
  narrow(unread: boolean): void;
}

const OF_FOLDER = /^\/a\/([^/]+)\/f\/([^/]+)/;
const OPEN = /\/m\/([^/]*)$/;

/** Reads the place from the address, or from that of what lies behind the page, and goes to others. */
export function useMailPlace(behind?: string): MailPlace {
  const navigate = useNavigate();
  const here = useLocation({ select: ({ pathname, searchStr }) => `${pathname}${searchStr}` });
  const { pathname, searchParams } = new URL(behind ?? here, location.origin);
  const [, account, folder] = OF_FOLDER.exec(pathname) ?? [];
  const message = OPEN.exec(pathname)?.[1];
  const base = pathname.replace(OPEN, "");
  const q = searchParams.get("q") ?? undefined;
  const unread = searchParams.get("unread") === "true";
  const folders = useQuery(foldersQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const isSearch = base === "/search";
  const starred = base === "/starred";
  const filter: MessageFilter = {
    ...(folder !== undefined && { folder }),
    ...(starred && { starred }),
    ...(unread && { unread }),
    ...(isSearch && { q: q ?? "" }),
  };
  const address = (
    path: string,
    narrowed: { readonly q?: string | undefined; readonly unread?: boolean | undefined },
  ): string => {
    const search = new URLSearchParams();
    if (narrowed.q !== undefined) search.set("q", narrowed.q);
    if (narrowed.unread === true) search.set("unread", "true");
    const text = search.toString();
    return text === "" ? path : `${path}?${text}`;
  };
  const go = (...target: Parameters<typeof address>): void => void navigate({ href: address(...target) });
  const openId = Number(message);
  return {
    filter,
    title: title(),
    base,
    account,
    isUnified: folder === undefined && base !== "/inbox",
    openId: message === undefined || Number.isNaN(openId) ? undefined : openId,
    addressOf: (id) => address(`${base}/m/${id}`, { q, unread }),
    open: (id) => go(`${base}/m/${id}`, { q, unread }),
    close: () => go(base, { q, unread }),
    search: (next) => go("/search", { q: next }),
    narrow: (next) => go(base, { q, unread: next }),
  };

  function title(): string {
    if (isSearch) return "Search";
    if (starred) return "Starred";
    if (folder === undefined) return "Inbox";
    const name = folders.find(({ id }) => id === folder)?.displayName ?? "Folder";
    const owner = accounts.find(({ id }) => id === account)?.name;
    return owner === undefined ? name : `${name} – ${owner}`;
  }
}
