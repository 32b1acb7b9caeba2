import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";

/** A post that came to the receiver. */
interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

/** Somebody who listens at webhooks' addresses. */
export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** So many posts at the same time, at most. */
  readonly mostAtOnce: number;
  /** What the next posts are answered with; 200 without it. `undefined` is never an answer. */
  answer: (post: Received) => Promise<number | undefined> | number | undefined;
  reset(): void;
  stop(): Promise<void>;
}

/** Starts one on loopback. Answers of 3xx lead to `/elsewhere` of the same server. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  let atOnce = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    const body = (await buffer(request)).toString();
    const post: Received = {
      id: String(request.headers["webhook-id"]),
      path: request.url ?? "",
      headers: request.headers,
      body,
      event: JSON.parse(body),
    };
    received.push(post);
    const status = await receiver.answer(post);
    atOnce -= 1;
    if (status === undefined) return;
    response.writeHead(status, status >= 300 && status < 400 ? { location: "/elsewhere" } : {}).end("thanks");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    get mostAtOnce() {
      return most;
    },
    answer: () => 200,
    reset() {
      received.length = 0;
      most = 0;
      receiver.answer = () => 200;
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
