import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useEffectEvent, useLayoutEffect, useRef } from "react";
import type { Account, Message } from "../api/answers.js";
import { ErrorBox } from "../components/notice.js";
import type { MessagePages } from "../mail/message-pages.js";
import { readRowHeight } from "../theme/row-density.js";
import type { MailActions } from "../view/use-mail-actions.js";
import type { MailPlace } from "../view/use-mail-place.js";
import { extendTo, type ListState, toggle } from "./list-state.js";
import styles from "./message-list.module.css";
import { MessageRow } from "./message-row.js";

const OVERSCAN = 8;
/** The next page is asked for when so few rows are left below. */
const READ_AHEAD = 20;

/** What a list is shown with. */
export interface MessageListProps {
  readonly place: MailPlace;
  readonly list: UseInfiniteQueryResult<MessagePages>;
  readonly items: readonly Message[];
  readonly accounts: readonly Account[];
  readonly state: ListState;
  readonly onState: (state: ListState) => void;
  readonly focus: { readonly id: number } | undefined;
  readonly onOpen: (id: number) => void;
  readonly actions: MailActions;
}

/** The rows, of which only those that are seen exist; one of them has the tab stop. */
export function MessageList(props: MessageListProps) {
  const { place, list, items, accounts, state, onState, focus, onOpen, actions } = props;
  const box = useRef<HTMLDivElement>(null);
  const ids = items.map(({ id }) => id);
  const activeIndex = Math.max(0, ids.indexOf(state.activeId ?? -1));
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: readRowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: OVERSCAN,
    // The row with the tab stop exists wherever the list is scrolled to.
    rangeExtractor: (range) =>
      [...new Set([activeIndex, ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
  });
  const rows = virtual.getVirtualItems();
  const lastIndex = rows.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = list;
  const isNextWanted =
    hasNextPage && !isFetchingNextPage && !isError && lastIndex > items.length - READ_AHEAD;
  useEffect(() => {
    if (isNextWanted) void fetchNextPage();
  }, [isNextWanted, fetchNextPage]);
  const focusRow = useEffectEvent((id: number): void => {
    const index = ids.indexOf(id);
    if (index === -1) return;
    virtual.scrollToIndex(index, { align: "auto" });
    box.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus({ preventScroll: true });
  });
  // When somebody asks for it, not when rows come and go.
  useLayoutEffect(() => {
    if (focus !== undefined) focusRow(focus.id);
  }, [focus]);

  return (
    <div ref={box} className={styles.list}>
      <div
        role="grid"
        aria-label={place.title}
        aria-multiselectable
        aria-rowcount={hasNextPage ? -1 : items.length}
        className={styles.rows}
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.map(({ index, start }) => {
          const message = items[index];
          if (message === undefined) return null;
          const { id } = message;
          return (
            <MessageRow
              key={id}
              message={message}
              index={index}
              top={start}
              colour={accounts.find((account) => account.id === message.accountId)?.colour}
              folder={place.isUnified ? message.folderName : undefined}
              isActive={index === activeIndex}
              isOpen={id === place.openId}
              isSelected={state.selected.has(id)}
              onOpen={() => onOpen(id)}
              onActive={() => state.activeId !== id && onState({ ...state, activeId: id })}
              onSelect={(isRange) => onState(isRange ? extendTo(state, ids, id) : toggle(state, id))}
              onStar={() => actions.flag([message], { flagged: !message.flagged })}
            />
          );
        })}
      </div>
      {isFetchingNextPage && (
        <p className={styles.more} role="status">
          Loading more…
        </p>
      )}
      {isError && <ErrorBox error={list.error} onRetry={() => void fetchNextPage()} />}
    </div>
  );
}
