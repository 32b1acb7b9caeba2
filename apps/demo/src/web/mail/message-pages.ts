import type { InfiniteData } from "@tanstack/react-query";
import type { Message, MessagePage } from "../api/answers.js";

/** A list as far as it was read. */
export type MessagePages = InfiniteData<MessagePage>;

/** All messages of a list that were read, newest first. */
export function itemsOf(data: MessagePages | undefined): Message[] {
  return data?.pages.flatMap(({ items }) => items) ?? [];
}

/** Takes messages out of a list. */
export function removeItems(data: MessagePages, ids: ReadonlySet<number>): MessagePages {
  return mapPages(data, (items) =>
    items.some(({ id }) => ids.has(id)) ? items.filter(({ id }) => !ids.has(id)) : items,
  );
}

/** Gives messages of a list other values. */
export function patchItems(
  data: MessagePages,
  ids: ReadonlySet<number>,
  patch: Partial<Message>,
): MessagePages {
  return mapPages(data, (items) =>
    items.some(({ id }) => ids.has(id))
      ? items.map((item) => (ids.has(item.id) ? { ...item, ...patch } : item))
      : items,
  );
}

/** Puts a message in the place of what the list has of it. */
export function replaceItem(data: MessagePages, message: Message): MessagePages {
  return mapPages(data, (items) =>
    items.some(({ id }) => id === message.id)
      ? items.map((item) => (item.id === message.id ? message : item))
      : items,
  );
}

/** Puts a message into a list where its date says, unless that is further down than was read. */
export function placeItem(data: MessagePages, message: Message): MessagePages {
  const items = itemsOf(data);
  if (items.some(({ id }) => id === message.id)) return replaceItem(data, message);
  const after = items.find((item) => isBefore(message, item));
  const last = data.pages.length - 1;
  if (after === undefined && data.pages[last]?.next !== undefined) return data;
  const pages = data.pages.map((page, index) => {
    const at = page.items.findIndex(({ id }) => id === after?.id);
    if (at !== -1) return { ...page, items: page.items.toSpliced(at, 0, message) };
    return after === undefined && index === last ? { ...page, items: [...page.items, message] } : page;
  });
  return { ...data, pages };
}

/** Newer, or of the same moment and with the higher number: the order of every list. */
function isBefore(one: Message, other: Message): boolean {
  return one.date > other.date || (one.date === other.date && one.id > other.id);
}

/** The same object when nothing changed, so that nothing is drawn again. */
function mapPages(data: MessagePages, change: (items: Message[]) => Message[]): MessagePages {
  const pages = data.pages.map((page) => {
    const items = change(page.items);
    return items === page.items ? page : { ...page, items };
  });
  return pages.every((page, index) => page === data.pages[index]) ? data : { ...data, pages };
}
