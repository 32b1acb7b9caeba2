import { Outlet, useRouterState } from "@tanstack/react-router";
import { Mail } from "../view/mail.js";
import { useMailPlace } from "../view/use-mail-place.js";

/**
 * A list and what is open of it, with what is written over it. Another list begins anew: nothing is selected in it. The same stays
 * under a message that is written, and afterwards.
 */
export function MailPage() {
  const behind = useRouterState({
    select: ({ location: { pathname, state } }) =>
      pathname.startsWith("/compose/") ? (state.from ?? "/inbox") : undefined,
  });
  const place = useMailPlace(behind);
  return (
    <>
      <Mail key={place.base + JSON.stringify(place.filter)} place={place} />
      <Outlet />
    </>
  );
}
