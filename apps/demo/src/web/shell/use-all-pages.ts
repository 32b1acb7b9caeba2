import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** Lists and messages come first. */
const WAIT_MS = 3_000;

/** Loads the pages that few look at, after all else: then they can be opened also while the server is away. */
export function useAllPages(): void {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [router]);
}
