import { Page } from "../components/page.js";
import { outboxQuery } from "./outbox-queries.js";
import { SentList } from "./sent-list.js";
import { isHeld } from "./sent-words.js";

/** What shall be sent later. */
export function ScheduledPage() {
  return (
    <Page title="Scheduled">
      <SentList
        query={outboxQuery("scheduled")}
        isShown={(entry) => !isHeld(entry)}
        emptyTitle="Nothing waits for its time"
      />
    </Page>
  );
}
