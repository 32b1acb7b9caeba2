import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useParams, useSearch } from "@tanstack/react-router";
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
  readonly openId: number | undefined;
  /** The address of a message beside this list. */
  addressOf(id: number): string;
  open(id: number): void;
  close(): void;
  /** The same list with another search, or narrowed. */
  search(q: string): void;
  narrow(unread: boolean): void;
}

/** Reads the place from the address, and goes to others. */
export function useMailPlace(): MailPlace {
  const navigate = useNavigate();
  const { account, folder, message } = useParams({ strict: false });
  const { q, unread } = useSearch({ strict: false });
  const base = useLocation({ select: ({ pathname }) => pathname.replace(/\/m\/[^/]*$/, "") });
  const folders = useQuery(foldersQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const isSearch = base === "/search";
  const starred = base === "/starred";
  const filter: MessageFilter = {
    ...(folder !== undefined && { folder }),
    ...(starred && { starred }),
    ...(unread === true && { unread }),
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
