/** A change as the server tells it. */
export interface LiveEvent {
  readonly type: string;
  readonly accountId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What events of a short while mean for what the page knows. */
export interface EventPlan {
  /** Something was missed: everything must be read anew. */
  readonly isReset: boolean;
  readonly added: ReadonlySet<number>;
  readonly updated: ReadonlySet<number>;
  readonly removed: ReadonlySet<number>;
  /** Why servers refused changes that had waited for them, in their words. */
  readonly refusals: readonly string[];
  /** How many came into an inbox unread. */
  readonly arrivals: number;
  /** New values of folders and accounts, by id. */
  readonly folders: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly accounts: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly areFoldersOther: boolean;
  /** Folders lost their messages or their role, and nobody tells of each message. */
  readonly areListsOther: boolean;
  /** A first sync goes on, which tells of its progress and not of each message. */
  readonly isFirstSync: boolean;
  readonly areAccountsOther: boolean;
  /** The last version of drafts that were saved, by id; `gone` for those that are none any more. */
  readonly drafts: ReadonlyMap<string, number | "gone">;
  /** The state that messages which are sent have come to, by id. */
  readonly sends: ReadonlyMap<string, string>;
  /** Messages of which something came back: a bounce, a complaint. */
  readonly returned: ReadonlySet<string>;
}

/** Sums events up, the later ones over the earlier ones: a message that came and went is not asked for. */
export function planEvents(events: readonly LiveEvent[]): EventPlan {
  const added = new Set<number>();
  const updated = new Set<number>();
  const removed = new Set<number>();
  const folders = new Map<string, Readonly<Record<string, unknown>>>();
  const accounts = new Map<string, Readonly<Record<string, unknown>>>();
  const refusals: string[] = [];
  const arrived = new Set<number>();
  const drafts = new Map<string, number | "gone">();
  const sends = new Map<string, string>();
  const returned = new Set<string>();
  for (const { type, data } of events) {
    const id = Number(data["id"]);
    const name = String(data["id"]);
    if (type === "message.added") {
      added.add(id);
      if (data["inbox"] === true && data["seen"] === false) arrived.add(id);
    } else if (type === "message.updated") updated.add(id);
    else if (type === "message.refused") {
      updated.add(id);
      refusals.push(String(data["server"] ?? data["message"]));
    } else if (type === "message.removed") {
      for (const set of [added, updated, arrived]) set.delete(id);
      removed.add(id);
    } else if (type === "sync.progress") folders.set(name, data);
    else if (type === "account.state") accounts.set(name, data);
    else if (type === "draft.saved") drafts.set(name, Number(data["version"]));
    else if (type === "draft.removed") drafts.set(name, "gone");
    else if (type === "message.bounced" || type === "message.complained") returned.add(name);
    else if (type.startsWith("send.")) sends.set(name, String(data["state"]));
  }
  const has = (test: (type: string) => boolean): boolean => events.some(({ type }) => test(type));
  return {
    isReset: has((type) => type === "events.reset"),
    added,
    updated: new Set([...updated].filter((id) => !added.has(id))),
    removed,
    refusals,
    arrivals: arrived.size,
    folders,
    accounts,
    // Counts change with messages, and no event has them but that of a sync.
    areFoldersOther: has((type) => type.startsWith("folder.") || type.startsWith("message.")),
    areListsOther: has((type) => type === "folder.updated" || type === "folder.removed"),
    isFirstSync: events.some(({ type, data }) => type === "sync.progress" && data["lastPassAt"] === null),
    areAccountsOther: has((type) => type === "account.added" || type === "account.removed"),
    drafts,
    sends,
    returned,
  };
}
