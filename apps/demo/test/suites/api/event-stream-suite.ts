import { until } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { API, type ApiFixture, ada } from "./api-fixture.js";
import { EventReader } from "./event-reader.js";
import { list } from "./listed-messages.js";

/** The stream of events that the page follows. */
export function eventStreamSuite(api: () => ApiFixture): void {
  describe("events", () => {
    test("new mail is told at once, and over a restart without a gap", async () => {
      const key = await api().key(api().tenant, ["read"]);
      const deliver = (subject: string) => {
        api().mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHi.\r\n`);
        return api().json(`${API}/accounts/${api().account.id}/sync`, { method: "POST" });
      };
      const first = await EventReader.open(await api().call(`${API}/events`, { key }));
      await deliver("Event one");
      const added = await first.next("message.added");
      const { id } = JSON.parse(added.data).data as { id: number };
      expect((await api().json(`${API}/messages/${id}`)).body).toMatchObject({ subject: "Event one" });
      await first.close();
      api().restart();
      await deliver("Event two");
      await until(async () => (await list(api(), 'q="Event two"')).items.length > 0);
      const headers = { "last-event-id": added.id };
      const second = await EventReader.open(await api().call(`${API}/events`, { key, headers }));
      const missed = await second.next("message.added");
      const { id: other } = JSON.parse(missed.data).data as { id: number };
      expect((await api().json(`${API}/messages/${other}`)).body).toMatchObject({ subject: "Event two" });
      await second.close();
    });

    test("a place that is gone is told, and the stream goes on from there", async () => {
      const key = await api().key(api().tenant, ["read"]);
      const headers = { "last-event-id": "999999999" };
      const reader = await EventReader.open(await api().call(`${API}/events`, { key, headers }));
      expect((await reader.next("events.reset")).id).not.toBe("999999999");
      await reader.close();
    });
  });
}
