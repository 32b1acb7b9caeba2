import { describeConnecting } from "./connecting-suite.js";
import { describeExtensions } from "./extensions-suite.js";
import { describeFolders } from "./folders-suite.js";
import type { LiveServer } from "./live-server.js";
import { describeReading } from "./reading-suite.js";
import { describeSearching } from "./searching-suite.js";
import { describeSyncing } from "./syncing-suite.js";
import { describeWatching } from "./watching-suite.js";
import { describeWriting } from "./writing-suite.js";

/** Everything that is expected of every real server, with the differences that it lists; to be called in a `describe`. */
export function describeImapServer(server: LiveServer): void {
  describeConnecting(server);
  describeFolders(server);
  describeReading(server);
  describeSearching(server);
  describeWriting(server);
  describeSyncing(server);
  describeWatching(server);
  describeExtensions(server);
}
