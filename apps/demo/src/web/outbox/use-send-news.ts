import { useNavigate } from "@tanstack/react-router";
import { toasts } from "../components/toaster.js";

/** What somebody should look at, by the state of a message, or `returned`; all else goes as it should. */
const NEWS: Readonly<Record<string, string>> = {
  partial: "Not everybody got your message",
  rejected: "Your message was refused",
  invalid: "Your message cannot be sent as it is",
  returned: "Something came back about your message",
  unknown: "Your message may have arrived; nobody knows yet",
};

/** Tells what did not go well with messages that were sent, and leads there. */
export function useSendNews(): (states: ReadonlyMap<string, string>) => void {
  const navigate = useNavigate();
  return (states) => {
    for (const [sent, state] of states) {
      const title = NEWS[state];
      if (title === undefined || location.pathname === `/outbox/${sent}`) continue;
      const onClick = (): void => void navigate({ to: "/outbox/$sent", params: { sent } });
      toasts.add({ type: "error", title, actionProps: { children: "Show", onClick } });
    }
  };
}
