import { useNavigate } from "@tanstack/react-router";
import type { keepToken } from "../api/client.js";
import { queryClient } from "../api/query-client.js";

/** Where a login leads: nothing of who was here before stays, and the mailbox is shown. */
export function useEnter(): (session: Parameters<typeof keepToken>[0]) => Promise<void> {
  const navigate = useNavigate();
  return async (session) => {
    queryClient.clear();
    queryClient.setQueryData(["session"], session);
    await navigate({ to: "/inbox" });
  };
}
