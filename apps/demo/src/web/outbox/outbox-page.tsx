import { Page } from "../components/page.js";
import { outboxQuery } from "./outbox-queries.js";
import { SentList } from "./sent-list.js";
import { isHeld } from "./sent-words.js";

/** What is on its way, and what became of what was sent. */
export function OutboxPage() {
  return (
    <Page title="Outbox">
      <SentList
        query={outboxQuery()}
        // What was taken back is a draft again; what shall wait has a list of its own.
        isShown={(entry) => entry.state !== "draft" && (entry.state !== "scheduled" || isHeld(entry))}
        emptyTitle="Nothing was sent yet"
      />
    </Page>
  );
}
