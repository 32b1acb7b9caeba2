import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type CSSProperties, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Message } from "../api/answers.js";
import { Divider } from "../components/divider.js";
import { useCompose } from "../compose/use-compose.js";
import type { AnswerMode } from "../drafts/begin-draft.js";
import { useKeys } from "../keys/use-keys.js";
import { ListPane } from "../list/list-pane.js";
import { EMPTY_LIST_STATE, extend, neighbour, step, targets, toggle } from "../list/list-state.js";
import { itemsOf } from "../mail/message-pages.js";
import { withPending } from "../mail/pending-changes.js";
import { accountsQuery, foldersQuery, messagesQuery } from "../mail/queries.js";
import { usePendingChanges } from "../mail/use-change-messages.js";
import { keepListWidth, LIST_WIDTH, readListWidth } from "./list-width.js";
import styles from "./mail.module.css";
import { MessagePane } from "./message-pane.js";
import { MoveSheet } from "./move-sheet.js";
import { useMailActions } from "./use-mail-actions.js";
import type { MailPlace } from "./use-mail-place.js";

/** A list beside the message that is open. */
export function Mail({ place }: { readonly place: MailPlace }) {
  const list = useInfiniteQuery({ ...messagesQuery(place.filter), enabled: place.filter.q?.trim() !== "" });
  const folders = useQuery(foldersQuery).data ?? [];
  const accounts = useQuery(accountsQuery).data ?? [];
  const pending = usePendingChanges();
  const items = withPending(itemsOf(list.data), pending);
  const ids = items.map(({ id }) => id);
  const [state, setState] = useState({ ...EMPTY_LIST_STATE, activeId: place.openId });
  /** Another object each time: the same row may be focused again. */
  const [focus, setFocus] = useState<{ readonly id: number }>();
  const [moving, setMoving] = useState<readonly Message[]>([]);
  const [width, setWidth] = useState(readListWidth);
  const compose = useCompose();
  const searchBox = useRef<HTMLInputElement>(null);

  const activate = (id: number | undefined): void => {
    if (id === undefined) return;
    setState((current) => ({ ...current, activeId: id }));
    setFocus({ id });
  };
  const actions = useMailActions(folders, (gone) => {
    const next = neighbour(ids, gone, state.activeId);
    setState({ activeId: next, selected: new Set() });
    if (next !== undefined) setFocus({ id: next });
    if (place.openId !== undefined && gone.includes(place.openId)) place.close();
  });
  const chosen = (): Message[] => {
    const wanted = new Set(targets(state, ids));
    return items.filter(({ id }) => wanted.has(id));
  };
  const flag = (flags: (messages: readonly Message[]) => Parameters<typeof actions.flag>[1]): void =>
    actions.flag(chosen(), flags(chosen()));
  const back = (): void => {
    if (place.openId === undefined) return setState({ ...state, selected: new Set() });
    place.close();
  };
  // Back from a message, by whatever way, the focus is on its row again, or on the one that took its place.
  const lastOpen = useRef(place.openId);
  const noteOpen = useEffectEvent((openId: number | undefined): void => {
    const left = lastOpen.current;
    lastOpen.current = openId;
    if (openId === undefined && left !== undefined)
      activate([left, state.activeId].find((id) => id !== undefined && ids.includes(id)) ?? ids[0]);
  });
  useEffect(() => noteOpen(place.openId), [place.openId]);
  const reach = (by: 1 | -1): void => {
    const next = extend(state, ids, by);
    setState(next);
    if (next.activeId !== undefined) setFocus({ id: next.activeId });
  };
  const answer = (mode: AnswerMode): void => {
    const of = place.openId ?? state.activeId;
    if (of !== undefined) compose(mode, of);
  };
  useKeys({
    next: () => activate(step(ids, state.activeId, 1)),
    previous: () => activate(step(ids, state.activeId, -1)),
    open: () => state.activeId !== undefined && place.open(state.activeId),
    back,
    select: () => state.activeId !== undefined && setState(toggle(state, state.activeId)),
    "extend-down": () => reach(1),
    "extend-up": () => reach(-1),
    archive: () => actions.archive(chosen()),
    delete: () => actions.remove(chosen()),
    star: () => flag((messages) => ({ flagged: messages.some(({ flagged }) => !flagged) })),
    "mark-read": () => flag(() => ({ seen: true })),
    "mark-unread": () => flag(() => ({ seen: false })),
    move: () => setMoving(chosen()),
    reply: () => answer("reply"),
    "reply-all": () => answer("reply-all"),
    forward: () => answer("forward"),
    search: () => searchBox.current?.focus(),
  });

  const open = (id: number): void => {
    setState({ activeId: id, selected: new Set() });
    place.open(id);
  };
  return (
    <div
      className={styles.mail}
      data-reading={place.openId !== undefined}
      style={{ "--list-width": `${width}px` } as CSSProperties}
    >
      <ListPane
        place={place}
        list={list}
        items={items}
        accounts={accounts}
        state={state}
        onState={setState}
        focus={focus}
        onOpen={open}
        actions={actions}
        onMove={setMoving}
        searchBox={searchBox}
      />
      <Divider
        label="Width of the list"
        width={width}
        min={LIST_WIDTH.min}
        max={LIST_WIDTH.max}
        onWidth={(wanted) => {
          setWidth(wanted);
          keepListWidth(wanted);
        }}
      />
      <MessagePane
        id={place.openId}
        place={place}
        row={items.find(({ id }) => id === place.openId)}
        accounts={accounts}
        actions={actions}
        onOpen={open}
        onBack={back}
        onMove={setMoving}
      />
      <MoveSheet messages={moving} folders={folders} onMove={actions.move} onClose={() => setMoving([])} />
    </div>
  );
}
