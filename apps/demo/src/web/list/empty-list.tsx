import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Inbox, SearchX } from "lucide-react";
import { Button } from "../components/button.js";
import { Notice } from "../components/notice.js";
import { accountsQuery } from "../mail/queries.js";
import { chipsOf, withoutChip } from "../mail/search-query.js";
import type { MailPlace } from "../view/use-mail-place.js";

/** Instead of rows: why there are none, and the way to some. */
export function EmptyList({ place }: { readonly place: MailPlace }) {
  const accounts = useQuery(accountsQuery);
  const { q, unread } = place.filter;
  if (q?.trim() === "")
    return (
      <Notice title="Search all mail" icon={<SearchX size={32} aria-hidden />}>
        <p>Words, "a phrase", from:ada, subject:minutes, is:unread, has:attachment, before:2026-01-31</p>
      </Notice>
    );
  if (q !== undefined)
    return (
      <Notice title={`No mail matches ‹${q}›`} icon={<SearchX size={32} aria-hidden />}>
        {chipsOf(q).map(({ text, label }) => (
          <Button key={text} onClick={() => place.search(withoutChip(q, text))}>
            Search without “{label}”
          </Button>
        ))}
      </Notice>
    );
  if (accounts.data?.length === 0)
    return (
      <Notice title="Add your first account" icon={<Inbox size={32} aria-hidden />}>
        <p>Its mail shows up here, newest first, while it is being read.</p>
        <Link to="/accounts/new">Add an account</Link>
      </Notice>
    );
  return (
    <Notice
      title={unread === true ? `Nothing unread in ${place.title}` : `Nothing in ${place.title}`}
      icon={<Inbox size={32} aria-hidden />}
    >
      {unread === true && <Button onClick={() => place.narrow(false)}>Show all</Button>}
    </Notice>
  );
}
