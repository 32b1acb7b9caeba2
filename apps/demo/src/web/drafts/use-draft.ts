import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { findDraft } from "./draft-requests.js";
import type { DraftSaver, DraftSnapshot } from "./draft-saver.js";
import { type OpenDraft, valuesOf } from "./open-draft.js";

/** What was last told of a draft: the version that it has, or that it is no more. */
type ToldVersion = number | "gone";

/** A draft as it is here, and as it is kept to what happens elsewhere; closed when it is left. */
export function useDraft(id: string, open: OpenDraft): DraftSnapshot {
  const { saver } = open;
  const snapshot = useSyncExternalStore(saver.subscribe, saver.snapshot);
  const { data: told = 0 } = useQuery<ToldVersion>({ queryKey: ["draft-version", id], enabled: false });
  const follow = useEffectEvent(async (): Promise<void> => {
    if (!saver.isSafe || snapshot.version === 0) return;
    if (told === "gone") saver.lose();
    else if (told > snapshot.version) await takeNewer(id, saver);
  });
  // Also when a save has ended: until then nobody knows whose version was told of.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => void follow(), [told, snapshot.version, snapshot.save.type]);
  const leave = useEffectEvent(async (): Promise<void> => {
    await saver.flush();
    open.close();
  });
  useEffect(() => {
    const onHide = (): void => void saver.flush();
    window.addEventListener("pagehide", onHide);
    return () => {
      window.removeEventListener("pagehide", onHide);
      void leave();
    };
  }, [saver]);
  return snapshot;
}

/** Goes on with what the server has, unless somebody began to type meanwhile. */
async function takeNewer(id: string, saver: DraftSaver): Promise<void> {
  const draft = await findDraft(id);
  if (draft === null || !saver.isSafe || draft.version <= saver.snapshot().version) return;
  saver.adopt({ values: valuesOf(draft), version: draft.version, savedAt: new Date(draft.updatedAt) });
}
