import { Mail } from "../view/mail.js";
import { useMailPlace } from "../view/use-mail-place.js";

/** A list and what is open of it. Another list begins anew: nothing is selected in it. */
export function MailPage() {
  const place = useMailPlace();
  return <Mail key={place.base + JSON.stringify(place.filter)} place={place} />;
}
