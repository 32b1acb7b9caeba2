import { startMailServers } from "@mailwright/testing";

/** A program: an SMTP server that takes everything, with CHUNKING; tells where it listens, and ends with its parent. */
const { smtp } = await startMailServers({ trap: true, smtp: { maxMessageBytes: 100_000_000 } });
// What it has taken would only fill its memory.
setInterval(() => smtp.deleteMessages(), 1_000);
process.send?.(smtp.port);
process.on("disconnect", () => process.exit());
