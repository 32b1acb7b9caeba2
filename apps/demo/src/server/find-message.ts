import type { Context } from "hono";
import { findMessages, type MessageItem } from "../store/messages/list-messages.js";
import { notFound } from "./problem.js";
import type { ApiEnv } from "./services.js";

/** The message that a request names. Throws 404 for one that is not the caller's. */
export async function findMessage(c: Context<ApiEnv>, id: number): Promise<MessageItem> {
  const [message] = await findMessages(c.var.tenant, [id]);
  if (message === undefined) throw notFound("message");
  return message;
}
