import type { InferResponseType } from "hono/client";
import type { client } from "./client.js";

/** An account, and what it is doing. */
export type Account = InferResponseType<typeof client.accounts.$get, 200>["items"][number];
/** A folder with its counts, and how far its sync has come. */
export type Folder = InferResponseType<typeof client.folders.$get, 200>["items"][number];
/** A page of a list. */
export type MessagePage = InferResponseType<typeof client.messages.$get, 200>;
/** A message as lists show it. */
export type Message = MessagePage["items"][number];
/** What is read when a message is opened. */
export type MessageBody = InferResponseType<(typeof client.messages)[":id"]["body"]["$get"], 200>;
/** A node of a message's MIME tree. */
export type MessagePart = Omit<AnsweredPart, "children"> & { readonly children: readonly MessagePart[] };
/** The same as the types of answers know it: they end where a part holds parts. */
export type AnsweredPart = MessageStructure["root"];
/** What a message is made of. */
type MessageStructure = InferResponseType<(typeof client.messages)[":id"]["structure"]["$get"], 200>;
/** A draft as it was saved last. */
export type Draft = InferResponseType<typeof client.drafts.$get, 200>["items"][number];
/** A message that is sent, or was, as lists show it. */
export type OutboxEntry = InferResponseType<typeof client.outbox.$get, 200>["items"][number];
/** What became of it for each recipient. */
export type OutboxMessage = InferResponseType<(typeof client.outbox)[":id"]["$get"], 200>;
/** What everything is doing. */
export type Status = InferResponseType<typeof client.status.$get, 200>;
