import { Link } from "@tanstack/react-router";
import { Menu } from "lucide-react";
import { type RefObject, use, useEffect, useEffectEvent, useRef } from "react";
import type { Message } from "../api/answers.js";
import { IconButton } from "../components/button.js";
import { ErrorBox } from "../components/notice.js";
import { ShellContext } from "../shell/shell-context.js";
import { EmptyList } from "./empty-list.js";
import styles from "./list-pane.module.css";
import { ListSkeleton } from "./list-skeleton.js";
import { MessageList, type MessageListProps } from "./message-list.js";
import { SearchBar } from "./search-bar.js";
import { SelectionBar } from "./selection-bar.js";

interface ListPaneProps extends MessageListProps {
  readonly onMove: (messages: readonly Message[]) => void;
  readonly searchBox: RefObject<HTMLInputElement | null>;
}

/** The list with all that is about it: its name, the search, what is selected, and what there is instead of rows. */
export function ListPane(props: ListPaneProps) {
  const { place, list, items, state, onState, actions, onMove, searchBox } = props;
  const { openDrawer } = use(ShellContext);
  const selected = items.filter(({ id }) => state.selected.has(id));
  const heading = useRef<HTMLHeadingElement>(null);
  // Another list is another page to those who do not see it.
  const noteShown = useEffectEvent((): void => {
    if (place.openId !== undefined) return;
    if (place.filter.q?.trim() === "") searchBox.current?.focus();
    else heading.current?.focus({ preventScroll: true });
  });
  useEffect(() => noteShown(), []);
  const total = list.data?.pages[0]?.total;
  return (
    <section className={styles.pane} aria-label="Messages">
      <title>{`${place.title} – Mailwright`}</title>
      <header className={styles.header}>
        <IconButton label="Show folders" className={styles.menu} onClick={openDrawer}>
          <Menu size={18} aria-hidden />
        </IconButton>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {place.title}
        </h1>
        {total !== undefined && <span className={styles.total}>{total} found</span>}
        <button
          type="button"
          className={styles.filter}
          aria-pressed={place.filter.unread === true}
          hidden={place.filter.q !== undefined}
          onClick={() => place.narrow(place.filter.unread !== true)}
        >
          Unread
        </button>
      </header>
      <SearchBar query={place.filter.q} onSearch={place.search} box={searchBox} />
      {selected.length > 0 && (
        <SelectionBar
          messages={selected}
          actions={actions}
          onMove={onMove}
          onClear={() => onState({ ...state, selected: new Set() })}
        />
      )}
      {list.isError && items.length === 0 ? (
        <ErrorBox error={list.error} onRetry={() => void list.refetch()}>
          {place.account !== undefined && (
            <Link to="/accounts/$id" params={{ id: place.account }}>
              The account
            </Link>
          )}
        </ErrorBox>
      ) : place.filter.q?.trim() === "" ? (
        <EmptyList place={place} />
      ) : list.data === undefined ? (
        <ListSkeleton />
      ) : items.length === 0 && !list.hasNextPage ? (
        <EmptyList place={place} />
      ) : (
        <MessageList {...props} />
      )}
    </section>
  );
}
