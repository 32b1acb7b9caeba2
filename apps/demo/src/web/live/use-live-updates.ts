import { onlineManager, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { tellRefused } from "../mail/tell-refused.js";
import { createAnnouncer } from "./announcer.js";
import { applyPlan } from "./apply-plan.js";
import { type EventPlan, type LiveEvent, planEvents } from "./event-plan.js";
import { openEventStream } from "./event-stream.js";

/** Events of so long are applied together. */
const GATHER_MS = 100;
/** During a first sync lists are read anew at most so often. */
const REFRESH_MS = 2_000;
const ANNOUNCE_MS = 10_000;

/** Keeps what the page knows to what happens on the server; answers with what to tell, and since when nothing is heard. */
export function useLiveUpdates(onSends: (states: EventPlan["sends"]) => void) {
  const queryClient = useQueryClient();
  const tellSends = useEffectEvent(onSends);
  /** Counted, since the same words twice are told twice. */
  const [announcement, setAnnouncement] = useState({ count: 0, words: "" });
  const [offlineSince, setOfflineSince] = useState<Date>();
  useEffect(() => {
    const announcer = createAnnouncer(ANNOUNCE_MS, (words) =>
      setAnnouncement(({ count }) => ({ count: count + 1, words })),
    );
    let gathered: LiveEvent[] = [];
    let refreshing: ReturnType<typeof setTimeout> | undefined;
    const flush = (): void => {
      const plan = planEvents(gathered);
      gathered = [];
      announcer.add(plan.arrivals);
      tellSends(new Map([...plan.sends, ...[...plan.returned].map((id) => [id, "returned"] as const)]));
      tellRefused(plan.refusals);
      void applyPlan(queryClient, plan);
      if (plan.isFirstSync && !plan.isReset) refreshing ??= setTimeout(refreshFirst, REFRESH_MS);
    };
    const refreshFirst = (): void => {
      refreshing = undefined;
      void queryClient.invalidateQueries({ queryKey: ["messages"] });
    };
    const onLost = (): void => {
      setOfflineSince((since) => since ?? new Date());
      onlineManager.setOnline(false);
    };
    const onOpen = (): void => {
      setOfflineSince(undefined);
      onlineManager.setOnline(true);
    };
    const stream = openEventStream({
      onEvent: (event) => {
        if (gathered.length === 0) setTimeout(flush, GATHER_MS);
        gathered.push(event);
      },
      onOpen,
      onLost,
      onRefused: () => {
        // The server is there: it says who may listen no more.
        onlineManager.setOnline(true);
        void queryClient.invalidateQueries({ queryKey: ["session"] });
      },
    });
    window.addEventListener("offline", onLost);
    window.addEventListener("online", stream.renew);
    return () => {
      stream.close();
      announcer.stop();
      clearTimeout(refreshing);
      // Nobody listens any more, which says nothing about the server.
      onlineManager.setOnline(true);
      window.removeEventListener("offline", onLost);
      window.removeEventListener("online", stream.renew);
    };
  }, [queryClient]);
  return { announcement, offlineSince };
}
