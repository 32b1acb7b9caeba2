import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problem-error.js";

const MAX_RETRIES = 2;

/** What the page knows; the one place for it. Changes come by events, so nothing gets old by itself. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEnd }),
  mutationCache: new MutationCache({ onError: noteEnd }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < MAX_RETRIES && (!(error instanceof ProblemError) || error.retryable),
    },
    mutations: { retry: false },
  },
});

/** A session that is over shows the login, whatever was asked for. */
function noteEnd(error: Error): void {
  if (error instanceof ProblemError && error.status === 401) queryClient.setQueryData(["session"], null);
}
