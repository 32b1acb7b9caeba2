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
