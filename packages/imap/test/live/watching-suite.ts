import { beforeEach, describe, expect, it } from "vitest";
import { plainMessage } from "../support/mime-samples.js";
import { type LiveServer, prepareFolders, skipUnless, skipWhere, store } from "./live-server.js";

/** Watching a folder that others change. */
export function describeWatching(server: LiveServer): void {
  describe("watching", () => {
    const { imap, other, folder, archive } = prepareFolders(server, "Watching");
    beforeEach((context) => skipWhere(context, server.ways?.hidesOthers));

    it("tells of new, changed and removed messages", async () => {
      const types: string[] = [];
      let uid = 0;
      for await (const event of imap.watch(folder, { pollMs: 100 })) {
        if (event.type === "flags") expect(event.changes.map((change) => change.uid)).toEqual([uid]);
        types.push(event.type);
        if (event.type === "started") uid = await store(other, folder, plainMessage("watched"));
        else if (event.type === "added") await other.addStar(folder, uid);
        else if (event.type === "removed") break;
        else if (types.filter((type) => type === "flags").length === 1) await other.delete(folder, uid);
      }
      // The mark for the deletion may come as an event of its own.
      expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
        "started",
        "added",
        "flags",
        "removed",
      ]);
    });

    it("names every message of a burst, moved in or delivered, exactly once", async () => {
      const sources = Array.from({ length: 12 }, (_, index) => plainMessage(`burst ${index}`));
      for (const source of sources) await other.append(archive, source);
      const added: number[] = [];
      for await (const event of imap.watch(folder, { pollMs: 100 })) {
        if (event.type === "started") {
          void Promise.all([
            other.move(archive, await other.search(archive, {}), folder),
            ...sources.map((source) => other.append(folder, source)),
          ]);
        } else if (event.type === "added") added.push(...event.uids);
        if (added.length >= 24) break;
      }
      expect(added).toEqual(await imap.search(folder, { subject: "burst" }));
    });

    it.for([
      ["one that holds messages, at once", [plainMessage("doomed")], {}],
      ["an empty one, when the watch is renewed at the latest", [], { renewMs: 300 }],
    ] as const)(
      "ends with an error when the folder is deleted: %s",
      async ([what, sources, options], context) => {
        const { keepsDeleted } = server.ways ?? {};
        skipUnless(context, keepsDeleted === undefined || what.startsWith("an empty"), `${keepsDeleted}`);
        const name = `${folder} doomed`;
        await other.createFolder(name);
        for (const source of sources) await other.append(name, source);
        const watched = (async () => {
          for await (const event of imap.watch(name, { pollMs: 100, ...options })) {
            if (event.type === "started") await other.deleteFolder(name);
          }
        })();
        await expect(watched).rejects.toMatchObject({ code: "not-found" });
      },
    );
  });
}
