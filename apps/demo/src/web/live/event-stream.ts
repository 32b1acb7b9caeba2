import type { WebhookEvent } from "../settings/webhooks/webhook-queries.js";
import type { LiveEvent } from "./event-plan.js";

/** All that the server tells: what webhooks are told of, and what is told to pages alone. */
type Told = WebhookEvent | "sync.progress" | "draft.saved" | "draft.removed" | "events.reset";

// A record, since a type that is missing in it does not compile; a browser hears of no others.
const TYPES: Readonly<Record<Told, true>> = {
  "message.added": true,
  "message.updated": true,
  "message.removed": true,
  "message.refused": true,
  "message.bounced": true,
  "message.complained": true,
  "folder.added": true,
  "folder.updated": true,
  "folder.removed": true,
  "account.added": true,
  "account.state": true,
  "account.removed": true,
  "sync.progress": true,
  "draft.saved": true,
  "draft.removed": true,
  "send.queued": true,
  "send.sending": true,
  "send.cancelled": true,
  "send.sent": true,
  "send.partial": true,
  "send.failed": true,
  "send.deferred": true,
  "send.unknown": true,
  "send.resolved": true,
  "events.reset": true,
};
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
    for (const type of Object.keys(TYPES))
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
