import type { LiveEvent } from "./event-plan.js";

const TYPES = [
  "message.added",
  "message.updated",
  "message.removed",
  "folder.added",
  "folder.updated",
  "folder.removed",
  "account.added",
  "account.state",
  "account.removed",
  "sync.progress",
  "draft.saved",
  "draft.removed",
  "send.queued",
  "send.sending",
  "send.cancelled",
  "send.sent",
  "send.partial",
  "send.failed",
  "send.deferred",
  "send.unknown",
  "send.resolved",
  "events.reset",
];
const AGAIN_MS = 5_000;

/** What is told of the stream. */
export interface EventStreamOptions {
  readonly onEvent: (event: LiveEvent) => void;
  /** It listens; what happened before may not have been told. */
  readonly onOpen: () => void;
  /** It does not listen, and tries again by itself. */
  readonly onLost: () => void;
  /** The server does not let it listen; it is tried again later. */
  readonly onRefused: () => void;
}

/** A stream that goes on until it is closed. */
export interface EventStream {
  close(): void;
  /** Listens anew, from the last event that came: the network is another one, and the old connection may be dead. */
  renew(): void;
}

/**
 * Listens to changes, and goes on after a break where it was. A browser gives up for good when it is refused: then it
 * is tried anew, from the last event that came.
 */
export function openEventStream({ onEvent, onOpen, onLost, onRefused }: EventStreamOptions): EventStream {
  let last: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source = open();
  const close = (): void => {
    clearTimeout(timer);
    source.close();
  };
  return {
    close,
    renew() {
      close();
      source = open();
    },
  };

  function open(): EventSource {
    const opened = new EventSource(last === undefined ? "/api/v1/events" : `/api/v1/events?after=${last}`);
    const isKnown = last !== undefined;
    opened.addEventListener("ready", (event) => {
      // What is between this place and what was read before nobody told.
      if (!isKnown && last === undefined) onEvent({ type: "events.reset", accountId: null, data: {} });
      last = event.lastEventId;
      onOpen();
    });
    for (const type of TYPES)
      opened.addEventListener(type, (event: MessageEvent<string>) => {
        last = event.lastEventId;
        onEvent({ accountId: null, data: {}, ...(JSON.parse(event.data) as Partial<LiveEvent>), type });
      });
    opened.addEventListener("error", () => {
      onLost();
      if (opened.readyState !== EventSource.CLOSED) return;
      onRefused();
      timer = setTimeout(() => {
        source = open();
      }, AGAIN_MS);
    });
    return opened;
  }
}
